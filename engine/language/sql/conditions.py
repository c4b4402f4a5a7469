"""Logic, comparison and membership. `HOLDS` is true exactly where the condition is; `FAILS` where it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY

from engine.language.sql.columns import column_type, computed_type
from engine.language.sql.moved import unmoved
from engine.language.sql.sources import array_of
from engine.language.sql.total import let
from engine.language.tree import Node
from engine.language.types import says_nothing

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]


def ascii_lower(text: Sql) -> Sql:
    """A to Z in lower case, nothing else."""
    return func.lower(sa.collate(text, "C"), type_=sa.Text())


def by_code_point(text: Sql) -> Sql:
    """A text in the order of its code points, whatever the order of the database."""
    return sa.collate(text, "C")


def _pair(translator: Translator, node: Node) -> tuple[Sql, Sql]:
    left, right = node.args
    if any(translator.never_empty(arg) for arg in node.args) and "empty" not in (left.type.kind, right.type.kind):
        return translator.plain(left), translator.plain(right)
    return translator.typed(left, right.type), translator.typed(right, left.type)


def _equal(translator: Translator, node: Node) -> Sql:
    left, right = _pair(translator, node)
    if any(translator.never_empty(arg) for arg in node.args):
        return left == right
    return left.is_not_distinct_from(right)


def _different(translator: Translator, node: Node) -> Sql:
    left, right = _pair(translator, node)
    if all(translator.never_empty(arg) for arg in node.args):
        return left != right
    return left.is_distinct_from(right)


def _ordered(compare: Callable[[Sql, Sql], Sql], lesser: int) -> Callable[[Translator, Node], Sql]:
    """A comparison in order; `lesser` is the operand that it says is the lesser one."""

    def make(translator: Translator, node: Node) -> Sql:
        one, other = node.args
        if "empty" in (one.type.kind, other.type.kind):
            return sa.false()
        if not {arg.type.kind for arg in node.args} & {"text", "choice"}:
            said_of_column = unmoved(translator, node)
            if said_of_column is not None:
                return said_of_column
            return compare(translator.value(one), translator.value(other))
        column = next((arg for arg in node.args if translator.is_column(arg)), None)
        if column is None or not any(translator.never_empty(arg) for arg in node.args):
            return compare(by_code_point(translator.value(one)), by_code_point(translator.value(other)))
        found = compare(*(by_code_point(translator.plain(arg)) for arg in node.args))
        # Nothing is less than the empty text; it is less than everything, though it is empty.
        return (
            sa.and_(found, translator.plain(column) != sa.literal("", sa.Text()))
            if column is node.args[lesser]
            else found
        )

    return make


def _in(translator: Translator, node: Node) -> Sql:
    item, items = node.args
    if items.type.kind == "empty":
        return sa.false()
    if items.op != "list":
        return _among(translator, item, items)
    if items.args and all(translator.is_known(member) and translator.never_empty(member) for member in items.args):
        members = tuple(translator.evaluate(member) for member in items.args)
        return translator.plain(item) == sa.any_(translator.constant(items.type, members))
    if item.op not in ("const", "field") and not says_nothing(item.type):
        return _is_one_of(translator, item, items)
    return sa.or_(sa.false(), *(_equal(translator, Node("=", node.type, (item, member))) for member in items.args))


def _is_one_of(translator: Translator, item: Node, items: Node) -> Sql:
    """The membership of what is worked out, once for all members."""
    members = [translator.typed(member, item.type) for member in items.args]
    return let(
        translator.value(item),
        lambda value: sa.or_(sa.false(), *(value.is_not_distinct_from(member) for member in members)),
    )


def _among(translator: Translator, item: Node, items: Node) -> Sql:
    """Whether a list that is not written out holds a value."""
    if "empty" in (item.type.kind, (items.type.item or item.type).kind):
        return sa.false()
    if translator.is_column(items) and translator.never_empty(item):
        # Not `= ANY`, which no index over the items serves.
        return translator.plain(items).op("@>", return_type=sa.Boolean())(_single(translator, item, items))
    each = translator.source(items)
    return each.exists(each.value() == translator.value(item))


def _single(translator: Translator, item: Node, items: Node) -> Sql:
    return array_of(translator, Node("list", items.type, (item,)))


def _is_empty(translator: Translator, node: Node) -> Sql:
    operand = node.args[0]
    if operand.type.kind == "list" and operand.type.item is not None and not translator.is_column(operand):
        return sa.not_(translator.source(operand).exists())
    if translator.is_column(operand) and operand.type.kind in ("text", "choice"):
        column = translator.plain(operand)
        return sa.or_(column.is_(sa.null()), column == sa.literal("", sa.Text()))
    return translator.value(operand).is_(sa.null())


def _is_not_empty(translator: Translator, node: Node) -> Sql:
    operand = node.args[0]
    if operand.type.kind == "list":
        return sa.not_(_is_empty(translator, node)) if operand.type.item is not None else sa.false()
    if translator.is_column(operand) and operand.type.kind in ("text", "choice"):
        return translator.plain(operand) != sa.literal("", sa.Text())
    return translator.value(operand).is_not(sa.null())


# -- what a text or a list holds


def _contains(translator: Translator, node: Node) -> Sql:
    holder, part = node.args
    if "empty" in (holder.type.kind, part.type.kind):
        return sa.false()
    if holder.type.kind == "list":
        return _among(translator, part, holder)
    return _holds_text(translator.value(holder), translator.value(part))


def _holds_text(holder: Sql, part: Sql) -> Sql:
    return func.strpos(ascii_lower(holder), ascii_lower(part)) > 0


def _contains_any(translator: Translator, node: Node) -> Sql:
    holder, parts = node.args
    if _nothing_in(holder) or _nothing_in(parts):
        return sa.false()
    if holder.type.kind == "list":
        return _overlaps(translator, holder, parts)
    if parts.op == "list":
        wanted = [translator.value(part) for part in parts.args if part.type.kind != "empty"]
        return let(
            translator.value(holder), lambda held: sa.or_(sa.false(), *(_holds_text(held, each) for each in wanted))
        )
    each = translator.source(parts)
    return each.exists(_holds_text(translator.value(holder), each.value()))


def _overlaps(translator: Translator, holder: Node, parts: Node) -> Sql:
    parts = _like(parts, holder)
    if translator.is_column(holder):
        return translator.plain(holder).op("&&", return_type=sa.Boolean())(_wanted(translator, holder, parts))
    each = translator.source(holder)
    return each.exists(each.value() == sa.any_(sa.cast(translator.value(parts), ARRAY(computed_type(each.type)))))


def _like(parts: Node, holder: Node) -> Node:
    """Parts that are written out, in the type of the list they are looked for in."""
    return replace(parts, type=holder.type) if parts.op == "list" else parts


def _wanted(translator: Translator, holder: Node, parts: Node) -> Sql:
    """The parts as an array of the type that the holder is."""
    item = holder.type.item or parts.type
    of_column = translator.is_column(holder)
    return sa.cast(translator.value(parts), ARRAY(column_type(item) if of_column else computed_type(item)))


def _contains_all(translator: Translator, node: Node) -> Sql:
    holder, parts = node.args
    if _nothing_in(parts):
        return sa.true()
    if _nothing_in(holder):
        return translator.value(parts).is_(sa.null())
    if holder.type.kind != "list":
        return _holds_each(translator, holder, parts)
    parts = _like(parts, holder)
    held = translator.plain(holder) if translator.is_column(holder) else translator.value(holder)
    if translator.never_empty(parts):
        return held.op("@>", return_type=sa.Boolean())(_wanted(translator, holder, parts))
    wanted = _wanted(translator, holder, parts)
    return let(wanted, lambda each: sa.or_(each.is_(sa.null()), held.op("@>", return_type=sa.Boolean())(each)))


def _holds_each(translator: Translator, holder: Node, parts: Node) -> Sql:
    each = translator.source(parts)
    return sa.not_(each.exists(_holds_text(translator.value(holder), each.value()).is_not(sa.true())))


def _nothing_in(node: Node) -> bool:
    """Whether the type says already that there is nothing in it."""
    return node.type.kind == "empty" or (node.type.item is not None and node.type.item.kind == "empty")


def _holds_all(translator: Translator, node: Node) -> Sql:
    return sa.and_(*(translator.holds(arg) for arg in node.args))


def _holds_one(translator: Translator, node: Node) -> Sql:
    return sa.or_(*(translator.holds(arg) for arg in node.args))


def _fails_one(translator: Translator, node: Node) -> Sql:
    return sa.or_(*(translator.fails(arg) for arg in node.args))


def _fails_all(translator: Translator, node: Node) -> Sql:
    return sa.and_(*(translator.fails(arg) for arg in node.args))


HOLDS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "and": _holds_all,
    "or": _holds_one,
    "not": lambda translator, node: translator.fails(node.args[0]),
    "=": _equal,
    "<": _ordered(lambda left, right: left < right, lesser=0),
    "<=": _ordered(lambda left, right: left <= right, lesser=0),
    ">": _ordered(lambda left, right: left > right, lesser=1),
    ">=": _ordered(lambda left, right: left >= right, lesser=1),
    "in": _in,
    "is_empty": _is_empty,
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
}

FAILS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "and": _fails_one,
    "or": _fails_all,
    "not": lambda translator, node: translator.holds(node.args[0]),
    "=": _different,
    "is_empty": _is_not_empty,
}
