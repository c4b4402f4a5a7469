"""Where files are attached: at a task, or at a run itself. A place knows who attaches there, until when they may take it away again, and
who is told.

The rights of a node (`Node.rights`) are about the fields of its form; they do not touch files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.errors import Forbidden, NotFound
from backend.events.log import Cause, NewEvent, append
from backend.flows import reading
from backend.flows import repository as instances
from backend.flows.errors import InstanceEnded
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered
from backend.flows.work import about
from backend.metadata.snapshot import Metadata
from backend.tasks import repository
from backend.tasks.allowing import CONSULTED
from backend.tasks.files import MOST_FILES, TooManyAttachments
from backend.tasks.models import Task, TaskAttachment, TaskItem
from backend.tasks.parts import handled, parts_of, require_open_part, require_standing, require_visible, task_of


class AttachmentNotInitiator(Forbidden):
    """A run's own files come from whoever started it; everybody else attaches at their task."""

    code = "attachment.not_initiator"
    zh = "只有发起人可以给整个流程添加附件，您可以在自己的任务里添加"
    en = "Only whoever started it attaches files to the whole run; attach yours at your task"


#: Who has its page open, perhaps.
_CONCERNED = text(
    """
    SELECT DISTINCT i.user_id FROM weft.task t JOIN weft.task_item i ON i.task_id = t.id
    WHERE (t.id = :task OR t.instance_id = :instance) AND i.user_id IS NOT NULL AND i.status <> 'removed'
    """
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Whoever asks for something about a file, and what answering takes."""

    session: AsyncSession
    metadata: Metadata
    caller: Caller


class Place(ABC):
    """Where a file is attached: a task, with its instance if it has one, or an instance alone."""

    def __init__(self, asking: Asking, task: Task | None, instance: Instance | None) -> None:
        self.asking, self.session, self.caller = asking, asking.session, asking.caller
        self.task, self.instance = task, instance

    @classmethod
    @abstractmethod
    async def found(cls, asking: Asking, id: UUID) -> Self:
        """The place of this id. Raises NotFound."""

    @abstractmethod
    async def require_visible(self) -> None:
        """Raises NotYours or NotFound for whoever has nothing to do with it."""

    @abstractmethod
    async def require_may(self) -> None:
        """Raises what keeps the caller from attaching here."""

    @abstractmethod
    async def require_removable(self, file: TaskAttachment) -> None:
        """Raises what keeps whoever attached the file from taking it away again."""

    @abstractmethod
    async def lock(self) -> None:
        """Let nobody else change it until the end of the transaction; it is read again."""

    @abstractmethod
    async def answered(self, command_id: str) -> Answer | None:
        """What the same wish was answered before."""

    @property
    @abstractmethod
    def is_here(self) -> ColumnElement[bool]:
        """Whether a file is attached here."""

    @abstractmethod
    async def event(self, what: str, done: dict[str, Any]) -> NewEvent:
        """What the log says; nothing of what the file is called."""

    @property
    def id(self) -> UUID:
        """What a command about it is kept under: its instance, or the task that stands alone."""
        if self.instance is not None:
            return self.instance.id
        assert self.task is not None, "a place is a task or an instance"
        return self.task.id

    @property
    def columns(self) -> dict[str, UUID | None]:
        """Of a file that is attached here."""
        task, instance = self.task, self.instance
        return {
            "task_id": task.id if task is not None else None,
            "instance_id": instance.id if instance is not None else None,
        }

    async def require_room(self) -> None:
        """Raises TooManyAttachments."""
        there = select(func.count()).where(self.is_here, TaskAttachment.removed_at.is_(None))
        if (await self.session.execute(there)).scalar_one() >= MOST_FILES:
            raise TooManyAttachments(limit=MOST_FILES)

    async def tell(self, file: TaskAttachment, what: str) -> None:
        """The history of the instance, and the log; that one without the name, which is for those with a part in it."""
        done = {"user": str(self.caller.user_id), "attachment": str(file.id)}
        if self.task is not None:
            done["task"] = str(self.task.id)
        if self.instance is not None:
            node = self.task.node_id if self.task is not None else None
            line = {"instance_id": self.instance.id, "at": clock.now(), "type": what, "node_id": node}
            told = {**done, "name": file.name, "size": file.size}
            await instances.add_history(self.session, [{**line, "actor_id": self.caller.user_id, "data": told}])
        cause = Cause(actor_id=self.caller.user_id, actor_kind=self.caller.kind)
        await append(self.session, (await self.event(what, done)).caused_by(cause))


class AtTask(Place):
    """At a task: attached by whoever has an open part in it, is asked what they think of it, or started its instance; taken away
    while it is open."""

    task: Task

    @classmethod
    async def found(cls, asking: Asking, id: UUID) -> Self:
        task = await task_of(asking.session, id)
        at = task.instance_id
        return cls(asking, task, await instances.bare_instance(asking.session, at) if at is not None else None)

    async def require_visible(self) -> None:
        if not await parts_of(self.session, self.caller, self.task.id):
            await require_visible(self.session, self.caller, self.task.id)

    async def require_may(self) -> None:
        parts = await parts_of(self.session, self.caller, self.task.id)
        initiator = self.instance is not None and self.caller.stands_for(self.instance.initiator_id)
        if self.task.status == "open" and (initiator or _is_asked(parts)):
            return
        if initiator:
            raise await handled(self.session, self.task)
        await require_open_part(self.session, parts, self.task)
        if self.instance is not None:
            await require_standing(self.session, self.caller, parts, self.instance.flow)

    async def require_removable(self, file: TaskAttachment) -> None:  # noqa: ARG002  # Place's shape
        if self.task.status != "open":
            raise await handled(self.session, self.task)

    async def lock(self) -> None:
        await repository.lock(self.session, self.task)

    async def answered(self, command_id: str) -> Answer | None:
        return await answered(self.session, command_id, self.id, self.caller.user_id, str(self.task.id))

    @property
    def is_here(self) -> ColumnElement[bool]:
        return TaskAttachment.task_id == self.task.id

    async def event(self, what: str, done: dict[str, Any]) -> NewEvent:
        task, instance = self.task, self.instance
        rows = await self.session.execute(_CONCERNED, {"task": task.id, "instance": task.instance_id})
        users = {*rows.scalars(), *([instance.initiator_id] if instance is not None and instance.initiator_id else [])}
        told = {
            "instance_id": instance and str(instance.id),
            "flow": instance and instance.flow,
            "title": task.subject,
            "entity": task.entity,
            "record_id": task.record_id and str(task.record_id),
            "node_id": task.node_id,
            "users": sorted(map(str, users)),
        }
        person = instance.person_id if instance is not None else None
        return NewEvent(f"task.{what}", {**told, **done}, "task", task.id, person)


class AtInstance(Place):
    """At a run itself, wherever it stands: attached by whoever started it while it runs; taken away until the next task is decided, as
    whoever decides may go by it."""

    instance: Instance

    @classmethod
    async def found(cls, asking: Asking, id: UUID) -> Self:
        instance = await instances.bare_instance(asking.session, id)
        if instance is None:
            raise NotFound(what="instance", key=id)
        return cls(asking, None, instance)

    async def require_visible(self) -> None:
        await reading.visible(self.session, self.asking.metadata, self.caller, self.instance.id)

    async def require_may(self) -> None:
        if not self.caller.stands_for(self.instance.initiator_id):
            raise AttachmentNotInitiator()
        if self.instance.ended_at is not None:
            raise InstanceEnded()

    async def require_removable(self, file: TaskAttachment) -> None:
        if self.instance.ended_at is not None:
            raise InstanceEnded()
        since = and_(Task.instance_id == self.instance.id, Task.closed_at > file.created_at)
        decided = select(Task).where(since, Task.status == "completed").order_by(Task.closed_at).limit(1)
        task = (await self.session.execute(decided)).scalar_one_or_none()
        if task is not None:
            raise await handled(self.session, task)

    async def lock(self) -> None:
        await instances.locked_instance(self.session, self.instance.id)

    async def answered(self, command_id: str) -> Answer | None:
        return await answered(self.session, command_id, self.id, self.caller.user_id)

    @property
    def is_here(self) -> ColumnElement[bool]:
        return and_(TaskAttachment.instance_id == self.instance.id, TaskAttachment.task_id.is_(None))

    async def event(self, what: str, done: dict[str, Any]) -> NewEvent:
        instance = self.instance
        told = {**about(instance), **done}
        return NewEvent(f"instance.{what}", told, "instance", instance.id, instance.person_id)


async def place_of(asking: Asking, file: TaskAttachment) -> Place:
    """Where a file is attached."""
    if file.task_id is not None:
        return await AtTask.found(asking, file.task_id)
    assert file.instance_id is not None, "a file is attached to a task or to an instance"
    return await AtInstance.found(asking, file.instance_id)


def _is_asked(parts: Sequence[TaskItem]) -> bool:
    return any(part.kind == CONSULTED and part.status == "open" for part in parts)
