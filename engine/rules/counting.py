"""Windows over a history: which events a window counts at a moment, and what it makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.language import Context, Type, reference
from engine.language.values import normalise, read_path
from engine.rules.history import History, Logged, Shelf, Values, ids
from engine.rules.lengths import before
from engine.rules.model import Window
from engine.rules.purity import reads_only
from engine.rules.totals import aggregate, spike

#: Events that a result names; it says how many there were.
MOST_NAMED = 200

_RECORD = reference(None)
_NO_TIME = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a window gave: its value, how many events it counted and which (the latest), and how many there were in the baseline
    of a spike. `since` is where it begins; None when the calendar has no such moment, and nothing is counted."""

    value: object
    count: int
    events: tuple[int, ...] = ()
    since: dt.datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """From where a rule looks: the values it names, the time, what the host gives, and the position up to which it knows the
    log. `subject` is the id of the record that a schedule or a watch goes through; `is_event` says that it looks from an event,
    which may have come late."""

    values: Values
    now: dt.datetime
    context: Context
    before: int
    subject: str | None = None
    is_event: bool = False


class WindowReader:
    """Reads one window of a rule, again and again. Events are kept by the window's field, and those of a condition that never
    changes its mind about an event are sorted out once."""

    def __init__(self, history: History, window: Window) -> None:
        self.window = window
        where = window.step.where
        self._asked = None if where is None or reads_only(where, window.step.alias) else where
        self._kept = where if self._asked is None else None
        self._type = window.key.type if window.key is not None else _RECORD
        self._shelves = history.shelves(window.step.event, self._place)

    def read(self, sight: Sight) -> Counted:
        """The result of the window, and what it counted."""
        window, calendar = self.window, sight.context.calendar
        since = before(sight.now, window.within, calendar)
        if since is None:
            return Counted(self._value([], sight), 0)
        start = since if window.baseline is None else before(since, window.baseline, calendar) or since
        moved = self._moved(sight, sight.now - since)
        found = self._events(sight, since + moved, sight.now + moved)
        if window.baseline is None:
            return Counted(self._value(found, sight), len(found), ids(found[-MOST_NAMED:]), since + moved)
        usual = len(self._events(sight, start + moved, since + moved))
        value = spike(len(found), usual, sight.now - since, since - start)
        return Counted(value, len(found), ids(found[-MOST_NAMED:]), since + moved, usual)

    def _moved(self, sight: Sight, length: dt.timedelta) -> dt.timedelta:
        """How far the window is moved on for an event that comes late: to the last event known that is less than the window's
        length after it. So the event that completes a window does so in whatever order the events came."""
        shelf = self.shelf(sight) if sight.is_event else None
        if shelf is None or shelf.next_after(sight.now) is None:
            return _NO_TIME
        later = [
            entry.at for entry in self._events(sight, sight.now, sight.now + length) if entry.at < sight.now + length
        ]
        return max(later, default=sight.now) - sight.now

    def shelf(self, sight: Sight) -> Shelf | None:
        """The events that the window chooses from, of all times; None when its key is empty."""
        if self.window.by is None:
            return self._shelves[None]
        key = self._key(sight)
        return None if key is None else self._shelves[key]

    def _key(self, sight: Sight) -> Hashable:
        key = self.window.key
        return sight.subject if key is None else _scalar(key.type, key.evaluate(sight.values, sight.now, sight.context))

    def _place(self, values: Values) -> tuple[Hashable] | None:
        """The key that an event is kept by; None when it is never counted."""
        if self._kept is not None and self._kept.evaluate({self.window.step.alias: values}) is not True:
            return None
        by = self.window.by
        return (None if by is None else _scalar(self._type, read_path(values, by)),)

    def _events(self, sight: Sight, after: dt.datetime, until: dt.datetime) -> Sequence[Logged]:
        shelf, where = self.shelf(sight), self._asked
        found = [] if shelf is None else shelf.within(after, until, sight.before)
        if where is None:
            return found
        return [entry for entry in found if where.evaluate(self._named(entry, sight), sight.now, sight.context) is True]

    def _value(self, found: Sequence[Logged], sight: Sight) -> object:
        window = self.window
        if window.value is None:
            return Decimal(len(found))
        evaluate = window.value.evaluate
        values = [evaluate(self._named(entry, sight), sight.now, sight.context) for entry in found]
        return aggregate(window.function, values)

    def _named(self, entry: Logged, sight: Sight) -> Values:
        step = self.window.step
        return {**sight.values, step.alias: entry.values(step.event)}


def _scalar(type: Type, value: object) -> Hashable:
    """A value that keys are compared by: a record by its id."""
    found = normalise(_RECORD if isinstance(value, Mapping) else type, value)
    return found if isinstance(found, Hashable) else None
