"""What was written before work items had numbers is read as it is meant today: states of instances that run, and people given to tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.flow.approval.items import AGREE, DONE, ESCALATION, OPEN, Item

if TYPE_CHECKING:
    from engine.flow.state import State


def upgraded(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A state's document whose items have numbers and statuses. In an open task whoever had decided had agreed: a refusal closed it."""
    tasks = document.get("tasks") or ()
    if not any("id" not in item for task in tasks for item in task.get("items", ())):
        return document
    return {**document, "tasks": [{**task, **_numbered(task.get("items", ()))} for task in tasks]}


def _numbered(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    made = [
        {**item, "id": number, "status": DONE if item.get("outcome") else OPEN, "owner": item["user"]}
        | ({"sign": AGREE} if item.get("outcome") else {})
        for number, item in enumerate(items, 1)
    ]
    return {"items": made, "next_item": len(made) + 1}


def with_people(
    state: State, people: Mapping[str, Sequence[str]], escalated: Mapping[str, Sequence[str]], unassigned: Sequence[str]
) -> State:
    """The state with the people that a former worker found for tasks, and superiors that it gave them to as well."""
    if not people and not escalated:
        return state
    tasks = []
    for task in state.tasks:
        known = {item.user for item in task.items}
        found = [(user, "assignee") for user in people.get(task.id, ()) if user not in known]
        found += [(user, ESCALATION) for user in escalated.get(task.id, ()) if user not in known]
        made = [Item(task.next_item + n, user, kind=kind, owner=user) for n, (user, kind) in enumerate(found)]
        held = task.unassigned or task.id in unassigned
        items = (*task.items, *made)
        tasks.append(replace(task, items=items, next_item=task.next_item + len(made), unassigned=held))
    return replace(state, tasks=tuple(tasks))
