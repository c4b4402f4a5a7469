"""Actions of flows: starting one, telling running ones something, deciding and escalating their tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from backend.actions.action import Action, ActionArgument, ActionContext, Parameter, Result, missing
from backend.actions.addressees import SUPERIOR, people
from backend.actions.arguments import fields_of, id_of, record_meant, record_of
from backend.events.outbox import enqueue
from backend.flows import service
from backend.flows.messages import give
from backend.flows.signals import CANCEL, DECIDE_TASK, RETRY, live_instances, note_signal, tell
from backend.messaging.notices import notify
from backend.metadata.event_scopes import PERSON
from backend.records import service as records
from backend.tasks import projection
from backend.tasks import repository as tasks
from backend.tasks.alone import escalate_alone
from backend.tasks.models import Task
from engine.definitions import Entity, Text
from engine.flow import ActOnTask, Cancel, Retry
from engine.language import TEXT, Type, reference

APPROVED = "approved"
#: Keys of outcomes that approve, and of the highest priorities.
_APPROVING = ("approve", "approved", "agree", "accept", "pass")
_URGENT = ("urgent", "critical", "highest", "high", "p0", "p1")


class StartFlow:
    """Starts a flow about a record: the argument `record`, else the one the rule or flow is about."""

    key = "start_flow"
    label = Text("启动流程", "Start a flow")
    parameters = (
        Parameter("flow", TEXT, Text("流程", "Flow"), required=True),
        Parameter("record", reference(None), Text("记录", "Record")),
    )
    open, sends = True, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        flow = arguments.get("flow")
        if not flow:
            raise missing(self.key, "flow")
        definition = context.metadata.flow(str(flow))
        same_entity = definition.entity == context.entity
        record = id_of(arguments.get("record")) or (context.record_id if same_entity else None)
        assert context.registry is not None, "actions are run by their registry"
        id = await service.start(
            context.session,
            context.metadata,
            context.caller,
            definition.key,
            actions=context.registry,
            record_id=record,
            variables=fields_of(arguments, "flow", "record"),
            person_id=context.person_id,
            cause=context.cause,
        )
        return {"instance_id": str(id)}


class EscalateTask:
    """Gives an open task of this instance to the superiors of its assignees as well."""

    key = "escalate_task"
    label = Text("升级任务给上级", "Escalate a task to the superior")
    parameters = (Parameter("task", TEXT, Text("任务", "Task")),)
    open, sends = False, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        if context.instance_id is None:
            raise missing(self.key, "task")
        task = arguments.get("task")
        found = await projection.escalation(context.session, context.instance_id, UUID(str(task)) if task else None)
        if found is None:
            return None
        task_id, users = found
        return {"escalated": {str(task_id): [str(user) for user in users]}}


class SignalFlow:
    """Tells running instances about the record, or about the person: `cancel` ends them, `retry` tries again what stopped (further
    arguments set their variables). Any other name is a signal, or a message, for whatever in them waits for it, with the further
    arguments as what it brings; it is written into their history and told in the log."""

    key = "signal_flow"
    label = Text("通知流程", "Signal a flow")
    parameters = (
        Parameter("signal", TEXT, Text("信号", "Signal"), required=True),
        Parameter("flow", TEXT, Text("流程", "Flow")),
        Parameter("record", reference(None), Text("记录", "Record")),
        Parameter("entity", TEXT, Text("实体", "Entity")),
    )
    open, sends = True, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        signal = str(arguments.get("signal") or "").strip()
        if not signal:
            raise missing(self.key, "signal")
        flow = context.metadata.flow(str(arguments["flow"])) if arguments.get("flow") else None
        about = await record_meant(context, arguments, flow.entity if flow is not None else None)
        person = context.person_id if about is None or about == (context.entity, context.record_id) else None
        found = await live_instances(context.session, flow.key if flow is not None else None, about, person)
        variables = fields_of(arguments, "signal", "flow", "record", "entity")
        for instance in found:
            await note_signal(context.session, instance, signal, variables, context.now, context.cause)
            await self._tell(context, instance.id, signal, variables)
        return {"signal": signal, "instances": [str(instance.id) for instance in found]}

    async def _tell(self, context: ActionContext, id: UUID, signal: str, variables: Mapping[str, Any]) -> None:
        key, cause = f"{context.key}:{signal}:{id}", context.cause
        if signal == CANCEL:
            await tell(context.session, key, id, Cancel(), cause, by=_by(context).zh)
        elif signal == RETRY:
            await tell(context.session, key, id, Retry(variables=variables), cause)
        else:
            await give(context.session, key, id, signal, variables, cause)


def _by(context: ActionContext) -> Text:
    """Who acts, in words: the rule, or the flow."""
    rule = context.metadata.rules.get(context.rule or "")
    if rule is None:
        return Text("由系统代为处理", "Done by the system")
    return Text(f"由规则“{rule.label.zh}”代为处理", f"Done by the rule “{rule.label.en}”")


class Approve:
    """Approves what a record waits for: takes the approving outcome of the open tasks of flows about it in place of those they are
    assigned to, which their history says. Where nothing waits, the record's status (or stage) becomes `approved`."""

    key = "approve"
    label = Text("批准", "Approve")
    parameters = (
        Parameter("record", reference(None), Text("记录", "Record")),
        Parameter("outcome", TEXT, Text("处理结果", "Outcome")),
        Parameter("comment", TEXT, Text("意见", "Comment")),
        Parameter("entity", TEXT, Text("实体", "Entity")),
    )
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity, id = await record_of(self.key, context, arguments)
        record = await records.get(context.session, context.metadata, context.caller, entity, id)
        about = {"entity": entity, "record_id": str(id)}
        decided = await self._decide(context, entity, id, arguments)
        if decided:
            return {**about, "tasks": decided}
        field = _approvable(context.metadata.entity(entity))
        if field is None:
            raise ActionArgument(
                key=self.key,
                reason=f"no open task about this {entity} can be approved, and it has no status “{APPROVED}”",
                reason_zh=f"这条{context.metadata.entity(entity).label.zh}没有可批准的任务，也没有“{APPROVED}”状态",
                path="record",
            )
        if record.get(field) != APPROVED:
            await records.update(
                context.session,
                context.metadata,
                context.caller,
                entity,
                id,
                {field: APPROVED},
                version=None,
                cause=context.cause,
            )
        return {**about, field: APPROVED}

    async def _decide(
        self, context: ActionContext, entity: str, id: UUID, arguments: Mapping[str, Any]
    ) -> dict[str, str]:
        """The outcome taken of each open task, by its id."""
        decided: dict[str, str] = {}
        wanted = str(arguments.get("outcome") or "") or None
        comment = " · ".join(part for part in (str(arguments.get("comment") or "").strip(), _by(context).zh) if part)
        for task in await tasks.open_about(context.session, entity, id):
            outcome = _approving(task.outcomes, wanted)
            if task.instance_id is None or outcome is None:
                continue
            cause = {"event_id": context.cause.event_id, "depth": context.cause.depth}
            payload = {"task": str(task.id), "outcome": outcome, "comment": comment, "cause": cause}
            key = f"{context.key}:{outcome}:{task.id}"
            await enqueue(context.session, DECIDE_TASK, key, payload, event_id=context.cause.event_id)
            decided[str(task.id)] = outcome
        return decided


def _approving(outcomes: Sequence[Mapping[str, Any]], wanted: str | None) -> str | None:
    """The outcome that is wanted; else the one that approves by its key."""
    keys = [str(outcome["key"]) for outcome in outcomes]
    if wanted is not None:
        return wanted if wanted in keys else None
    return next((key for key in keys if key in _APPROVING), None)


def _approvable(entity: Entity) -> str | None:
    """The field that can say `approved`."""
    for field in entity.fields:
        if field.key in ("status", "stage") and any(option.key == APPROVED for option in field.options):
            return field.key
    return None


class Escalate:
    """Takes a matter to superiors: those of whoever has its open tasks get the tasks as well; a record without open tasks becomes
    urgent, where its entity has a priority. `to`, or the owner's superior, is told."""

    key = "escalate"
    label = Text("升级", "Escalate")
    parameters = (
        Parameter("record", reference(None), Text("记录", "Record")),
        Parameter("to", Type("unknown"), Text("给谁", "To")),
        Parameter("text", TEXT, Text("说明", "Text")),
        Parameter("entity", TEXT, Text("实体", "Entity")),
    )
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity, id = await self._about(context, arguments)
        record = await records.get(context.session, context.metadata, context.caller, entity, id)
        open_tasks = await tasks.open_about(context.session, entity, id)
        given = {str(task.id): await self._give(context, task) for task in open_tasks}
        own = {str(task.id) for task in open_tasks if task.instance_id and task.instance_id == context.instance_id}
        raised = None if open_tasks else await _raise_priority(context, entity, id, record)
        link = f"/people/{id}" if entity == PERSON else f"/records/{entity}/{id}"
        told = await self._tell(context, arguments, record, link, required=not open_tasks)
        # What is escalated of the instance that asks becomes part of its own step.
        escalated = {"escalated": {task: users for task, users in given.items() if task in own}} if own else {}
        return {"tasks": given, "priority": raised, "told": told, **escalated}

    async def _about(self, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[str, UUID]:
        about = await record_meant(context, arguments)
        if about is not None and about[0] in context.metadata.entities:
            return about
        if context.person_id is None or "record" in arguments:
            raise missing(self.key, "record")
        return PERSON, context.person_id

    async def _give(self, context: ActionContext, task: Task) -> list[str]:
        users: Sequence[UUID]
        if task.instance_id is not None and task.instance_id == context.instance_id:
            users = await projection.superiors_of(context.session, task)
        elif task.instance_id is not None:
            users = await projection.superiors_of(context.session, task)
            key = f"escalate:{context.key}:{task.id}"
            command = ActOnTask(str(task.id), "", "escalate", tuple(str(user) for user in users))
            await tell(context.session, key, task.instance_id, command, context.cause)
        else:
            superiors = await projection.superiors_of(context.session, task)
            users = await escalate_alone(context.session, task, superiors, context.now, context.cause)
        return [str(user) for user in users]

    async def _tell(
        self,
        context: ActionContext,
        arguments: Mapping[str, Any],
        record: Mapping[str, Any],
        link: str,
        *,
        required: bool,
    ) -> list[str]:
        """Tell `to`, or the owner's superior. Nobody to tell is an error where nothing else was done."""
        to = arguments.get("to")
        if not to and not required and not record.get("owner"):
            return []
        users = await people(self.key, context, to or SUPERIOR, record)
        text, title = str(arguments.get("text") or "").strip(), str(record.get("_title") or "")
        notice = {"zh": text or f"已升级给您：{title}", "en": text or f"Escalated to you: {title}"}
        ids = [user.id for user in users]
        await notify(context.session, ids, notice, key=context.key, link=link, cause=context.cause)
        return [user.name for user in users]


async def _raise_priority(context: ActionContext, entity: str, id: UUID, record: Mapping[str, Any]) -> str | None:
    """Make the record as urgent as its entity knows; returns the priority it has now."""
    field = context.metadata.entity(entity).field("priority")
    options = [option.key for option in field.options] if field is not None else []
    highest = next((key for key in _URGENT if key in options), None)
    if highest is not None and record.get("priority") != highest:
        await records.update(
            context.session,
            context.metadata,
            context.caller,
            entity,
            id,
            {"priority": highest},
            version=None,
            cause=context.cause,
        )
    return highest


#: For the list of all actions in backend/assembly.py.
ACTIONS: tuple[Action, ...] = (StartFlow(), SignalFlow(), Approve(), Escalate(), EscalateTask())
