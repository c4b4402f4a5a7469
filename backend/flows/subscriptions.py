"""All SQL of what instances wait for of others, and of messages on their way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.flows.models import FlowMessage, FlowMessageKey, FlowSubscription, Instance
from backend.flows.repository import Locked
from engine.flow import Subscribe

#: In the order of the names, so that two transactions never wait for each other.
_HOLD = text(
    "SELECT pg_advisory_xact_lock(h) FROM (SELECT DISTINCT hashtextextended(n, 6) AS h FROM unnest(CAST(:names AS text[])) n ORDER BY 1) x"
)

#: A message from outside with a key of its own is known for so long.
_KEYS_KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A subscription to a message."""

    instance_id: UUID
    id: int
    name: str
    correlation: str


class Sent(Protocol):
    """A message as it is kept."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def correlation(self) -> str: ...
    @property
    def payload(self) -> Any: ...
    @property
    def cause(self) -> Any: ...
    @property
    def waits(self) -> Any: ...


async def hold(session: AsyncSession, names: Sequence[str]) -> None:
    """Hold these names until the end of the transaction."""
    await session.execute(_HOLD, {"names": list(names)})


# -- who waits


async def add(session: AsyncSession, instance: Locked, subscribed: Iterable[Subscribe], at: datetime) -> None:
    """What the instance waits for now; a condition is about its record and its person."""
    rows = [
        {
            "instance_id": instance.id,
            "id": each.id,
            "kind": each.kind,
            "node_id": each.node,
            "name": each.name or "",
            "correlation": each.correlation or "",
            "record_id": instance.record_id if each.kind == "conditional" else None,
            "person_id": instance.person_id if each.kind == "conditional" else None,
            "at": at,
        }
        for each in subscribed
    ]
    await session.execute(insert(FlowSubscription), rows)


async def remove(session: AsyncSession, instance: UUID, ids: Collection[int] | None) -> None:
    """The instance does not wait for these any more; None: for nothing."""
    statement = delete(FlowSubscription).where(FlowSubscription.instance_id == instance)
    if ids is not None:
        statement = statement.where(FlowSubscription.id.in_(ids))
    await session.execute(statement.execution_options(synchronize_session=False))


async def longest_waiting(session: AsyncSession, name: str, correlation: str) -> Waiting | None:
    """Who has waited longest for a message and has none on its way; instances that are held do not take any."""
    row = FlowSubscription
    statement = (
        select(row.instance_id, row.id)
        .join(Instance, Instance.id == row.instance_id)
        .where(row.kind == "message", row.name == name, row.correlation == correlation, row.message_id.is_(None))
        .where(Instance.suspended.is_(False))
        .order_by(row.at, row.instance_id, row.id)
        .limit(1)
    )
    found = (await session.execute(statement)).one_or_none()
    return Waiting(found.instance_id, found.id, name, correlation) if found is not None else None


async def is_free(session: AsyncSession, place: Waiting) -> bool:
    """Whether the subscription is still there with no message on its way; its name and key are held."""
    row = FlowSubscription
    statement = select(row.id).where(row.instance_id == place.instance_id, row.id == place.id, row.message_id.is_(None))
    return (await session.execute(statement)).first() is not None


async def messages_of(session: AsyncSession, instance: UUID, *, name: str | None = None) -> list[Waiting]:
    """The messages that an instance waits for and that are not on their way to it."""
    row = FlowSubscription
    statement = select(row.instance_id, row.id, row.name, row.correlation).where(
        row.instance_id == instance, row.kind == "message", row.message_id.is_(None)
    )
    if name is not None:
        statement = statement.where(row.name == name)
    return [Waiting(*found) for found in await session.execute(statement.order_by(row.id))]


async def claim(session: AsyncSession, instance: UUID, id: int, message: UUID | None) -> None:
    """The message on its way to a subscription; None: it is free for the next."""
    statement = (
        update(FlowSubscription)
        .where(FlowSubscription.instance_id == instance, FlowSubscription.id == id)
        .values(message_id=message)
    )
    await session.execute(statement.execution_options(synchronize_session=False))


async def waiting_for_signal(session: AsyncSession, name: str, instance: UUID | None = None) -> list[UUID]:
    """The instances that wait for a signal."""
    row = FlowSubscription
    statement = select(row.instance_id).where(row.kind == "signal", row.name == name)
    if instance is not None:
        statement = statement.where(row.instance_id == instance)
    return list((await session.execute(statement.distinct().order_by(row.instance_id))).scalars())


async def waiting_for_change(session: AsyncSession, subjects: Collection[UUID]) -> list[UUID]:
    """The instances with conditions about these records, or persons."""
    row = FlowSubscription
    concerned = or_(row.record_id.in_(subjects), row.person_id.in_(subjects))
    statement = select(row.instance_id).where(row.kind == "conditional", concerned).distinct()
    return list((await session.execute(statement.order_by(row.instance_id))).scalars())


async def has_conditions(session: AsyncSession) -> bool:
    """Whether any instance waits for a change."""
    found = select(FlowSubscription.id).where(FlowSubscription.kind == "conditional").limit(1)
    return (await session.execute(found)).first() is not None


# -- messages


async def keep(session: AsyncSession, message: Sent, now: datetime, *, claimed: bool) -> None:
    """Keep a message until it is delivered, or has expired."""
    values = {
        "id": message.id,
        "name": message.name,
        "correlation": message.correlation,
        "payload": dict(message.payload),
        "claimed": claimed,
        "event_id": message.cause.event_id,
        "depth": message.cause.depth,
        "at": now,
        "expires_at": now + message.waits,
    }
    await session.execute(upsert(FlowMessage).on_conflict_do_nothing(), values)


async def message(session: AsyncSession, id: UUID) -> FlowMessage | None:
    """The message, or None."""
    return (await session.execute(select(FlowMessage).where(FlowMessage.id == id))).scalar_one_or_none()


async def oldest_message(session: AsyncSession, instance: UUID, subscription: int, now: datetime) -> FlowMessage | None:
    """The oldest message that waits for what a free subscription of an instance that is not held waits for: taken."""
    row = FlowSubscription
    place = (
        select(row.name, row.correlation)
        .join(Instance, Instance.id == row.instance_id)
        .where(row.instance_id == instance, row.id == subscription, row.kind == "message", row.message_id.is_(None))
        .where(Instance.suspended.is_(False))
        .subquery()
    )
    oldest = (
        select(FlowMessage.id)
        .join(place, (place.c.name == FlowMessage.name) & (place.c.correlation == FlowMessage.correlation))
        .where(FlowMessage.claimed.is_(False), FlowMessage.expires_at > now)
        .order_by(FlowMessage.at, FlowMessage.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = update(FlowMessage).where(FlowMessage.id == oldest).values(claimed=True).returning(FlowMessage)
    taken: FlowMessage | None = (
        await session.execute(statement.execution_options(synchronize_session=False))
    ).scalar_one_or_none()
    return taken


async def forget(session: AsyncSession, id: UUID) -> None:
    """The message has arrived."""
    statement = delete(FlowMessage).where(FlowMessage.id == id)
    await session.execute(statement.execution_options(synchronize_session=False))


async def expire(session: AsyncSession, now: datetime) -> int:
    """Messages that waited long enough go, and keys of long ago; returns how many messages."""
    old = delete(FlowMessageKey).where(FlowMessageKey.at < now - _KEYS_KEPT)
    await session.execute(old.execution_options(synchronize_session=False))
    statement = delete(FlowMessage).where(FlowMessage.claimed.is_(False), FlowMessage.expires_at <= now)
    gone = statement.returning(FlowMessage.id).execution_options(synchronize_session=False)
    return len((await session.execute(gone)).all())
