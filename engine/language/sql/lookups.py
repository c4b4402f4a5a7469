"""Functions that find other records: a subquery over the rows of the entity that may be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from engine.language.sql.columns import column_type
from engine.language.sql.places import SUPPORT
from engine.language.tree import Node
from engine.language.types import says_nothing

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
_UUID = sa.Uuid(as_uuid=True)
_DATETIME = sa.DateTime(timezone=True)


def _found(translator: Translator, node: Node) -> tuple[sa.Select[Any], Sql]:
    """The rows of the entity whose fields have the values, and their id."""
    entity, *given = node.args
    table, row = translator.tables.records(str(entity.value))
    id = row.column("id", _UUID)
    rows = sa.select(id).select_from(table).correlate_except(table)
    if entity.value not in SUPPORT:
        rows = rows.where(row.column("deleted_at", _DATETIME).is_(sa.null()))
    for each in given:
        value = each.args[0]
        same = row.column(str(each.value), column_type(value.type)) == translator.value(value)
        rows = rows.where(sa.false() if says_nothing(value.type) else same)
    return rows, id


def _lookup(translator: Translator, node: Node) -> Sql:
    rows, id = _found(translator, node)
    return rows.order_by(id).limit(1).scalar_subquery()


def _exists(translator: Translator, node: Node) -> Sql:
    rows, _ = _found(translator, node)
    return rows.exists()


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {"lookup": _lookup, "exists": _exists}
