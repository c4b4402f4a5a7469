"""The functions of the language: one list, with signature, documentation and examples (which are tests).

`compute` is the Python meaning; sql.py and the browser hold their own by the same key, for the targets a function lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engine.definitions import Text
from engine.language.types import BOOLEAN as TRUTH
from engine.language.types import DATE, DATETIME, NUMBER, TEXT, Type
from engine.language.values import ascii_lower, ascii_upper, round_half_away

EVERYWHERE = frozenset({"python", "sql", "browser"})


class Clock(Protocol):
    """What a function may know beside its operands."""

    @property
    def now(self) -> dt.datetime | None: ...
    @property
    def offset(self) -> dt.timedelta: ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function. `accepts` gives, per parameter, the kinds it takes (the first is what a date or date-time is turned into);
    `optional` how many of the last may be left out; `variadic` that the last repeats and all have one type.
    `result` None means the type of the first operand. `literal` parameters must be written as plain values.
    """

    key: str
    names: tuple[str, ...]
    usage: str
    accepts: tuple[tuple[str, ...], ...]
    result: Type | None
    doc: Text
    examples: tuple[tuple[str, str], ...]
    compute: Callable[..., object]
    optional: int = 0
    variadic: bool = False
    literal: frozenset[int] = frozenset()
    targets: frozenset[str] = EVERYWHERE


def _now(clock: Clock) -> object:
    return clock.now


def _today(clock: Clock) -> object:
    return (clock.now.astimezone(dt.UTC) + clock.offset).date() if clock.now else None


def _length(_: Clock, value: str | tuple[object, ...] | None) -> object:
    return Decimal(len(value)) if value is not None else Decimal(0)


def _trim(_: Clock, text: str | None) -> object:
    return (text.strip(" \t\r\n") or None) if text is not None else None


def _round(_: Clock, number: Decimal | None, digits: Decimal = Decimal(0)) -> object:
    return None if number is None else round_half_away(number, int(digits))


def _starts_with(_: Clock, text: str | None, part: str | None) -> object:
    return text is not None and part is not None and text.startswith(part)


def _ends_with(_: Clock, text: str | None, part: str | None) -> object:
    return text is not None and part is not None and text.endswith(part)


def _days_between(_: Clock, first: dt.date | None, last: dt.date | None) -> object:
    return None if first is None or last is None else Decimal((last - first).days)


def _of_empty(compute: Callable[..., object]) -> Callable[..., object]:
    """The law most functions keep: empty in, empty out."""

    def total(_: Clock, *operands: object) -> object:
        return None if None in operands else compute(*operands)

    return total


def _part(name: str) -> Callable[..., object]:
    return _of_empty(lambda date: Decimal(getattr(date, name)))


_TEXT = (("text", "choice"),)
_AMOUNT = ("number", "money")
_RANKED = (("number", "money", "date", "datetime", "duration"),)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "now", ("now", "现在"), "now()", (), DATETIME,
        Text("此刻", "this moment; the same one throughout an evaluation"),
        (("now() = now()", "true"),), _now,
    ),
    Function(
        "today", ("today", "今天"), "today()", (), DATE, Text("今天的日期", "the date of today"),
        (("today() <= today()", "true"),), _today,
    ),
    Function(
        "length", ("length", "长度"), "length(text)", (("text", "choice", "list"),), NUMBER,
        Text("文本的字数或列表的项数；空为 0", "characters of a text or items of a list; 0 when empty"),
        (('length("织机")', "2"), ("length(empty)", "0")), _length,
    ),
    Function(
        "lower", ("lower", "小写"), "lower(text)", _TEXT, TEXT, Text("英文字母变小写", "letters A to Z in lower case"),
        (('lower("VIP客户")', '"vip客户"'),), _of_empty(ascii_lower),
    ),
    Function(
        "upper", ("upper", "大写"), "upper(text)", _TEXT, TEXT, Text("英文字母变大写", "letters a to z in upper case"),
        (('upper("vip")', '"VIP"'),), _of_empty(ascii_upper),
    ),
    Function(
        "trim", ("trim", "去空格"), "trim(text)", _TEXT, TEXT, Text("去掉两端的空白", "without white space at both ends"),
        (('trim("  a b ")', '"a b"'), ('trim("  ")', "empty")), _trim,
    ),
    Function(
        "starts_with", ("starts_with", "开头是"), "starts_with(text, part)", (*_TEXT, *_TEXT), TRUTH,
        Text("文本以另一段开头", "whether a text begins with another"),
        (('starts_with("AB-12", "AB")', "true"), ('starts_with(empty, "AB")', "false")), _starts_with,
    ),
    Function(
        "ends_with", ("ends_with", "结尾是"), "ends_with(text, part)", (*_TEXT, *_TEXT), TRUTH,
        Text("文本以另一段结尾", "whether a text ends with another"),
        (('ends_with("a@b.cn", ".cn")', "true"),), _ends_with,
    ),
    Function(
        "round", ("round", "四舍五入"), "round(number, digits)", (_AMOUNT, ("number",)), None,
        Text("四舍五入到指定位数", "rounded, a half away from zero, to so many digits (0 to 12)"),
        (("round(2.5)", "3"), ("round(-1.005, 2)", "-1.01")), _round, optional=1, literal=frozenset({1}),
    ),
    Function(
        "abs", ("abs", "绝对值"), "abs(number)", (_AMOUNT,), None, Text("绝对值", "the size without the sign"),
        (("abs(-3)", "3"),), _of_empty(abs),
    ),
    Function(
        "min", ("min", "最小"), "min(a, b, …)", _RANKED, None,
        Text("最小的一个；有空则为空", "the least; empty when one is empty"),
        (("min(3, 2, 5)", "2"), ("min(3, empty)", "empty")), _of_empty(min), variadic=True,
    ),
    Function(
        "max", ("max", "最大"), "max(a, b, …)", _RANKED, None,
        Text("最大的一个；有空则为空", "the greatest; empty when one is empty"),
        (("max(3, 2, 5)", "5"),), _of_empty(max), variadic=True,
    ),
    Function(
        "days_between", ("days_between", "相差天数"), "days_between(first, last)", (("date",), ("date",)), NUMBER,
        Text("两个日期相差几天", "calendar days from the first to the last"),
        (("days_between(2026-02-27, 2026-03-01)", "2"),), _days_between,
    ),
    Function(
        "year", ("year", "年份"), "year(date)", (("date",),), NUMBER, Text("年", "the year of a date"),
        (("year(2026-05-01)", "2026"),), _part("year"),
    ),
    Function(
        "month", ("month", "月份"), "month(date)", (("date",),), NUMBER, Text("月，1 到 12", "the month, 1 to 12"),
        (("month(2026-05-01)", "5"),), _part("month"),
    ),
    Function(
        "day", ("day", "日"), "day(date)", (("date",),), NUMBER, Text("日，1 到 31", "the day of the month"),
        (("day(2026-05-01)", "1"),), _part("day"),
    ),
)  # fmt: skip

BY_KEY: Mapping[str, Function] = {function.key: function for function in FUNCTIONS}
BY_NAME: Mapping[str, Function] = {name: function for function in FUNCTIONS for name in function.names}

#: `keywords("list")` stands only after `contains`, so it is grammar of the checker and not a function with a value.
KEYWORDS_NAMES = frozenset({"keywords", "关键词", "词表"})
#: Aggregates of the full language, known by name so that they are refused by name.
LATER_FUNCTIONS = frozenset(
    {"count", "sum", "avg", "distinct", "first", "last", "spike", "lookup", "计数", "求和", "平均"}
)
