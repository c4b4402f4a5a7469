"""What lets people know of a task, or asks what they think, and changes nothing in the flow: copies, and opinions.

Somebody is copied or asked once; nothing waits for them. Each is a line of the instance's history and an event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository as instances
from backend.flows.approval_errors import AlreadyIn, NotAllowed, UsersInvalid
from backend.flows.errors import CommentRequired, NotYours
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered
from backend.flows.words import said
from backend.identity import service as identity
from backend.metadata.store import MetadataStore
from backend.tasks import repository
from backend.tasks.allowing import CONSULTED, COPY
from backend.tasks.models import Task, TaskItem
from backend.tasks.notices import notify_task
from backend.tasks.parts import deciding, handled, require_open_part, require_standing
from engine.definitions import Flow

if TYPE_CHECKING:
    from backend.tasks.operating import Request

_MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody with these `parts` wants to do with a task."""

    task: Task
    instance: Instance | None
    parts: Sequence[TaskItem]
    request: Request


@dataclass(frozen=True, slots=True)
class _Doing:
    session: AsyncSession
    store: MetadataStore
    caller: Caller
    asked: Asked
    now: datetime

    @property
    def user(self) -> UUID:
        assert self.caller.user_id is not None, "only people have parts in tasks"
        return self.caller.user_id

    @property
    def comment(self) -> str | None:
        return said(self.asked.request.comment)


async def know(session: AsyncSession, store: MetadataStore, caller: Caller, asked: Asked) -> Answer:
    """Do it. Raises NotYours, NotAllowed, UsersInvalid, AlreadyIn, AlreadyHandled, CommentRequired."""
    task, request = asked.task, asked.request
    about = task.instance_id or task.id
    if caller.user_id is None:
        raise NotYours()
    await repository.lock(session, task)
    kept = await answered(session, request.command_id, about, caller.user_id, str(task.id))
    if kept is not None:  # the same click, faster
        return kept
    doing = _Doing(session, store, caller, asked, clock.now())
    users = await OPERATIONS[request.operation](doing)
    answer: Answer = {"task_id": str(task.id), "status": task.status, "outcome": None, "next_tasks": []}
    answer["instance_status"] = asked.instance.status if asked.instance is not None else None
    await instances.keep_answer(session, request.command_id, about, caller.user_id, answer)
    await _tell(doing, users)
    return answer


async def _copy(doing: _Doing) -> Sequence[UUID]:
    """Anybody with a part in it, and whoever started it, may let others know."""
    initiator = doing.asked.instance.initiator_id if doing.asked.instance is not None else None
    if not deciding(doing.asked.parts) and not doing.caller.stands_for(initiator):
        raise NotYours()
    return await _bring_in(doing, COPY, "copied")


async def _consult(doing: _Doing) -> Sequence[UUID]:
    """Whoever has to decide may ask others what they think, where the node allows it."""
    asked, request = doing.asked, doing.asked.request
    await require_open_part(doing.session, asked.parts, asked.task, request.item)
    if asked.instance is None or not await _allows(doing, asked.instance):
        raise NotAllowed(path="operation", operation=request.operation)
    await require_standing(doing.session, doing.caller, asked.parts, asked.instance.flow, request.item)
    return await _bring_in(doing, CONSULTED, "consulted")


async def _allows(doing: _Doing, instance: Instance) -> bool:
    flow: Flow = await doing.store.definition(doing.session, "flow", instance.flow, instance.flow_version)
    node = flow.node(doing.asked.task.node_id)
    return node is not None and node.assignment is not None and CONSULTED in node.assignment.operations


async def _bring_in(doing: _Doing, kind: str, what: str) -> Sequence[UUID]:
    """Parts for those who have none of the kind; returns whom. Raises UsersInvalid, AlreadyIn."""
    users, task = list(dict.fromkeys(doing.asked.request.users)), doing.asked.task
    names = {str(user) for user in users}
    if not users or len(users) > _MOST_PEOPLE or await identity.active_among(doing.session, names) != names:
        raise UsersInvalid(path="users")
    if doing.user in users:
        raise AlreadyIn(path="users", user=doing.caller.name)
    new = await repository.insert_readers(doing.session, task.id, users, kind, doing.user, doing.comment, doing.now)
    await notify_task(doing.session, what, task.id, task.title, task.subject, new, priority=task.priority)
    return new


async def _advise(doing: _Doing) -> Sequence[UUID]:
    """Somebody who was asked says what they think. An opinion is given once."""
    part = await _own(doing, CONSULTED)
    task = doing.asked.task
    if part.status != "open" or task.status != "open":
        raise await handled(doing.session, task, doing.user)
    if doing.comment is None:
        raise CommentRequired(path="comment")
    await repository.mark_part(doing.session, part.id, status="done", comment=doing.comment, acted_at=doing.now)
    askers = [part.asked_by] if part.asked_by is not None else []
    await notify_task(doing.session, "advised", task.id, task.title, task.subject, askers, again=doing.now)
    return [doing.user, *askers]


async def _read(doing: _Doing) -> Sequence[UUID]:
    """Somebody confirms that they have read a copy; doing so again is nothing wrong."""
    part = await _own(doing, COPY)
    if part.status == "open":
        await repository.mark_part(doing.session, part.id, status="done", acted_at=doing.now, read_at=doing.now)
    return [doing.user]


async def _own(doing: _Doing, kind: str) -> TaskItem:
    parts = await repository.items_of(doing.session, doing.asked.task.id, doing.user)
    found = next((part for part in parts if part.kind == kind), None)
    if found is None:
        raise NotYours()
    return found


async def _tell(doing: _Doing, users: Sequence[UUID]) -> None:
    """The history of the instance, and the log."""
    task, request, instance = doing.asked.task, doing.asked.request, doing.asked.instance
    done = {"operation": request.operation, "task": str(task.id), "user": str(doing.user)}
    data = {**done, "users": [str(user) for user in users], "comment": doing.comment}
    if instance is not None:
        line = {"instance_id": instance.id, "at": doing.now, "type": "task_changed", "node_id": task.node_id}
        await instances.add_history(doing.session, [{**line, "actor_id": doing.user, "data": data}])
    about = {
        "instance_id": instance and str(instance.id),
        "flow": instance and instance.flow,
        "title": task.subject,
        "entity": task.entity,
        "record_id": task.record_id and str(task.record_id),
        "node_id": task.node_id,
    }
    told = {**about, "operation": request.operation, "users": data["users"]}
    person = instance.person_id if instance is not None else None
    event = NewEvent(_EVENTS[request.operation], told, "task", task.id, person)
    await append(doing.session, event.caused_by(Cause(actor_id=doing.user, actor_kind=doing.caller.kind)))


OPERATIONS: Mapping[str, Callable[[_Doing], Awaitable[Sequence[UUID]]]] = {
    "cc": _copy,
    "consult": _consult,
    "advise": _advise,
    "read": _read,
}
_EVENTS: Mapping[str, str] = {
    "cc": "task.copied",
    "consult": "task.consulted",
    "advise": "task.advised",
    "read": "task.read",
}
