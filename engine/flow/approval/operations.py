"""What people may do with their part of a task beside deciding: bring in others, hand it on, take it from its group, ask for haste.

Each operation is a function and a line in OPERATIONS; what a node allows stands in its assignment's `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.definitions import Node
from engine.flow.approval.deciding import NOBODY, item_of, save, settle, task_of
from engine.flow.approval.items import (
    AFTER,
    ALONGSIDE,
    BEFORE,
    DELEGATE,
    ESCALATION,
    MOVED,
    OPEN,
    REMOVED,
    SIGNERS,
    WAITING,
    Item,
    Tree,
)
from engine.flow.approval.turns import added, open_items, put
from engine.flow.commands import ActOnTask, Refused
from engine.flow.effects import Remind
from engine.flow.run import Run
from engine.flow.state import Task

#: Nobody may be asked for haste more often than this.
URGED_AGAIN = timedelta(minutes=30)
#: People in one task, added ones too.
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """`act` does it. `users`: how many people it names at least and at most. `granted`: only where the node allows it. `own`: it is
    done with an open item of one's own."""

    act: Callable[[Run, Task, Node, Item, ActOnTask], None]
    users: tuple[int, int] = (0, 0)
    granted: bool = True
    own: bool = True


_NO_ITEM = Item(0, "")


def act(run: Run, command: ActOnTask) -> None:
    """Do what a person asks for. Raises Refused."""
    task, node = task_of(run, command.task)
    operation = OPERATIONS.get(command.operation)
    allowed = (node.assignment or NOBODY).operations
    if operation is None or (operation.granted and command.operation not in allowed):
        raise Refused("task.not_allowed", operation=command.operation)
    least, most = operation.users
    if not least <= len(command.users) <= most or len(set(command.users)) < len(command.users):
        raise Refused("task.users_invalid", operation=command.operation)
    if len(task.items) + len(command.users) > MOST_ITEMS:
        raise Refused("task.too_many_people", most=str(MOST_ITEMS))
    is_removal = command.operation == "remove"
    item = item_of(task, command.user, None if is_removal else command.item) if operation.own else _NO_ITEM
    run.acted = run.acted or command.user != run.initiator
    operation.act(run, task, node, item, command)
    data = {"operation": command.operation, "task": task.id, "user": command.user, "users": list(command.users)}
    run.note("task_changed", node.id, run.tokens[task.token].scope if task.token in run.tokens else 0, **data)


def _changed(run: Run, task: Task, last: Item) -> None:
    task = save(run, task)
    settle(run, task, last)


# -- bringing in others


def _add(kind: str) -> Callable[[Run, Task, Node, Item, ActOnTask], None]:
    def add(run: Run, task: Task, _: Node, item: Item, command: ActOnTask) -> None:
        _refuse_present(task, item, kind, command)
        made = [Item(0, user, WAITING, kind, parent=item.id, owner=user) for user in command.users]
        _changed(run, added(task, made, after=item.id), item)

    return add


def _refuse_present(task: Task, item: Item, kind: str, command: ActOnTask) -> None:
    """Nobody is asked twice for the same: neither oneself, nor somebody who is there already in that way."""
    there = {
        each.user
        for each in task.items
        if each.counts and (each.kind in SIGNERS if kind == ALONGSIDE else each.kind == kind and each.parent == item.id)
    }
    double = next((user for user in command.users if user == item.user or user in there), None)
    if double is not None:
        raise Refused("task.already_in", user=double)


def _remove(run: Run, task: Task, _: Node, item: Item, command: ActOnTask) -> None:
    """Take away somebody added who has not acted: by whoever added them."""
    gone = next((each for each in task.items if each.id == command.item), None)
    if gone is None or gone.kind not in (BEFORE, AFTER, ALONGSIDE) or gone.status not in (OPEN, WAITING):
        raise Refused("task.not_removable", item=str(command.item))
    tree = Tree(task.items)
    adder = tree.parent(gone)
    if adder is None or adder.user != command.user:
        raise Refused("task.not_removable", item=str(command.item))
    if gone.kind == ALONGSIDE and len(tree.signers()) <= 1:
        raise Refused("task.last_signer", item=str(command.item))
    _changed(run, put(task, *_with_all_below(task, gone, REMOVED)), item)


def _with_all_below(task: Task, item: Item, status: str) -> list[Item]:
    found, waiting = [replace(item, status=status)], [item.id]
    while waiting:
        parent = waiting.pop()
        for each in task.items:
            if each.parent == parent and each.kind != ALONGSIDE and each.status in (OPEN, WAITING):
                found.append(replace(each, status=status))
                waiting.append(each.id)
    return found


# -- handing on


def _transfer(run: Run, task: Task, node: Node, item: Item, command: ActOnTask) -> None:
    """The responsibility goes to somebody else, who keeps what hangs on it; onto a co-signer who has not acted it merges."""
    to = command.users[0]
    if to == item.user:
        raise Refused("task.already_in", user=to)
    mode = (node.assignment or NOBODY).mode
    other = next(
        (
            each
            for each in task.items
            if each.user == to and each.kind in SIGNERS and each.status in (OPEN, WAITING) and item.kind in SIGNERS
        ),
        None,
    )
    gone = replace(item, status=MOVED)
    if other is not None and mode != "sequence":
        merged = replace(other, weight=other.weight + item.weight, veto=other.veto or item.veto)
        task, heir = put(task, gone, merged), merged
    else:
        made = replace(item, user=to, status=WAITING, owner=item.owner or item.user, parent=item.parent)
        task = added(put(task, gone), [made], after=item.id)
        heir = next(each for each in task.items if each.id == task.next_item - 1)
    below = [
        replace(each, parent=heir.id) for each in task.items if each.parent == item.id and each.kind in (BEFORE, AFTER)
    ]
    agents = [
        replace(e, status=MOVED)
        for e in task.items
        if e.parent == item.id
        and e.status in (OPEN, WAITING)
        and e not in below
        and e.kind not in (BEFORE, AFTER, ALONGSIDE)
    ]
    claimed = heir.id if task.claimed == item.id else task.claimed
    _changed(run, replace(put(task, *below, *agents), claimed=claimed), heir)


def _delegate(run: Run, task: Task, _: Node, item: Item, command: ActOnTask) -> None:
    """Somebody else works on it first; then it comes back to be decided."""
    to = command.users[0]
    if to == item.user or item.kind == DELEGATE:
        raise Refused("task.already_in", user=to)
    made = Item(0, to, OPEN, DELEGATE, parent=item.id, owner=item.user)
    _changed(run, added(task, [made], after=item.id), item)


# -- groups


def _claim(run: Run, task: Task, node: Node, item: Item, __: ActOnTask) -> None:
    if (node.assignment or NOBODY).mode != "claim":
        raise Refused("task.not_allowed", operation="claim")
    save(run, replace(task, claimed=Tree(task.items).root(item).id))


def _release(run: Run, task: Task, _: Node, item: Item, __: ActOnTask) -> None:
    if task.claimed is None or task.claimed != Tree(task.items).root(item).id:
        raise Refused("task.not_claimed", task=task.id)
    save(run, replace(task, claimed=None))


# -- haste


def _urge(run: Run, task: Task, node: Node, _: Item, command: ActOnTask) -> None:
    """Whoever started the instance, or has a part in the task, asks those it waits for."""
    if command.user != run.initiator and all(item.user != command.user for item in task.items):
        raise Refused("task.not_yours", task=task.id)
    if task.urged is not None and run.now - task.urged < URGED_AGAIN:
        raise Refused("task.urged_recently", again=(task.urged + URGED_AGAIN).isoformat())
    run.tasks[task.id] = replace(task, urged=run.now)
    waiting = tuple(dict.fromkeys(i.user for i in task.items if i.status == OPEN and i.user != command.user))
    run.effects.append(Remind(task.id, node.id, waiting, "urged"))


def _escalate(run: Run, task: Task, _: Node, __: Item, command: ActOnTask) -> None:
    """Superiors may decide in the place of those it waits for."""
    there = {item.user for item in task.items if item.status in (OPEN, WAITING)}
    made = [Item(0, user, OPEN, ESCALATION, owner=user) for user in command.users if user not in there]
    if made:
        save(run, added(task, made))


OPERATIONS: Mapping[str, Operation] = {
    "add_before": Operation(_add(BEFORE), users=(1, 50)),
    "add_after": Operation(_add(AFTER), users=(1, 50)),
    "add_alongside": Operation(_add(ALONGSIDE), users=(1, 50)),
    "remove": Operation(_remove, own=False),
    "transfer": Operation(_transfer, users=(1, 1)),
    "delegate": Operation(_delegate, users=(1, 1)),
    "reassign": Operation(_transfer, users=(1, 1), granted=False),
    "claim": Operation(_claim, granted=False),
    "release": Operation(_release, granted=False),
    "urge": Operation(_urge, granted=False, own=False),
    "escalate": Operation(_escalate, users=(0, 50), granted=False, own=False),
}


def allowed(run_task: Task, node: Node, user: str, *, initiator: bool) -> tuple[str, ...]:
    """What a person may do with a task here and now, `decide` first; never a button that would be refused."""
    assignment = node.assignment or NOBODY
    mine = open_items(run_task, user)
    tree = Tree(run_task.items)
    found = ["decide"] if mine else []
    if mine:
        found += [
            name for name in ("add_before", "add_after", "add_alongside", "transfer") if name in assignment.operations
        ]
        if "delegate" in assignment.operations and mine[0].kind != DELEGATE:
            found.append("delegate")
        if assignment.mode == "claim":
            found.append("claim" if run_task.claimed is None else "release")
    added_by_me = (
        each
        for each in run_task.items
        if each.kind in (BEFORE, AFTER, ALONGSIDE)
        and each.status in (OPEN, WAITING)
        and (parent := tree.parent(each)) is not None
        and parent.user == user
    )
    if "remove" in assignment.operations and any(added_by_me):
        found.append("remove")
    if initiator or any(item.user == user for item in run_task.items):
        found.append("urge")
    return tuple(found)
