"""Whether a new standing agent would close a circle, or make a chain of agents of agents too long.

A chain counts only where all of it holds at one moment and for one flow: two people may stand in for each other in different weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """From when until when (None: without end) and in which flows (None: in all)."""

    starts_at: datetime
    ends_at: datetime | None
    flows: frozenset[str] | None

    def meet(self, other: Scope) -> Scope | None:
        """What the two have in common, or None."""
        starts = max(self.starts_at, other.starts_at)
        ends = min((each for each in (self.ends_at, other.ends_at) if each is not None), default=None)
        flows = self.flows if other.flows is None else other.flows if self.flows is None else self.flows & other.flows
        if (ends is not None and ends <= starts) or (flows is not None and not flows):
            return None
        return Scope(starts, ends, flows)


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's agent."""

    principal: UUID
    agent: UUID
    scope: Scope


Path = tuple[UUID, ...]


def circle(standing: Sequence[Standing], new: Standing) -> Path | None:
    """The people of a circle that the new one would close, from its principal back to them; None when there is none."""
    found = (path for path, _ in _down(standing, (new.principal, new.agent), new.scope) if path[-1] == new.principal)
    return next(found, None)


def longest(standing: Sequence[Standing], new: Standing) -> Path:
    """The people of the longest chain that the new one would be part of; without circles."""
    chains = (
        whole
        for path, scope in _down(standing, (new.principal, new.agent), new.scope)
        for whole in _up(standing, path, scope)
    )
    return max(chains, key=len)


def _down(standing: Sequence[Standing], path: Path, scope: Scope) -> Iterator[tuple[Path, Scope]]:
    """The path and how it goes on to agents of agents; it ends where it comes back to somebody."""
    yield path, scope
    if path[-1] in path[:-1]:
        return
    for each in standing:
        common = scope.meet(each.scope) if each.principal == path[-1] else None
        if common is not None:
            yield from _down(standing, (*path, each.agent), common)


def _up(standing: Sequence[Standing], path: Path, scope: Scope) -> Iterator[Path]:
    """The path and those it begins with: people whose agent its first is."""
    yield path
    for each in standing:
        common = scope.meet(each.scope) if each.agent == path[0] and each.principal not in path else None
        if common is not None:
            yield from _up(standing, (each.principal, *path), common)
