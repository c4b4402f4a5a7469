"""The flow as a graph: where a token may come from a node, by whatever leads on (edges, boundary events, links, jumps, scopes)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine.definitions import Node
from engine.flow.checking.problem import Checking
from engine.flow.checking.vocabulary import SCOPES


def successors(checking: Checking, id: str) -> Iterator[str]:
    """The nodes that may be entered next when a token is at `id`, or was."""
    node = checking.nodes[id]
    yield from (edge.target for edge in checking.outgoing[id])
    yield from (each.id for each in checking.boundaries[id])
    named = (*(event.handler for event in node.events), node.target)
    yield from (each for each in named if each is not None and each in checking.nodes)
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
        or node.id in checking.jumped_to
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
    if node.target in checking.nodes:
        yield node.target or ""
    yield from _caught(checking, node)
