"""Literals: the value and type that a token writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from lark import Token

from engine.language.operators import Mismatch
from engine.language.tree import Node
from engine.language.types import BOOLEAN, DATE, DATETIME, DURATION, EMPTY, NUMBER, TEXT, money
from engine.language.values import MAX_DIGITS

#: Longer durations would leave the calendar.
MAX_DURATION = dt.timedelta(days=36_500)

_UNITS = {
    "second": dt.timedelta(seconds=1), "秒": dt.timedelta(seconds=1), "秒钟": dt.timedelta(seconds=1),
    "minute": dt.timedelta(minutes=1), "min": dt.timedelta(minutes=1), "分钟": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1), "小时": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1), "天": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1), "周": dt.timedelta(weeks=1),
}  # fmt: skip

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
    """The length of `30 minutes`, `2 天`."""
    found = re.fullmatch(r"([\d.]+) ?(.+)", written)
    assert found is not None, "the grammar lets only a number and a unit through"
    unit = _UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s"))
    if unit is None:
        raise Mismatch("not_supported_yet", what=written)
    number = _number(found[1])
    micros = number * Decimal(unit // dt.timedelta(microseconds=1))
    if micros > MAX_DURATION // dt.timedelta(microseconds=1):
        raise Mismatch("out_of_range")
    return dt.timedelta(microseconds=int(micros))


def _number(written: str) -> Decimal:
    if len(written) > MAX_DIGITS:
        raise Mismatch("out_of_range")
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


def _datetime(written: str) -> Node:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise Mismatch("bad_date", value=written) from error
    return Node("const", DATETIME, value=moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


_READERS: Mapping[str, Callable[[str], Node]] = {
    "STRING": lambda written: text_constant(unquote(written)),
    "NUMBER": lambda written: Node("const", NUMBER, value=_number(written)),
    "PERCENT": lambda written: Node("const", NUMBER, value=_number(written[:-1]) / 100),
    "MONEY": _money,
    "DATE": _date,
    "DATETIME": _datetime,
    "DURATION": lambda written: Node("const", DURATION, value=duration(written)),
    "TRUE": lambda _: Node("const", BOOLEAN, value=True),
    "FALSE": lambda _: Node("const", BOOLEAN, value=False),
    "EMPTY": lambda _: Node("const", EMPTY),
}
