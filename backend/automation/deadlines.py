"""What is due: ends of absences, blocks of `after`, other tries of actions that failed.

Deadlines are claimed by slot, like events: the slot's row is locked in the transaction that acts on them and deletes them, so none
is lost or done twice. One is claimed only when everything that was said before it was due has been understood and matched; then the
log tells for certain whether what must not happen did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.automation import statements
from backend.automation.firing import DONE, FAILED, RETRACTED, SWITCHED_OFF, Firer, Match, Outcome
from backend.automation.happenings import Happening, Reading
from backend.automation.incidents import open_incident, told
from backend.automation.matching import Attempt, Host, decided
from backend.automation.models import RuleDeadline, RuleFiring
from backend.automation.record_sets import Subject, subjects_of
from backend.automation.rule_book import Program
from backend.automation.statements import Deadline
from backend.automation.windows import BEHIND_EVERYTHING, Asker
from backend.events.models import ConsumerPosition
from engine.definitions import Text
from engine.language.values import json_value
from engine.rules import ActionCall, Firing, Moment
from engine.rules.evaluation import call_at, later_block, perform, person_of
from engine.rules.model import EVENT, MESSAGE, ScheduleTrigger, WatchTrigger

CONSUMER = "deadlines"
BATCH = 1_000

#: Slots with something due, where both stages of the pipeline have come past it: nothing said before it is due waits to be
#: understood, and nothing that was understood waits to be matched in that slot. Where much is unread, who knows how early the rest
#: of it is: nothing is due there until the worker has come closer.
_DUE_SLOTS = text(
    """
    WITH behind AS (
        SELECT min(waiting.occurred_at) AS at FROM weft.consumer_position AS p,
        LATERAL (
            SELECT CASE WHEN count(*) = 1000 THEN '-infinity' ELSE min(e.occurred_at) - interval '1us' END AS occurred_at
            FROM (
                SELECT occurred_at FROM weft.event
                WHERE slot = p.slot AND channel IS NOT NULL AND (xid, id) > (p.xid, p.event_id)
                ORDER BY xid, id LIMIT 1000
            ) AS e
        ) AS waiting
        WHERE p.consumer = 'pipeline'
    ),
    slots AS (
        SELECT p.slot, (
            SELECT CASE WHEN count(*) = 1000 THEN '-infinity' ELSE min(e.occurred_at) - interval '1us' END FROM (
                SELECT occurred_at FROM weft.event
                WHERE slot = p.slot AND channel IS NULL AND (xid, id) > (p.xid, p.event_id)
                ORDER BY xid, id LIMIT 1000
            ) AS e
        ) AS at
        FROM weft.consumer_position AS p WHERE p.consumer = 'rules'
    )
    SELECT s.slot, least(coalesce(s.at, 'infinity'), coalesce((SELECT at FROM behind), 'infinity'), :now) AS until
    FROM slots AS s
    WHERE EXISTS (
        SELECT FROM weft.rule_deadline AS d
        WHERE d.slot = s.slot
            AND d.due_at <= least(coalesce(s.at, 'infinity'), coalesce((SELECT at FROM behind), 'infinity'), :now)
    )
    ORDER BY s.slot
    """
)


async def due_slots(session: AsyncSession, now: datetime) -> list[tuple[int, datetime]]:
    """The slots with something due, and until when what is due there may be claimed."""
    return [(row.slot, row.until) for row in await session.execute(_DUE_SLOTS, {"now": now})]


async def claim(session: AsyncSession, slot: int, until: datetime, limit: int = BATCH) -> Sequence[Deadline]:
    """What is due in a slot, oldest first, locked with the slot; nothing when another worker has it."""
    position = select(ConsumerPosition.slot).where(ConsumerPosition.consumer == CONSUMER, ConsumerPosition.slot == slot)
    if (await session.execute(position.with_for_update(skip_locked=True))).first() is None:
        return []
    return await statements.due_deadlines(session, slot, until, limit)


@dataclass(slots=True)
class _Due:
    """A deadline with its rule and the events it is about."""

    deadline: Deadline
    program: Program
    happenings: Mapping[str, Happening]
    moment: Moment
    subject: Subject | None = None

    @property
    def anchor(self) -> Happening:
        """The last event it is about."""
        last = self.program.last_step.alias if self.program.rule.steps else EVENT
        return self.happenings.get(last) or next(iter(self.happenings.values()))


class DeadlineWork:
    """Does what is due of one slot."""

    def __init__(self, host: Host, firer: Firer, programs: Mapping[tuple[str, int], Program | Text]) -> None:
        self._host = host
        self._firer = firer
        self._programs = programs

    async def do(self, session: AsyncSession, deadlines: Sequence[Deadline], off: frozenset[str]) -> list[Any]:
        """Do it, and forget it. Returns the events that tell of what fired."""
        absences = (each.rule for each in deadlines if each.kind == "absence")
        await statements.judging_absences(session, absences)
        there = await statements.forget_deadlines(session, (each.id for each in deadlines))
        deadlines = [each for each in deadlines if each.id in there]
        programs = [each for each in self._programs.values() if not isinstance(each, Text)]
        self._host = await self._host.begun(session, self._host.book.earlier(programs))
        reading = self._host.book.reading_for(programs)
        due = await self._read(session, reading, deadlines, off)
        told_of: list[Any] = []
        fired = await self._absences(session, [each for each in due if each.deadline.kind == "absence"])
        told_of += fired
        for each in due:
            if each.deadline.kind == "after":
                told_of += await self._later(session, each)
            elif each.deadline.kind == "retry":
                await self._again(session, each)
        await self._firer.write(session)
        return told_of

    # -- reading

    async def _read(
        self, session: AsyncSession, reading: Reading, deadlines: Sequence[Deadline], off: frozenset[str]
    ) -> list[_Due]:
        happenings = await reading.by_ids(session, {int(id) for each in deadlines for id in each.events.values()})
        persons = await reading.persons(session, {each.person_id for each in deadlines if each.person_id is not None})
        subjects = await subjects_of(session, reading, self._entities(deadlines))
        found = []
        for each in deadlines:
            program = self._programs[each.rule, each.rule_version]
            if isinstance(program, Text):
                await self._gone(session, each, program)
                continue
            named = {alias: happenings[int(id)] for alias, id in each.events.items() if int(id) in happenings}
            subject = subjects.get(each.firing_id) if each.firing_id is not None else None
            moment = self._moment(program, each, named, persons, subject)
            due = _Due(each, program, named, moment, subject)
            if each.rule in off:
                self._firer.note(self._match(due, Firing(each.rule, each.place or "then", ())), Outcome(SWITCHED_OFF))
                continue
            found.append(due)
        return found

    def _entities(self, deadlines: Sequence[Deadline]) -> dict[UUID, str]:
        """The entities that rules that run by the clock go through, by firing."""
        found: dict[UUID, str] = {}
        for each in deadlines:
            program = self._programs[each.rule, each.rule_version]
            trigger = None if isinstance(program, Text) else program.rule.trigger
            if isinstance(trigger, ScheduleTrigger | WatchTrigger) and each.firing_id is not None:
                found[each.firing_id] = trigger.each.entity
        return found

    def _moment(
        self,
        program: Program,
        deadline: Deadline,
        named: Mapping[str, Happening],
        persons: Mapping[UUID, dict[str, Any]],
        subject: Subject | None,
    ) -> Moment:
        values: dict[str, object] = {}
        person = persons.get(deadline.person_id) if deadline.person_id is not None else None
        for alias, happening in named.items():
            values[alias] = happening.record if happening.record is not None else happening.values
        last = program.last_step.alias if program.rule.steps else next(iter(named), EVENT)
        if last in values:
            values[EVENT] = values[last]
        values |= {"person": person, "customer": person}
        trigger = program.rule.trigger
        if subject is not None and isinstance(trigger, ScheduleTrigger | WatchTrigger):
            values |= {trigger.each.entity: subject.record, trigger.each.alias: subject.record}
        words = self._host.book.index.reading()
        at = deadline.due_at.astimezone(clock.zone())
        return Moment(values, at, self._host.context(program, words), words)

    async def _gone(self, session: AsyncSession, deadline: Deadline, reason: Text) -> None:
        """The rule cannot be run any more: said, and not tried again."""
        await open_incident(
            session, deadline.rule, deadline.rule_version, "rule.unusable", reason, place=deadline.place
        )

    # -- absences

    async def _absences(self, session: AsyncSession, due: Sequence[_Due]) -> list[Any]:
        waiting: dict[Program, list[_Due]] = {}
        for each in due:
            waiting.setdefault(each.program, []).append(each)
        attempts: list[tuple[_Due, Attempt]] = []
        for program, some in waiting.items():
            assert program.absence is not None, "only rules that wait for an absence leave such a deadline"
            asking = [
                (Asker(each.moment.values, each.moment.now, BEHIND_EVERYTHING, BEHIND_EVERYTHING), each.anchor.at)
                for each in some
            ]
            broken = await program.absence.broken(session, asking)
            attempts += [(each, _attempt(each)) for number, each in enumerate(some) if number not in broken]
        await decided(session, self._host, [attempt for _, attempt in attempts])
        order = {each.deadline.id: number for number, each in enumerate(due)}
        matches = [
            (order[each.deadline.id], self._match(each, attempt.firing, f"deadline:{each.anchor.id}"))
            for each, attempt in attempts
            if attempt.firing is not None
        ]
        fired = await self._firer.fire(session, [match for _, match in sorted(matches, key=lambda pair: pair[0])])
        return fired.events

    def _match(self, due: _Due, firing: Firing | None, cause: str | None = None) -> Match:
        assert firing is not None, "only what fires is a match"
        deadline = due.deadline
        anchor = due.anchor if due.happenings else None
        about = (anchor.entity, anchor.record_id) if anchor is not None and not anchor.said else (None, None)
        if due.subject is not None:
            about = due.subject.entity, due.subject.id
        return Match(
            due.program, firing, cause or deadline.key, due.moment.now, deadline.slot, anchor.depth if anchor else 0,
            anchor.id if anchor else None, anchor.type if anchor else None, {k: int(v) for k, v in deadline.events.items()},
            anchor.values if anchor else None, deadline.person_id, *about,
        )  # fmt: skip

    # -- blocks of `after`

    async def _later(self, session: AsyncSession, due: _Due) -> list[Any]:
        statement = later_block(due.program.rule, due.deadline.place)
        if statement is None:
            return []
        message = await self._message(session, due.deadline.firing_id)
        moment = replace(due.moment, values={**due.moment.values, MESSAGE: message})
        holds: list[bool] = []

        def ask() -> None:
            holds[:] = [moment.holds(statement.condition)]

        await self._host.settle(session, ask)
        if not holds[0]:
            return []
        firings: list[Firing] = []

        def run() -> None:
            done = perform(due.program.rule, statement.block, due.deadline.place, moment)
            trace = dict(_read_by(statement.condition, moment))
            firings[:] = [
                Firing(
                    due.program.rule.key, due.deadline.place, tuple(done.actions), tuple(done.later), done.stops, (),
                    person_of(moment), done.shares, trace,
                )
            ]  # fmt: skip

        await self._host.settle(session, run)
        fired = await self._firer.fire(session, [self._match(due, firings[0])])
        return fired.events

    async def _message(self, session: AsyncSession, firing_id: UUID | None) -> dict[str, Any] | None:
        """The last message that a firing sent, or else the firing that left it for later; as it is by now."""
        while firing_id is not None:
            row = (await session.execute(_SENT, {"firing": firing_id})).mappings().first()
            if row is not None:
                return {**row, "id": str(row["id"])}
            cause = (
                await session.execute(select(RuleFiring.cause).where(RuleFiring.id == firing_id))
            ).scalar_one_or_none()
            firing_id = UUID(cause.split(":")[1]) if cause is not None and cause.startswith("after:") else None
        return None

    # -- other tries

    async def _again(self, session: AsyncSession, due: _Due) -> None:
        """Try the action of a firing once more, as it was called then."""
        deadline = due.deadline
        row = (
            await session.execute(select(RuleFiring).where(RuleFiring.id == deadline.firing_id).with_for_update())
        ).scalar_one_or_none()
        if row is None or row.status == RETRACTED:
            return
        actions = [dict(done) for done in row.actions]
        done = next((each for each in actions if each.get("place") == deadline.place and "error" in each), None)
        if done is None:
            return
        call = await self._called(session, due, row)
        if call is None:
            return
        match = replace(self._match(due, Firing(row.rule, row.branch, ()), row.cause), at=row.happened_at)
        outcome = await self._firer.act(session, match, [call], row.id)
        for part in ("error", "code", "message"):
            done.pop(part, None)
        done.update(outcome.actions[0], attempts=deadline.attempts + 1)
        row.actions = actions
        open_errors = [each for each in actions if "error" in each]
        row.status = FAILED if open_errors else DONE
        row.error = f"{open_errors[0]['action']}: {open_errors[0]['error']}" if open_errors else None
        for failed, error in outcome.failed:
            await self._firer.plan_retry(session, match, failed, error, row.id, deadline.attempts)

    async def _called(self, session: AsyncSession, due: _Due, row: RuleFiring) -> ActionCall | None:
        """The action of a firing as the rule calls it, at the moment of the firing."""
        statement = call_at(due.program.rule, due.deadline.place)
        if statement is None:
            return None
        values = {**due.moment.values, MESSAGE: await self._message(session, row.id)}
        moment = replace(due.moment, values=values, now=row.happened_at.astimezone(clock.zone()))
        found: dict[str, object] = {}

        def evaluate() -> None:
            found.update({name: moment.value(argument) for name, argument in statement.arguments.items()})

        await self._host.settle(session, evaluate)
        return ActionCall(statement.action, found, due.deadline.place)


_SENT = text(
    """
    SELECT s.key AS id, s.channel, s.text, s.status, s.sent_at, s.read_at
    FROM weft.rule_firing AS f, LATERAL jsonb_array_elements(f.actions) WITH ORDINALITY AS a(done, place)
    JOIN weft.sent_message AS s ON s.key = a.done -> 'result' ->> 'message'
    WHERE f.id = :firing ORDER BY a.place DESC LIMIT 1
    """
)


def _attempt(due: _Due) -> Attempt:
    """A deadline as an attempt to fire, at the place behind everything in the log."""
    happening = replace(due.anchor, at=due.moment.now, xid=BEHIND_EVERYTHING, position=BEHIND_EVERYTHING)
    return Attempt(due.program, happening, due.moment, {alias: int(id) for alias, id in due.deadline.events.items()})


def _read_by(condition: Any, moment: Moment) -> Iterable[tuple[str, object]]:
    """What a condition read."""
    if condition is not None:
        for node in condition.tree.walk():
            if node.op == "field":
                value = moment.value(type(condition)(node))
                yield ".".join(node.path), json_value(node.type, value)


async def give_up(session: AsyncSession, deadline: Deadline, error: Exception) -> None:
    """Forget a deadline that cannot be done, and say so."""
    code, message, suggestion = told(error)
    await session.execute(delete(RuleDeadline).where(RuleDeadline.id == deadline.id))
    await open_incident(
        session, deadline.rule, deadline.rule_version, code, message, place=deadline.place or deadline.kind,
        suggestion=suggestion, firing_id=deadline.firing_id,
    )  # fmt: skip


# -- late events


async def retract(
    session: AsyncSession, refuting: Mapping[Program, Sequence[Asker]], ids: Mapping[Program, Sequence[int]]
) -> list[tuple[str, UUID, int]]:
    """Take back the firings of absences to which an event came late: visibly, with the event; what they still have pending is
    dropped. Returns the rule, the firing and the event of each."""
    found: list[tuple[str, UUID, int]] = []
    for program, askers in refuting.items():
        if program.absence is None:
            continue
        late = await _could_be_late(session, program.rule.key, askers)
        numbers = [number for number, asker in enumerate(askers) if late is not None and asker.now <= late]
        if not numbers:
            continue
        some = [askers[number] for number in numbers]
        for firing, number in await program.absence.refuted(session, some):
            found.append((program.rule.key, firing, ids[program][numbers[number]]))
    for _, firing, event in found:
        row = (await session.execute(select(RuleFiring).where(RuleFiring.id == firing).with_for_update())).scalar_one()
        row.status, row.retracted_by, row.retracted_at = RETRACTED, event, clock.now()
    if found:
        firings = {firing for _, firing, _ in found}
        await session.execute(_DROP, {"firings": sorted(firings)})
        await session.execute(_UNSEND, {"firings": sorted(firings)})
    return found


#: Firings, and those that came of the blocks they left for later.
_LEFT_BEHIND = """
    WITH RECURSIVE left_behind AS (
        SELECT f.id, f.rule FROM weft.rule_firing AS f WHERE f.id = ANY(:firings)
        UNION ALL
        SELECT f.id, f.rule FROM weft.rule_firing AS f JOIN left_behind AS l
            ON f.rule = l.rule AND f.cause LIKE 'after:' || l.id || ':%'
    )
"""
_FIRINGS = bindparam("firings", type_=ARRAY(PgUUID(as_uuid=True)))
#: What they have pending, and what they were going to send and has not left.
_DROP = text(
    f"{_LEFT_BEHIND} DELETE FROM weft.rule_deadline WHERE firing_id IN (SELECT id FROM left_behind)"
).bindparams(_FIRINGS)
_UNSEND = text(
    f"{_LEFT_BEHIND} UPDATE weft.outbox SET status = 'cancelled', done_at = now() WHERE status = 'pending'"
    " AND kind = 'send_message' AND payload -> 'context' ->> 'firing_id' IN (SELECT CAST(id AS text) FROM left_behind)"
).bindparams(_FIRINGS)


async def _could_be_late(session: AsyncSession, rule: str, askers: Sequence[Asker]) -> datetime | None:
    """When the rule last fired at or after the earliest of the events; None when it did not."""
    earliest = min(asker.now for asker in askers)
    statement = select(func.max(RuleFiring.happened_at)).where(
        RuleFiring.rule == rule, RuleFiring.happened_at >= earliest
    )
    found: datetime | None = (await session.execute(statement)).scalar_one()
    return found
