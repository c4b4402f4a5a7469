"""Signs that are never right here and whose meaning can be told: other languages' operators, full-width signs, foreign dates and amounts.

Each habit is a pattern tried where a token begins, what is told of it, and the text that stands in its place while the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from engine.language.synonyms import MAGNITUDES, UNITS, folded

Found = re.Match[str]


@dataclass(frozen=True, slots=True)
class Habit:
    """`code` of the sentence; `meant` gives what to write instead, None when the pattern does not apply after all."""

    code: str
    pattern: str
    meant: Callable[[Found], str | None]


def _always(written: str) -> Callable[[Found], str | None]:
    return lambda _: written


def _fixed(code: str, pattern: str, meant: str) -> Habit:
    return Habit(code, pattern, _always(meant))


FULL_WIDTH: Mapping[str, str] = {
    "，": ",", "、": ",", "（": "(", "）": ")", "＝": "=", "＞": ">", "＜": "<",
    "＋": "+", "－": "-", "—": "-", "–": "-", "−": "-", "＊": "*", "×": "*", "✕": "*", "／": "/", "÷": "/", "：": ":",
    "。": ".", "．": ".", "［": "[", "］": "]", "【": "[", "】": "]", "〔": "[", "〕": "]", "％": "%", "＆": "&",
}  # fmt: skip

_QUOTES = "\"'“”‘’「」『』＂＇〝〞`´"
_QUOTED = (
    f"[“‘「『＂＇〝][^{_QUOTES}\\n]*[\"'”’」』＂＇〞](?!\\w)"
    f"|[”’][^{_QUOTES}\\n]*[\"'”’“‘](?!\\w)"
    "|\"[^\"“”\\n]*”(?!\\w)|'[^'‘’\\n]*’(?!\\w)"
)
_AMOUNT = r"\d[\d,]*(?:\.\d+)?"
_SIGNS = {"$": "USD", "US$": "USD", "￥": "CNY", "¥": "CNY", "€": "EUR", "£": "GBP", "HK$": "HKD", "₩": "KRW"}
_CURRENCIES = "CNY|USD|EUR|GBP|JPY|HKD|TWD|SGD|KRW|AUD|CAD"


def _plain(number: str) -> str:
    return number.replace(",", "")


def _requoted(found: Found) -> str | None:
    inner = found[0][1:-1]
    ascii_marks = found[0][0] in "\"'" and found[0][0] == found[0][-1]
    return None if ascii_marks or (found[0][0], found[0][-1]) == ("“", "”") else f'"{inner}"'


def _money(found: Found) -> str | None:
    sign, amount, after = re.fullmatch(rf"(\D*?)\s*({_AMOUNT})\s*(\D*)", found[0]).groups()  # type: ignore[union-attr]  # the habit's pattern is narrower
    written = (sign or after).strip()
    currency = _SIGNS.get(written) or (written.upper() if re.fullmatch(_CURRENCIES, written.upper()) else None)
    return f"{_plain(amount)} {currency or UNITS.get(folded(written), 'CNY')}"


def _large(found: Found) -> str | None:
    amount, magnitude, currency = re.fullmatch(rf"({_AMOUNT})\s*(千|k|K|万|百万|亿)\s*(元|块|CNY)?", found[0]).groups()  # type: ignore[union-attr]  # ditto
    whole, _, rest = _plain(amount).partition(".")
    zeros = len(str(MAGNITUDES[magnitude])) - 1
    digits = (whole + rest.ljust(zeros, "0")[:zeros]).lstrip("0") or "0"
    decimals = f".{rest[zeros:]}" if len(rest) > zeros else ""
    return digits + decimals + (" CNY" if currency else "")


def _date(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _year_first(found: Found) -> str | None:
    year, month, day = re.findall(r"\d+", found[0])
    return _date(year, month, day)


def _day_first(found: Found) -> str | None:
    day, month, year = re.findall(r"\d+", found[0])
    return _date(year, month, day)


def _date_and_time(found: Found) -> str | None:
    date, time = re.fullmatch(r"(\S+)\s+(\S+)", found[0]).groups()  # type: ignore[union-attr]  # ditto
    return f"{date}T{time if time[1] != ':' else '0' + time}"


def _time(found: Found) -> str | None:
    hour, minute, second = [*re.findall(r"\d+", found[0]), "0", "0"][:3]
    late = re.search(r"(?i)p\.?m", found[0]) and int(hour) < 12
    seconds = f":{int(second):02}" if int(second) else ""
    hours = int(hour) + (12 if late else 0)
    return f"{hours:02}:{30 if '半' in found[0] else int(minute):02}{seconds}"


def _unit(found: Found) -> str | None:
    number, unit = re.fullmatch(r"([\d.,]+)\s*(.+)", found[0]).groups()  # type: ignore[union-attr]  # ditto
    meant = UNITS.get(folded(unit))
    if meant is None or ("." in number and meant in ("months", "years")):
        return None
    return f"{_plain(number)}%" if meant == "%" else f"{_plain(number)} {meant}"


def _exponent(found: Found) -> str | None:
    value = Decimal(found[0])
    return f"{value:f}" if value < 10**15 else None


#: Written with a digit first; longer forms stand before what they begin with.
_NUMBERS: tuple[Habit, ...] = (
    Habit("date_form", r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]", _year_first),
    Habit("date_form", r"\d{4}\.\d{1,2}\.\d{1,2}(?![\w.])", _year_first),
    Habit("date_form", r"\d{1,2}\.\d{1,2}\.\d{4}(?![\w.])", _day_first),
    Habit("date_and_time", r"\d{4}-\d{2}-\d{2}\s+\d{1,2}:\d{2}(?::\d{2})?(?![\w:])", _date_and_time),
    Habit("time_form", r"\d{1,2}(?::\d{2}){1,2}\s*(?:[aApP]\.?[mM]\b\.?)", _time),
    Habit("time_form", r"\d:\d{2}(?::\d{2})?(?![\w:])|\d{1,2}：\d{2}(?:[:：]\d{2})?(?![\w:])", _time),
    Habit("time_form", r"\d{1,2}\s*[点時](?:\s*\d{1,2}\s*分|半|整)?(?!\w)", _time),
    Habit("time_form", r"\d{1,2}\s*[aApP][mM]\b", _time),
    Habit("money_form", rf"{_AMOUNT}\s?(?:US\$|HK\$|[$￥¥€£₩])", _money),
    Habit("large_number", rf"{_AMOUNT}\s*(?:百万|千|万|亿|[kK](?!\w))(?:\s*(?:元|块|CNY))?", _large),
    Habit("money_form", rf"\d+(?:\.\d+)?\s?(?!(?:{_CURRENCIES})\b)(?i:{_CURRENCIES})(?!\w)", _money),
    Habit("unit_form", r"\d+(?:\.\d+)?\s*(?:business|working)?\s?(?:[^\W\d_]+|[％%])(?!\w)", _unit),
    Habit(
        "percent_form", r"\d+(?:\.\d+)?(?:\s+[%％]|％)(?!\s*[\w(])", lambda found: re.sub(r"\s*[%％]", "%", found[0])
    ),
    Habit("underscores", r"\d+(?:_\d+)+(?!\w)", lambda found: found[0].replace("_", "")),
    Habit("exponent", r"\d+(?:\.\d+)?[eE][+]?\d{1,2}(?!\w)", _exponent),
)

_OPERATORS: tuple[Habit, ...] = (
    _fixed("double_equals", r"={2,3}", "="),
    _fixed("not_equal_sign", r"!={2}|<\s*>|!\s+=|≠|~=|！=|！＝|=/=|\^=", "!="),
    _fixed("arrow", r"=>|>\s+=|≥|≧|＞\s*[=＝]|>＝|⩾|=＞", ">="),
    _fixed("arrow", r"=<|<\s+=|≤|≦|＜\s*[=＝]|<＝|⩽|=＜", "<="),
    _fixed("ampersands", r"&{2,}|＆{2}|∧", "and"),
    _fixed("bars", r"\|{1,2}|｜{1,2}|∨", "or"),
    _fixed("exclamation", r"[!！¬~](?!=)", "not "),
    _fixed("assignment", r":=|：＝", "="),
    _fixed("in_sign", r"∈", "in"),
    Habit("power_sign", r"\*\*|\^", lambda _: None),
    Habit("money_form", rf"(?:US\$|HK\$|[$￥¥€£₩])\s?{_AMOUNT}", _money),
    Habit("money_form", rf"(?i:(?:{_CURRENCIES}|RMB)\s?{_AMOUNT})(?![\w.])", _money),
    Habit("leading_point", r"(?<![\w)\]])\.\d+(?!\w)", lambda found: f"0{found[0]}"),
    Habit("braces", r"[$＄]?[{｛]{1,2}\s*[^\W\d]\w*(?:\.\w+)*\s*[}｝]{1,2}|[@$＠][^\W\d]\w*", lambda found: re.sub(r"[^\w.]", "", found[0])),
    Habit("other_quotes", _QUOTED, _requoted),
)  # fmt: skip


@cache
def table() -> tuple[re.Pattern[str], tuple[Habit, ...]]:
    """One pattern for all, and the habit of each of its groups."""
    habits = (*_NUMBERS, *_OPERATORS)
    return re.compile("|".join(f"(?P<h{index}>{habit.pattern})" for index, habit in enumerate(habits))), habits


def habit_at(text: str, position: int) -> tuple[Habit, int, int, str] | None:
    """The habit that begins at a place: where it ends, and what is meant."""
    pattern, habits = table()
    found = pattern.match(text, position)
    if found is None:
        return None
    tried = habits.index(habits[int((found.lastgroup or "h0")[1:])])
    for habit in habits[tried:]:  # the first that fits may not apply, and another may
        match = _compiled(habit.pattern).match(text, position)
        meant = habit.meant(match) if match is not None else None
        if match is not None and meant is not None:
            return habit, match.start(), match.end(), meant
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
