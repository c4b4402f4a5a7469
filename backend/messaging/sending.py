"""One road for everything that actions send to a person: its text, its recipient, the gate, the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.actions.action import ActionContext, missing
from backend.actions.addressees import record_about
from backend.actions.arguments import id_of
from backend.messaging.channels import Message
from backend.messaging.gate import UNREACHABLE, Refusal, channel_hindrance, hindrance, keep_refused, refusal
from backend.messaging.service import NoRecipient, queue_message, recipient_of
from backend.messaging.templates import text_of_template

_MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message is to go: a channel that is wanted (None: the one last used), and the address there when it is known."""

    channel: str | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """A message about to leave. `kind` tells the messages of one call apart, and marks a `reply`."""

    kind: str
    text: str
    person: UUID | None
    destination: Destination


async def text_of(context: ActionContext, key: str, arguments: Mapping[str, Any], person: UUID | None) -> str:
    """What the message says: the template's text when one is named, else the text given."""
    template = str(arguments.get("template") or "").strip()
    if template:
        text = await text_of_template(context, key, template, person)
    else:
        text = str(arguments.get("text") or "").strip()
    if not text:
        raise missing(key, "text")
    return text[:_MAX_TEXT]


async def answering(context: ActionContext, key: str, arguments: Mapping[str, Any]) -> tuple[UUID | None, Destination]:
    """Whom a reply goes to, and where they wrote."""
    event = context.event or {}
    author = event.get("author")
    if event.get("channel") and isinstance(author, Mapping) and author.get("id"):
        return context.person_id, Destination(str(event["channel"]), str(author["id"]))
    record = await record_about(context)
    person = id_of(arguments.get("person")) or context.person_id or id_of(record.get("person"))
    if person is None:
        raise missing(key, "person")
    return person, Destination(str(record.get("channel") or "") or None)


async def leave(context: ActionContext, sending: Sending) -> dict[str, Any]:
    """Queue the message, or write down why it may not leave. Either is the action's result."""
    key = f"{context.key}:{sending.kind}"
    wanted, refused = await _destined(context, sending)
    person = str(sending.person) if sending.person else None
    about = _about(context, reply=sending.kind == "reply")
    message = Message(wanted.channel or "", wanted.recipient or "", sending.text, person, about)
    if refused is not None:
        return await keep_refused(context.session, message, key, context.purpose, refused)
    return await queue_message(
        context.session,
        message,
        key,
        event_id=context.cause.event_id,
        purpose=context.purpose,
        not_before=context.not_before,
    )


async def _destined(context: ActionContext, sending: Sending) -> tuple[Destination, Refusal | None]:
    """The channel and address, as far as they are known, and what keeps the message from leaving. A flow does not go on over a
    person who cannot be reached: it stops there for an operator (NoRecipient)."""
    session, metadata, wanted = context.session, context.metadata, sending.destination
    refused = await hindrance(session, metadata, sending.person, context.purpose)
    if refused is not None:
        return wanted, refused
    if wanted.recipient is None:
        if sending.person is None:
            return wanted, refusal(UNREACHABLE)
        try:
            wanted = Destination(*await recipient_of(session, metadata, sending.person, wanted.channel))
        except NoRecipient:
            if context.instance_id is not None:
                raise
            return wanted, refusal(UNREACHABLE)
    return wanted, await channel_hindrance(session, wanted.channel or "")


def _about(context: ActionContext, *, reply: bool) -> dict[str, Any]:
    """What a message is about, kept with it."""
    event = context.event or {}
    about = {
        "entity": context.entity if context.record_id else None,
        "record_id": str(context.record_id) if context.record_id else None,
        "instance_id": str(context.instance_id) if context.instance_id else None,
        "rule": context.rule,
        "firing_id": str(context.firing_id) if context.firing_id else None,
        "in_reply_to": event.get("external_id"),
        "event_id": context.cause.event_id,
        "depth": context.cause.depth,
        "reply": reply,
    }
    return {name: value for name, value in about.items() if value is not None}
