"""What expressions read behind references: the values of paths such as `record.person.level`, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.errors import NotFound
from backend.identity.models import Department, User
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from engine.definitions import SYSTEM_FIELDS

Path = tuple[str, ...]
Values = dict[str, Any]


class About(Protocol):
    """An instance, or one that might be begun, as far as its expressions are concerned."""

    @property
    def entity(self) -> str: ...
    @property
    def record_id(self) -> UUID | None: ...
    @property
    def initiator_id(self) -> UUID | None: ...


async def context_of(
    session: AsyncSession,
    metadata: Metadata,
    instance: About,
    paths: Iterable[Path],
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of `record` and `initiator` that the paths name; `data` are values about to be written to the record, or the record
    where there is none yet."""
    wanted = _tails(paths)
    found: dict[str, Any] = {}
    if "record" in wanted and instance.record_id is not None:
        found["record"] = await _behind(
            session, metadata, instance.entity, str(instance.record_id), wanted["record"], data or {}
        )
    elif "record" in wanted and data:
        found["record"] = await expand(session, metadata, instance.entity, data, [p for p in wanted["record"] if p])
    if "initiator" in wanted and instance.initiator_id is not None:
        found["initiator"] = await _behind(session, metadata, "user", str(instance.initiator_id), wanted["initiator"])
    return found


async def expand(
    session: AsyncSession, metadata: Metadata, entity: str, values: Mapping[str, Any], paths: Iterable[Path]
) -> dict[str, Any]:
    """`values` of a record with what the paths read behind its references put in place."""
    expanded = dict(values)
    for field, tails in _tails(paths).items():
        target = _target(metadata, entity, field)
        deeper = [tail for tail in tails if tail]
        if deeper and target is not None and values.get(field):
            expanded[field] = await _behind(session, metadata, target, str(values[field]), deeper)
    return expanded


def _tails(paths: Iterable[Path]) -> dict[str, list[Path]]:
    tails: dict[str, list[Path]] = {}
    for path in paths:
        tails.setdefault(path[0], []).append(tuple(path[1:]))
    return tails


def _target(metadata: Metadata, entity: str, field: str) -> str | None:
    """What kind of thing a field points at: an entity's key, `user` or `department`."""
    definition = metadata.entities[entity].field(field) if entity in metadata.entities else None
    type_ = definition.type if definition is not None else SYSTEM_FIELDS.get(field)
    if definition is not None and type_ == "reference":
        return definition.entity
    return type_ if type_ in ("user", "department") else None


async def _behind(
    session: AsyncSession,
    metadata: Metadata,
    kind: str,
    id: str,
    paths: list[Path],
    data: Mapping[str, Any] | None = None,
) -> Values:
    """The thing of `kind` with this id, holding what the paths (from it on) read; at least its id."""
    if not any(paths):
        return {"id": id}
    if kind in _PEOPLE:
        person = dict(await _PEOPLE[kind](session, UUID(id)))
        if person.get("department") and any(path[0] == "department" and len(path) > 1 for path in paths if path):
            person["department"] = await _department(session, UUID(str(person["department"])))
        return person
    try:
        values = {**await records.get(session, metadata, SYSTEM, kind, UUID(id)), **(data or {})}
    except NotFound:
        return {"id": id}
    expanded = await expand(session, metadata, kind, values, [path for path in paths if path])
    heads = {path[0] for path in paths if path}
    return {"id": id, **{key: expanded.get(key) for key in heads}}


async def _user(session: AsyncSession, id: UUID) -> Values:
    columns = select(User.id, User.name, User.email, User.department_id).where(User.id == id)
    row = (await session.execute(columns)).first()
    if row is None:
        return {"id": str(id)}
    return {
        "id": str(id),
        "name": row.name,
        "email": row.email,
        "department": row.department_id and str(row.department_id),
    }


async def _department(session: AsyncSession, id: UUID) -> Values:
    columns = select(Department.key, Department.label_zh).where(Department.id == id)
    row = (await session.execute(columns)).first()
    return {"id": str(id)} if row is None else {"id": str(id), "key": row.key, "name": row.label_zh}


_PEOPLE = {"user": _user, "department": _department}
