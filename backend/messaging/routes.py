"""`/api/outbox`, `/api/messages`: what leaves the database and what was sent. `/api/notifications`: one's own notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.access.compiler import require_permission, require_tasks
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.errors import NotFound
from backend.events import outbox as events_outbox
from backend.messaging import repository, service
from backend.metadata.dependencies import CurrentMetadata

router = APIRouter(prefix="/api", tags=["messages"])
Limit = Annotated[int, Query(ge=1, le=200)]


class Read(BaseModel):
    """Which notices were read; None means all."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = None


class Receipt(BaseModel):
    """When the message was read; now, when it does not say."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime | None = None


@router.get("/outbox")
async def outbox(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    status: Literal["pending", "done", "failed", "cancelled"] | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Effects outside the database, newest first."""
    require_permission(caller, metadata.roles, "operate")
    return await repository.outbox(session, status=status, after=after, limit=limit)


@router.post("/outbox/{id}/retry")
async def retry(id: UUID, session: Session, caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, Any]:
    """Try a failed effect again."""
    require_permission(caller, metadata.roles, "operate")
    if not await events_outbox.retry(session, id):
        raise NotFound(what="failed effect", key=id)
    return {"id": str(id), "status": "pending"}


@router.get("/messages")
async def messages(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    person: UUID | None = None,
    status: Literal["sent", "refused"] | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Messages as their channels took them, and those that were refused with the reason, newest first."""
    require_permission(caller, metadata.roles, "operate")
    return await repository.messages(session, metadata, caller, person=person, status=status, after=after, limit=limit)


@router.post("/messages/{id}/read")
async def receipt(
    id: UUID, body: Receipt, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """A channel's receipt: the message was read. The first receipt counts."""
    require_permission(caller, metadata.roles, "operate")
    if not await service.mark_read(session, id, body.at or datetime.now(UTC)):
        raise NotFound(what="message", key=id)
    return {"id": str(id)}


@router.get("/notifications")
async def notifications(
    session: Session, caller: CurrentCaller, after: UUID | None = None, limit: Limit = 30
) -> dict[str, Any]:
    """The caller's notices, newest first, and how many are unread."""
    require_tasks(caller)
    return await repository.notifications(session, caller.user_id, after=after, limit=limit)


@router.post("/notifications/read")
async def read(body: Read, session: Session, caller: CurrentCaller) -> dict[str, Any]:
    """Mark the caller's notices as read."""
    require_tasks(caller)
    return {"read": await repository.mark_read(session, caller.user_id, body.ids)}
