"""Files attached to tasks: who may attach, read and take away. Everything is authorised here.

A file lies with the task at which it was attached, and all tasks of its instance show it. The rights of a node (`Node.rights`) are
about the fields of its form; they do not touch attachments: whoever may see a task sees all of its files.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.db import uuid7
from backend.errors import Forbidden, NotFound
from backend.events.log import Cause, NewEvent, append
from backend.flows import reading
from backend.flows import repository as instances
from backend.flows.errors import NotYours
from backend.flows.models import Instance
from backend.flows.steering import Answer, answered
from backend.metadata.snapshot import Metadata
from backend.tasks import repository
from backend.tasks.allowing import CONSULTED
from backend.tasks.files import MOST_FILES, File, TooManyAttachments, file_name
from backend.tasks.models import Task, TaskAttachment, TaskItem
from backend.tasks.parts import handled, parts_of, require_open_part, require_standing, require_visible, task_of


class AttachmentNotYours(Forbidden):
    """Only who attached a file takes it away."""

    code = "attachment.not_yours"
    zh, en = "这个附件是别人上传的", "Somebody else attached this file"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody wants to attach: the name they give it, the id of this one wish, and how its bytes are had."""

    name: str
    command_id: str
    receive: Callable[[str], Awaitable[File]]


#: Who has its page open, perhaps.
_CONCERNED = text(
    """
    SELECT DISTINCT i.user_id FROM weft.task t JOIN weft.task_item i ON i.task_id = t.id
    WHERE (t.id = :task OR t.instance_id = :instance) AND i.user_id IS NOT NULL AND i.status <> 'removed'
    """
)


def may_attach(found: Mapping[str, Any], user: str, *, initiator: bool) -> bool:
    """Whether the reader of a task (its JSON) may attach something: as `_require_may` says it."""
    mine = [each for each in found["items"] if each["user"] and each["user"]["id"] == user]
    asked = any(each["kind"] == CONSULTED and each["status"] == "open" for each in mine)
    return bool(found["status"] == "open" and (found["can_act"] or asked or initiator))


async def attach(session: AsyncSession, caller: Caller, id: UUID, upload: Upload) -> Answer:
    """Attach a file; the same wish again attaches nothing more.

    The connection is free while the file arrives, and what may have changed meanwhile is looked at again. Raises Forbidden, NotFound,
    NotYours, NotYet, NotStanding, AlreadyHandled, AttachmentNameInvalid, AttachmentTooLarge, AttachmentEmpty, AttachmentIncomplete,
    TooManyAttachments, CommandIdInvalid, CommandIdReused.
    """
    require_tasks(caller)
    task = await task_of(session, id)
    if not await parts_of(session, caller, id):
        await require_visible(session, caller, id)
    kept = await _answered(session, caller, task, upload)
    if kept is not None:
        return kept
    name = file_name(upload.name)
    await _require_may(session, caller, task)
    await _require_room(session, task)
    await session.commit()  # nothing but that the caller was here
    session.expunge_all()
    file = await upload.receive(name)
    task = await task_of(session, id)
    await repository.lock(session, task)
    return await _answered(session, caller, task, upload) or await _attach(session, caller, task, upload, file)


async def _answered(session: AsyncSession, caller: Caller, task: Task, upload: Upload) -> Answer | None:
    about = task.instance_id or task.id
    return await answered(session, upload.command_id, about, caller.user_id, str(task.id))


async def _attach(session: AsyncSession, caller: Caller, task: Task, upload: Upload, file: File) -> Answer:
    """With the task locked."""
    instance = await _require_may(session, caller, task)
    await _require_room(session, task)
    assert caller.user_id is not None, "somebody with a part in a task is a user"
    made = TaskAttachment(
        id=uuid7(),
        task_id=task.id,
        instance_id=task.instance_id,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        uploaded_by=caller.user_id,
        created_at=clock.now(),
    )
    session.add(made)
    await session.flush()
    answer = {"task_id": str(task.id), **_shown(made, caller)}
    await instances.keep_answer(session, upload.command_id, task.instance_id or task.id, caller.user_id, answer)
    await _tell(session, caller, task, instance, made, "attached")
    return answer


def _shown(made: TaskAttachment, caller: Caller) -> dict[str, Any]:
    """As the task's page shows it."""
    return {
        "id": str(made.id),
        "name": made.name,
        "size": made.size,
        "media_type": made.media_type,
        "url": f"/api/attachments/{made.id}",
        "by": {"id": str(caller.user_id), "name": caller.name},
        "at": made.created_at.isoformat(),
        "removable": True,
    }


async def _require_may(session: AsyncSession, caller: Caller, task: Task) -> Instance | None:
    """Raises unless the task is open and the caller has an open part in it, is asked what they think of it, or started its instance."""
    parts = await parts_of(session, caller, task.id)
    instance = await instances.bare_instance(session, task.instance_id) if task.instance_id is not None else None
    initiator = instance is not None and caller.stands_for(instance.initiator_id)
    if task.status == "open" and (initiator or _is_asked(parts)):
        return instance
    if initiator:
        raise await handled(session, task)
    await require_open_part(session, parts, task)
    if instance is not None:
        await require_standing(session, caller, parts, instance.flow)
    return instance


def _is_asked(parts: Sequence[TaskItem]) -> bool:
    return any(part.kind == CONSULTED and part.status == "open" for part in parts)


async def _require_room(session: AsyncSession, task: Task) -> None:
    there = select(func.count()).where(TaskAttachment.task_id == task.id, TaskAttachment.removed_at.is_(None))
    if (await session.execute(there)).scalar_one() >= MOST_FILES:
        raise TooManyAttachments(limit=MOST_FILES)


async def read(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> TaskAttachment:
    """The file with its content. Raises Forbidden, NotFound (also for what the caller may not see)."""
    found = await _visible(session, metadata, caller, id)
    await session.refresh(found, ["content", "removed_at"])
    if found.removed_at is not None:
        raise NotFound(what="attachment", key=id)
    return found


async def _visible(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> TaskAttachment:
    """Whoever sees the task sees its files, and so does whoever has part in its instance; those who may only look at the record of it do
    not, as they do not read what people wrote."""
    require_tasks(caller)
    found = await session.get(TaskAttachment, id)
    if found is None or found.removed_at is not None or not await _sees(session, metadata, caller, found):
        raise NotFound(what="attachment", key=id)
    return found


async def _sees(session: AsyncSession, metadata: Metadata, caller: Caller, found: TaskAttachment) -> bool:
    try:
        if found.instance_id is None:
            await require_visible(session, caller, found.task_id)
            return True
        _, takes_part = await reading.visible(session, metadata, caller, found.instance_id)
    except (NotYours, NotFound):
        return False
    return takes_part


async def detach(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> None:
    """Take one's own file away while its task is open; its content is gone. Raises Forbidden, NotFound, AttachmentNotYours,
    AlreadyHandled."""
    found = await _visible(session, metadata, caller, id)
    if found.uploaded_by != caller.user_id:
        raise AttachmentNotYours()
    task = await task_of(session, found.task_id)
    await repository.lock(session, task)
    if task.status != "open":
        raise await handled(session, task)
    gone = update(TaskAttachment).where(TaskAttachment.id == id, TaskAttachment.removed_at.is_(None))
    statement = gone.values(removed_at=clock.now(), content=b"").returning(TaskAttachment.id)
    if (await session.execute(statement.execution_options(synchronize_session=False))).first() is None:
        raise NotFound(what="attachment", key=id)  # the same wish, faster
    instance = await instances.bare_instance(session, task.instance_id) if task.instance_id is not None else None
    await _tell(session, caller, task, instance, found, "detached")


async def _tell(
    session: AsyncSession, caller: Caller, task: Task, instance: Instance | None, file: TaskAttachment, what: str
) -> None:
    """The history of the instance, and the log; that one without the name, which is for those with a part in it."""
    done = {"task": str(task.id), "user": str(caller.user_id), "attachment": str(file.id)}
    if instance is not None:
        line = {"instance_id": instance.id, "at": clock.now(), "type": what, "node_id": task.node_id}
        told = {**done, "name": file.name, "size": file.size}
        await instances.add_history(session, [{**line, "actor_id": caller.user_id, "data": told}])
    rows = await session.execute(_CONCERNED, {"task": task.id, "instance": task.instance_id})
    users = {*rows.scalars(), *([instance.initiator_id] if instance is not None and instance.initiator_id else [])}
    about = {
        "instance_id": instance and str(instance.id),
        "flow": instance and instance.flow,
        "title": task.subject,
        "entity": task.entity,
        "record_id": task.record_id and str(task.record_id),
        "node_id": task.node_id,
    }
    person = instance.person_id if instance is not None else None
    event = NewEvent(f"task.{what}", {**about, **done, "users": sorted(map(str, users))}, "task", task.id, person)
    await append(session, event.caused_by(Cause(actor_id=caller.user_id, actor_kind=caller.kind)))
