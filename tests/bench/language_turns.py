"""Measuring two ways of doing the same in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable


def in_turns(
    rounds: int,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    of: Callable[[list[float]], float] = statistics.median,
) -> tuple[float, float]:
    """Each over so many rounds, summed up by `of`; in every round each is measured once, and who begins changes."""
    ours(), theirs()  # warm
    mine: list[float] = []
    others: list[float] = []
    for number in range(rounds):
        for measured, found in ((ours, mine), (theirs, others))[:: 1 if number % 2 else -1]:
            found.append(measured())
    return of(mine), of(others)
