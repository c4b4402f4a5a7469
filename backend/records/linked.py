"""Whether the ids in an input point at something: records the caller may see, users, departments. One statement per kind."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import Department, User
from backend.records.fields import type_of
from backend.records.filters import live
from backend.records.reading import Reader
from backend.records.tables import table_for
from backend.records.values import Input, links
from engine.definitions import Entity, Field

_PEOPLE: dict[str, FromClause] = {"user": User.__table__, "department": Department.__table__}


async def link_problems(session: AsyncSession, reader: Reader, entity: Entity, found: Input) -> list[dict[str, Any]]:
    """The problems of ids that point at nothing the caller may see."""
    by_target: dict[str, list[tuple[Field, UUID, dict[str, Any]]]] = defaultdict(list)
    for field, id, problem in links(entity, found):
        points_at = type_of(field).points_at
        by_target[f"record:{field.entity}" if points_at == "record" else str(points_at)].append((field, id, problem))
    problems = []
    for target, members in by_target.items():
        there = await _existing(session, reader, target, {id for _, id, _ in members})
        problems += [problem for _, id, problem in members if id not in there]
    return problems


async def _existing(session: AsyncSession, reader: Reader, target: str, ids: set[UUID]) -> set[UUID]:
    kind, _, key = target.partition(":")
    if kind != "record":
        table = _PEOPLE[kind]
        return set((await session.execute(select(table.c["id"]).where(table.c["id"].in_(ids)))).scalars())
    entity = reader.metadata.entities.get(key)
    if entity is None or not reader.access(entity).allowed:
        return set()
    records = table_for(entity)
    seen = select(records.c["id"]).where(
        records.c["id"].in_(ids), live(records), reader.access(entity).predicate(records)
    )
    return set((await session.execute(seen)).scalars())
