"""Doing something else with a task than deciding it: bringing in others, handing it on, asking for haste or an opinion, copying it.

What moves the flow is a command to it; copies and opinions are the backend's own (knowing.py). Everything is authorised here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.errors import WeftError
from backend.flows import repository as instances
from backend.flows.approval_errors import AlreadyIn, NotAllowed, NotClaimed, UsersInvalid
from backend.flows.errors import AlreadyHandled, InstanceEnded, NotYours
from backend.flows.models import Instance
from backend.flows.returning import Returning, reclaim
from backend.flows.steering import Answer, answered, command
from backend.flows.words import said
from backend.identity import service as identity
from backend.metadata.store import MetadataStore
from backend.tasks import knowing
from backend.tasks.models import Task, TaskItem
from backend.tasks.parts import (
    deciding,
    handled,
    parts_of,
    require_open_part,
    require_standing,
    require_visible,
    task_of,
)
from engine.definitions import Flow
from engine.flow import ActOnTask, command_to_json
from engine.host import CommandInput, HostClient

#: Done with an open part of one's own.
_OWN = frozenset({"add_before", "add_after", "add_alongside", "transfer", "delegate", "claim"})
#: They make others sign in one's place, or beside.
_SIGNERS = frozenset({"transfer", "add_alongside"})
#: Taking back what one decided, in this task.
_RECLAIM = "reclaim"
#: Those of the interpreter that people may ask for; the rest is for machines and administrators.
PERSONAL = _OWN | {"release", "remove", "urge"}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to do: `users` are whom it names, `item` which part (of theirs; for `remove` the one to take away)."""

    operation: str
    command_id: str
    users: Sequence[UUID] = ()
    item: int | None = None
    comment: str | None = None


async def operate(
    session: AsyncSession, store: MetadataStore, caller: Caller, host: HostClient, id: UUID, request: Request
) -> Answer:
    """Do it; the answer is like that of deciding.

    Raises Forbidden, NotFound, NotYours, NotYet, AlreadyHandled, NotAllowed, UsersInvalid, TooManyPeople, AlreadyIn, NotRemovable,
    LastSigner, NotClaimed, UrgedRecently, CommentRequired, NotStanding, NothingToReclaim, TooLateToReclaim, DecisionCounted,
    EngineUnavailable.
    """
    require_tasks(caller)
    task, parts = await task_of(session, id), await parts_of(session, caller, id)
    if not parts:
        await require_visible(session, caller, id)
    if request.operation == _RECLAIM and task.instance_id is not None:
        return await _reclaim(Returning(session, store, caller), host, task, task.instance_id, request)
    kept = await answered(session, request.command_id, task.instance_id or id, caller.user_id, str(id))
    if kept is not None:
        return kept
    instance = await instances.bare_instance(session, task.instance_id) if task.instance_id is not None else None
    if request.operation in knowing.OPERATIONS:
        return await knowing.know(session, store, caller, knowing.Asked(task, instance, parts, request))
    if request.operation not in PERSONAL or instance is None:
        raise NotAllowed(path="operation", operation=request.operation)
    await _require_part(session, caller, instance, task, parts, request)
    await require_people(session, request.users)
    await _require_no_initiator(session, store, instance, task, request)
    return await _command(session, caller, host, instance, task, request)


async def _require_part(
    session: AsyncSession, caller: Caller, instance: Instance, task: Task, parts: Sequence[TaskItem], request: Request
) -> None:
    """What the operation needs of the caller. The interpreter looks again, with the state as it is then."""
    if request.operation in _OWN:
        await require_open_part(session, parts, task, request.item)
        await require_standing(session, caller, parts, instance.flow, request.item)
    elif not deciding(parts) and not (request.operation == "urge" and caller.stands_for(instance.initiator_id)):
        raise NotYours()
    elif task.status != "open":
        raise await handled(session, task)
    elif request.operation == "release" and task.claimed not in _claiming(parts):
        raise NotClaimed()


async def _reclaim(returning: Returning, host: HostClient, task: Task, instance: UUID, request: Request) -> Answer:
    id, node = task.id, task.node_id
    answer = await reclaim(returning, host, instance, node, request.command_id, id, request.comment)
    return {"task_id": str(id), "status": task.status, "outcome": None, **answer}


def _claiming(parts: Sequence[TaskItem]) -> list[int | None]:
    """The parts that these people's claims are in: an agent takes a task for whom they act."""
    return [part.parent if part.kind == "agent" else part.item for part in deciding(parts)]


async def require_people(session: AsyncSession, users: Sequence[UUID]) -> None:
    """Raises UsersInvalid for people who are not there, or cannot sign in."""
    names = {str(user) for user in users}
    missing = names - await identity.active_among(session, names)
    if missing:
        raise UsersInvalid(path="users", user=min(missing))


async def _require_no_initiator(
    session: AsyncSession, store: MetadataStore, instance: Instance, task: Task, request: Request
) -> None:
    """Nobody makes whoever asked a signer of what the node has somebody else approve in their place. Raises UsersInvalid."""
    if request.operation not in _SIGNERS or instance.initiator_id not in request.users:
        return
    flow: Flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    node = flow.node(task.node_id)
    if node is not None and node.assignment is not None and node.assignment.asks_above:
        raise UsersInvalid(path="users", user=str(instance.initiator_id))


async def _command(
    session: AsyncSession, caller: Caller, host: HostClient, instance: Instance, task: Task, request: Request
) -> Answer:
    user = str(caller.user_id)
    given = ActOnTask(str(task.id), user, request.operation, tuple(str(each) for each in request.users), request.item)
    input = CommandInput(request.command_id, command_to_json(given), user, comment=said(request.comment))
    try:
        return await command(
            session,
            request.command_id,
            instance.id,
            caller.user_id,
            lambda: host.command(str(instance.id), input),
            task_id=str(task.id),
        )
    except (AlreadyHandled, InstanceEnded) as error:
        await session.refresh(task)
        if isinstance(error, InstanceEnded) and task.closed_by is None:
            raise
        raise await handled(session, task) from error
    except AlreadyIn as error:
        raise await _named(session, error) from error


async def _named(session: AsyncSession, error: WeftError) -> AlreadyIn:
    """The refusal with a person's name in the place of their id."""
    found = await identity.find_user(session, UUID(str(error.params["user"])))
    return AlreadyIn(path="users", user=found.name if found else "")
