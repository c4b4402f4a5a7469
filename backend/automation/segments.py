"""Who belongs to the segments that rules wait for: members are kept, so that who enters or leaves is told in the log.

Segments with a condition only. Looked at after each batch of events for the records that these are about, and once a minute as a
whole, because conditions read the clock and what lies behind references. Whoever belongs when a segment is first looked at, or has
got another condition, has not entered it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, DateTime, FromClause, Select, delete, exists, literal, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.access.conditions import caller_parameters
from backend.automation.happenings import ENTERED, LEFT
from backend.automation.incidents import open_incident, told
from backend.automation.models import SegmentMember, SegmentState
from backend.automation.rule_book import Program, RuleBook
from backend.db.passing import passes
from backend.events.log import NewEvent, append
from backend.events.models import Event
from backend.records.errors import FilterInvalid
from backend.records.filters import checked_filter, live
from backend.records.tables import tables_of
from engine.definitions import Segment
from engine.language import Checked
from engine.language.lookups import needs
from engine.rules.kinds import RECORD_EVENTS
from engine.rules.model import PERSON, SegmentTrigger
from engine.rules.sets import person_field

log = structlog.get_logger(__name__)

#: How often segments are looked at as a whole.
EVERY = timedelta(minutes=1)
_SOURCE = "condition"
#: So many changes are gone through that came while no worker knew that a rule waits for their segment.
_MOST_CHANGED = 20_000

#: The publication since which a segment is waited for as it is.
_PUBLISHED = text(
    """
    SELECT max(e.id) FROM weft.event AS e, jsonb_array_elements(e.data -> 'changes') AS c(change)
    WHERE e.type = 'metadata.published' AND (
        change ->> 'kind' = 'segment' AND change ->> 'key' = :segment
        OR change ->> 'kind' = 'rule' AND change ->> 'key' = ANY(:rules)
    )
    """
)
#: The event that led to each record's being looked at.
Causes = Mapping[UUID, Event]


def watched(book: RuleBook) -> dict[str, Segment]:
    """The segments that rules wait for and that have a condition, by key."""
    segments = {key: book.metadata.segments.get(key) for key in sorted(book.watched_segments)}
    return {key: found for key, found in segments.items() if found is not None and found.condition is not None}


async def follow(session: AsyncSession, book: RuleBook, events: Sequence[Event], now: datetime) -> None:
    """Look at the records that a batch of events is about."""
    segments = watched(book)
    concerned = _concerned(events) if segments else {}
    affected = [each for each in segments.values() if each.entity in concerned]
    if not affected:
        return
    states = await _states(session)
    for segment in affected:
        async with _by_itself(session, book, segment):
            if _is_new(states.get(segment.key), segment):
                await _seed(session, book, segment, now)
            else:
                await refresh(session, book, segment, now, concerned[segment.entity])


def _concerned(events: Iterable[Event]) -> dict[str, dict[UUID, Event]]:
    """By entity the records that events are about, those of persons included, with the last event of each."""
    found: dict[str, dict[UUID, Event]] = {}
    for event in events:
        if event.subject_entity is None or event.type in (ENTERED, LEFT):
            continue
        if event.subject_id is not None:
            found.setdefault(event.subject_entity, {})[event.subject_id] = event
        if event.person_id is not None:
            found.setdefault(PERSON, {})[event.person_id] = event
    return found


async def due(session: AsyncSession, book: RuleBook, now: datetime) -> list[str]:
    """The segments that are to be looked at as a whole."""
    segments = watched(book)
    states = await _states(session) if segments else {}
    return [key for key, segment in segments.items() if _is_due(states.get(key), segment, now)]


async def _states(session: AsyncSession) -> Mapping[str, SegmentState]:
    return {row.segment: row for row in (await session.execute(select(SegmentState))).scalars()}


def _is_new(state: SegmentState | None, segment: Segment) -> bool:
    """Whether it was never looked at, or by another condition."""
    return state is None or state.condition_hash != fingerprint(segment)


def _is_due(state: SegmentState | None, segment: Segment, now: datetime) -> bool:
    return _is_new(state, segment) or state is None or not state.evaluated_at <= now < state.evaluated_at + EVERY


async def refresh_whole(session: AsyncSession, book: RuleBook, key: str, now: datetime) -> bool:
    """Look at a segment as a whole, unless another worker does; whether that was done."""
    segment = watched(book).get(key)
    if segment is None:
        return False
    if _is_new((await _states(session)).get(key), segment):
        async with _by_itself(session, book, segment):
            return await _seed(session, book, segment, now)
        return False
    state = select(SegmentState).where(SegmentState.segment == key).with_for_update(skip_locked=True)
    found = (await session.execute(state)).scalar_one_or_none()
    if found is None or not _is_due(found, segment, now):
        return False
    found.evaluated_at = now
    async with _by_itself(session, book, segment):
        await refresh(session, book, segment, now)
    return True


@asynccontextmanager
async def _by_itself(session: AsyncSession, book: RuleBook, segment: Segment) -> AsyncIterator[None]:
    """What goes wrong with a segment keeps nothing else from its work; it is told of the rules that wait for it."""
    try:
        async with session.begin_nested():
            yield
    except Exception as error:  # whatever a condition of somebody's came to
        if passes(error):
            raise
        log.exception("segment.failed", segment=segment.key)
        code, message, suggestion = told(error)
        place = f"segment:{segment.key}"
        for key, program in _waiting_for(book, segment).items():
            await open_incident(session, key, program.version, code, message, place=place, suggestion=suggestion)


async def forget(session: AsyncSession, book: RuleBook) -> None:
    """Forget the members of segments that no rule waits for any more."""
    keys = list(watched(book))
    await session.execute(delete(SegmentState).where(SegmentState.segment.not_in(keys)))
    gone = SegmentMember.segment.not_in(keys), SegmentMember.source == _SOURCE
    await session.execute(delete(SegmentMember).where(*gone))


def fingerprint(segment: Segment) -> str:
    """What a segment's condition is told from another by."""
    return hashlib.sha256(f"{segment.entity}\n{segment.condition}".encode()).hexdigest()[:32]


# -- members


async def _seed(session: AsyncSession, book: RuleBook, segment: Segment, now: datetime) -> bool:
    """Take down who belongs to a segment that was never looked at, or has another condition; False when another worker did."""
    row = {"condition_hash": fingerprint(segment), "evaluated_at": now}
    statement = insert(SegmentState).values(segment=segment.key, **row)
    other = SegmentState.condition_hash != row["condition_hash"]
    statement = statement.on_conflict_do_update(index_elements=["segment"], set_=row, where=other)
    if (await session.execute(statement.returning(SegmentState.segment))).first() is None:
        return False
    members = _Members(book, segment, now)
    if members.condition is None:
        return True
    await members.leave(session, None)
    await members.enter(session, None)
    kept = SegmentMember.segment == segment.key, SegmentMember.source != _SOURCE
    await session.execute(update(SegmentMember).where(*kept).values(source=_SOURCE))
    await _tell_since(session, members)
    return True


async def _tell_since(session: AsyncSession, members: _Members) -> None:
    """Tell who entered and left since it was published that a rule waits for the segment: nothing is missed until a worker
    hears of that. How it was before is told by the first change since."""
    changed = await _changed_since(session, members)
    if not changed:
        return
    belonged = {id for id, event in changed.items() if members.held_before(event)}
    belongs = await members.among(session, changed)
    changes = [*((LEFT, id) for id in belonged - belongs), *((ENTERED, id) for id in belongs - belonged)]
    persons = await members.persons(session, list(changed))
    events = (_event(members.segment, type, id, persons.get(id), members.now, changed) for type, id in sorted(changes))
    await append(session, *events)


async def _changed_since(session: AsyncSession, members: _Members) -> dict[UUID, Event]:
    """The records that changed since then, each with its first event; nothing where that cannot tell how they were before."""
    if not members.is_plain:
        return {}
    waiting = list(_waiting_for(members.book, members.segment))
    since = (await session.execute(_PUBLISHED, {"segment": members.segment.key, "rules": waiting})).scalar_one()
    if since is None:
        return {}
    statement = (
        select(Event)
        .where(Event.subject_entity == members.segment.entity, Event.subject_id.is_not(None), Event.id > since)
        .where(Event.type.in_([f"{members.segment.entity}.{happening}" for happening in RECORD_EVENTS]))
        .order_by(Event.xid.desc(), Event.id.desc())
        .limit(_MOST_CHANGED)
    )
    found = (await session.execute(statement)).scalars()
    return {event.subject_id: event for event in found if event.subject_id is not None}


def _waiting_for(book: RuleBook, segment: Segment) -> dict[str, Program]:
    """The rules that wait for a segment."""
    triggers = ((key, program, program.rule.trigger) for key, program in book.programs.items())
    return {
        key: program
        for key, program, trigger in triggers
        if isinstance(trigger, SegmentTrigger) and trigger.segment == segment.key
    }


async def refresh(
    session: AsyncSession, book: RuleBook, segment: Segment, now: datetime, causes: Causes | None = None
) -> None:
    """Take out who no longer belongs, take in who does by now, and tell of both: of all records, or of those with a cause."""
    members = _Members(book, segment, now)
    if members.condition is None:
        return
    left = await members.leave(session, causes)
    entered = await members.enter(session, causes)
    persons = await members.persons(session, [*left, *entered])
    changes = [*((LEFT, id) for id in left), *((ENTERED, id) for id in entered)]
    await append(session, *(_event(segment, type, id, persons.get(id), now, causes) for type, id in changes))


def _event(
    segment: Segment, type: str, id: UUID, person: UUID | None, now: datetime, causes: Causes | None
) -> NewEvent:
    cause = causes[id] if causes is not None else None
    return NewEvent(
        type, {"segment": segment.key, "source": _SOURCE}, segment.entity, id, person, occurred_at=now,
        causation_id=cause.id if cause is not None else None, depth=cause.depth + 1 if cause is not None else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class _Members:
    """The members of a segment at a moment, in two statements over the whole set."""

    book: RuleBook
    segment: Segment
    now: datetime

    async def enter(self, session: AsyncSession, ids: Iterable[UUID] | None) -> list[UUID]:
        """Take in those that belong, and say who they are."""
        belonging = self._belonging(ids)
        columns = ["segment", "record_id", "source", "entered_at"]
        statement = insert(SegmentMember).from_select(columns, belonging).on_conflict_do_nothing()
        return sorted((await session.execute(statement.returning(SegmentMember.record_id))).scalars())

    async def leave(self, session: AsyncSession, ids: Iterable[UUID] | None) -> list[UUID]:
        """Take out those that do not belong, and say who they are."""
        there = select(true()).select_from(self.table).where(self.table.c["id"] == SegmentMember.record_id)
        still = exists(there.where(self._belongs))
        statement = delete(SegmentMember).where(SegmentMember.segment == self.segment.key, ~still)
        if ids is not None:
            statement = statement.where(SegmentMember.record_id.in_(list(ids)))
        return sorted((await session.execute(statement.returning(SegmentMember.record_id))).scalars())

    @property
    def is_plain(self) -> bool:
        """Whether the condition reads nothing but fields of the record itself."""
        if self.condition is None or needs([self.condition.tree]):
            return False
        return all(len(path) == 1 for path in self.condition.references())

    def held_before(self, event: Event) -> bool:
        """Whether the record belonged before an event."""
        assert self.condition is not None, "asked before"
        if event.type.rpartition(".")[2] in ("created", "restored"):
            return False
        before = {key: change[0] for key, change in (event.data.get("changes") or {}).items()}
        values = {**(event.data.get("record") or {}), **before}
        return self.condition.evaluate(values, self.now, self.book.metadata.context) is True

    async def among(self, session: AsyncSession, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that are members."""
        mine = SegmentMember.segment == self.segment.key, SegmentMember.record_id.in_(list(ids))
        return set((await session.execute(select(SegmentMember.record_id).where(*mine))).scalars())

    async def persons(self, session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, UUID | None]:
        """The persons that records are about."""
        field = person_field(self.book.scope, self.segment.entity)
        if field in (None, "id") or not ids:
            return {id: id for id in ids} if field == "id" else {}
        table = self.table
        rows = await session.execute(select(table.c["id"], table.c[field]).where(table.c["id"].in_(ids)))
        return {row[0]: row[1] for row in rows}

    # -- SQL

    @cached_property
    def table(self) -> FromClause:
        """The table of the segment's entity."""
        return tables_of(self.book.metadata.entity(self.segment.entity)).alias()

    @cached_property
    def condition(self) -> Checked | None:
        """The segment's condition; None, and then nothing is touched, when it no longer means anything."""
        reader = self.book.reading.looker.reader
        try:
            entity = self.book.metadata.entity(self.segment.entity)
            return checked_filter(reader, entity, self.segment.condition or "")
        except FilterInvalid as error:
            log.warning("segment.broken", segment=self.segment.key, problems=error.problems)
            return None

    @property
    def _belongs(self) -> ColumnElement[bool]:
        assert self.condition is not None, "asked before"
        condition = self.condition.sql(
            self.table, self.now, relations=self.book.reading.looker.reader.relations,
            parameters=caller_parameters(SYSTEM), context=self.book.metadata.context,
        )  # fmt: skip
        return live(self.table) & condition

    def _belonging(self, ids: Iterable[UUID] | None) -> Select[Any]:
        """Those that belong and are no members, as rows of members."""
        id = self.table.c["id"]
        members = SegmentMember.segment == self.segment.key, SegmentMember.record_id == id
        row = literal(self.segment.key), id, literal(_SOURCE), literal(self.now, DateTime(timezone=True))
        statement = select(*row).where(self._belongs, ~exists(select(true()).where(*members)))
        return (statement if ids is None else statement.where(id.in_(list(ids)))).order_by(id)
