"""The pipeline: a consumer of the log that understands social events, fires rules and runs their actions.

One batch is one transaction: persons, the wall's rows, firings, what the actions did, new events and the consumer's
position are there together or not at all. Where no rule fires a batch costs a fixed number of statements. An action runs
in a savepoint: when it fails its firing says so and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.registry import ActionRegistry
from backend.automation.firing import Match, fire
from backend.automation.rule_book import RuleLibrary
from backend.automation.stages import Stage, Understood
from backend.events.consumers import Consumer
from backend.events.log import append
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.rules import RuleSet

NAME = "pipeline"
BATCH = 200


@dataclass
class Pipeline:
    """Handles batches of one slot. `timezone` is the zone in which rules count days."""

    store: MetadataStore
    actions: ActionRegistry
    stage: Stage
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        self._zone = ZoneInfo(self.timezone)
        self._library = RuleLibrary(self.actions)

    def consumer(self, name: str = NAME, batch: int = BATCH) -> Consumer:
        """The consumer to run."""
        return Consumer(name, self.handle, batch)

    async def handle(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """One batch, in the caller's transaction."""
        metadata = self.store.current
        book = self._library.book(metadata)
        now = datetime.now(self._zone)
        understood = await self.stage.understand(session, metadata, [event for event in events if _is_social(event)])
        others = [event for event in events if not _is_social(event) and event.type in book.rules.events]
        persons = await self._persons(session, metadata, others)
        matches = _matches(book.rules, events, understood, {event.id for event in others}, persons, now)
        fired = await fire(session, metadata, self.actions, matches, book.titles, now)
        told = await self.stage.record(session, understood, fired.rules_by_event)
        await append(session, *told, *fired.events)

    async def _persons(
        self, session: AsyncSession, metadata: Metadata, events: Sequence[Event]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        ids = {id for event in events if (id := _person_id(event)) is not None}
        return await self.stage.persons(session, metadata, sorted(ids)) if ids else {}


def _is_social(event: Event) -> bool:
    """Whether it came in through a channel."""
    return event.channel is not None


def _matches(
    rules: RuleSet,
    events: Sequence[Event],
    understood: Mapping[int, Understood],
    others: set[int],
    persons: Mapping[UUID, Mapping[str, Any]],
    now: datetime,
) -> list[Match]:
    """Every rule that fires on every event, in the order of the events."""
    found: list[Match] = []
    for event in events:
        person_id: UUID | None
        if event.id in understood:
            each = understood[event.id]
            values, person, person_id = each.values, each.person, each.person_id
        elif event.id in others:
            values, person_id = _record(event), _person_id(event)
            person = persons.get(person_id, {}) if person_id else {}
        else:
            continue
        named = {"event": values, PERSON: person or None}
        found += [Match(event, firing, values, person_id) for firing in rules.match(event.type, named, now)]
    return found


def _record(event: Event) -> Mapping[str, Any]:
    """A record event as rules read it: the record itself."""
    record = event.data.get("record")
    return record if isinstance(record, Mapping) else {}


def _person_id(event: Event) -> UUID | None:
    """The person a record event is about: the event's own, the record itself, or the record's `person`."""
    if event.person_id is not None:
        return event.person_id
    if event.subject_entity == PERSON:
        return event.subject_id
    reference = _record(event).get(PERSON)
    try:
        return UUID(str(reference)) if reference else None
    except ValueError:
        return None
