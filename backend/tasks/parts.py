"""Who has what part in a task, and the refusals that follow from it: what every road to a task asks first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.agents.errors import NotStanding
from backend.agents.finding import stands_for
from backend.errors import NotFound
from backend.flows.approval_errors import NotYet
from backend.flows.errors import AlreadyHandled, NotYours
from backend.identity import service as identity
from backend.tasks import inbox, repository
from backend.tasks.models import Task, TaskItem

#: Parts that were taken away, or handed to somebody else: their people have nothing to decide any more.
GONE = ("removed", "moved")


async def task_of(session: AsyncSession, id: UUID) -> Task:
    """The task. Raises NotFound."""
    task = await repository.task(session, id)
    if task is None:
        raise NotFound(what="task", key=id)
    return task


async def parts_of(session: AsyncSession, caller: Caller, id: UUID) -> list[TaskItem]:
    """The caller's own parts in a task."""
    return [] if caller.user_id is None else list(await repository.items_of(session, id, caller.user_id))


async def require_visible(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Raises NotYours for whoever has nothing to do with it; those who were taken away from it neither."""
    if not caller.unrestricted and await inbox.relation(session, id, caller.user_id) is None:
        raise NotYours()


def deciding(parts: Sequence[TaskItem]) -> list[TaskItem]:
    """Those of the parts that have a say."""
    return [part for part in parts if part.kind not in repository.READING and part.status not in GONE]


async def require_open_part(
    session: AsyncSession, parts: Sequence[TaskItem], task: Task, item: int | None = None
) -> None:
    """Raises NotYours for whoever has nothing to decide (or not the part `item`), AlreadyHandled where it was decided or another took
    it from the group, NotYet where others come first."""
    mine = [part for part in deciding(parts) if item in (None, part.item)]
    if not mine:
        raise NotYours()
    if task.status == "open" and any(part.status == "open" for part in mine):
        return
    if task.status == "open" and any(part.status == "waiting" for part in mine):
        if task.claimed is not None:
            raise await handled(session, task, await _claimant(session, task))
        raise NotYet()
    await session.refresh(task)  # it was read before its parts: whoever closed it may have done so between the two
    raise await handled(session, task, await _instead(session, task, mine))


async def handled(session: AsyncSession, task: Task, by: UUID | None = None) -> AlreadyHandled:
    """The refusal that says by whom: whoever closed it, or, where it is open, `by`."""
    who = task.closed_by or by
    found = await identity.find_user(session, who) if who is not None else None
    return AlreadyHandled(by=found.name if found else "—", status=task.status, outcome=task.outcome or "")


async def _claimant(session: AsyncSession, task: Task) -> UUID | None:
    """Who took it from its group."""
    items = await repository.items(session, task.id)
    return next((item.user_id for item in items if item.item == task.claimed), None)


async def _instead(session: AsyncSession, task: Task, mine: Sequence[TaskItem]) -> UUID | None:
    """Who did a part that is not open any more: its person, or somebody acting for them, or whom they acted for."""
    done = next((part.user_id for part in mine if part.status == "done"), None)
    if done is not None or task.status != "open":
        return done
    numbers, above = {part.item for part in mine}, {part.parent for part in mine}
    items = await repository.items(session, task.id)
    near = [item for item in items if item.parent in numbers or item.item in above or item.parent in above - {None}]
    return next((item.user_id for item in near if item.status == "done"), None)


def acting(parts: Sequence[TaskItem], item: int | None = None) -> TaskItem | None:
    """The open part with which somebody acts: the one they name, or their own before what they do for others."""
    opened = [part for part in deciding(parts) if part.status == "open" and item in (None, part.item)]
    return min(opened, key=lambda part: (part.kind == "agent", part.item or 0), default=None)


async def require_standing(
    session: AsyncSession, caller: Caller, parts: Sequence[TaskItem], flow: str, item: int | None = None
) -> None:
    """Raises NotStanding for an agent whose time is over."""
    part = acting(parts, item)
    if part is None or part.kind != "agent" or part.owner_id is None or caller.user_id is None:
        return
    if not await stands_for(session, caller.user_id, part.owner_id, flow, clock.now()):
        principal = await identity.get_user(session, part.owner_id)
        raise NotStanding(principal=principal.name)
