"""Intervals with a number each, and those that a value lies in: in time that follows how many these are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

Interval = tuple[Any, Any, int]


class Intervals:
    """Intervals (low, high, number), their ends taken in; None is no bound."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        closed: list[Interval] = []
        from_low: list[tuple[Any, int]] = []
        to_high: list[tuple[Any, int]] = []
        for low, high, number in intervals:
            if high is None:
                from_low.append((low, number))
            elif low is None:
                to_high.append((high, number))
            else:
                closed.append((low, high, number))
        self._lows, self._from_low = _sorted(from_low)
        self._highs, self._to_high = _sorted(to_high)
        self._closed = _Centred(closed) if closed else None

    def gather(self, value: Any, found: list[int]) -> None:
        """Adds the numbers of the intervals that the value lies in."""
        if self._lows:
            found.extend(self._from_low[: bisect_right(self._lows, value)])
        if self._highs:
            found.extend(self._to_high[bisect_left(self._highs, value) :])
        if self._closed is not None:
            self._closed.gather(value, found)


class _Centred:
    """A centred interval tree: the intervals around a point, and trees of those below it and above it."""

    __slots__ = ("_above", "_below", "_by_high", "_by_low", "_centre", "_highs", "_lows")

    def __init__(self, intervals: Sequence[Interval]) -> None:
        ends = sorted(end for interval in intervals for end in interval[:2])
        centre = self._centre = ends[len(ends) // 2]
        around = [each for each in intervals if each[0] <= centre <= each[1]]
        below = [each for each in intervals if each[1] < centre]
        above = [each for each in intervals if each[0] > centre]
        self._lows, self._by_low = _sorted((low, number) for low, _, number in around)
        self._highs, self._by_high = _sorted((high, number) for _, high, number in around)
        self._below = _Centred(below) if below else None
        self._above = _Centred(above) if above else None

    def gather(self, value: Any, found: list[int]) -> None:
        """Adds the numbers of the intervals that the value lies in."""
        tree: _Centred | None = self
        while tree is not None:
            if value <= tree._centre:
                found.extend(tree._by_low[: bisect_right(tree._lows, value)])
                tree = tree._below
            else:
                found.extend(tree._by_high[bisect_left(tree._highs, value) :])
                tree = tree._above


def _sorted(numbered: Iterable[tuple[Any, int]]) -> tuple[list[Any], list[int]]:
    """The ends in order, and the numbers beside them."""
    ordered = sorted(numbered)
    return [end for end, _ in ordered], [number for _, number in ordered]
