"""What is due later in a simulation, in order of time; what is planned first comes first at the same moment."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that will be done at a moment. `person` (an id) and `purpose` are what it may be cancelled by; `firing` is the
    number of the firing that left it, if any."""

    due: dt.datetime
    do: Callable[[], None]
    person: str | None = None
    purpose: str | None = None
    firing: int | None = None


class Agenda:
    """What is planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[dt.datetime, int]] = []
        self._planned: dict[int, Pending] = {}
        self._count = 0

    def plan(self, pending: Pending) -> None:
        """One thing more."""
        self._count += 1
        self._planned[self._count] = pending
        heapq.heappush(self._heap, (pending.due, self._count))

    def due(self, to: dt.datetime, *, inclusive: bool) -> Iterator[Pending]:
        """What is due before a moment (at it, too, if `inclusive`), taken off one by one; what that plans is part of it."""
        while self._heap and (self._heap[0][0] < to or (inclusive and self._heap[0][0] == to)):
            _, number = heapq.heappop(self._heap)
            pending = self._planned.pop(number, None)
            if pending is not None:
                yield pending

    def cancel(self, unwanted: Callable[[Pending], bool]) -> int:
        """Takes off what is not wanted; returns how much that was."""
        numbers = [number for number, pending in self._planned.items() if unwanted(pending)]
        for number in numbers:
            del self._planned[number]
        return len(numbers)

    def __len__(self) -> int:
        return len(self._planned)
