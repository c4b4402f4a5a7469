"""The past as a rule reads it: the events of its kinds from the log, in the order of the log, with the people they are about as
they are today, and what lies behind the references that the rule goes through. Read in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.behind import Looker, Path, records
from backend.automation.happenings import ENTERED, LEFT, Happening, Reading
from backend.automation.sources import POSTS
from backend.events.models import Event
from engine.rules.expressions import expressions_of
from engine.rules.history import Occurrence
from engine.rules.kinds import UNDERSTOOD
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    PERSON,
    ChangeTrigger,
    CompiledRule,
    EventKind,
    RuleScope,
    ScheduleTrigger,
    SegmentTrigger,
    WatchTrigger,
)

#: At most so many events are considered at once.
MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class Past:
    """What happened, in the order of the log, and from when on all of it is there; `truncated` when that is not from the
    beginning that was asked for."""

    occurrences: tuple[Occurrence, ...]
    begins: datetime
    truncated: bool = False


class PastReader:
    """Reads the past for one rule."""

    def __init__(self, rule: CompiledRule, scope: RuleScope, looker: Looker) -> None:
        self._looker = looker
        self._paths = _Paths(rule)
        wanted = frozenset(kinds_of(rule))
        paths = {
            **{kind: self._paths.of(kind) for kind in wanted & scope.events.keys()},
            PERSON: self._paths.of_record(PERSON),
        }
        self._reading = Reading(scope.events, wanted, paths, looker)
        kinds = [scope.events[key] for key in wanted if key in scope.events]
        self._social = sorted(kind.key for kind in kinds if UNDERSTOOD in kind.logged)
        logged = {type for kind in kinds for type in kind.logged if type != UNDERSTOOD}
        self._logged = sorted(logged | (wanted & {ENTERED, LEFT}))

    @property
    def kinds(self) -> Mapping[str, EventKind]:
        """The kinds of events that rules may name."""
        return self._reading.kinds

    async def since(
        self,
        session: AsyncSession,
        begins: datetime,
        until: datetime,
        most: int = MOST_EVENTS,
        also: Happening | None = None,
    ) -> Past:
        """What happened after `begins`, up to `until`, and `also` this; when that is more than `most`, the newest of it."""
        found = [*await self._said(session, begins, until, most), *await self._others(session, begins, until, most)]
        found.sort(key=lambda each: each.at, reverse=True)
        kept = found[:most]
        first = kept[-1].at if len(found) > most else begins
        if also is not None and also.id not in {each.id for each in kept}:
            kept.append(also)
        return Past(await self._occurrences(session, kept), first, len(found) > most)

    async def find(self, session: AsyncSession, id: int) -> Happening | None:
        """One event of the log, whether the rule reads its kind or not; None when rules read nothing of the sort. An event of a
        channel may be named by the one that tells that it was understood."""
        event = (await session.execute(select(Event).where(Event.id == id))).scalar_one_or_none()
        if event is not None and event.type == UNDERSTOOD:
            id = int(event.data["event_id"])
        post = (await session.execute(select(*POSTS.c).where(POSTS.c.event_id == id))).one_or_none()
        if post is not None:
            return self._reading.of_post(post, 0, 0)
        every = replace(self._reading, wanted=frozenset({*self._reading.kinds, ENTERED, LEFT}))
        return None if event is None else every.of_event(event)

    async def _said(self, session: AsyncSession, begins: datetime, until: datetime, most: int) -> list[Happening]:
        posts = POSTS.c
        statement = select(*posts).where(
            posts.type.in_(self._social), posts.occurred_at > begins, posts.occurred_at <= until
        )
        rows = await session.execute(
            statement.order_by(posts.occurred_at.desc(), posts.event_id.desc()).limit(most + 1)
        )
        return [found for row in rows if (found := self._reading.of_post(row, 0, 0)) is not None]

    async def _others(self, session: AsyncSession, begins: datetime, until: datetime, most: int) -> list[Happening]:
        statement = select(Event).where(
            Event.type.in_(self._logged), Event.occurred_at > begins, Event.occurred_at <= until
        )
        rows = await session.execute(statement.order_by(Event.occurred_at.desc(), Event.id.desc()).limit(most + 1))
        return [found for event in rows.scalars() if (found := self._reading.of_event(event)) is not None]

    # -- what lies behind

    async def _occurrences(self, session: AsyncSession, found: Sequence[Happening]) -> tuple[Occurrence, ...]:
        ordered = sorted(found, key=lambda each: (each.xid, each.position))
        await self._reading.complete(session, ordered)
        moved = await self._moved(session, ordered)
        return tuple(_occurrence(each, moved) for each in ordered)

    async def _moved(self, session: AsyncSession, found: Sequence[Happening]) -> Mapping[UUID, dict[str, Any]]:
        """The records that entered or left a segment, by id."""
        about = [(each.entity, each.record_id) for each in found if each.type in (ENTERED, LEFT)]
        moved: dict[UUID, dict[str, Any]] = {}
        for entity in {entity for entity, _ in about if entity is not None}:
            ids = {id for other, id in about if other == entity and id is not None}
            read = await records(session, self._looker.reader, entity, ids)
            await self.look_behind(session, entity, list(read.values()))
            moved |= read
        return moved

    async def look_behind(self, session: AsyncSession, entity: str, found: Collection[dict[str, Any]]) -> None:
        """Put what lies behind the references of records that the rule is about in their place."""
        await self._looker.attach(session, self._looker.fields(entity), found, self._paths.of_record(entity))


def _occurrence(each: Happening, moved: Mapping[UUID, dict[str, Any]]) -> Occurrence:
    return Occurrence(
        id=each.id,
        at=each.at,
        kinds=dict.fromkeys(each.kinds, each.values),
        person=each.person,
        changes={key: (before, after) for key, (before, after) in each.changes.items()},
        record=moved.get(each.record_id) if each.record_id is not None else None,
    )


class _Paths:
    """The paths that a rule goes, from the values of an event or of a record, its windows included."""

    def __init__(self, rule: CompiledRule) -> None:
        read = [path for each in expressions_of(rule) for path in each.references()]
        read += [path for window in rule.windows if window.key is not None for path in window.key.references()]
        self._read = set(read)
        self._kinds = _names_of(rule)
        self._alias = _record_name(rule)

    def of(self, kind: str) -> frozenset[Path]:
        """The paths from the values of an event of a kind."""
        return frozenset(path[1:] for path in self._read if kind in self._kinds.get(path[0], ()))

    def of_record(self, entity: str) -> frozenset[Path]:
        """The paths from a record that the rule is about."""
        names = {entity, self._alias, *([CUSTOMER] if entity == PERSON else [])}
        return frozenset(path[1:] for path in self._read if path[0] in names)


def kinds_of(rule: CompiledRule) -> set[str]:
    """The keys of the kinds of events that a rule waits for or counts."""
    return {key for keys in _names_of(rule).values() for key in keys}


def _names_of(rule: CompiledRule) -> Mapping[str, set[str]]:
    """The kinds of events that stand under each name of a rule."""
    found: dict[str, set[str]] = {}
    for step in (*rule.steps, *(window.step for window in rule.windows)):
        found.setdefault(step.alias, set()).add(step.event)
    if rule.steps:
        awaited = [step for step in rule.steps if rule.absence is None or step is not rule.absence.step]
        found.setdefault(EVENT, set()).add(awaited[-1].event)
    trigger = rule.trigger
    if isinstance(trigger, ChangeTrigger):
        for name in (EVENT, trigger.entity, trigger.alias):
            found.setdefault(name, set()).add(f"{trigger.entity}.updated")
    if isinstance(trigger, SegmentTrigger):
        found.setdefault(EVENT, set()).add(ENTERED if trigger.entered else LEFT)
    return found


def _record_name(rule: CompiledRule) -> str | None:
    trigger = rule.trigger
    if isinstance(trigger, ScheduleTrigger | WatchTrigger):
        return trigger.each.alias
    return trigger.alias if isinstance(trigger, SegmentTrigger) else None
