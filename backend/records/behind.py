"""What lies behind the references of a record, for the expressions that read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import NotFound
from backend.identity.relations import PEOPLE
from backend.records import query
from backend.records.fields import field_of
from backend.records.reading import Reader
from engine.definitions import Entity


async def behind_references(
    session: AsyncSession, reader: Reader, entity: Entity, values: Mapping[str, Any], paths: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """For each path that goes on through a reference, what the reader may see behind it, as far as the paths go."""
    found: dict[str, Any] = {}
    for key in {path[0] for path in paths if len(path) > 1}:
        field = field_of(entity, key)
        if field is None or values.get(key) is None:
            continue
        target = reader.metadata.entities.get(field.entity or "")
        if target is None:
            found[key] = await _person(session, field.type, values[key])
            continue
        try:
            record = await query.get(session, reader, target, UUID(str(values[key])))
        except NotFound:
            continue
        deeper = [path[1:] for path in paths if path[0] == key and len(path) > 2]
        found[key] = {**record, **await behind_references(session, reader, target, record, deeper)}
    return found


async def _person(session: AsyncSession, type: str, id: Any) -> dict[str, Any]:
    """What an expression may read of a user or a department."""
    row = (await session.execute(PEOPLE[type].where(literal_column("id") == UUID(str(id))))).mappings().first()
    return dict(row) if row else {"id": id}
