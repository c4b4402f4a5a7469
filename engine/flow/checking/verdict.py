"""What an exploration says about a flow: where it stands still for ever, where it turns without end, where tokens multiply.

A situation is good when from it the instance can end, or stops with an incident that somebody is told of; everything else is judged by
the joins that wait in it, or else by the nodes at which its tokens are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.flow.checking.exploration import Explored, Visit, joins, stuck
from engine.flow.state import HOSTS, JOIN, RUNNING


@dataclass(slots=True)
class Verdict:
    """By code, each node with the visit that shows it; `entered` nodes. `complete`: nothing else can be wrong."""

    stuck_join: dict[str, int] = field(default_factory=dict)
    deadlock: dict[str, int] = field(default_factory=dict)
    never_ends: dict[str, int] = field(default_factory=dict)
    multiplies: dict[str, int] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()
    complete: bool = True

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.stuck_join or self.deadlock or self.never_ends or self.multiplies)

    def codes(self) -> dict[str, dict[str, int]]:
        """By the code of the problem."""
        return {
            "flow.stuck_join": self.stuck_join,
            "flow.deadlock": self.deadlock,
            "flow.never_ends": self.never_ends,
            "flow.multiplies": self.multiplies,
        }


def judge(explored: Explored) -> Verdict:
    """The verdict on what was explored."""
    verdict = Verdict(entered=frozenset(explored.entered), complete=explored.complete)
    verdict.multiplies.update(explored.crowded)
    bad = set(range(len(explored.visits))) - _good(explored)
    _dead_ends(explored, bad, verdict)
    _turning(explored, bad, verdict)
    if explored.complete:
        _never_fired(explored, verdict)
    return verdict


def _good(explored: Explored) -> set[int]:
    """The visits from which the instance can end."""
    before: dict[int, list[int]] = {}
    good: set[int] = set()
    for index, visit in enumerate(explored.visits):
        for after in visit.after:
            before.setdefault(after, []).append(index)
        if visit.state.status != RUNNING or stuck(visit) or not visit.closed:
            good.add(index)
    waiting = list(good)
    while waiting:
        for index in before.get(waiting.pop(), ()):
            if index not in good:
                good.add(index)
                waiting.append(index)
    return good


def _dead_ends(explored: Explored, bad: set[int], verdict: Verdict) -> None:
    for index in sorted(bad):
        visit = explored.visits[index]
        if visit.after:
            continue
        waiting = joins(visit)
        for node in sorted(waiting or _standing(visit)):
            (verdict.stuck_join if waiting else verdict.deadlock).setdefault(node, index)


def _standing(visit: Visit) -> set[str]:
    """Where the tokens are that nothing inside them will move."""
    leaves = {token.node for token in visit.state.tokens if token.waiting not in HOSTS}
    return leaves or {token.node for token in visit.state.tokens}


def _turning(explored: Explored, bad: set[int], verdict: Verdict) -> None:
    """Situations that never come to an end, nor to a standstill."""
    left = bad - _leading_to(explored, {i for i in bad if not explored.visits[i].after})
    while left:
        among = _innermost(explored, min(left))
        waiting = set[str].intersection(*(joins(explored.visits[each]) for each in among))
        last = max(among)  # the way to it leads into the turning
        for node in sorted(waiting or _standing(explored.visits[last])):
            (verdict.stuck_join if waiting else verdict.never_ends).setdefault(node, last)
        left -= among | _leading_to(explored, among)


def _innermost(explored: Explored, start: int) -> set[int]:
    """Situations following the start that all lead to one another, and nowhere else."""
    among = _following(explored, start)
    for each in sorted(among, reverse=True):
        if len(_following(explored, each)) < len(among):
            return _innermost(explored, each)
    return among


def _following(explored: Explored, start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for after in explored.visits[waiting.pop()].after - found:
            found.add(after)
            waiting.append(after)
    return found


def _leading_to(explored: Explored, targets: Iterable[int]) -> set[int]:
    before: dict[int, list[int]] = {}
    for index, visit in enumerate(explored.visits):
        for after in visit.after:
            before.setdefault(after, []).append(index)
    found = set(targets)
    waiting = list(found)
    while waiting:
        for index in before.get(waiting.pop(), ()):
            if index not in found:
                found.add(index)
                waiting.append(index)
    return found


def _never_fired(explored: Explored, verdict: Verdict) -> None:
    """Joins at which tokens arrive, and which never fire."""
    for index, visit in enumerate(explored.visits):
        for token in visit.state.tokens:
            if token.waiting == JOIN and token.node not in explored.left:
                verdict.stuck_join.setdefault(token.node, index)
