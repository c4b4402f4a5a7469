"""All SQL that writes instances, their history and the answers of commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.flows.models import Command, Instance, InstanceHistory

#: How far before the end a step may have been committed without Temporal knowing.
_CUT_OFF = timedelta(seconds=30)


async def insert_instance(session: AsyncSession, **values: Any) -> None:
    """A new instance, not yet running."""
    await session.execute(insert(Instance).values(**values))


async def instance(session: AsyncSession, id: UUID) -> Instance | None:
    """The instance, or None."""
    return (await session.execute(select(Instance).where(Instance.id == id))).scalar_one_or_none()


async def locked_instance(session: AsyncSession, id: UUID) -> Instance | None:
    """The instance, locked until the end of the transaction, or None."""
    statement = select(Instance).where(Instance.id == id).with_for_update()
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def update_instance(session: AsyncSession, id: UUID, values: dict[str, Any]) -> None:
    """New values of an instance."""
    statement = update(Instance).where(Instance.id == id).values(**values)
    await session.execute(statement.execution_options(synchronize_session=False))


async def add_history(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Lines of history, in order."""
    if rows:
        await session.execute(insert(InstanceHistory), list(rows))


async def command(session: AsyncSession, id: str) -> Command | None:
    """The command with this id if it was answered, or None."""
    return (await session.execute(select(Command).where(Command.id == id))).scalar_one_or_none()


async def keep_answer(
    session: AsyncSession, id: str, instance_id: UUID, actor_id: UUID | None, answer: dict[str, Any]
) -> None:
    """The answer that a command's repetition gets."""
    values = {"id": id, "instance_id": instance_id, "actor_id": actor_id, "answer": answer}
    await session.execute(insert(Command).values(values))


async def last_commanded(session: AsyncSession) -> Sequence[UUID]:
    """The instances whose last command was among the last of all: what a crash of everything may have cut off."""
    newest = select(func.max(Command.at)).scalar_subquery()
    statement = select(Command.instance_id).where(Command.at > newest - _CUT_OFF).distinct()
    return (await session.execute(statement)).scalars().all()
