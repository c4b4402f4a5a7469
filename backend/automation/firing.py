"""Firing: of the rules that match, which may (limits, loops, budgets), what their actions do, and the record of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import ActionContext, Result
from backend.actions.registry import ActionRegistry
from backend.automation import statements, switches
from backend.automation.incidents import open_incident, told
from backend.automation.limits import Allowance, Claim, read_allowance
from backend.automation.models import RuleFiring
from backend.automation.rule_book import Program, RuleBook
from backend.calendars import calendar_of, quiet_until
from backend.db import uuid7
from backend.db.passing import Overtaken, passes
from backend.events.log import Cause, NewEvent
from backend.messaging.pending import cancel_pending
from engine.definitions import Text
from engine.language import Calendar
from engine.rules import ActionCall, Firing
from engine.rules.lengths import after

log = structlog.get_logger(__name__)

FIRED = "rule.fired"
#: The action that takes back what is pending, rows included that are not written yet.
CANCEL = "cancel_pending"
DONE, LIMITED, FAILED, SWITCHED_OFF, RETRACTED = "done", "limited", "failed", "switched_off", "retracted"
#: A chain of causes longer than this is a loop; its rules no longer act.
MAX_DEPTH = 5
#: More rules than this on one event are a mistake of whoever wrote them.
MAX_FIRINGS_OF_EVENT = 200
#: A rule that fires more often within an hour is switched off.
MAX_FIRINGS_PER_HOUR = 10_000
_COUNTED_EVERY = 500
#: So many steps of a batch share a savepoint.
TOGETHER = 100
#: When an action that failed is tried again.
RETRIES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fires: because of what (`cause`), when, and whom and what it is about. `events` are the log ids by the rule's
    names; `values` what happened, as actions read it; `depth` how long the chain of causes is; `place` that of its event in the
    log."""

    program: Program
    firing: Firing
    cause: str
    at: datetime
    slot: int
    depth: int = 0
    event_id: int | None = None
    event_type: str | None = None
    events: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Any] | None = None
    person_id: UUID | None = None
    entity: str | None = None
    record_id: UUID | None = None
    place: tuple[int, int] = (0, 0)

    @property
    def identity(self) -> tuple[str, str]:
        """What no two firings share."""
        return self.program.rule.key, self.cause

    @property
    def claim(self) -> Claim:
        """What it counts against."""
        return Claim(self.firing, self.at)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Somebody withdrew consent to a purpose, at a place of the log."""

    person_id: UUID
    purpose: str
    place: tuple[int, int]


@dataclass
class Fired:
    """What a batch fired: the keys of the rules by event, and the events that tell of it."""

    rules_by_event: dict[int, list[str]] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of a firing: `actions` with their results or errors, in their order."""

    status: str = DONE
    error: str | None = None
    actions: list[dict[str, Any]] = field(default_factory=list)
    failed: list[tuple[ActionCall, Exception]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether it failed without any action's result: then it uses up no limit."""
        return self.status == FAILED and not any("result" in done for done in self.actions)

    def refuse(self, error: str) -> Outcome:
        """The outcome of a firing that is not let through."""
        self.status, self.error = FAILED, error
        return self


class ActionFailed(Exception):
    """One of several actions that share a savepoint failed."""


@dataclass
class Progress:
    """How far a batch has come: what its limits still allow, how many rules fired on each event, what fired."""

    allowance: Allowance
    fired: Fired = field(default_factory=Fired)
    counts: Counter[int] = field(default_factory=Counter)

    def count(self, event_id: int | None) -> int:
        """One more firing on an event; how many that makes."""
        if event_id is None:
            return 0
        self.counts[event_id] += 1
        return self.counts[event_id]

    def copy(self) -> Progress:
        """The same, to be gone on from or thrown away."""
        rules = {event: list(keys) for event, keys in self.fired.rules_by_event.items()}
        return Progress(self.allowance.copy(), Fired(rules, list(self.fired.events)), Counter(self.counts))


#: What a batch does, in the order of the log: consent is withdrawn, a rule begins to wait, a rule fires.
Step = tuple[tuple[int, int], int, Match | Withdrawal]


class Budget:
    """How often the rules of this process fired lately; every so often the database is asked how often they fired altogether."""

    def __init__(self) -> None:
        self._since: Counter[str] = Counter()

    async def spend(self, session: AsyncSession, program: Program) -> None:
        """Count one firing; a rule over its budget is switched off, with an incident that says so."""
        key = program.rule.key
        self._since[key] += 1
        if self._since[key] < _COUNTED_EVERY:
            return
        self._since[key] = 0
        hour = RuleFiring.at > func.now() - timedelta(hours=1)
        counted = select(func.count()).where(RuleFiring.rule == key, hour, RuleFiring.status != LIMITED)
        number = (await session.execute(counted)).scalar_one()
        if number >= MAX_FIRINGS_PER_HOUR:
            message = Text(
                f"一小时内执行了 {number} 次，超过 {MAX_FIRINGS_PER_HOUR} 次，规则已停用",
                f"The rule fired {number} times within an hour, more than {MAX_FIRINGS_PER_HOUR}; it was switched off",
            )
            await switches.turn(session, "rule", key, off=True, reason=message.en)
            await open_incident(session, key, program.version, "budget", message)


class Firer:
    """Runs what matches fire."""

    def __init__(self, book: RuleBook, actions: ActionRegistry, budget: Budget, now: datetime) -> None:
        self._book = book
        self._actions = actions
        self._budget = budget
        self._now = now
        self._deadlines: list[dict[str, Any]] = []
        self._rows: list[dict[str, Any]] = []
        self._fired: set[UUID] = set()  # the firings whose actions were run here
        self._alone = True  # whether each action has a savepoint of its own
        self._failed: dict[str, Exception] = {}

    async def fire(
        self,
        session: AsyncSession,
        matches: Sequence[Match],
        waiting: Sequence[Match] = (),
        withdrawals: Sequence[Withdrawal] = (),
    ) -> Fired:
        """Let through what limits allow, run its actions, and write down every firing; note what `waiting` rules wait for; cancel
        what was pending where consent is withdrawn. All in the order of the events."""
        fresh = await self._fresh(session, matches)
        allowance = await read_allowance(session, [match.claim for match in fresh if match.depth < MAX_DEPTH])
        steps: list[Step] = [
            *((each.place, 0, each) for each in withdrawals),
            *((each.place, 1, each) for each in waiting),
            *((each.place, 2, each) for each in fresh),
        ]
        steps.sort(key=lambda each: each[:2])
        progress = Progress(allowance)
        for start in range(0, len(steps), TOGETHER):
            progress = await self._together(session, steps[start : start + TOGETHER], progress)
        await self.write(session)
        return progress.fired

    async def _together(self, session: AsyncSession, steps: Sequence[Step], progress: Progress) -> Progress:
        """Some steps in one savepoint: two statements for all their actions. When one of those fails they are taken anew, each
        action in a savepoint of its own, so that what fails is undone alone."""
        if sum(len(step.firing.actions) for _, kind, step in steps if isinstance(step, Match) and kind == 2) < 2:
            return await self._take(session, steps, progress)
        tried, rows, deadlines = progress.copy(), list(self._rows), list(self._deadlines)
        self._alone = False
        try:
            async with session.begin_nested():
                return await self._take(session, steps, tried)
        except ActionFailed:
            self._rows, self._deadlines = rows, deadlines
        finally:
            self._alone = True
        return await self._take(session, steps, progress)

    async def _take(self, session: AsyncSession, steps: Sequence[Step], progress: Progress) -> Progress:
        for _, kind, step in steps:
            if isinstance(step, Withdrawal):
                await self.write(session)  # what is planned by now is cancelled too
                await cancel_pending(session, step.person_id, step.purpose)
            elif kind == 1:
                await self.await_absence(session, step, step.at)
            else:
                await self._fire(session, step, progress)
        return progress

    async def _fire(self, session: AsyncSession, match: Match, progress: Progress) -> None:
        id, fired = uuid7(), progress.fired
        if any(call.name == CANCEL for call in match.firing.actions):
            await self.write(session)  # what is planned by now is cancelled too
        number = progress.count(match.event_id)
        outcome = await self._outcome(session, match, progress.allowance, number, id)
        row = self.note(match, outcome, id)
        self._fired.add(id)
        await self._follow_up(session, match, outcome, id)
        if outcome.status != LIMITED:
            fired.events.append(self._event(match, row))
            if match.event_id is not None:
                fired.rules_by_event.setdefault(match.event_id, []).append(match.program.rule.key)

    async def _fresh(self, session: AsyncSession, matches: Sequence[Match]) -> list[Match]:
        """Those that have not fired before: an event may be handled again after it failed, or looked at again for a late one."""
        if not matches:
            return []
        known = await statements.fired(session, [match.identity for match in matches])
        fresh = []
        for match in matches:
            if match.identity not in known:
                known.add(match.identity)
                fresh.append(match)
        return fresh

    async def _outcome(
        self, session: AsyncSession, match: Match, allowance: Allowance, number: int, id: UUID
    ) -> Outcome:
        if match.depth >= MAX_DEPTH:
            return Outcome().refuse(f"loop: the chain of causes is longer than {MAX_DEPTH}")
        if number > MAX_FIRINGS_OF_EVENT:
            return Outcome().refuse(f"budget: more than {MAX_FIRINGS_OF_EVENT} rules fired on one event")
        if not allowance.take(match.claim):
            return Outcome(LIMITED)
        await self._budget.spend(session, match.program)
        outcome = await self.act(session, match, match.firing.actions, id)
        if outcome.did_nothing:
            allowance.give_back(match.claim)
        return outcome

    # -- actions

    async def act(
        self, session: AsyncSession, match: Match, calls: Sequence[ActionCall], firing_id: UUID | None = None
    ) -> Outcome:
        """Run the actions in order. One that fails is undone and named; those after it still run."""
        outcome = Outcome()
        context: ActionContext | None = None
        for call in calls:
            key = f"rule:{match.program.rule.key}:{match.cause}:{call.place}"
            context = self.context(session, match, firing_id, key) if context is None else context.keyed(key)
            done: dict[str, Any] = {"action": call.name, "place": call.place, "arguments": call.arguments}
            try:
                result = await self._run(session, call, context)
            except Exception as error:  # an action's failure belongs on its firing, whatever it is
                if passes(error):
                    raise  # the database itself: the whole batch is done again
                if not self._alone:
                    self._failed[context.key] = error
                    raise ActionFailed from error
                code, message, _ = told(error)
                done["error"], done["code"], done["message"] = message.en, code, {"zh": message.zh, "en": message.en}
                if code == "internal":
                    log.exception("action.failed", action=call.name, rule=match.program.rule.key, cause=match.cause)
                outcome.status, outcome.error = FAILED, outcome.error or f"{call.name}: {message.en}"
                outcome.failed.append((call, error))
            else:
                done["result"] = result
                context = context.about(result)
            outcome.actions.append(done)
        return outcome

    async def _run(self, session: AsyncSession, call: ActionCall, context: ActionContext) -> Result:
        """Run an action; what has just failed in company is not tried alone."""
        failed = self._failed.pop(context.key, None)
        if failed is not None:
            raise failed
        async with session.begin_nested() if self._alone else nullcontext():
            return await self._actions.run(call.name, context, call.arguments)

    def context(
        self, session: AsyncSession, match: Match, firing_id: UUID | None = None, key: str = ""
    ) -> ActionContext:
        """What the actions of a firing work in."""
        rule = match.program.rule
        quiet = None if rule.quiet is None else quiet_until(self._book.metadata, rule.quiet, self._now)
        event = None
        if match.values is not None:
            event = {**match.values, "event_id": match.event_id, "event_type": match.event_type}
        return ActionContext(
            session=session, metadata=self._book.metadata, now=self._now, key=key,
            cause=Cause(event_id=match.event_id, depth=match.depth, actor_kind="rule"), person_id=match.person_id,
            entity=match.entity, record_id=match.record_id, event=event, rule=rule.key, purpose=rule.purpose,
            firing_id=firing_id, not_before=quiet,
        )  # fmt: skip

    # -- what is left for later

    async def _follow_up(self, session: AsyncSession, match: Match, outcome: Outcome, firing_id: UUID) -> None:
        if outcome.status in (LIMITED,) or match.depth >= MAX_DEPTH:
            return
        calendar = await self.calendar(session, match)
        for later in match.firing.later if calendar is not None else ():
            due = after(match.at, later.delay, calendar) if calendar is not None else None
            if due is None:
                await self._no_such_time(session, match, later.place)
            else:
                self._plan(match, "after", f"after:{firing_id}:{later.place}", due, firing_id, later.place)
        for call, error in outcome.failed:
            await self.plan_retry(session, match, call, error, firing_id, 0)

    async def calendar(self, session: AsyncSession, match: Match) -> Calendar | None:
        """The calendar that the rule counts business time by; None, with an incident, when it is gone."""
        rule = match.program.rule
        try:
            return calendar_of(self._book.metadata, rule.calendar)
        except Exception as error:
            if passes(error):
                raise
            code, message, suggestion = told(error)
            await open_incident(session, rule.key, match.program.version, code, message, suggestion=suggestion)
            return None

    async def plan_retry(
        self, session: AsyncSession, match: Match, call: ActionCall, error: Exception, firing_id: UUID, attempts: int
    ) -> None:
        """Another try of an action that failed; after the last one an incident."""
        if attempts < len(RETRIES):
            key = f"retry:{firing_id}:{call.place}"
            due = self._now + RETRIES[attempts]
            self._plan(match, "retry", key, due, firing_id, call.place, attempts + 1)
            return
        code, message, suggestion = told(error)
        await open_incident(
            session, match.program.rule.key, match.program.version, code, message, place=call.place,
            suggestion=suggestion, firing_id=firing_id,
        )  # fmt: skip

    async def _no_such_time(self, session: AsyncSession, match: Match, place: str) -> None:
        message = Text(
            "算不出到期时间：工作日历里没有工作时间",
            "There is no moment so much later: the business calendar has no working hours",
        )
        await open_incident(
            session, match.program.rule.key, match.program.version, "calendar.no_hours", message, place=place
        )

    def _plan(
        self, match: Match, kind: str, key: str, due: datetime, firing_id: UUID | None, place: str, attempts: int = 0
    ) -> None:
        self._deadlines.append(
            {
                "id": uuid7(), "slot": match.slot, "kind": kind, "rule": match.program.rule.key,
                "rule_version": match.program.version, "key": key, "due_at": due, "firing_id": firing_id, "place": place,
                "events": dict(match.events), "person_id": match.person_id, "purpose": match.program.rule.purpose,
                "attempts": attempts,
            }
        )  # fmt: skip

    async def await_absence(self, session: AsyncSession, match: Match, anchored_at: datetime) -> None:
        """Note that a rule waits for something not to happen; it is looked at again when the time is over."""
        link = match.program.rule.absence
        calendar = await self.calendar(session, match)
        if link is None or calendar is None:
            return
        due = after(anchored_at, link.within, calendar)
        if due is None:
            await self._no_such_time(session, match, "without")
            return
        self._plan(match, "absence", f"{match.program.rule.key}:{match.cause}", due, None, "")

    # -- writing

    async def write(self, session: AsyncSession) -> None:
        """Write down what was planned and fired since the last time."""
        if self._rows:
            written = await statements.insert_firings(session, self._rows)
            if any(row["id"] in self._fired and row["id"] not in written for row in self._rows):
                raise Overtaken("another worker let the same rule fire for the same cause")
        if self._deadlines:
            await statements.insert_deadlines(session, self._deadlines)
        self._rows, self._deadlines = [], []

    def note(self, match: Match, outcome: Outcome, id: UUID | None = None) -> dict[str, Any]:
        """Write down a firing, also one that somebody else has carried out; returns its row."""
        row = self._row(match, outcome, id or uuid7())
        self._rows.append(row)
        return row

    def _row(self, match: Match, outcome: Outcome, id: UUID) -> dict[str, Any]:
        firing = match.firing
        trace = dict(firing.trace)
        if firing.shares:
            trace["$shares"] = dict(firing.shares)
        return {
            "id": id, "rule": firing.rule_key, "rule_version": match.program.version, "cause": match.cause,
            "event_id": match.event_id, "branch": firing.branch, "subject": firing.subject,
            "quotas": [] if outcome.status == LIMITED else [quota.key for quota in firing.quotas], "person_id": match.person_id, "status": outcome.status,
            "error": outcome.error, "actions": outcome.actions, "trace": trace, "events": dict(match.events),
            "happened_at": match.at,
        }  # fmt: skip

    def _event(self, match: Match, row: Mapping[str, Any]) -> NewEvent:
        return NewEvent(
            type=FIRED,
            data={
                "rule": row["rule"], "title": match.program.rule.title or row["rule"], "firing_id": str(row["id"]),
                "branch": row["branch"], "status": row["status"], "actions": [done["action"] for done in row["actions"]],
            },
            person_id=match.person_id,
            actor_kind="rule",
            causation_id=match.event_id,
            depth=match.depth + 1,
        )  # fmt: skip
