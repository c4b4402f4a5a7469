"""Patterns over a history: which earlier events complete a sequence, and whether what must not follow did.

An earlier event counts for the first later one that fits it. That is asked of the log each time and kept nowhere: an event is
taken when, between it and the present one, another stands that fits it as well. Events are in order of time (those of one moment
in that of the log); what is known is what stands in the log up to the place of whoever asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Sequence

from engine.language import Calendar, Checked
from engine.rules import lengths
from engine.rules.counting import Sight
from engine.rules.history import History, Logged, Shelf, Shelves, Values
from engine.rules.model import EVENT, EventTrigger, Length, Link, Step
from engine.rules.purity import equalities

Chain = tuple[Logged, ...]


class PatternReader:
    """Reads the pattern of one rule."""

    def __init__(self, history: History, trigger: EventTrigger) -> None:
        absence = trigger.links[-1] if trigger.links and trigger.links[-1].without else None
        self.steps: tuple[Step, ...] = (trigger.step, *(link.step for link in trigger.links if not link.without))
        self.absence: Link | None = absence
        self._lengths = [link.within for link in trigger.links if not link.without]
        self._links = [_Reader(history, before, link) for before, link in zip(self.steps, trigger.links, strict=False)]

    @property
    def last(self) -> Step:
        """The event that completes it."""
        return self.steps[-1]

    def chain(self, entry: Logged, sight: Sight) -> Chain | None:
        """The events of the pattern that an event completes, that event last; of several the latest. None when it completes
        nothing."""
        return next(self._chains(len(self.steps) - 1, entry, sight), None)

    def completed_before(self, entry: Logged, history: History, calendar: Calendar) -> list[Logged]:
        """For an event that may be an earlier step and came late: the last events that came before it and happened after it, as
        far as the lengths of the links go. Whether they complete anything is asked of each."""
        found: set[Logged] = set()
        for number in self._earlier_steps(entry):
            until: dt.datetime | None = entry.at
            for link in self._lengths[number:]:
                until = None if until is None else lengths.after(until, link, calendar)
            if until is not None:
                found.update(history.of(self.last.event).within(entry.at, until, entry.position, from_=True))
        return sorted(found)

    def _earlier_steps(self, entry: Logged) -> list[int]:
        kinds = entry.occurrence.kinds
        return [number for number, step in enumerate(self.steps[:-1]) if step.event in kinds]

    def first_following(self, chain: Chain, due: dt.datetime, sight: Sight) -> Logged | None:
        """The first of the events that must not follow, after the last of the chain up to `due`."""
        reader = self._links[-1]
        found = reader.successors(chain[-1]).within(chain[-1].at, due)
        return next((entry for entry in found if self.breaks(chain, entry, sight)), None)

    def breaks(self, chain: Chain, entry: Logged, sight: Sight) -> bool:
        """Whether an event is one that must not follow the chain; its time is not looked at."""
        assert self.absence is not None, "only an absence is broken"
        return self._holds(self.absence.step, (*chain, entry), sight)

    def names(self, chain: Chain) -> Values:
        """The values of the events of a chain by their names; `event` is the one that completes the pattern."""
        steps = (*self.steps, self.absence.step) if self.absence is not None else self.steps
        named: dict[str, object] = {}
        for step, entry in zip(steps, chain, strict=False):
            named[step.alias] = entry.values(step.event)
        complete = len(chain) >= len(self.steps)
        return {EVENT: named[self.last.alias], **named} if complete else named

    def _chains(self, number: int, entry: Logged, sight: Sight) -> Iterator[Chain]:
        step = self.steps[number]
        if number == 0:
            if self._holds(step, (entry,), sight):
                yield (entry,)
            return
        for before in self._links[number - 1].predecessors(entry, sight):
            for chain in self._chains(number - 1, before, sight):
                whole = (*chain, entry)
                if self._holds(step, whole, sight) and not self._is_taken(number, whole, sight):
                    yield whole

    def _is_taken(self, number: int, chain: Chain, sight: Sight) -> bool:
        """Whether an earlier event than the last of the chain fits what stands before it."""
        *before, last = chain
        reader, step = self._links[number - 1], self.steps[number]
        between = reader.successors(before[-1]).within(before[-1].at, last.at, sight.before, from_=True)
        return any(
            before[-1] < other < last
            and reader.is_in_time(before[-1], other, sight)
            and self._holds(step, (*before, other), sight)
            for other in between
        )

    def _holds(self, step: Step, chain: Chain, sight: Sight) -> bool:
        if step.where is None:
            return True
        return step.where.evaluate({**sight.values, **self.names(chain)}, sight.now, sight.context) is True


class _Reader:
    """Finds the events on both sides of a link. Where the condition says that something of the one equals something of the other,
    events are kept by that."""

    def __init__(self, history: History, before: Step, link: Link) -> None:
        self._within: Length = link.within
        self._before, self._after = before, link.step
        self._own, self._other = _equal(before, link.step)
        self._befores = _kept(history, before, self._other)
        self._afters = _kept(history, link.step, self._own)

    def predecessors(self, entry: Logged, sight: Sight) -> Sequence[Logged]:
        """The events before, in time, that an event may follow; the latest first."""
        since = lengths.before(entry.at, self._within, sight.context.calendar)
        shelf = self._befores[_key(self._own, self._after, entry)]
        known = [] if since is None else shelf.within(since, entry.at, sight.before, from_=True)
        return [each for each in reversed(known) if each < entry]

    def successors(self, entry: Logged) -> Shelf:
        """The events that may follow an event, of all times."""
        return self._afters[_key(self._other, self._before, entry)]

    def is_in_time(self, before: Logged, after: Logged, sight: Sight) -> bool:
        """Whether one event is within the length before another."""
        since = lengths.before(after.at, self._within, sight.context.calendar)
        return since is not None and since <= before.at <= after.at


def _equal(before: Step, after: Step) -> tuple[Checked | None, Checked | None]:
    """What of the event after equals what of the event before, by its condition."""
    for own, other in equalities(after.where, after.alias):
        if other.references()[0][0] == before.alias:
            return own, other
    return None, None


def _kept(history: History, step: Step, by: Checked | None) -> Shelves:
    """The events of a step, by what `by` says of them."""

    def key_of(values: Values) -> tuple[Hashable]:
        return (None if by is None else _hashable(by.evaluate({step.alias: values})),)

    return history.shelves(step.event, key_of)


def _key(by: Checked | None, step: Step, entry: Logged) -> Hashable:
    return None if by is None else _hashable(by.evaluate({step.alias: entry.values(step.event)}))


def _hashable(value: object) -> Hashable:
    assert isinstance(value, Hashable), "only scalars are kept by"
    return value
