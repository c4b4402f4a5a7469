"""Measuring two ways of doing the same in turns."""

from __future__ import annotations

from collections.abc import Callable


def in_turns(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """The least of each over so many rounds: what else the machine does only adds. In every round each is measured once, and who
    begins changes.
    """
    ours(), theirs()  # warm
    mine: list[float] = []
    others: list[float] = []
    for number in range(rounds):
        for measured, found in ((ours, mine), (theirs, others))[:: 1 if number % 2 else -1]:
            found.append(measured())
    return min(mine), min(others)
