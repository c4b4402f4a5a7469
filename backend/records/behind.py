"""What lies behind the references of a record, for the expressions that read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.errors import NotFound
from backend.identity.relations import PEOPLE
from backend.records import query
from backend.records.fields import field_of
from backend.records.reading import Reader
from engine.definitions import Entity
from engine.language.portability import CALLER


async def behind_references(
    session: AsyncSession, reader: Reader, entity: Entity, values: Mapping[str, Any], paths: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """For each path that goes on through a reference, what the reader may see behind it, as far as the paths go: as in a filter,
    also when that is in the trash by now."""
    found: dict[str, Any] = {}
    for key in {path[0] for path in paths if len(path) > 1}:
        field = field_of(entity, key)
        id = _id(values.get(key))
        if field is None or id is None:
            continue
        deeper = [path[1:] for path in paths if path[0] == key and len(path) > 2]
        target = reader.metadata.entities.get(field.entity or "")
        if target is None:
            found[key] = await _person(session, field.type, id, deeper)
            continue
        try:
            record = await query.get(session, reader, target, id, trash=True)
        except NotFound:
            continue
        found[key] = {**record, **await behind_references(session, reader, target, record, deeper)}
    return found


async def caller_values(session: AsyncSession, caller: Caller, paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """`me` as expressions read it, as far as the paths go."""
    own = {"id": caller.user_id, "department": caller.department_id, "name": caller.name}
    deeper = [path[1:] for path in paths if path[0] == CALLER and len(path) > 1]
    if caller.user_id is None or all(path in (("id",), ("department",), ("name",)) for path in deeper):
        return {CALLER: own}
    return {CALLER: {**own, **await _person(session, "user", caller.user_id, deeper)}}


def _id(value: Any) -> UUID | None:
    """The id of what a reference stands for, given as such or with its record; None for what is no id."""
    if isinstance(value, Mapping):
        value = value.get("id")
    try:
        return UUID(str(value))
    except ValueError:
        return None


async def _person(session: AsyncSession, type: str, id: UUID, paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """What an expression may read of a user or a department."""
    row = (await session.execute(PEOPLE[type].where(literal_column("id") == id))).mappings().first()
    person: dict[str, Any] = dict(row) if row else {"id": id}
    department = person.get("department")
    if department is not None and any(path[0] == "department" and len(path) > 1 for path in paths):
        person["department"] = await _person(session, "department", department, ())
    return person
