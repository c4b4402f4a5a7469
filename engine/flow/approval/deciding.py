"""Deciding a user task: a person's decision, what the task comes to with it, and where the token goes then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.definitions import Assignment, Node, Outcome
from engine.flow.approval import returning
from engine.flow.approval.counting import verdict
from engine.flow.approval.items import (
    ABSTAIN,
    AGENT,
    AGREE,
    DONE,
    OPEN,
    REFUSE,
    SKIPPED,
    WAITING,
    Item,
    Tree,
)
from engine.flow.approval.turns import acted_on, open_items, put, slot_of, with_turns
from engine.flow.commands import CompleteTask, Refused
from engine.flow.effects import DecideItem, SetItems
from engine.flow.run import Run
from engine.flow.state import COMPLETED, Origin, Task

_SIGNS = {"complete": AGREE, "refuse": REFUSE, "abstain": ABSTAIN}
NOBODY = Assignment(())


def complete(run: Run, command: CompleteTask) -> None:
    """A person decides. Raises Refused when they may not, or not any more."""
    task, node = task_of(run, command.task)
    outcome = outcome_of(node, command.outcome)
    item = item_of(task, command.user, command.item)
    for name in run.take(command.variables)[:1]:
        raise Refused("flow.variable_unfit", variable=name)
    run.acted = run.acted or command.user != run.initiator
    run.effects.append(DecideItem(task.id, node.id, item.user, outcome.key, item.id))
    advises = Tree(task.items).advises(item)
    sign = None if advises else _SIGNS.get(outcome.kind)
    decided = replace(item, status=DONE, outcome=outcome.key, sign=sign)
    task = acted_on(node.assignment or NOBODY, task, item)
    task = replace(put(task, decided, *_instead(task, decided)), fresh=(*task.fresh, item.id))
    task = save(run, _released(task))
    if outcome.kind == "send_back" and not advises:
        returning.send_back(run, task, outcome, item, command)
    else:
        settle(run, task, decided)


def task_of(run: Run, id: str) -> tuple[Task, Node]:
    """An open task and its node. Raises Refused."""
    task = run.tasks.get(id)
    if task is None:
        raise Refused("task.already_handled", task=id)
    return task, run.program.nodes[task.node]


def outcome_of(node: Node, key: str) -> Outcome:
    """An outcome of a node by its key. Raises Refused."""
    found = next((outcome for outcome in node.outcomes if outcome.key == key), None)
    if found is None:
        raise Refused("task.outcome_unknown", outcome=key)
    return found


def item_of(task: Task, user: str, id: int | None = None) -> Item:
    """The open item of a person. Raises Refused when they have none, or not any more, or not yet."""
    items = [item for item in open_items(task, user) if id in (None, item.id)]
    if items:
        return items[0]
    mine = [item for item in task.items if item.user == user and id in (None, item.id)]
    if not mine:
        raise Refused("task.not_yours", task=task.id)
    waits = any(item.status == WAITING for item in mine)
    code = "task.not_yet" if waits and not _is_taken(task, mine) else "task.already_handled"
    raise Refused(code, task=task.id)


def _is_taken(task: Task, mine: Iterable[Item]) -> bool:
    """Whether somebody else took it from its group."""
    tree = Tree(task.items)
    mine_too = any(tree.signer(item).id == task.claimed for item in mine)
    return task.claimed is not None and not mine_too


def _released(task: Task) -> Task:
    """A group has a task again when whoever took it abstained."""
    if task.claimed is None:
        return task
    tree = Tree(task.items)
    slot = slot_of(tree, task.claimed)
    signs = [tree.sign(signer) for signer in tree.signers if tree.top(signer).id == slot]
    return replace(task, claimed=None) if all(sign == ABSTAIN for sign in signs) else task


def save(run: Run, task: Task) -> Task:
    """Keep a task as it is now, with everybody's turn, and tell which items changed."""
    node = run.program.nodes[task.node]
    task = with_turns(node.assignment or NOBODY, task)
    before = {item.id: item for item in run.tasks[task.id].items}
    changed = tuple(item for item in task.items if before.get(item.id) != item)
    if changed:
        run.effects.append(SetItems(task.id, node.id, changed))
    run.tasks[task.id] = task
    return task


def _instead(task: Task, decided: Item) -> list[Item]:
    """Those who need not act because somebody did for them: the owner when an agent did, agents when the owner did."""
    owner = decided.parent if decided.kind == AGENT else decided.id
    return [
        replace(item, status=SKIPPED)
        for item in task.items
        if item.status in (OPEN, WAITING)
        and item.id != decided.id
        and (item.id == owner or (item.kind == AGENT and item.parent == owner))
    ]


def settle(run: Run, task: Task, last: Item) -> None:
    """What the task comes to now. `last` is the item that changed it."""
    node = run.program.nodes[task.node]
    abstaining = any(outcome.kind == "abstain" for outcome in node.outcomes)
    found = verdict(node.assignment or NOBODY, Tree(task.items), abstaining=abstaining)
    if found is not None:
        finish(run, task, node, found, last)


def _deciding(node: Node, items: Iterable[Item], found: str, last: Item) -> Outcome:
    """The outcome of the whole: that of the last who said so; where nobody did, the node's first of that kind."""
    kinds = {outcome.key: outcome for outcome in node.outcomes}
    if last.sign == found and last.outcome in kinds:
        return kinds[last.outcome]
    said = [item.outcome for item in items if item.status == DONE and item.sign == found and item.outcome in kinds]
    if said:
        return kinds[said[-1] or ""]
    kind = "refuse" if found == REFUSE else "complete"
    return next((outcome for outcome in node.outcomes if outcome.kind == kind), node.outcomes[0])


def finish(run: Run, task: Task, node: Node, found: str, last: Item) -> None:
    """The task is over, agreed or refused. `last` decided it; nobody did where it has a reason."""
    outcome = _deciding(node, task.items, found, last)
    token = run.tokens[task.token]
    agreed = tuple(dict.fromkeys(i.user for i in task.items if i.status == DONE and i.sign == AGREE))
    for user in agreed:
        run.agreed[user] = node.id
    actor, principal = (None, None) if last.reason else (last.user, _principal(task, last))
    done = Origin(node.id, token.scope, token.lineage, agreed=agreed, actor=actor, principal=principal, task=task.id)
    run.close(task, COMPLETED, outcome.key, actor)
    token.outcome = outcome.key
    returning.go_on(run, token, outcome, done)


def _principal(task: Task, last: Item) -> str | None:
    """Whom the last to act did it for, where they are an agent."""
    if last.kind == AGENT:
        return last.owner
    acting = (each for each in task.items if each.kind == AGENT and each.parent == last.id and each.user == last.user)
    return next((each.owner for each in acting), None)
