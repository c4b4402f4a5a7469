"""Segments as a caller knows them: those whose condition reads nothing that is hidden from them, over the rows they may see. One
without a condition holds what rules put in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import NotFound
from backend.metadata.presentation import label
from backend.records.expressions import sentence, text_json
from backend.records.filters import checked_filter, knows
from backend.records.query import COUNT_CAP, ListQuery, estimate, list_condition
from backend.records.reading import Reader
from backend.records.tables import table_for
from engine.definitions import Entity, Segment
from engine.definitions.codec import KINDS
from engine.definitions.schemas import nearest
from engine.language import record_scope


async def listing(session: AsyncSession, reader: Reader) -> list[dict[str, Any]]:
    """The segments the caller may read, by entity and key, each with the number of its records that they may see."""
    known = sorted(_known(reader), key=lambda segment: (segment.entity, segment.key))
    counts = await _counts(session, reader, known)
    return [_shown(reader, segment, count) for segment, count in zip(known, counts, strict=True)]


async def one(session: AsyncSession, reader: Reader, key: str) -> dict[str, Any]:
    """A segment with its condition and the number of its records. Raises NotFound."""
    known = {segment.key: segment for segment in _known(reader)}
    if key not in known:
        raise NotFound(what=KINDS["segment"].label, key=key, suggestion=nearest(key, known))
    [count] = await _counts(session, reader, [known[key]])
    return _shown(reader, known[key], count)


def _known(reader: Reader) -> list[Segment]:
    return [segment for segment in reader.metadata.segments.values() if knows(reader, segment)]


async def _counts(session: AsyncSession, reader: Reader, segments: list[Segment]) -> list[tuple[int, bool]]:
    """How many records each has and whether that is exact, all in one statement; beyond COUNT_CAP the planner's estimate."""
    rows = [_rows(reader, segment) for segment in segments]
    if not rows:
        return []
    counted = (await session.execute(select(*(_capped(table, where) for table, where in rows)))).one()
    found = []
    for (table, where), count in zip(rows, counted, strict=True):
        exact = count <= COUNT_CAP
        several = count if exact else max(await estimate(session, select(table.c["id"]).where(where)), COUNT_CAP)
        found.append((several, exact))
    return found


def _rows(reader: Reader, segment: Segment) -> tuple[FromClause, ColumnElement[bool]]:
    entity = reader.metadata.entity(segment.entity)
    table = table_for(entity).alias()
    return table, list_condition(reader, entity, table, ListQuery(segment=segment.key))


def _capped(table: FromClause, where: ColumnElement[bool]) -> ColumnElement[Any]:
    some = select(true()).select_from(table).where(where).limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _shown(reader: Reader, segment: Segment, count: tuple[int, bool]) -> dict[str, Any]:
    entity = reader.entities[segment.entity]
    return {
        "key": segment.key,
        "label": label(segment),
        "description": sentence(segment.description) if segment.description else None,
        "entity": segment.entity,
        "condition": _condition(reader, entity, segment.condition),
        "count": count[0],
        "count_exact": count[1],
    }


def _condition(reader: Reader, entity: Entity, condition: str | None) -> dict[str, str] | None:
    """The condition in both languages."""
    if condition is None:
        return None
    checked = checked_filter(reader, entity, condition)
    return text_json(checked.tree, record_scope(entity, reader.entities, reader.provides))
