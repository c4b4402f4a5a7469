"""What somebody has to do: their parts of open tasks, those whose turn has not come yet included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import uuid7
from backend.events.log import NewEvent, append
from backend.flows.steering import answered, command
from backend.handover.errors import Changed, Merged, MovedOn
from backend.handover.part import Json, Plan, Result, Subject, Work, id_of, label
from backend.handover.standing import StandingAgents
from backend.tasks.models import Task, TaskItem
from engine.flow import ActOnTask, command_to_json
from engine.host import CommandInput

_READING = ("cc", "consult")
_LIVE = ("open", "waiting")

#: In a task that stands alone everybody has one part of a kind: onto somebody who has it already it merges.
_MOVE_ALONE = text(
    """
    WITH gone AS (
        UPDATE weft.task_item SET status = 'moved' WHERE id = :id RETURNING task_id, kind, owner_id, user_id, created_at
    )
    INSERT INTO weft.task_item (task_id, user_id, kind, owner_id, created_at)
    SELECT task_id, CAST(:taker AS uuid), kind, coalesce(owner_id, user_id), created_at FROM gone
    ON CONFLICT (task_id, user_id, kind) WHERE item IS NULL
        DO UPDATE SET status = 'open' WHERE weft.task_item.status = 'moved'
    """
)


class OpenItems:
    """They become the other person's; the first owner is kept."""

    key, kind = "items", "item"

    async def plan(self, plan: Plan) -> list[Json]:
        item, task = TaskItem, Task
        # What somebody has as an agent goes to the new agent: without that it would go back to whose it is.
        left = _READING if StandingAgents.key in plan.parts else (*_READING, "agent")
        statement = (
            select(item.id, item.item, item.task_id, task.title, task.subject, task.instance_id)
            .join(task, task.id == item.task_id)
            .where(item.user_id == plan.person.id, item.kind.not_in(left))
            # Written so that each half has an index.
            .where(or_(and_(item.status == "open", item.kind != "cc"), item.status == "waiting"))
            .where(task.status == "open")
            .order_by(task.opened_at, item.id)
        )
        return [_subject(row) for row in await plan.session.execute(statement)]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        row = await _item(work.session, id_of(subject, "task_id"), int(subject["row"]))
        if row is not None and row.user_id == work.giver.id:
            return Result({"row": await _move(work, subject, row)})
        if not await _was_moved(work, subject):
            raise MovedOn(name=work.giver.name)
        return Result({"row": max(await _rows_of(work, id_of(subject, "task_id")), default=None)})

    async def take_back(self, work: Work, subject: Subject, before: Mapping[str, Any], /) -> Result:
        if before.get("row") is None:
            raise Merged(name=work.giver.name)
        row = await _item(work.session, id_of(subject, "task_id"), int(before["row"]))
        if row is None or row.user_id != work.giver.id:
            raise Changed()
        return Result({"row": await _move(work, subject, row)})


def _subject(row: Any) -> Json:
    about = f" · {row.subject}" if row.subject else ""
    return {
        "label": label(f"{row.title['zh']}{about}", f"{row.title['en']}{about}"),
        "link": f"/tasks/{row.task_id}",
        "task_id": str(row.task_id),
        "instance_id": str(row.instance_id) if row.instance_id else None,
        "row": row.id,
    }


async def _item(session: AsyncSession, task: UUID, row: int) -> TaskItem | None:
    """A part that is still to be done."""
    statement = select(TaskItem).where(TaskItem.id == row, TaskItem.task_id == task, TaskItem.status.in_(_LIVE))
    return (await session.execute(statement)).scalar_one_or_none()


async def _move(work: Work, subject: Subject, row: TaskItem) -> int | None:
    """Give a part to the taker; the row that is theirs now, None when it became one with a part that they had."""
    had = await _rows_of(work, row.task_id)
    if subject.get("instance_id"):
        await _reassign(work, subject, row)
    else:
        await work.session.execute(_MOVE_ALONE, {"id": row.id, "taker": work.taker.id})
        data = {"users": [str(work.giver.id), str(work.taker.id)]}
        await append(work.session, NewEvent("task.handed_over", data, "task", row.task_id).caused_by(work.cause))
    return max((id for id in await _rows_of(work, row.task_id) if id not in had), default=None)


async def _rows_of(work: Work, task: UUID) -> set[int]:
    """What the taker has still to do in a task."""
    statement = select(TaskItem.id).where(TaskItem.task_id == task, TaskItem.user_id == work.taker.id)
    statement = statement.where(TaskItem.status.in_(_LIVE), TaskItem.kind.not_in(_READING))
    return set((await work.session.execute(statement)).scalars())


async def _was_moved(work: Work, subject: Subject) -> bool:
    """Whether it was done by a turn that could not say so."""
    if not subject.get("instance_id"):
        return False
    instance, task = id_of(subject, "instance_id"), str(subject["task_id"])
    return await answered(work.session, work.key, instance, work.caller.user_id, task) is not None


async def _reassign(work: Work, subject: Subject, row: TaskItem) -> None:
    instance, task = id_of(subject, "instance_id"), str(row.task_id)
    given = ActOnTask(task, str(work.giver.id), "reassign", (str(work.taker.id),), row.item)
    actor = str(work.caller.user_id) if work.caller.user_id is not None else None
    # Another attempt each time: a refusal, because the instance was held, is not for good.
    input = CommandInput(work.key, command_to_json(given), actor, extra={"attempt": uuid7().hex})

    async def give() -> Json:
        return await work.host.command(str(instance), input)

    await command(work.session, work.key, instance, work.caller.user_id, give, task_id=task)
