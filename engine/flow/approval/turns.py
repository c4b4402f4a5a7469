"""Whose turn it is: which items of a task are open, after anything changed in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.definitions import Assignment
from engine.flow.approval.items import AGENT, DELEGATE, ESCALATION, OPEN, WAITING, Item, Tree
from engine.flow.state import Task


def with_turns(assignment: Assignment, task: Task) -> Task:
    """The task with every item that has not been decided open or waiting, as its turn is."""
    tree = Tree(task.items)
    return replace(task, items=tuple(_with_turn(assignment, task, tree, item) for item in task.items))


def _with_turn(assignment: Assignment, task: Task, tree: Tree, item: Item) -> Item:
    if item.status not in (OPEN, WAITING):
        return item
    status = OPEN if _is_open(assignment, task, tree, item) else WAITING
    return item if status == item.status else replace(item, status=status)


def _is_open(assignment: Assignment, task: Task, tree: Tree, item: Item) -> bool:
    if item.kind == ESCALATION:
        return True
    if item.kind in (AGENT, DELEGATE):
        owner = tree.parent(item)
        return owner is not None and (item.kind == DELEGATE or _is_turn(assignment, task, tree, owner))
    return _is_turn(assignment, task, tree, item)


def _is_turn(assignment: Assignment, task: Task, tree: Tree, item: Item) -> bool:
    if not item.counts or not tree.may_act(item):
        return False
    root = tree.root(item)
    if task.claimed is not None and root.id != task.claimed:
        return False
    return assignment.mode != "sequence" or _is_next(tree, root)


def _is_next(tree: Tree, root: Item) -> bool:
    """Whether every signer before it has given a sign."""
    for signer in tree.signers():
        if signer.id == root.id:
            return True
        if tree.sign(signer) is None:
            return False
    return True


def open_items(task: Task, user: str) -> list[Item]:
    """What a person can decide in a task now, their own before what they do for others."""
    mine = [item for item in task.items if item.user == user and item.status == OPEN]
    return sorted(mine, key=lambda item: item.kind == AGENT)


def put(task: Task, *items: Item) -> Task:
    """The task with these items in the place of those with the same numbers."""
    by_id = {item.id: item for item in items}
    return replace(task, items=tuple(by_id.get(item.id, item) for item in task.items))


def added(task: Task, made: Iterable[Item], after: int | None = None) -> Task:
    """The task with further items, behind the item `after` or at the end; they get their numbers here."""
    numbered = [replace(item, id=task.next_item + index) for index, item in enumerate(made)]
    items = list(task.items)
    place = next((n + 1 for n, item in enumerate(items) if item.id == after), len(items))
    items[place:place] = numbered
    return replace(task, items=tuple(items), next_item=task.next_item + len(numbered))
