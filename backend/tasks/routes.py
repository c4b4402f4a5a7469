"""The inbox over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows.steering import Host
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.store import MetadataStore
from backend.tasks import inbox, service
from backend.tasks.schemas import Completion

router = APIRouter(prefix="/api", tags=["tasks"])


@router.get("/tasks")
async def list_tasks(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    box: Literal["todo", "done", "started", "cc"] = "todo",
    search: Annotated[str | None, Query(max_length=200)] = None,
    after: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """A page of one of the caller's boxes, newest first, with the counts of the to-do box."""
    found = await inbox.list_json(session, metadata, caller, box=box, search=search, after=after, limit=limit)
    return Response(found, media_type="application/json")


@router.get("/tasks/{id}")
async def get_task(id: UUID, request: Request, session: Session, caller: CurrentCaller) -> dict[str, Any]:
    """A task with its form, the values the form shows, its people and what was decided so far."""
    store: MetadataStore = request.app.state.metadata
    return await service.detail(session, store, caller, id)


@router.post("/tasks/{id}/complete")
async def complete_task(
    id: UUID, completion: Completion, request: Request, session: Session, caller: CurrentCaller, host: Host
) -> dict[str, Any]:
    """Decide a task; answered when the next look at the inbox shows it."""
    store: MetadataStore = request.app.state.metadata
    decision = service.Decision(**completion.model_dump())
    return await service.complete(session, store, caller, host, id, decision)
