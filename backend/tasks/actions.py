"""The action that gives somebody something to do, outside any flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.actions.action import Action, ActionArgument, ActionContext, Parameter, Result, missing
from backend.actions.addressees import people
from backend.actions.arguments import record_meant
from backend.records import service as records
from backend.tasks import repository
from backend.tasks.alone import NewTask, open_alone
from engine.definitions import Text
from engine.language import TEXT, Type, reference

_PERSON = "person"
_LONGEST_TITLE, _LONGEST_NOTE = 200, 5_000


class CreateTask:
    """Opens a task about a record (the one given, else what the rule or flow is about, else the person) for a user, a role or a
    department; without `to` for the record's owner. It lies in their inbox until one of them has done it. Further arguments
    stand in its note, a line each."""

    key = "create_task"
    label = Text("创建任务", "Create task")
    parameters = (
        Parameter("title", TEXT, Text("标题", "Title"), required=True),
        Parameter("to", Type("unknown"), Text("给谁", "To")),
        Parameter("note", TEXT, Text("说明", "Note")),
        Parameter("due", Type("unknown"), Text("期限", "Due")),
        Parameter("record", reference(None), Text("记录", "Record")),
        Parameter("entity", TEXT, Text("实体", "Entity")),
    )
    open, sends = True, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        title = str(arguments.get("title") or "").strip()[:_LONGEST_TITLE]
        if not title:
            raise missing(self.key, "title")
        entity, id = await self._about(context, arguments)
        record = await records.get(context.session, context.metadata, context.caller, entity, id)
        users = await self._users(context, arguments, record)
        new = NewTask(
            title={"zh": title, "en": title},
            entity=entity,
            record_id=id,
            subject=str(record.get("_title") or ""),
            note=_note(arguments, [parameter.name for parameter in self.parameters]),
            due_at=_due(self.key, arguments.get("due"), context.now),
        )
        task = await open_alone(context.session, new, users, context.now, context.cause)
        return {"task_id": str(task), "users": [str(user) for user in users]}

    async def _about(self, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[str, UUID]:
        about = await record_meant(context, arguments)
        if about is not None and about[0] in context.metadata.entities:
            return about
        if context.person_id is None or "record" in arguments:
            raise missing(self.key, "record")
        return _PERSON, context.person_id

    async def _users(
        self, context: ActionContext, arguments: Mapping[str, Any], record: Mapping[str, Any]
    ) -> list[UUID]:
        if arguments.get("to"):
            return [user.id for user in await people(self.key, context, arguments["to"], record)]
        if record.get("owner"):
            return [user.id for user in await people(self.key, context, str(record["owner"]), record)]
        return [user.id for user in (await repository.administrators(context.session))[:1]]


def _note(arguments: Mapping[str, Any], named: list[str]) -> str | None:
    lines = [str(arguments.get("note") or "").strip()]
    lines += [
        f"{name}: {_shown(value)}" for name, value in arguments.items() if name not in named and value is not None
    ]
    return "\n".join(line for line in lines if line)[:_LONGEST_NOTE] or None


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("_title") or value.get("name") or value.get("id") or "")
    return str(value)


def _due(key: str, due: Any, now: dt.datetime) -> dt.datetime | None:
    """When it is due: a moment, the end of a day, or a length of time from now."""
    if due is None:
        return None
    if isinstance(due, dt.timedelta):
        return now + due
    if isinstance(due, str):
        due = _moment(due)
    if isinstance(due, dt.datetime):
        return due if due.tzinfo is not None else due.replace(tzinfo=now.tzinfo)
    if isinstance(due, dt.date):
        return dt.datetime.combine(due, dt.time(23, 59), now.tzinfo)
    raise ActionArgument(
        key=key, reason="due is a moment or a length of time", reason_zh="期限应是时间或时长", path="due"
    )


def _moment(written: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(written)
    except ValueError:
        return None


#: For the list of all actions in backend/assembly.py.
TASK_ACTIONS: tuple[Action, ...] = (CreateTask(),)
