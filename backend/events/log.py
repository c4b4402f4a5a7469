"""Appending to the event log, in the transaction that makes the change."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.models import SLOTS, Event


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a change is made: the event that led to it, how long the chain is, and who acts."""

    event_id: int | None = None
    depth: int = 0
    actor_id: UUID | None = None
    actor_kind: str = "system"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. `occurred_at` None means now; `channel` and `external_id` together make it unique."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    subject_entity: str | None = None
    subject_id: UUID | None = None
    person_id: UUID | None = None
    channel: str | None = None
    external_id: str | None = None
    actor_id: UUID | None = None
    actor_kind: str = "system"
    occurred_at: datetime | None = None
    causation_id: int | None = None
    depth: int = 0

    def caused_by(self, cause: Cause) -> NewEvent:
        """The same event, one step further along the chain of `cause`."""
        return NewEvent(
            **{name: getattr(self, name) for name in self.__slots__ if name not in _CAUSE_MEMBERS},
            actor_id=cause.actor_id,
            actor_kind=cause.actor_kind,
            causation_id=cause.event_id,
            depth=cause.depth + 1 if cause.event_id is not None else cause.depth,
        )


_CAUSE_MEMBERS = {"actor_id", "actor_kind", "causation_id", "depth"}


def slot_of(event: NewEvent) -> int:
    """The slot of an event: all events about one subject, or by one author on one channel, share a slot and its order."""
    if event.channel is not None:
        author = event.data.get("author") or {}
        key = f"{event.channel}:{author.get('id', event.external_id)}"
    else:
        key = str(event.subject_id or event.person_id or event.type)
    return zlib.crc32(key.encode()) % SLOTS


async def append(session: AsyncSession, *events: NewEvent) -> list[int]:
    """Append `events` in order and return their ids."""
    if not events:
        return []
    statement = insert(Event).returning(Event.id, sort_by_parameter_order=True)
    return list((await session.execute(statement, [_row(event) for event in events])).scalars())


async def append_external(session: AsyncSession, events: Sequence[NewEvent]) -> list[int | None]:
    """Append events that came from a channel, each accepted once by (channel, external id).

    Returns an id for each accepted event and None for each that was there before, in order. One statement.
    """
    if not events:
        return []
    rows: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for event in events:
        rows.setdefault((event.channel, event.external_id), _row(event))
    statement = (
        insert(Event)
        .values(list(rows.values()))
        .on_conflict_do_nothing(
            index_elements=[Event.channel, Event.external_id], index_where=Event.channel.is_not(None)
        )
        .returning(Event.id, Event.channel, Event.external_id)
    )
    accepted = {(row.channel, row.external_id): row.id for row in await session.execute(statement)}
    return [accepted.pop((event.channel, event.external_id), None) for event in events]


def _row(event: NewEvent) -> dict[str, Any]:
    return {
        "slot": slot_of(event),
        "type": event.type,
        "subject_entity": event.subject_entity,
        "subject_id": event.subject_id,
        "person_id": event.person_id,
        "channel": event.channel,
        "external_id": event.external_id,
        "actor_id": event.actor_id,
        "actor_kind": event.actor_kind,
        "occurred_at": event.occurred_at or datetime.now(UTC),
        "data": event.data,
        "causation_id": event.causation_id,
        "depth": event.depth,
    }
