"""Tasks as their people work on them: looking at one, and deciding it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.flows import repository as instances
from backend.flows.context import context_of
from backend.flows.errors import AlreadyHandled, CommentRequired, OutcomeUnknown, Relayed
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered, command
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.errors import problem
from backend.tasks import drafts, inbox, repository, signatures
from backend.tasks.alone import complete_alone
from backend.tasks.forms import refuse
from backend.tasks.models import Task
from backend.tasks.parts import handled, parts_of, require_open_part, require_visible, task_of
from backend.tasks.task_form import accepted, form_json
from engine.definitions import Flow
from engine.flow import CompleteTask, command_to_json, compile_flow
from engine.host import CommandInput, HostClient

_PATHS_KEPT = 300
#: The paths that flows read, by definition and entities, both kept so that their id() stays theirs.
_paths: OrderedDict[tuple[int, int], tuple[Any, Any, tuple[tuple[str, ...], ...]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides: an outcome, the form's values they wrote over version `record_version` of the record, an opinion,
    a drawn signature, and the id of this one click."""

    outcome: str
    command_id: str
    data: Mapping[str, Any]
    comment: str | None = None
    record_version: int | None = None
    signature: str | None = None


async def detail(session: AsyncSession, store: MetadataStore, caller: Caller, id: UUID) -> dict[str, Any]:
    """A task with its form and the values the form shows. Seen by whoever has a part in it, its initiator and administrators."""
    require_tasks(caller)
    task = await task_of(session, id)
    await require_visible(session, caller, id)
    if caller.user_id is not None:
        await repository.mark_read(session, id, caller.user_id)
    found = await inbox.task_json(session, store.current, caller, id)
    takes_part = await inbox.relation(session, id, caller.user_id) == "part"
    about = await form_json(session, store, caller, task, takes_part=takes_part, acting=found["can_act"])
    return found | about


async def complete(
    session: AsyncSession, store: MetadataStore, caller: Caller, host: HostClient, id: UUID, decision: Decision
) -> Answer:
    """Decide a task. The answer comes when the next look at the inbox shows its effect.

    Raises Forbidden, NotFound, NotYours, AlreadyHandled, OutcomeUnknown, CommentRequired, InvalidData, DataChanged,
    SendBackImpossible, EngineUnavailable.
    """
    require_tasks(caller)
    task = await task_of(session, id)
    parts = await parts_of(session, caller, id)
    if not parts:
        await require_visible(session, caller, id)
    kept = await answered(session, decision.command_id, task.instance_id or id, caller.user_id, str(id))
    if kept is not None:
        return kept
    await require_open_part(session, parts, task)
    outcome, signature = _outcome(task, decision), _signature(task, decision)
    if task.instance_id is None:
        return await _complete_alone(session, caller, task, decision)
    instance = await instances.bare_instance(session, task.instance_id)
    assert instance is not None, "a task belongs to an instance"
    flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    finishes = outcome["kind"] == "complete"
    written = await accepted(session, store, caller, task, decision.data, decision.record_version, complete=finishes)
    data = written.data
    user, declared = str(caller.user_id), {variable.key for variable in flow.variables}
    variables = {key: value for key, value in data.items() if key in declared}
    input = CommandInput(
        command_id=decision.command_id,
        command=command_to_json(CompleteTask(str(id), user, decision.outcome, variables)),
        user=user,
        comment=decision.comment or None,
        data=data,
        record_version=written.record_version,
        context=await _context(session, store.current, flow, instance, data),
        context_sequence=instance.sequence,
        extra={"signature": signature} if signature is not None else {},
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
    except AlreadyHandled as error:
        raise await handled(session, await _reread(session, task)) from error
    except Relayed as error:
        raise written.refusal(error) from error
    if caller.user_id is not None:
        await drafts.forget(session, id, caller.user_id)
    return answer


async def _complete_alone(session: AsyncSession, caller: Caller, task: Task, decision: Decision) -> Answer:
    refuse([problem(key, "field.unknown") for key in decision.data])
    comment = (decision.comment or "").strip() or None
    done = await complete_alone(session, caller, task, decision.command_id, comment, clock.now())
    if done is None:
        raise await handled(session, await _reread(session, task))
    return done


async def _reread(session: AsyncSession, task: Task) -> Task:
    await session.refresh(task)
    return task


def _outcome(task: Task, decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] | None = next((o for o in task.outcomes if o["key"] == decision.outcome), None)
    if found is None:
        raise OutcomeUnknown(path="outcome", outcome=decision.outcome, suggestion=task.outcomes[0]["key"])
    if found.get("comment") and not (decision.comment or "").strip():
        raise CommentRequired(path="comment")
    return found


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
    """What the flow's expressions read of the record once `data` is written; {} when they read nothing of it."""
    paths = _context_paths(flow, metadata)
    return None if paths is None else await context_of(session, metadata, instance, paths, data)


def _context_paths(flow: Flow, metadata: Metadata) -> tuple[tuple[str, ...], ...] | None:
    """The paths that a flow's expressions read; None for an old version that no longer checks against the entities of today:
    the instance holds its compiled expressions, and asks for their values itself."""
    address = (id(flow), id(metadata.entities))
    if address not in _paths:
        try:
            found = compile_flow(flow, metadata.entities, decisions=metadata.decision_types).context_paths
        except ValueError:
            return None
        _paths[address] = (flow, metadata.entities, found)
        while len(_paths) > _PATHS_KEPT:
            _paths.popitem(last=False)
    return _paths[address][2]
