"""Drafts of starts: what somebody has filled in and not sent yet. They are theirs alone, and gone once the flow is started.

Refusals beside errors.py: `task.invalid_data`, `task.draft_too_large`, `invalid` (422), `not_found` (404), `forbidden` (403).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.errors import Forbidden, NotFound
from backend.flows import repository as instances
from backend.metadata.snapshot import Metadata
from backend.start_forms import repository
from backend.start_forms.errors import AlreadyStarted, TooManyDrafts
from backend.start_forms.forms import start_form
from backend.start_forms.models import StartDraft
from backend.tasks.drafts import require_writable, stored

#: Drafts that one person may have.
MOST = 50


async def listed(session: AsyncSession, metadata: Metadata, caller: Caller) -> list[dict[str, Any]]:
    """The caller's drafts, the latest first. Raises Forbidden."""
    return [_line(metadata, draft) for draft in await repository.of_user(session, _owner(caller))]


async def read(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> dict[str, Any]:
    """One of the caller's drafts, without what its form does not let them write any more. Raises NotFound, Forbidden, FlowInvalid."""
    draft = await repository.find(session, id, _owner(caller))
    if draft is None:
        raise NotFound(what="draft", key=id)
    rights = start_form(metadata, caller, draft.flow).form.rights
    data = {key: value for key, value in draft.data.items() if rights.writes(key)}
    return {"id": id, "flow": draft.flow, "data": data, "updated_at": draft.updated_at}


async def save(
    session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID, flow: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep what the caller has filled in, in place of what was kept of it before. Raises NotFound, Forbidden, FlowInvalid, InvalidData,
    DraftTooLarge, Invalid, AlreadyStarted, TooManyDrafts."""
    owner, found = _owner(caller), start_form(metadata, caller, flow)
    require_writable(found.form, found.stored, data)
    written = stored(data)
    await repository.hold(session, id)
    if await instances.command(session, str(id)) is not None:
        raise AlreadyStarted()
    if await repository.number_beside(session, owner, id) >= MOST:
        raise TooManyDrafts(most=MOST)
    at = await repository.save(session, id, owner, flow, written)
    if at is None:
        raise NotFound(what="draft", key=id)
    return {"id": id, "updated_at": at}


async def discard(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Throw one of the caller's drafts away; none is nothing wrong. Raises Forbidden."""
    await repository.forget(session, id, _owner(caller))


def _owner(caller: Caller) -> UUID:
    require_tasks(caller)
    if caller.user_id is None:
        raise Forbidden(action="keep drafts")
    return caller.user_id


def _line(metadata: Metadata, draft: StartDraft) -> dict[str, Any]:
    """A draft in its list; its flow may be gone."""
    flow = metadata.flows.get(draft.flow)
    entity = metadata.entities.get(flow.entity) if flow is not None else None
    title = draft.data.get(entity.title) if entity is not None else None
    return {
        "id": draft.id,
        "flow": draft.flow,
        "flow_label": {"zh": flow.label.zh, "en": flow.label.en} if flow is not None else None,
        "subject": title if isinstance(title, str) else "",
        "updated_at": draft.updated_at,
    }
