"""The initiator's own first step: where a flow begins with one, whoever fills in its form to start the flow has done it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from backend.flows.work import Work
from engine.definitions import Candidate, Flow, Node, Outcome
from engine.flow import CompleteTask, Item
from engine.flow.business import plain_node
from engine.host import Step

_ME = (Candidate(initiator=True),)
#: Behind these somebody is asked again.
_PEOPLE = frozenset({"user_task", "approval", "handle", "initiator"})


def own_step(flow: Flow) -> Node | None:
    """The step right after the start that only fills in a form; None where the flow begins with something else, or it asks for more."""
    starts = [node for node in flow.nodes if node.type == "start_event" and node.parent is None and not node.events]
    after = [edge for edge in flow.edges if len(starts) == 1 and edge.source == starts[0].id]
    node = flow.node(after[0].target) if len(after) == 1 and after[0].when is None else None
    if node is None or node.type != "initiator" or node.loop is not None or submitting(node) is None:
        return None
    asks_only_them = node.assignment is None or node.assignment.candidates == _ME
    return node if asks_only_them and not _chooses_next(flow, node) else None


def submitting(node: Node) -> Outcome | None:
    """The one outcome that says no more than that the form is filled in."""
    agreeing = [each for each in plain_node(node).outcomes if each.kind == "complete"]
    plain = [each for each in agreeing if not (each.comment or each.signature or each.target)]
    return plain[0] if len(agreeing) == len(plain) == 1 else None


def _chooses_next(flow: Flow, step: Node) -> bool:
    """Whether whoever does the step may be asked who comes next: they are asked there then, not when they start."""
    ahead, seen = deque([step.id]), {step.id}
    while ahead:
        source = ahead.popleft()
        for target in (flow.node(edge.target) for edge in flow.edges if edge.source == source):
            if target is None or target.id in seen:
                continue
            seen.add(target.id)
            if target.assignment is not None and target.assignment.chosen_by == "previous":
                return True
            if target.type not in _PEOPLE:
                ahead.append(target.id)
    return False


def is_done_with_start(work: Work, node: str, items: Iterable[Item]) -> bool:
    """Whether a task that the step being carried out has opened is the one whose form was filled in to start, and whoever started has it;
    where only their agent may act, it is the agent's to do."""
    if work.command.get("kind") != "start" or work.instance.filled != node:
        return False
    return any(item.user == str(work.instance.initiator_id) and item.status == "open" for item in items)


def submitted(work: Work, opener: Step, task: str) -> tuple[Step, CompleteTask] | None:
    """What is done with the own step that a start has opened, in the name of whoever started; None for every other task."""
    found = work.state.task(task)
    if found is None or not is_done_with_start(work, found.node, found.items):
        return None
    outcome = submitting(work.program.nodes[found.node])
    if outcome is None:
        return None
    user = str(work.instance.initiator_id)
    return replace(opener, command={**opener.command, "user": user}), CompleteTask(task, user, outcome.key)
