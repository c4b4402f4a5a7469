"""What a language surface (English or Chinese) calls things: its words, its units and its literals."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Literal

from engine.language.tree import Node
from engine.language.words import AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS, Words

Surface = Literal["en", "zh"]

_TABLES: tuple[Words, ...] = (EXPRESSION_WORDS, AFTER_CONTAINS, BEFORE_NAME, AFTER_OPERAND)
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
#: Words that are no names in an expression, unless they stand in backticks.
RESERVED = frozenset(word for table in _TABLES for word in table)


def _first_words() -> Mapping[tuple[str, Surface], str]:
    """The first word of each surface for each run of grammar symbols."""
    found: dict[tuple[str, Surface], str] = {}
    for table in _TABLES:
        for word, symbols in table.items():
            found.setdefault((" ".join(symbols), "en" if word.isascii() else "zh"), word)
    return found


_WORDS = _first_words()
#: Symbols that a surface without a word for them writes as others.
_COMPOSED: Mapping[str, str] = {"ELSEIF": "ELSE IF"}


def words(symbols: str, surface: Surface) -> str:
    """`NOT IN` in the words of a surface: one word for all when it has one, else one for each."""
    whole = _WORDS.get((symbols, surface))
    return whole or " ".join(_WORDS[symbol, surface] for symbol in _COMPOSED.get(symbols, symbols).split())


def name(written: str, reserved: Collection[str] = RESERVED) -> str:
    """A name as it must be written: in backticks when it would not be read as a name. Raises ValueError when nothing helps."""
    if not can_be_written(written):
        raise ValueError(f"no text gives the name {written!r}")
    plain = _PLAIN_NAME.fullmatch(written) and written not in reserved and written.lower() not in reserved
    return written if plain else f"`{written}`"


def can_be_written(written: str) -> bool:
    """Whether backticks can hold a name; they hold no backtick and no line break, and lose blanks at the ends."""
    return bool(written) and not re.search(r"[`\n\r]", written)


def quoted(text: str) -> str:
    """A literal text."""
    return '"' + re.sub(r'["\\\n\t\r]', lambda found: _ESCAPED[found[0]], text) + '"'


_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

#: Units of fixed length, longest first: microseconds, and what it is called.
_UNITS: tuple[tuple[int, str, str], ...] = (
    (86_400_000_000, "day", "天"),
    (3_600_000_000, "hour", "小时"),
    (60_000_000, "minute", "分钟"),
    (1_000_000, "second", "秒"),
    (1_000, "millisecond", "毫秒"),
    (1, "microsecond", "微秒"),
)
_BUSINESS_UNITS: tuple[tuple[int, str, str], ...] = (
    (3_600_000_000, "business hour", "工作小时"),
    (60_000_000, "business minute", "工作分钟"),
)


def _measured(count: int | Decimal, english: str, chinese: str, surface: Surface) -> str:
    if surface == "zh":
        return f"{count:f} {chinese}" if isinstance(count, Decimal) else f"{count} {chinese}"
    return f"{count:f} {english}s" if isinstance(count, Decimal) else f"{count} {english}{'' if count == 1 else 's'}"


def _fixed(micros: int, units: tuple[tuple[int, str, str], ...], surface: Surface) -> str:
    """In the longest unit that leaves no rest; in decimals of the shortest when all do."""
    for size, english, chinese in units:
        if micros % size == 0:
            return _measured(micros // size, english, chinese, surface)
    size, english, chinese = units[-1]
    return _measured(Decimal(micros) / size, english, chinese, surface)


def _signed(value: int, write: Callable[[int], str]) -> str:
    return f"-{write(-value)}" if value < 0 else write(value)


def _duration(value: dt.timedelta, surface: Surface) -> str:
    micros = value // dt.timedelta(microseconds=1)
    return _signed(micros, lambda size: _fixed(size, _UNITS, surface))


def _period(value: int, surface: Surface) -> str:
    def written(months: int) -> str:
        years, rest = divmod(months, 12)
        if months and not rest:
            return _measured(years, "year", "年", surface)
        return _measured(months, "month", "个月", surface)

    return _signed(value, written)


def _business(value: tuple[str, int], surface: Surface) -> str:
    unit, size = value
    if unit == "days":
        return _measured(size, "business day", "个工作日", surface)
    return _fixed(size, _BUSINESS_UNITS, surface)


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _time(value: dt.time | dt.datetime) -> str:
    exact = "auto" if value.second or value.microsecond else "minutes"
    return value.isoformat(timespec=exact)


def _datetime(value: dt.datetime) -> str:
    return re.sub(r"\+00:00$", "Z", _time(value))


def _money(node: Node, surface: Surface) -> str:
    assert isinstance(node.value, Decimal), "a constant amount is a Decimal"
    amount = _decimal(node.value)
    currency = node.type.currency
    return f"{amount} 元" if surface == "zh" and currency == "CNY" else f"{amount} {currency}"


def _as(kind: type, write: Callable[..., str]) -> Callable[[Node, Surface], str]:
    def written(node: Node, surface: Surface) -> str:
        if not isinstance(node.value, kind):
            raise ValueError(f"{node.value!r} is no constant of type {node.type.code()}")
        return write(node.value, surface)

    return written


#: How a constant of each kind is written.
_LITERALS: Mapping[str, Callable[[Node, Surface], str]] = {
    "boolean": _as(bool, lambda value, surface: words("TRUE" if value else "FALSE", surface)),
    "text": _as(str, lambda value, _: quoted(value)),
    "choice": _as(str, lambda value, _: quoted(value)),
    "reference": _as(str, lambda value, _: quoted(value)),
    "number": _as(Decimal, lambda value, _: _decimal(value)),
    "money": _money,
    "date": _as(dt.date, lambda value, _: value.isoformat()),
    "time": _as(dt.time, lambda value, _: _time(value)),
    "datetime": _as(dt.datetime, lambda value, _: _datetime(value)),
    "duration": _as(dt.timedelta, _duration),
    "period": _as(int, _period),
    "business": _as(tuple, _business),
}


def literal(node: Node, surface: Surface) -> str:
    """A constant; `empty` when it has no value. Raises ValueError for what no literal writes."""
    if node.value is None:
        return words("EMPTY", surface)
    write = _LITERALS.get(node.type.kind)
    if write is None:
        raise ValueError(f"a constant of type {node.type.code()} cannot be written")
    return write(node, surface)
