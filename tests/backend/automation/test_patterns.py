"""Windows, sequences, absences, later blocks and retractions on a real PostgreSQL, in a time of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from backend import clock
from backend.access.caller import SYSTEM
from backend.automation.evidence import counted
from backend.db import Database
from backend.events.log import NewEvent
from backend.records import service as records
from tests.backend.social.company import Company, found, person_of, rule
from tests.backend.social.company import post as posted

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def said(at: datetime, text: str, author: str = "wang", type: str = "social.post", channel: str = "weibo") -> NewEvent:
    """Something said at a moment."""
    event = posted(text, author, id=f"{author}:{text}:{at.isoformat()}:{type}", channel=channel, type=type)
    return NewEvent(
        type, {**event.data, "occurred_at": at.isoformat()}, channel=channel, external_id=event.external_id,
        actor_kind="channel", occurred_at=at,
    )  # fmt: skip


async def firings(company: Company, *keys: str) -> list[Any]:
    """What fired, in the order of its moments: rule, branch, status."""
    rows = await company.rows("SELECT * FROM weft.rule_firing ORDER BY happened_at, rule, cause")
    return [row for row in rows if not keys or row.rule in keys]


async def play(company: Company, at: datetime, *events: NewEvent) -> None:
    """Let events come in and everything happen that follows by a moment."""
    with clock.standing_at(at):
        await company.post(*events)
        await company.process()


async def test_the_third_like_within_a_day(database: Database) -> None:
    program = """
    rule interest when social.like as l
      if count(social.like where text contains "手表" within 24 hours by person) >= 3 then tag("手表")
    end"""
    company = await found(database, rule(program))
    likes = [said(NOON + n * HOUR, "智能手表", type="social.like") for n in range(2)]
    other = said(NOON + 2 * HOUR, "智能手表", author="li", type="social.like")
    await play(company, NOON + 3 * HOUR, *likes, other, said(NOON + 2 * HOUR, "洗衣机", type="social.like"))
    assert not await firings(company)
    await play(company, NOON + 25 * HOUR, said(NOON + 24 * HOUR + MINUTE, "智能手表", type="social.like"))
    assert not await firings(company), "the first is more than a day ago"
    await play(company, NOON + 25 * HOUR, said(NOON + 24 * HOUR + 2 * MINUTE, "智能手表", type="social.like"))
    (fired,) = await firings(company)
    assert fired.trace["$windows"] == [{"event": "social.like", "function": "count", "value": 3}]
    assert fired.person_id == await person_of(company, "wang")
    async with database.transaction() as session:
        store = company.store
        (window,) = (await counted(session, store, company.rules.library, store.current, fired.id))["windows"]
    assert (window["function"], window["value"]) == ("count", 3)
    assert [(each["at"] - NOON, each["text"]) for each in window["events"]] == [
        (24 * HOUR + 2 * MINUTE, "智能手表"), (24 * HOUR + MINUTE, "智能手表"), (HOUR, "智能手表")
    ]  # fmt: skip


async def test_several_channels_of_one_person_are_counted_together(database: Database) -> None:
    program = """
    rule three when social.message as m
      if count(social.message within 1 hour by person) >= 3 and distinct(channel: social.message within 1 hour by person) = 2
      then tag("x")
    end"""
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON - 9 * HOUR, "你好", type="social.message"))
    await company.run(
        "INSERT INTO weft.identity SELECT 'douyin', 'other', person_id, name, now(), now() FROM weft.identity"
    )
    messages = [
        said(NOON, "一", type="social.message"),
        said(NOON + MINUTE, "二", author="other", channel="douyin", type="social.message"),
        said(NOON + 2 * MINUTE, "三", type="social.message"),
    ]
    await play(company, NOON + HOUR, *messages)
    assert len(await firings(company)) == 1


async def test_a_sequence_takes_each_beginning_once(database: Database) -> None:
    program = """
    rule churn when social.message as m
      followed_by social.message as n where person = m.person and text contains any of keywords("defects") within 2 hours
      then tag("{m.text}")
    end"""
    company = await found(database, rule(program))
    message = "social.message"
    await play(
        company,
        NOON + 9 * HOUR,
        said(NOON, "开始", type=message),
        said(NOON + HOUR, "漏水", type=message),
        said(NOON + HOUR + MINUTE, "异响", type=message),
        said(NOON + 5 * HOUR, "漏水", type=message),
        said(NOON, "漏水", author="li", type=message),
    )
    fired = await firings(company)
    assert [row.happened_at for row in fired] == [NOON + HOUR, NOON + HOUR + MINUTE]
    assert [done["arguments"]["tags"] for row in fired for done in row.actions] == [["开始"], ["漏水"]]
    assert set(fired[0].events) == {"m", "n"}


async def test_what_did_not_follow_and_a_late_answer(database: Database) -> None:
    program = """
    rule unanswered when social.message as m
      without message.sent where thread = m.thread within 15 minutes
      if person.level != "svip" then tag("等待回复") after 1 hour do tag("等了一小时") end
    end"""
    company = await found(database, rule(program))
    message = "social.message"
    await play(company, NOON + MINUTE, said(NOON, "在吗", type=message), said(NOON, "在吗", "li", type=message))
    assert await company.count("SELECT count(*) FROM weft.rule_deadline") == 2
    await _answer(company, NOON + 5 * MINUTE, "li")
    await play(company, NOON + 14 * MINUTE)
    assert not await firings(company)
    await play(company, NOON + 15 * MINUTE)
    (fired,) = await firings(company)
    assert (fired.status, fired.happened_at, fired.branch) == ("done", NOON + 15 * MINUTE, "then")
    assert fired.person_id == await person_of(company, "wang")
    (later,) = await company.rows("SELECT * FROM weft.rule_deadline")
    assert (later.kind, later.due_at) == ("after", NOON + 75 * MINUTE)
    await _answer(company, NOON + 10 * MINUTE, "wang")
    await play(company, NOON + 20 * MINUTE)
    (fired,) = await firings(company)
    assert fired.status == "retracted"
    assert fired.retracted_by is not None
    await play(company, NOON + 2 * HOUR)
    assert len(await firings(company)) == 1, "what it had pending is dropped"
    assert await company.count("SELECT count(*) FROM weft.event WHERE type = 'rule.retracted'") == 1


async def _answer(company: Company, at: datetime, author: str) -> None:
    from backend.events.log import append

    person = await person_of(company, author)
    data = {"message_id": "1", "channel": "weibo", "recipient": author, "text": "在的"}
    async with company.database.transaction() as session:
        await append(session, NewEvent("message.sent", data, person_id=person, occurred_at=at))


async def test_later_blocks_see_what_is_so_then(database: Database) -> None:
    program = """
    rule care when social.post as p
      then tag("现在")
           after 1 hour if person.level = "vip" do tag("一小时后") after 1 day do tag("一天后") end end
    end"""
    company = await found(database, rule(program))
    await play(company, NOON + MINUTE, said(NOON, "你好"), said(NOON, "你好", "li"))
    await company.run("UPDATE data.person SET level = 'vip' WHERE name = 'wang'")
    await play(company, NOON + HOUR)
    await play(company, NOON + 26 * HOUR)
    tags = {row.name: row.tags for row in await company.rows("SELECT name, tags FROM data.person")}
    assert tags == {"wang": ["现在", "一小时后", "一天后"], "li": ["现在"]}
    assert [row.branch for row in await firings(company)] == ["then", "then", "then.1", "then.1.1"]


async def test_record_events_status_changes_and_sums(database: Database) -> None:
    program = """
    rule urgent_twice when ticket.closed as t
      if count(ticket.created where priority = "urgent" and title != t.title within 30 days by person) >= 1 then tag("老客户")
    end"""
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "你好"))
    person = str(await person_of(company, "wang"))
    with clock.standing_at(NOON + HOUR):
        async with company.database.transaction() as session:
            for title in ("一", "二"):
                data = {"title": title, "person": person, "priority": "urgent"}
                ticket = await records.create(session, company.store.current, SYSTEM, "ticket", data)
        async with company.database.transaction() as session:
            await records.update(
                session, company.store.current, SYSTEM, "ticket", ticket["id"], {"status": "closed"}, version=None
            )
        await company.process()
    (fired,) = await firings(company)
    assert fired.trace["$windows"][0]["value"] == 1


async def test_a_changed_field_on_the_edge(database: Database) -> None:
    program = 'rule promoted when person.level changes to "vip" then tag("新贵宾") end'
    company = await found(database, rule(program))
    await play(company, NOON, said(NOON, "你好"))
    person = await person_of(company, "wang")
    for level in ("vip", "vip", "svip"):
        async with company.database.transaction() as session:
            await records.update(
                session, company.store.current, SYSTEM, "person", person, {"level": level}, version=None
            )
    await company.process()
    assert len(await firings(company)) == 1


async def test_shares_stop_and_the_order_of_rules(database: Database) -> None:
    split = """
    rule tests priority 5 when social.post as p
      then split per person 50% A: tag("A") 50% B: tag("B") end stop
    end"""
    never = 'rule never when social.post as p then tag("never") end'
    company = await found(database, rule(split), rule(never))
    await play(company, NOON, *(said(NOON, "你好", f"user{n}") for n in range(40)))
    rows = await company.rows("SELECT tags FROM data.person")
    assert {tuple(row.tags) for row in rows} == {("A",), ("B",)}
    assert {row.rule for row in await firings(company)} == {"tests"}


async def test_a_limit_counts_by_the_clock_of_events(database: Database) -> None:
    program = 'rule daily when social.post as p then tag("x") limit 1 per person per 1 day end'
    company = await found(database, rule(program))
    await play(company, NOON + 99 * HOUR, *(said(NOON + n * 11 * HOUR, f"第{n}") for n in range(6)))
    assert [row.status for row in await firings(company)] == [
        "done",
        "limited",
        "limited",
        "done",
        "limited",
        "limited",
    ]


async def test_a_sequence_whose_beginning_comes_late(database: Database) -> None:
    program = """
    rule churn when social.message as m where channel = "weibo"
      followed_by social.message as n where person = m.person and channel = "douyin" within 2 hours
      then tag("{m.text}{n.text}")
    end"""
    company = await found(database, rule(program))
    message = "social.message"
    await play(company, NOON, said(NOON - 9 * HOUR, "你好", type=message))
    await company.run(
        "INSERT INTO weft.identity SELECT 'douyin', 'other', person_id, name, now(), now() FROM weft.identity"
    )
    await play(company, NOON + HOUR, said(NOON + HOUR, "后", "other", type=message, channel="douyin"))
    assert not await firings(company)
    await play(company, NOON + 2 * HOUR, said(NOON, "前", type=message))
    (fired,) = await firings(company)
    assert fired.happened_at == NOON + HOUR
    assert fired.actions[0]["arguments"]["tags"] == ["前后"]
    await play(company, NOON + 3 * HOUR, said(NOON + MINUTE, "再", type=message))
    assert len(await firings(company)) == 1, "it has fired on that one"
