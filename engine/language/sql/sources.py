"""Lists as something to select from: the items of an array, the rows of a sub-table, what is left of them or made of them.

So a function of a list is one scalar subquery over the rows, and no array is built where none is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
from sqlalchemy.types import TypeEngine

from engine.language.sql.columns import column_type, computed_type, from_column
from engine.language.sql.places import Item, Place
from engine.language.sql.total import simple
from engine.language.tree import Node
from engine.language.types import EMPTY, TEXT, Type

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
_UUID = sa.Uuid(as_uuid=True)


@dataclass(frozen=True)
class Source:
    """The items of a list, in `order`. `item` is what a variable that stands for one reads; `element` its value, never null in
    the rows that `where` lets through, or None for a record."""

    rows: FromClause
    order: Sql
    item: Place
    type: Type
    element: Sql | None = None
    where: tuple[Sql, ...] = ()

    def value(self) -> Sql:
        """The item's value. Raises ValueError for a record, which has none in SQL."""
        if self.element is None:
            raise ValueError("a record is no value in SQL")
        return self.element

    def select(self, *columns: Sql) -> sa.Select[Any]:
        """What is asked for of each item, for a subquery of its own."""
        return sa.select(*columns).select_from(self.rows).where(*self.where).correlate_except(self.rows)

    def scalar(self, column: Sql) -> Sql:
        """An aggregate over the items."""
        return self.select(column).scalar_subquery()

    def exists(self, *conditions: Sql) -> Sql:
        """Whether there is an item (of which the conditions are true)."""
        return self.select(sa.literal_column("1")).where(*conditions).exists()

    def array(self, type: TypeEngine[Any] | None = None) -> Sql:
        """The items as an array; null when there are none."""
        whole = ARRAY(computed_type(self.type)) if type is None else type
        return self.scalar(func.array_agg(aggregate_order_by(self.value(), self.order), type_=whole))

    def kept(self, *conditions: Sql) -> Source:
        """The items of which the conditions are true."""
        return replace(self, where=(*self.where, *conditions))

    def ordered(self, order: Sql) -> Source:
        """The items in another order."""
        return replace(self, order=order)

    def made(self, type: Type, value: Sql) -> Source:
        """Something of each item; nulls left out."""
        columns = (value.label("value"), self.order.label("position"))
        inner = self.select(*columns)
        if not simple(value):
            inner = inner.offset(sa.literal_column("0"))  # or the planner would write it into every place that uses it
        rows = inner.subquery()
        return scalars(rows, type, rows.c["value"], rows.c["position"])


def scalars(rows: FromClause, type: Type, value: Sql, order: Sql) -> Source:
    """Rows that hold one value each; nulls left out."""
    return Source(rows, order, Item(value), type, value, (value.is_not(sa.null()),))


def unnested(values: Sql, type: Type, stored: bool = False) -> Source:
    """The items of an array; `stored` when it is one of a column."""
    element = (column_type if stored else computed_type)(type)
    rows = func.unnest(values).table_valued(sa.column("value", element), with_ordinality="position").render_derived()
    value = from_column(type, rows.c["value"]) if stored else rows.c["value"]
    return scalars(rows, type, value, rows.c["position"])


def source(translator: Translator, node: Node) -> Source:
    """The items of a list."""
    make = SOURCES.get(node.op)
    return make(translator, node) if make is not None else _of_value(translator, node)


def _item_type(node: Node) -> Type:
    item = node.type.item
    return TEXT if item is None or item.kind == "empty" else item


def _of_value(translator: Translator, node: Node) -> Source:
    return unnested(translator.value(node), _item_type(node))


def _of_field(translator: Translator, node: Node) -> Source:
    item = _item_type(node)
    if item.kind == "record":
        return _of_sub_table(translator, node, item)
    if translator.is_stored(node):
        return unnested(translator.plain(node), item, stored=True)
    return _of_value(translator, node)


def _of_sub_table(translator: Translator, node: Node, item: Type) -> Source:
    parent, entity = translator.parent(node)
    rows, row = translator.tables.rows(entity, node.path[-1])
    where = [row.column("parent_id", _UUID) == parent]
    if entity is not None and len(node.path) > 1 and translator.tables.given(entity):
        seen, seen_row = translator.tables.records(entity)
        one = sa.select(sa.literal_column("1", sa.Integer())).select_from(seen).correlate_except(seen)
        where.append(one.where(seen_row.column("id", _UUID) == parent).exists())
    return Source(rows, row.column("position", sa.Integer()), row, item, None, tuple(where))


def _of_literal(translator: Translator, node: Node) -> Source:
    return unnested(array_of(translator, node), _item_type(node))


def array_of(translator: Translator, node: Node) -> Sql:
    """The items of a list that is written out, empties among them."""
    whole = ARRAY(computed_type(_item_type(node)))
    if not node.args:
        return sa.cast(sa.literal("{}", sa.Text()), whole)
    return sa.cast(array([translator.typed(item, _item_type(node)) for item in node.args]), whole)


def _filtered(translator: Translator, node: Node) -> Source:
    items, condition = node.args
    each = translator.source(items)
    return each.kept(translator.within(str(node.value), each.item).holds(condition))


def _mapped(translator: Translator, node: Node) -> Source:
    items, body = node.args
    each = translator.source(items)
    inner = translator.within(str(node.value), each.item)
    return each.made(_item_type(node), inner.typed(body, _item_type(node)))


def _of_call(translator: Translator, node: Node) -> Source:
    """A function of lists gives its items without an array; any other gives an array."""
    from engine.language.sql.lists import SOURCES as functions  # which are made of sources

    return functions.get(str(node.value), _of_value)(translator, node)


SOURCES: Mapping[str, Callable[[Translator, Node], Source]] = {
    "field": _of_field,
    "list": _of_literal,
    "filter": _filtered,
    "map": _mapped,
    "call": _of_call,
}


def some(translator: Translator, node: Node) -> Sql:
    """Whether the condition is true of an item."""
    items, condition = node.args
    if items.type.item in (None, EMPTY):
        return sa.false()
    each = translator.source(items)
    return each.exists(translator.within(str(node.value), each.item).holds(condition))


def every(translator: Translator, node: Node) -> Sql:
    """Whether the condition is true of each item."""
    items, condition = node.args
    if items.type.item in (None, EMPTY):
        return sa.true()
    each = translator.source(items)
    return sa.not_(each.exists(translator.within(str(node.value), each.item).fails(condition)))


def listed(translator: Translator, node: Node) -> Sql:
    """A list as an array."""
    return translator.source(node).array()


HOLDS: Mapping[str, Callable[[Translator, Node], Sql]] = {"some": some, "every": every}
VALUES: Mapping[str, Callable[[Translator, Node], Sql]] = {"list": listed, "filter": listed, "map": listed}
