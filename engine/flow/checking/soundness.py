"""The flow as a whole: nodes that nothing leads to, ways that end silently, loops that wait for nothing, and what exploring it finds."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions import Node
from engine.flow.checking.abstraction import abstract, turning
from engine.flow.checking.exploration import LIMIT, Explored, explore, stuck
from engine.flow.checking.graph import on_cycle, reachable, starts_by_itself
from engine.flow.checking.problem import Checking
from engine.flow.checking.reduction import Reduced, reduced
from engine.flow.checking.verdict import Verdict, judge
from engine.flow.state import RUNNING

#: Steps played in a sub-process by itself.
_INSIDE_LIMIT = 1_000
_JOINS = frozenset({"parallel_gateway", "inclusive_gateway", "complex_gateway"})


def check_soundness(checking: Checking) -> None:
    """Whether every instance can come to an end, and every node has a use."""
    reached = reachable(checking, None)
    for node in checking.nodes.values():
        if node.id not in reached:
            checking.at(node, "flow.unreachable")
        elif starts_by_itself(checking, node) and _has_start_event(checking, node.parent):
            checking.at(node, "flow.starts_by_itself")
        elif _ends_silently(checking, node):
            checking.at(node, "flow.no_way_on", severity="warning")
    _check_automatic_loops(checking)
    judging = _Judging(checking)
    made = reduced(abstract(checking.flow, external(checking)), judging.inside)
    explored = explore(made.flow)
    _tell(checking, made, explored, judging.verdict(made, explored), reached)


@dataclass(frozen=True)
class _Judging:
    """Judges the flow, and the inside of its sub-processes by themselves."""

    checking: Checking

    def verdict(self, made: Reduced, explored: Explored) -> Verdict:
        """The verdict on what was explored."""
        return judge(explored, lambda name: self._piles_up(made.origin(name)))

    def _piles_up(self, id: str) -> bool:
        """Whether tokens that multiply at the node get in the way of others: on a branch that ends by itself they do not."""
        node = self.checking.nodes.get(id)
        return node is not None and (node.type in _JOINS or on_cycle(self.checking, id))

    def inside(self, made: Reduced) -> tuple[bool, set[str]] | None:
        """Of the inside of a sub-process: whether it waits and what is entered in it; None when it may not come to its end."""
        explored = explore(made.flow, _INSIDE_LIMIT)
        verdict = self.verdict(made, explored)
        if not (verdict.sound and verdict.complete) or any(stuck(visit) for visit in explored.visits):
            return None
        waits = any(visit.state.status == RUNNING for visit in explored.visits)
        return waits, made.covered(verdict.entered)


def _has_start_event(checking: Checking, scope: str | None) -> bool:
    return any(node.type == "start_event" for node in checking.children.get(scope, ()))


def external(checking: Checking) -> frozenset[str]:
    """The actions that call other systems."""
    return frozenset(key for key, action in checking.known.actions.items() if getattr(action, "external", False))


def _ends_silently(checking: Checking, node: Node) -> bool:
    if node.type in ("end_event", "event_sub_process", "jump") or node.for_compensation or checking.outgoing[node.id]:
        return False
    if any(event.kind in ("link", "compensation") for event in node.events):
        return False
    parent = checking.nodes.get(node.parent or "")
    return parent is None or parent.type != "ad_hoc_sub_process"


def _check_automatic_loops(checking: Checking) -> None:
    made = abstract(checking.flow, external(checking), with_waits=False)
    for edge in turning(made):
        node = checking.nodes[edge.target]
        checking.at(node, "flow.automatic_loop", severity="warning")


def _tell(checking: Checking, made: Reduced, explored: Explored, verdict: Verdict, reached: set[str]) -> None:
    for code, found in verdict.codes().items():
        for name, visit in found.items():
            node = checking.nodes.get(made.origin(name))
            if node is not None:
                trace = made.expanded(explored.trace(visit))
                checking.report(code, checking.paths[node.id], node=node.id, trace=trace, id=node.id)
    if not verdict.complete:
        checking.report("flow.too_large_to_prove", "/nodes", severity="warning", limit=LIMIT)
    elif verdict.sound:
        entered = made.covered(verdict.entered)
        for node in checking.nodes.values():
            if node.id in reached and node.id not in entered and not _without_entry(checking, node):
                checking.at(node, "flow.unreachable")


def _without_entry(checking: Checking, node: Node) -> bool:
    """Nodes that no token enters: a boundary compensation event, an event sub-process, and what is started by an operator only."""
    if node.type == "event_sub_process" or any(event.kind == "compensation" for event in node.events):
        return True
    return node.for_compensation or any(each.for_compensation for each in checking.around(node))
