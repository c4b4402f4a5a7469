"""Starting a flow with a form: which flows somebody may, the form of one, and the start itself. Nothing of it is ever half done.

Refusals beside those of creating a record: `forbidden` (403), `not_found` (404), `flow.invalid`, `task.invalid_data`, `task.choose_people`,
`task.users_invalid` (422), `command.id_reused` (409).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import startable_flows
from backend.events.log import Cause
from backend.flows import repository as instances
from backend.flows.beginning import Beginning, begins_only_by, require_storable
from backend.flows.choosing import require_chosen
from backend.flows.errors import CommandIdReused
from backend.flows.immediate import begin
from backend.flows.operating import Operations
from backend.flows.prediction import Supposed
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.reading import reader_for
from backend.start_forms import repository
from backend.start_forms.forms import StartForm, start_form
from backend.tasks.forms import accept, conditions_at, refuse
from backend.tasks.presenting import presented
from engine.definitions import Flow, Text


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in. `id` is made once for it: its draft has it, and repeating it starts nothing twice. `chosen`: who gets the tasks
    whose people the initiator chooses, by node."""

    id: UUID
    data: Mapping[str, Any]
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


def listed(metadata: Metadata, caller: Caller) -> list[dict[str, Any]]:
    """The flows that the caller may start by hand; `creates`: with a new record, else only about one that is there."""
    flows = (metadata.flow(key) for key in startable_flows(caller, metadata.roles, metadata.flows))
    return [_line(metadata, caller, flow) for flow in flows if begins_only_by(flow) is None]


def _line(metadata: Metadata, caller: Caller, flow: Flow) -> dict[str, Any]:
    entity = metadata.entity(flow.entity)
    access = reader_for(metadata, caller).access(entity, "create")
    return {**_named(flow), "entity": entity.key, "entity_label": _text(entity.label), "creates": access.allowed}


def _named(flow: Flow) -> dict[str, Any]:
    return {"flow": flow.key, "label": _text(flow.label), "description": _text(flow.description)}


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


async def shown(session: AsyncSession, metadata: Metadata, caller: Caller, key: str) -> dict[str, Any]:
    """The form of a flow as the caller gets it: `step` is their own first step, which it stands for. Raises NotFound, Forbidden,
    FlowInvalid."""
    found = start_form(metadata, caller, key)
    conditions = await conditions_at(session, metadata, caller, found.form, found.stored, clock.now())
    step = found.step and {"node_id": found.step.id, "title": _text(found.step.title)}
    named = {**_named(found.flow), "entity": found.flow.entity, "step": step}
    return named | presented(found.form, found.stored, conditions)


async def start(operations: Operations, caller: Caller, key: str, filled: Filled) -> dict[str, Any]:
    """Create the record and start the flow about it. Raises NotFound, Forbidden, FlowInvalid, InvalidData, RecordInvalid, RecordNotUnique,
    ChoosePeople, UsersInvalid, CommandIdReused."""
    session, metadata = operations.session, operations.metadata
    require_storable(filled.data, "/data")
    await repository.hold(session, filled.id)
    kept = await _answered(session, caller, key, filled.id)
    if kept is not None:
        return kept
    found = start_form(metadata, caller, key)
    record_id = await _create(session, metadata, caller, found, filled.data)
    await require_chosen(operations, caller, Supposed(key, record_id), filled.chosen, reader=SYSTEM)
    beginning = _beginning(metadata, caller, found, record_id, filled)
    id = await begin(session, metadata, operations.actions, beginning)
    answer = {"id": str(id), "flow": key, "record_id": str(record_id)}
    await instances.keep_answer(session, str(filled.id), id, caller.user_id, answer)
    await repository.forget(session, filled.id, caller.user_id)
    return answer


async def _answered(session: AsyncSession, caller: Caller, key: str, id: UUID) -> dict[str, Any] | None:
    """What this form was answered before; None the first time. Raises CommandIdReused."""
    kept = await instances.command(session, str(id))
    if kept is not None and (kept.actor_id != caller.user_id or kept.answer.get("flow") != key):
        raise CommandIdReused(path="id")
    return None if kept is None else kept.answer


async def _create(
    session: AsyncSession, metadata: Metadata, caller: Caller, found: StartForm, data: Mapping[str, Any]
) -> UUID:
    taken, problems = await accept(
        session, metadata, caller, found.form, found.stored, data, complete=True, now=clock.now()
    )
    refuse(problems)
    record = await records.create(session, metadata, caller, found.flow.entity, found.creating(taken))
    return UUID(str(record["id"]))


def _beginning(metadata: Metadata, caller: Caller, found: StartForm, record_id: UUID, filled: Filled) -> Beginning:
    flow = found.flow
    return Beginning(
        flow=flow,
        version=metadata.versions[("flow", flow.key)],
        record_id=record_id,
        initiator_id=caller.user_id,
        cause=Cause(actor_id=caller.user_id, actor_kind=caller.kind),
        chosen=filled.chosen,
        filled=found.step.id if found.step is not None else None,
    )
