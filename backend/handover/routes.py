"""`/api/handovers`: for whoever may administer."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.handover import service
from backend.handover.schemas import NewHandover
from backend.metadata.dependencies import CurrentMetadata

router = APIRouter(prefix="/api", tags=["hand-over"])
Limit = Annotated[int, Query(ge=1, le=500)]


@router.post("/handovers", status_code=201)
async def prepare(
    body: NewHandover, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """A preview: what would be handed over, a line each. Nothing changes yet."""
    return await service.prepare(session, metadata, caller, body.from_user, body.to_user, body.parts)


@router.get("/handovers")
async def list_handovers(
    session: Session, caller: CurrentCaller, metadata: CurrentMetadata, after: UUID | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """Hand-overs, the newest first, and how their lines stand."""
    return await service.listed(session, metadata, caller, after=after, limit=limit)


@router.get("/handovers/{id}")
async def get_handover(
    id: UUID,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    status: Literal["planned", "done", "failed", "skipped", "reversed"] | None = None,
    after: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    limit: Limit = 200,
) -> dict[str, Any]:
    """One hand-over with its lines: while it runs, how far it is."""
    return await service.detail(session, metadata, caller, id, status=status, after=after, limit=limit)


@router.post("/handovers/{id}/run", status_code=202)
async def run(id: UUID, session: Session, caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, Any]:
    """Begin, or try again what could not be done. The worker takes line after line."""
    return await service.run(session, metadata, caller, id)


@router.post("/handovers/{id}/reverse", status_code=202)
async def reverse(id: UUID, session: Session, caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, Any]:
    """Take back what was handed over, as far as it was not changed since."""
    return await service.reverse(session, metadata, caller, id)
