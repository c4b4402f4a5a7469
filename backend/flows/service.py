"""Instances: starting, cancelling and retrying them; callable without HTTP."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_permission, startable_flows
from backend.db import uuid7
from backend.errors import Forbidden, NotFound
from backend.events.log import Cause
from backend.events.outbox import enqueue
from backend.flows import repository
from backend.flows.errors import FlowInvalid, InstanceStarting
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered, command
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.errors import FieldError
from backend.records.fields import type_of
from engine.definitions import Field, Flow, Variable
from engine.host import CancelInput, HostClient, RetryInput

#: Types whose options a variable does not know; any text is taken.
_OPTIONS_ELSEWHERE = frozenset({"choice", "stage", "multi_choice"})
#: The outbox kind that hands an instance to Temporal.
START_FLOW = "start_flow"


async def start(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    flow_key: str,
    *,
    record_id: UUID | None = None,
    variables: Mapping[str, Any] | None = None,
    person_id: UUID | None = None,
    cause: Cause | None = None,
    id: UUID | None = None,
) -> UUID:
    """A new instance, which runs as soon as this transaction has committed.

    Variables not given take the record's value where it has a field of their name, else their default. Raises NotFound,
    Forbidden, FlowInvalid.
    """
    flow = metadata.flow(flow_key)
    _require_startable(metadata, caller, flow)
    record = await records.get(session, metadata, caller, flow.entity, record_id) if record_id is not None else {}
    values = _variables(flow, variables or {}, record)
    if record_id is None and caller.kind != "system":
        raise FlowInvalid(path="/record_id", reason=f"{flow.key} is about a record of {flow.entity}; name it")
    id = id or uuid7()
    cause = cause or Cause(actor_id=caller.user_id, actor_kind=caller.kind)
    await repository.insert_instance(
        session,
        id=id,
        flow=flow.key,
        flow_version=metadata.versions[("flow", flow.key)],
        title=str(record.get("_title") or ""),
        entity=flow.entity,
        record_id=record_id,
        person_id=person_id or _person(metadata, flow, record),
        initiator_id=caller.user_id or cause.actor_id,
        variables=values,
        event_id=cause.event_id,
        depth=cause.depth,
    )
    await enqueue(session, START_FLOW, f"start:{id}", {"instance": str(id)}, event_id=cause.event_id)
    return id


def _require_startable(metadata: Metadata, caller: Caller, flow: Flow) -> None:
    if flow.key not in startable_flows(caller, metadata.roles, [flow.key]):
        raise Forbidden(action=f"start {flow.key}")


def _variables(flow: Flow, given: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    declared = {variable.key: variable for variable in flow.variables}
    unknown = next((key for key in given if key not in declared), None)
    if unknown is not None:
        close = difflib.get_close_matches(unknown, declared, n=1)
        raise FlowInvalid(
            path=f"/variables/{unknown}", suggestion=close[0] if close else None, reason=f"no variable {unknown!r}"
        )
    for key, value in given.items():
        _require_fitting(declared[key], value)
    values = {key: given[key] if key in given else record.get(key) for key in declared}
    return {key: declared[key].default if value is None else value for key, value in values.items()}


def _require_fitting(variable: Variable, value: object) -> None:
    """Raises FlowInvalid for a value that is not of the variable's type."""
    field = Field(variable.key, variable.type, variable.label, entity=variable.entity, currency=variable.currency)
    if type_of(field).is_empty(value) or variable.type in _OPTIONS_ELSEWHERE:
        return
    try:
        type_of(field).coerce(field, value)
    except FieldError as error:
        raise FlowInvalid(path=f"/variables/{variable.key}", reason=f"{variable.key}: {error}") from error


def _person(metadata: Metadata, flow: Flow, record: Mapping[str, Any]) -> UUID | None:
    """The person a record is about: itself when it is one, else the first reference to the entity `person`."""
    if flow.entity == "person":
        return UUID(record["id"]) if record else None
    for field in metadata.entity(flow.entity).fields:
        if field.type == "reference" and field.entity == "person" and record.get(field.key):
            return UUID(str(record[field.key]))
    return None


async def cancel(
    session: AsyncSession, metadata: Metadata, caller: Caller, host: HostClient, id: UUID, command_id: str, reason: str
) -> Answer:
    """End an instance; its initiator and operators may."""
    kept = await answered(session, command_id, id, caller.user_id)
    if kept is not None:
        return kept
    instance = await _steerable(session, metadata, caller, id)
    input = CancelInput(command_id, str(caller.user_id), reason)
    return await command(session, command_id, instance.id, caller.user_id, lambda: host.cancel(str(id), input))


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
    require_permission(caller, metadata.roles, "operate")
    kept = await answered(session, command_id, id, caller.user_id)
    if kept is not None:
        return kept
    await _steerable(session, metadata, caller, id)
    input = RetryInput(command_id, str(caller.user_id), node, dict(variables or {}))
    return await command(session, command_id, id, caller.user_id, lambda: host.retry(str(id), input))


async def _steerable(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> Instance:
    instance = await repository.instance(session, id)
    if instance is None:
        raise NotFound(what="instance", key=id)
    if caller.user_id is None or caller.user_id != instance.initiator_id:
        require_permission(caller, metadata.roles, "operate")
    if instance.status == "starting":
        raise InstanceStarting()
    return instance
