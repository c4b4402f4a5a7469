"""What a step does to tasks: opens them for the people found, writes everybody's part down, closes them, tells people.

A task is written together with its first parts: once its people are found and the flow has said what becomes of them (assigning.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from backend.flows.approval_errors import UsersInvalid
from backend.flows.evaluation import people_named
from backend.flows.telling import tell_closed, tell_reminded, tell_turn
from backend.flows.work import Work, refused
from backend.tasks import projection, repository
from backend.tasks.people import Chosen
from backend.tasks.projection import Opening
from engine.definitions import Node
from engine.flow import AssignPeople, CloseTask, Copy, DecideItem, Item, OpenTask, Remind, SetItems

#: Whose turn it is.
_OPEN = "open"
_LIVE = (_OPEN, "waiting")
_ESCALATION = "escalation"


async def open_task(work: Work, effect: OpenTask) -> None:
    """Its people are looked for now; the flow says next what becomes of them."""
    node = work.program.nodes[effect.node]
    named = await people_named(work, node, effect.locals)
    chosen = Chosen((work.command.get("extra") or {}).get("chosen") or {}, work.instance.chosen)
    try:
        found = await projection.opening(
            work.session, work.metadata, node, work.instance, effect, named, work.now, chosen
        )
    except UsersInvalid as error:
        raise refused(work, error) from error
    if found.choice is not None and _is_asked(work, node):
        raise refused(work, found.choice)
    work.openings[effect.task] = found
    title = found.row["title"]
    work.opened.append(
        {"command": work.step.command_id, "id": effect.task, "node_id": effect.node, "title": title, "users": []}
    )
    work.follow(AssignPeople(effect.task, found.people, found.administrators, named=found.named))


def _is_asked(work: Work, node: Node) -> bool:
    """Whether whoever acts is to choose a task's people. Where nobody can be asked (a rule decides in somebody's place, too), all who
    might be chosen have the task."""
    by = node.assignment.chosen_by if node.assignment is not None else None
    decides = (
        work.command.get("kind") == "complete_task" and work.actor_id is not None and not work.command.get("cause")
    )
    return decides and (by == "previous" or work.actor_id == work.instance.initiator_id)


async def write_opened(work: Work, task: str, items: Sequence[Item]) -> None:
    """The task is in the inbox now, with these parts."""
    opening = _with_due(work, task, work.openings.pop(task))
    await projection.write_task(work.session, opening, [_row(work, task, item) for item in items])
    users = [item.user for item in items if item.status == _OPEN]
    node = opening.row["node_id"]
    work.note("task_opened", node, task=task, round=opening.row["round"], users=users)
    work.tell("task.opened", "task", UUID(task), node_id=node, users=users)
    _open_now(work, task, items)
    await tell_turn(work, task, node, items, first=True)


def _with_due(work: Work, task: str, opening: Opening) -> Opening:
    """Due when the flow says: it counts working time, and its clock may have stood."""
    found = work.state.task(task)
    return replace(opening, row={**opening.row, "due_at": found.due if found is not None else None})


async def keep_dues(work: Work) -> None:
    """The clocks of open tasks have moved."""
    for task in work.state.tasks:
        await repository.mark_task(work.session, UUID(task.id), due_at=task.due)


async def decide_item(work: Work, effect: DecideItem) -> None:
    """A person has done their part; it is written with SetItems."""
    comment, extra = work.command.get("comment"), work.command.get("extra") or {}
    work.opinions[effect.task, effect.item] = {"comment": comment, "signature": extra.get("signature")}
    work.note("task_decided", effect.node, task=effect.task, item=effect.item, outcome=effect.outcome, comment=comment)


async def set_items(work: Work, effect: SetItems, *, closes: bool) -> None:
    """Parts of a task are new or have changed. Where the task closes next, they are written with that."""
    if effect.task in work.openings:
        await write_opened(work, effect.task, effect.items)
        return
    _on_behalf(work, effect)
    rows = [_row(work, effect.task, item) for item in effect.items]
    if closes and not any(item.status in _LIVE for item in effect.items):
        work.parts[effect.task] = rows
        return
    await repository.set_items(work.session, UUID(effect.task), rows, work.now)
    superiors = [item.user for item in effect.items if item.kind == _ESCALATION and item.status == _OPEN]
    if superiors:
        await repository.mark_escalated(work.session, UUID(effect.task))
        work.note("task_escalated", effect.node, task=effect.task, users=superiors)
        work.tell("task.escalated", "task", UUID(effect.task), node_id=effect.node, users=superiors)
    if work.state.task(effect.task) is not None:
        users = [item.user for item in effect.items if item.user]
        work.tell("task.changed", "task", UUID(effect.task), node_id=effect.node, users=users)
    _open_now(work, effect.task, effect.items)
    await tell_turn(work, effect.task, effect.node, effect.items, first=False)


def _on_behalf(work: Work, effect: SetItems) -> None:
    """The history says in whose place an agent decided."""
    owners = {item.id: item.owner for item in effect.items if item.kind == "agent" and item.status == "done"}
    for line in work.history:
        data = line["data"]
        if line["type"] == "task_decided" and data["task"] == effect.task and data["item"] in owners:
            data["on_behalf_of"] = owners[data["item"]]


def _row(work: Work, task: str, item: Item) -> dict[str, Any]:
    """An item as a row of the table."""
    opinion: Mapping[str, Any] = work.opinions.get((task, item.id), {})
    return {
        "item": item.id,
        "user_id": item.user or None,
        "kind": item.kind,
        "status": item.status,
        "outcome": item.outcome,
        "sign": item.sign,
        "weight": item.weight,
        "veto": item.veto,
        "parent": item.parent,
        "owner_id": item.owner or None,
        "reason": item.reason,
        "acted_at": work.now if item.status == "done" else None,
        **_asked(work, item),
        **opinion,
    }


def _asked(work: Work, item: Item) -> dict[str, Any]:
    """By whom somebody was brought into a task, and what they were told."""
    brought = item.user in (work.command.get("users") or ()) and item.status != "done"
    if work.command.get("kind") != "act_on_task" or not brought:
        return {}
    return {"asked_by": work.actor_id, "question": work.command.get("comment")}


def _open_now(work: Work, task: str, items: Sequence[Item]) -> None:
    """Whoever acted learns whether they are among those whose turn it is in what they opened."""
    for opened in work.opened:
        if opened["id"] == task:
            opened["users"] += [item.user for item in items if item.status == _OPEN and item.user]


async def close_task(work: Work, effect: CloseTask) -> None:
    """The task is over."""
    if effect.task in work.openings:
        await write_opened(work, effect.task, ())
    users = await projection.close_task(work.session, effect, work.parts.pop(effect.task, ()), work.now)
    work.closed[effect.task] = (work.step.command_id, effect.status)
    work.note(f"task_{effect.status}", effect.node, task=effect.task, outcome=effect.outcome)
    told: dict[str, Any] = {"node_id": effect.node, "outcome": effect.outcome, "users": [str(user) for user in users]}
    work.tell(f"task.{effect.status}", "task", UUID(effect.task), **told)
    await tell_closed(work, effect, users)


async def keep_claim(work: Work, command: Mapping[str, Any]) -> None:
    """Who took the task from its group, and when somebody asked for haste. A decision leaves both as they were, except that a group has
    its task again when whoever took it abstains."""
    found = work.state.task(command["task"])
    if found is None:
        return
    assignment = work.program.nodes[found.node].assignment
    if command["kind"] == "act_on_task" or (assignment is not None and assignment.mode == "claim"):
        await repository.mark_task(work.session, UUID(found.id), claimed=found.claimed, urged_at=found.urged)


async def remind(work: Work, effect: Remind) -> None:
    """People are reminded of a task; or their superiors get it as well."""
    if effect.why == "superior":
        assignment = work.program.nodes[effect.node].assignment
        besides = work.instance.initiator_id if assignment is not None and assignment.asks_above else None
        found = await projection.escalation(work.session, work.instance.id, UUID(effect.task), besides)
        if found is not None:
            work.escalate(effect.task, [str(user) for user in found[1]])
        return
    await tell_reminded(work, effect)
    work.tell(f"task.{effect.why}", "task", UUID(effect.task), node_id=effect.node, users=list(effect.users))


async def copy(work: Work, effect: Copy) -> None:
    """A copy in the inboxes of those that a cc node names; nobody found is nothing wrong."""
    node = work.program.nodes[effect.node]
    named = await people_named(work, node, effect.locals)
    users = await projection.copy(work.session, work.metadata, node, work.instance, effect, named, work.now)
    work.note("copied", effect.node, users=[str(user) for user in users])
