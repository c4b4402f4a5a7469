"""Selections into SQL: one statement a root field, in which PostgreSQL builds the JSON of the answer.

Every table in it goes through the caller's Reader, so a row or a field out of sight is out of reach at any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, FromClause, Select, String, and_, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from backend.graphql.errors import QueryTooLarge
from backend.graphql.members import members_of
from backend.graphql.selection import Selected
from backend.identity.models import Department, User
from backend.records.filters import live
from backend.records.paging import order_of
from backend.records.query import ListQuery, list_condition
from backend.records.reading import Reader, row_json
from backend.records.tables import table_for
from engine.definitions import Entity

Sql = ColumnElement[Any]
#: The member of a page's JSON from which its cursor is made.
NEXT = "_next"
_EMPTY: Sql = literal_column("'{}'::json")
MAX_ROWS = 50_000
MAX_PAGE = 500


class Compiler:
    """One caller's selections over one snapshot of the metadata."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._multiplier = 1

    def one(self, entity: Entity, id: UUID, wanted: Selected) -> Select[Any]:
        """The statement for one record by its id; no row when there is none in sight."""
        table, where = self._in_sight(entity)
        record = cast(self._record(entity, table, wanted), String)
        return select(record).select_from(table).where(where, table.c["id"] == id)

    def many(self, entity: Entity, wanted: Selected) -> Select[Any]:
        """The statement for a page of records."""
        return select(cast(self.page(entity, wanted), String))

    def pointed_at(self, entity: Entity, id: Sql, wanted: Selected) -> Sql:
        """The record with this id as JSON; null when it is out of sight."""
        table, where = self._in_sight(entity)
        statement = select(self._record(entity, table, wanted)).where(where, table.c["id"] == id)
        return statement.correlate_except(table).scalar_subquery()

    def page(self, entity: Entity, wanted: Selected, parent: tuple[str, FromClause] | None = None) -> Sql:
        """A page as JSON; of the records whose field points at a row of `parent`, if one is given."""
        limit = max(1, min(int(wanted.arguments.get("first") or 1), MAX_PAGE))
        self._count_rows(limit)
        table = table_for(entity).alias()
        given = wanted.arguments
        query = ListQuery(filter=given.get("filter"), segment=given.get("segment"), search=given.get("search"))
        where = list_condition(self.reader, entity, table, query)
        if parent is not None:
            where = and_(where, table.c[parent[0]] == parent[1].c["id"])
        self._multiplier *= limit
        page = self._page(entity, table, where, wanted, limit, parent)
        self._multiplier //= limit
        return page

    def user(self, id: Sql) -> Sql:
        """A user's public members."""
        table = User.__table__.alias()
        members = [table.c[key].label(key) for key in ("id", "name", "email", "position")]
        return select(row_json(*members)).where(table.c["id"] == id).correlate_except(table).scalar_subquery()

    def department(self, id: Sql) -> Sql:
        """A department with its label in both languages."""
        table = Department.__table__.alias()
        label = func.json_build_object("zh", table.c["label_zh"], "en", table.c["label_en"])
        members = [table.c["id"].label("id"), table.c["key"].label("key"), label.label("label")]
        return select(row_json(*members)).where(table.c["id"] == id).correlate_except(table).scalar_subquery()

    #: What a field points at when it is no record.
    PEOPLE: ClassVar[Mapping[str, Callable[[Compiler, Sql], Sql]]] = {"user": user, "department": department}

    def _in_sight(self, entity: Entity) -> tuple[FromClause, ColumnElement[bool]]:
        table = table_for(entity).alias()
        return table, and_(live(table), self.reader.access(entity).require().predicate(table))

    def _record(self, entity: Entity, table: FromClause, wanted: Selected) -> Sql:
        members = members_of(entity, self.reader.entities)
        values = [members[each.name].compile(self, table, each).label(each.key) for each in wanted.fields]
        return row_json(*values) if values else _EMPTY

    def _page(
        self,
        entity: Entity,
        table: FromClause,
        where: ColumnElement[bool],
        wanted: Selected,
        limit: int,
        parent: tuple[str, FromClause] | None,
    ) -> Sql:
        order = order_of(self.reader, entity, table, wanted.arguments.get("order") or ())
        place = func.row_number().over(order_by=order.clauses()).label("place")
        inner = select(*table.c, order.cursor_values().label("cursor"), place).where(where).order_by(*order.clauses())
        if wanted.arguments.get("after"):
            inner = inner.where(order.after(wanted.arguments["after"]))
        if parent is not None:
            inner = inner.correlate(parent[1])
        page = inner.limit(limit + 1).subquery()
        whole: list[Any] = [
            _count(table, where, parent).label(each.key) for each in wanted.fields if each.name == "count"
        ]
        shown: list[Any] = [
            _items(self._record(entity, page, each), page, limit).label(each.key)
            for each in wanted.fields
            if each.name == "items"
        ]
        if any(each.name == "next" for each in wanted.fields):
            shown.append(_behind(order.text, page, limit).label(NEXT))
        if shown:
            return select(row_json(*whole, *shown)).select_from(page).scalar_subquery()
        return row_json(*whole) if whole else _EMPTY

    def _count_rows(self, limit: int) -> None:
        if self._multiplier * limit > MAX_ROWS:
            raise QueryTooLarge(what="rows", limit=MAX_ROWS, path="first")


def _items(record: Sql, page: FromClause, limit: int) -> Sql:
    items = func.json_agg(aggregate_order_by(record, page.c["place"])).filter(page.c["place"] <= limit)
    return func.coalesce(items, literal_column("'[]'::json"))


def _behind(order: str, page: FromClause, limit: int) -> Sql:
    """The order and the last shown row's values, if there is more behind it."""
    last = cast(func.max(cast(page.c["cursor"], String)).filter(page.c["place"] == limit), JSON)
    more = func.bool_or(page.c["place"] > limit)
    return case((more, func.json_build_array(order, last)))


def _count(table: FromClause, where: ColumnElement[bool], parent: tuple[str, FromClause] | None) -> Sql:
    statement = select(func.count()).select_from(table).where(where)
    return (statement.correlate(parent[1]) if parent is not None else statement).scalar_subquery()
