"""What happens at the same time: a late event and the end of a wait, a cancelled plan, two workers at one cause, old versions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB

from backend import clock
from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext, Result
from backend.automation import deadlines
from backend.automation.runtime import RuleRuntime, work_off
from backend.automation.sources import typed
from backend.db import Database
from backend.db.passing import Overtaken
from backend.events.consumers import drain, ensure_positions
from backend.events.log import NewEvent, append
from backend.events.models import Event
from backend.events.outbox import deliver_due
from backend.messaging.service import outbox_handlers
from backend.metadata.store import MetadataStore
from backend.records import service as records
from engine.definitions import Text
from engine.language import DATE, DATETIME
from tests.backend.automation.test_patterns import HOUR, MINUTE, NOON, firings, play, said
from tests.backend.social.company import found, person_of, rule

MESSAGE = "social.message"


class Slow:
    """An action that lasts until it is let go on."""

    key = "slow"
    label = Text("慢", "Slow")
    parameters = ()
    open = sends = False

    def __init__(self) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def run(self, _context: ActionContext, _arguments: Mapping[str, Any]) -> Result:
        self.begun.set()
        await self.go_on.wait()
        return {}


async def test_an_answer_that_is_written_while_its_absence_is_judged_is_not_lost(database: Database) -> None:
    program = """
    rule unanswered when social.message as m
      without message.sent where thread = m.thread within 15 minutes then slow() end"""
    action = Slow()
    company = await found(database, rule(program), actions=[action])
    await play(company, NOON, said(NOON, "在吗", type=MESSAGE))
    person = await person_of(company, "wang")
    answer = {"message_id": "1", "channel": "weibo", "recipient": "wang", "text": "在的"}
    with clock.standing_at(NOON + 16 * MINUTE):
        async with company.database.transaction() as writing:
            await append(writing, NewEvent("message.sent", answer, person_id=person, occurred_at=NOON + MINUTE))
            judging = asyncio.create_task(company.rules.run_due(company.database, clock.now()))
            await action.begun.wait()
        matching = asyncio.create_task(drain(company.database, company.rules.consumer()))
        await asyncio.sleep(0.5)
        action.go_on.set()
        await asyncio.gather(judging, matching)
        await company.process()
    (fired,) = await firings(company)
    assert fired.status == "retracted"


async def test_what_is_cancelled_after_it_was_claimed_is_not_done(database: Database) -> None:
    program = 'rule later when social.post as p then after 1 hour do tag("后") end end'
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "你好"))
    slot = (await company.rows("SELECT slot FROM weft.rule_deadline"))[0].slot
    async with company.database.transaction() as session:
        due = await deadlines.claim(session, slot, NOON + HOUR)
        await company.run("DELETE FROM weft.rule_deadline")
        await company.rules._do(session, due)
    assert [row.branch for row in await firings(company)] == ["then"]


async def test_two_workers_at_one_cause_act_once(database: Database) -> None:
    action = Slow()
    program = 'rule opens when social.post as p then create_ticket(title: "x") slow() end'
    company = await found(database, rule(program), actions=[action])
    with clock.standing_at(NOON):
        await ensure_positions(company.database, company.consumer.name)
        await company.post(said(NOON, "你好"))
        await drain(company.database, company.consumer)
    async with company.database.transaction() as session:
        await company.rules.matcher(session)

    async def handle() -> None:
        async with company.database.transaction() as session:
            events = (await session.execute(select(Event).where(Event.type == "social.processed"))).scalars().all()
            await company.rules.handle(session, events)

    both = [asyncio.create_task(handle()) for _ in range(2)]
    await asyncio.wait_for(action.begun.wait(), 10)
    await asyncio.sleep(0.5)
    action.go_on.set()
    results = await asyncio.wait_for(asyncio.gather(*both, return_exceptions=True), 10)
    assert [type(each) for each in results if each is not None] == [Overtaken]
    await company.process()
    assert await company.count("SELECT count(*) FROM data.ticket") == 1


async def test_what_an_earlier_version_left_for_later_still_reads_its_event(database: Database) -> None:
    program = 'rule follow_up when ticket.closed as t then after 1 hour do tag("{t.title} {t.product.name}") end end'
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "你好"))
    person = str(await person_of(company, "wang"))
    with clock.standing_at(NOON):
        async with company.database.transaction() as session:
            metadata = company.store.current
            product = await records.create(session, metadata, SYSTEM, "product", {"name": "洗衣机"})
            data = {"title": "漏水", "person": person, "product": product["id"]}
            ticket = await records.create(session, metadata, SYSTEM, "ticket", data)
        async with company.database.transaction() as session:
            await records.update(session, metadata, SYSTEM, "ticket", ticket["id"], {"status": "closed"}, version=None)
        await company.process()
    await company.publish(rule('rule follow_up when social.post as p then tag("新") end'))
    await play(company, NOON + HOUR)
    (person_row,) = await company.rows("SELECT tags FROM data.person")
    assert person_row.tags == ["漏水 洗衣机"]


async def test_nothing_is_due_while_what_happened_at_that_very_moment_is_unread(database: Database) -> None:
    program = """
    rule unanswered when social.message as m
      without message.sent where thread = m.thread within 15 minutes then tag("等") end"""
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "在吗", type=MESSAGE))
    person = await person_of(company, "wang")
    answer = {"message_id": "1", "channel": "weibo", "recipient": "wang", "text": "在的"}
    due = NOON + 15 * MINUTE
    async with company.database.transaction() as session:
        await append(session, NewEvent("message.sent", answer, person_id=person, occurred_at=due))
    async with company.database.transaction() as session:
        assert not await deadlines.due_slots(session, due)
    await play(company, due)
    assert not await firings(company)


async def test_nothing_is_due_while_very_much_is_unread(database: Database) -> None:
    program = """
    rule unanswered when social.message as m
      without message.sent where thread = m.thread within 15 minutes then tag("等") end"""
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "在吗", type=MESSAGE))
    later = [said(NOON + HOUR, str(number), type="social.post") for number in range(1_000)]
    await company.post(*later)
    async with company.database.transaction() as session:
        assert not await deadlines.due_slots(session, NOON + 2 * HOUR)


async def test_a_firing_that_is_taken_back_takes_back_what_it_was_going_to_send(database: Database) -> None:
    program = """
    rule unanswered when social.message as m
      without message.sent where thread = m.thread within 15 minutes then send(text: "稍等") end"""
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "在吗", type=MESSAGE))
    await play(company, NOON + 15 * MINUTE)
    person = await person_of(company, "wang")
    answer = {"message_id": "1", "channel": "weibo", "recipient": "wang", "text": "在的"}
    async with company.database.transaction() as session:
        await append(session, NewEvent("message.sent", answer, person_id=person, occurred_at=NOON + MINUTE))
    assert [row.status for row in await company.rows("SELECT status FROM weft.outbox")] == ["pending"]
    await play(company, NOON + 16 * MINUTE)
    assert [row.status for row in await firings(company)] == ["retracted"]
    assert [row.status for row in await company.rows("SELECT status FROM weft.outbox")] == ["cancelled"]


async def test_what_happens_after_a_publication_is_matched_by_it_at_once(database: Database) -> None:
    company = await found(database, rule('rule tags when social.post as p then tag("旧") end'))
    other = MetadataStore(database)
    await other.load()
    worker = RuleRuntime(other, company.actions)
    await company.publish(rule('rule tags when social.post as p then tag("新") end'))
    await company.post(said(NOON, "你好"))
    await work_off(database, company.consumer, worker)
    assert [row.tags for row in await company.rows("SELECT tags FROM data.person")] == [["新"]]


async def test_a_message_taken_back_after_a_worker_took_it_does_not_leave(database: Database) -> None:
    company = await found(database, rule('rule hello when social.post as p then send(text: "您好") end'))
    await play(company, NOON, said(NOON, "你好"))
    carry = outbox_handlers(database, company.store)["send_message"]

    async def cancelled_first(payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        await company.run("UPDATE weft.outbox SET status = 'cancelled'")
        return await carry(payload, key)

    assert await deliver_due(database, {"send_message": cancelled_first}) == 1
    assert await company.count("SELECT count(*) FROM weft.sent_message") == 0
    assert [row.status for row in await company.rows("SELECT status FROM weft.outbox")] == ["cancelled"]


async def test_a_date_that_is_none_is_empty_where_the_past_is_counted(database: Database) -> None:
    read = (
        typed(sa.cast(sa.literal('"2026-02-31"'), JSONB), DATE),
        typed(sa.cast(sa.literal('"2026-01-01T10:00 or so"'), JSONB), DATETIME),
    )
    async with database.transaction() as session:
        assert tuple((await session.execute(sa.select(*read))).one()) == (None, None)
