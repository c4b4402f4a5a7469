"""Telling users: a notice in the product at once, and on the channels they chose, which keep still in their quiet hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.db import Database, uuid7
from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import Handler, enqueue
from backend.messaging.channels import Message, carrier_of
from backend.messaging.gate import channel_hindrance
from backend.messaging.notice_channels import NOTICE_CHANNELS
from backend.messaging.service import record_sent
from engine.definitions import Quiet
from engine.language.quiet import quiet_until

NOTICED = "notification.created"
SEND_NOTICE = "send_notice"

#: Written out: SQLAlchemy need not put it together for every task that is opened. With each new notice come its user's channels.
_NOTICE = text(
    """
    WITH told AS (
        INSERT INTO weft.notification (id, key, user_id, text, link)
        SELECT n.id, :key, n.user_id, CAST(:text AS jsonb), :link
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id uuid, user_id uuid)
        ON CONFLICT DO NOTHING RETURNING id, user_id
    )
    SELECT told.id, told.user_id, s.channels, s.quiet_from, s.quiet_until, s.zone
    FROM told LEFT JOIN weft.notice_setting s ON s.user_id = told.user_id AND s.channels <> '{}'
    """
)
#: A notice that was read in the product meanwhile, or whose user is gone, need not be sent any more.
_UNREAD = text(
    """
    SELECT n.text, n.link, u.email, u.locale, s.quiet_from, s.quiet_until, s.zone
    FROM weft.notification n JOIN weft."user" u ON u.id = n.user_id AND u.active
        JOIN weft.notice_setting s ON s.user_id = u.id AND :channel = ANY (s.channels)
    WHERE n.id = :id AND n.read_at IS NULL
    """
)


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


async def notify(
    session: AsyncSession,
    user_ids: Iterable[UUID],
    text: Mapping[str, str],
    *,
    key: str,
    link: str | None = None,
    cause: Cause | None = None,
    urgent: bool = False,
) -> list[UUID]:
    """Leave a notice for each user, once per `key`; returns who got one now. `text` is {"zh", "en"}. What is `urgent` does not wait for
    the end of anybody's quiet hours."""
    rows = [{"id": uuid7(), "user_id": id} for id in dict.fromkeys(user_ids)]
    if not rows:
        return []
    values = {"rows": _json(rows), "key": key, "text": _json(text), "link": link}
    told = (await session.execute(_NOTICE, values)).all()
    reached = [row.user_id for row in told]
    for row in told:
        for channel in row.channels or ():
            await _queue(session, row, channel, urgent=urgent)
    if reached:
        event = NewEvent(type=NOTICED, data={"user_ids": [str(id) for id in reached], "key": key})
        await append(session, event.caused_by(cause or Cause()))
    return reached


async def _queue(session: AsyncSession, row: Any, channel: str, *, urgent: bool) -> None:
    waits = None if urgent else quiet_end(row.quiet_from, row.quiet_until, row.zone, clock.now())
    payload = {"notice": str(row.id), "user": str(row.user_id), "channel": channel, "urgent": urgent}
    await enqueue(session, SEND_NOTICE, f"notice:{row.id}:{channel}", payload, not_before=waits)


def quiet_end(begins: time | None, ends: time | None, zone: str | None, at: datetime) -> datetime | None:
    """When the quiet hours that hold at a moment are over; None when it is not quiet then."""
    if begins is None or ends is None:
        return None
    hours = ((begins.isoformat("minutes"), ends.isoformat("minutes")),)
    return quiet_until(Quiet(hours), at, ZoneInfo(zone) if zone else clock.zone())


def outbox_handlers(database: Database, address: str) -> Mapping[str, Handler]:
    """What carries out the outbox's `send_notice`. `address` is where people open the product; links begin with it."""

    async def send_notice(payload: dict[str, Any], key: str) -> dict[str, Any]:
        async with database.transaction() as session:
            message = await _message(session, payload, key, address)
        if isinstance(message, dict):
            return message
        carrier = carrier_of(message.channel)
        status = await carrier.send(message, key)
        async with database.transaction() as session:
            await record_sent(session, message, key, carrier.name, status, None)
        return {"via": carrier.name, "status": status}

    return {SEND_NOTICE: send_notice}


async def _message(
    session: AsyncSession, payload: Mapping[str, Any], key: str, address: str
) -> Message | dict[str, Any]:
    """The message to send now, or why there is none: somebody may have gone to sleep since it was queued."""
    channel = NOTICE_CHANNELS.get(payload["channel"])
    values = {"id": payload["notice"], "channel": payload["channel"]}
    row = (await session.execute(_UNREAD, values)).one_or_none()
    recipient = channel.recipient(row.email) if channel is not None and row is not None else None
    if row is None or recipient is None:
        return {"dropped": True}
    refused = await channel_hindrance(session, payload["channel"])
    if refused is not None:
        return refused.to_json()
    waits = None if payload.get("urgent") else quiet_end(row.quiet_from, row.quiet_until, row.zone, clock.now())
    if waits is not None:
        again = f"{key.partition('@')[0]}@{waits.isoformat()}"
        await enqueue(session, SEND_NOTICE, again, dict(payload), not_before=waits)
        return {"held_until": waits.isoformat()}
    said = str(row.text.get(row.locale) or row.text["zh"])
    context = {"notice": payload["notice"], "user": payload["user"]}
    return Message(payload["channel"], recipient, f"{said}\n{address}{row.link}" if row.link else said, None, context)
