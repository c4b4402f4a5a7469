"""Actions that reach people: a notice to users, a message to a person, a reply to what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import ActionArgument, ActionContext, Parameter, Result, missing
from backend.actions.arguments import id_of, person_of, texts
from backend.identity.service import list_departments, resolve_candidates
from backend.messaging.channels import Message
from backend.messaging.service import notify, queue_message, recipient_of
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from engine.definitions import Candidate, Text
from engine.language import TEXT, Type, reference

_TEXT = Parameter("text", TEXT, Text("内容", "Text"), required=True)
_PERSON = Parameter("person", reference("person"), Text("客户", "Person"))
_MAX_TEXT = 2_000


def _text_of(key: str, arguments: Mapping[str, Any]) -> str:
    text = str(arguments.get("text") or "").strip()
    if not text:
        raise missing(key, "text")
    return text[:_MAX_TEXT]


class Notify:
    """Leaves a notice in the product. `to`: e-mails, user ids, `owner`, role keys or department keys, with commas between."""

    key = "notify"
    label = Text("通知", "Notify")
    parameters = (
        Parameter("to", Type("unknown"), Text("通知谁", "To"), required=True),
        _TEXT,
        Parameter("link", TEXT, Text("链接", "Link")),
    )
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        text = _text_of(self.key, arguments)
        record = await _record(context)
        candidates = await _candidates(context.session, context.metadata, _addressees(arguments.get("to")))
        users = await resolve_candidates(context.session, candidates, record=record)
        if not users:
            raise ActionArgument(key=self.key, reason="nobody to notify", reason_zh="没有可通知的人", path="to")
        link = str(arguments.get("link") or "") or _link(context)
        reached = await notify(
            context.session,
            [user.id for user in users],
            {"zh": text, "en": text},
            key=context.key,
            link=link,
            cause=context.cause,
        )
        return {"users": [user.name for user in users], "new": len(reached)}


def _addressees(to: Any) -> list[str]:
    if isinstance(to, Mapping):
        return [str(to["id"])] if to.get("id") else []
    return texts(str(to) if isinstance(to, UUID) else to)


async def _candidates(session: AsyncSession, metadata: Metadata, names: list[str]) -> list[Candidate]:
    """What each name means: `role:` and `department:` say so, otherwise the first that there is."""
    departments = {department["key"] for department in await list_departments(session)}
    found = []
    for name in names:
        kind, _, key = name.partition(":")
        if kind == "role":
            found.append(Candidate(role=key))
        elif kind == "department":
            found.append(Candidate(department=key))
        elif "@" in name or id_of(name) is not None:
            found.append(Candidate(user=name))
        elif name in metadata.roles:
            found.append(Candidate(role=name))
        elif name in departments:
            found.append(Candidate(department=name))
        else:
            found.append(Candidate(record_field=name))
    return found


async def _record(context: ActionContext) -> Mapping[str, Any]:
    """The record the action is about, for user fields of it (`owner`)."""
    if context.entity is None or context.record_id is None or context.entity not in context.metadata.entities:
        return {}
    return await records.get(context.session, context.metadata, context.caller, context.entity, context.record_id)


def _link(context: ActionContext) -> str | None:
    if context.entity and context.record_id and context.entity in context.metadata.entities:
        return f"/records/{context.entity}/{context.record_id}"
    return f"/people/{context.person_id}" if context.person_id else None


def _about(context: ActionContext, *, reply: bool) -> dict[str, Any]:
    """What a message is about, kept with it."""
    event = context.event or {}
    about = {
        "entity": context.entity if context.record_id else None,
        "record_id": str(context.record_id) if context.record_id else None,
        "instance_id": str(context.instance_id) if context.instance_id else None,
        "in_reply_to": event.get("external_id"),
        "event_id": context.cause.event_id,
        "depth": context.cause.depth,
        "reply": reply,
    }
    return {name: value for name, value in about.items() if value is not None}


class Send:
    """Sends a message to the person on a channel, or on the one they last used."""

    key = "send"
    label = Text("发送消息", "Send message")
    parameters = (_TEXT, Parameter("channel", TEXT, Text("渠道", "Channel")), _PERSON)
    open, sends = False, True

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        text = _text_of(self.key, arguments)
        person = person_of(self.key, context, arguments)
        wanted = str(arguments.get("channel") or "") or None
        channel, recipient = await recipient_of(context.session, context.metadata, person, wanted)
        message = Message(channel, recipient, text, str(person), _about(context, reply=False))
        return await queue_message(context.session, message, f"{context.key}:send", event_id=context.cause.event_id)


class Reply:
    """Answers the person where they wrote; in a flow, on the channel that the record came from."""

    key = "reply"
    label = Text("回复", "Reply")
    parameters = (_TEXT, _PERSON)
    open, sends = False, True

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        text = _text_of(self.key, arguments)
        person, channel, recipient = await self._recipient(context, arguments)
        message = Message(channel, recipient, text, str(person) if person else None, _about(context, reply=True))
        return await queue_message(context.session, message, f"{context.key}:reply", event_id=context.cause.event_id)

    async def _recipient(self, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[UUID | None, str, str]:
        event = context.event or {}
        author = event.get("author")
        if event.get("channel") and isinstance(author, Mapping) and author.get("id"):
            return context.person_id, str(event["channel"]), str(author["id"])
        record = await _record(context)
        person = id_of(arguments.get("person")) or context.person_id or id_of(record.get("person"))
        if person is None:
            raise missing(self.key, "person")
        channel = str(record.get("channel") or "") or None
        return person, *await recipient_of(context.session, context.metadata, person, channel)


#: The actions of this module, for the list in backend/assembly.py.
MESSAGING_ACTIONS = (Notify(), Send(), Reply())
