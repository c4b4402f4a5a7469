"""Functions of lists: each is one subquery over the items. Those that answer a list are something to select from themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.language.functions.arguments import literal_number
from engine.language.sql import times
from engine.language.sql.columns import computed_type
from engine.language.sql.sources import Source, scalars, unnested
from engine.language.sql.values import number, quotient
from engine.language.tree import Node
from engine.language.types import EMPTY, TEXT, Type

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
_NUMERIC = sa.Numeric()


def _is_nothing(node: Node) -> bool:
    """Whether the list is written without items, so that it has no type that could be selected from."""
    return node.type.item in (None, EMPTY)


def _ranked(type: Type, value: Sql) -> Sql:
    """A value by which items are ordered: text by code point."""
    return sa.collate(value, "C") if type.kind in ("text", "choice") else value


def _count(translator: Translator, node: Node) -> Sql:
    if _is_nothing(node.args[0]):
        return number(0)
    return sa.cast(translator.source(node.args[0]).scalar(func.count()), _NUMERIC)


def _sum(translator: Translator, node: Node) -> Sql:
    items = translator.source(node.args[0])
    total = items.scalar(func.sum(items.value(), type_=_NUMERIC))
    return times.duration(total) if items.type.kind == "duration" else total


def _average(translator: Translator, node: Node) -> Sql:
    items = translator.source(node.args[0])
    return items.scalar(quotient(func.sum(items.value(), type_=_NUMERIC), sa.cast(func.count(), _NUMERIC)))


def _median(translator: Translator, node: Node) -> Sql:
    items = translator.source(node.args[0])
    place = func.row_number().over(order_by=items.value())
    ranked = items.select(items.value().label("value"), place.label("place"), func.count().over().label("count"))
    rows = ranked.subquery()
    middle = rows.c["place"].between((rows.c["count"] + 1) // 2, (rows.c["count"] + 2) // 2)
    total: Sql = func.sum(rows.c["value"], type_=_NUMERIC)
    value = sa.case((func.count() == 1, total), else_=quotient(total, number(2)))
    return sa.select(value).select_from(rows).where(middle).correlate_except(rows).scalar_subquery()


def _extreme(descending: bool) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        items = translator.source(node.args[0])
        rank = _ranked(items.type, items.value())
        return _one(items.ordered(rank.desc() if descending else rank.asc()))

    return make


def _one(items: Source, skipped: int = 0) -> Sql:
    """The first item after so many."""
    return items.select(items.value()).order_by(items.order).offset(skipped).limit(1).scalar_subquery()


def _first(translator: Translator, node: Node) -> Sql:
    return _one(translator.source(node.args[0]))


def _last(translator: Translator, node: Node) -> Sql:
    items = translator.source(node.args[0])
    return _one(items.ordered(items.order.desc()))


def _at(translator: Translator, node: Node) -> Sql:
    items, place = translator.source(node.args[0]), literal_number(node.args[1])
    if place == 0:
        return sa.cast(sa.null(), computed_type(node.type))
    return _one(items, place - 1) if place > 0 else _one(items.ordered(items.order.desc()), -place - 1)


def _index_of(translator: Translator, node: Node) -> Sql:
    if _is_nothing(node.args[0]) or node.args[1].type.kind == "empty":
        return number(0)
    items = translator.source(node.args[0])
    place = func.row_number().over(order_by=items.order)
    rows = items.select(items.value().label("value"), place.label("place")).subquery()
    wanted = translator.typed(node.args[1], items.type)
    found = sa.select(func.min(rows.c["place"])).where(rows.c["value"] == wanted).correlate_except(rows)
    return sa.cast(func.coalesce(found.scalar_subquery(), 0), _NUMERIC)


def _join(translator: Translator, node: Node) -> Sql:
    items = translator.source(node.args[0])
    separator = sa.literal(str(node.args[1].value or ""), sa.Text())
    return items.scalar(func.string_agg(items.value(), aggregate_order_by(separator, items.order), type_=sa.Text()))


def _is_subset(translator: Translator, node: Node) -> Sql:
    first, second = node.args
    if _is_nothing(first):
        return sa.true()
    items = translator.source(first)
    return sa.not_(items.exists() if _is_nothing(second) else items.exists(_absent(translator, items, second)))


def _absent(translator: Translator, items: Source, other: Node) -> Sql:
    others = translator.source(other)
    return sa.not_(others.exists(others.value() == items.value()))


# -- lists made of lists


def _sub_table(node: Node) -> Node:
    """What a list of records was narrowed from: nothing else makes one in SQL."""
    while node.op in ("filter", "call"):
        node = node.args[0]
    return node


def _take(translator: Translator, node: Node) -> Source:
    items = translator.source(node.args[0])
    if items.element is None:
        first = items.select(items.order).order_by(items.order).limit(literal_number(node.args[1]))
        whole = translator.source(_sub_table(node))
        return whole.kept(whole.order.in_(first))
    chosen = items.select(items.value().label("value"), items.order.label("position"))
    rows = chosen.order_by(items.order).limit(literal_number(node.args[1])).subquery()
    return scalars(rows, items.type, rows.c["value"], rows.c["position"])


def _distinct(translator: Translator, node: Node) -> Source:
    return _once(translator.source(node.args[0]))


def _once(items: Source) -> Source:
    place: Sql = func.row_number().over(order_by=items.order)
    numbered = items.select(items.value().label("value"), place.label("position")).subquery()
    first = func.row_number().over(partition_by=numbered.c["value"], order_by=numbered.c["position"])
    ranked = sa.select(numbered.c["value"], numbered.c["position"], first.label("turn")).correlate_except(numbered)
    rows = ranked.subquery()
    found = scalars(rows, items.type, rows.c["value"], rows.c["position"])
    return found.kept(rows.c["turn"] == 1)


def _sort(translator: Translator, node: Node) -> Source:
    items = translator.source(node.args[0])
    place: Sql = func.row_number().over(order_by=_ranked(items.type, items.value()))
    rows = items.select(items.value().label("value"), place.label("position")).subquery()
    return scalars(rows, items.type, rows.c["value"], rows.c["position"])


def _union(translator: Translator, node: Node) -> Source:
    parts = [translator.source(arg) for arg in node.args if not _is_nothing(arg)]
    if len(parts) < 2:
        return _once(parts[0]) if parts else translator.source(node.args[0])
    numbered = [
        part.select(
            part.value().label("value"),
            sa.literal_column(str(turn)).label("turn"),
            func.row_number().over(order_by=part.order).label("place"),
        )
        for turn, part in enumerate(parts)
    ]
    both = sa.union_all(*numbered).subquery()
    place: Sql = func.row_number().over(order_by=(both.c["turn"], both.c["place"]))
    rows = sa.select(both.c["value"], place.label("position")).correlate_except(both).subquery()
    return _once(scalars(rows, parts[0].type, rows.c["value"], rows.c["position"]))


def _none(translator: Translator, node: Node) -> Source:
    """No items, in the type that the list was taken for."""
    return unnested(translator.constant(node.type, None), node.type.item or TEXT)


def _intersect(translator: Translator, node: Node) -> Source:
    if _is_nothing(node.args[0]):
        return _none(translator, node)
    items = translator.source(node.args[0])
    if _is_nothing(node.args[1]):
        return items.kept(sa.false())
    return _once(items.kept(sa.not_(_absent(translator, items, node.args[1]))))


def _except(translator: Translator, node: Node) -> Source:
    if _is_nothing(node.args[0]):
        return _none(translator, node)
    items = translator.source(node.args[0])
    if _is_nothing(node.args[1]):
        return _once(items)
    return _once(items.kept(_absent(translator, items, node.args[1])))


#: Functions that answer a list, as something to select from.
SOURCES: Mapping[str, Callable[[Translator, Node], Source]] = {
    "take": _take,
    "distinct": _distinct,
    "sort": _sort,
    "union": _union,
    "intersect": _intersect,
    "except": _except,
}


def _array(make: Callable[[Translator, Node], Source]) -> Callable[[Translator, Node], Sql]:
    return lambda translator, node: make(translator, node).array()


def _of_some(make: Callable[[Translator, Node], Sql]) -> Callable[[Translator, Node], Sql]:
    """The function of a list; null of one that is written without items."""

    def made(translator: Translator, node: Node) -> Sql:
        return translator.constant(node.type, None) if _is_nothing(node.args[0]) else make(translator, node)

    return made


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "count": _count,
    "sum": _of_some(_sum),
    "avg": _of_some(_average),
    "median": _of_some(_median),
    "lowest": _of_some(_extreme(descending=False)),
    "highest": _of_some(_extreme(descending=True)),
    "first": _of_some(_first),
    "last": _of_some(_last),
    "at": _of_some(_at),
    "index_of": _index_of,
    "join": _of_some(_join),
    "is_subset": _is_subset,
    **{key: _array(make) for key, make in SOURCES.items()},
}
