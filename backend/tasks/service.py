"""Tasks as their people work on them: looking at one, and deciding it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import require_tasks
from backend.errors import Forbidden, NotFound
from backend.flows import repository as instances
from backend.flows.context import context_of
from backend.flows.errors import AlreadyHandled, CommentRequired, InvalidData, NotYours, OutcomeUnknown
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered, command
from backend.identity import service as identity
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.records.errors import problem
from backend.tasks import inbox, repository
from backend.tasks.alone import complete_alone
from backend.tasks.forms import CompiledForm, accept, compile_form, shown
from backend.tasks.models import Task, TaskItem
from engine.definitions import Flow, Form
from engine.flow import CompleteTask, command_to_json, compile_flow
from engine.host import CommandInput, HostClient

_FORMS_KEPT = 300
#: Compiled forms by definition and entities, both kept so that their id() stays theirs.
_compiled: OrderedDict[tuple[int, int], tuple[Any, Any, CompiledForm]] = OrderedDict()
_paths: OrderedDict[tuple[int, int], tuple[Any, Any, tuple[tuple[str, ...], ...]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides: an outcome, the form's values they wrote over version `record_version` of the record, an opinion, and
    the id of this one click."""

    outcome: str
    command_id: str
    data: Mapping[str, Any]
    comment: str | None = None
    record_version: int | None = None


async def detail(session: AsyncSession, store: MetadataStore, caller: Caller, id: UUID) -> dict[str, Any]:
    """A task with its form and the values the form shows. Seen by whoever has a part in it, its initiator and administrators.

    The form gives its values to whoever has a part, whatever their role; the initiator sees what their role lets them see.
    """
    require_tasks(caller)
    task = await _task(session, id)
    await _require_visible(session, caller, id)
    if caller.user_id is not None:
        await repository.mark_read(session, id, caller.user_id)
    found = await inbox.task_json(session, store.current, caller, id)
    form = await form_of(session, store, task)
    takes_part = await inbox.relation(session, id, caller.user_id) == "part"
    record = await _record(session, store.current, SYSTEM if takes_part else caller, task)
    return found | {
        "form": form.to_json() if form is not None else None,
        "values": shown(form.form, record) if form is not None else {},
        "record_version": record.get("version"),
    }


async def _record(session: AsyncSession, metadata: Metadata, reader: Caller, task: Task) -> dict[str, Any]:
    """The record a task is about, as far as the reader may see it; {} when there is none for them."""
    if task.record_id is None:
        return {}
    try:
        return await records.get(session, metadata, reader, task.entity, task.record_id)
    except (NotFound, Forbidden):
        return {}


async def complete(
    session: AsyncSession, store: MetadataStore, caller: Caller, host: HostClient, id: UUID, decision: Decision
) -> Answer:
    """Decide a task. The answer comes when the next look at the inbox shows its effect.

    Raises Forbidden, NotFound, NotYours, AlreadyHandled, OutcomeUnknown, CommentRequired, InvalidData, DataChanged,
    SendBackImpossible, EngineUnavailable.
    """
    require_tasks(caller)
    task = await _task(session, id)
    parts = [item for item in await repository.items(session, id) if item.user_id == caller.user_id]
    if not parts:
        await _require_visible(session, caller, id)
    kept = await answered(session, decision.command_id, task.instance_id or id, caller.user_id, str(id))
    if kept is not None:
        return kept
    await _require_open_part(session, parts, task)
    outcome = _outcome(task, decision)
    if task.instance_id is None:
        return await _complete_alone(session, caller, task, decision)
    instance = await instances.bare_instance(session, task.instance_id)
    assert instance is not None, "a task belongs to an instance"
    flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    data = await _accepted(session, store, caller, task, decision, complete=outcome["kind"] == "complete")
    user, declared = str(caller.user_id), {variable.key for variable in flow.variables}
    variables = {key: value for key, value in data.items() if key in declared}
    input = CommandInput(
        command_id=decision.command_id,
        command=command_to_json(CompleteTask(str(id), user, decision.outcome, variables)),
        user=user,
        comment=decision.comment or None,
        data=data,
        record_version=decision.record_version,
        context=await _context(session, store.current, flow, instance, data),
        context_sequence=instance.sequence,
    )
    try:
        return await command(
            session,
            decision.command_id,
            instance.id,
            caller.user_id,
            lambda: host.command(str(instance.id), input),
            task_id=str(id),
        )
    except AlreadyHandled as error:
        raise await _handled(session, await _reread(session, task)) from error


async def _complete_alone(session: AsyncSession, caller: Caller, task: Task, decision: Decision) -> Answer:
    if decision.data:
        problems = [problem(key, "field.unknown") for key in decision.data]
        raise InvalidData(count=len(problems), problems=problems, path=problems[0]["path"] or None)
    comment = (decision.comment or "").strip() or None
    done = await complete_alone(session, caller, task, decision.command_id, comment, clock.now())
    if done is None:
        raise await _handled(session, await _reread(session, task))
    return done


async def form_of(session: AsyncSession, store: MetadataStore, task: Task) -> CompiledForm | None:
    """The form of a task, in the version it was opened with."""
    if task.form is None:
        return None
    version = task.form_version
    if version is None:
        form: Form = store.current.form(task.form)
    else:
        form = await store.definition(session, "form", task.form, version)
    return _compile(form, store.current)


def _compile(form: Form, metadata: Metadata) -> CompiledForm:
    address = (id(form), id(metadata.entities))
    if address not in _compiled:
        _compiled[address] = (form, metadata.entities, compile_form(form, metadata))
        while len(_compiled) > _FORMS_KEPT:
            _compiled.popitem(last=False)
    return _compiled[address][2]


async def _task(session: AsyncSession, id: UUID) -> Task:
    task = await repository.task(session, id)
    if task is None:
        raise NotFound(what="task", key=id)
    return task


async def _require_visible(session: AsyncSession, caller: Caller, id: UUID) -> None:
    if not caller.unrestricted and await inbox.relation(session, id, caller.user_id) is None:
        raise NotYours()


async def _require_open_part(session: AsyncSession, parts: Sequence[TaskItem], task: Task) -> None:
    deciding = [item for item in parts if item.kind in repository.DECIDING]
    if not deciding:
        raise NotYours()
    if task.status != "open" or all(item.status != "open" for item in deciding):
        raise await _handled(session, task)


async def _handled(session: AsyncSession, task: Task) -> AlreadyHandled:
    by = task.closed_by and await identity.get_user(session, task.closed_by)
    return AlreadyHandled(by=by.name if by else "—", status=task.status, outcome=task.outcome or "")


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


async def _accepted(
    session: AsyncSession,
    store: MetadataStore,
    caller: Caller,
    task: Task,
    decision: Decision,
    *,
    complete: bool,
) -> dict[str, Any]:
    """The values to write, or InvalidData with each field's problem."""
    form = await form_of(session, store, task)
    if form is None:
        accepted: dict[str, Any] = {}
        problems = [problem(key, "field.unknown") for key in decision.data]
    else:
        record = await _record(session, store.current, SYSTEM, task)
        accepted, problems = await accept(
            session, store.current, caller, form, record, decision.data, complete=complete, now=clock.now()
        )
    if problems:
        raise InvalidData(count=len(problems), problems=problems, path=problems[0]["path"] or None)
    return accepted


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
        while len(_paths) > _FORMS_KEPT:
            _paths.popitem(last=False)
    return _paths[address][2]
