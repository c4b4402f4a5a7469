"""Actions of flows: starting one from a rule or another flow, and escalating a task that nobody has decided in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.actions.action import Action, ActionContext, Parameter, Result, missing
from backend.actions.arguments import fields_of, id_of
from backend.flows import service
from backend.tasks import projection
from engine.definitions import Text
from engine.language import TEXT, reference


class StartFlow:
    """Starts a flow about a record: the argument `record`, else the one the rule or flow is about."""

    key = "start_flow"
    label = Text("启动流程", "Start a flow")
    parameters = (
        Parameter("flow", TEXT, Text("流程", "Flow"), required=True),
        Parameter("record", reference(None), Text("记录", "Record")),
    )
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        flow = arguments.get("flow")
        if not flow:
            raise missing(self.key, "flow")
        definition = context.metadata.flow(str(flow))
        same_entity = definition.entity == context.entity
        record = id_of(arguments.get("record")) or (context.record_id if same_entity else None)
        id = await service.start(
            context.session,
            context.metadata,
            context.caller,
            definition.key,
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

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        if context.instance_id is None:
            raise missing(self.key, "task")
        task = arguments.get("task")
        found = await projection.escalate(
            context.session, context.instance_id, UUID(str(task)) if task else None, context.now
        )
        if found is None:
            return None
        task_id, users = found
        return {"escalated": {str(task_id): [str(user) for user in users]}}


#: For the list of all actions in backend/assembly.py.
ACTIONS: tuple[Action, ...] = (StartFlow(), EscalateTask())
