"""Turning what stands against a write into a refusal: another version, a value that is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.errors import Diagnostic, ProgramLimitExceeded, UniqueViolation
from sqlalchemy import Executable, Result, String, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import WeftError
from backend.events.models import Event
from backend.identity.models import User
from backend.records.errors import RecordConflict, RecordExists, RecordNotUnique, invalid, problem
from backend.records.fields import field_of
from backend.records.reading import Reader
from backend.records.tables import tables_of
from backend.records.values import Row
from engine.definitions import Entity, Text


async def written(
    session: AsyncSession, entity: Entity, statement: Executable, rows: Sequence[Row] | Row | None = None
) -> Result[Any]:
    """Executes a write and gives what it returns. Raises RecordNotUnique or RecordExists for values that are taken."""
    try:
        return await session.execute(statement, rows)
    except DBAPIError as error:
        refusal = _refusal(entity, error.orig)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(entity: Entity, cause: BaseException | None) -> WeftError | None:
    if isinstance(cause, UniqueViolation):
        return _taken(entity, cause.diag)
    if isinstance(cause, ProgramLimitExceeded):
        return invalid([problem(None, "field.range")])
    return None


def _taken(entity: Entity, diagnostic: Diagnostic) -> WeftError | None:
    index = tables_of(entity).indexes.get(diagnostic.constraint_name or "")
    if index is None:
        return RecordExists(what=entity.label, id=diagnostic.message_detail) if _is_key(diagnostic) else None
    labels = [field.label if (field := field_of(entity, key)) else Text(key, key) for key in index.fields]
    own = next((unique.message for unique in entity.unique if unique.fields == index.fields and unique.message), None)
    problems = [problem(key, "field.not_unique") for key in index.fields]
    if own is not None:
        problems = [{**each, "message": {"zh": own.zh, "en": own.en}} for each in problems]
    return RecordNotUnique(
        what=entity.label,
        fields=", ".join(label.en for label in labels),
        path=f"/{index.fields[0]}",
        problems=problems,
    )


def _is_key(diagnostic: Diagnostic) -> bool:
    return (diagnostic.constraint_name or "").endswith("_pkey")


@dataclass(frozen=True, slots=True)
class Change:
    """What made one version of a record: each field's old and new value, and whose it was (`Weft` when nobody's)."""

    version: int
    fields: Mapping[str, Any]
    actor_id: UUID | None
    who: str


async def changes_since(session: AsyncSession, entity: Entity, id: UUID, version: int) -> list[Change]:
    """The changes of a record after `version`, in their order."""
    recorded = func.to_number(cast(Event.data["record"]["version"].astext, String), "9999999999")
    statement = (
        select(recorded, Event.data["changes"], Event.actor_id, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.subject_entity == entity.key, Event.subject_id == id, recorded > version)
        .order_by(Event.id)
    )
    rows = await session.execute(statement)
    return [Change(int(made), fields or {}, actor_id, name or "Weft") for made, fields, actor_id, name in rows]


async def version_conflict(
    session: AsyncSession, reader: Reader, entity: Entity, current: Row, version: int
) -> RecordConflict:
    """Who has changed the record since `version`, when, and which of the fields that this caller may read."""
    readable = reader.access(entity).readable
    changes: dict[str, Any] = {}
    who: list[str] = []
    for change in await changes_since(session, entity, current["id"], version):
        changes |= {key: pair for key, pair in change.fields.items() if key in readable}
        who.append(change.who)
    return RecordConflict(
        what=entity.label,
        who=", ".join(dict.fromkeys(who)) or "Weft",
        fields=", ".join(changes),
        version=current["version"],
        at=current["updated_at"].isoformat(),
        problems=[
            {"field": key, "path": f"/{key}", "code": "field.changed", "old": pair[0], "new": pair[1]}
            for key, pair in changes.items()
        ],
    )
