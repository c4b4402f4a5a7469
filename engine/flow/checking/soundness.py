"""The flow as a whole: nodes that nothing leads to, ways that end silently, loops that wait for nothing, and what exploring it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.definitions import Node
from engine.flow.checking.abstraction import abstract, external, turning
from engine.flow.checking.exploration import LIMIT, Explored, explore, stuck
from engine.flow.checking.graph import ending, main_way, on_cycle, reachable, starts_by_itself, ways
from engine.flow.checking.parts import Reduced
from engine.flow.checking.problem import Checking
from engine.flow.checking.reduction import reduced
from engine.flow.checking.verdict import judge
from engine.flow.state import RUNNING

#: Steps played in a sub-process by itself.
_INSIDE_LIMIT = 1_000


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
    for node in [each for each in checking.children.get(None, ()) if each.type == "start_event" and not each.events][
        1:
    ]:
        checking.at(node, "flow.start_together", severity="warning")
    _check_automatic_loops(checking)
    made, explored = _explored(checking)
    _tell(checking, made, explored, reached)


def _explored(checking: Checking) -> tuple[Reduced, Explored]:
    """All that may happen. Refusals that end everything only add ends: they are looked at where the flow has no other."""
    playing, outside = _Playing(checking), external(checking.known.actions)
    for last in (frozenset[str](), ending(checking)):
        made = reduced(abstract(checking.flow, outside, ways(checking), last), playing.inside)
        explored = playing.explored(made, LIMIT)
        if not (judge(explored).never_ends and ending(checking)):
            break
    return made, explored


@dataclass
class _Playing:
    """Explores the flow, and the inside of its sub-processes by themselves."""

    checking: Checking

    @cached_property
    def _main_way(self) -> set[str]:
        return main_way(self.checking)

    def explored(self, made: Reduced, limit: int) -> Explored:
        """All that may happen. What a boundary event that does not interrupt starts may be there as often as it happened."""
        return explore(made.flow, limit, lambda name: any(id in self._main_way for id in made.paths.get(name, ())))

    def inside(self, made: Reduced) -> tuple[bool, set[str]] | None:
        """Of the inside of a sub-process: whether it waits and what is entered in it; None when it may not come to its end."""
        explored = self.explored(made, _INSIDE_LIMIT)
        verdict = judge(explored)
        if not (verdict.sound and verdict.complete) or any(stuck(visit) for visit in explored.visits):
            return None
        waits = any(visit.state.status == RUNNING for visit in explored.visits)
        return waits, made.covered(verdict.entered)


def _on_cycle(checking: Checking, made: Reduced, name: str) -> str | None:
    """Of the nodes that one of the smaller flow stands for, the first to which a token may come back."""
    nodes = (id for id in made.paths.get(name, ()) if id in checking.nodes)
    return next((id for id in nodes if on_cycle(checking, id)), None)


def _has_start_event(checking: Checking, scope: str | None) -> bool:
    return any(node.type == "start_event" for node in checking.children.get(scope, ()))


def _ends_silently(checking: Checking, node: Node) -> bool:
    if node.type in ("end_event", "event_sub_process", "jump") or node.for_compensation or checking.outgoing[node.id]:
        return False
    if any(event.kind in ("link", "compensation") for event in node.events):
        return False
    return node.parent is None or _has_start_event(checking, node.parent)


def _check_automatic_loops(checking: Checking) -> None:
    made = abstract(checking.flow, external(checking.known.actions), with_waits=False)
    for edge in turning(made):
        node = checking.nodes[edge.target]
        checking.at(node, "flow.automatic_loop", severity="warning")


def _tell(checking: Checking, made: Reduced, explored: Explored, reached: set[str]) -> None:
    verdict = judge(explored)
    for code, found in verdict.codes().items():
        told: set[str] = set()
        for name, visit in found.items():
            trace = [id for id in made.expanded(explored.trace(visit)) if "~" not in id]
            node = _to_mark(checking, made, code, name, trace)
            if node is not None and node.id not in told:
                told.add(node.id)
                checking.report(code, checking.paths[node.id], node=node.id, trace=_up_to(trace, node.id), id=node.id)
    if not verdict.complete and verdict.sound:
        checking.report("flow.too_large_to_prove", "/nodes", severity="warning", limit=LIMIT)
    elif verdict.sound:
        entered = made.covered(verdict.entered)
        for node in checking.nodes.values():
            if node.id in reached and node.id not in entered and not _without_entry(checking, node):
                _never_entered(checking, node, entered)


def _never_entered(checking: Checking, node: Node, entered: set[str]) -> None:
    if node.type == "boundary_event" and node.attached_to in entered:
        checking.at(node, "flow.never_happens", host=node.attached_to)
    else:
        checking.at(node, "flow.unreachable")


def _up_to(trace: list[str], node: str) -> list[str]:
    """The trace as far as the node."""
    return trace[: len(trace) - trace[::-1].index(node)] if node in trace else trace


def _to_mark(checking: Checking, made: Reduced, code: str, name: str, trace: list[str]) -> Node | None:
    """The node to mark: of tokens that multiply the one that makes two of them, of a way without end the first node in the turning."""
    turns = None
    if code == "flow.multiplies":
        turns = next((id for id in reversed(trace) if _splits(checking, id) and on_cycle(checking, id)), None)
    elif code == "flow.never_ends":
        turns = _on_cycle(checking, made, name)
    known = (id for id in (turns, made.origin(name), name.partition("~")[0], *reversed(trace)) if id in checking.nodes)
    return next((checking.nodes[id] for id in known if id is not None), None)


def _splits(checking: Checking, id: str) -> bool:
    node = checking.nodes.get(id)
    chooses = node is None or node.type in ("exclusive_gateway", "event_based_gateway")
    return not chooses and len(checking.outgoing[id]) > 1


def _without_entry(checking: Checking, node: Node) -> bool:
    """Nodes that no token enters: a boundary compensation event, an event sub-process, and what is started by an operator only."""
    if node.type == "event_sub_process" or any(event.kind == "compensation" for event in node.events):
        return True
    return node.for_compensation or any(each.for_compensation for each in checking.around(node))
