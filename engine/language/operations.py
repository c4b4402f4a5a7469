"""What the operations of the typed tree compute in Python, on operands that are not empty: shared by the compiled evaluation
and the explaining one. None is empty; an OverflowError, too, means a value past the end of the calendar, and so empty.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.language import zones
from engine.language.context import Environment
from engine.language.functions import BY_KEY
from engine.language.values import EXACT, MAX_MONTHS, divide

_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Operation:
    """`compute` takes the operands, after the Environment when `clocked`. `warning` is what an explanation says when the result
    is empty though no operand is.
    """

    compute: Callable[..., object]
    clocked: bool = False
    warning: str | None = "out_of_calendar"


def negative(value: Decimal | dt.timedelta | int) -> object:
    """The number, duration or period with the other sign."""
    return EXACT.minus(value) if isinstance(value, Decimal) else -value


def ascii_folded(text: str) -> str:
    """A to Z in lower case, everything else as it is."""
    if text.isascii():
        return text.lower()
    # Bytes know only the letters of ASCII, and no byte of another character of UTF-8 is one of them.
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def lowers_plainly(part: str) -> bool:
    """Whether a text that `ascii_folded` gave can be looked for in Python's own lower case: that makes i and k out of letters that
    are not theirs (İ, K), and small letters of all scripts, but leaves the other ASCII and Chinese characters to themselves.
    """
    return _PLAIN.fullmatch(part) is not None


_PLAIN = re.compile("[\x00-hjl-\x7f\u3000-\u9fff]*")


def text_holds(holder: str, part: str) -> bool:
    """Whether a text holds another, ASCII case ignored."""
    return ascii_folded(part) in ascii_folded(holder)


def text_holds_any(holder: str, parts: Iterable[str]) -> bool:
    """Whether a text holds one of the texts."""
    folded = ascii_folded(holder)
    return any(ascii_folded(part) in folded for part in parts)


def text_holds_all(holder: str, parts: Iterable[str]) -> bool:
    """Whether a text holds every one of the texts."""
    folded = ascii_folded(holder)
    return all(ascii_folded(part) in folded for part in parts)


def list_holds_any(holder: tuple[object, ...], parts: Iterable[object]) -> bool:
    """Whether a list holds one of the values."""
    return any(part in holder for part in parts)


def list_holds_all(holder: tuple[object, ...], parts: Iterable[object]) -> bool:
    """Whether a list holds every one of the values."""
    return all(part in holder for part in parts)


def _months(months: int) -> int:
    if abs(months) > MAX_MONTHS:
        raise OverflowError
    return months


def _period_times(months: int, factor: Decimal) -> int | None:
    product = EXACT.multiply(months, factor)
    if product != product.to_integral_value(context=EXACT):
        return None
    return _months(int(product) if product.adjusted() < 10 else MAX_MONTHS + 1)


def _months_later(environment: Environment, when: dt.date, months: int) -> dt.date | None:
    if not isinstance(when, dt.datetime):
        return zones.add_months(when, months)
    wall = zones.local(when, environment.zone)
    date = None if wall is None else zones.add_months(wall.date(), months)
    if wall is None or date is None:
        return None
    return zones.moment(dt.datetime.combine(date, wall.time()), environment.zone)


def _months_earlier(environment: Environment, when: dt.date, months: int) -> dt.date | None:
    return _months_later(environment, when, -months)


def _in_utc(moment: Any) -> Any:
    """A moment by the calendar of UTC, in which it ends; a duration as it is."""
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) else moment


def _micros(duration: dt.timedelta) -> Decimal:
    return Decimal(duration // _MICROSECOND)


def _to_duration(micros: Decimal) -> dt.timedelta:
    if micros and micros.adjusted() > 20:
        raise OverflowError
    return int(micros.quantize(Decimal(1), rounding="ROUND_HALF_UP", context=EXACT)) * _MICROSECOND


def _duration_times(duration: dt.timedelta, factor: Decimal) -> dt.timedelta:
    return _to_duration(EXACT.multiply(_micros(duration), factor))


def _duration_by(duration: dt.timedelta, divisor: Decimal) -> dt.timedelta | None:
    if not divisor:
        return None
    # Half away from zero is the floor of the doubled size plus one: exact, however long the divisor is.
    micros = _micros(duration)
    doubled = EXACT.add(EXACT.multiply(2, EXACT.abs(micros)), EXACT.abs(divisor))
    size = EXACT.divide_int(doubled, EXACT.multiply(2, EXACT.abs(divisor)))
    return _to_duration(-size if (micros < 0) != (divisor < 0) else size)


def _ratio(duration: dt.timedelta, unit: dt.timedelta) -> Decimal | None:
    return divide(_micros(duration), _micros(unit))


def _date_at(environment: Environment, date: dt.date, time: dt.time) -> dt.datetime | None:
    return zones.moment(dt.datetime.combine(date, time), environment.zone)


def _midnight(environment: Environment, date: dt.date) -> dt.datetime | None:
    return _date_at(environment, date, dt.time())


def _date_of(environment: Environment, moment: dt.datetime) -> dt.date | None:
    wall = zones.local(moment, environment.zone)
    return None if wall is None else wall.date()


def _business_later(environment: Environment, when: dt.date, length: tuple[str, int]) -> object:
    unit, size = length
    key, amount = ("add_business_days", Decimal(size)) if unit == "days" else ("add_business_time", size * _MICROSECOND)
    return BY_KEY[key].compute(environment, when, amount)


def _business_earlier(environment: Environment, when: dt.date, length: tuple[str, int]) -> object:
    return _business_later(environment, when, (length[0], -length[1]))


def ordered(op: str) -> Callable[[Any, Any], bool]:
    """The comparison of two values."""
    return _ORDERED[op]


_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

#: The operations that are empty when an operand is.
OPERATIONS: Mapping[str, Operation] = {
    "+": Operation(EXACT.add, warning=None),
    "-": Operation(EXACT.subtract, warning=None),
    "*": Operation(EXACT.multiply, warning=None),
    "/": Operation(divide, warning="division_by_zero"),
    "neg": Operation(negative),
    "concat": Operation(operator.add, warning=None),
    "time+": Operation(lambda left, right: _in_utc(left) + right),
    "time-": Operation(lambda left, right: _in_utc(left) - right),
    "date+": Operation(operator.add),
    "date-": Operation(operator.sub),
    "days-": Operation(operator.sub),
    "month+": Operation(_months_later, clocked=True),
    "month-": Operation(_months_earlier, clocked=True),
    "period+": Operation(lambda left, right: _months(left + right)),
    "period-": Operation(lambda left, right: _months(left - right)),
    "period*": Operation(_period_times, warning="not_whole_months"),
    "duration*": Operation(_duration_times),
    "duration/": Operation(_duration_by, warning="division_by_zero"),
    "ratio": Operation(_ratio, warning="division_by_zero"),
    "business+": Operation(_business_later, clocked=True),
    "business-": Operation(_business_earlier, clocked=True),
    "to_datetime": Operation(_midnight, clocked=True),
    "to_date": Operation(_date_of, clocked=True),
    "date_at": Operation(_date_at, clocked=True),
}
