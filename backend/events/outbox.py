"""The outbox: effects outside the database, written with their cause, carried out afterwards at least once.

A row is claimed by pushing its next attempt into the future in a short transaction, then carried out with no lock held;
a worker that dies leaves the row due again after the lease. The receiver drops repeats by the key.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import Database, uuid7
from backend.events.models import OutboxMessage
from backend.events.notify import OUTBOX, Listener, wait_any

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10
_LEASE = timedelta(seconds=60)
_IDLE_SECONDS = 1.0
_BATCH = 32
#: Carries out one message, given its payload and idempotency key; what it returns is kept as the row's result.
Handler = Callable[[dict[str, Any], str], Awaitable[dict[str, Any] | None]]
_LONGEST_SECONDS = 300
#: A message that is never given up is also not left waiting long once its receiver is back.
_LONGEST_PERSISTENT_SECONDS = 60


class Persistent(ABC):
    """A handler whose messages are never given up, and which is told of each failed attempt."""

    @abstractmethod
    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        """Carry out one message."""

    @abstractmethod
    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        """The attempt failed; said in the transaction that writes it down."""


async def enqueue(
    session: AsyncSession,
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    event_id: int | None = None,
    not_before: datetime | None = None,
) -> None:
    """Write an effect to be carried out after this transaction commits, and not before `not_before`; a key that is there already
    is left alone."""
    row = {"id": uuid7(), "kind": kind, "key": key, "payload": payload, "event_id": event_id}
    if not_before is not None:
        row["next_attempt_at"] = not_before
    await session.execute(insert(OutboxMessage).values(row).on_conflict_do_nothing(index_elements=[OutboxMessage.key]))


async def run_outbox(
    database: Database, listener: Listener, handlers: Mapping[str, Handler], stop: asyncio.Event
) -> None:
    """Carry out due messages until `stop`."""
    async with listener.subscribed(OUTBOX) as signal:
        while not stop.is_set():
            try:
                done = await deliver_due(database, handlers)
            except OperationalError as error:
                log.warning("outbox.database_lost", error=str(error.orig).strip())
                await asyncio.sleep(_IDLE_SECONDS)
                continue
            if not done:
                await wait_any(signal, stop, _IDLE_SECONDS)


async def deliver_due(database: Database, handlers: Mapping[str, Handler]) -> int:
    """Claim a batch of due messages and carry them out side by side; returns how many there were."""
    async with database.transaction() as session:
        claimed = await _claim(session, list(handlers))
    await asyncio.gather(*(_deliver(database, handlers[message.kind], message) for message in claimed))
    return len(claimed)


async def retry(session: AsyncSession, id: UUID) -> bool:
    """Make a failed message due again; False when there is none such."""
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id == id, OutboxMessage.status == "failed")
        .values(status="pending", attempts=0, next_attempt_at=func.now())
        .returning(OutboxMessage.id)
    )
    return (await session.execute(statement)).first() is not None


async def _claim(session: AsyncSession, kinds: list[str]) -> Sequence[OutboxMessage]:
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.status == "pending", OutboxMessage.next_attempt_at <= func.now())
        .where(OutboxMessage.kind.in_(kinds))
        .order_by(OutboxMessage.next_attempt_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(due.scalar_subquery()))
        .values(attempts=OutboxMessage.attempts + 1, next_attempt_at=func.now() + _LEASE)
        .returning(OutboxMessage)
    )
    return (await session.execute(statement)).scalars().all()


async def _deliver(database: Database, handler: Handler, message: OutboxMessage) -> None:
    try:
        result = await handler(message.payload, message.key)
    except Exception as error:  # noqa: BLE001 - whatever a receiver does is recorded on the row and tried again
        log.warning(
            "outbox.attempt_failed", kind=message.kind, key=message.key, attempt=message.attempts, error=repr(error)
        )
        await _failed(database, handler, message, error)
        return
    async with database.transaction() as session:
        values = {"status": "done", "done_at": func.now(), "result": result, "last_error": None}
        await _note(session, message, values)


async def _failed(database: Database, handler: Handler, message: OutboxMessage, error: Exception) -> None:
    endless = isinstance(handler, Persistent)
    async with database.transaction() as session:
        await _note(session, message, _after_failure(message.attempts, repr(error), endless=endless))
        if isinstance(handler, Persistent):
            await handler.not_yet(session, message.payload, message.attempts, error)


async def _note(session: AsyncSession, message: OutboxMessage, values: dict[str, Any]) -> None:
    """What came of a message; one that was cancelled meanwhile stays so."""
    there = OutboxMessage.id == message.id, OutboxMessage.status == "pending"
    await session.execute(update(OutboxMessage).where(*there).values(values))


def _after_failure(attempts: int, error: str, *, endless: bool) -> dict[str, Any]:
    if attempts >= MAX_ATTEMPTS and not endless:
        return {"status": "failed", "last_error": error}
    longest = _LONGEST_PERSISTENT_SECONDS if endless else _LONGEST_SECONDS
    delay = timedelta(seconds=min(2 ** min(attempts - 1, MAX_ATTEMPTS), longest))
    return {"next_attempt_at": func.now() + delay, "last_error": error}
