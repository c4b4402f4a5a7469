"""The nodes for business people in BPMN's terms: what each stands for, with what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definitions import Assignment, Candidate, EventDefinition, Flow, Node, Outcome, Text

_SUBMIT = (Outcome("submit", Text("提交", "Submit")),)
_DECIDE = (
    Outcome("approve", Text("同意", "Approve")),
    Outcome("reject", Text("驳回", "Reject"), "refuse", comment=True),
)
_DONE = (Outcome("done", Text("办结", "Done")),)


def _person(outcomes: tuple[Outcome, ...], assignment: Assignment | None = None) -> Callable[[Node], Node]:
    def plain(node: Node) -> Node:
        return replace(
            node, type="user_task", outcomes=node.outcomes or outcomes, assignment=node.assignment or assignment
        )

    return plain


def _action(key: str) -> Callable[[Node], Node]:
    return lambda node: replace(node, type="service_task", action=key)


def _wait_for_record(node: Node) -> Node:
    event = EventDefinition("conditional", condition=node.condition)
    return replace(node, type="intermediate_catch_event", events=(event,), condition=None)


#: Type -> the node that runs in its place. `cc` and `jump` have no like in BPMN: they run as they are.
PLAIN: Mapping[str, Callable[[Node], Node]] = {
    "initiator": _person(_SUBMIT, Assignment((Candidate(initiator=True),), "one")),
    "approval": _person(_DECIDE),
    "handle": _person(_DONE),
    "delay": lambda node: replace(node, type="intermediate_catch_event"),
    "wait_for_record": _wait_for_record,
    "notify": _action("notify"),
    "create_record": _action("create_record"),
    "update_record": _action("update_record"),
    "find_record": _action("find_record"),
    "set_tag": _action("tag"),
    "call_rule": lambda node: replace(node, type="rule_task"),
}


def plain_node(node: Node) -> Node:
    """The node in BPMN's terms."""
    return PLAIN[node.type](node) if node.type in PLAIN else node


def plain(flow: Flow) -> Flow:
    """The flow in BPMN's terms."""
    return replace(flow, nodes=tuple(plain_node(node) for node in flow.nodes))
