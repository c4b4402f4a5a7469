"""Instances: starting, cancelling and retrying them; callable without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_permission, startable_flows
from backend.actions.registry import ActionRegistry
from backend.db import uuid7
from backend.errors import Forbidden, NotFound
from backend.events.log import Cause
from backend.flows import repository, unstarted
from backend.flows.beginning import Beginning, require_storable, require_variables
from backend.flows.errors import FlowInvalid, InstanceStarting
from backend.flows.immediate import START_FLOW, begin
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered, command
from backend.metadata.snapshot import Metadata
from engine.definitions import Flow
from engine.flow import Command, Retry, command_to_json
from engine.host import CommandInput, HostClient

__all__ = ["START_FLOW", "cancel", "repeated", "require_operator", "retry", "start", "steer"]


async def start(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    flow_key: str,
    *,
    actions: ActionRegistry,
    record_id: UUID | None = None,
    variables: Mapping[str, Any] | None = None,
    chosen: Mapping[str, Any] | None = None,
    person_id: UUID | None = None,
    cause: Cause | None = None,
    id: UUID | None = None,
) -> UUID:
    """A new instance: one that never waits has run to its end when this returns, any other runs as soon as this transaction has
    committed.

    Variables not given take the record's value where it has a field of their name, else their default. Raises NotFound,
    Forbidden, FlowInvalid.
    """
    flow = metadata.flow(flow_key)
    require_startable(metadata, caller, flow)
    require_variables(flow, variables or {})
    if record_id is None and caller.kind != "system":
        raise FlowInvalid(path="/record_id", reason=f"{flow.key} is about a record of {flow.entity}; name it")
    cause = cause or Cause(actor_id=caller.user_id, actor_kind=caller.kind)
    beginning = Beginning(
        flow=flow,
        version=metadata.versions[("flow", flow.key)],
        variables=variables or {},
        record_id=record_id,
        person_id=person_id,
        initiator_id=caller.user_id or cause.actor_id,
        cause=cause,
        chosen=chosen or {},
        id=id or uuid7(),
    )
    return await begin(session, metadata, actions, beginning, caller)


def require_startable(metadata: Metadata, caller: Caller, flow: Flow) -> None:
    """Raises Forbidden for whoever may not start the flow by hand."""
    if flow.key not in startable_flows(caller, metadata.roles, [flow.key]):
        raise Forbidden(action=f"start {flow.key}")


async def cancel(
    session: AsyncSession, metadata: Metadata, caller: Caller, host: HostClient, id: UUID, command_id: str, reason: str
) -> Answer:
    """End an instance, also one whose start cannot be made; operators may. Whoever started it withdraws it, as its flow allows."""
    kept = await answered(session, command_id, id, caller.user_id)
    if kept is not None:
        return kept
    instance = await _known(session, metadata, caller, id)
    if instance.status == "starting":
        ended = await unstarted.cancel(session, caller, id, command_id)
        if ended is not None:
            return ended
    input = CommandInput(command_id, {"kind": "cancel", "reason": reason}, str(caller.user_id))
    return await command(session, command_id, instance.id, caller.user_id, lambda: host.command(str(id), input))


async def retry(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    host: HostClient,
    id: UUID,
    command_id: str,
    *,
    node: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Answer:
    """Try again what stopped with an incident; operators may."""
    return await steer(session, metadata, caller, host, id, command_id, Retry(node, variables or {}))


async def steer(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    host: HostClient,
    id: UUID,
    command_id: str,
    given: Command,
    **members: Any,
) -> Answer:
    """Give an instance a command of the operator's; `members` are further ones for the host. Raises Forbidden, NotFound, and what
    the flow refuses with."""
    require_permission(caller, metadata.roles, "operate")
    document = command_to_json(given) | members
    require_storable(document, "")
    kept = await answered(session, command_id, id, caller.user_id)
    if kept is not None:
        return kept
    await _steerable(session, metadata, caller, id)
    user = str(caller.user_id) if caller.user_id is not None else None
    input = CommandInput(command_id, document, user)
    return await command(session, command_id, id, caller.user_id, lambda: host.command(str(id), input))


async def repeated(
    session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID, command_id: str
) -> Answer | None:
    """What an operator's command was answered before, whatever has become of the instance since; None the first time. Raises
    Forbidden, CommandIdReused."""
    require_permission(caller, metadata.roles, "operate")
    return await answered(session, command_id, id, caller.user_id)


def require_operator(caller: Caller, metadata: Metadata) -> None:
    """Raises Forbidden."""
    require_permission(caller, metadata.roles, "operate")


async def _steerable(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> Instance:
    instance = await _known(session, metadata, caller, id)
    if instance.status == "starting":
        raise InstanceStarting()
    return instance


async def _known(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> Instance:
    instance = await repository.bare_instance(session, id)
    if instance is None:
        raise NotFound(what="instance", key=id)
    require_permission(caller, metadata.roles, "operate")
    return instance
