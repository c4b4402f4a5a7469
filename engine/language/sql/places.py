"""Where the fields of an expression are read from: the row itself, the item a variable stands for, a given value, a table behind
a reference, the rows of a sub-table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.sql.selectable import Alias, Subquery
from sqlalchemy.types import TypeEngine

Sql = ColumnElement[Any]
Columns = Callable[[str], Sql] | FromClause

SCHEMA = "data"
#: Not tables of records in that schema: somebody who wants their fields read says where they are.
SUPPORT = frozenset({"user", "department", "user_role"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose columns are fields; `entity` where it is known, for its sub-tables."""

    column: Callable[[str, TypeEngine[Any]], Sql]
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One value that stands under a name."""

    value: Sql


@dataclass(frozen=True, slots=True)
class Given:
    """A value known before the row is, as the caller gave it."""

    value: object


Place = Row | Item | Given
Path = tuple[str, ...]


def root_row(columns: Columns) -> Row:
    """The row an expression is about."""
    if isinstance(columns, FromClause):
        return Row(lambda key, _: columns.c[key], _entity_of(columns))
    return Row(lambda key, _: columns(key))


def _entity_of(table: FromClause) -> str | None:
    while isinstance(table, Alias):
        table = table.element
    return table.name if isinstance(table, sa.TableClause) and not isinstance(table, Subquery) else None


class Tables:
    """The tables behind references and of sub-tables: those given, else `data.<entity>` and `data.<entity>__<field>`."""

    def __init__(self, relations: Mapping[str, FromClause]) -> None:
        self._relations = relations

    def given(self, entity: str) -> bool:
        """Whether somebody says what rows of the entity there are to see."""
        return entity in self._relations

    def records(self, entity: str) -> tuple[FromClause, Row]:
        """The records of an entity under a new alias."""
        if entity in SUPPORT and entity not in self._relations:
            raise ValueError(f"no table is given for {entity}")
        return self._aliased(entity, entity)

    def rows(self, entity: str | None, field: str) -> tuple[FromClause, Row]:
        """The rows of a sub-table under a new alias."""
        name = f"{entity or ''}__{field}"
        if entity is None and name not in self._relations:
            raise ValueError(f"no table is given for the sub-table {field}")
        return self._aliased(name, None)

    def _aliased(self, name: str, entity: str | None) -> tuple[FromClause, Row]:
        given = self._relations.get(name)
        if given is not None:
            known = given.alias()
            return known, Row(lambda key, _: known.c[key], entity)
        table = sa.table(name, schema=SCHEMA).alias()
        return table, Row(lambda key, type: sa.column(key, type, _selectable=table), entity)
