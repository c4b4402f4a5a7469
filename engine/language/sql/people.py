"""Functions of users, departments and roles over the tables that `relations` gives: `user` (with `superior`), `department` (with
`parent`) and `user_role` (`user`, `role`).

What goes up or down a hierarchy is a set that does not depend on the row, so that it is made once for a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from engine.language.tree import Node
from engine.language.types import Type

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
_UUID = sa.Uuid(as_uuid=True)
_REFERENCE = Type("reference")


def _read(entity: str, column: str) -> Callable[[Translator, Node], Sql]:
    """A column of the user or department that the operand refers to."""

    def make(translator: Translator, node: Node) -> Sql:
        return _column(translator, node.args[0], entity, column)

    return make


def _column(translator: Translator, of: Node, entity: str, column: str) -> Sql:
    return translator.follow(translator.value(of), [(entity, column)], _REFERENCE)


def _roles_of(translator: Translator, node: Node) -> Sql:
    table, row = translator.tables.records("user_role")
    role = row.column("role", sa.Text())
    roles = func.array_agg(aggregate_order_by(role, sa.collate(role, "C")), type_=ARRAY(sa.Text()))
    held = row.column("user", _UUID) == translator.value(node.args[0])
    return sa.select(roles).select_from(table).where(held).correlate_except(table).scalar_subquery()


def _has_role(translator: Translator, node: Node) -> Sql:
    table, row = translator.tables.records("user_role")
    roles = [sa.literal(str(arg.value), sa.Text()) for arg in node.args[1:]]
    holders = sa.select(row.column("user", _UUID)).select_from(table).where(row.column("role", sa.Text()).in_(roles))
    return translator.value(node.args[0]).in_(holders.correlate_except(table))


def _in_department(translator: Translator, node: Node) -> Sql:
    who, key, kind = node.args
    own = translator.value(who) if kind.value == "department" else _column(translator, who, "user", "department")
    return own.in_(_departments_below(translator, str(key.value)))


def _departments_below(translator: Translator, key: str) -> sa.Select[Any]:
    """The department with a key, and those that are part of it."""
    table, row = translator.tables.records("department")
    topmost = sa.select(row.column("id", _UUID).label("id")).select_from(table)
    below = topmost.where(row.column("key", sa.Text()) == sa.literal(key, sa.Text())).cte(recursive=True, nesting=True)
    part, part_row = translator.tables.records("department")
    parts = sa.select(part_row.column("id", _UUID)).select_from(part)
    below = below.union(parts.join(below, part_row.column("parent", _UUID) == below.c["id"]))
    return sa.select(below.c["id"]).correlate_except(below)


def _is_superior_of(translator: Translator, node: Node) -> Sql:
    superior, user = (translator.value(arg) for arg in node.args)
    return sa.tuple_(user, superior).in_(_superiors(translator))


def _superiors(translator: Translator) -> sa.Select[Any]:
    """Everybody with everyone who stands above them."""
    table, row = translator.tables.records("user")
    superior = row.column("superior", _UUID)
    direct = sa.select(row.column("id", _UUID).label("user"), superior.label("superior")).select_from(table)
    pairs = direct.where(superior.is_not(sa.null())).cte(recursive=True, nesting=True)
    above, above_row = translator.tables.records("user")
    higher = above_row.column("superior", _UUID)
    further = sa.select(pairs.c["user"], higher).select_from(
        pairs.join(above, above_row.column("id", _UUID) == pairs.c["superior"])
    )
    pairs = pairs.union(further.where(higher.is_not(sa.null())))
    return sa.select(pairs.c["user"], pairs.c["superior"]).correlate_except(pairs)


def _same_department(translator: Translator, node: Node) -> Sql:
    first, second = (_column(translator, arg, "user", "department") for arg in node.args)
    return first == second


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "department_of": _read("user", "department"),
    "superior_of": _read("user", "superior"),
    "parent_department": _read("department", "parent"),
    "roles_of": _roles_of,
    "has_role": _has_role,
    "in_department": _in_department,
    "same_department": _same_department,
    "is_superior_of": _is_superior_of,
}
