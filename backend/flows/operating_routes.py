"""What operators do to instances over HTTP, and messages and signals from other systems: all need the permission `operate`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows import incidents, operating, outside, service
from backend.flows.operating import Operations
from backend.flows.schemas import (
    ActivateNode,
    FinishAdHocNode,
    MigrateInstance,
    MigrateInstances,
    ModifyInstance,
    Order,
    RetryIncidents,
    SendMessage,
    SendSignal,
    TriggerNode,
)
from backend.flows.steering import Host
from backend.metadata.dependencies import CurrentMetadata
from engine.flow import Activate, FinishAdHoc, Instruction, Migrate, Modify, Resume, Suspend, Trigger

router = APIRouter(prefix="/api", tags=["flows"])


def _operations(request: Request, session: AsyncSession) -> Operations:
    services = request.app.state.services
    return Operations(session, services.metadata, services.actions)


# -- incidents


@router.get("/incidents")
async def list_incidents(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    flow: Annotated[str | None, Query(max_length=100)] = None,
    code: Annotated[str | None, Query(max_length=100)] = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Everything that has stopped, with what it means and how it is mended, and how many there are of each code."""
    return await incidents.list_json(session, metadata, caller, flow=flow, code=code, after=after, limit=limit)


@router.post("/incidents/retry")
async def retry_incidents(
    body: RetryIncidents, request: Request, session: Session, caller: CurrentCaller, host: Host
) -> dict[str, Any]:
    """Try many again at once; what became of each, and how many are left."""
    store = request.app.state.services.metadata
    retrying = incidents.Retrying(body.command_id, body.ids, body.flow, body.code, body.node_id, body.variables)
    return await incidents.retry_many(session, store, caller, host, retrying)


# -- one instance


@router.post("/instances/{id}/suspend")
async def suspend_instance(
    id: UUID, body: Order, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Hold an instance: no timer fires, nobody can act, what arrives is kept."""
    return await service.steer(session, metadata, caller, host, id, body.command_id, Suspend())


@router.post("/instances/{id}/resume")
async def resume_instance(
    id: UUID, body: Order, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Let a held instance go on: its timers take up where they stood."""
    return await service.steer(session, metadata, caller, host, id, body.command_id, Resume())


@router.post("/instances/{id}/trigger")
async def trigger_node(
    id: UUID, body: TriggerNode, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Let what waits at a node go on as if its event had happened."""
    command = Trigger(body.node_id, body.scope, body.payload)
    return await service.steer(session, metadata, caller, host, id, body.command_id, command)


@router.post("/instances/{id}/activate")
async def activate_node(
    id: UUID, body: ActivateNode, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Start an activity of an ad-hoc sub-process."""
    command = Activate(body.node_id, body.scope)
    return await service.steer(session, metadata, caller, host, id, body.command_id, command)


@router.post("/instances/{id}/finish")
async def finish_ad_hoc(
    id: UUID, body: FinishAdHocNode, session: Session, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Enough was done in an ad-hoc sub-process."""
    kept = await service.repeated(session, metadata, caller, id, body.command_id)
    if kept is not None:
        return kept
    node = body.node_id or await operating.ad_hoc_node(session, id, body.scope)
    command = FinishAdHoc(node, body.scope)
    return await service.steer(session, metadata, caller, host, id, body.command_id, command)


@router.post("/instances/{id}/modify")
async def modify_instance(
    id: UUID,
    body: ModifyInstance,
    request: Request,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    host: Host,
) -> dict[str, Any]:
    """Move tokens, start and cancel, all together or not at all; or see what would come of it."""
    kept = await service.repeated(session, metadata, caller, id, body.command_id)
    if kept is not None and not body.dry_run:
        return kept
    operations = _operations(request, session)
    await operating.require_fitting(operations, id, body.variables)
    changes = tuple(Instruction(each.kind, each.node_id, each.token, each.scope) for each in body.instructions)
    command = Modify(changes, body.variables)
    if body.dry_run:
        return await operating.preview(operations, caller, id, command)
    return await service.steer(session, metadata, caller, host, id, body.command_id, command)


@router.post("/instances/{id}/migrate")
async def migrate_instance(
    id: UUID,
    body: MigrateInstance,
    request: Request,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    host: Host,
) -> dict[str, Any]:
    """Go on under another version of the flow; or see what would come of it."""
    kept = await service.repeated(session, metadata, caller, id, body.command_id)
    if kept is not None and not body.dry_run:
        return kept
    operations = _operations(request, session)
    instance = await operations.live(id)
    version = body.version or metadata.versions[("flow", metadata.flow(instance.flow).key)]
    await operations.program(instance.flow, version)
    command = Migrate(body.nodes)
    if body.dry_run:
        return await operating.preview(operations, caller, id, command, version)
    return await service.steer(session, metadata, caller, host, id, body.command_id, command, version=version)


@router.post("/flows/{key}/migrate")
async def migrate_instances(
    key: str,
    body: MigrateInstances,
    request: Request,
    session: Session,
    caller: CurrentCaller,
    host: Host,
) -> dict[str, Any]:
    """Take the running instances of a flow to another version; or see what would come of each."""
    migration = operating.Migration(body.command_id, key, body.version, body.from_version, body.nodes, body.ids)
    operations = _operations(request, session)
    return await operating.migrate_many(operations, caller, host, migration, dry_run=body.dry_run)


# -- from other systems


@router.post("/flows/messages", status_code=202)
async def send_message(
    body: SendMessage, request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Give a message to the instance that waits for its name and key, or start the flow that it starts, or let it wait."""
    actions = request.app.state.services.actions
    return await outside.send(session, metadata, actions, caller, body)


@router.post("/flows/signals", status_code=202)
async def send_signal(
    body: SendSignal, request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Tell all who wait for a signal, and start the flows that it starts."""
    actions = request.app.state.services.actions
    return await outside.shout(session, metadata, actions, caller, body)
