"""Appending to the event log, in the transaction that makes the change."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.events.models import SLOTS


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
    """The slot of an event: all events about one person, else one subject, or by one author on one channel, share a slot and
    its order."""
    if event.channel is not None:
        author = event.data.get("author") or {}
        key = f"{event.channel}:{author.get('id', event.external_id)}"
    else:
        key = str(event.person_id or event.subject_id or event.type)
    return zlib.crc32(key.encode()) % SLOTS


_MEMBERS = (
    "slot, type, subject_entity, subject_id, person_id, channel, external_id, actor_id, actor_kind, occurred_at, data, "
    "causation_id, depth"
)
#: All rows travel as one parameter (`rows_of`): the statement is the same for one event and for a thousand, so it stays prepared.
#: Ids are given in the order of the rows. What writes something else in the same breath may have it as a part of its own statement.
APPENDING = f"""
    INSERT INTO weft.event ({_MEMBERS})
    SELECT e.slot, e.type, e.subject_entity, e.subject_id, e.person_id, e.channel, e.external_id, e.actor_id,
        e.actor_kind, coalesce(e.occurred_at, now()), e.data, e.causation_id, e.depth
    FROM ROWS FROM (jsonb_to_recordset(CAST(:events AS jsonb)) AS (
        slot smallint, type text, subject_entity text, subject_id uuid, person_id uuid, channel text, external_id text,
        actor_id uuid, actor_kind text, occurred_at timestamptz, data jsonb, causation_id bigint, depth smallint
    )) WITH ORDINALITY AS e({_MEMBERS}, place)
    ORDER BY e.place
"""
_APPEND = text(f"{APPENDING} RETURNING id")
_APPEND_EXTERNAL = text(
    f"{APPENDING} ON CONFLICT (channel, external_id) WHERE channel IS NOT NULL DO NOTHING RETURNING id, channel, external_id"
)


_HELD = "held_events"


@contextmanager
def held(session: AsyncSession) -> Iterator[list[NewEvent]]:
    """Events that are appended within are handed out instead, without ids: whoever writes more of them in the same transaction does it in
    one statement. Not for code that reads the log itself."""
    events: list[NewEvent] = []
    before = session.info.get(_HELD)
    session.info[_HELD] = events
    try:
        yield events
    finally:
        session.info[_HELD] = before


async def append(session: AsyncSession, *events: NewEvent) -> list[int]:
    """Append `events` in order and return their ids."""
    if not events:
        return []
    if _hold(session, events):
        return []
    return sorted((await session.execute(_APPEND, {"events": _rows(events)})).scalars())


def rows_of(session: AsyncSession, events: Sequence[NewEvent]) -> str:
    """The rows that `APPENDING` is to write as `:events`: none where the events are `held`."""
    return _rows(() if _hold(session, events) else events)


def _hold(session: AsyncSession, events: Sequence[NewEvent]) -> bool:
    """Whether events are handed out instead of written; then they are."""
    holding: list[NewEvent] | None = session.info.get(_HELD)
    if holding is None:
        return False
    holding.extend(events)
    return True


async def append_external(session: AsyncSession, events: Sequence[NewEvent]) -> list[int | None]:
    """Append events that came from a channel, each accepted once by (channel, external id).

    Returns an id for each accepted event and None for each that was there before, in order. One statement.
    """
    if not events:
        return []
    first: dict[tuple[str | None, str | None], NewEvent] = {}
    for event in events:
        first.setdefault((event.channel, event.external_id), event)
    rows = await session.execute(_APPEND_EXTERNAL, {"events": _rows(first.values())})
    accepted = {(row.channel, row.external_id): row.id for row in rows}
    return [accepted.pop((event.channel, event.external_id), None) for event in events]


def _rows(events: Iterable[NewEvent]) -> str:
    return orjson.dumps([_row(event) for event in events], default=str).decode()


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
        "occurred_at": event.occurred_at or clock.now(),
        "data": event.data,
        "causation_id": event.causation_id,
        "depth": event.depth,
    }
