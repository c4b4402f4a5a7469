"""All SQL that writes tasks and people's parts in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import User
from backend.tasks.models import Task, TaskItem

#: The parts that can decide; `cc` only looks.
DECIDING = ("assignee", "escalation")


async def insert_task(session: AsyncSession, **values: Any) -> None:
    """A new open task."""
    await session.execute(insert(Task).values(**values))


async def insert_items(session: AsyncSession, task_id: UUID, users: Iterable[UUID], kind: str, at: datetime) -> None:
    """Parts for these people; a part that is there already stays."""
    rows = [{"task_id": task_id, "user_id": user, "kind": kind, "created_at": at} for user in users]
    if rows:
        # Rows beside the statement, not within it: SQLAlchemy compiles a statement with rows in it anew each time.
        await session.execute(upsert(TaskItem).on_conflict_do_nothing(), rows)


async def task(session: AsyncSession, id: UUID) -> Task | None:
    """The task, or None."""
    return (await session.execute(select(Task).where(Task.id == id))).scalar_one_or_none()


async def open_task_at(session: AsyncSession, instance_id: UUID, id: UUID | None) -> Task | None:
    """An open task of the instance: the one with this id, or the oldest."""
    statement = select(Task).where(Task.instance_id == instance_id, Task.status == "open").order_by(Task.opened_at)
    if id is not None:
        statement = statement.where(Task.id == id)
    return (await session.execute(statement.limit(1))).scalar_one_or_none()


async def open_about(session: AsyncSession, entity: str, record_id: UUID) -> Sequence[Task]:
    """The open tasks about a record, the oldest first."""
    statement = select(Task).where(Task.entity == entity, Task.record_id == record_id, Task.status == "open")
    return (await session.execute(statement.order_by(Task.opened_at, Task.id))).scalars().all()


async def items(session: AsyncSession, task_id: UUID) -> Sequence[TaskItem]:
    """Everybody's part in a task."""
    return (await session.execute(select(TaskItem).where(TaskItem.task_id == task_id))).scalars().all()


async def decide(
    session: AsyncSession, task_id: UUID, user: UUID, outcome: str, comment: str | None, at: datetime
) -> None:
    """A person has done their part."""
    statement = (
        update(TaskItem)
        .where(TaskItem.task_id == task_id, TaskItem.user_id == user, TaskItem.kind.in_(DECIDING))
        .where(TaskItem.status == "open")
        .values(status="done", outcome=outcome, comment=comment, acted_at=at)
    )
    await session.execute(statement.execution_options(synchronize_session=False))


async def close(
    session: AsyncSession, task_id: UUID, status: str, outcome: str | None, user: UUID | None, at: datetime
) -> list[UUID]:
    """The task is over; the parts still open are skipped. Returns everybody who had a part. One statement."""
    values = {"status": status, "outcome": outcome, "closed_by": user, "closed_at": at}
    closing = update(Task).where(Task.id == task_id).values(**values).returning(Task.id).cte("closed")
    skipping = (
        update(TaskItem)
        .where(TaskItem.task_id == task_id, TaskItem.status == "open", TaskItem.kind.in_(DECIDING))
        .values(status="skipped")
        .returning(TaskItem.user_id)
        .cte("skipped")
    )
    people = select(TaskItem.user_id).where(TaskItem.task_id == task_id).distinct().add_cte(closing, skipping)
    return list((await session.execute(people)).scalars())


async def mark_escalated(session: AsyncSession, task_id: UUID) -> None:
    """The task went to superiors."""
    statement = update(Task).where(Task.id == task_id).values(escalated=True)
    await session.execute(statement.execution_options(synchronize_session=False))


async def mark_read(session: AsyncSession, task_id: UUID, user: UUID) -> None:
    """The person has seen it."""
    statement = (
        update(TaskItem)
        .where(TaskItem.task_id == task_id, TaskItem.user_id == user, TaskItem.read_at.is_(None))
        .values(read_at=func.now())
    )
    await session.execute(statement.execution_options(synchronize_session=False))


async def actors(session: AsyncSession, instance_id: UUID) -> dict[str, UUID]:
    """Who holds or held the task of each node: who decided it last, else somebody who has it open."""
    statement = (
        select(Task.node_id, func.coalesce(Task.closed_by, TaskItem.user_id))
        .join(TaskItem, TaskItem.task_id == Task.id)
        .where(Task.instance_id == instance_id, or_(Task.closed_by.is_not(None), TaskItem.kind == "assignee"))
        .order_by(Task.opened_at, TaskItem.user_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def administrators(session: AsyncSession) -> Sequence[User]:
    """The active administrators, the eldest first."""
    statement = select(User).where(User.is_admin, User.active).order_by(User.created_at, User.id)
    return (await session.execute(statement)).scalars().all()
