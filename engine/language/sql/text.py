"""Functions of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL

from engine.language.functions.arguments import literal_number
from engine.language.functions.text import MOST_PARTS, WHITE
from engine.language.sql.conditions import ascii_lower
from engine.language.sql.times import wall, wall_in_calendar
from engine.language.sql.total import let, let_all, strict
from engine.language.tree import Node
from engine.language.values import MAX_DIGITS

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]

_TEXT = sa.Text()
_INTEGER = sa.Integer()
#: No text is as long, and twice as much is still an integer of PostgreSQL.
_FARTHEST = 1_000_000_000
_NUMBER = r"^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$"
#: What `isoformat` leaves out of a time of day.
_NO_SECONDS = r"(:00)?\.000000$"


def not_blank(text: Sql) -> Sql:
    """A text, null instead of the empty one."""
    return func.nullif(text, _literal(""), type_=_TEXT)


def _literal(text: str) -> Sql:
    return sa.literal(text, _TEXT)


def _written(node: Node, index: int) -> str:
    """A text that is written in a call; the empty one where it was left empty."""
    return str(node.args[index].value or "")


def _operands(translator: Translator, node: Node) -> tuple[Sql, ...]:
    return tuple(translator.value(arg) for arg in node.args)


def _size(text: Sql) -> Sql:
    return func.char_length(text, type_=_INTEGER)


def _left(text: Sql, count: Sql | int) -> Sql:
    return func.left(text, count, type_=_TEXT)


def _joined(*parts: Sql) -> Sql:
    whole, *others = parts
    for part in others:
        whole = whole.op("||", return_type=_TEXT)(part)
    return whole.self_group()


def _count(number: Sql) -> Sql:
    """A number as a position or a length of a text, its fraction cut off."""
    farthest = sa.literal(_FARTHEST, _INTEGER)
    return sa.cast(func.greatest(func.least(func.trunc(number), farthest), -farthest), _INTEGER)


def _at_least_0(number: Sql) -> Sql:
    return func.greatest(number, sa.literal(0, _INTEGER), type_=_INTEGER)


def _length(translator: Translator, node: Node) -> Sql:
    operand = node.args[0]
    if operand.type.kind == "list":
        return translator.source(operand).scalar(sa.cast(func.count(), sa.Numeric()))
    return sa.cast(func.coalesce(_size(translator.value(operand)), 0), sa.Numeric())


def _upper(translator: Translator, node: Node) -> Sql:
    return func.upper(sa.collate(translator.value(node.args[0]), "C"), type_=_TEXT)


def _trimmed(text: Sql) -> Sql:
    return func.btrim(text, _literal(WHITE), type_=_TEXT)


def _is_blank(translator: Translator, node: Node) -> Sql:
    return not_blank(_trimmed(translator.value(node.args[0]))).is_(sa.null())


def _starts_with(translator: Translator, node: Node) -> Sql:
    text, part = node.args
    # The column as it stands: an index in the order of code points finds what begins with a text.
    held = translator.plain(text) if translator.never_empty(part) else translator.value(text)
    return func.starts_with(held, translator.value(part), type_=sa.Boolean())


def _ends_with(translator: Translator, node: Node) -> Sql:
    text, part = _operands(translator, node)
    return let(part, lambda wanted: func.right(text, _size(wanted), type_=_TEXT) == wanted)


def _equals_ignoring_case(translator: Translator, node: Node) -> Sql:
    left, right = (ascii_lower(operand) for operand in _operands(translator, node))
    return left.is_not_distinct_from(right)


def _like(translator: Translator, node: Node) -> Sql:
    escaped = "".join(f"\\{c}" if c in "\\%_" else _WILD.get(c, c) for c in _written(node, 1))
    return ascii_lower(translator.value(node.args[0])).like(ascii_lower(_literal(escaped)), escape="\\")


_WILD = {"*": "%", "?": "_"}


def _substring(translator: Translator, node: Node) -> Sql:
    def cut(text: Sql, start: Sql, length: Sql | None = None) -> Sql:
        first = _count(start)
        begin = sa.case(
            (first > 0, first), (first < 0, func.greatest(_size(text) + first + 1, sa.literal(1, _INTEGER)))
        )
        longest = () if length is None else (_at_least_0(_count(length)),)
        return not_blank(func.substring(text, begin, *longest, type_=_TEXT))

    return strict(cut, *_operands(translator, node))


def _first(translator: Translator, node: Node) -> Sql:
    return strict(lambda text, n: not_blank(_left(text, _at_least_0(_count(n)))), *_operands(translator, node))


def _last(translator: Translator, node: Node) -> Sql:
    def cut(text: Sql, count: Sql) -> Sql:
        return not_blank(func.right(text, _at_least_0(_count(count)), type_=_TEXT))

    return strict(cut, *_operands(translator, node))


def _before(translator: Translator, node: Node) -> Sql:
    def cut(text: Sql, part: Sql) -> Sql:
        return not_blank(_left(text, _at_least_0(func.strpos(text, part, type_=_INTEGER) - 1)))

    return strict(cut, *_operands(translator, node))


def _after(translator: Translator, node: Node) -> Sql:
    def cut(text: Sql, part: Sql) -> Sql:
        place = func.strpos(text, part, type_=_INTEGER)
        return sa.case((place > 0, not_blank(func.substring(text, place + _size(part), type_=_TEXT))))

    return let_all(_operands(translator, node), cut)


def _position(translator: Translator, node: Node) -> Sql:
    return sa.cast(func.strpos(*_operands(translator, node)), sa.Numeric())


def _count_of(translator: Translator, node: Node) -> Sql:
    def counted(text: Sql, part: Sql) -> Sql:
        lost = _size(text) - _size(func.replace(text, part, _literal(""), type_=_TEXT))
        return sa.cast(func.div(lost, func.nullif(_size(part), 0)), sa.Numeric())

    return let_all(_operands(translator, node), counted)


def _replace(translator: Translator, node: Node) -> Sql:
    part, replacement = _literal(_written(node, 1)), _literal(_written(node, 2))
    return not_blank(func.replace(translator.value(node.args[0]), part, replacement))


def _repeat(translator: Translator, node: Node) -> Sql:
    return not_blank(func.repeat(translator.value(node.args[0]), literal_number(node.args[1])))


def _padded(side: str) -> Make:
    def make(translator: Translator, node: Node) -> Sql:
        width = literal_number(node.args[1])
        fill = _literal(_written(node, 2) if len(node.args) > 2 else " ")

        def filled(text: Sql) -> Sql:
            lacking = func.repeat(fill, _at_least_0(sa.literal(width, _INTEGER) - _size(text)), type_=_TEXT)
            return _joined(lacking, text) if side == "left" else _joined(text, lacking)

        return let(translator.value(node.args[0]), filled)

    return make


def _split(translator: Translator, node: Node) -> Sql:
    parts = func.string_to_array(translator.value(node.args[0]), _literal(_written(node, 1)))
    kept = func.array_remove(parts, _literal(""), type_=ARRAY(_TEXT))
    first = func.trim_array(kept, _at_least_0(func.cardinality(kept, type_=_INTEGER) - MOST_PARTS), type_=ARRAY(_TEXT))
    return func.nullif(first, sa.cast(_literal("{}"), ARRAY(_TEXT)), type_=ARRAY(_TEXT))


def _digits_of(translator: Translator, node: Node) -> Sql:
    text = sa.collate(translator.value(node.args[0]), "C")
    return not_blank(func.regexp_replace(text, _literal("[^0-9]"), _literal(""), _literal("g")))


def _mask(translator: Translator, node: Node) -> Sql:
    first, last = (literal_number(arg) for arg in node.args[1:])

    def masked(text: Sql) -> Sql:
        size = _size(text)
        stars = func.repeat(_literal("*"), _at_least_0(size - (first + last)), type_=_TEXT)
        shown = _joined(_left(text, first), stars, func.right(text, last, type_=_TEXT))
        return sa.case((size > first + last, shown), else_=func.repeat(_literal("*"), size, type_=_TEXT))

    return let(translator.value(node.args[0]), masked)


# -- to_text, by kind


def _plain(number: Sql) -> Sql:
    return sa.cast(func.trim_scale(number, type_=sa.Numeric()), _TEXT)


def _to_char(value: Sql, pattern: str) -> Sql:
    return func.to_char(value, _literal(pattern), type_=_TEXT)


def _time_as_text(translator: Translator, node: Node) -> Sql:
    written = _to_char(sa.cast(translator.value(node.args[0]), INTERVAL()), "HH24:MI:SS.US")
    return func.regexp_replace(written, _literal(_NO_SECONDS), _literal(""), type_=_TEXT)


def _moment_as_text(translator: Translator, node: Node) -> Sql:
    local = wall_in_calendar(wall(translator, translator.value(node.args[0])))
    return _to_char(local, "YYYY-MM-DD HH24:MI")


def _money_as_text(translator: Translator, node: Node) -> Sql:
    return _joined(_plain(translator.value(node.args[0])), _literal(f" {_written(node, 1)}"))


def _date_as_text(translator: Translator, node: Node) -> Sql:
    return _to_char(sa.cast(translator.value(node.args[0]), sa.DateTime()), "YYYY-MM-DD")


_AS_TEXT: Mapping[str, Make] = {
    "boolean": lambda translator, node: sa.cast(translator.value(node.args[0]), _TEXT),
    "number": lambda translator, node: _plain(translator.value(node.args[0])),
    "money": _money_as_text,
    "date": _date_as_text,
    "time": _time_as_text,
    "datetime": _moment_as_text,
}


def _to_text(translator: Translator, node: Node) -> Sql:
    write = _AS_TEXT.get(node.args[0].type.kind)
    return write(translator, node) if write is not None else translator.value(node.args[0])


def _number_of(translator: Translator, node: Node) -> Sql:
    def written(text: Sql) -> Sql:
        is_number = sa.and_(_size(text) <= MAX_DIGITS, text.op("~", return_type=sa.Boolean())(_literal(_NUMBER)))
        return sa.case((is_number, func.replace(text, _literal(","), _literal(""), type_=_TEXT)))

    # The CASE is inside and the cast around it, so that nothing but a number is ever cast.
    return sa.cast(let(_trimmed(translator.value(node.args[0])), written), sa.Numeric())


FUNCTIONS: Mapping[str, Make] = {
    "length": _length,
    "lower": lambda translator, node: ascii_lower(translator.value(node.args[0])),
    "upper": _upper,
    "trim": lambda translator, node: not_blank(_trimmed(translator.value(node.args[0]))),
    "is_blank": _is_blank,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "equals_ignoring_case": _equals_ignoring_case,
    "like": _like,
    "substring": _substring,
    "left": _first,
    "right": _last,
    "before": _before,
    "after": _after,
    "position": _position,
    "count_of": _count_of,
    "replace": _replace,
    "repeat": _repeat,
    "pad_left": _padded("left"),
    "pad_right": _padded("right"),
    "reverse": lambda translator, node: func.reverse(translator.value(node.args[0]), type_=_TEXT),
    "split": _split,
    "digits_of": _digits_of,
    "mask": _mask,
    "to_text": _to_text,
    "number_of": _number_of,
}
