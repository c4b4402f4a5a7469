"""Reading records. A list is one statement: PostgreSQL filters, orders, builds the JSON and counts; Python passes it on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from backend.errors import NotFound
from backend.records.errors import ColumnsInvalid
from backend.records.fields import SYSTEM, type_of
from backend.records.filters import filter_condition, live, search_condition, segment_condition
from backend.records.paging import Order, order_of
from backend.records.reading import Reader
from backend.records.tables import table_for, tables_of
from engine.definitions import Entity, Field
from engine.definitions.schemas import nearest

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
#: Counted exactly up to here; beyond it the planner's estimate is told.
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list is asked for; `segment` is the key of one of its entity. `columns` None means every field but sub-tables; `count` asks for the number of all."""

    filter: str | None = None
    sort: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    columns: tuple[str, ...] | None = None
    count: bool = False
    search: str | None = None
    trash: bool = False
    segment: str | None = None


async def list_json(session: AsyncSession, reader: Reader, entity: Entity, query: ListQuery) -> bytes:
    """A page of records as the bytes of `{"items", "next", "count", "count_exact"}`."""
    table = tables_of(entity).alias()
    where = list_condition(reader, entity, table, query)
    order = order_of(reader, entity, table, query.sort)
    statement = _page(reader, entity, table, where, order, query)
    items, last, total = (await session.execute(statement)).one()
    exact = total is None or total <= COUNT_CAP
    if not exact:
        total = max(await estimate(session, select(table.c["id"]).where(where)), COUNT_CAP)
    next_page = order.write(json.loads(last, parse_float=Decimal)) if last is not None else None
    tail = {"next": next_page, "count": total, "count_exact": exact and total is not None}
    return b'{"items":%b,%b' % (items.encode(), orjson.dumps(tail)[1:])


def list_condition(reader: Reader, entity: Entity, table: FromClause, query: ListQuery) -> ColumnElement[bool]:
    """Which rows a list is over: the caller's scope, the trash, the filter, the segment and the search. The trash shows what the
    caller may delete."""
    reader.access(entity).require()
    scope = reader.access(entity).predicate(table)
    if query.trash:
        scope = and_(scope, reader.access(entity, "delete").require().predicate(table))
    return and_(
        live(table, trash=query.trash),
        scope,
        filter_condition(reader, entity, table, query.filter),
        segment_condition(reader, entity, table, query.segment),
        search_condition(reader, entity, table, query.search),
    )


def _page(
    reader: Reader, entity: Entity, table: FromClause, where: ColumnElement[bool], order: Order, query: ListQuery
) -> Select[Any]:
    limit = max(1, min(query.limit, MAX_LIMIT))
    number = func.row_number().over(order_by=order.clauses()).label("_place")
    # The table as one element, and the outer columns by name: listing forty columns here, and asking the sub-select for
    # its own, would take SQLAlchemy longer than PostgreSQL takes for the page.
    # No field's key begins with an underscore.
    inner = select(table, order.cursor_values().label("_cursor"), number).where(where).order_by(*order.clauses())
    if query.after:
        inner = inner.where(order.after(query.after))
    page = inner.limit(limit + 1).subquery("p")
    record = reader.record(entity, list_fields(reader, entity, query.columns))
    place = literal_column("p._place", Integer())
    items = func.json_agg(aggregate_order_by(record, place)).filter(place <= limit)
    last = func.max(cast(literal_column("p._cursor"), String)).filter(place == limit)
    more = func.bool_or(place > limit)
    total = _capped_count(table, where) if query.count else literal_column("NULL")
    return select(
        cast(func.coalesce(items, literal_column("'[]'::json")), String),
        case((more, last)),
        total,
    ).select_from(page)


async def get(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, *, trash: bool = False
) -> dict[str, Any]:
    """One record with its sub-tables; `trash` finds it there too. NotFound when there is none, or none that the caller may see."""
    return orjson.loads(await get_json(session, reader, entity, id, trash=trash))  # type: ignore[no-any-return]  # row_to_json makes an object


async def get_json(session: AsyncSession, reader: Reader, entity: Entity, id: UUID, *, trash: bool = False) -> bytes:
    """One record's JSON as bytes. Raises NotFound."""
    reader.access(entity).require()
    table, record = tables_of(entity).shown, record_text(reader, entity)
    there = true() if trash else live(table)
    where = and_(table.c["id"] == id, there, reader.access(entity).predicate(table))
    found: str | None = (await session.execute(select(record).select_from(table).where(where))).scalar()
    if found is None:
        raise NotFound(what=entity.label, key=id)
    return found.encode()


def record_text(reader: Reader, entity: Entity) -> ColumnElement[str]:
    """The whole JSON of the row of `tables_of(entity).shown`, as text."""
    return cast(reader.record(entity, reader.fields(entity)), String)


async def visible_ids(session: AsyncSession, reader: Reader, entity: Entity, ids: Iterable[UUID]) -> set[UUID]:
    """Which of the records the caller may see, those in the trash included."""
    access, table = reader.access(entity), table_for(entity)
    wanted = list(ids)
    if not access.allowed or not wanted:
        return set()
    statement = select(table.c["id"]).where(table.c["id"].in_(wanted), access.predicate(table))
    return set((await session.execute(statement)).scalars())


def list_fields(reader: Reader, entity: Entity, columns: Sequence[str] | None) -> list[Field]:
    """The fields a list shows. Raises ColumnsInvalid."""
    if columns is None:
        return [f for f in reader.fields(entity) if f.key in SYSTEM or type_of(f).stored]
    known = {field.key for field in reader.fields(entity)}
    for key in columns:
        if key not in known and key != "id":
            raise ColumnsInvalid(path="columns", field=key, suggestion=nearest(key, known))
    return reader.fields(entity, {*columns, "version"})


def _capped_count(table: FromClause, where: ColumnElement[bool]) -> ColumnElement[Any]:
    some = select(true()).select_from(table).where(where).limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


class _Explain(Executable, ClauseElement):
    """EXPLAIN of a statement, as JSON."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explain(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **options)


async def estimate(session: AsyncSession, statement: Select[Any]) -> int:
    """How many rows the planner expects."""
    plan = (await session.execute(_Explain(statement))).scalar_one()
    document = orjson.loads(plan) if isinstance(plan, str) else plan
    return int(document[0]["Plan"]["Plan Rows"])
