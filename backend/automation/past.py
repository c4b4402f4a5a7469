"""The past as a rule reads it: the events of its kinds from the log, in the order of the log, with the people they are about as
they are today, and what lies behind the references that the rule goes through. Read in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.behind import Looker, Path, id_of, records
from backend.automation.sources import POSTS
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from engine.definitions import Text
from engine.language import record
from engine.rules.expressions import expressions_of
from engine.rules.history import Occurrence
from engine.rules.kinds import UNDERSTOOD
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    ChangeTrigger,
    CompiledRule,
    EventKind,
    RuleScope,
    ScheduleTrigger,
    SegmentTrigger,
    WatchTrigger,
)
from engine.rules.waiting import ENTERED, LEFT

#: At most so many events are considered at once.
MOST_EVENTS = 20_000
#: Records that enter and leave segments: rules wait for them without naming them.
_SEGMENT_EVENTS = {key: EventKind(key, record({}), (key,), Text("", "")) for key in (ENTERED, LEFT)}


@dataclass(frozen=True, slots=True)
class Past:
    """What happened, in the order of the log, and from when on all of it is there; `truncated` when that is not from the
    beginning that was asked for."""

    occurrences: tuple[Occurrence, ...]
    begins: datetime
    truncated: bool = False


@dataclass(slots=True)
class Happened:
    """An event on its way to be an occurrence, with its values and what it is about. `place` is where it stands in the log, `id` what people know it by."""

    id: int
    place: tuple[int, int]
    at: datetime
    kinds: list[EventKind]
    values: dict[str, Any]
    person: UUID | None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    record: tuple[str, UUID] | None = None


class PastReader:
    """Reads the past for one rule."""

    def __init__(self, rule: CompiledRule, scope: RuleScope, looker: Looker) -> None:
        self._looker = looker
        self._known = {**scope.events, **_SEGMENT_EVENTS}
        self._kinds = [self._known[key] for key in sorted(kinds_of(rule)) if key in self._known]
        self._paths = _Paths(rule)

    async def since(
        self,
        session: AsyncSession,
        begins: datetime,
        until: datetime,
        most: int = MOST_EVENTS,
        also: Happened | None = None,
    ) -> Past:
        """What happened after `begins`, up to `until`, and `also` this; when that is more than `most`, the newest of it."""
        posts = await session.execute(_posts(self._social, begins, until).limit(most + 1))
        events = await session.execute(_events(self._logged, begins, until).limit(most + 1))
        found = [*map(self._post, posts.all()), *filter(None, (self._event(row, self._kinds) for row in events))]
        found.sort(key=lambda each: each.at, reverse=True)
        kept = found[:most]
        first = kept[-1].at if len(found) > most else begins
        if also is not None and also.place not in {each.place for each in kept}:
            kept.append(also)
        return Past(await self._occurrences(session, kept), first, len(found) > most)

    async def find(self, session: AsyncSession, id: int) -> Happened | None:
        """One event of the log, whether the rule reads its kind or not; None when rules read nothing of the sort. An event of a
        channel may be named by the one that tells that it was understood."""
        event = (await session.execute(_event_columns().where(Event.id == id))).one_or_none()
        if event is not None and event.type == UNDERSTOOD:
            id = int(event.data["event_id"])
        post = (await session.execute(_post_columns().where(POSTS.c.event_id == id))).one_or_none()
        if post is not None:
            return self._post(post)
        return None if event is None else self._event(event, list(self._known.values()))

    # -- rows

    @property
    def _social(self) -> list[str]:
        return [kind.key for kind in self._kinds if is_social(kind)]

    @property
    def _logged(self) -> list[str]:
        return sorted({type for kind in self._kinds if not is_social(kind) for type in kind.logged})

    def _post(self, row: Row[Any]) -> Happened:
        values = {
            "id": str(row.event_id),
            **{key: getattr(row, key) for key in ("type", "channel", "external_id", "text", "target", "occurred_at")},
            "author": {"id": row.author_id, "name": row.author_name},
            "sentiment": row.sentiment,
            "sentiment_score": row.sentiment_score,
            "person": row.person_id,
            "thread": f"{row.channel}:{row.author_id}",
            "product": row.product,
        }
        kinds = [self._known[row.type]] if row.type in self._known else []
        return Happened(row.event_id, (row.xid, row.log_id), row.occurred_at, kinds, values, row.person_id)

    def _event(self, row: Row[Any], known: Sequence[EventKind]) -> Happened | None:
        kinds = [kind for kind in known if row.type in kind.logged and _became(kind, row)]
        if not kinds:
            return None
        record = row.data.get("record")
        values = dict(record) if isinstance(record, Mapping) else _told(row)
        changes = {key: (before, after) for key, (before, after) in (row.data.get("changes") or {}).items()}
        about = (row.subject_entity, row.subject_id) if row.subject_entity and row.subject_id else None
        person = row.person_id or _person_of(kinds, values)
        return Happened(row.id, (row.xid, row.id), row.occurred_at, kinds, values, person, changes, about)

    # -- what lies behind

    async def _occurrences(self, session: AsyncSession, found: Sequence[Happened]) -> tuple[Occurrence, ...]:
        ordered = sorted(found, key=lambda each: each.place)
        for kind in self._kinds:
            values = [each.values for each in ordered if kind in each.kinds]
            await self._looker.attach(session, kind.type.fields, values, self._paths.of(kind.key))
        people = await self.people(session, (each.person for each in ordered))
        about = await self._about(session, ordered)
        return tuple(_occurrence(each, people, about) for each in ordered)

    async def people(self, session: AsyncSession, ids: Iterable[UUID | None]) -> Mapping[UUID, dict[str, Any]]:
        """People by id, with what lies behind their references."""
        return await self._with_behind(session, PERSON, {id for id in ids if id is not None})

    async def _about(self, session: AsyncSession, found: Sequence[Happened]) -> Mapping[UUID, dict[str, Any]]:
        """The records that entered or left a segment, by id."""
        moved = [each.record for each in found if each.record and any(kind.entity is None for kind in each.kinds)]
        about: dict[UUID, dict[str, Any]] = {}
        for entity in {entity for entity, _ in moved}:
            about |= await self._with_behind(session, entity, {id for other, id in moved if other == entity})
        return about

    async def _with_behind(
        self, session: AsyncSession, entity: str, ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        found = await records(session, self._looker.reader, entity, ids)
        await self.look_behind(session, entity, list(found.values()))
        return found

    async def look_behind(self, session: AsyncSession, entity: str, found: Collection[dict[str, Any]]) -> None:
        """Put what lies behind the references of records that the rule is about in their place."""
        await self._looker.attach(session, self._looker.fields(entity), found, self._paths.of_record(entity))


class _Paths:
    """The paths that a rule goes, from the values of an event or of a record."""

    def __init__(self, rule: CompiledRule) -> None:
        read = [path for each in expressions_of(rule) for path in each.references()]
        read += [path for window in rule.windows if window.key is not None for path in window.key.references()]
        self._read = set(read)
        self._kinds = _names_of(rule)
        self._alias = _record_name(rule)

    def of(self, kind: str) -> set[Path]:
        """The paths from the values of an event of a kind."""
        return {path[1:] for path in self._read if kind in self._kinds.get(path[0], ())}

    def of_record(self, entity: str) -> set[Path]:
        """The paths from a record that the rule is about."""
        names = {entity, self._alias, *([CUSTOMER] if entity == PERSON else [])}
        return {path[1:] for path in self._read if path[0] in names}


def kinds_of(rule: CompiledRule) -> set[str]:
    """The keys of the kinds of events that a rule waits for or counts."""
    return {key for keys in _names_of(rule).values() for key in keys}


def _names_of(rule: CompiledRule) -> Mapping[str, set[str]]:
    """The kinds of events that stand under each name of a rule."""
    found: dict[str, set[str]] = {}
    for step in (*rule.steps, *(window.step for window in rule.windows)):
        found.setdefault(step.alias, set()).add(step.event)
    if rule.steps:
        found.setdefault(EVENT, set()).add(rule.steps[0].event)
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


def is_social(kind: EventKind) -> bool:
    """Whether events of the kind come from channels, and are read as they were understood."""
    return UNDERSTOOD in kind.logged


# -- rows to values


def _posts(types: Sequence[str], begins: datetime, until: datetime) -> Select[Any]:
    posts = POSTS.c
    chosen = _post_columns().where(posts.type.in_(types), posts.occurred_at > begins, posts.occurred_at <= until)
    return chosen.order_by(posts.occurred_at.desc(), posts.event_id.desc())


def _post_columns() -> Select[Any]:
    return select(*POSTS.c)


def _events(types: Sequence[str], begins: datetime, until: datetime) -> Select[Any]:
    chosen = _event_columns().where(Event.type.in_(types), Event.occurred_at > begins, Event.occurred_at <= until)
    return chosen.order_by(Event.occurred_at.desc(), Event.id.desc())


def _event_columns() -> Select[Any]:
    return select(
        Event.id, Event.xid, Event.type, Event.occurred_at, Event.data, Event.person_id, Event.subject_entity,
        Event.subject_id,
    )  # fmt: skip


def _became(kind: EventKind, row: Row[Any]) -> bool:
    """Whether the field came to hold the choice, for a kind that asks for it."""
    if kind.became is None:
        return True
    key, option = kind.became
    changed = (row.data.get("changes") or {}).get(key)
    return changed is not None and changed[0] != option and changed[1] == option


def _told(row: Row[Any]) -> dict[str, Any]:
    """The values of an event that is about no record of its own."""
    return {"id": str(row.id), "type": row.type, "occurred_at": row.occurred_at, "person": row.person_id, **row.data}


def _person_of(kinds: Iterable[EventKind], values: Mapping[str, Any]) -> UUID | None:
    """Whom the event is about, by the field of its kinds that says so."""
    found = (id_of(values.get(kind.person)) for kind in kinds if kind.person is not None)
    return next((id for id in found if id is not None), None)


def _occurrence(
    each: Happened, people: Mapping[UUID, dict[str, Any]], about: Mapping[UUID, dict[str, Any]]
) -> Occurrence:
    return Occurrence(
        id=each.id,
        at=each.at,
        kinds={kind.key: each.values for kind in each.kinds},
        person=people.get(each.person) if each.person is not None else None,
        changes=each.changes,
        record=about.get(each.record[1]) if each.record is not None else None,
    )
