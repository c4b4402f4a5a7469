"""Queueing a message to a person, and carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.db import Database, uuid7
from backend.errors import NotFound, WeftError
from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import Handler, enqueue
from backend.messaging.channels import Message, carrier_of
from backend.messaging.gate import (
    CONSENT_MISSING,
    Refusal,
    channel_hindrance,
    hindrance,
    keep_refused,
    refusal,
    rule_hindrance,
)
from backend.messaging.models import SentMessage
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records

SEND_MESSAGE = "send_message"
SENT, READ = "message.sent", "message.read"
_FIRST_RESPONSE = "first_response_at"
#: Channels whose recipient is a field of the person's record.
_CONTACT_FIELDS = {"phone": "phone", "sms": "phone", "email": "email", "mail": "email"}


class NoRecipient(WeftError):
    """There is no address under which the person could be reached."""

    status, code = 422, "message.no_recipient"
    zh, en = "客户在任何渠道上都没有可用的地址", "The person cannot be reached on any channel"


async def queue_message(
    session: AsyncSession,
    message: Message,
    key: str,
    *,
    event_id: int | None = None,
    purpose: str | None = None,
    not_before: datetime | None = None,
) -> dict[str, Any]:
    """Put a message into the outbox under `key`; it leaves after this transaction commits, and not before `not_before`."""
    payload = {
        "channel": message.channel,
        "recipient": message.recipient,
        "text": message.text,
        "person_id": message.person_id,
        "context": message.context,
        "event_id": event_id,
        "purpose": purpose,
    }
    await enqueue(session, SEND_MESSAGE, key, payload, event_id=event_id, not_before=not_before)
    queued = {"message": key, "channel": message.channel, "recipient": message.recipient, "text": message.text}
    return queued | ({"not_before": not_before.isoformat()} if not_before is not None else {})


_HANDLE = text(
    """
    SELECT channel, external_id FROM weft.identity WHERE person_id = :person
    ORDER BY channel = :channel DESC, last_seen_at DESC, channel, external_id LIMIT 1
    """
)


async def recipient_of(
    session: AsyncSession, metadata: Metadata, person_id: UUID, channel: str | None
) -> tuple[str, str]:
    """The channel and address to reach a person by: the wanted channel if they are there, else the last they used, else
    their phone or mail. Raises NoRecipient."""
    person = await records.get(session, metadata, SYSTEM, "person", person_id)
    contact = _CONTACT_FIELDS.get(channel or "")
    if contact and person.get(contact):
        return str(channel), str(person[contact])
    found = (await session.execute(_HANDLE, {"person": person_id, "channel": channel or ""})).one_or_none()
    if found is not None:
        return found.channel, found.external_id
    for other, contact in (("phone", "phone"), ("email", "email")):
        if person.get(contact):
            return other, str(person[contact])
    raise NoRecipient(path="person")


#: Between the worker's taking a message and its carrying it out somebody may have taken it back.
_CANCELLED = text("SELECT EXISTS (SELECT FROM weft.outbox WHERE key = :key AND status = 'cancelled')")


def outbox_handlers(database: Database, store: MetadataStore) -> Mapping[str, Handler]:
    """What carries out the outbox's `send_message`."""

    async def send_message(payload: dict[str, Any], key: str) -> dict[str, Any]:
        message = Message(**{name: payload[name] for name in ("channel", "recipient", "text", "person_id", "context")})
        purpose = payload.get("purpose")
        async with database.transaction() as session:
            if (await session.execute(_CANCELLED, {"key": key})).scalar_one():
                return {"cancelled": True}
            refused = await _still_refused(session, store.current, message, purpose)
            if refused is not None:
                return await keep_refused(session, message, key, purpose, refused)
        carrier = carrier_of(message.channel)
        status = await carrier.send(message, key)
        async with database.transaction() as session:
            sent = await record_sent(session, message, key, carrier.name, status, purpose)
            if sent is not None:
                await _after_sending(session, store.current, message, sent, payload.get("event_id"))
        return {"via": carrier.name, "status": status}

    return {SEND_MESSAGE: send_message}


async def _still_refused(
    session: AsyncSession, metadata: Metadata, message: Message, purpose: str | None
) -> Refusal | None:
    """What keeps a queued message from leaving now. A person deleted meanwhile has not consented to anything."""
    person = UUID(message.person_id) if message.person_id else None
    try:
        refused = await hindrance(session, metadata, person, purpose)
    except NotFound:
        return refusal(CONSENT_MISSING, purpose=purpose)
    rule = message.context.get("rule")
    return (
        refused
        or await rule_hindrance(session, str(rule) if rule else None)
        or await channel_hindrance(session, message.channel)
    )


async def record_sent(
    session: AsyncSession, message: Message, key: str, via: str, status: str, purpose: str | None
) -> UUID | None:
    """The new row's id; None when this key was recorded before."""
    row = {
        "id": uuid7(),
        "key": key,
        "channel": message.channel,
        "via": via,
        "person_id": UUID(message.person_id) if message.person_id else None,
        "recipient": message.recipient,
        "text": message.text,
        "context": message.context,
        "status": status,
        "purpose": purpose,
    }
    statement = insert(SentMessage).values(row).on_conflict_do_nothing().returning(SentMessage.id)
    return (await session.execute(statement)).scalar_one_or_none()


async def _after_sending(
    session: AsyncSession, metadata: Metadata, message: Message, id: UUID, event_id: int | None
) -> None:
    """Tell of it in the log, and mark the first response on the record it answers."""
    entity, record_id = message.context.get("entity"), message.context.get("record_id")
    subject = (str(entity), UUID(str(record_id))) if entity and record_id else (None, None)
    (sent,) = await append(
        session,
        NewEvent(
            type=SENT,
            data=_told(message, id),
            subject_entity=subject[0],
            subject_id=subject[1],
            person_id=UUID(message.person_id) if message.person_id else None,
            causation_id=event_id,
            depth=int(message.context.get("depth") or 0) + 1,
        ),
    )
    if subject[0] is not None and subject[1] is not None and message.context.get("reply"):
        cause = Cause(event_id=sent, depth=int(message.context.get("depth") or 0) + 1)
        await _mark_first_response(session, metadata, subject[0], subject[1], cause)


def _told(message: Message, id: UUID) -> dict[str, Any]:
    """A message as rules read it; `thread` is that of what comes back from the recipient, `rule` the one that sent it, if no
    person did."""
    return {
        "message_id": str(id),
        "id": str(id),
        "channel": message.channel,
        "text": message.text,
        "person": message.person_id,
        "recipient": message.recipient,
        "thread": f"{message.channel}:{message.recipient}",
        "sent_at": datetime.now(UTC).isoformat(),
        "rule": message.context.get("rule"),
    }


async def mark_read(session: AsyncSession, id: UUID, at: datetime) -> bool:
    """A receipt came: the message was read, the first time at `at`. Told in the log once; False when there is no such message."""
    statement = update(SentMessage).where(SentMessage.id == id, SentMessage.read_at.is_(None)).values(read_at=at)
    told = (await session.execute(statement.returning(SentMessage.person_id, SentMessage.channel))).one_or_none()
    if told is not None:
        data = {"message_id": str(id), "channel": told.channel, "read_at": at.isoformat()}
        await append(session, NewEvent(type=READ, data=data, person_id=told.person_id))
    return told is not None or (await session.get(SentMessage, id)) is not None


async def _mark_first_response(
    session: AsyncSession, metadata: Metadata, entity_key: str, record_id: UUID, cause: Cause
) -> None:
    entity = metadata.entities.get(entity_key)
    if entity is None or entity.field(_FIRST_RESPONSE) is None:
        return
    record = await records.get(session, metadata, SYSTEM, entity_key, record_id)
    if record.get(_FIRST_RESPONSE):
        return
    now = (await session.execute(text("SELECT now()"))).scalar_one()
    data = {_FIRST_RESPONSE: now.isoformat()}
    await records.update(session, metadata, SYSTEM, entity_key, record_id, data, version=None, cause=cause)
