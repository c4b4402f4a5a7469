"""What people may do with their part of a task beside deciding: bring in others, hand it on, take it from its group, ask for haste.

Each operation is a function and a line in OPERATIONS; what a node allows stands in its assignment's `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.definitions import Node
from engine.flow.approval.agents import appoint_alone, appoint_beside, dismiss, undecided
from engine.flow.approval.deciding import NOBODY, item_of, save, settle, task_of
from engine.flow.approval.items import (
    ADDED,
    AFTER,
    AGENT,
    ALONGSIDE,
    ASSIGNEE,
    BEFORE,
    DELEGATE,
    ESCALATION,
    MOVED,
    OPEN,
    REMOVED,
    SIGNING,
    WAITING,
    Item,
    Tree,
)
from engine.flow.approval.turns import acted_on, added, open_items, put
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
    done with an open item of one's own (`early`: somebody else does it for them, also with one whose turn has not come yet); `signs`:
    only with one that is signed. `acting`: it is something that its person did."""

    act: Callable[[Run, Task, Node, Item, ActOnTask], None]
    users: tuple[int, int] = (0, 0)
    granted: bool = True
    own: bool = True
    signs: bool = False
    early: bool = False
    acting: bool = True


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
    if operation.early:
        item = _undecided(task, command)
    elif operation.own:
        item = item_of(task, command.user, command.item)
        if item.kind == AGENT and command.user in command.users:  # they would keep it beyond their time
            raise Refused("task.already_in", user=command.user)
        task = acted_on(node.assignment or NOBODY, task, item)
        task, item = _own(task, node, item, command.operation)
    else:
        item = _NO_ITEM
    run.acted = run.acted or (operation.acting and command.user != run.initiator)
    operation.act(run, task, node, item, command)
    data = {"operation": command.operation, "task": task.id, "user": command.user, "users": list(command.users)}
    run.note("task_changed", node.id, run.tokens[task.token].scope if task.token in run.tokens else 0, **data)


def _undecided(task: Task, command: ActOnTask) -> Item:
    """What somebody has still to do, as it is: not that of whom they stand in for. Raises Refused."""
    mine = (item for item in undecided(task, command.user) if command.item in (None, item.id))
    return next(mine, None) or item_of(task, command.user, command.item)


def _own(task: Task, node: Node, item: Item, name: str) -> tuple[Task, Item]:
    """The part with which somebody acts: an agent with that of whom they stand in for; whoever does something with a task of a group has
    taken it. Raises Refused for those who only give advice, or decide in the place of others."""
    tree, operation = Tree(task.items), OPERATIONS[name]
    if item.kind == AGENT:
        item = tree.parent(item) or item
    if operation.signs and item.kind not in SIGNING:
        raise Refused("task.not_allowed", operation=name)
    signer, mode = tree.signer(item), (node.assignment or NOBODY).mode
    if mode == "claim" and task.claimed is None and operation.granted and signer.kind != ESCALATION:
        task = replace(task, claimed=signer.id)
    return task, item


def _changed(run: Run, task: Task, item: Item, command: ActOnTask) -> None:
    """Everybody's turn, and what the task comes to, which is then the doing of whoever acted."""
    task = save(run, task)
    settle(run, task, replace(item, user=command.user))


# -- bringing in others


def _add(kind: str) -> Callable[[Run, Task, Node, Item, ActOnTask], None]:
    def add(run: Run, task: Task, _: Node, item: Item, command: ActOnTask) -> None:
        _refuse_present(task, item, kind, command)
        made = [Item(0, user, WAITING, kind, parent=item.id, owner=user) for user in command.users]
        _changed(run, added(task, made, after=item.id), item, command)

    return add


def _refuse_present(task: Task, item: Item, kind: str, command: ActOnTask) -> None:
    """Nobody is asked twice for the same: neither oneself, nor somebody who is there already in that way."""
    tree = Tree(task.items)
    there = (
        {each.user for each in _beside(tree, item)} if kind == ALONGSIDE else {i.user for i in tree.below(item, kind)}
    )
    double = next((user for user in command.users if user == item.user or user in there), None)
    if double is not None:
        raise Refused("task.already_in", user=double)


def _beside(tree: Tree, item: Item) -> list[Item]:
    """Those who sign where an item does: the signers; or who sign before, or after, the same."""
    host, kind = tree.host(item), tree.top(item).kind
    if host is None:
        return list(tree.signers) if item.kind in SIGNING else []
    same = (each for each in tree.items if each.counts and each.kind in SIGNING)
    return [each for each in same if tree.host(each) == host and tree.top(each).kind == kind]


def _remove(run: Run, task: Task, _: Node, __: Item, command: ActOnTask) -> None:
    """Take away somebody added who has not acted: by whoever added them, and never the last who has still to sign."""
    tree = Tree(task.items)
    gone = next((each for each in task.items if each.id == command.item), None)
    adder = tree.parent(gone) if gone is not None else None
    if gone is None or adder is None or not _is_removable(tree, gone, adder, command.user):
        raise Refused("task.not_removable", item=str(command.item))
    going = _with_all_below(task, gone)
    if not _has_more(task, going):
        raise Refused("task.last_signer", item=str(command.item))
    _changed(run, put(task, *going), adder, command)


def _has_more(task: Task, going: Iterable[Item]) -> bool:
    """Whether somebody is left who has still to sign."""
    left = {each.id for each in task.items if each.status in (OPEN, WAITING) and each.kind in SIGNING}
    return bool(left - {each.id for each in going})


def _is_removable(tree: Tree, item: Item, adder: Item, user: str) -> bool:
    adders = {adder.user, *(agent.user for agent in tree.below(adder, AGENT))}
    return item.kind in ADDED and item.status in (OPEN, WAITING) and tree.own_sign(item) is None and user in adders


def _with_all_below(task: Task, item: Item) -> list[Item]:
    """The item and whoever was brought in below it; whoever has signed stays."""
    found, waiting = [replace(item, status=REMOVED)], [item.id]
    while waiting:
        parent = waiting.pop()
        for each in task.items:
            if each.parent == parent:
                waiting.append(each.id)
                found += [replace(each, status=REMOVED)] if each.status in (OPEN, WAITING) else []
    return found


# -- handing on


def _transfer(run: Run, task: Task, node: Node, item: Item, command: ActOnTask) -> None:
    """The responsibility goes to somebody else, who keeps what hangs on it; onto somebody who has to sign there anyway it merges."""
    to = command.users[0]
    if to == item.user:
        raise Refused("task.already_in", user=to)
    other = _merges_with(Tree(task.items), node, item, to)
    task = put(task, replace(item, status=MOVED))
    if other is None:
        task = added(task, [replace(item, user=to, status=WAITING, owner=item.owner or item.user)], after=item.id)
        heir = next(each for each in task.items if each.id == task.next_item - 1)
    elif other.id == item.parent:
        heir = other
    else:
        heir = replace(other, weight=other.weight + item.weight, veto=other.veto or item.veto)
        task = put(task, heir)
    claimed = heir.id if task.claimed == item.id else task.claimed
    _changed(run, replace(put(task, *_inherited(task, item, heir)), claimed=claimed), item, command)


def _merges_with(tree: Tree, node: Node, item: Item, to: str) -> Item | None:
    """The part of somebody who signs there already, and has not: in a sequence everybody has their own turn."""
    candidates = (
        [] if (node.assignment or NOBODY).mode == "sequence" and tree.host(item) is None else _beside(tree, item)
    )
    above = tree.parent(item)
    if above is not None and item.kind != ALONGSIDE:
        candidates.append(above)
    unsigned = (each for each in candidates if tree.own_sign(each) is None and each.status in (OPEN, WAITING))
    return next((each for each in unsigned if each.user == to), None)


def _inherited(task: Task, item: Item, heir: Item) -> list[Item]:
    """What hung on the part goes along; whoever acted for its owner, or was asked by them, has nothing more to do."""
    below = [each for each in task.items if each.parent == item.id and each.id != heir.id]
    kept = [replace(each, parent=heir.id) for each in below if each.kind in ADDED]
    return kept + [
        replace(each, status=MOVED) for each in below if each.kind not in ADDED and each.status in (OPEN, WAITING)
    ]


def _delegate(run: Run, task: Task, _: Node, item: Item, command: ActOnTask) -> None:
    """Somebody else works on it first; then it comes back to be decided."""
    to = command.users[0]
    if to == item.user:
        raise Refused("task.already_in", user=to)
    made = Item(0, to, OPEN, DELEGATE, parent=item.id, owner=item.user)
    _changed(run, added(task, [made], after=item.id), item, command)


# -- groups


def _claim(run: Run, task: Task, node: Node, item: Item, __: ActOnTask) -> None:
    if (node.assignment or NOBODY).mode != "claim" or item.kind != ASSIGNEE:
        raise Refused("task.not_allowed", operation="claim")
    save(run, replace(task, claimed=item.id))


def _release(run: Run, task: Task, _: Node, item: Item, __: ActOnTask) -> None:
    if task.claimed is None or task.claimed != item.id:
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


def _escalate(run: Run, task: Task, node: Node, __: Item, command: ActOnTask) -> None:
    """Superiors may decide in the place of those it waits for; whoever asked is no judge of it where the node has somebody above decide."""
    there = {item.user for item in task.items if item.status in (OPEN, WAITING)}
    if run.initiator is not None and (node.assignment or NOBODY).asks_above:
        there.add(run.initiator)
    made = [Item(0, user, OPEN, ESCALATION, owner=user) for user in command.users if user not in there]
    if made:
        save(run, added(task, made))


OPERATIONS: Mapping[str, Operation] = {
    "add_before": Operation(_add(BEFORE), users=(1, 50), signs=True),
    "add_after": Operation(_add(AFTER), users=(1, 50), signs=True),
    "add_alongside": Operation(_add(ALONGSIDE), users=(1, 50), signs=True),
    "remove": Operation(_remove, own=False),
    "transfer": Operation(_transfer, users=(1, 1)),
    "delegate": Operation(_delegate, users=(1, 1), signs=True),
    "reassign": Operation(_transfer, users=(1, 1), granted=False, early=True, acting=False),
    "appoint": Operation(appoint_beside, users=(1, 20), granted=False, own=False, acting=False),
    "appoint_alone": Operation(appoint_alone, users=(1, 20), granted=False, own=False, acting=False),
    "dismiss": Operation(dismiss, granted=False, own=False, acting=False),
    "claim": Operation(_claim, granted=False),
    "release": Operation(_release, granted=False),
    "urge": Operation(_urge, granted=False, own=False),
    "escalate": Operation(_escalate, users=(0, 50), granted=False, own=False, acting=False),
}


def allowed(task: Task, node: Node, user: str, *, initiator: bool) -> tuple[str, ...]:
    """What a person may do with a task here and now, `decide` first; never a button that would be refused."""
    assignment = node.assignment or NOBODY
    mine = open_items(task, user)
    tree = Tree(task.items)
    found = ["decide"] if mine else []
    if mine:
        own = tree.parent(mine[0]) or mine[0] if mine[0].kind == AGENT else mine[0]
        names = [name for name in OWN if name in assignment.operations]
        found += [name for name in names if own.kind in SIGNING or not OPERATIONS[name].signs]
        if assignment.mode == "claim" and own.kind == ASSIGNEE:
            found += ["claim"] if task.claimed is None else ["release"] if task.claimed == own.id else []
    if "remove" in assignment.operations and removable(task, user):
        found.append("remove")
    if initiator or any(item.user == user for item in task.items):
        found.append("urge")
    return tuple(found)


#: What is done with an open item of one's own, where the node allows it.
OWN = ("add_before", "add_after", "add_alongside", "transfer", "delegate")


def removable(task: Task, user: str) -> tuple[int, ...]:
    """The items that a person may take away."""
    tree = Tree(task.items)
    added_ones = [(each, above) for each in task.items if (above := tree.parent(each)) is not None]
    mine = [each for each, above in added_ones if _is_removable(tree, each, above, user)]
    return tuple(each.id for each in mine if _has_more(task, _with_all_below(task, each)))
