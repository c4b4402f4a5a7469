"""The flow as a graph: where a token may come from a node, by whatever leads on (edges, boundary events, links, jumps, scopes)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from engine.definitions import Node
from engine.flow.checking.problem import Checking
from engine.flow.checking.shape import may_be_jumped_to
from engine.flow.checking.vocabulary import SCOPES
from engine.flow.targets import END, goes_on_at, leads_to


def successors(checking: Checking, id: str) -> Iterator[str]:
    """The nodes that may be entered next when a token is at `id`, or was."""
    node = checking.nodes[id]
    yield from (edge.target for edge in checking.outgoing[id])
    yield from (each.id for each in checking.boundaries[id])
    yield from (event.handler for event in node.events if event.handler is not None and event.handler in checking.nodes)
    yield from ways(checking).get(id, ())
    if node.type in SCOPES:
        yield from starts(checking, id)
    if node.ad_hoc is not None:
        yield from (each for each in node.ad_hoc.start if each in checking.nodes)
    parent = checking.nodes.get(node.parent or "")
    if parent is not None and not checking.outgoing[id]:
        yield from (edge.target for edge in checking.outgoing[parent.id])
    if parent is not None:
        yield from (each.id for each in checking.boundaries[parent.id])
    yield from _caught(checking, node)


def ways(checking: Checking) -> Mapping[str, tuple[str, ...]]:
    """Where tokens go on beside the edges, by node: at the target of a jump, of a missed deadline, or of a refusal. A refusal that leads back
    to a task before undoes it, and is no way on."""
    if checking.ways is None:
        sure = {
            node.id: tuple(
                target for target in leads_to(node) if target not in refused(node) and _may(checking, node, target)
            )
            for node in checking.nodes.values()
        }
        checking.ways = sure
        found = {
            node.id: (*sure[node.id], *(target for target in refused(node) if _is_on(checking, node, target)))
            for node in checking.nodes.values()
        }
        checking.ways, checking.predecessors = found, None
    return checking.ways


def ending(checking: Checking) -> frozenset[str]:
    """The tasks whose refusal may end everything."""
    return frozenset(
        node.id
        for node in checking.nodes.values()
        if any(o.kind == "refuse" and o.target == END for o in node.outcomes)
    )


def refused(node: Node) -> list[str]:
    """The nodes that refusals lead to."""
    return [outcome.target or "" for outcome in node.outcomes if goes_on_at(outcome)]


def _may(checking: Checking, node: Node, target: str) -> bool:
    """Whether a token can be sent there; the rest is told of elsewhere."""
    there = checking.nodes.get(target)
    return (
        there is not None
        and may_be_jumped_to(node, there)
        and (node.type == "jump" or (node.loop is None and not node.for_compensation))
    )


def _is_on(checking: Checking, node: Node, target: str) -> bool:
    """Whether the target of a refusal need not have been done before: no task, or one that the node does not follow, or that nothing but
    refusals lead to."""
    if not _may(checking, node, target):
        return False
    if checking.nodes[target].type != "user_task" or not leads(checking, target, node.id):
        return True
    begins = set(starts(checking, None))
    return target not in begins and begins.isdisjoint(behind(checking, target, node.id))


def _caught(checking: Checking, node: Node) -> Iterator[str]:
    """The catching ends of a link."""
    names = {event.name for event in node.events if event.kind == "link"}
    for each in checking.children.get(node.parent, ()) if names and node.type == "intermediate_throw_event" else ():
        if each.type == "intermediate_catch_event" and any(e.kind == "link" and e.name in names for e in each.events):
            yield each.id


def starts(checking: Checking, scope: str | None) -> Iterator[str]:
    """Where a scope may begin: start events, nodes that nothing leads to, and its event sub-processes."""
    for node in checking.children.get(scope, ()):
        if node.type in ("start_event", "event_sub_process") or starts_by_itself(checking, node):
            yield node.id


def starts_by_itself(checking: Checking, node: Node) -> bool:
    """Whether nothing leads to the node, so that it begins with its scope."""
    linked = node.type == "intermediate_catch_event" and any(event.kind == "link" for event in node.events)
    return not (
        linked
        or checking.incoming[node.id]
        or node.type in ("start_event", "boundary_event", "event_sub_process")
        or node.for_compensation
        or node.id in checking.only_sent_to
    )


def reachable(checking: Checking, start: str | None, avoiding: Collection[str] = ()) -> set[str]:
    """The nodes that a token leaving `start` may enter (None: that an instance may), on ways that do not pass those to avoid."""
    followed: set[str] = set()
    waiting = list(starts(checking, None)) if start is None else list(successors(checking, start))
    while waiting:
        current = waiting.pop()
        if current in followed or current in avoiding:
            continue
        followed.add(current)
        waiting += successors(checking, current)
    return followed


def predecessors(checking: Checking) -> Mapping[str, list[str]]:
    """The nodes from which each may be entered next."""
    if checking.predecessors is None:
        found: dict[str, list[str]] = {id: [] for id in checking.nodes}
        for id in checking.nodes:
            for after in successors(checking, id):
                found[after].append(id)
        checking.predecessors = found
    return checking.predecessors


def behind(checking: Checking, id: str, avoiding: str | None = None) -> Iterator[str]:
    """The nodes from which a token may come to a node without passing the one to avoid, the nearest first."""
    seen = {avoiding}
    waiting = deque(predecessors(checking)[id])
    while waiting:
        current = waiting.popleft()
        if current not in seen:
            seen.add(current)
            yield current
            waiting += predecessors(checking)[current]


def leads(checking: Checking, start: str, goal: str) -> bool:
    """Whether a token leaving `start` may enter `goal`; looks no further than to there."""
    followed: set[str] = {start}
    waiting = deque(successors(checking, start))
    while waiting:
        current = waiting.popleft()
        if current == goal:
            return True
        if current not in followed:
            followed.add(current)
            waiting += successors(checking, current)
    return False


def on_cycle(checking: Checking, id: str) -> bool:
    """Whether a token that leaves the node may come back to it within its scope."""
    return id in _following(checking, beside(checking, id))


def main_way(checking: Checking) -> set[str]:
    """The nodes that tokens come to by other ways than events that do not interrupt."""
    begins = [
        node.id for node in checking.nodes.values() if node.type == "start_event" or starts_by_itself(checking, node)
    ]
    found = _following(checking, begins, sideways=False)
    return {id for id in found if all(_is_main(checking, each, found) for each in checking.around(checking.nodes[id]))}


def _is_main(checking: Checking, scope: Node, found: set[str]) -> bool:
    if scope.type != "event_sub_process":
        return scope.id in found
    return all(node.interrupting for node in checking.children.get(scope.id, ()) if node.type == "start_event")


def _following(checking: Checking, begins: Iterable[str], *, sideways: bool = True) -> set[str]:
    followed: set[str] = set()
    waiting = list(begins)
    while waiting:
        current = waiting.pop()
        node = checking.nodes[current]
        if current not in followed and (sideways or node.interrupting or node.type != "boundary_event"):
            followed.add(current)
            waiting += beside(checking, current)
    return followed


def beside(checking: Checking, id: str) -> Iterator[str]:
    """The nodes of the same scope that may be entered next."""
    node = checking.nodes[id]
    yield from (edge.target for edge in checking.outgoing[id])
    yield from (each.id for each in checking.boundaries[id])
    yield from ways(checking).get(id, ())
    yield from _caught(checking, node)
