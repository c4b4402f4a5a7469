"""Whose turn it is: which items of a task are open, after anything changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.definitions import Assignment
from engine.flow.approval.items import AFTER, AGENT, BEFORE, DELEGATE, ESCALATION, OPEN, WAITING, Item, Tree
from engine.flow.state import Task


def with_turns(assignment: Assignment, task: Task) -> Task:
    """The task with every item that has not been decided open or waiting, as its turn is."""
    turns = _Turns(assignment, task)
    return replace(task, items=tuple(turns.given(item) for item in task.items))


class _Turns:
    """Who is next. `slots` are the slots whose turn it is among the signers; None: all of them."""

    def __init__(self, assignment: Assignment, task: Task) -> None:
        self.tree = Tree(task.items)
        self.slots: set[int] | None = None
        if task.claimed is not None:
            self.slots = {slot_of(self.tree, task.claimed)}
        elif assignment.mode == "sequence":
            self.slots = _in_sequence(self.tree)

    def given(self, item: Item) -> Item:
        if item.status not in (OPEN, WAITING):
            return item
        status = OPEN if self._is_open(item) else WAITING
        return item if status == item.status else replace(item, status=status)

    def _is_open(self, item: Item) -> bool:
        if item.kind == ESCALATION:
            return True
        tree, owner = self.tree, self.tree.parent(item)
        if item.kind == DELEGATE:
            return owner is not None and self._is_turn(owner)
        if item.kind == AGENT:
            return owner is not None and self._is_turn(owner) and not tree.is_held(owner)
        represented = any(each.alone for each in tree.below(item, AGENT))
        return self._is_turn(item) and not tree.is_held(item) and not represented

    def _is_turn(self, item: Item) -> bool:
        slot = self.tree.top(self.tree.signer(item)).id
        return item.counts and self.tree.is_due(item) and (self.slots is None or slot in self.slots)


def slot_of(tree: Tree, id: int) -> int:
    """The number of the slot that an item belongs to."""
    return next((tree.top(tree.signer(item)).id for item in tree.items if item.id == id), id)


def _in_sequence(tree: Tree) -> set[int]:
    """The slots up to the first in which somebody has not given a sign yet."""
    waits: dict[int, bool] = {}
    for signer in tree.signers:
        slot = tree.top(signer).id
        waits[slot] = waits.get(slot, False) or tree.sign(signer) is None
    found = set()
    for slot, is_waiting in waits.items():
        found.add(slot)
        if is_waiting:
            break
    return found


def acted_on(assignment: Assignment, task: Task, item: Item) -> Task:
    """The task once its item's person acts: what they act on cannot be taken back any more."""
    behind = set(_behind(assignment, Tree(task.items), item)) if task.fresh else set()
    return replace(task, fresh=tuple(id for id in task.fresh if id not in behind))


def _behind(assignment: Assignment, tree: Tree, item: Item) -> Iterator[int]:
    """The items whose decisions made it an item's turn: of those asked before it, or whom it comes after."""
    if item.kind == AGENT:
        item = tree.parent(item) or item
    yield from _asked_by(tree, item)
    top = tree.top(item)
    while (above := tree.parent(top)) is not None:
        if top.kind == AFTER:
            yield from (above.id, *(agent.id for agent in tree.below(above, AGENT)))
        top = tree.top(above)
    if assignment.mode == "sequence" and top.kind != ESCALATION:
        yield from _before_slot(tree, top)


def _asked_by(tree: Tree, item: Item) -> Iterator[int]:
    """Everybody who was asked before an item's own decision."""
    for each in tree.items:
        found: Item | None = each
        while found is not None and found.id != item.id:
            above = tree.parent(tree.top(found))
            if above is not None and above.id == item.id and tree.top(found).kind in (BEFORE, DELEGATE):
                yield each.id
            found = above


def _before_slot(tree: Tree, top: Item) -> Iterator[int]:
    """Everybody who comes before a slot of a sequence."""
    for each in tree.items:
        if each.id == top.id:
            return
        yield each.id


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
