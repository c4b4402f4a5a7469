"""The flows that cases are played in: one task under test, alone, in a parallel branch, in a sub-process, as children of a multi-instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from engine.definitions import Assignment, Candidate, Edge, Flow, Loop, Node, Outcome, Text

#: The task under test.
TESTED = "T"
#: Each setting: chains of ids; what an id is, where it is not a user task.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "plain": ("start A T x? B end", "x? R end2"),
    "branch": ("start A f+ T x? B j+ C end", "f+ P Q j+", "x? R end2"),
    "late": ("start A f+ P j+ T x? B end", "f+ Q j+", "x? R end2"),
    "inside": ("start A S B end", "S: sstart K T x? send", "S: x? R send2"),
    "many": ("start A M B end", "M: mstart K T mend"),
    "children": ("start A T B end",),
}
#: Where the first refusal edge leads; everybody but the task under test agrees or sends back only.
ONE_PERSON: Mapping[str, str] = {"A": "amy", "B": "ben", "C": "cat", "P": "pam", "Q": "quin", "R": "rob", "K": "kim"}
#: Edges to these are taken when the task was refused.
_REFUSED = frozenset({"R"})


def drawn(
    setting: str, tested: Assignment, outcomes: tuple[Outcome, ...], others: Mapping[str, Assignment], withdraw: str
) -> Flow:
    """The flow of a setting around the task under test."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for chain in SETTINGS[setting]:
        parent, _, rest = chain.rpartition(": ")
        ids = rest.split()
        for id in ids:
            nodes.setdefault(id.rstrip("?+"), _node(setting, id, parent or None, tested, outcomes, others))
        for source, target in pairwise(ids):
            edges.append(_edge(source.rstrip("?+"), target.rstrip("?+"), source.endswith("?")))
    return Flow(
        "approval", _text("approval"), "order", tuple(_ordered(nodes.values())), tuple(edges), withdraw=withdraw
    )


def _ordered(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.parent is not None, node.type != "start_event"))


def _edge(source: str, target: str, chooses: bool) -> Edge:
    refused = chooses and target in _REFUSED
    when = 'outcome = "refuse"' if refused else None
    return Edge(f"{source}-{target}", source, target, when, default=chooses and not refused)


def _text(text: str) -> Text:
    return Text(text, text)


def _node(
    setting: str,
    written: str,
    parent: str | None,
    tested: Assignment,
    outcomes: tuple[Outcome, ...],
    others: Mapping[str, Assignment],
) -> Node:
    id = written.rstrip("?+")
    if written.endswith("+"):
        return Node(id, "parallel_gateway", _text(id), parent)
    if written.endswith("?"):
        return Node(id, "exclusive_gateway", _text(id), parent)
    if "start" in id:
        return Node(id, "start_event", _text(id), parent)
    if "end" in id:
        return Node(id, "end_event", _text(id), parent)
    if id in ("S", "M"):
        loop = Loop("parallel", cardinality="2") if id == "M" else None
        return Node(id, "sub_process", _text(id), parent, loop=loop)
    if id == TESTED:
        loop = Loop("parallel", cardinality="2") if setting == "children" else None
        return Node(id, "user_task", _text(id), parent, assignment=tested, outcomes=outcomes, loop=loop)
    return Node(id, "user_task", _text(id), parent, assignment=others.get(id, single(id)), outcomes=plain_outcomes(id))


def single(id: str) -> Assignment:
    """The task of one person, who may take it back."""
    return Assignment((Candidate(user=ONE_PERSON[id]),), "one", operations=("reclaim", "transfer", "delegate"))


def plain_outcomes(id: str) -> tuple[Outcome, ...]:
    agree = Outcome("agree", _text("agree"))
    if id not in ("B", "C", "Q"):
        return (agree,)
    back = Outcome("back", _text("back"), "send_back")
    return (agree, back, Outcome("ask", _text("ask"), "send_back", straight=True, rounds=2))
