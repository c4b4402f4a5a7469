"""Making a step real: one PostgreSQL transaction for everything a command leads to, guarded by instance and sequence.

The transaction writes tasks, records, what actions do, history, events and the answer of the command together. It is safe to
try again: a command applied before answers what it answered then; a step built on an older state than the database
has is told so and given the newer one. An error that the person who acts can mend refuses the command; one in a service task stops that
task's token instead (the caller computes the step again with the failure known).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from backend.access.caller import Caller
from backend.actions.action import ActionContext
from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.errors import WeftError
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository
from backend.flows.errors import CommandIdReused
from backend.flows.models import Command, Instance
from backend.flows.overwriting import overwritten
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.tasks import projection
from engine.definitions import Flow
from engine.flow import (
    CloseTask,
    DecideItem,
    Effect,
    End,
    OpenTask,
    Record,
    RunAction,
    State,
    assign,
    dump,
    effect_from_json,
    incidents,
    load,
    waiting_for,
)
from engine.host import Application, Applied

#: Errors of the connection, not of the work: the activity is tried again.
_TRANSIENT = (OperationalError, InterfaceError, OSError, TimeoutError)


class _Abandoned(Exception):
    """Roll back and answer this."""

    def __init__(self, applied: Applied) -> None:
        self.applied = applied


@dataclass
class Step:
    """A step being applied: where it stands and what it has found so far."""

    session: AsyncSession
    metadata: Metadata
    actions: ActionRegistry
    flow: Flow
    instance: Instance
    application: Application
    now: datetime
    people: dict[str, list[str]] = field(default_factory=dict)
    escalated: dict[str, list[str]] = field(default_factory=dict)
    unassigned: list[str] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    closed: dict[str, CloseTask] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)

    @property
    def actor_id(self) -> UUID | None:
        """Who gave the command, if a person did."""
        user = self.application.command.get("user")
        return UUID(user) if user else None

    @property
    def cause(self) -> Cause:
        """Why changes of this step are made."""
        actor = self.actor_id
        kind = "user" if actor is not None else "system"
        return Cause(self.instance.event_id, self.instance.depth, actor, kind)

    @property
    def caller(self) -> Caller:
        """The flow acting for whoever gave the command: it may do what its definition says."""
        return Caller(user_id=self.actor_id, name=self.flow.label.en, kind="system", is_admin=True)

    def note(self, type_: str, node: str | None, **data: Any) -> None:
        """A line of history."""
        row = {"instance_id": self.instance.id, "at": self.now, "type": type_, "node_id": node}
        self.history.append({**row, "actor_id": self.actor_id, "data": data})

    def tell(self, type_: str, subject: str, id: UUID, **data: Any) -> None:
        """An event about a task or the instance."""
        about: dict[str, Any] = {
            "instance_id": str(self.instance.id),
            "flow": self.flow.key,
            "title": self.instance.title,
        }
        about |= {"entity": self.instance.entity, "record_id": self.instance.record_id and str(self.instance.record_id)}
        event = NewEvent(type_, {**about, **data}, subject, id, self.instance.person_id)
        self.events.append(event.caused_by(self.cause))


class EffectApplier:
    """The host's activity `apply_effects` over one database."""

    def __init__(self, database: Database, store: MetadataStore, actions: ActionRegistry) -> None:
        self._database = database
        self._store = store
        self._actions = actions

    async def apply(self, application: Application) -> Applied:
        """Apply a step, or say why not."""
        try:
            async with self._database.transaction() as session:
                return await self._apply(session, application)
        except _Abandoned as abandoned:
            return abandoned.applied

    async def _apply(self, session: AsyncSession, application: Application) -> Applied:
        id = UUID(application.instance)
        instance = await repository.locked_instance(session, id)
        if instance is None:
            raise ApplicationError(f"no instance {id}", type="flow.instance_unknown", non_retryable=True)
        known = await repository.command(session, application.command_id)
        if known is not None and not _repeats(known, application):
            return _refused(CommandIdReused(path="command_id"))
        if known is not None:
            return Applied("repeated", known.answer, state=instance.state)
        if instance.sequence != application.sequence - 1:
            return Applied("behind", state=instance.state)
        flow = await self._store.definition(session, "flow", instance.flow, instance.flow_version)
        now = datetime.fromisoformat(application.now)
        step = Step(session, self._store.current, self._actions, flow, instance, application, now)
        return await _carry_out(step)


def _repeats(known: Command, application: Application) -> bool:
    """Whether it is the command that was answered: the same person's, on the same instance and task."""
    command = application.command
    same = (str(known.instance_id), known.actor_id and str(known.actor_id)) == (
        application.instance,
        command.get("user") or None,
    )
    return same and known.answer.get("task_id") == command.get("task")


def _refused(error: WeftError) -> Applied:
    return Applied("refused", {"status": error.status, **error.to_json()["error"]})


async def _carry_out(step: Step) -> Applied:
    await _write_record(step)
    if step.application.sequence == 1:
        step.note("started", None)
        step.tell("instance.started", "instance", step.instance.id)
    for document in step.application.effects:
        effect = effect_from_json(document)
        await _EFFECTS[type(effect)](step, effect)
    state = assign(load(State, step.application.state), step.people, unassigned=frozenset(step.unassigned))
    state = assign(state, step.escalated, kind="escalation")
    if state.status == "running" and step.application.sequence > 1:
        step.tell("instance.moved", "instance", step.instance.id)
    await _save(step, state)
    answer = _answer(step, state)
    await repository.keep_answer(step.session, step.application.command_id, step.instance.id, step.actor_id, answer)
    return Applied("applied", answer, people=step.people, escalated=step.escalated, unassigned=step.unassigned)


async def _write_record(step: Step) -> None:
    """What the person wrote on the form, under the task's rights: the task's form was checked before the command came here.

    The record may have changed since the form was opened (`record_version`): where nobody else touched what is written, both stay.
    """
    data, record_id = step.application.command.get("data"), step.instance.record_id
    if not data or record_id is None:
        return
    try:
        written = await records.update(
            step.session,
            step.metadata,
            step.caller,
            step.instance.entity,
            record_id,
            data,
            version=None,
            cause=step.cause,
        )
    except WeftError as error:
        raise _Abandoned(_refused(error)) from error
    since = step.application.command.get("record_version")
    if since is not None:
        about = (step.instance.entity, record_id, step.actor_id)
        refusal = await overwritten(step.session, step.metadata, *about, since=since, by=written["version"])
        if refusal is not None:
            raise _Abandoned(_refused(refusal))


# -- effects


async def _open_task(step: Step, effect: Any) -> None:
    opened = await projection.open_task(step.session, step.metadata, step.flow, step.instance, effect, step.now)
    step.people[effect.task] = [str(user) for user in opened.people]
    if opened.unassigned:
        step.unassigned.append(effect.task)
    step.opened.append(
        {"id": effect.task, "node_id": effect.node, "title": opened.title, "users": step.people[effect.task]}
    )
    step.note("task_opened", effect.node, task=effect.task, round=effect.round, users=step.people[effect.task])
    step.tell("task.opened", "task", UUID(effect.task), node_id=effect.node, users=step.people[effect.task])
    if opened.unassigned:
        step.note("incident", effect.node, code="nobody_found")


async def _decide_item(step: Step, effect: Any) -> None:
    comment = step.application.command.get("comment")
    await projection.decide(step.session, effect, comment, step.now)
    step.note("task_decided", effect.node, task=effect.task, outcome=effect.outcome, comment=comment)


async def _close_task(step: Step, effect: Any) -> None:
    users = await projection.close_task(step.session, effect, step.now)
    step.closed[effect.task] = effect
    step.note(f"task_{effect.status}", effect.node, task=effect.task, outcome=effect.outcome)
    data = {"node_id": effect.node, "outcome": effect.outcome, "users": [str(user) for user in users]}
    step.tell(f"task.{effect.status}", "task", UUID(effect.task), **data)


async def _run_action(step: Step, effect: Any) -> None:
    """Run a service task; a failure that trying again cannot mend gives the whole step up and names the call."""
    try:
        result = await step.actions.run(effect.action, _action_context(step, effect), _arguments(step, effect))
    except _TRANSIENT:
        raise
    except Exception as error:  # whatever an action does wrong stops its own token, shown to the operator
        raise _Abandoned(Applied("failed", failures={effect.id: _reason(error)})) from error
    for task, users in ((result or {}).get("escalated") or {}).items():
        step.escalated.setdefault(task, []).extend(users)
        step.note("task_escalated", effect.node, task=task, users=users)
        step.tell("task.escalated", "task", UUID(task), node_id=effect.node, users=users)
    step.note("action_run", effect.node, action=effect.action)


def _action_context(step: Step, effect: RunAction) -> ActionContext:
    return ActionContext(
        session=step.session,
        metadata=step.metadata,
        now=step.now,
        key=effect.id,
        cause=step.cause,
        caller=step.caller,
        person_id=step.instance.person_id,
        entity=step.instance.entity,
        record_id=step.instance.record_id,
        instance_id=step.instance.id,
    )


def _arguments(step: Step, effect: RunAction) -> dict[str, Any]:
    """The arguments; an action that has a parameter `task` gets the task whose timer led here."""
    arguments = {name: value for name, value in effect.arguments.items() if value is not None}
    takes_task = any(parameter.name == "task" for parameter in step.actions.get(effect.action).parameters)
    return {"task": effect.task, **arguments} if takes_task and effect.task else arguments


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, WeftError) else f"{type(error).__name__}: {error}"


async def _record(step: Step, effect: Any) -> None:
    step.note(effect.type, effect.node, **effect.data)
    if effect.type == "incident":
        step.tell("instance.failed", "instance", step.instance.id, node_id=effect.node, **effect.data)


async def _end(step: Step, effect: Any) -> None:
    step.note(effect.status, None, outcome=effect.outcome)
    step.tell(f"instance.{effect.status}", "instance", step.instance.id, outcome=effect.outcome)


_EFFECTS: Mapping[type[Effect], Callable[[Step, Any], Awaitable[None]]] = {
    OpenTask: _open_task,
    DecideItem: _decide_item,
    CloseTask: _close_task,
    RunAction: _run_action,
    Record: _record,
    End: _end,
}


# -- the instance itself


async def _save(step: Step, state: State) -> None:
    tokens = [
        {"node_id": t.node, "since": t.since.isoformat(), "waiting_for": waiting_for(state, t)} for t in state.tokens
    ]
    values: dict[str, Any] = {
        "sequence": state.sequence,
        "state": dump(state),
        "tokens": tokens,
        "variables": dict(state.variables),
        "status": status_of(state),
        "incident": _incident(state),
    }
    if state.status != "running":
        values |= {"outcome": state.outcome, "ended_at": step.now}
    await repository.update_instance(step.session, step.instance.id, values)
    await repository.add_history(step.session, step.history)
    await append(step.session, *step.events)


def status_of(state: State) -> str:
    """`failed` when an incident is all that is left; while other work goes on it is `running`, with the incident beside it."""
    if state.status != "running":
        return state.status
    blocked = any(incident.blocking for incident in incidents(state))
    return "failed" if blocked and not state.tasks and not state.timers else "running"


def _incident(state: State) -> dict[str, Any] | None:
    found = incidents(state)
    if not found:
        return None
    every = [{"node_id": i.node, "code": i.code, "detail": i.detail, "blocking": i.blocking} for i in found]
    return {**every[0], "all": every}


def _answer(step: Step, state: State) -> dict[str, Any]:
    """What the one who gave the command is told."""
    answer: dict[str, Any] = {"instance_status": status_of(state)}
    command = step.application.command
    if command["kind"] == "complete_task":
        closed = step.closed.get(command["task"])
        answer |= {
            "task_id": command["task"],
            "status": closed.status if closed is not None else "open",
            "outcome": command["outcome"],
        }
    mine = command.get("user")
    answer["next_tasks"] = [
        {"id": task["id"], "node_id": task["node_id"], "title": task["title"], "mine": mine in task["users"]}
        for task in step.opened
    ]
    return answer
