"""Deciding a user task: whose decision counts, when the task is over, and sending back."""

from __future__ import annotations

from dataclasses import replace

from engine.definitions import Node, Outcome
from engine.flow.commands import CompleteTask, Refused
from engine.flow.effects import DecideItem
from engine.flow.lineage import completion_of, descendants, given_back
from engine.flow.run import Run
from engine.flow.state import COMPLETED, Item, Origin, Task
from engine.flow.tokens import begin, cancel, leave


def complete(run: Run, command: CompleteTask) -> None:
    """A person decides. Raises Refused when they may not, or not any more."""
    task = run.tasks.get(command.task)
    if task is None:
        raise Refused("task.already_handled", task=command.task)
    node = run.program.nodes[task.node]
    outcome = _outcome(node, command.outcome)
    item = _open_item(task, command.user)
    task = _with_decision(task, item, outcome)
    run.tasks[task.id] = task
    for name in run.take(command.variables)[:1]:
        raise Refused("flow.variable_unfit", variable=name)
    run.effects.append(DecideItem(task.id, node.id, item.user, outcome.key))
    if outcome.kind == "send_back":
        _send_back(run, task, outcome, item.user)
    elif _is_decided(node, task, item, outcome):
        _finish(run, task, outcome, item.user)


def _outcome(node: Node, key: str) -> Outcome:
    found = next((outcome for outcome in node.outcomes if outcome.key == key), None)
    if found is None:
        raise Refused("task.outcome_unknown", outcome=key)
    return found


def _open_item(task: Task, user: str) -> Item:
    found = next((item for item in task.items if item.user == user), None)
    if found is None:
        raise Refused("task.not_yours", task=task.id)
    if found.outcome is not None:
        raise Refused("task.already_handled", task=task.id)
    return found


def _with_decision(task: Task, item: Item, outcome: Outcome) -> Task:
    decided = replace(item, outcome=outcome.key)
    return replace(task, items=tuple(decided if other == item else other for other in task.items))


def _is_decided(node: Node, task: Task, item: Item, outcome: Outcome) -> bool:
    """Modes one and any: the first decision. Mode all: the first refusal, or the agreement of every assignee.

    A superior whom the task was escalated to decides in place of the assignees.
    """
    everybody = node.assignment is not None and node.assignment.mode == "all"
    if not everybody or outcome.kind == "refuse" or item.kind == "escalation":
        return True
    return all(other.outcome is not None for other in task.items if other.kind == "assignee")


def _finish(run: Run, task: Task, outcome: Outcome, user: str) -> None:
    token = run.tokens[task.token]
    run.close(task, COMPLETED, outcome.key, user)
    run.cause(token, Origin(task.node, token.scope, before=token.lineage))
    token.outcome, token.waiting = outcome.key, ""
    run.soon(leave, token)


def _send_back(run: Run, task: Task, outcome: Outcome, user: str) -> None:
    """Undo the target's completion and do it again. Raises Refused when it is not behind this task."""
    sender = run.tokens[task.token]
    target = outcome.target or ""
    completion = completion_of(target, sender.lineage, run.origins)
    if completion is None or run.origins[completion].scope not in run.scopes:
        raise Refused("flow.send_back_impossible", target=target)
    origin = run.origins[completion]
    run.close(task, COMPLETED, outcome.key, user)
    victims = descendants(completion, list(run.tokens.values()))
    returned = given_back(completion, victims, run.origins)
    run.record("sent_back", sender, target=target)
    for victim in victims:
        if victim.id in run.tokens:
            cancel(run, victim)
    for join, edge, scope, lineage in returned:
        if scope in run.scopes:
            waiting = begin(run, join, scope)
            waiting.edge, waiting.lineage = edge, lineage
    again = begin(run, target, origin.scope)
    again.lineage, again.outcome = origin.before, outcome.key
