"""Rules that run by the clock: what is due of schedules and watches, done instant by instant and page by page.

Where a rule stands is a row of `rule_schedule`, locked in the transaction that goes on from there: what fires and how far it came
are there together or not at all, whoever runs it and whenever that dies. Missed instants are caught up, in order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.actions.registry import ActionRegistry
from backend.automation.firing import Budget, Firer
from backend.automation.incidents import open_incident, told
from backend.automation.matching import Host, Matcher, decided
from backend.automation.models import RuleSchedule, RuleWatch
from backend.automation.record_sets import PAGE, RecordSet, match_at
from backend.automation.rule_book import Program, RuleBook
from backend.automation.switches import switched_off
from backend.automation.watches import look
from backend.calendars import calendar_of
from backend.db import Database
from backend.db.passing import passes
from backend.events.log import append
from backend.metadata.snapshot import Metadata
from engine.definitions import Text
from engine.rules.evaluation import is_valid
from engine.rules.model import ScheduleTrigger, WatchTrigger
from engine.rules.timing import next_moment

log = structlog.get_logger(__name__)

#: Of the instants that were missed, so many are caught up.
MOST_MISSED = 100
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_JUST = timedelta(microseconds=1)
_DAY = timedelta(days=1)

#: The earliest moment of which something in the log has yet to be understood or matched: rules that run by the clock see what
#: happened up to their instant, whenever they are run. Where much is unread, nobody knows how early the rest of it is.
_UNREAD_SINCE = text(
    """
    SELECT min(unread.at) FROM weft.consumer_position AS p, LATERAL (
        SELECT CASE WHEN count(*) = 1000 THEN 'epoch' ELSE min(e.occurred_at) END AS at FROM (
            SELECT occurred_at FROM weft.event
            WHERE slot = p.slot AND (channel IS NULL) = (p.consumer = 'rules') AND (xid, id) > (p.xid, p.event_id)
            ORDER BY xid, id LIMIT 1000
        ) AS e
    ) AS unread
    WHERE p.consumer IN ('pipeline', 'rules')
    """
)

Prepare = Callable[[AsyncSession], Awaitable[Matcher]]


class Run(Protocol):
    """Does what is to be done of a rule at an instant, or a page of it; moves the row on, and says whether that was all."""

    async def __call__(self, session: AsyncSession, firer: Firer, records: RecordSet, row: RuleSchedule) -> bool: ...


@dataclass
class Schedules:
    """Runs the rules that run by the clock."""

    actions: ActionRegistry
    budget: Budget
    _aligned: RuleBook | None = field(default=None, init=False)

    async def run(self, database: Database, prepare: Prepare, now: datetime) -> int:
        """Do what is due by `now`; returns how many pages and instants that were."""
        async with database.transaction() as session:
            book = (await prepare(session)).book
            if book is not self._aligned:
                await align(session, book, now)
            keys = await _due(session, book, now)
            until = await _settled_until(session, now) if keys else now
        self._aligned = book
        done = 0
        for key in keys:
            while await self._step(database, prepare, key, until):
                done += 1
        return done

    async def _step(self, database: Database, prepare: Prepare, key: str, until: datetime) -> bool:
        try:
            async with database.transaction() as session:
                return await self._go_on(session, await prepare(session), key, until)
        except Exception as error:  # said where operators look; the rule goes on with its next instant
            if passes(error):
                raise
            log.exception("schedule.failed", rule=key)
            async with database.transaction() as session:
                return await _give_up(session, (await prepare(session)).book, key, until, error)

    async def _go_on(self, session: AsyncSession, matcher: Matcher, key: str, until: datetime) -> bool:
        """One page, or instant, of a rule; False when nothing of it is due, or another worker is at it."""
        claimed = await _claim(session, matcher.book, key, until)
        if claimed is None:
            return False
        program, row = claimed
        if key in (await switched_off(session)).rules:
            _end(row, _next(program, matcher.book.metadata, until))
            return True
        if row.running_due is None:
            await _begin(session, program, matcher.book.metadata, row, until)
        await self._run(session, await matcher.host.begun(session), program, row)
        return True

    async def _run(self, session: AsyncSession, host: Host, program: Program, row: RuleSchedule) -> None:
        assert row.running_due is not None, "a run has its instant"
        done = True
        if is_valid(program.rule, row.running_due.astimezone(clock.zone())):
            firer = Firer(host.book, self.actions, self.budget, clock.now())
            records = RecordSet(host, program)
            done = await _RUNS[type(program.rule.trigger)](session, firer, records, row)
        if done:
            _end(row)


# -- where each rule stands


async def align(session: AsyncSession, book: RuleBook, now: datetime) -> None:
    """Give every rule that runs by the clock its next moment, and forget those that are gone. A new rule does not run for the past;
    one that changed keeps its next moment unless it is to come at another."""
    keys = [program.rule.key for program in book.scheduled]
    await session.execute(delete(RuleSchedule).where(RuleSchedule.rule.not_in(keys)))
    await session.execute(delete(RuleWatch).where(RuleWatch.rule.not_in(keys)))
    known = await _rows(session)
    for program in book.scheduled:
        row, following = known.get(program.rule.key), _next(program, book.metadata, now)
        if row is None:
            values = {"rule": program.rule.key, "rule_version": program.version, "next_due": following}
            await session.execute(insert(RuleSchedule).values(values).on_conflict_do_nothing())
        elif row.rule_version <= program.version:
            row.rule_version = program.version
            if row.next_due > now or not _is_moment(program, book.metadata, row.next_due):
                row.next_due = following


async def _rows(session: AsyncSession) -> Mapping[str, RuleSchedule]:
    found = (await session.execute(select(RuleSchedule).order_by(RuleSchedule.rule).with_for_update())).scalars()
    return {row.rule: row for row in found}


async def _due(session: AsyncSession, book: RuleBook, now: datetime) -> list[str]:
    """The rules of which something is due: those first that wait longest, then in their order."""
    due = func.coalesce(RuleSchedule.running_due, RuleSchedule.next_due)
    rows = (await session.execute(select(RuleSchedule.rule, due).where(due <= now))).all()
    priority = {program.rule.key: program.rule.priority for program in book.scheduled}
    known = [(at, -priority[rule], rule) for rule, at in rows if rule in priority]
    return [rule for _, _, rule in sorted(known)]


async def _settled_until(session: AsyncSession, now: datetime) -> datetime:
    unread: datetime | None = (await session.execute(_UNREAD_SINCE)).scalar_one()
    return now if unread is None else min(now, (unread - _JUST).astimezone(now.tzinfo))


async def _claim(
    session: AsyncSession, book: RuleBook, key: str, until: datetime
) -> tuple[Program, RuleSchedule] | None:
    """The rule and its row, locked for this transaction."""
    program = next((each for each in book.scheduled if each.rule.key == key), None)
    if program is None:
        return None
    due = func.coalesce(RuleSchedule.running_due, RuleSchedule.next_due)
    statement = select(RuleSchedule).where(
        RuleSchedule.rule == key, RuleSchedule.rule_version == program.version, due <= until
    )
    row = (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()
    return None if row is None else (program, row)


async def _begin(
    session: AsyncSession, program: Program, metadata: Metadata, row: RuleSchedule, until: datetime
) -> None:
    """Begin the next instant; of those missed only the latest are caught up."""
    instant, skipped = _caught_up(program, metadata, row.next_due.astimezone(clock.zone()), until)
    row.running_due, row.cursor = instant, None
    row.next_due = _next(program, metadata, instant)
    if skipped:
        message = Text(
            f"停机期间错过的时刻太多，跳过了 {skipped} 个，从 {instant:%Y-%m-%d %H:%M} 开始补做",
            f"Too many moments were missed: {skipped} were skipped; caught up from {instant:%Y-%m-%d %H:%M} on",
        )
        await open_incident(
            session, program.rule.key, program.version, "schedule.skipped", message, count=skipped
        )  # fmt: skip


def _caught_up(program: Program, metadata: Metadata, first: datetime, until: datetime) -> tuple[datetime, int]:
    """The instant to go on with, and how many are skipped for it."""
    every = _clocked(program).every
    skipped = 0
    if every.fixed is not None and every.fixed % _DAY:
        skipped = max(0, (until - first) // every.fixed + 1 - MOST_MISSED)
        return (first.astimezone(UTC) + skipped * every.fixed).astimezone(first.tzinfo), skipped
    moments = [first]
    while (following := _next(program, metadata, moments[-1])) <= until:
        moments.append(following)
        if len(moments) > MOST_MISSED:
            del moments[0]
            skipped += 1
    return moments[0], skipped


def _end(row: RuleSchedule, next_due: datetime | None = None) -> None:
    row.running_due = row.cursor = None
    row.next_due = next_due or row.next_due


async def _give_up(session: AsyncSession, book: RuleBook, key: str, until: datetime, error: Exception) -> bool:
    """Leave an instant at which a rule cannot be run, with an incident."""
    claimed = await _claim(session, book, key, until)
    if claimed is None:
        return False
    program, row = claimed
    instant = row.running_due or row.next_due
    _end(row, row.next_due if row.running_due is not None else _next(program, book.metadata, instant))
    code, message, suggestion = told(error)
    moment = instant.astimezone(clock.zone())
    said = Text(f"{moment:%Y-%m-%d %H:%M}：{message.zh}", f"{moment:%Y-%m-%d %H:%M}: {message.en}")
    await open_incident(session, key, program.version, code, said, place="schedule", suggestion=suggestion)
    return True


# -- moments


def _clocked(program: Program) -> ScheduleTrigger | WatchTrigger:
    trigger = program.rule.trigger
    assert isinstance(trigger, ScheduleTrigger | WatchTrigger), "others do not run by the clock"
    return trigger


def _next(program: Program, metadata: Metadata, after: datetime) -> datetime:
    trigger = _clocked(program)
    at = trigger.at if isinstance(trigger, ScheduleTrigger) else None
    calendar = calendar_of(metadata, program.rule.calendar)
    return next_moment(trigger.every, at, after.astimezone(clock.zone()), calendar) or _NEVER


def _is_moment(program: Program, metadata: Metadata, moment: datetime) -> bool:
    return _next(program, metadata, moment - _JUST) == moment


# -- what is done at an instant


async def _schedule(session: AsyncSession, firer: Firer, records: RecordSet, row: RuleSchedule) -> bool:
    assert row.running_due is not None, "a run has its instant"
    instant = row.running_due.astimezone(clock.zone())
    ids = await records.page(session, instant, row.cursor)
    attempts = await records.attempts(session, instant, ids)
    await decided(session, records.host, attempts)
    fired = await firer.fire(session, [match_at(each, "schedule") for each in attempts if each.firing is not None])
    await append(session, *fired.events)
    if len(ids) < PAGE:
        return True
    row.cursor = ids[-1]
    return False


async def _watch(session: AsyncSession, firer: Firer, records: RecordSet, row: RuleSchedule) -> bool:
    assert row.running_due is not None, "a run has its instant"
    attempts = await look(session, records, row.running_due.astimezone(clock.zone()))
    await decided(session, records.host, attempts)
    fired = await firer.fire(session, [match_at(each, "watch") for each in attempts if each.firing is not None])
    await append(session, *fired.events)
    return True


_RUNS: Mapping[type, Run] = {ScheduleTrigger: _schedule, WatchTrigger: _watch}
