"""The log is read in order, once, by any number of workers, and nothing is skipped that committed late."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import Database, uuid7
from backend.events.consumers import Consumer, consume_slot, drain, ensure_positions
from backend.events.log import Cause, NewEvent, append, append_external, slot_of
from backend.events.models import SLOTS, Event, FailedEvent


async def _append(database: Database, *events: NewEvent) -> list[int]:
    async with database.transaction() as session:
        return await append(session, *events)


async def _drain_all(database: Database, consumer: Consumer) -> None:
    while await drain(database, consumer):
        pass


def _recorder(seen: list[Event], name: str = "test", batch: int = 100) -> Consumer:
    async def handle(_session: AsyncSession, events: Sequence[Event]) -> None:
        seen.extend(events)

    return Consumer(name, handle, batch)


async def test_events_of_one_subject_come_in_order_and_once(database: Database) -> None:
    subjects = [uuid7() for _ in range(5)]
    for number in range(50):
        subject = subjects[number % 5]
        await _append(database, NewEvent("ticket.updated", {"n": number}, subject_entity="ticket", subject_id=subject))
    seen: list[Event] = []
    consumer = _recorder(seen, batch=7)
    await ensure_positions(database, consumer.name)
    await _drain_all(database, consumer)
    await _drain_all(database, consumer)
    assert Counter(event.data["n"] for event in seen) == Counter(range(50))
    for subject in subjects:
        numbers = [event.data["n"] for event in seen if event.subject_id == subject]
        assert numbers == sorted(numbers)


async def test_an_event_that_commits_late_is_not_skipped(database: Database) -> None:
    """An earlier id in a transaction still open holds back what was written after it, then both come in order."""
    subject = uuid7()
    slot = slot_of(NewEvent("a", subject_id=subject))
    seen: list[Event] = []
    consumer = _recorder(seen)
    await ensure_positions(database, consumer.name)
    async with database.transaction() as late:
        [first] = await append(late, NewEvent("late", subject_id=subject))
        [second] = await _append(database, NewEvent("early", subject_id=subject))
        assert first < second
        await consume_slot(database, consumer, slot)
        assert [event.id for event in seen] == []
    await consume_slot(database, consumer, slot)
    assert [event.id for event in seen] == [first, second]


async def test_two_workers_share_the_slots_without_doubling(database: Database) -> None:
    await _append(database, *(NewEvent("x", {"n": n}, subject_id=uuid7()) for n in range(400)))
    seen: list[Event] = []

    async def handle(session: AsyncSession, events: Sequence[Event]) -> None:
        await session.execute(text("SELECT pg_sleep(0.002)"))
        seen.extend(events)

    consumer = Consumer("shared", handle, batch=10)
    await ensure_positions(database, consumer.name)
    await asyncio.gather(*(_drain_all(database, consumer) for _ in range(3)))
    await _drain_all(database, consumer)
    assert Counter(event.data["n"] for event in seen) == Counter(range(400))


async def test_a_crash_in_the_middle_of_a_batch_leaves_position_and_effects_untouched(database: Database) -> None:
    await _append(database, *(NewEvent("x", {"n": n}, subject_id=UUID(int=7)) for n in range(5)))

    class Crash(BaseException):
        """Ends the worker as a kill would: nothing after it runs."""

    async def handle(session: AsyncSession, events: Sequence[Event]) -> None:
        await append(session, *(NewEvent("effect", {"of": event.id}) for event in events))
        raise Crash

    await ensure_positions(database, "c")
    slot = slot_of(NewEvent("x", subject_id=UUID(int=7)))
    with pytest.raises(Crash):
        await consume_slot(database, Consumer("c", handle), slot)
    async with database.transaction() as session:
        assert (await session.execute(select(Event).where(Event.type == "effect"))).first() is None
    seen: list[Event] = []
    await consume_slot(database, _recorder(seen, "c"), slot)
    assert [event.data["n"] for event in seen] == list(range(5))


async def test_a_failing_event_is_kept_with_its_error_and_the_others_go_on(database: Database) -> None:
    await _append(database, *(NewEvent("x", {"n": n}, subject_id=UUID(int=7)) for n in range(5)))
    seen: list[int] = []

    async def handle(_session: AsyncSession, events: Sequence[Event]) -> None:
        for event in events:
            if event.data["n"] == 2:
                raise ValueError("the third cannot be handled")
        seen.extend(event.data["n"] for event in events)

    await ensure_positions(database, "c")
    await _drain_all(database, Consumer("c", handle))
    assert seen == [0, 1, 3, 4]
    async with database.transaction() as session:
        [failed] = (await session.execute(select(FailedEvent))).scalars()
    assert "the third cannot be handled" in failed.error


def _fails_with(state: str, seen: list[int]) -> Consumer:
    """A reader whose third event makes PostgreSQL refuse with `state`."""

    async def handle(session: AsyncSession, events: Sequence[Event]) -> None:
        for event in events:
            if event.data["n"] == 2:
                await session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{state}'; END $$"))
        seen.extend(event.data["n"] for event in events)

    return Consumer("c", handle)


@pytest.mark.parametrize("state", ["54000", "54001", "54011", "57014", "53200"])
async def test_what_postgresql_refuses_each_time_stops_no_slot(database: Database, state: str) -> None:
    """Too large, too complex, too slow: psycopg calls these operational errors as it calls a lost connection."""
    await _append(database, *(NewEvent("x", {"n": n}, subject_id=UUID(int=7)) for n in range(5)))
    seen: list[int] = []
    consumer = _fails_with(state, seen)
    await ensure_positions(database, consumer.name)
    await _drain_all(database, consumer)
    assert seen == [0, 1, 3, 4]
    async with database.transaction() as session:
        [failed] = (await session.execute(select(FailedEvent))).scalars()
    assert "refused" in failed.error


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57P01", "08006"])
async def test_what_passes_by_itself_is_tried_again(database: Database, state: str) -> None:
    await _append(database, *(NewEvent("x", {"n": n}, subject_id=UUID(int=7)) for n in range(5)))
    seen: list[int] = []
    await ensure_positions(database, "c")
    with pytest.raises(OperationalError):
        await _drain_all(database, _fails_with(state, seen))
    assert seen == []
    async with database.transaction() as session:
        assert (await session.execute(select(FailedEvent))).first() is None
    again: list[Event] = []
    await _drain_all(database, _recorder(again, "c"))
    assert [event.data["n"] for event in again] == list(range(5))


async def test_an_external_event_is_accepted_once(database: Database) -> None:
    def event(external_id: str) -> NewEvent:
        return NewEvent("social.post", {"author": {"id": "a"}}, channel="weibo", external_id=external_id)

    async with database.transaction() as session:
        first = await append_external(session, [event("1"), event("2"), event("1")])
    async with database.transaction() as session:
        again = await append_external(session, [event("2"), event("3")])
    assert [id is not None for id in first] == [True, True, False]
    assert [id is not None for id in again] == [False, True]


async def test_two_intakes_of_the_same_event_at_once_accept_it_once(database: Database) -> None:
    async def deliver() -> int:
        events = [
            NewEvent("social.post", {"author": {"id": "a"}}, channel="weibo", external_id=str(n)) for n in range(50)
        ]
        async with database.transaction() as session:
            return sum(id is not None for id in await append_external(session, events))

    assert sum(await asyncio.gather(*(deliver() for _ in range(4)))) == 50


def test_a_caused_event_is_one_deeper_and_names_its_cause() -> None:
    caused = NewEvent("ticket.created", depth=0).caused_by(Cause(event_id=9, depth=2))
    assert (caused.causation_id, caused.depth) == (9, 3)
    assert NewEvent("x").caused_by(Cause()).depth == 0


def test_slots_are_within_range_and_stable() -> None:
    events = [NewEvent("x", subject_id=UUID(int=n)) for n in range(200)]
    assert {slot_of(event) for event in events} <= set(range(SLOTS))
    assert slot_of(events[3]) == slot_of(NewEvent("y", subject_id=UUID(int=3)))
