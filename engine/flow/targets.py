"""Where a user task may send its token beside its edges: back, to the end, or to a node that a refusal or a missed deadline leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.definitions import Edge, Node, Outcome

#: What the target of an outcome may say in place of a node: the end of the instance, the first task that the initiator did, the task
#: just before.
END, INITIATOR, PREVIOUS = "end", "initiator", "previous"
WORDS = frozenset({END, INITIATOR, PREVIOUS})


def leads_to(node: Node) -> Iterator[str]:
    """The ids of nodes that a token may be sent to from a node other than by its edges."""
    if node.type == "jump" and node.target is not None:
        yield node.target
    for outcome in node.outcomes:
        if goes_on_at(outcome):
            yield outcome.target or ""
    for rule in node.assignment.overdue if node.assignment is not None else ():
        if rule.action == "jump" and rule.target is not None:
            yield rule.target


def goes_on_at(outcome: Outcome) -> bool:
    """Whether a refusal leads to a node of its own: where its task was not done before, it goes on there."""
    return outcome.kind == "refuse" and outcome.target is not None and outcome.target not in WORDS


def only_sent_to(nodes: Iterable[Node], edges: Iterable[Edge]) -> frozenset[str]:
    """The nodes that do not begin with their scope because tokens are sent there, though nothing else leads to them. What is sent back to
    from what follows it, in a scope without a start event, is where the scope begins."""
    nodes = tuple(nodes)
    after: dict[str, set[str]] = {node.id: set() for node in nodes}
    for edge in edges:
        after.setdefault(edge.source, set()).add(edge.target)
    for node in nodes:
        if node.attached_to is not None:
            after.setdefault(node.attached_to, set()).add(node.id)
    started = {node.parent for node in nodes if node.type == "start_event"}
    return frozenset(
        target
        for node in nodes
        for target in leads_to(node)
        if node.parent in started or not _leads(after, target, node.id)
    )


def _leads(after: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current == goal:
            return True
        if current not in seen:
            seen.add(current)
            waiting += after.get(current, ())
    return False
