"""Values at run time: one place that turns what callers hold (JSON, database rows) into the forms the language computes with.

number and money are Decimal, date, time and date-time Python's (date-times with a zone; UTC when none is given), duration a
timedelta, period a whole number of months, choice and reference text, list a tuple, a record the mapping it came as. Empty is None; so are the empty text and the empty list. What does not fit its type
(a word where a number belongs, an amount in another currency) is empty too: evaluation never raises.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Clamped, Context, Decimal, InvalidOperation, Rounded, Subnormal
from uuid import UUID

from engine.language import zones
from engine.language.types import Type

#: Wide enough for sums and products within the limits of the language to be exact.
EXACT = Context(prec=40_000)
#: Digits a number read from outside may have; more is not a number anybody typed.
MAX_DIGITS = 60
QUOTIENT_DIGITS = 12
#: The calendar has no more.
MAX_MONTHS = 9_999 * 12

#: A number in text, as it is written everywhere.
_SPACE = "[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
_TYPED_NUMBER = re.compile(rf"{_SPACE}([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,9}})?){_SPACE}")
#: Raises for a finite number with more digits than these computations are made for.
_PLACES = Context(2 * MAX_DIGITS, Emin=-MAX_DIGITS, Emax=MAX_DIGITS, traps=[Clamped, Rounded, Subnormal])

_MICROSECOND = dt.timedelta(microseconds=1)
#: Python refuses to write much longer integers.
_MOST_BITS = 8_192
#: Numbers from here on are written as text: no double of JSON is as large.
_MOST_OF_JSON = 300


def normalise(type: Type, value: object) -> object:
    """`value` in the run-time form of `type`, or None when it is empty or does not fit."""
    return None if value is None else _READERS[type.kind](type, value)


def _boolean(_: Type, value: object) -> object:
    return value if isinstance(value, bool) else None


def _text(_: Type, value: object) -> object:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, UUID | int | Decimal):
        return None
    return None if isinstance(value, int) and value.bit_length() > _MOST_BITS else str(value)


def _number(_: Type, value: object) -> object:
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        written = _TYPED_NUMBER.fullmatch(value)
        if written is None:
            return None
        value = written[1]
    try:
        number = Decimal(str(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        return None
    return number


def _decimal(number: Decimal) -> Decimal | None:
    """What comes as a Decimal was computed or stored, not typed: it counts with all its digits, as it does in PostgreSQL."""
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
        return None
    try:
        return _PLACES.plus(number)
    except (Rounded, Clamped, Subnormal):
        return round_half_away(number, MAX_DIGITS)


def _money(type: Type, value: object) -> object:
    if isinstance(value, Mapping):
        if value.get("currency", type.currency) != type.currency:
            return None
        value = value.get("amount")
    return _number(type, value)


def _date(_: Type, value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) and _has_date(value) else None
    except ValueError:
        return None


def _datetime(_: Type, value: object) -> object:
    try:
        if isinstance(value, str) and _has_date(value) and _has_time(value[11:]) and value[10:11] in ("", "T", " "):
            value = dt.datetime.fromisoformat(value)
        if not isinstance(value, dt.datetime):
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=dt.UTC)
        # With the rules of a zone a date-time would move by its wall time and not by what passes; the calendar ends in UTC.
        inside = isinstance(value.tzinfo, dt.timezone) and dt.MINYEAR < value.year < dt.MAXYEAR
        return value if inside else value.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _has_date(written: str) -> bool:
    """Whether a text begins as a date is written everywhere: 2026-11-23, and not as ISO 8601 allows besides."""
    return written[4:5] == "-" == written[7:8]


def _has_time(written: str) -> bool:
    """Whether a text, if there is one, begins as a time is written everywhere: 09:30."""
    return not written or (written.removeprefix("T")[2:3] == ":" and " " not in written)


def _time(_: Type, value: object) -> object:
    if isinstance(value, str):
        try:
            value = dt.time.fromisoformat(value) if value and _has_time(value) else None
        except ValueError:
            return None
    return value if isinstance(value, dt.time) and value.tzinfo is None else None


def _period(_: Type, value: object) -> object:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_MONTHS else None


def _business(_: Type, value: object) -> object:
    """("days", n) or ("us", n): so many business days, or microseconds of business hours."""
    pair = next(iter(value.items()), None) if isinstance(value, Mapping) and len(value) == 1 else value
    if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] not in ("days", "us") or not isinstance(pair[1], int):
        return None
    return pair


def _duration(_: Type, value: object) -> object:
    if isinstance(value, dt.timedelta):
        return value
    try:
        return value * _MICROSECOND if isinstance(value, int) and not isinstance(value, bool) else None
    except OverflowError:
        return None


def _reference(_: Type, value: object) -> object:
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, UUID):
        return str(value)
    return value.lower() or None if isinstance(value, str) else None


def _list(type: Type, value: object) -> object:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence | set | frozenset):
        return None
    item = type.item
    items = (normalise(item, v) if item else v for v in value)
    return tuple(v for v in items if v is not None) or None


def _record(_: Type, value: object) -> object:
    return value if isinstance(value, Mapping) else None


def _nothing(_: Type, __: object) -> object:
    return None


_READERS: Mapping[str, Callable[[Type, object], object]] = {
    "boolean": _boolean,
    "text": _text,
    "choice": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "duration": _duration,
    "period": _period,
    "business": _business,
    "reference": _reference,
    "list": _list,
    "record": _record,
    "empty": _nothing,
    "unknown": _nothing,
}


def read_path(values: Mapping[str, object], path: Sequence[str]) -> object:
    """The raw value at a path of nested mappings; None where it breaks off."""
    current: object = values
    for step in path:
        if not isinstance(current, Mapping):
            return None
        current = current.get(step)
    return current


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """The quotient rounded to 12 digits after the point, half away from zero; empty for division by zero."""
    if not right:
        return None
    # One digit beyond the last, cut off and not rounded, decides the rounding: the same in every back end.
    scaled = EXACT.divide_int(EXACT.scaleb(left, QUOTIENT_DIGITS + 1), right)
    return round_half_away(EXACT.scaleb(scaled, -QUOTIENT_DIGITS - 1), QUOTIENT_DIGITS)


def round_half_away(number: Decimal, digits: int) -> Decimal:
    """Rounded to `digits` after the point; a half goes away from zero."""
    return number.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP", context=EXACT)


def ascii_lower(text: str) -> str:
    """Lower case for A to Z only, as every back end can do it."""
    return text.translate(_LOWER)


def ascii_upper(text: str) -> str:
    """Upper case for a to z only."""
    return text.translate(_UPPER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_UPPER = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}


def offset_of(now: dt.datetime | None) -> dt.timedelta:
    """The offset from UTC of `now`."""
    return (now.utcoffset() if now is not None else None) or dt.timedelta(0)


def display(type: Type, value: object, zone: dt.tzinfo) -> str:
    """How a template writes a value (run-time form), moments in `zone`; empty is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = format(value or abs(value), "f")  # zero has no sign
        plain = plain.rstrip("0").rstrip(".") if "." in plain and type.kind == "number" else plain
        return f"{plain} {type.currency}" if type.kind == "money" else plain
    if isinstance(value, dt.datetime):
        moment = zones.local(value, zone)
        return moment.isoformat(" ", "minutes") if moment is not None else ""
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if not value.second and not value.microsecond else "auto")
    if isinstance(value, tuple):
        return ", ".join(display(type.item or type, v, zone) for v in value)
    return str(value)


def json_value(type: Type, value: object) -> object:
    """A value (run-time form) as the JSON of records: money with its currency, times in ISO 8601, numbers as JSON numbers
    (as text where JSON has none so large), a record by its id."""
    if isinstance(value, Decimal):
        if type.kind == "money":
            return {"amount": format(value, "f"), "currency": type.currency}
        if value.adjusted() >= _MOST_OF_JSON:
            return format(value, "f")
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [json_value(type.item or type, item) for item in value]
    if isinstance(value, Mapping):
        return None if value.get("id") is None else str(value["id"])
    return value
