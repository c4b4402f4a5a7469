"""What authors of rules are told on a real PostgreSQL: how many match, what would have fired, why and why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.access.caller import Caller
from backend.automation.audience import audience
from backend.automation.dry_run import dry_run
from backend.automation.models import RuleFiring
from backend.automation.outline import outline
from backend.automation.trials import why
from backend.db import Database, uuid7
from backend.errors import Forbidden, NotFound
from tests.backend.automation.authoring import Company, days, founded

LIKES = """
rule three_likes "Three likes"
  purpose marketing
  when social.like as l where l.channel = "weibo"
  if count(social.like within 24 hours by person) >= 3 and person.level != "normal"
  then tag(["keen"])
       send(text: "Hello {person.name}")
  once per person
end
"""


@pytest.fixture
async def company(database: Database) -> Company:
    """Six people: two VIPs, one of them without consent."""
    company = await founded(database)
    for name, level, consent in (("甲", "vip", True), ("乙", "svip", False), ("丙", "normal", True)):
        await company.person(name, level=level, city="上海", marketing_consent=consent, secret="s")
    for name in ("丁", "戊", "己"):
        await company.person(name, level="normal", city="北京")
    return company


async def matching(company: Company, program: str, caller: Caller | None = None) -> tuple[int, bool, str]:
    reader = company.reader(caller) if caller else company.reader()
    async with company.database.transaction() as session:
        found = await audience(session, reader, company.scope.events, company.rule(program))
    assert found["sentence"]["zh"]
    assert found["sentence"]["en"]
    return found["count"], found["exact"], found["basis"]


async def test_how_many_could_match_is_counted_from_what_conditions_ask_of_the_person(company: Company) -> None:
    def on_post(condition: str) -> str:
        return f"rule r when social.post as p where {condition} then tag(['x']) end".replace("'", '"')

    assert await matching(company, on_post('person.level in ["vip", "svip"]')) == (2, True, "person")
    assert await matching(company, on_post('customer.level = "vip" and p.text contains "x"')) == (1, False, "person")
    assert await matching(company, on_post('p.person.city = "北京"')) == (3, True, "person")
    assert await matching(company, on_post('p.text contains "x"')) == (6, False, "person")
    both = 'rule r when social.post if person.level = "vip" then stop else if person.city = "北京" then stop end'
    assert await matching(company, both) == (4, True, "person")
    assert await matching(company, both.replace("end", "else stop end")) == (6, True, "person")
    assert await matching(company, LIKES) == (2, False, "person")


async def test_sets_changes_and_events_about_nobody_are_counted_too(company: Company) -> None:
    schedule = (
        'rule r every 1 day at 09:00 for each person where city = "上海" if person.level = "vip" then tag(["x"]) end'
    )
    assert await matching(company, schedule) == (1, True, "set")
    change = 'rule r when person.level changes from "normal" to "vip" then tag(["x"]) end'
    assert await matching(company, change) == (4, True, "set")
    assert await matching(company, change.replace('from "normal" ', "")) == (5, True, "set")
    await company.add("region", name="华东")
    assert await matching(company, 'rule r when region.created then notify(to: "x", text: "y") end') == (
        1, False, "history",
    )  # fmt: skip


async def test_only_what_the_caller_may_see_is_counted(company: Company) -> None:
    stranger = Caller(company.people["甲"], "stranger", roles=frozenset({"author"}))
    every = 'rule r when social.post if person.level = "vip" then stop end'
    assert await matching(company, every, stranger) == (0, True, "person")
    nobody = Caller(company.people["甲"], "nobody")
    assert await matching(company, every, nobody) == (0, False, "person")


async def test_a_rule_in_outline(company: Company) -> None:
    shown = outline(company.rule(LIKES), company.scope)
    assert (shown["key"], shown["purpose"], shown["windows"]) == ("three_likes", "marketing", 1)
    assert (shown["trigger"]["kind"], shown["trigger"]["events"]) == ("event", ["social.like"])
    assert shown["actions"] == ["tag", "send"]
    kinds = {
        "when social.post as a followed_by social.post within 1 hour": "sequence",
        "when social.post as a without social.post within 1 hour": "absence",
        "when person.level changes": "change",
        "every 1 hour for each person": "schedule",
        "watch count(social.post within 1 hour by person) > 3 for each person every 1 minute": "watch",
    }
    for trigger, kind in kinds.items():
        found = outline(company.rule(f"rule r {trigger} then stop end"), company.scope)["trigger"]
        assert found["kind"] == kind
        assert found["sentence"]["zh"] != found["sentence"]["en"]


async def test_a_draft_over_the_past_tells_whom_it_would_have_reached(company: Company) -> None:
    for name in ("甲", "乙", "丙"):
        for hours in (5, 4, 3, 2):
            await company.said(name, "赞", ago=timedelta(hours=hours), type="social.like")
    await company.said("甲", "别的", ago=days(1))
    events = await company.count("SELECT count(*) FROM weft.event")
    async with company.database.transaction() as session:
        world = await company.world(session, LIKES)
        found = await dry_run(session, company.reader(), world, days=7, limit=50)
    assert (found["events"], found["considered"], found["truncated"]) == (12, 12, False)
    assert (found["fired"], found["limited"], found["persons"], found["sends"]) == (2, 2, 2, 1)
    first = [each for each in found["firings"] if each["status"] == "fired"]
    assert [each["person"]["name"] for each in first] == ["乙", "甲"] or [each["person"]["name"] for each in first] == [
        "甲",
        "乙",
    ]
    reached = next(each for each in first if each["person"]["name"] == "甲")
    assert [(each["action"], each["later"], each["refused"]) for each in reached["actions"]] == [
        ("tag", False, None),
        ("send", False, None),
    ]
    assert reached["actions"][1]["arguments"]["text"] == "Hello 甲"
    assert reached["event"]["type"] == "social.like"
    assert reached["event"]["text"] == "赞"
    refused = next(each for each in first if each["person"]["name"] == "乙")
    assert "consented" in refused["actions"][1]["refused"]["en"]
    assert "marketing" in refused["actions"][1]["refused"]["zh"]
    assert events == await company.count("SELECT count(*) FROM weft.event")


async def test_a_sequence_is_told_by_its_last_event_also_where_both_came_at_the_same_moment(company: Company) -> None:
    for text in ("一", "二"):
        await company.said("甲", text, ago=days(1), type="social.message")
    for table, column in (("weft.event", "occurred_at"), ("weft.social_post", "occurred_at")):
        await company.run(f"UPDATE {table} SET {column} = date_trunc('day', {column})")
    program = 'rule r when social.message as m where m.text = "一" followed_by social.message as n where n.text = "二" within 1 hour then tag(["x"]) end'
    async with company.database.transaction() as session:
        found = await dry_run(session, company.reader(), await company.world(session, program), days=7, limit=50)
    assert [each["event"]["text"] for each in found["firings"]] == ["二"]


async def test_an_author_who_may_not_see_people_learns_no_names_and_no_words(company: Company) -> None:
    for hours in (4, 3, 2):
        await company.said("甲", "秘密", ago=timedelta(hours=hours), type="social.like")
    author = Caller(company.people["乙"], "author", roles=frozenset({"author"}))
    async with company.database.transaction() as session:
        world = await company.world(session, LIKES)
        found = await dry_run(session, company.reader(author), world, days=7, limit=50)
    (firing,) = found["firings"]
    assert firing["person"] == {"id": str(company.people["甲"]), "name": None}
    assert (firing["trace"], firing["event"]["text"]) == ({}, None)
    assert all(each["arguments"] == {} for each in firing["actions"])


async def test_an_author_who_sees_the_person_reads_only_what_they_may_read_of_what_happened(company: Company) -> None:
    seen = company.people["甲"]
    author = Caller(company.people["乙"], "author", roles=frozenset({"author"}))
    await company.run("UPDATE data.person SET owner = :user WHERE id = :id", user=author.user_id, id=seen)
    await company.said("甲", "秘密", ago=timedelta(hours=2), type="social.like")
    await company.add("order", number="机密", person=str(seen), status="paid")
    for program in (
        'rule r when social.like as l then tag(["{l.text}"]) end',
        'rule r when order.paid as o then tag(["{o.number}"]) end',
    ):
        async with company.database.transaction() as session:
            world = await company.world(session, program)
            (hidden,) = (await dry_run(session, company.reader(author), world, days=7, limit=50))["firings"]
            (shown,) = (await dry_run(session, company.reader(), world, days=7, limit=50))["firings"]
        assert hidden["person"]["name"] == "甲"
        assert (hidden["trace"], hidden["actions"][0]["arguments"]) == ({}, {})
        assert shown["actions"][0]["arguments"] != {}


async def test_the_past_is_read_behind_references_and_back_to_where_windows_begin(company: Company) -> None:
    region = await company.add("region", name="华东")
    order = {"person": str(company.people["甲"]), "region": str(region), "amount": {"amount": "60", "currency": "CNY"}}
    for number, ago in enumerate((days(12), days(3))):
        await company.add("order", number=str(number), status="paid", **order)
        await company.at("order.created", ago)
    program = """
    rule big "Big spender"
      when order.paid as o
      if o.region.name = "华东" and o.person.city = "上海" and sum(amount: order.paid within 30 days by person) > 100 CNY
      then tag(["big"])
    end"""
    async with company.database.transaction() as session:
        world = await company.world(session, program)
        found = await dry_run(session, company.reader(), world, days=7, limit=50)
    assert (found["events"], found["considered"], found["fired"]) == (2, 1, 1)
    (firing,) = found["firings"]
    assert firing["trace"]["o.region.name"] == "华东"


async def test_a_schedule_goes_through_its_set_and_is_shortened_when_it_looks_too_often(company: Company) -> None:
    program = """
    rule greet "Greeting"
      every 1 day at 09:00 for each person where city = "上海"
      then tag(["greeted"])
      limit 1 per person per 3 days
    end"""
    async with company.database.transaction() as session:
        found = await dry_run(session, company.reader(), await company.world(session, program), days=6, limit=200)
    assert (found["considered"], found["fired"], found["limited"], found["truncated"]) == (36, 6, 12, False)
    often = program.replace("every 1 day at 09:00", "every 1 minute")
    async with company.database.transaction() as session:
        found = await dry_run(session, company.reader(), await company.world(session, often), days=6, limit=0)
    assert found["truncated"]
    assert found["considered"] <= 20_000
    assert found["firings"] == []


async def test_what_is_left_for_later_is_shown_with_its_firing(company: Company) -> None:
    program = """
    rule welcome "Welcome"
      when social.follow as f
      then tag(["new"])
           after 2 hours do tag(["settled"]) end
      quiet "night"
    end"""
    await company.publish(
        {
            "kind": "calendar",
            "key": "office",
            "label": {"zh": "办公", "en": "Office"},
            "week": {str(day): [["09:00", "18:00"]] for day in range(5)},
            "quiet": {"night": {"label": {"zh": "夜间", "en": "Night"}, "hours": [["22:00", "08:00"]]}},
            "default": True,
        }
    )
    await company.said("甲", "", ago=timedelta(hours=5), type="social.follow")
    async with company.database.transaction() as session:
        found = await dry_run(session, company.reader(), await company.world(session, program), days=1, limit=10)
    (firing,) = found["firings"]
    assert [(each["arguments"]["tags"], each["later"]) for each in firing["actions"]] == [
        (["new"], False),
        (["settled"], True),
    ]


async def test_why_and_why_not_are_told_step_by_step(company: Company) -> None:
    events = [
        await company.said(name, "赞", ago=timedelta(hours=hours), type="social.like")
        for name in ("甲", "丙")
        for hours in (4, 3, 2)
    ]
    other = await company.said("甲", "发帖", ago=timedelta(hours=1))
    answers = []
    async with company.database.transaction() as session:
        world = await company.world(session, LIKES)
        for event in (*events, other):
            answers.append(await why(session, company.reader(), world, event))
        with pytest.raises(NotFound):
            await why(session, company.reader(), world, 999_999)
    assert [answer["fires"] for answer in answers] == [False, False, True, False, False, False, False]
    second = answers[1]["steps"][-1]
    assert second["holds"] is False
    assert any("2" in reason["en"] for reason in second["reasons"])
    level = [part for part in answers[5]["steps"][-1]["parts"] if part["text"] == "person.level"]
    assert level[0]["value"] == "normal"
    assert LIKES[level[0]["start"] : level[0]["end"]] == "person.level"
    assert [step["holds"] for step in answers[6]["steps"]] == [False]


async def test_why_is_not_told_of_what_the_author_may_not_read(company: Company) -> None:
    event = await company.said("甲", "秘密", ago=timedelta(hours=2), type="social.like")
    author = Caller(company.people["乙"], "author", roles=frozenset({"author"}))
    async with company.database.transaction() as session:
        world = await company.world(session, LIKES)
        with pytest.raises(Forbidden):
            await why(session, company.reader(author), world, event)


async def test_why_not_names_the_rule_that_stopped_this_one(company: Company) -> None:
    event = await company.said("甲", "漏水", ago=timedelta(hours=2))
    low = 'rule low priority 1 when social.post then tag(["x"]) end'
    high = 'rule high "First" priority 9 when social.post if person.level = "vip" then stop else tag(["y"]) end'
    others = {"high": company.rule(high), "low": company.rule(low)}

    async def answer() -> dict[str, Any]:
        async with company.database.transaction() as session:
            return await why(session, company.reader(), await company.world(session, low), event, others)

    assert (await answer())["fires"]
    firing = {
        "id": uuid7(),
        "rule": "high",
        "rule_version": 1,
        "cause": f"event:{event}",
        "event_id": event,
        "status": "done",
    }
    async with company.database.transaction() as session:
        session.add(RuleFiring(**firing, branch="then", actions=[], trace={}))
    stopped = await answer()
    assert not stopped["fires"]
    assert "First" in stopped["steps"][-1]["reasons"][0]["en"]
    await company.run("UPDATE weft.rule_firing SET branch = 'else'")
    assert (await answer())["fires"]
