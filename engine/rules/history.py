"""The log in memory: what happened, by kind and by key, in order of time. The simulation's stand-in for the tables of the log.

A position is the place in the order of the log, which is not the order of time: what comes late stands behind.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Values = Mapping[str, object]
#: What the events of a shelf are told apart by; None for an event that does not belong on it.
KeyOf = Callable[[Values], tuple[Hashable] | None]

_AFTER_ALL = 1 << 62


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened, as rules see it: `kinds` are the kinds of event it is, each with its values (a paid order is
    `order.updated` and `order.paid`); `person` the one it is about; `changes` the fields an update changed, before and after.
    `record` is what it is about where its values are not that (the record that entered a segment)."""

    id: int
    at: dt.datetime
    kinds: Mapping[str, Values]
    person: Values | None = None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    record: Values | None = None


@dataclass(frozen=True, slots=True, order=True)
class Logged:
    """An occurrence at its place in the log; ordered by time, then place."""

    at: dt.datetime
    position: int
    occurrence: Occurrence = field(compare=False)

    def values(self, kind: str) -> Values:
        """Its values as an event of a kind."""
        return self.occurrence.kinds.get(kind, {})


class Shelf:
    """Events in order of time; those of a stretch are found by bisection."""

    def __init__(self) -> None:
        self._entries: list[Logged] = []

    def add(self, entry: Logged) -> None:
        """One more event."""
        insort(self._entries, entry)

    def __len__(self) -> int:
        return len(self._entries)

    def bounds(self, after: dt.datetime, until: dt.datetime | None, *, from_: bool = False) -> tuple[int, int]:
        """Where the events in (after, until] stand, [after, until] with `from_`; to the end without `until`."""
        find = bisect_left if from_ else bisect_right
        start = find(self._entries, after, key=_time)
        end = len(self._entries) if until is None else bisect_right(self._entries, until, key=_time)
        return start, max(start, end)

    def within(
        self, after: dt.datetime, until: dt.datetime | None, before: int = _AFTER_ALL, *, from_: bool = False
    ) -> list[Logged]:
        """The events in (after, until], [after, until] with `from_`, whose position is less than `before`."""
        start, end = self.bounds(after, until, from_=from_)
        return [entry for entry in self._entries[start:end] if entry.position < before]

    def next_after(self, moment: dt.datetime) -> dt.datetime | None:
        """When the first event after a moment happened."""
        place = bisect_right(self._entries, moment, key=_time)
        return self._entries[place].at if place < len(self._entries) else None

    def __iter__(self) -> Iterator[Logged]:
        return iter(self._entries)


def _time(entry: Logged) -> dt.datetime:
    return entry.at


_EMPTY = Shelf()


class Shelves:
    """The events of one kind, told apart by a key."""

    def __init__(self, kind: str, key_of: KeyOf) -> None:
        self._kind = kind
        self._key_of = key_of
        self._by_key: dict[Hashable, Shelf] = {}

    def add(self, entry: Logged) -> None:
        """One more event, where it belongs."""
        key = self._key_of(entry.values(self._kind))
        if key is not None:
            self._by_key.setdefault(key[0], Shelf()).add(entry)

    def __getitem__(self, key: Hashable) -> Shelf:
        return self._by_key.setdefault(key, Shelf())


class History:
    """Everything that happened so far."""

    def __init__(self) -> None:
        self._entries: list[Logged] = []
        self._by_id: dict[int, Logged] = {}
        self._by_kind: dict[str, Shelf] = {}
        self._shelves_of: dict[str, list[Shelves]] = {}

    def append(self, occurrence: Occurrence) -> Logged:
        """Puts an event behind all others. Raises ValueError for one that is there already."""
        if occurrence.id in self._by_id:
            raise ValueError(f"event {occurrence.id} is in the log already")
        entry = Logged(occurrence.at, len(self._entries), occurrence)
        self._entries.append(entry)
        self._by_id[occurrence.id] = entry
        for kind in occurrence.kinds:
            self._by_kind.setdefault(kind, Shelf()).add(entry)
            for shelves in self._shelves_of.get(kind, ()):
                shelves.add(entry)
        return entry

    def __getitem__(self, id: int) -> Logged:
        return self._by_id[id]

    def __contains__(self, id: int) -> bool:
        return id in self._by_id

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, kind: str) -> Shelf:
        """The events of a kind."""
        return self._by_kind.get(kind, _EMPTY)

    def shelves(self, kind: str, key_of: KeyOf) -> Shelves:
        """The events of a kind told apart by `key_of`: those there are, and those to come."""
        found = Shelves(kind, key_of)
        for entry in self.of(kind):
            found.add(entry)
        self._shelves_of.setdefault(kind, []).append(found)
        return found


def ids(entries: Sequence[Logged]) -> tuple[int, ...]:
    """The ids of events."""
    return tuple(entry.occurrence.id for entry in entries)
