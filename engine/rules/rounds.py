"""Rules that wait for no event: at the moments of `every` they go through a set of records, or look at a watched condition for
each. A watched condition fires when it becomes true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from engine.rules.agenda import Agenda, Pending
from engine.rules.evaluation import is_valid
from engine.rules.history import History, Values
from engine.rules.model import Each, Firing, Length, ScheduleTrigger, WatchTrigger
from engine.rules.outcomes import Facts
from engine.rules.purity import reads_clock
from engine.rules.running import Running
from engine.rules.situations import People, Situation, id_of
from engine.rules.timing import next_moment

_JUST_BEFORE = dt.timedelta(microseconds=1)

Fire = Callable[[Running, Situation], Firing | None]


@dataclass
class _Still:
    """How things stood when a watch was last looked at: the events there were, and until when time alone changes nothing."""

    events: int
    until: dt.datetime


@dataclass
class Rounds:
    """The rounds of the rules of a simulation."""

    agenda: Agenda
    facts: Facts
    people: People
    history: History
    fire: Fire
    _still: dict[str, _Still] = field(default_factory=dict)

    def begin(self, running: Running, now: dt.datetime) -> None:
        """Plans the first round from a moment on; nothing for a rule that makes none."""
        kind = _ROUNDS.get(type(running.rule.trigger))
        if kind is not None:
            self._plan(running, now - _JUST_BEFORE, kind)

    def _plan(self, running: Running, after: dt.datetime, kind: Round) -> None:
        trigger = running.rule.trigger
        assert isinstance(trigger, ScheduleTrigger | WatchTrigger), "others make no rounds"
        at = trigger.at if isinstance(trigger, ScheduleTrigger) else None
        instant = next_moment(trigger.every, at, after, running.calendar)
        if instant is not None:
            self.agenda.plan(Pending(instant, partial(self._go, running, instant, kind)))

    def _go(self, running: Running, instant: dt.datetime, kind: Round) -> None:
        if is_valid(running.rule, instant):
            kind(self, running, instant)
        self._plan(running, instant, kind)

    def records(self, entity: str) -> Iterator[Values]:
        """The records of an entity, in the order of their ids."""
        yield from sorted(self.facts.records.get(entity, ()), key=lambda record: id_of(record) or "")

    def situation(self, cause: str, each: Each, record: Values, instant: dt.datetime) -> Situation:
        """A round has come to a record."""
        named = (each.entity, each.alias)
        return Situation.of_record(
            f"{cause}:{stamp(instant)}:{id_of(record)}", instant, len(self.history), record, named, self.people
        )

    def may_have_changed(self, running: Running, trigger: WatchTrigger, instant: dt.datetime) -> bool:
        """Whether a watched condition may hold for other records than when it was last looked at."""
        still, events = self._still.get(running.rule.key), len(self.history)
        if still is not None and still.events == events and instant < still.until:
            return False
        self._still[running.rule.key] = _Still(events, self._still_until(running, trigger, instant))
        return True

    def _still_until(self, running: Running, trigger: WatchTrigger, instant: dt.datetime) -> dt.datetime:
        """Until when no counted event grows too old; the moment itself where time alone may change the condition."""
        asked = (trigger.condition, trigger.each.where, *(window.step.where for window in running.rule.windows))
        if any(condition is not None and reads_clock(condition) for condition in asked):
            return instant
        ends = [
            self._end(window.step.event, length, instant)
            for window in running.rule.windows
            for length in _ages(window.within, window.baseline)
        ]
        return min(ends, default=instant)

    def _end(self, kind: str, age: dt.timedelta | None, instant: dt.datetime) -> dt.datetime:
        if age is None:
            return instant
        shelf = self.history.of(kind)
        oldest, next_one = shelf.next_after(instant - age), shelf.next_after(instant)
        if oldest is None:
            return instant + age
        return oldest + age if next_one is None else min(oldest + age, next_one)


def stamp(instant: dt.datetime) -> str:
    """A moment as causes write it."""
    return instant.astimezone(dt.UTC).isoformat()


def _ages(within: Length, baseline: Length | None) -> tuple[dt.timedelta | None, ...]:
    """The ages at which events leave a window and its baseline; None where that is not real time."""
    if within.fixed is None or (baseline is not None and baseline.fixed is None):
        return (None,)
    return (
        (within.fixed,) if baseline is None or baseline.fixed is None else (within.fixed, within.fixed + baseline.fixed)
    )


def _schedule(rounds: Rounds, running: Running, instant: dt.datetime) -> None:
    trigger = running.rule.trigger
    assert isinstance(trigger, ScheduleTrigger), "a schedule"
    for record in rounds.records(trigger.each.entity):
        situation = rounds.situation("schedule", trigger.each, record, instant)
        if running.look(situation).moment.holds(trigger.each.where):
            rounds.fire(running, situation)


def _watch(rounds: Rounds, running: Running, instant: dt.datetime) -> None:
    trigger = running.rule.trigger
    assert isinstance(trigger, WatchTrigger), "a watch"
    if not rounds.may_have_changed(running, trigger, instant):
        return
    for record in rounds.records(trigger.each.entity):
        situation = rounds.situation("watch", trigger.each, record, instant)
        key = id_of(record) or ""
        held, holds = running.holds.get(key, False), _holds(running, trigger, situation)
        running.holds[key] = holds
        if holds and not held:
            rounds.fire(running, situation)


def _holds(running: Running, trigger: WatchTrigger, situation: Situation) -> bool:
    look = running.look(situation)
    if not look.moment.holds(trigger.each.where):
        return False
    windows = {str(number): counted.value for number, counted in enumerate(running.count(look.sight))}
    return look.moment.with_windows(windows).holds(trigger.condition)


Round = Callable[[Rounds, Running, dt.datetime], None]
#: What is done in the rounds of each kind of trigger that makes them.
_ROUNDS: Mapping[type, Round] = {ScheduleTrigger: _schedule, WatchTrigger: _watch}
