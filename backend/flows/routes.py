"""Instances over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows import operating, reading, service
from backend.flows.choosing import require_chosen
from backend.flows.operating import Operations
from backend.flows.prediction import Supposed
from backend.flows.schemas import CancelInstance, RetryInstance, StartInstance
from backend.flows.steering import Host
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.store import MetadataStore

router = APIRouter(prefix="/api", tags=["flows"])

Status = Literal["starting", "running", "completed", "cancelled", "failed"]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post("/flows/{key}/instances", status_code=201)
async def start_instance(
    key: str, body: StartInstance, request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Start a flow by hand."""
    services = request.app.state.services
    operations = Operations(session, services.metadata, services.actions)
    chosen = {node: [str(user) for user in users] for node, users in body.chosen.items()}
    await require_chosen(operations, caller, Supposed(key, body.record_id, body.variables), chosen)
    id = await service.start(
        session,
        metadata,
        caller,
        key,
        actions=services.actions,
        record_id=body.record_id,
        variables=body.variables,
        chosen=chosen,
    )
    return {"id": id}


@router.get("/flows/{key}/instances")
async def list_instances_of_flow(
    key: str,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    status: Status | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> Response:
    """Instances of one flow that the caller may see, newest first."""
    found = await reading.list_json(session, metadata, caller, flow=key, status=status, after=after, limit=limit)
    return Response(found, media_type="application/json")


@router.get("/instances")
async def list_instances(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    flow: Annotated[str | None, Query(max_length=100)] = None,
    status: Status | None = None,
    record_id: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> Response:
    """Instances that the caller may see, newest first."""
    found = await reading.list_json(
        session, metadata, caller, flow=flow, status=status, record_id=record_id, after=after, limit=limit
    )
    return Response(found, media_type="application/json")


@router.get("/instances/{id}")
async def get_instance(id: UUID, request: Request, session: Session, caller: CurrentCaller) -> dict[str, Any]:
    """One instance: drawing, tokens, variables, tasks, history."""
    store: MetadataStore = request.app.state.metadata
    return await reading.detail(session, store, caller, id)


@router.get("/instances/{id}/history")
async def get_history(
    id: UUID,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    steps: bool = False,
    limit: Limit = 100,
) -> dict[str, Any]:
    """What happened in an instance, the last lines first to be had; `steps`: also each node that was entered and left."""
    return await reading.history_page(session, metadata, caller, id, before=before, limit=limit, steps=steps)


@router.post("/instances/{id}/cancel")
async def cancel_instance(
    id: UUID, body: CancelInstance, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """End an instance now; its initiator and operators may."""
    return await service.cancel(session, metadata, caller, host, id, body.command_id, body.reason)


@router.post("/instances/{id}/retry")
async def retry_instance(
    id: UUID,
    body: RetryInstance,
    request: Request,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    host: Host,
) -> dict[str, Any]:
    """Try again what stopped with an incident; operators may."""
    kept = await service.repeated(session, metadata, caller, id, body.command_id)
    if kept is not None:
        return kept
    if body.variables:
        services = request.app.state.services
        await operating.require_fitting(Operations(session, services.metadata, services.actions), id, body.variables)
    return await service.retry(
        session, metadata, caller, host, id, body.command_id, node=body.node_id, variables=body.variables
    )
