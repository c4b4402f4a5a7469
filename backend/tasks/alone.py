"""Tasks that stand alone: something for somebody to do about a record, outside any flow. The first who does it closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.db import uuid7
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository as instances
from backend.tasks import repository
from backend.tasks.models import Task, TaskItem
from backend.tasks.notices import notify_task

DONE = "done"
_OUTCOMES = [{"key": DONE, "label": {"zh": "完成", "en": "Done"}, "kind": "complete", "comment": False}]


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be done: a title in both languages, about a record (`subject` is its title), with a note."""

    title: Mapping[str, str]
    entity: str
    record_id: UUID
    subject: str = ""
    note: str | None = None
    due_at: datetime | None = None
    priority: int = 0


async def open_alone(session: AsyncSession, new: NewTask, people: Sequence[UUID], now: datetime, cause: Cause) -> UUID:
    """Open a task for these people, and tell them."""
    id = uuid7()
    row = {
        "id": id,
        "instance_id": None,
        "node_id": "",
        "title": dict(new.title),
        "subject": new.subject,
        "note": new.note,
        "mode": "any",
        "outcomes": _OUTCOMES,
        "entity": new.entity,
        "record_id": new.record_id,
        "priority": new.priority,
        "opened_at": now,
        "due_at": new.due_at,
    }
    await repository.insert_task(session, row, {"assignee": people})
    await notify_task(session, "opened", id, new.title, new.subject, people)
    await append(session, _event("task.opened", id, new.entity, new.record_id, new.subject, people).caused_by(cause))
    return id


async def complete_alone(
    session: AsyncSession, caller: Caller, task: Task, command_id: str, comment: str | None, now: datetime
) -> dict[str, Any] | None:
    """The caller has done it: the task is over for everybody. None when somebody was faster. The caller's part was checked."""
    assert caller.user_id is not None, "only people have parts in tasks"
    locked = select(Task.status).where(Task.id == task.id).with_for_update()
    if (await session.execute(locked)).scalar_one() != "open":
        return None
    await repository.decide(session, task.id, caller.user_id, DONE, comment, now)
    users = await repository.close(session, task.id, "completed", DONE, caller.user_id, now)
    answer = {"task_id": str(task.id), "status": "completed", "outcome": DONE, "next_tasks": []}
    await instances.keep_answer(session, command_id, task.id, caller.user_id, answer)
    told = _event("task.completed", task.id, task.entity, task.record_id, task.subject, users)
    await append(session, told.caused_by(Cause(actor_id=caller.user_id, actor_kind=caller.kind)))
    return answer


async def escalate_alone(
    session: AsyncSession, task: Task, superiors: Sequence[UUID], now: datetime, cause: Cause
) -> list[UUID]:
    """Give the task to these people as well; returns those who did not have it."""
    items: Sequence[TaskItem] = await repository.items(session, task.id)
    known = {item.user_id for item in items if item.kind not in repository.READING}
    added = [user for user in superiors if user not in known]
    await repository.insert_items(session, task.id, added, "escalation", now)
    await repository.mark_escalated(session, task.id)
    await notify_task(session, "escalated", task.id, task.title, task.subject, superiors)
    told = _event("task.escalated", task.id, task.entity, task.record_id, task.subject, superiors)
    await append(session, told.caused_by(cause))
    return added


def _event(type: str, id: UUID, entity: str, record_id: UUID | None, title: str, users: Sequence[UUID]) -> NewEvent:
    data = {
        "instance_id": None,
        "flow": None,
        "title": title,
        "entity": entity,
        "record_id": record_id and str(record_id),
        "users": [str(user) for user in users],
    }
    return NewEvent(type, data, "task", id)
