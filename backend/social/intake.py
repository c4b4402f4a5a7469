"""Intake: verify, decode, append, answer. Nothing is processed here; the pipeline reads the log."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.auth.secrets import decrypt, encrypt
from backend.events.log import NewEvent, append_external
from backend.events.models import Event
from backend.records.query import COUNT_CAP, estimate
from backend.social.channels.adapter import Envelope
from backend.social.channels.registry import CHANNELS, ChannelKind
from backend.social.errors import BodyTooLarge, ChannelDisabled, ChannelUnknown
from backend.social.models import Channel

MAX_BODY = 1_000_000
_LAST_ID = 2**63 - 1


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
    """The installation's channels with what came in through each; never their secrets. However long the log is, it is
    looked at briefly: beyond COUNT_CAP events the number is the planner's."""
    # Ordered by the channel too, though it is one: only the index by channel and id serves that, whatever the planner knows.
    place, here = tuple_(Event.channel, Event.id), Event.channel.is_not(None)
    first = select(Event.channel).where(here, place >= tuple_(Channel.key, 0)).order_by(Event.channel, Event.id)
    last = select(Event.channel, Event.recorded_at).where(here, place <= tuple_(Channel.key, _LAST_ID))
    some = first.limit(COUNT_CAP + 1).correlate(Channel).subquery()
    newest = last.order_by(Event.channel.desc(), Event.id.desc()).limit(1).correlate(Channel).subquery()
    received = select(func.count()).select_from(some).where(some.c.channel == Channel.key)
    last_at = select(newest.c.recorded_at).where(newest.c.channel == Channel.key)
    statement = select(
        Channel.key,
        Channel.label,
        Channel.enabled,
        received.correlate(Channel).scalar_subquery().label("received"),
        last_at.correlate(Channel).scalar_subquery().label("last_at"),
    ).order_by(Channel.created_at, Channel.key)
    rows = (await session.execute(statement)).all()
    return [_channel_json(row, await _received(session, row.key, row.received)) for row in rows]


async def _received(session: AsyncSession, channel: str, counted: int) -> int:
    if counted <= COUNT_CAP:
        return counted
    return max(counted, await estimate(session, select(Event.id).where(Event.channel == channel)))


def _channel_json(row: Any, received: int) -> dict[str, Any]:
    kind = CHANNELS.get(row.key)
    return {
        "key": row.key,
        "label": row.label,
        "enabled": row.enabled,
        "adapter": kind.adapter.key if kind else None,
        "note": {"zh": kind.note.zh, "en": kind.note.en} if kind else None,
        "endpoint": f"/api/channels/{row.key}/events",
        "received": received,
        "received_exact": row.received <= COUNT_CAP,
        "last_at": row.last_at,
    }
