"""The outbox carries every effect out at least once under its key, and says what failed."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import Database
from backend.events.models import OutboxMessage
from backend.events.notify import OUTBOX, Listener
from backend.events.outbox import MAX_ATTEMPTS, Persistent, deliver_due, enqueue, retry, run_outbox


async def _enqueue(database: Database, key: str, **payload: Any) -> None:
    async with database.transaction() as session:
        await enqueue(session, "send", key, payload)


async def _row(database: Database, key: str) -> OutboxMessage:
    async with database.transaction() as session:
        return (await session.execute(select(OutboxMessage).where(OutboxMessage.key == key))).scalar_one()


async def test_a_message_is_carried_out_and_its_result_kept(database: Database) -> None:
    calls: list[tuple[dict[str, Any], str]] = []

    async def handler(payload: dict[str, Any], key: str) -> dict[str, Any]:
        calls.append((payload, key))
        return {"id": "r1"}

    await _enqueue(database, "k1", text="hello")
    await _enqueue(database, "k1", text="again")
    assert await deliver_due(database, {"send": handler}) == 1
    assert await deliver_due(database, {"send": handler}) == 0
    assert calls == [({"text": "hello"}, "k1")]
    row = await _row(database, "k1")
    assert (row.status, row.result, row.attempts) == ("done", {"id": "r1"}, 1)


async def test_a_failure_is_tried_again_later_then_given_up_visibly_then_retried_by_hand(database: Database) -> None:
    healthy = False

    async def handler(_payload: dict[str, Any], _key: str) -> None:
        if not healthy:
            raise ConnectionError("receiver is down")

    await _enqueue(database, "k1")
    for _ in range(MAX_ATTEMPTS):
        assert await deliver_due(database, {"send": handler}) == 1
        assert await deliver_due(database, {"send": handler}) == 0, "not before its time"
        async with database.transaction() as session:
            await session.execute(update(OutboxMessage).values(next_attempt_at=func.now()))
    row = await _row(database, "k1")
    assert row.status == "failed"
    assert "receiver is down" in (row.last_error or "")
    healthy = True
    async with database.transaction() as session:
        assert await retry(session, row.id)
    await deliver_due(database, {"send": handler})
    assert (await _row(database, "k1")).status == "done"


class _Away(Persistent):
    """A receiver that is away for long, and keeps count in the database."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def __call__(self, payload: dict[str, Any], key: str) -> None:
        assert (payload["n"], key) == (1, "k1")
        self.failures -= 1
        if self.failures >= 0:
            raise ConnectionError("receiver is away")

    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        await session.execute(update(OutboxMessage).values(payload={**payload, "told": f"{attempts}: {error}"}))


async def test_a_message_for_a_persistent_receiver_is_never_given_up(database: Database) -> None:
    away = _Away(failures=MAX_ATTEMPTS + 3)
    await _enqueue(database, "k1", n=1)
    waits = text("SELECT extract(epoch FROM next_attempt_at - now()) FROM weft.outbox")
    for attempt in range(1, MAX_ATTEMPTS + 4):
        assert await deliver_due(database, {"send": away}) == 1
        row = await _row(database, "k1")
        assert (row.status, row.payload) == ("pending", {"n": 1, "told": f"{attempt}: receiver is away"})
        async with database.transaction() as session:
            assert 0 < (await session.execute(waits)).scalar_one() <= 60
            await session.execute(update(OutboxMessage).values(next_attempt_at=func.now()))
    await deliver_due(database, {"send": away})
    assert (await _row(database, "k1")).status == "done"


async def test_several_workers_carry_each_message_out_once(database: Database) -> None:
    calls: list[str] = []

    async def handler(_payload: dict[str, Any], key: str) -> None:
        calls.append(key)
        await asyncio.sleep(0.001)

    for number in range(100):
        await _enqueue(database, f"k{number}")

    async def work() -> None:
        while await deliver_due(database, {"send": handler}):
            pass

    await asyncio.gather(work(), work(), work())
    assert sorted(calls) == sorted(f"k{number}" for number in range(100))


async def test_a_notice_wakes_the_outbox_within_a_moment(database: Database) -> None:
    listener = Listener(database.url, [OUTBOX])
    stop, done = asyncio.Event(), asyncio.Event()

    async def handler(_payload: dict[str, Any], _key: str) -> None:
        done.set()

    tasks = [
        asyncio.create_task(listener.run()),
        asyncio.create_task(run_outbox(database, listener, {"send": handler}, stop)),
    ]
    await asyncio.sleep(0.3)
    await _enqueue(database, "k1")
    await asyncio.wait_for(done.wait(), 5)
    stop.set()
    await tasks[1]
    tasks[0].cancel()
