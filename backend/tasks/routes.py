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
from backend.tasks import bulk, inbox, operating, service
from backend.tasks.schemas import Completion, Completions, Operation

router = APIRouter(prefix="/api", tags=["tasks"])


_Name = Annotated[str, Query(max_length=200)]


@router.get("/tasks")
async def list_tasks(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    box: Literal["todo", "done", "started", "cc", "drafts"] = "todo",
    search: _Name | None = None,
    flow: _Name | None = None,
    node: _Name | None = None,
    status: Literal["open", "completed", "cancelled"] | None = None,
    priority: Annotated[int | None, Query(ge=-100, le=100)] = None,
    overdue: bool = False,
    unread: bool = False,
    sort: Literal["newest", "oldest", "due", "priority"] = "newest",
    after: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """A page of one of the caller's boxes, with the numbers beside the boxes. `priority`: this or more urgent."""
    filter = inbox.Filter(search, flow, node, status, priority, overdue, unread)
    found = await inbox.list_json(
        session, metadata, caller, box=box, filter=filter, sort=sort, after=after, limit=limit
    )
    return Response(found, media_type="application/json")


@router.post("/tasks/complete")
async def complete_tasks(
    body: Completions, request: Request, caller: CurrentCaller, host: Host
) -> dict[str, list[dict[str, Any]]]:
    """Decide many tasks at once; each has its own answer, or error."""
    services = request.app.state.services
    decisions = [
        (each.task, service.Decision(each.outcome, each.command_id, {}, each.comment)) for each in body.decisions
    ]
    return {"results": await bulk.complete_many(services.database, services.metadata, caller, host, decisions)}


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


@router.post("/tasks/{id}/operations")
async def operate_on_task(
    id: UUID, body: Operation, request: Request, session: Session, caller: CurrentCaller, host: Host
) -> dict[str, Any]:
    """Do something else with a task than deciding it; `allowed` of the task says what."""
    store: MetadataStore = request.app.state.metadata
    return await operating.operate(session, store, caller, host, id, operating.Request(**body.model_dump()))
