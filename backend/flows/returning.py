"""Taking back: one's own decision, or the whole; asking for haste; declaring void what is over, and going on with it after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import has_permission, require_permission, require_tasks
from backend.actions.registry import ActionRegistry
from backend.db import uuid7
from backend.errors import Forbidden, NotFound, WeftError
from backend.events.log import Cause, NewEvent, append
from backend.flows import reading, repository, unstarted
from backend.flows.approval_errors import (
    AlreadyReopened,
    DecisionCounted,
    NotAllowed,
    NotEnded,
    NothingToReclaim,
    NotYoursToWithdraw,
    Voided,
)
from backend.flows.beginning import Beginning
from backend.flows.errors import InstanceEnded, InstanceStarting, NodeUnknown
from backend.flows.immediate import begin
from backend.flows.models import Instance
from backend.flows.possible import is_reopened
from backend.flows.steering import Answer, answered, command, one_of
from backend.flows.taking_back import has_decided, require_standing
from backend.flows.words import said
from backend.flows.work import about
from backend.metadata.store import MetadataStore
from backend.tasks.notices import notify_instance
from engine.definitions import Flow
from engine.flow import ActOnTask, Command, Reclaim, Withdraw, command_to_json
from engine.host import CommandInput, HostClient


@dataclass(frozen=True, slots=True)
class Returning:
    """Whoever takes something back, and what that needs of a process."""

    session: AsyncSession
    store: MetadataStore
    caller: Caller

    @property
    def user(self) -> UUID:
        """The person. Raises Forbidden for the system, which started and decided nothing by itself."""
        require_tasks(self.caller)
        if self.caller.user_id is None:
            raise Forbidden(action="tasks")
        return self.caller.user_id

    async def visible(self, id: UUID) -> Instance:
        """An instance that the caller may see. Raises NotFound."""
        return (await reading.visible(self.session, self.store.current, self.caller, id))[0]

    async def flow(self, instance: Instance) -> Flow:
        """The flow as the instance runs it."""
        found: Flow = await self.store.definition(self.session, "flow", instance.flow, instance.flow_version)
        return found


async def reclaim(
    returning: Returning,
    host: HostClient,
    id: UUID,
    node: str,
    command_id: str,
    task: UUID | None = None,
    comment: str | None = None,
) -> Answer:
    """Take back what one decided at a node (`task`: in that one), while nobody has acted on what followed: a signature while others are still
    to sign, or what completed the step. Raises NotStanding, NothingToReclaim, TooLateToReclaim, DecisionCounted."""
    session, user = returning.session, returning.user
    kept = await answered(session, command_id, id, user)
    if kept is not None:
        return kept
    instance = await _running(returning, id)
    await require_standing(session, instance, await returning.flow(instance), node, user, task)
    given = Reclaim(node, str(user), within=str(task) if task is not None else None)
    try:
        return await _give(returning, host, id, command_id, given, comment)
    except NothingToReclaim as error:
        if await has_decided(session, id, node, user, task):
            raise DecisionCounted() from error
        raise


async def withdraw(
    returning: Returning, host: HostClient, id: UUID, command_id: str, reason: str | None = None
) -> Answer:
    """Take back what one started, as far as its flow allows. Raises NotYoursToWithdraw, TooLateToWithdraw."""
    user = returning.user
    kept = await answered(returning.session, command_id, id, user)
    if kept is not None:
        return kept
    instance = await returning.visible(id)
    if instance.status == "starting":
        if instance.initiator_id != user or (await returning.flow(instance)).withdraw == "never":
            raise NotYoursToWithdraw()
        ended = await unstarted.cancel(returning.session, returning.caller, id, command_id)
        if ended is not None:
            return ended
    return await _command(returning, host, id, command_id, Withdraw(str(user)), reason)


async def urge(returning: Returning, host: HostClient, id: UUID, command_id: str) -> dict[str, Any]:
    """Ask all for haste whom the instance waits for. Returns the tasks. Raises what the flow refuses with where it refuses all."""
    user, instance = returning.user, await returning.visible(id)
    if instance.ended_at is not None:
        raise InstanceEnded()
    urged: list[str] = []
    refused: list[WeftError] = []
    for task in await repository.open_tasks(returning.session, id):
        own = one_of(command_id, task)
        try:
            given = ActOnTask(str(task), str(user), "urge")
            kept = await answered(returning.session, own, id, user, str(task))
            if kept is None:
                await _give(returning, host, id, own, given, task=str(task))
            urged.append(str(task))
        except WeftError as error:
            refused.append(error)
    if not urged:
        raise refused[0] if refused else NotAllowed(path="operation", operation="urge")
    return {"urged": urged}


async def _command(
    returning: Returning, host: HostClient, id: UUID, command_id: str, given: Command, comment: str | None = None
) -> Answer:
    kept = await answered(returning.session, command_id, id, returning.user)
    if kept is not None:
        return kept
    await _running(returning, id)
    return await _give(returning, host, id, command_id, given, comment)


async def _running(returning: Returning, id: UUID) -> Instance:
    instance = await returning.visible(id)
    if instance.status == "starting":
        raise InstanceStarting()
    if instance.ended_at is not None:
        raise InstanceEnded()
    return instance


async def _give(
    returning: Returning,
    host: HostClient,
    id: UUID,
    command_id: str,
    given: Command,
    comment: str | None = None,
    task: str | None = None,
) -> Answer:
    user = returning.user
    input = CommandInput(command_id, command_to_json(given), str(user), comment=said(comment, "reason"))
    return await command(returning.session, command_id, id, user, lambda: host.command(str(id), input), task_id=task)


# -- what is over


async def void(returning: Returning, id: UUID, reason: str) -> dict[str, Any]:
    """What came of an instance counts no more; operators may say so, and why. Raises Forbidden, NotFound, NotEnded, Voided."""
    require_permission(returning.caller, returning.store.current.roles, "operate")
    instance = await _ended(returning, id)
    now = clock.now()
    voided = {"voided_at": now, "voided_by": returning.caller.user_id, "void_reason": reason}
    await repository.update_instance(returning.session, id, voided)
    await _tell(returning, instance, "voided", {"reason": reason})
    label = (await returning.flow(instance)).label
    title, users = {"zh": label.zh, "en": label.en}, [instance.initiator_id] if instance.initiator_id else []
    await notify_instance(returning.session, "voided", id, title, instance.title, users)
    return {"id": str(id), "voided_at": now}


async def reopen(
    returning: Returning, actions: ActionRegistry, id: UUID, command_id: str, node: str | None = None
) -> dict[str, Any]:
    """Another instance goes on with one that is over, from its beginning or at a node; operators may, and whoever started it where they
    could have withdrawn it, but from its beginning alone: nobody passes over those who are to approve what they ask for. Raises Forbidden, NotFound, NotEnded, Voided, AlreadyReopened, NodeUnknown."""
    user = returning.user
    kept = await answered(returning.session, command_id, id, user)
    if kept is not None:
        return kept
    instance = await returning.visible(id)
    flow = await returning.flow(instance)
    _require_reopener(returning, instance, flow, node)
    _require_node(flow, node)
    instance = await _ended(returning, id)
    if await is_reopened(returning.session, instance):
        raise AlreadyReopened()
    new = await begin(returning.session, returning.store.current, actions, _again(returning, instance, flow, node))
    await _tell(returning, instance, "reopened", {"instance": str(new), "node": node})
    answer = {"id": str(new), "instance_status": "starting"}
    await repository.keep_answer(returning.session, command_id, id, user, answer)
    return answer


def _require_reopener(returning: Returning, instance: Instance, flow: Flow, node: str | None) -> None:
    mine = returning.caller.stands_for(instance.initiator_id) and flow.withdraw != "never" and node is None
    if not mine and not has_permission(returning.caller, returning.store.current.roles, "operate"):
        raise Forbidden(action=f"reopen {flow.key}")


def _require_node(flow: Flow, node: str | None) -> None:
    found = flow.node(node) if node is not None else None
    if node is not None and (found is None or found.parent or found.type in ("boundary_event", "start_event")):
        raise NodeUnknown(path="node_id", node=node)


def _again(returning: Returning, instance: Instance, flow: Flow, node: str | None) -> Beginning:
    """The same about the same, under the same version: its nodes are what the reader saw."""
    declared = {variable.key for variable in flow.variables}
    return Beginning(
        flow=flow,
        version=instance.flow_version,
        variables={key: value for key, value in instance.variables.items() if key in declared},
        record_id=instance.record_id,
        person_id=instance.person_id,
        initiator_id=instance.initiator_id,
        cause=Cause(actor_id=returning.caller.user_id, actor_kind=returning.caller.kind),
        at=node,
        reopened_from=instance.id,
        chosen=instance.chosen,
        id=uuid7(),
    )


async def _ended(returning: Returning, id: UUID) -> Instance:
    """An instance that is over and counts, locked."""
    instance = await repository.locked_instance(returning.session, id)
    if instance is None:
        raise NotFound(what="instance", key=id)
    if instance.ended_at is None:
        raise NotEnded()
    if instance.voided_at is not None:
        raise Voided()
    return instance


async def _tell(returning: Returning, instance: Instance, type_: str, data: dict[str, Any]) -> None:
    """The history of the instance, and the log."""
    caller = returning.caller
    line = {"instance_id": instance.id, "at": clock.now(), "type": type_, "node_id": None, "actor_id": caller.user_id}
    await repository.add_history(returning.session, [{**line, "data": data}])
    event = NewEvent(f"instance.{type_}", {**about(instance), **data}, "instance", instance.id, instance.person_id)
    await append(returning.session, event.caused_by(Cause(actor_id=caller.user_id, actor_kind=caller.kind)))
