"""Called flows: starting them, telling them that nobody waits any more, and telling the caller how they went."""

from __future__ import annotations

from dataclasses import replace
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.arguments import id_of
from backend.events.log import Cause
from backend.flows.beginning import Beginning
from backend.flows.errors import FlowInvalid
from backend.flows.signals import tell
from backend.flows.work import Work
from backend.metadata import repository as definitions
from backend.metadata.models import DefinitionVersion
from engine.definitions import Flow
from engine.definitions.codec import decode_checked
from engine.flow import Cancel, ChildEnded, ChildEscalated, Command, End, EscalateToParent, StartChild

_NOT_WANTED = "调用它的流程不再等待 · the calling flow does not wait any more"


async def start(work: Work, effect: StartChild) -> UUID:
    """Start the called flow, about the record that the call names, else this instance's own when it is one of that entity."""
    flow, version = await _bound(work, effect)
    instance = work.instance
    own = instance.record_id if flow.entity == instance.entity else None
    beginning = Beginning(
        flow=flow,
        version=version,
        variables={key: value for key, value in effect.variables.items() if value is not None},
        record_id=_record(effect.record) if effect.record else own,
        person_id=instance.person_id,
        initiator_id=instance.initiator_id,
        cause=Cause(work.cause.event_id, work.depth + 1),
        parent=instance.id,
        call=effect.id,
        id=child_id(effect.id),
    )
    return await work.start(beginning)


def _record(named: str) -> UUID:
    found = id_of(named)
    if found is None:
        raise FlowInvalid(path="record", reason=f"{named!r} is no record")
    return found


def child_id(call: str) -> UUID:
    """The id of the instance that a call starts: the same however often the step is computed."""
    return uuid5(NAMESPACE_OID, f"call:{call}")


async def _bound(work: Work, effect: StartChild) -> tuple[Flow, int]:
    """The flow and version to call: the newest, or the one that was current when the caller's version was published."""
    metadata = work.metadata
    if effect.binding != "deployment":
        return metadata.flow(effect.flow), metadata.versions[("flow", effect.flow)]
    version = await _deployed(work.session, work.instance.flow, work.instance.flow_version, effect.flow)
    if version is None or version == metadata.versions.get(("flow", effect.flow)):
        return metadata.flow(effect.flow), metadata.versions[("flow", effect.flow)]
    document = await definitions.content(work.session, "flow", effect.flow, version)
    assert document is not None, "versions are never deleted"
    old = decode_checked("flow", document)
    assert isinstance(old, Flow), "it is a flow's document"
    return old, version


async def _deployed(session: AsyncSession, caller: str, version: int, called: str) -> int | None:
    """The version of `called` that there was when `version` of `caller` was published."""
    row = DefinitionVersion
    published = (
        select(row.publication_id)
        .where(and_(row.kind == "flow", row.key == caller, row.version == version))
        .scalar_subquery()
    )
    statement = select(func.max(row.version)).where(
        row.kind == "flow", row.key == called, row.publication_id <= published
    )
    found: int | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def cancel(work: Work, call: str) -> None:
    """Nobody waits for the called flow any more: it ends."""
    await tell(work.session, f"cancel:{call}", child_id(call), Cancel(), work.cause, by=_NOT_WANTED)


async def escalate(work: Work, effect: EscalateToParent) -> None:
    """An escalation that nothing in the called flow catches goes on in the one that called it."""
    escalated = ChildEscalated(work.instance.parent_call or "", effect.code, effect.payload)
    await _tell_parent(work, f"escalated:{work.step.sequence}:{effect.code or ''}", escalated)


async def ended(work: Work, effect: End) -> None:
    """The called flow is over: its caller goes on."""
    outcome = ChildEnded(
        work.instance.parent_call or "",
        effect.status,
        effect.outcome,
        work.state.variables,
        effect.code,
        effect.detail,
    )
    await _tell_parent(work, "ended", outcome)


async def _tell_parent(work: Work, what: str, command: Command) -> None:
    """A call that comes back takes its link out of the chain of causes: calls one after another do not make it longer."""
    parent = work.instance.parent_instance_id
    if parent is not None:
        cause = replace(work.cause, depth=max(work.depth - 2, -1))  # what is told lengthens it by one
        await tell(work.session, f"{work.instance.id}:{what}", parent, command, cause)
