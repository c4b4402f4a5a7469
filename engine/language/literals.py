"""Literals: the value and type that a token writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from lark import Token

from engine.definitions import Text
from engine.language.mismatch import Mismatch
from engine.language.tree import Node
from engine.language.types import BOOLEAN, BUSINESS, DATE, DATETIME, DURATION, EMPTY, NUMBER, PERIOD, TEXT, TIME, money
from engine.language.values import MAX_DIGITS, MAX_MONTHS

#: Longer durations would leave the calendar.
MAX_DURATION = dt.timedelta(days=36_500)

_UNITS = {
    "microsecond": dt.timedelta(microseconds=1), "微秒": dt.timedelta(microseconds=1),
    "millisecond": dt.timedelta(milliseconds=1), "毫秒": dt.timedelta(milliseconds=1),
    "second": dt.timedelta(seconds=1), "秒": dt.timedelta(seconds=1), "秒钟": dt.timedelta(seconds=1),
    "minute": dt.timedelta(minutes=1), "min": dt.timedelta(minutes=1), "分钟": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1), "小时": dt.timedelta(hours=1), "个小时": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1), "天": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1), "周": dt.timedelta(weeks=1),
}  # fmt: skip

_MONTHS = {"month": 1, "个月": 1, "year": 12, "年": 12}
#: Business days are counted; shorter business time is measured, in microseconds.
_BUSINESS_UNITS = {
    "business day": ("days", 1), "个工作日": ("days", 1), "工作日": ("days", 1),
    "business hour": ("us", 3_600_000_000), "工作小时": ("us", 3_600_000_000), "个工作小时": ("us", 3_600_000_000),
    "business minute": ("us", 60_000_000), "工作分钟": ("us", 60_000_000),
}  # fmt: skip
MAX_BUSINESS_DAYS = 3_660

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def literal(token: Token) -> Node:
    """The constant a token writes. Raises Mismatch for dates that are not in the calendar and the like."""
    return _READERS[token.type](str(token))


def text_constant(text: str) -> Node:
    """A text; the empty text is `empty`."""
    return Node("const", TEXT, value=text) if text else Node("const", EMPTY)


def unquote(written: str) -> str:
    """The text between quotation marks, escapes resolved."""
    inner = written[1:-1]
    if written.startswith("“"):
        return inner
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), inner)


def duration(written: str) -> dt.timedelta:
    """The length of `30 minutes`, `2 天`, `2 天内`."""
    number, unit = _measure(written, _UNITS)
    micros = number * Decimal(unit // dt.timedelta(microseconds=1))
    if micros > MAX_DURATION // dt.timedelta(microseconds=1):
        raise Mismatch("out_of_range", most=Text(f"{MAX_DURATION.days} 天", f"{MAX_DURATION.days} days"))
    return dt.timedelta(microseconds=int(micros))


Unit = TypeVar("Unit")


def _measure(written: str, units: Mapping[str, Unit]) -> tuple[Decimal, Unit]:
    found = re.fullmatch(r"([\d.]+) ?(.+?)(?:以?内)?", written)
    assert found is not None, "the grammar lets only a number and a unit through"
    return _number(found[1]), units[found[2] if found[2] in units else found[2].removesuffix("s")]


def _period(written: str) -> Node:
    number, months = _measure(written, _MONTHS)
    if number * months > MAX_MONTHS:
        raise Mismatch("out_of_range", most=Text(f"{MAX_MONTHS} 个月", f"{MAX_MONTHS} months"))
    return Node("const", PERIOD, value=int(number) * months)


def _business(written: str) -> Node:
    number, (unit, size) = _measure(written, _BUSINESS_UNITS)
    total = number * size
    days = total if unit == "days" else total / 86_400_000_000
    if total != int(total) or days > MAX_BUSINESS_DAYS:
        raise Mismatch("out_of_range")
    return Node("const", BUSINESS, value=(unit, int(total)))


def _number(written: str) -> Decimal:
    if len(written) > MAX_DIGITS:
        raise Mismatch("out_of_range", most=Text(f"{MAX_DIGITS} 位数字", f"a number of {MAX_DIGITS} digits"))
    return Decimal(written)


def _money(written: str) -> Node:
    found = re.fullmatch(r"([\d.]+) ?(\w+)", written)
    assert found is not None, "the grammar lets only a number and a currency through"
    return Node("const", money("CNY" if found[2] == "元" else found[2]), value=_number(found[1]))


def _date(written: str) -> Node:
    try:
        return Node("const", DATE, value=dt.date.fromisoformat(written))
    except ValueError as error:
        raise Mismatch("bad_date", value=written) from error


def _time(written: str) -> Node:
    try:
        return Node("const", TIME, value=dt.time.fromisoformat(written))
    except ValueError as error:
        raise Mismatch("bad_time", value=written) from error


def _datetime(written: str) -> Node:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise Mismatch("bad_date", value=written) from error
    if moment.tzinfo is not None:
        return Node("const", DATETIME, value=moment)
    # Without an offset it is a wall time, and which moment that is depends on the zone of the evaluation.
    day, time = Node("const", DATE, value=moment.date()), Node("const", TIME, value=moment.time())
    return Node("date_at", DATETIME, (day, time))


_READERS: Mapping[str, Callable[[str], Node]] = {
    "STRING": lambda written: text_constant(unquote(written)),
    "NUMBER": lambda written: Node("const", NUMBER, value=_number(written)),
    "PERCENT": lambda written: Node("const", NUMBER, value=_number(written[:-1]) / 100),
    "MONEY": _money,
    "DATE": _date,
    "DATETIME": _datetime,
    "TIME": _time,
    "DURATION": lambda written: Node("const", DURATION, value=duration(written)),
    "PERIOD": _period,
    "BUSINESS": _business,
    "TRUE": lambda _: Node("const", BOOLEAN, value=True),
    "FALSE": lambda _: Node("const", BOOLEAN, value=False),
    "EMPTY": lambda _: Node("const", EMPTY),
}
