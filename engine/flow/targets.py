"""Where a user task may send its token beside its edges: back, to the end, or to a node that a refusal or a missed deadline leads to."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definitions import Node, Outcome

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
