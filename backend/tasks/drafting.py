"""Working on a task's form without deciding: keeping and discarding one's draft, looking at a signature. Everything is authorised here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import require_tasks
from backend.errors import NotFound
from backend.flows import repository as instances
from backend.flows.errors import NotYours, OutcomeUnknown
from backend.metadata.store import MetadataStore
from backend.tasks import drafts, repository
from backend.tasks.drafts import Draft
from backend.tasks.parts import parts_of, require_open_part, require_standing, require_visible, task_of
from backend.tasks.task_form import form_of, record_of


async def save(session: AsyncSession, store: MetadataStore, caller: Caller, id: UUID, draft: Draft) -> dict[str, Any]:
    """Keep what the caller has written. Raises NotFound, Forbidden, NotYours, AlreadyHandled, InvalidData, OutcomeUnknown,
    DraftTooLarge, Invalid."""
    require_tasks(caller)
    task, parts = await task_of(session, id), await parts_of(session, caller, id)
    await require_open_part(session, parts, task)
    instance = await instances.bare_instance(session, task.instance_id) if task.instance_id is not None else None
    if instance is not None:
        await require_standing(session, caller, parts, instance.flow)
    if draft.outcome is not None and draft.outcome not in [each["key"] for each in task.outcomes]:
        raise OutcomeUnknown(path="outcome", outcome=draft.outcome, suggestion=task.outcomes[0]["key"])
    form = await form_of(session, store, task, acting=True)
    record = await record_of(session, store.current, SYSTEM, task) if form is not None else {}
    assert caller.user_id is not None, "somebody with a part in a task is a user"
    return await drafts.save(session, task, caller.user_id, form, record, draft)


async def discard(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Throw the caller's draft away. Raises NotFound, Forbidden, NotYours."""
    require_tasks(caller)
    await task_of(session, id)
    if caller.user_id is None or not await parts_of(session, caller, id):
        raise NotYours()
    await drafts.forget(session, id, caller.user_id)


async def signature(session: AsyncSession, caller: Caller, id: UUID, item: int) -> str:
    """The signature on a part of a task, for whoever has a part in its run. Raises NotFound, Forbidden, NotYours."""
    require_tasks(caller)
    task = await task_of(session, id)
    if task.instance_id is None or not await repository.has_part_in(session, task.instance_id, caller.user_id):
        await require_visible(session, caller, id)  # what was decided before is shown to whoever decides next
    found = next((part.signature for part in await repository.items(session, id) if part.item == item), None)
    if found is None:
        raise NotFound(what="signature", key=item)
    return found
