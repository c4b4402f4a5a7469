"""The pipeline on a real PostgreSQL: what comes of posts, rules, limits, failures and crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext, Parameter, Result
from backend.automation.runtime import work_off
from backend.db import Database
from backend.events.consumers import NotYet, drain, ensure_positions
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage
from engine.definitions import Text
from tests.backend.social.company import DEFECT_RULE, found, person_of, post, rule

NOW = datetime.now(UTC)


async def test_a_leaking_washing_machine_opens_a_ticket(database: Database) -> None:
    company = await found(database, rule(DEFECT_RULE))
    await company.run(
        "INSERT INTO data.product (id, name, keywords) VALUES (gen_random_uuid(), '洗衣机 X1', '{洗衣机}')"
    )
    await company.post(post("刚买的洗衣机漏水", "赵六"), post("今天天气不错", "钱七"))
    await company.process()

    (ticket,) = await company.rows(
        "SELECT t.*, p.name AS product_name FROM data.ticket t LEFT JOIN data.product p ON p.id = t.product"
    )
    person = await person_of(company, "赵六")
    assert (ticket.title, ticket.priority, ticket.status) == ("赵六: 刚买的洗衣机漏水", "urgent", "new")
    assert (ticket.person, ticket.channel, ticket.source_text) == (person, "weibo", "刚买的洗衣机漏水")
    assert ticket.product_name == "洗衣机 X1"
    (made,) = await company.rows("SELECT tags, level FROM data.person WHERE id = :id", id=person)
    assert (made.tags, made.level) == (["投诉客户"], "normal")
    (firing,) = await company.rows("SELECT * FROM weft.rule_firing")
    assert (firing.rule, firing.status, firing.branch) == ("product_defect", "done", "then")
    assert [done["action"] for done in firing.actions] == ["create_ticket", "tag"]
    assert firing.trace['keywords("defects")'] == ["漏水"]
    wall = {row.author_id: row for row in await company.rows("SELECT * FROM weft.social_post")}
    assert (wall["赵六"].sentiment, wall["赵六"].rules) == ("negative", ["product_defect"])
    assert (wall["钱七"].sentiment, wall["钱七"].rules) == ("positive", [])


async def test_one_author_is_one_person_and_every_step_is_in_the_log(database: Database) -> None:
    company = await found(database)
    await company.post(
        *(post(f"你好 {n}", "孙八", id=str(n)) for n in range(5)), post("在抖音", "孙八", channel="douyin")
    )
    await company.process()
    assert await company.count("SELECT count(*) FROM data.person") == 2
    types = {row.type: row.n for row in await company.rows("SELECT type, count(*) AS n FROM weft.event GROUP BY type")}
    assert (types["social.processed"], types["person.created"]) == (6, 2)
    history = await company.rows("SELECT depth, causation_id FROM weft.event WHERE type = 'person.created'")
    assert all(row.depth == 1 and row.causation_id for row in history)


async def test_a_rule_on_the_person_and_its_level(database: Database) -> None:
    program = """
    rule vip_unhappy when social.post as p
      if p.sentiment = "negative" and person.level in ["vip", "svip"]
      then create_ticket(title: "VIP {person.name}")
    end"""
    company = await found(database, rule(program))
    await company.post(post("你好", "李总"))
    await company.process()
    await company.run("UPDATE data.person SET level = 'vip'")
    await company.post(post("太差了,很失望", "李总"), post("太差了,很失望", "路人"))
    await company.process()
    assert [row.title for row in await company.rows("SELECT title FROM data.ticket")] == ["VIP 李总"]


async def test_record_events_fire_rules_about_their_person(database: Database) -> None:
    program = 'rule urgent_tag when ticket.created as t if t.priority = "urgent" then tag("有紧急工单") end'
    company = await found(database, rule(program), rule(DEFECT_RULE))
    await company.post(post("冰箱异响", "周九"))
    await company.process()
    (person,) = await company.rows("SELECT tags FROM data.person")
    assert set(person.tags) == {"投诉客户", "有紧急工单"}


async def test_limits_and_once_hold_back_and_say_so(database: Database) -> None:
    limited = 'rule often when social.post as p then tag("x") limit 2 per person per 1 hour end'
    once = 'rule single when social.post as p then tag("y") once per person end'
    company = await found(database, rule(limited), rule(once))
    await company.post(*(post(f"第{n}条", "吴十", id=str(n)) for n in range(4)), post("另一位", "郑一"))
    await company.process()
    await company.post(post("第五条", "吴十", id="5"))
    await company.process()
    rows = await company.rows(
        "SELECT rule, status, count(*) AS n FROM weft.rule_firing GROUP BY rule, status ORDER BY rule, status"
    )
    assert [(row.rule, row.status, row.n) for row in rows] == [
        ("often", "done", 3),
        ("often", "limited", 3),
        ("single", "done", 2),
        ("single", "limited", 4),
    ]


class _Breaks:
    """An action that writes and then fails."""

    key = "break_down"
    label = Text("坏", "Break")
    parameters: tuple[Parameter, ...] = ()
    open = sends = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        data = {"title": "half done", **arguments}
        await records.create(context.session, context.metadata, SYSTEM, "ticket", data)
        raise RuntimeError("the printer is on fire")


async def test_a_failing_action_is_undone_and_shown_and_stops_nothing_else(database: Database) -> None:
    breaking = 'rule breaking priority 9 when social.post as p then break_down() tag("after") end'
    wrong = 'rule wrong when social.post as p then create_record(entity: "ticket", priority: "nonsense") end'
    company = await found(database, rule(breaking), rule(wrong), rule(DEFECT_RULE), actions=[_Breaks()])
    await company.post(post("洗衣机漏水", "冯二"))
    await company.process()
    firings = {row.rule: row for row in await company.rows("SELECT * FROM weft.rule_firing")}
    assert firings["breaking"].status == "failed"
    assert "the printer is on fire" in firings["breaking"].error
    assert [("error" in done) for done in firings["breaking"].actions] == [True, False]
    assert firings["wrong"].status == "failed"
    assert "create_record: 2 values need attention" in firings["wrong"].error
    assert firings["wrong"].actions[0]["code"] == "record.invalid"
    assert firings["wrong"].actions[0]["message"]["zh"].startswith("有 2 处")
    assert firings["product_defect"].status == "done"
    assert [row.title for row in await company.rows("SELECT title FROM data.ticket")] == ["冯二: 洗衣机漏水"]
    (person,) = await company.rows("SELECT tags FROM data.person")
    assert set(person.tags) == {"after", "投诉客户"}


class _TooLarge(_Breaks):
    """An action that asks for more columns than PostgreSQL gives."""

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        await context.session.execute(text(f"SELECT {', '.join('1' * 2000)}"))
        return await super().run(context, arguments)


async def test_an_action_that_postgresql_refuses_stops_nothing_else(database: Database) -> None:
    breaking = 'rule breaking when social.post as p then break_down() tag("after") end'
    company = await found(database, rule(breaking), actions=[_TooLarge()])
    await company.post(post("你好", "冯二"))
    await company.process()
    (firing,) = await company.rows("SELECT * FROM weft.rule_firing")
    assert firing.status == "failed"
    assert "target lists can have at most" in firing.error
    assert (await company.rows("SELECT tags FROM data.person"))[0].tags == ["after"]


class _Mended(_Breaks):
    """An action that fails as often as it is told to, and works from then on."""

    def __init__(self, failures: int) -> None:
        self._failures = failures

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        self._failures -= 1
        return await super().run(context, arguments) if self._failures >= 0 else None


async def test_a_firing_that_did_nothing_uses_up_no_limit(database: Database) -> None:
    """Neither for the rest of its batch nor for later ones; one of which a single action worked does."""
    program = "rule single when social.post as p then break_down() once per person end"
    half = 'rule half when social.post as p then create_record(entity: "nothing") tag("y") once per person end'
    company = await found(database, rule(program), rule(half), actions=[_Mended(failures=2)])
    for number, batch in enumerate((["1"], ["2", "3", "4"])):
        with clock.standing_at(NOW):  # however long it takes, what failed is not tried again yet
            await company.post(*(post(f"第{n}条", "吴十", id=n) for n in batch))
            await company.process()
        done = await company.count("SELECT count(*) FROM weft.rule_firing WHERE rule = 'single' AND status = 'done'")
        assert done == number
    rows = await company.rows("SELECT rule, status FROM weft.rule_firing ORDER BY rule DESC, event_id")
    assert [row.status for row in rows if row.rule == "single"] == ["failed", "failed", "done", "limited"]
    assert [row.status for row in rows if row.rule == "half"] == ["failed", "limited", "limited", "limited"]


async def test_a_loop_of_rules_is_stopped(database: Database) -> None:
    program = """
    rule endless when ticket.created as t then create_record(entity: "ticket", title: "again") end"""
    company = await found(database, rule(program))
    async with database.transaction() as session:
        await records.create(session, company.store.current, SYSTEM, "ticket", {"title": "first"})
    await company.process()
    assert await company.count("SELECT count(*) FROM data.ticket") <= 7
    (last,) = await company.rows("SELECT status, error FROM weft.rule_firing ORDER BY event_id DESC LIMIT 1")
    assert last.status == "failed"
    assert last.error.startswith("loop:")


async def test_a_rule_switched_off_is_silent_and_one_published_later_is_heard(database: Database) -> None:
    company = await found(database, rule(DEFECT_RULE, enabled=False))
    await company.post(post("洗衣机漏水", id="1"))
    await company.process()
    await company.publish(rule(DEFECT_RULE))
    await company.post(post("洗衣机漏水", id="2"))
    await company.process()
    assert await company.count("SELECT count(*) FROM weft.rule_firing") == 1


async def test_two_workers_on_one_backlog_lose_and_double_nothing(database: Database) -> None:
    limited = 'rule daily when social.post as p then tag("x") limit 1 per person per 1 day end'
    company = await found(database, rule(limited), rule(DEFECT_RULE))
    posts = [post(f"洗衣机漏水 {n}" if n % 10 == 0 else f"你好 {n}", f"user{n % 40}", id=str(n)) for n in range(400)]
    await company.post(*posts)
    other_store = MetadataStore(database)
    await other_store.load()
    await ensure_positions(database, "pipeline")
    await ensure_positions(database, "rules")
    small = company.pipeline.consumer(batch=15)
    await asyncio.gather(*(work_off(database, small, company.rules) for _ in range(3)))
    assert await company.count("SELECT count(*) FROM weft.social_post") == 400
    assert await company.count("SELECT count(*) FROM data.person") == 40
    assert await company.count("SELECT count(*) FROM data.ticket") == 40
    assert await company.count("SELECT count(*) FROM weft.rule_firing WHERE rule = 'daily' AND status = 'done'") == 40
    assert await company.count("SELECT count(*) FROM weft.event WHERE type = 'social.processed'") == 400
    assert await company.count("SELECT count(*) FROM weft.failed_event") == 0


async def test_one_person_met_by_two_workers_at_once(database: Database) -> None:
    company = await found(database)
    stage = SocialStage(WordListReader())
    ids = await company.post(post("一", "新人", id="1"), post("二", "新人", id="2"))
    events = {row.id: row for row in await company.rows("SELECT * FROM weft.event WHERE channel IS NOT NULL")}

    async def understand(id: int | None) -> str:
        assert id is not None
        async with database.transaction() as session:
            understood = await stage.understand(session, company.store.current, [events[id]])
            await asyncio.sleep(0.05)
            return str(understood[id].person_id)

    assert len(set(await asyncio.gather(*(understand(id) for id in ids)))) == 1
    assert await company.count("SELECT count(*) FROM data.person") == 1


class _Crash(BaseException):
    """A process that dies: nothing of ours catches it."""


async def test_a_crash_in_the_middle_of_a_batch_leaves_no_trace(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await found(database, rule(DEFECT_RULE))
    await company.post(*(post(f"洗衣机漏水 {n}", "陈三", id=str(n)) for n in range(5)))
    await ensure_positions(database, "pipeline")
    await ensure_positions(database, "rules")
    record = company.pipeline.stage.record

    async def dies(*arguments: Any) -> Any:
        await record(*arguments)
        raise _Crash

    monkeypatch.setattr(company.pipeline.stage, "record", dies)
    with pytest.raises(_Crash):
        await drain(database, company.consumer)
    assert await company.count("SELECT count(*) FROM data.ticket") == 0
    assert await company.count("SELECT count(*) FROM weft.identity") == 0
    monkeypatch.undo()
    await company.process()
    assert await company.count("SELECT count(*) FROM data.ticket") == 5


async def test_without_the_entity_person_events_wait(database: Database) -> None:
    company = await found(database)
    await company.post(post("你好"))
    await ensure_positions(database, "pipeline")
    await ensure_positions(database, "rules")
    installed = company.pipeline.store
    company.pipeline.store = MetadataStore(database)
    with pytest.raises(NotYet):
        await drain(database, company.consumer)
    company.pipeline.store = installed
    await company.process()
    assert await company.count("SELECT count(*) FROM weft.social_post") == 1
