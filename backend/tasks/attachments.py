"""Files attached to tasks and runs: who may attach, read and take away. Everything is authorised here.

A file lies with the task, or the run, at which it was attached, and all tasks of the run show it: whoever may see a task sees all of
its files.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.db import uuid7
from backend.errors import Forbidden, NotFound
from backend.flows import reading
from backend.flows import repository as instances
from backend.flows.errors import NotYours
from backend.flows.steering import Answer
from backend.tasks.allowing import CONSULTED
from backend.tasks.attachment_places import Asking, Place, place_of
from backend.tasks.files import File, file_name
from backend.tasks.models import TaskAttachment
from backend.tasks.parts import require_visible


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


def may_attach(found: Mapping[str, Any], user: str, *, initiator: bool) -> bool:
    """Whether the reader of a task (its JSON) may attach something: as `AtTask.require_may` says it."""
    mine = [each for each in found["items"] if each["user"] and each["user"]["id"] == user]
    asked = any(each["kind"] == CONSULTED and each["status"] == "open" for each in mine)
    return bool(found["status"] == "open" and (found["can_act"] or asked or initiator))


async def attach(asking: Asking, kind: type[Place], id: UUID, upload: Upload) -> Answer:
    """Attach a file; the same wish again attaches nothing more.

    The connection is free while the file arrives, and what may have changed meanwhile is looked at again. Raises Forbidden, NotFound,
    NotYours, NotYet, NotStanding, AlreadyHandled, AttachmentNotInitiator, InstanceEnded, AttachmentNameInvalid, AttachmentTooLarge,
    AttachmentEmpty, AttachmentIncomplete, TooManyAttachments, CommandIdInvalid, CommandIdReused.
    """
    require_tasks(asking.caller)
    place = await kind.found(asking, id)
    await place.require_visible()
    kept = await place.answered(upload.command_id)
    if kept is not None:
        return kept
    name = file_name(upload.name)
    await place.require_may()
    await place.require_room()
    await asking.session.commit()  # nothing but that the caller was here
    asking.session.expunge_all()
    file = await upload.receive(name)
    place = await kind.found(asking, id)
    await place.lock()
    return await place.answered(upload.command_id) or await _attach(place, upload, file)


async def _attach(place: Place, upload: Upload, file: File) -> Answer:
    """With the place locked."""
    await place.require_may()
    await place.require_room()
    assert place.caller.user_id is not None, "somebody with a part in a task is a user"
    made = TaskAttachment(
        id=uuid7(),
        **place.columns,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        uploaded_by=place.caller.user_id,
        created_at=clock.now(),
    )
    place.session.add(made)
    await place.session.flush()
    answer = {"task_id": made.task_id and str(made.task_id), **_shown(made, place.caller)}
    await instances.keep_answer(place.session, upload.command_id, place.id, place.caller.user_id, answer)
    await place.tell(made, "attached")
    return answer


def _shown(made: TaskAttachment, caller: Caller) -> dict[str, Any]:
    """As the page shows it."""
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


async def read(asking: Asking, id: UUID) -> TaskAttachment:
    """The file with its content. Raises Forbidden, NotFound (also for what the caller may not see)."""
    found = await _visible(asking, id)
    await asking.session.refresh(found, ["content", "removed_at"])
    if found.removed_at is not None:
        raise NotFound(what="attachment", key=id)
    return found


async def _visible(asking: Asking, id: UUID) -> TaskAttachment:
    """Whoever sees the task sees its files, and so does whoever has part in its instance; those who may only look at the record of it do
    not, as they do not read what people wrote."""
    require_tasks(asking.caller)
    found = await asking.session.get(TaskAttachment, id)
    if found is None or found.removed_at is not None or not await _sees(asking, found):
        raise NotFound(what="attachment", key=id)
    return found


async def _sees(asking: Asking, found: TaskAttachment) -> bool:
    try:
        if found.instance_id is None and found.task_id is not None:
            await require_visible(asking.session, asking.caller, found.task_id)
            return True
        assert found.instance_id is not None, "a file is attached to a task or to an instance"
        _, takes_part = await reading.visible(asking.session, asking.metadata, asking.caller, found.instance_id)
    except (NotYours, NotFound):
        return False
    return takes_part


async def detach(asking: Asking, id: UUID) -> None:
    """Take one's own file away, as long as its place lets one; its content is gone. Raises Forbidden, NotFound, AttachmentNotYours,
    AlreadyHandled, InstanceEnded."""
    found = await _visible(asking, id)
    if found.uploaded_by != asking.caller.user_id:
        raise AttachmentNotYours()
    place = await place_of(asking, found)
    await place.lock()
    await place.require_removable(found)
    gone = update(TaskAttachment).where(TaskAttachment.id == id, TaskAttachment.removed_at.is_(None))
    statement = gone.values(removed_at=clock.now(), content=b"").returning(TaskAttachment.id)
    if (await asking.session.execute(statement.execution_options(synchronize_session=False))).first() is None:
        raise NotFound(what="attachment", key=id)  # the same wish, faster
    await place.tell(found, "detached")
