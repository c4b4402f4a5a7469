"""Standing agents of somebody whose task is open already: appointing them in it, and dismissing those whose time is over.

Who stands for whom is the host's to know; it gives these commands in the name of the principal.
"""

from __future__ import annotations

from dataclasses import replace

from engine.definitions import Node
from engine.flow.approval.deciding import save
from engine.flow.approval.items import AGENT, OPEN, REMOVED, WAITING, Item, Tree
from engine.flow.approval.turns import added, put
from engine.flow.commands import ActOnTask, Refused
from engine.flow.run import Run
from engine.flow.state import Task


def undecided(task: Task, user: str) -> list[Item]:
    """What a person has still to do in a task, now or when their turn comes."""
    return [item for item in task.items if item.user == user and item.status in (OPEN, WAITING)]


def appoint_beside(run: Run, task: Task, node: Node, _: Item, command: ActOnTask) -> None:
    """Agents may act, too."""
    _appoint(run, task, node, command, alone=False)


def appoint_alone(run: Run, task: Task, node: Node, _: Item, command: ActOnTask) -> None:
    """Agents act, and the principal does not meanwhile."""
    _appoint(run, task, node, command, alone=True)


def _appoint(run: Run, task: Task, node: Node, command: ActOnTask, *, alone: bool) -> None:
    """Nobody approves as an agent what they asked for themselves, where they may not as themselves."""
    tree, assignment = Tree(task.items), node.assignment
    barred = run.initiator if assignment is not None and assignment.own != "approve" else None
    for owner in (item for item in undecided(task, command.user) if item.kind != AGENT):
        there = {each.user for each in tree.below(owner, AGENT) if each.status in (OPEN, WAITING)}
        made = [
            Item(0, user, WAITING, AGENT, parent=owner.id, owner=owner.user, alone=alone)
            for user in command.users
            if user not in there and user not in (owner.user, barred)
        ]
        task = added(task, made, after=owner.id)
    save(run, task)


def dismiss(run: Run, task: Task, _: Node, __: Item, command: ActOnTask) -> None:
    """An agent's time is over: the task is the principal's alone again."""
    gone = next((each for each in task.items if each.id == command.item and each.kind == AGENT), None)
    if gone is None or gone.status not in (OPEN, WAITING):
        raise Refused("task.already_handled", task=task.id)
    save(run, put(task, replace(gone, status=REMOVED)))
