"""Deciding a task; looking at one is in detail.py, doing something else with it in operating.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.errors import WeftError
from backend.flows import repository as instances
from backend.flows.approval_errors import TargetUnknown, UsersInvalid
from backend.flows.context import context_of
from backend.flows.errors import AlreadyHandled, CommentRequired, InstanceEnded, OutcomeUnknown, Relayed
from backend.flows.models import Instance
from backend.flows.programs import program_to_look
from backend.flows.steering import Answer, answered, command
from backend.flows.words import said
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.errors import problem
from backend.tasks import drafts, signatures
from backend.tasks.alone import complete_alone
from backend.tasks.detail import detail
from backend.tasks.forms import refuse
from backend.tasks.models import Task
from backend.tasks.parts import handled, parts_of, require_open_part, require_standing, require_visible, task_of
from backend.tasks.task_form import accepted
from engine.definitions import Flow
from engine.flow import CompleteTask, command_to_json
from engine.host import CommandInput, HostClient

__all__ = ["Decision", "complete", "detail"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides: an outcome, the form's values they wrote over version `record_version` of the record, an opinion,
    a drawn signature, and the id of this one click. `item`: with which of their parts; `target`: where to send it back to, where the
    outcome leaves that to them; `chosen`: who gets the tasks that this leads to, by node."""

    outcome: str
    command_id: str
    data: Mapping[str, Any]
    comment: str | None = None
    record_version: int | None = None
    signature: str | None = None
    item: int | None = None
    target: str | None = None
    chosen: Mapping[str, Sequence[UUID]] = field(default_factory=dict)


async def complete(
    session: AsyncSession, store: MetadataStore, caller: Caller, host: HostClient, id: UUID, decision: Decision
) -> Answer:
    """Decide a task. The answer comes when the next look at the inbox shows its effect.

    Raises Forbidden, NotFound, NotYours, NotYet, AlreadyHandled, OutcomeUnknown, TargetUnknown, CommentRequired, SignatureRequired,
    InvalidData, DataChanged, SendBackImpossible, TooManyRounds, ChoosePeople, EngineUnavailable.
    """
    require_tasks(caller)
    task = await task_of(session, id)
    parts = await parts_of(session, caller, id)
    if not parts:
        await require_visible(session, caller, id)
    kept = await answered(session, decision.command_id, task.instance_id or id, caller.user_id, str(id))
    if kept is not None:
        return kept
    await require_open_part(session, parts, task, decision.item)
    outcome, signature = _outcome(task, decision), _signature(task, decision)
    if task.instance_id is None:
        return await _complete_alone(session, caller, task, decision)
    instance = await instances.bare_instance(session, task.instance_id)
    assert instance is not None, "a task belongs to an instance"
    flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    await require_standing(session, caller, parts, instance.flow, decision.item)
    _require_chosen(caller, instance, flow, decision)
    finishes = outcome["kind"] == "complete"
    written = await accepted(session, store, caller, task, decision.data, decision.record_version, complete=finishes)
    data = written.data
    user, declared = str(caller.user_id), {variable.key for variable in flow.variables}
    variables = {key: value for key, value in data.items() if key in declared}
    input = CommandInput(
        command_id=decision.command_id,
        command=command_to_json(
            CompleteTask(str(id), user, decision.outcome, variables, item=decision.item, target=decision.target)
        ),
        user=user,
        comment=said(decision.comment),
        data=data,
        record_version=written.record_version,
        context=await _context(session, store.current, flow, instance, data),
        context_sequence=instance.sequence,
        extra=_extra(decision, signature),
    )
    try:
        answer = await command(
            session,
            decision.command_id,
            instance.id,
            caller.user_id,
            lambda: host.command(str(instance.id), input),
            task_id=str(id),
        )
    except (AlreadyHandled, InstanceEnded) as error:
        raise await _too_late(session, task, error) from error
    except Relayed as error:
        raise written.refusal(error) from error
    if caller.user_id is not None:
        await drafts.forget(session, id, caller.user_id)
    return answer


async def _complete_alone(session: AsyncSession, caller: Caller, task: Task, decision: Decision) -> Answer:
    refuse([problem(key, "field.unknown") for key in decision.data])
    comment = said(decision.comment)
    done = await complete_alone(session, caller, task, decision.command_id, comment, clock.now())
    if done is None:
        raise await handled(session, await _reread(session, task))
    return done


async def _too_late(session: AsyncSession, task: Task, error: AlreadyHandled | InstanceEnded) -> WeftError:
    """What whoever was slower is told: who was first, also where the instance ended with that."""
    decided = await _reread(session, task)
    return error if isinstance(error, InstanceEnded) and decided.closed_by is None else await handled(session, decided)


async def _reread(session: AsyncSession, task: Task) -> Task:
    await session.refresh(task)
    return task


def _outcome(task: Task, decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] | None = next((o for o in task.outcomes if o["key"] == decision.outcome), None)
    if found is None:
        raise OutcomeUnknown(path="outcome", outcome=decision.outcome, suggestion=task.outcomes[0]["key"])
    chooses = found["kind"] == "send_back" and not found.get("target")
    if chooses != (decision.target is not None):
        raise TargetUnknown(path="target")
    if found.get("comment") and said(decision.comment) is None:
        raise CommentRequired(path="comment")
    return found


def _require_chosen(caller: Caller, instance: Instance, flow: Flow, decision: Decision) -> None:
    """People are chosen only for nodes that leave it to whoever comes before; what is the initiator's to choose by nobody else. Raises
    UsersInvalid."""
    choosers = {"previous", *(["initiator"] if caller.stands_for(instance.initiator_id) else [])}
    for node, users in decision.chosen.items():
        assignment = (found := flow.node(node)) and found.assignment
        if not assignment or assignment.chosen_by not in choosers or not users:
            raise UsersInvalid(path=f"chosen/{node}")


def _extra(decision: Decision, signature: str | None) -> dict[str, Any]:
    """What the decision brings beside what the interpreter reads."""
    chosen = {node: [str(user) for user in users] for node, users in decision.chosen.items()}
    return {**({"signature": signature} if signature is not None else {}), **({"chosen": chosen} if chosen else {})}


def _signature(task: Task, decision: Decision) -> str | None:
    """The signature that comes with a decision, looked at. Raises SignatureRequired, SignatureInvalid."""
    if decision.signature is not None:
        return signatures.checked(decision.signature)
    if any(outcome.get("signature") for outcome in task.outcomes if outcome["key"] == decision.outcome):
        raise signatures.SignatureRequired(path="signature")
    return None


async def _context(
    session: AsyncSession, metadata: Metadata, flow: Flow, instance: Instance, data: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What the flow's expressions read of the record once `data` is written; {} when they read nothing of it; None for an old version:
    the instance holds its compiled expressions, and asks for their values itself."""
    program = program_to_look(flow, metadata)
    return None if program is None else await context_of(session, metadata, instance, program.context_paths, data)
