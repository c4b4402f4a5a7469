"""Completion: what may be written at a place in an unfinished text, best first.

Fields and variables in reach, functions, words of the language, options of the choice on the other side, units after a number.
A word is found by its beginning, by a part, and by the pinyin initials of its Chinese name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from lark.exceptions import UnexpectedInput

from engine.definitions import SYSTEM_FIELDS, Text
from engine.language import surfaces
from engine.language.cursor import Cursor, cursor_at, function_around, operand_type, wanted_type
from engine.language.functions import FUNCTIONS, KEYWORDS_NAMES, Function
from engine.language.literals import unquote
from engine.language.names import ITEM_NAMES, NameMismatch, find, resolve
from engine.language.pinyin import initials
from engine.language.surfaces import Surface
from engine.language.syntax import expression_parser
from engine.language.types import ORDERED, Scope, Type

MOST_ITEMS = 200

Kind = Literal["field", "variable", "function", "keyword", "option", "literal", "unit"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be written: `insert` in place of the word, under the `label`; `also` are its other names."""

    label: str
    insert: str
    kind: Kind
    type: Type | None = None
    detail: Text | None = None
    doc: Text | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand in place of the characters from `start` to `end`."""

    start: int
    end: int
    items: tuple[Item, ...]


def complete(
    text: str, position: int, scope: Scope, surface: Surface = "en", expected: Type | None = None
) -> Completion:
    """What may be written at `position`, in the words of a surface; nothing inside comments and free text. The whole is to be of
    the `expected` type."""
    position = max(0, min(position, len(text)))
    cursor = cursor_at(text, position, scope)
    if cursor is None:
        return Completion(position, position, ())
    wanted = wanted_type(cursor, text, scope) if cursor.before else expected and (expected.item or expected)
    items = fitting(_candidates(cursor, text, scope, surface, wanted), cursor.word, _kinds(cursor, wanted))
    return Completion(cursor.start, position, items)


def fitting(found: Iterable[Item], word: str, kinds: tuple[str, ...] | None = None) -> tuple[Item, ...]:
    """The items that go with the word being written, each once, best first; those of the `kinds` of type before others."""
    candidates: dict[str, Item] = {}
    for item in found:
        candidates.setdefault(item.insert, item)
    ranked = sorted(_ranked(candidates.values(), word, kinds), key=lambda each: each[0])
    return tuple(item for _, item in ranked[:MOST_ITEMS])


def _kinds(cursor: Cursor, wanted: Type | None) -> tuple[str, ...] | None:
    """The kinds of type that fit here; None when all do."""
    if wanted is not None:
        return (wanted.kind,)
    around = function_around(cursor)
    return around[0].parameter(around[1]).kinds if around is not None and around[0].parameters else None


def _ranked(
    candidates: Iterable[Item], word: str, kinds: tuple[str, ...] | None
) -> Iterator[tuple[tuple[int, int, int], Item]]:
    for place, item in enumerate(candidates):
        match = _match(item, word.lower())
        if match is not None:
            exact = item.kind in ("option", "literal", "unit")
            fits = kinds is None or (item.type is not None and item.type.kind in kinds)
            yield (match, 0 if exact else 1 if fits else 2, place), item


def _match(item: Item, word: str) -> int | None:
    """How well a word fits an item, 0 is best; None when it does not."""
    if not word:
        return 0
    names = [name.lower() for name in (item.label, *item.also)]
    tests = (
        any(name.startswith(word) for name in names),
        any(initials(name).startswith(word) for name in names if not name.isascii()),
        any(word in name for name in names),
    )
    return next((rank for rank, found in enumerate(tests) if found), None)


def _candidates(cursor: Cursor, text: str, scope: Scope, surface: Surface, wanted: Type | None) -> Iterator[Item]:
    yield from _decisions(cursor, scope, surface)
    if cursor.quoted:
        yield from _options(wanted, surface)
    elif cursor.before and cursor.before[-1].type == "DOT":
        yield from _members(cursor, scope, surface)
    elif cursor.after_operand:
        yield from _units(cursor, surface)
        yield from _operators(cursor, operand_type(cursor, text, scope), surface)
    else:
        yield from _options(wanted, surface)
        yield from _values(wanted, surface)
        yield from _names(cursor, scope, surface)
        yield from _functions(cursor, scope, surface)
        yield from _prefixes(cursor, scope, surface)


def _decisions(cursor: Cursor, scope: Scope, surface: Surface) -> Iterator[Item]:
    """In the call of a decision table: the tables, and behind the table its inputs, each as it is given."""
    around = function_around(cursor)
    if around is None or around[0].needs != "decisions":
        return
    if around[1] == 0:
        for key in scope.decisions:
            yield replace(named_item(scope.decisions, key, surface, "option"), insert=surfaces.quoted(key))
    elif not cursor.quoted and cursor.before[-1].type == "COMMA":
        table = _table_of(cursor, scope)
        inputs = scope.decisions[table].fields["inputs"].fields if table is not None else {}
        for key in inputs:
            item = named_item(inputs, key, surface, "field")
            yield replace(item, insert=f"{item.insert}: ")


def _table_of(cursor: Cursor, scope: Scope) -> str | None:
    """The table that the call around names, as far as it is a known one."""
    texts = [unquote(token) for token in cursor.before if token.type == "STRING"]
    return next((key for text in reversed(texts) if (key := find(scope.decisions, text)) is not None), None)


# -- operands


def _options(wanted: Type | None, surface: Surface) -> Iterator[Item]:
    for option in wanted.options if wanted is not None else ():
        label = (option.label.zh if surface == "zh" else option.label.en) or option.key
        also = (option.key, option.label.zh, option.label.en)
        yield Item(label, surfaces.quoted(label), "option", wanted, Text(option.key, option.key), None, also)


def _values(wanted: Type | None, surface: Surface) -> Iterator[Item]:
    if wanted is not None and wanted.kind == "boolean":
        yield from (_word(symbol, surface, "literal") for symbol in ("TRUE", "FALSE"))


def _names(cursor: Cursor, scope: Scope, surface: Surface) -> Iterator[Item]:
    for bound in reversed(cursor.bound):
        if bound.implicit:
            yield from (
                named_item(scope.members(bound.type), key, surface, "field") for key in scope.members(bound.type)
            )
            own = ITEM_NAMES[1 if surface == "zh" else 0]
            yield Item(own, own, "variable", bound.type, bound.type.describe())
        else:
            yield Item(bound.variable, bound.variable, "variable", bound.type, bound.type.describe())
    for key in sorted(scope.variables, key=SYSTEM_FIELDS.__contains__):  # what the author defined comes first
        kind: Kind = "variable" if scope.variables[key].kind == "record" else "field"
        yield named_item(scope.variables, key, surface, kind)


def _members(cursor: Cursor, scope: Scope, surface: Surface) -> Iterator[Item]:
    steps = cursor.path
    if not steps:
        return
    try:
        type = resolve(scope, steps, cursor.bound).type
    except NameMismatch:
        return
    item = type.item
    members = scope.members(item if type.kind == "list" and item is not None else type)
    yield from (named_item(members, key, surface, "field") for key in sorted(members, key=SYSTEM_FIELDS.__contains__))


def named_item(members: Mapping[str, Type], key: str, surface: Surface, kind: Kind) -> Item:
    """A field under its label when the label leads back to it, else under its key."""
    type = members[key]
    label = type.label
    written = (label.zh if surface == "zh" else label.en) if label is not None else ""
    shown = written if surfaces.can_be_written(written) and find(members, written) == key else key
    also = (key, label.zh, label.en) if label is not None else (key,)
    return Item(shown, surfaces.name(shown), kind, type, type.describe(), None, also)


def _functions(cursor: Cursor, scope: Scope, surface: Surface) -> Iterator[Item]:
    for function in FUNCTIONS:
        if function.needs is None or function.needs in scope.provides:
            yield _function(function, surface)
    if "words" in scope.provides and cursor.before and cursor.before[-1].type in ("CONTAINS", "OF"):
        name = sorted(KEYWORDS_NAMES, key=str.isascii)[-1 if surface == "en" else 0]
        yield Item(name, f'{name}("")', "function", None, Text("词表", "word list"))


def _function(function: Function, surface: Surface) -> Item:
    chinese = next((name for name in function.names if not name.isascii()), function.names[0])
    name = chinese if surface == "zh" else function.names[0]
    usage = Text(function.usage.replace(function.key, chinese, 1), function.usage)
    result = None if function.result is None or callable(function.result) else function.result
    return Item(name, f"{name}(", "function", result, usage, function.doc, function.names)


def _prefixes(cursor: Cursor, scope: Scope, surface: Surface) -> Iterator[Item]:
    """Words that begin an operand."""
    legal = _legal(cursor)
    if cursor.before and cursor.before[-1].type == "CONTAINS":
        yield from (_word(symbols, surface, "keyword") for symbols in ("ANY OF", "ALL OF", "NONE OF"))
    for symbol in ("NOT", "IF", "TRUE", "FALSE", "EMPTY"):
        if legal is None or symbol in legal:
            yield _word(symbol, surface, "keyword")
    if any(type.kind == "list" for type in scope.variables.values()):
        yield from (_word(symbol, surface, "keyword") for symbol in ("SOME", "EVERY", "FOR"))


# -- what follows an operand

#: Operators by the kinds of operand they go with; None is any kind.
_OPERATORS: tuple[tuple[str, frozenset[str] | None], ...] = (
    ("=", None),
    ("!=", None),
    (">", ORDERED),
    (">=", ORDERED),
    ("<", ORDERED),
    ("<=", ORDERED),
    ("CONTAINS", frozenset({"text", "choice", "list"})),
    ("CONTAINS ANY OF", frozenset({"text", "choice", "list"})),
    ("CONTAINS ALL OF", frozenset({"text", "choice", "list"})),
    ("CONTAINS NONE OF", frozenset({"text", "choice", "list"})),
    ("NOT CONTAINS", frozenset({"text", "choice", "list"})),
    ("IN", None),
    ("NOT IN", None),
    ("BETWEEN", ORDERED),
    ("IS EMPTY", None),
    ("IS NOT EMPTY", None),
    ("WHERE", frozenset({"list"})),
    ("AS", frozenset({"list"})),
    ("+", frozenset({"number", "money", "date", "datetime", "duration", "period", "text"})),
    ("-", frozenset({"number", "money", "date", "datetime", "duration", "period"})),
    ("*", frozenset({"number", "money", "duration"})),
    ("/", frozenset({"number", "money", "duration"})),
    ("??", None),
)
#: Words that go on after a whole condition, where the grammar lets them.
_CONNECTIVES = ("AND", "OR", "THEN", "ELSE", "ELSEIF", "END", "SATISFIES", "RETURN", "OF")
#: The terminal that says whether an operator is legal.
_SIGNS: Mapping[str, str] = {"+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER", "??": "COALESCE"}


def _operators(cursor: Cursor, type: Type | None, surface: Surface) -> Iterator[Item]:
    legal = _legal(cursor)

    def allowed(symbol: str) -> bool:
        terminal = symbol.split()[0]
        terminal = _SIGNS.get(terminal, terminal if terminal.isalpha() else "COMPARE")
        return legal is None or terminal in legal

    connectives = [symbol for symbol in _CONNECTIVES if allowed(symbol) and _connects(symbol, type, legal)]
    first = (type is not None and type.kind == "boolean") or (legal is not None and "OR" not in legal)
    if first:
        yield from (_word(symbol, surface, "keyword") for symbol in connectives)
    for symbol, kinds in _OPERATORS:
        fits = kinds is None or type is None or type.kind in kinds
        if fits and allowed(symbol):
            yield _word(symbol, surface, "keyword")
    if not first:
        yield from (_word(symbol, surface, "keyword") for symbol in connectives)


def _connects(symbol: str, type: Type | None, legal: frozenset[str] | None) -> bool:
    """Whether a connective makes sense after an operand of a type; between its bounds, `between` has an `and` of its own."""
    if type is None or type.kind == "boolean" or symbol not in ("AND", "OR", "THEN"):
        return True
    return symbol == "AND" and legal is not None and "OR" not in legal


_UNITS: tuple[tuple[str, str], ...] = (
    ("minutes", "分钟"), ("hours", "小时"), ("days", "天"), ("weeks", "周"), ("months", "个月"), ("years", "年"),
    ("business days", "个工作日"), ("business hours", "工作小时"), ("business minutes", "工作分钟"), ("CNY", "元"),
    ("USD", "USD"), ("EUR", "EUR"),
)  # fmt: skip


def _units(cursor: Cursor, surface: Surface) -> Iterator[Item]:
    if cursor.before[-1].type == "NUMBER" and "." not in cursor.before[-1]:
        for english, chinese in _UNITS:
            word = chinese if surface == "zh" else english
            yield Item(word, word, "unit", also=(english, chinese))


def _word(symbols: str, surface: Surface, kind: Kind) -> Item:
    if not symbols[0].isalpha():
        return Item(symbols, symbols, kind)
    english, chinese = _spelled(symbols, "en"), _spelled(symbols, "zh")
    word = chinese if surface == "zh" else english
    return Item(word, word, kind, also=(english, chinese))


def _spelled(symbols: str, surface: Surface) -> str:
    if symbols == "ELSEIF" and surface == "en":
        return "else if"
    return surfaces.words(symbols, surface)


def _legal(cursor: Cursor) -> frozenset[str] | None:
    """The terminals the grammar takes next; None when what stands before is itself not right."""
    parsing = expression_parser().parse_interactive("")
    try:
        for token in cursor.before:
            parsing.feed_token(token)
    except UnexpectedInput:
        return None
    return frozenset(parsing.accepts())  # type: ignore[no-untyped-call]  # without annotations in Lark
