"""Who has what part in a task, and the refusals that follow from it: what every road to a task asks first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.errors import NotFound
from backend.flows.errors import AlreadyHandled, NotYours
from backend.identity import service as identity
from backend.tasks import inbox, repository
from backend.tasks.models import Task, TaskItem


async def task_of(session: AsyncSession, id: UUID) -> Task:
    """The task. Raises NotFound."""
    task = await repository.task(session, id)
    if task is None:
        raise NotFound(what="task", key=id)
    return task


async def parts_of(session: AsyncSession, caller: Caller, id: UUID) -> list[TaskItem]:
    """The caller's own parts in a task."""
    return [item for item in await repository.items(session, id) if item.user_id == caller.user_id]


async def require_visible(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Raises NotYours for whoever has nothing to do with it."""
    if not caller.unrestricted and await inbox.relation(session, id, caller.user_id) is None:
        raise NotYours()


async def require_open_part(session: AsyncSession, parts: Sequence[TaskItem], task: Task) -> None:
    """Raises NotYours for whoever has nothing to decide, AlreadyHandled where it was decided."""
    deciding = [item for item in parts if item.kind not in repository.READING]
    if not deciding:
        raise NotYours()
    if task.status != "open" or all(item.status != "open" for item in deciding):
        raise await handled(session, task)


async def handled(session: AsyncSession, task: Task) -> AlreadyHandled:
    """The refusal that says by whom."""
    by = task.closed_by and await identity.get_user(session, task.closed_by)
    return AlreadyHandled(by=by.name if by else "—", status=task.status, outcome=task.outcome or "")
