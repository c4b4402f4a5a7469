"""Rules that wait for no event: at the moments of `every` they go through a set of records, or look at a watched condition for
each. A watched condition fires when it becomes true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from engine.rules.agenda import Agenda, Pending
from engine.rules.counting import Sight
from engine.rules.evaluation import is_valid
from engine.rules.history import History, Shelf, Values
from engine.rules.model import Each, Firing, ScheduleTrigger, WatchTrigger, Window
from engine.rules.outcomes import Facts
from engine.rules.running import Look, Running
from engine.rules.situations import People, Situation, id_of
from engine.rules.timing import next_moment

#: How long a watch need not look again while there is nothing to count.
_LONG = dt.timedelta(days=36_500)
_JUST_BEFORE = dt.timedelta(microseconds=1)

Fire = Callable[[Running, Situation], Firing | None]


@dataclass(frozen=True, slots=True)
class _Still:
    """How things stood when a watch last looked at a record: the record, the events it could count, and until when time alone
    changes nothing."""

    record: Values
    sizes: tuple[tuple[Shelf | None, int], ...]
    until: dt.datetime

    def lasts(self, record: Values, instant: dt.datetime) -> bool:
        """Whether nothing can have changed."""
        came = any(shelf is not None and len(shelf) != size for shelf, size in self.sizes)
        return instant < self.until and not came and self.record == record


@dataclass
class Rounds:
    """The rounds of the rules of a simulation."""

    agenda: Agenda
    facts: Facts
    people: People
    history: History
    fire: Fire
    _still: dict[tuple[str, str], _Still] = field(default_factory=dict)

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

    def records(self, entity: str) -> Sequence[Values]:
        """The records of an entity as they are now, in the order of their ids."""
        return sorted(self.facts.records.get(entity, ()), key=lambda record: id_of(record) or "")

    def situation(self, cause: str, each: Each, record: Values, instant: dt.datetime) -> Situation:
        """A round has come to a record."""
        named = (each.entity, each.alias)
        return Situation.of_record(
            f"{cause}:{stamp(instant)}:{id_of(record)}", instant, len(self.history), record, named, self.people
        )

    def is_still(self, running: Running, record: Values, instant: dt.datetime) -> bool:
        """Whether what is watched of a record is as it was when it was last looked at."""
        still = self._still.get((running.rule.key, id_of(record) or ""))
        return still is not None and still.lasts(record, instant)

    def note(self, running: Running, record: Values, sight: Sight) -> None:
        """Keeps how things stand for a record, where only what is counted can change them."""
        if running.watches_only_counts:
            shelves = [reader.shelf(sight) for reader in running.windows]
            pairs = zip(running.windows, shelves, strict=True)
            ends = [_end(shelf, age, sight.now) for reader, shelf in pairs for age in _ages(reader.window)]
            sizes = tuple((shelf, 0 if shelf is None else len(shelf)) for shelf in shelves)
            self._still[running.rule.key, id_of(record) or ""] = _Still(
                dict(record), sizes, min(ends, default=sight.now)
            )


def _end(shelf: Shelf | None, age: dt.timedelta | None, instant: dt.datetime) -> dt.datetime:
    """Until when no event comes of age, nor one of a later time comes in."""
    if age is None or shelf is None:
        return instant
    oldest, next_one = shelf.next_after(instant - age), shelf.next_after(instant)
    if oldest is None:
        return instant + _LONG
    return oldest + age if next_one is None else min(oldest + age, next_one)


def stamp(instant: dt.datetime) -> str:
    """A moment as causes write it."""
    return instant.astimezone(dt.UTC).isoformat()


def _ages(window: Window) -> tuple[dt.timedelta | None, ...]:
    """The ages at which events leave a window and its baseline; None where that is not real time."""
    within, baseline = window.within.fixed, window.baseline
    if within is None or (baseline is not None and baseline.fixed is None):
        return (None,)
    return (within,) if baseline is None or baseline.fixed is None else (within, within + baseline.fixed)


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
    for record in rounds.records(trigger.each.entity):
        key = id_of(record) or ""
        if rounds.is_still(running, record, instant):
            continue
        situation = rounds.situation("watch", trigger.each, record, instant)
        look = running.look(situation)
        held, holds = running.holds.get(key, False), _holds(running, trigger, look)
        running.holds[key] = holds
        rounds.note(running, record, look.sight)
        if holds and not held:
            rounds.fire(running, situation)


def _holds(running: Running, trigger: WatchTrigger, look: Look) -> bool:
    if not look.moment.holds(trigger.each.where):
        return False
    windows = {str(number): counted.value for number, counted in enumerate(running.count(look.sight))}
    return look.moment.with_windows(windows).holds(trigger.condition)


Round = Callable[[Rounds, Running, dt.datetime], None]
#: What is done in the rounds of each kind of trigger that makes them.
_ROUNDS: Mapping[type, Round] = {ScheduleTrigger: _schedule, WatchTrigger: _watch}
