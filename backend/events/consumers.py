"""Consumers of the log: in order per slot, each event's effects and the new position in one transaction.

A slot is claimed by locking its position row inside the batch's own transaction, so any number of workers may run and
a crash frees the slot at once with nothing half done. An event is read only when every older transaction has ended:
ids are given before commits, so reading by id alone would skip what commits late. The order is therefore (xid, id).
An event that cannot be handled is retried alone; if it fails again it is kept in `failed_event` with its error, and the
others go on. Only what passes by itself (a lost connection, a deadlock) is tried again without end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import BigInteger, ColumnElement, cast, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from backend.db import Database
from backend.db.passing import Overtaken, passes
from backend.events.models import SLOTS, ConsumerPosition, Event, FailedEvent
from backend.events.notify import EVENT, Listener, wait_any

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 1.0
#: Transactions before this one have all ended.
_SETTLED = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
Handle = Callable[[AsyncSession, Sequence[Event]], Awaitable[None]]


class NotYet(Exception):
    """Raised by a handler that cannot work yet (nothing is installed): the events stay where they are."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the log: of what came in through channels (`from_channels`), or of everything else. `handle` gets events of one
    slot in order, inside the transaction that advances the position."""

    name: str
    handle: Handle
    batch: int = 100
    from_channels: bool = False

    @property
    def concerned(self) -> ColumnElement[bool]:
        """The events it reads."""
        return Event.channel.is_not(None) if self.from_channels else Event.channel.is_(None)


async def ensure_positions(database: Database, consumer: str) -> None:
    """Make the consumer's position rows; a new consumer starts at the beginning of the log."""
    rows = [{"consumer": consumer, "slot": slot} for slot in range(SLOTS)]
    async with database.transaction() as session:
        await session.execute(insert(ConsumerPosition).values(rows).on_conflict_do_nothing())


async def run_consumer(database: Database, listener: Listener, consumer: Consumer, stop: asyncio.Event) -> None:
    """Consume until `stop`: drain every slot, then wait for a notice or a second."""
    await ensure_positions(database, consumer.name)
    async with listener.subscribed(EVENT) as signal:
        while not stop.is_set():
            try:
                handled = await drain(database, consumer, stop)
            except OperationalError as error:
                log.warning("consumer.database_lost", consumer=consumer.name, error=str(error.orig).strip())
                await asyncio.sleep(_IDLE_SECONDS)
                continue
            except NotYet as reason:
                log.warning("consumer.waits", consumer=consumer.name, reason=str(reason))
                await wait_any(signal, stop, _IDLE_SECONDS)
                continue
            if not handled:
                await wait_any(signal, stop, _IDLE_SECONDS)


async def drain(database: Database, consumer: Consumer, stop: asyncio.Event | None = None) -> int:
    """Handle what is there in all slots once round; returns the number of events handled."""
    handled = 0
    for slot in await _slots_with_news(database, consumer):
        while stop is None or not stop.is_set():
            count = await consume_slot(database, consumer, slot)
            handled += count
            if count < consumer.batch:
                break
    return handled


async def _slots_with_news(database: Database, consumer: Consumer) -> Sequence[int]:
    """Where something waits. One statement: most notices concern one slot, and a look into each costs a transaction."""
    position = ConsumerPosition
    next_event = (
        select(Event.id)
        .where(Event.slot == position.slot, Event.xid < _SETTLED, consumer.concerned)
        .where(tuple_(Event.xid, Event.id) > tuple_(position.xid, position.event_id))
        .order_by(Event.xid, Event.id)
        .limit(1)
        .correlate(position)
        .scalar_subquery()
    )
    statement = select(position.slot).where(position.consumer == consumer.name, next_event.is_not(None))
    async with database.transaction() as session:
        return (await session.execute(statement.order_by(position.slot))).scalars().all()


async def consume_slot(database: Database, consumer: Consumer, slot: int) -> int:
    """Handle one batch of one slot; 0 when the slot is empty or another worker holds it."""
    try:
        async with database.transaction() as session:
            events = await _claim(session, consumer, slot, consumer.batch)
            if events:
                await consumer.handle(session, events)
                await _advance(session, consumer, slot, events[-1])
            return len(events)
    except NotYet:
        raise
    except Overtaken as reason:
        log.info("consumer.overtaken", consumer=consumer.name, slot=slot, reason=str(reason))
        return 0
    except Exception as error:  # logged here, then every event is tried again alone
        if passes(error):
            raise
        log.warning("consumer.batch_failed", consumer=consumer.name, slot=slot, error=repr(error))
    return await _one_by_one(database, consumer, slot)


async def _one_by_one(database: Database, consumer: Consumer, slot: int) -> int:
    """After a failed batch: the same events, each in a savepoint of its own; a failing one is kept with its error."""
    async with database.transaction() as session:
        events = await _claim(session, consumer, slot, consumer.batch)
        for event in events:
            try:
                async with session.begin_nested():
                    await consumer.handle(session, [event])
            except NotYet:
                raise
            except Exception as error:
                if passes(error):
                    raise
                log.exception("consumer.event_failed", consumer=consumer.name, event_id=event.id)
                failed = {"consumer": consumer.name, "event_id": event.id, "error": repr(error)}
                await session.execute(insert(FailedEvent).values(failed).on_conflict_do_nothing())
        if events:
            await _advance(session, consumer, slot, events[-1])
        return len(events)


async def _claim(session: AsyncSession, consumer: Consumer, slot: int, limit: int) -> Sequence[Event]:
    position = (
        await session.execute(
            select(ConsumerPosition.xid, ConsumerPosition.event_id)
            .where(ConsumerPosition.consumer == consumer.name, ConsumerPosition.slot == slot)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()
    if position is None:
        return []
    statement = (
        select(Event)
        .where(Event.slot == slot, Event.xid < _SETTLED, consumer.concerned)
        .where(tuple_(Event.xid, Event.id) > tuple_(position.xid, position.event_id))
        .order_by(Event.xid, Event.id)
        .limit(limit)
    )
    return (await session.execute(statement)).scalars().all()


async def _advance(session: AsyncSession, consumer: Consumer, slot: int, last: Event) -> None:
    await session.execute(
        update(ConsumerPosition)
        .where(ConsumerPosition.consumer == consumer.name, ConsumerPosition.slot == slot)
        .values(xid=last.xid, event_id=last.id)
    )
