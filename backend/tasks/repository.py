"""All SQL that writes tasks and people's parts in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import User
from backend.tasks.models import Task, TaskItem

#: The parts that cannot decide: copies, and people asked for their opinion.
READING = ("cc", "consult")

#: Statements that every completion of a task runs are written out: SQLAlchemy need not put them together each time.
_ITEM = "user_id uuid, kind text, item int, status text, outcome text, sign text, weight int, veto bool, parent int, owner_id uuid, reason text, comment text, signature text, question text, asked_by uuid, acted_at timestamptz"
_ITEM_COLUMNS = "user_id, kind, item, status, outcome, sign, weight, veto, parent, owner_id, reason, comment, signature, question, asked_by, acted_at"
_INSERT_TASK = text(
    f"""
    WITH opened AS (
        INSERT INTO weft.task (id, instance_id, node_id, title, subject, note, form, form_version, mode, outcomes, entity, record_id,
            status, priority, round, rights, opened_at, due_at, closed_at)
        SELECT t.id, t.instance_id, t.node_id, t.title, coalesce(t.subject, ''), t.note, t.form, t.form_version,
            coalesce(t.mode, 'any'), t.outcomes, t.entity, t.record_id, coalesce(t.status, 'open'), coalesce(t.priority, 0),
            coalesce(t.round, 1), coalesce(t.rights, '{{}}'::jsonb), t.opened_at, t.due_at, t.closed_at
        FROM jsonb_to_record(CAST(:task AS jsonb)) AS t(
            id uuid, instance_id uuid, node_id text, title jsonb, subject text, note text, form text, form_version int, mode text,
            outcomes jsonb, entity text, record_id uuid, status text, priority int, round int, rights jsonb, opened_at timestamptz,
            due_at timestamptz, closed_at timestamptz
        )
        RETURNING id, opened_at
    )
    INSERT INTO weft.task_item (task_id, created_at, {_ITEM_COLUMNS})
    SELECT opened.id, opened.opened_at, user_id, kind, item, coalesce(i.status, 'open'), outcome, sign, coalesce(weight, 1),
        coalesce(veto, false), parent, owner_id, reason, comment, signature, question, asked_by, acted_at
    FROM opened, jsonb_to_recordset(CAST(:items AS jsonb)) AS i({_ITEM})
    ON CONFLICT DO NOTHING
    """
)
_WRITE_ITEMS = f"""
    INSERT INTO weft.task_item AS o (task_id, created_at, {_ITEM_COLUMNS})
    SELECT CAST(:task AS uuid), CAST(:at AS timestamptz), {_ITEM_COLUMNS} FROM {{items}}
    ON CONFLICT (task_id, item) WHERE item IS NOT NULL DO UPDATE SET
        user_id = excluded.user_id, kind = excluded.kind, status = excluded.status, outcome = excluded.outcome,
        sign = excluded.sign, weight = excluded.weight, veto = excluded.veto, parent = excluded.parent, owner_id = excluded.owner_id,
        reason = excluded.reason, question = coalesce(o.question, excluded.question), asked_by = coalesce(o.asked_by, excluded.asked_by),
        comment = CASE WHEN excluded.status NOT IN ('open', 'waiting') THEN coalesce(excluded.comment, o.comment) END,
        signature = CASE WHEN excluded.status NOT IN ('open', 'waiting') THEN coalesce(excluded.signature, o.signature) END,
        acted_at = CASE WHEN excluded.status NOT IN ('open', 'waiting') THEN coalesce(o.acted_at, excluded.acted_at) END
"""
_SET_ITEMS = text(_WRITE_ITEMS.format(items=f"jsonb_to_recordset(CAST(:items AS jsonb)) AS i({_ITEM})"))
#: What a part is when its person has nothing to decide with it any more, without having decided.
_OVER = ("moved", "removed", "skipped")
_FORGET_DRAFTS = text(
    """
    DELETE FROM weft.task_draft d WHERE task_id = :task AND user_id = ANY(CAST(:users AS uuid[])) AND NOT EXISTS (
        SELECT FROM weft.task_item i WHERE i.task_id = d.task_id AND i.user_id = d.user_id AND i.status = 'open'
            AND i.kind NOT IN ('cc', 'consult'))
    """
)
_DECIDE = text(
    """
    UPDATE weft.task_item SET status = 'done', outcome = :outcome, comment = :comment, acted_at = :at
    WHERE task_id = :task AND user_id = :user AND kind NOT IN ('cc', 'consult') AND status = 'open'
    """
)
#: Every part of the statement sees the parts as they were before it: those that it writes itself are left out of the others.
_CLOSE = text(
    f"""
    WITH closed AS (
        UPDATE weft.task SET status = :status, outcome = :outcome, closed_by = :user, closed_at = :at WHERE id = :task
    ), given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:items AS jsonb)) AS i({_ITEM})
    ), written AS (
        {_WRITE_ITEMS.format(items="given")}
    ), skipped AS (
        UPDATE weft.task_item SET status = 'skipped'
        WHERE task_id = :task AND status IN ('open', 'waiting') AND kind <> 'cc'
            AND (item IS NULL OR item NOT IN (SELECT item FROM given))
    ), unsent AS (
        DELETE FROM weft.task_draft WHERE task_id = :task
    )
    SELECT user_id FROM weft.task_item WHERE task_id = :task AND user_id IS NOT NULL AND status NOT IN ('moved', 'removed')
        AND (item IS NULL OR item NOT IN (SELECT item FROM given))
    UNION SELECT user_id FROM given WHERE user_id IS NOT NULL AND status NOT IN ('moved', 'removed')
    """
)


async def insert_task(
    session: AsyncSession,
    row: Mapping[str, Any],
    parts: Mapping[str, Sequence[UUID]],
    items: Sequence[Mapping[str, Any]] = (),
) -> None:
    """A new task, open where its `row` does not say otherwise, with its people: by the kind of their `parts`, and as `items` (rows of
    their table). One statement."""
    items = [*items, *({"user_id": user, "kind": kind} for kind, users in parts.items() for user in users)]
    await session.execute(_INSERT_TASK, {"task": _json(row), "items": _json(items)})


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


async def set_items(session: AsyncSession, task_id: UUID, items: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """These parts (rows of the table, with their numbers) are new, or as they are now. An opinion that is there stays, unless its part is
    open again."""
    await session.execute(_SET_ITEMS, {"task": task_id, "items": _json(items), "at": at})
    over = [each["user_id"] for each in items if each["status"] in _OVER and each["user_id"]]
    if over:
        await session.execute(_FORGET_DRAFTS, {"task": task_id, "users": over})


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


async def items_of(session: AsyncSession, task_id: UUID, user: UUID) -> Sequence[TaskItem]:
    """Somebody's own parts in a task."""
    statement = select(TaskItem).where(TaskItem.task_id == task_id, TaskItem.user_id == user)
    return (await session.execute(statement.order_by(TaskItem.id))).scalars().all()


_KEEP_INSTANCE = text("SELECT FROM weft.instance WHERE id = :id FOR KEY SHARE")


async def lock(session: AsyncSession, task: Task) -> None:
    """Let nobody else change the task until the end of the transaction; it is read again. Its instance is kept from moving first: steps
    lock it before its tasks, and a line of its history would else wait for one the other way round."""
    if task.instance_id is not None:
        await session.execute(_KEEP_INSTANCE, {"id": task.instance_id})
    statement = select(Task).where(Task.id == task.id).with_for_update()
    await session.execute(statement.execution_options(populate_existing=True))


async def insert_readers(
    session: AsyncSession, task_id: UUID, users: Sequence[UUID], kind: str, by: UUID, why: str | None, at: datetime
) -> list[UUID]:
    """Parts of a kind that only reads, for those who have none, brought in by somebody; returns for whom they are new."""
    rows = [
        {"task_id": task_id, "user_id": user, "kind": kind, "asked_by": by, "question": why, "created_at": at}
        for user in users
    ]
    statement = upsert(TaskItem).on_conflict_do_nothing().returning(TaskItem.user_id)
    found = (await session.execute(statement, rows)).scalars().all()
    return [user for user in found if user is not None]


async def mark_part(session: AsyncSession, id: int, **values: Any) -> None:
    """New values of a part."""
    statement = update(TaskItem).where(TaskItem.id == id).values(**values)
    await session.execute(statement.execution_options(synchronize_session=False))


async def has_part_in(session: AsyncSession, instance_id: UUID, user_id: UUID | None) -> bool:
    """Whether somebody has a part in one of the instance's tasks, that was not taken from them."""
    part = select(TaskItem.id).join(Task, Task.id == TaskItem.task_id)
    mine = part.where(Task.instance_id == instance_id, TaskItem.user_id == user_id, TaskItem.status != "removed")
    return (await session.execute(mine.limit(1))).first() is not None


async def decide(
    session: AsyncSession, task_id: UUID, user: UUID, outcome: str, comment: str | None, at: datetime
) -> None:
    """A person has done their part of a task that stands alone."""
    values = {"task": task_id, "user": user, "outcome": outcome, "comment": comment, "at": at}
    await session.execute(_DECIDE, values)


async def close(
    session: AsyncSession,
    task_id: UUID,
    status: str,
    outcome: str | None,
    user: UUID | None,
    at: datetime,
    items: Sequence[Mapping[str, Any]] = (),
) -> list[UUID]:
    """The task is over: its parts (rows of the table, with their numbers) are as they are now, others still open are skipped. Returns
    everybody who had a part to the end. One statement."""
    values = {"task": task_id, "status": status, "outcome": outcome, "user": user, "at": at, "items": _json(items)}
    return list((await session.execute(_CLOSE, values)).scalars())


async def mark_task(session: AsyncSession, task_id: UUID, **values: Any) -> None:
    """New values of a task."""
    statement = update(Task).where(Task.id == task_id).values(**values)
    await session.execute(statement.execution_options(synchronize_session=False))


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
        .where(Task.instance_id == instance_id, Task.status != "cancelled")
        .where(or_(Task.closed_by.is_not(None), TaskItem.kind == "assignee"))
        .order_by(Task.closed_at.nulls_first(), Task.opened_at, TaskItem.user_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def administrators(session: AsyncSession) -> Sequence[User]:
    """The active administrators, the eldest first."""
    statement = select(User).where(User.is_admin, User.active).order_by(User.created_at, User.id)
    return (await session.execute(statement)).scalars().all()
