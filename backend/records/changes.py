"""What a write did, as an event in the log: the difference of two records, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.log import Cause, NewEvent, append
from backend.records.reading import Reader
from engine.definitions import Entity

#: The entity whose records are people; what is about one of them shows on that person's time line.
PERSON = "person"
#: Kept by the server at every write; a change of these alone says nothing.
_BOOKKEEPING = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by", "_title", "_labels"})


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{field: [old, new]}` for what differs between two records."""
    return {
        key: [before.get(key), value]
        for key, value in after.items()
        if key not in _BOOKKEEPING and before.get(key) != value
    }


async def record_event(
    session: AsyncSession,
    reader: Reader,
    entity: Entity,
    what: str,
    changes: dict[str, list[Any]],
    record: dict[str, Any],
    cause: Cause | None,
) -> None:
    """Appends `<entity>.<what>`; the system acts for whoever its cause names."""
    caller = reader.caller
    cause = cause or Cause()
    by_system = caller.user_id is None
    await append(
        session,
        NewEvent(
            type=f"{entity.key}.{what}",
            data={"changes": changes, "record": record},
            subject_entity=entity.key,
            subject_id=UUID(record["id"]),
            person_id=_person(entity, record),
            actor_id=cause.actor_id if by_system else caller.user_id,
            actor_kind=cause.actor_kind if by_system else caller.kind,
            causation_id=cause.event_id,
            depth=cause.depth + 1 if cause.event_id is not None else cause.depth,
        ),
    )


def _person(entity: Entity, record: Mapping[str, Any]) -> UUID | None:
    """The person a record is, or that its field `person` or else the first such field refers to."""
    if entity.key == PERSON:
        return UUID(record["id"])
    for field in sorted(entity.fields, key=lambda each: each.key != PERSON):
        if field.type == "reference" and field.entity == PERSON and record.get(field.key):
            return UUID(record[field.key])
    return None
