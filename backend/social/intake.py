"""Intake: verify, decode, append, answer. Nothing is processed here; the pipeline reads the log."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.auth.secrets import decrypt, encrypt
from backend.events.log import NewEvent, append_external
from backend.events.models import Event
from backend.social.channels.adapter import Envelope
from backend.social.channels.registry import CHANNELS, ChannelKind
from backend.social.errors import BodyTooLarge, ChannelDisabled, ChannelUnknown
from backend.social.models import Channel

MAX_BODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a delivery; `ids` in the order given, None for a duplicate."""

    ids: Sequence[int | None]

    def to_json(self) -> dict[str, Any]:
        accepted = sum(id is not None for id in self.ids)
        return {"accepted": accepted, "duplicates": len(self.ids) - accepted, "ids": list(self.ids)}


async def read_body(chunks: AsyncIterator[bytes], limit: int = MAX_BODY) -> bytes:
    """The whole body, or BodyTooLarge as soon as more than `limit` bytes have come, whatever its headers promised."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(limit=limit)
    return bytes(body)


async def accept(
    session: AsyncSession, master_secret: str, channel: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Accepted:
    """Verify a delivery and append its events, each external id once. One read and one insert."""
    kind = channel_kind(channel)
    secret = await _secret(session, master_secret, channel)
    kind.adapter.verify(secret, headers, body, now)
    envelopes = kind.adapter.decode(body, now)
    return Accepted(await append_external(session, [_event(channel, envelope) for envelope in envelopes]))


def channel_kind(channel: str) -> ChannelKind:
    """The kind of a channel by key, or ChannelUnknown."""
    if channel not in CHANNELS:
        raise ChannelUnknown(channel=channel, suggestion=", ".join(CHANNELS))
    return CHANNELS[channel]


def _event(channel: str, envelope: Envelope) -> NewEvent:
    return NewEvent(
        type=envelope.type,
        data=envelope.data,
        channel=channel,
        external_id=envelope.external_id,
        actor_kind="channel",
        occurred_at=envelope.occurred_at,
    )


async def _secret(session: AsyncSession, master_secret: str, channel: str) -> bytes:
    statement = select(Channel.secret, Channel.enabled).where(Channel.key == channel)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise ChannelUnknown(channel=channel)
    if not row.enabled:
        raise ChannelDisabled(channel=channel)
    return decrypt(master_secret, row.secret)


async def ensure_channels(session: AsyncSession, master_secret: str) -> None:
    """Give the installation every channel of the registry that it does not have yet, each with a secret of its own."""
    rows = [
        {
            "key": kind.key,
            "label": {"zh": kind.label.zh, "en": kind.label.en},
            "secret": encrypt(master_secret, secrets.token_urlsafe(32).encode()),
        }
        for kind in CHANNELS.values()
    ]
    await session.execute(insert(Channel).values(rows).on_conflict_do_nothing())


async def channel_secret(session: AsyncSession, master_secret: str, channel: str) -> str:
    """The signing secret of a channel, in plain text, for whoever sets up the sender."""
    channel_kind(channel)
    return (await _secret(session, master_secret, channel)).decode()


async def list_channels(session: AsyncSession) -> list[dict[str, Any]]:
    """The installation's channels with what came in through each; never their secrets."""
    counted = (
        select(Event.channel, func.count().label("received"), func.max(Event.recorded_at).label("last_at"))
        .where(Event.channel.is_not(None))
        .group_by(Event.channel)
        .subquery()
    )
    statement = (
        select(Channel.key, Channel.label, Channel.enabled, counted.c.received, counted.c.last_at)
        .outerjoin(counted, counted.c.channel == Channel.key)
        .order_by(Channel.created_at, Channel.key)
    )
    return [_channel_json(row) for row in await session.execute(statement)]


def _channel_json(row: Any) -> dict[str, Any]:
    kind = CHANNELS.get(row.key)
    return {
        "key": row.key,
        "label": row.label,
        "enabled": row.enabled,
        "adapter": kind.adapter.key if kind else None,
        "note": {"zh": kind.note.zh, "en": kind.note.en} if kind else None,
        "endpoint": f"/api/channels/{row.key}/events",
        "received": row.received or 0,
        "last_at": row.last_at,
    }
