"""Rules at work: the second stage of the pipeline, and what is due.

`RuleRuntime.consumer()` reads what was understood and everything else in the log; `run_due` does what is due. Every batch is one
transaction: firings, what their actions did, deadlines, new events and the position are there together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.actions.registry import ActionRegistry
from backend.automation import deadlines, segments
from backend.automation.clockwork import Clockwork
from backend.automation.firing import Budget, Firer, Withdrawal
from backend.automation.happenings import Happening
from backend.automation.incidents import UNUSABLE, open_incident
from backend.automation.matching import Matched, Matcher
from backend.automation.rule_book import Program, RuleBook, RuleLibrary
from backend.automation.statements import Deadline, refuting_absences
from backend.automation.switches import switched_off
from backend.db import Database
from backend.db.passing import passes
from backend.errors import NotFound
from backend.events.consumers import Consumer, drain, ensure_positions
from backend.events.log import NewEvent, append
from backend.events.models import Event
from backend.events.notify import EVENT, Listener, wait_any
from backend.metadata.repository import last_publication
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.definitions import Text
from engine.language import Problems, describe
from engine.rules.model import PERSON

log = structlog.get_logger(__name__)

NAME = "rules"
BATCH = 500
RETRACTED = "rule.retracted"
_IDLE_SECONDS = 1.0
_CONSENT = "_consent"

_TELL_POSTS = text(
    """
    UPDATE weft.social_post AS p
    SET rules = (SELECT array_agg(DISTINCT rule) FROM unnest(p.rules || fired.rules) AS rule)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS fired(event_id bigint, rules text[])
    WHERE p.event_id = fired.event_id
    """
)


@dataclass
class RuleRuntime:
    """Runs the rules of an installation."""

    store: MetadataStore
    actions: ActionRegistry
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.library = RuleLibrary(self.actions)
        self._clockwork = Clockwork(self.actions, self.budget)
        self._matcher: Matcher | None = None

    # -- events

    def consumer(self, name: str = NAME, batch: int = BATCH) -> Consumer:
        """The consumer to run."""
        return Consumer(name, self.handle, batch)

    async def handle(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """One batch, in the caller's transaction."""
        matcher = await self.matcher(session)
        happenings = await matcher.book.reading.happenings(session, events)
        await segments.follow(session, matcher.book, events, clock.now())
        withdrawals = list(_withdrawals(events))
        if not happenings and not withdrawals:
            return
        off = await switched_off(session)
        matched = await self._match(session, matcher, happenings, off.rules)
        await refuting_absences(session, (program.rule.key for program in matched.refuting))
        firer = Firer(matcher.book, self.actions, self.budget, clock.now())
        fired = await firer.fire(session, matched.firing, matched.waiting, withdrawals)
        told = [*fired.events, *await self._retracted(session, matched)]
        await append(session, *told)
        await self._tell_posts(session, happenings, fired.rules_by_event)

    async def matcher(self, session: AsyncSession) -> Matcher:
        """The matcher for what is published now: an event that came after a publication is matched by no older rules."""
        if await last_publication(session) != self.store.current.version:
            await self.store.refresh()
        book = await self.library.prepare(session, self.store.current)
        if self._matcher is None or self._matcher.book is not book:
            self._matcher = Matcher(book)
            for key, reason in self.library.unusable(book).items():
                version = book.metadata.versions.get(("rule", key), 0)
                await open_incident(session, key, version, UNUSABLE, reason)
        return self._matcher

    async def _match(
        self, session: AsyncSession, matcher: Matcher, happenings: Sequence[Happening], off: frozenset[str]
    ) -> Matched:
        """What rules do with a batch. One event that fails is matched again with care: the rule that fails is told as an incident,
        and the others go on. (Of a batch that fails, every event comes again alone.)"""
        if len(happenings) > 1:
            return await matcher.match(session, happenings, off)
        try:
            async with session.begin_nested():
                return await matcher.match(session, happenings, off)
        except Exception as error:
            if passes(error):
                raise
            log.warning("rules.matched_with_care", event_id=happenings[0].id, error=repr(error))
        return await matcher.match(session, happenings, off, careful=True)

    async def _retracted(self, session: AsyncSession, matched: Matched) -> list[NewEvent]:
        found = await deadlines.retract(session, matched.refuting, matched.refuted_by)
        return [
            NewEvent(RETRACTED, {"rule": rule, "firing_id": str(firing), "event_id": event}, causation_id=event)
            for rule, firing, event in found
        ]

    async def _tell_posts(
        self, session: AsyncSession, happenings: Sequence[Happening], fired: Mapping[int, Sequence[str]]
    ) -> None:
        """Show on what was said which rules fired on it."""
        rows = [{"event_id": each.id, "rules": fired[each.id]} for each in happenings if each.said and each.id in fired]
        if rows:
            await session.execute(_TELL_POSTS, {"rows": orjson.dumps(rows).decode()})

    # -- what is due

    async def run_clock(self, database: Database, now: datetime) -> int:
        """Do what schedules, watches and segments have due by `now`; returns how much it was."""
        return await self._clockwork.run(database, self.matcher, now)

    async def run_due(self, database: Database, now: datetime) -> int:
        """Do what is due by `now`, slot by slot; returns how much it was."""
        done = 0
        async with database.transaction() as session:
            slots = await deadlines.due_slots(session, now)
        for slot, until in slots:
            while count := await self._slot(database, slot, until):
                done += count
        return done

    async def _slot(self, database: Database, slot: int, until: datetime) -> int:
        """One batch of what is due in a slot; where it fails, each by itself."""
        try:
            async with database.transaction() as session:
                due = await deadlines.claim(session, slot, until)
                if due:
                    await self._do(session, due)
                return len(due)
        except Exception as error:  # logged here, then every deadline is tried again alone
            if passes(error):
                raise
            log.warning("deadlines.batch_failed", slot=slot, error=repr(error))
        return await self._one_by_one(database, slot, until)

    async def _one_by_one(self, database: Database, slot: int, until: datetime) -> int:
        """After a failed batch: the same deadlines, each in a savepoint of its own; one that fails is told as an incident."""
        async with database.transaction() as session:
            due = await deadlines.claim(session, slot, until)
            for each in due:
                try:
                    async with session.begin_nested():
                        await self._do(session, [each])
                except Exception as error:
                    if passes(error):
                        raise
                    log.exception("deadline.failed", rule=each.rule, key=each.key)
                    await deadlines.give_up(session, each, error)
            return len(due)

    async def _do(self, session: AsyncSession, due: Sequence[Deadline]) -> None:
        matcher = await self.matcher(session)
        programs = await self._programs(session, matcher.book, due)
        off = await switched_off(session)
        firer = Firer(matcher.book, self.actions, self.budget, clock.now())
        work = deadlines.DeadlineWork(matcher.host, firer, programs)
        await append(session, *await work.do(session, due, off.rules | _withdrawn(matcher.book, due)))

    async def _programs(
        self, session: AsyncSession, book: RuleBook, due: Sequence[Deadline]
    ) -> dict[tuple[str, int], Program | Text]:
        """The version of the rule that made each deadline: what is pending keeps the old one."""
        found: dict[tuple[str, int], Program | Text] = {}
        for key, version in {(each.rule, each.rule_version) for each in due}:
            current = book.programs.get(key)
            if current is not None and current.version == version:
                found[key, version] = current
                continue
            found[key, version] = await self._old(session, book.metadata, key, version)
        return found

    async def _old(self, session: AsyncSession, metadata: Metadata, key: str, version: int) -> Program | Text:
        try:
            rule: Any = await self.store.definition(session, "rule", key, version)
        except NotFound:
            return Text(f"规则“{key}”的版本 {version} 已不存在", f"Version {version} of the rule “{key}” is gone")
        program = self.library.program(metadata, rule, version)
        return describe(program) if isinstance(program, Problems) else program


def _withdrawals(events: Sequence[Event]) -> Iterator[Withdrawal]:
    """Consent that is withdrawn cancels what is pending, whether or not a rule says so."""
    for event in events:
        if event.type == f"{PERSON}.updated" and event.subject_id is not None:
            for name, change in (event.data.get("changes") or {}).items():
                if name.endswith(_CONSENT) and change[1] is not True:
                    yield Withdrawal(event.subject_id, name.removesuffix(_CONSENT), (event.xid, event.id))


def _withdrawn(book: RuleBook, due: Sequence[Deadline]) -> frozenset[str]:
    """The rules that are gone or disabled by now: what they have pending is dropped, though a newer version lets it be."""
    rules = book.metadata.rules
    return frozenset(each.rule for each in due if each.rule not in rules or not rules[each.rule].enabled)


async def run_deadlines(database: Database, listener: Listener, runtime: RuleRuntime, stop: asyncio.Event) -> None:
    """Do what is due until `stop`, looking once a second and at every notice."""
    await ensure_positions(database, deadlines.CONSUMER)
    async with listener.subscribed(EVENT) as signal:
        while not stop.is_set():
            try:
                done = await runtime.run_due(database, clock.now())
            except OperationalError as error:
                log.warning("deadlines.database_lost", error=str(error.orig).strip())
                await asyncio.sleep(_IDLE_SECONDS)
                continue
            if not done:
                await wait_any(signal, stop, _IDLE_SECONDS)


async def work_off(database: Database, pipeline: Consumer, rules: RuleRuntime) -> int:
    """Handle all there is and all that makes, as workers do, until nothing is left and nothing is due; returns how much it was."""
    handled = 0
    consumers = (pipeline, rules.consumer())
    for name in (*(each.name for each in consumers), deadlines.CONSUMER):
        await ensure_positions(database, name)
    handled += await rules.run_clock(database, clock.now())
    while True:
        count = 0
        for consumer in consumers:
            count += await drain(database, consumer)
        count += await rules.run_due(database, clock.now())
        count += await rules.run_clock(database, clock.now())
        handled += count
        if not count and not await _waits(database):
            return handled
        if not count:
            await asyncio.sleep(0.01)  # a transaction that was open when we looked has yet to end


async def _waits(database: Database) -> bool:
    async with database.transaction() as session:
        return bool((await session.execute(_UNREAD)).scalar_one())


#: Whether an event is there that its reader has not come to.
_UNREAD = text(
    """
    SELECT EXISTS (
        SELECT FROM weft.event AS e JOIN weft.consumer_position AS p
            ON p.slot = e.slot AND p.consumer = CASE WHEN e.channel IS NULL THEN 'rules' ELSE 'pipeline' END
        WHERE (e.xid, e.id) > (p.xid, p.event_id)
    )
    """
)
