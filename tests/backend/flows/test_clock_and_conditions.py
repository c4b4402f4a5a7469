"""Flows that the clock starts, and conditions about records that change."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.events.consumers import drain, ensure_positions
from backend.flows import subscriptions
from backend.flows.conditions import conditions_consumer, run_conditions
from backend.flows.timed_starts import MOST_MISSED, TimedStarts
from backend.records import service as records
from tests.backend.flows.company import Company
from tests.backend.flows.drawing import flow, node
from tests.backend.flows.test_messages import send, stands

_COUNT = text("SELECT count(*) FROM weft.instance WHERE flow = 'daily'")


def timed(**timer: str) -> dict[str, object]:
    return flow("daily", [node("at", "start", events=[{"kind": "timer", "timer": timer}])], "at -> end")


async def test_a_cycle_starts_as_often_as_it_says_and_catches_up(company: Company) -> None:
    await company.publish(timed(cycle="R3/PT1H"))
    starts, now = TimedStarts(company.services), clock.now()
    assert await starts.run(now) == 0
    assert await starts.run(now + timedelta(minutes=61)) == 1
    assert await starts.run(now + timedelta(minutes=62)) == 0
    assert await starts.run(now + timedelta(hours=9)) == 2
    assert await company.scalar(_COUNT) == 3
    assert await starts.run(now + timedelta(hours=99)) == 0


async def test_another_worker_does_not_start_it_again_nor_does_an_equal_publication(company: Company) -> None:
    await company.publish(timed(cycle="R/PT1H"))
    now = clock.now()
    for _ in range(2):
        await TimedStarts(company.services).run(now)
    later = now + timedelta(minutes=61)
    assert [await TimedStarts(company.services).run(later) for _ in range(2)] == [1, 0]
    await company.publish({**timed(cycle="R/PT1H"), "label": {"zh": "新", "en": "new"}})
    assert await TimedStarts(company.services).run(now + timedelta(minutes=121)) == 1
    await company.publish(timed(cycle="R/PT2H"))
    assert await TimedStarts(company.services).run(now + timedelta(minutes=125)) == 0


async def test_dates_that_are_over_do_not_start_and_missed_ones_have_an_end(company: Company) -> None:
    await company.publish(timed(date="date(2020, 1, 1)"))
    now = clock.now()
    assert await TimedStarts(company.services).run(now + timedelta(days=1)) == 0
    await company.publish(timed(cycle="R/PT1M"))
    starts = TimedStarts(company.services)
    await starts.run(now)
    assert await starts.run(now + timedelta(days=7)) <= MOST_MISSED + 2


async def test_a_condition_is_looked_at_when_its_record_changes(company: Company) -> None:
    await company.publish(
        flow(
            "patient",
            [node("until", "wait_for_record", condition='record.priority = "urgent" and record.person.city = "上海"')],
            "start -> until -> end",
        )
    )
    person = await company.person()
    ticket = await company.ticket(person)
    id = await company.start("patient", ticket)
    await stands(company, id, "until")
    consumer, database = conditions_consumer(company.services.metadata), company.services.database
    await ensure_positions(database, consumer.name)

    async def change(entity: str, record: UUID, **data: str) -> None:
        async with database.transaction() as session:
            metadata = company.services.metadata.current
            await records.update(session, metadata, SYSTEM, entity, record, data, version=None)

    await change("ticket", ticket, priority="urgent")

    async def status() -> str:
        await drain(database, consumer)
        found: str = (await company.instance(id))["status"]
        return found

    async def over() -> bool:
        return await status() == "completed"

    await company.settled(lambda: drained(company))
    assert await status() == "running"
    await change("person", person, city="上海")
    await company.settled(over)
    assert await company.scalar(text("SELECT count(*) FROM weft.flow_subscription")) == 0


async def drained(company: Company) -> bool:
    """Nothing of the log is unread, and nothing is in the outbox."""
    await drain(company.services.database, conditions_consumer(company.services.metadata))
    left = text("SELECT count(*) FROM weft.outbox WHERE status = 'pending'")
    return not await company.scalar(left)


async def test_the_worker_tells_of_changes(company: Company) -> None:
    waits = node("until", "wait_for_record", condition='record.priority = "urgent"')
    await company.publish(flow("patient", [waits], "start -> until -> end"))
    services, stop, ticket = company.services, asyncio.Event(), await company.ticket()
    jobs = [
        asyncio.create_task(services.listener.run()),
        asyncio.create_task(run_conditions(services.database, services.listener, services.metadata, stop)),
    ]
    id = await company.start("patient", ticket)
    await stands(company, id, "until")
    async with services.database.transaction() as session:
        metadata = services.metadata.current
        await records.update(session, metadata, SYSTEM, "ticket", ticket, {"priority": "urgent"}, version=None)

    async def over() -> bool:
        return bool((await company.instance(id))["status"] == "completed")

    await company.settled(over)
    stop.set()
    await jobs[1]
    jobs[0].cancel()


async def test_messages_do_not_wait_for_ever(company: Company) -> None:
    await send(company, "nobody")
    async with company.services.database.transaction() as session:
        assert await subscriptions.expire(session, clock.now() + timedelta(days=1)) == 0
        assert await subscriptions.expire(session, clock.now() + timedelta(days=8)) == 1
