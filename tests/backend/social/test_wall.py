"""The wall, time lines and dashboard figures: what they show, and what they keep from whom."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.caller import SYSTEM, Caller
from backend.analytics.dashboard import dashboard
from backend.db import Database
from backend.errors import NotFound
from backend.messaging.channels import Message
from backend.messaging.service import outbox_handlers, queue_message
from backend.records import service as records
from backend.social import timeline
from backend.social.wall import PageInvalid, WallQuery, wall_json
from tests.backend.social.company import DEFECT_RULE, Company, found, person_of, post, rule

OPERATOR = Caller(uuid4(), "周燕", roles=frozenset({"operations"}))
AGENT = Caller(uuid4(), "王伟", roles=frozenset({"agent"}))


@pytest.fixture
async def company(database: Database) -> Company:
    company = await found(database, rule(DEFECT_RULE))
    for caller in (OPERATOR, AGENT):
        await company.run(
            "INSERT INTO weft.user (id, email, name) VALUES (:id, :email, :name)",
            id=caller.user_id,
            email=f"{caller.user_id}@weft.local",
            name=caller.name,
        )
    await company.post(
        post("洗衣机漏水", "赵六", age=timedelta(hours=1)),
        post("非常喜欢 100%", "钱七", age=timedelta(hours=2)),
        post("今天下雨", "孙八", channel="web", age=timedelta(hours=3)),
    )
    await company.process()
    return company


async def wall(company: Company, caller: Caller = OPERATOR, **query: Any) -> dict[str, Any]:
    async with company.database.transaction() as session:
        found: dict[str, Any] = json.loads(await wall_json(session, company.store.current, caller, WallQuery(**query)))
        return found


async def line(company: Company, person: UUID, caller: Caller = OPERATOR, **options: Any) -> dict[str, Any]:
    async with company.database.transaction() as session:
        body = await timeline.timeline_json(session, company.store.current, caller, person, **options)
        found: dict[str, Any] = json.loads(body)
        return found


async def test_the_wall_is_newest_first_with_why_a_rule_fired(company: Company) -> None:
    items = (await wall(company))["items"]
    assert [item["author"]["name"] for item in items] == ["赵六", "钱七", "孙八"]
    first = items[0]
    assert (first["sentiment"], first["person_name"], first["rules"]) == ("negative", "赵六", ["product_defect"])
    assert first["sentiment_words"] == ["漏水"]
    (firing,) = first["firings"]
    assert (firing["rule"], firing["status"]) == ("product_defect", "done")
    assert [done["action"] for done in firing["actions"]] == ["create_ticket", "tag"]
    assert firing["trace"]['keywords("products")'] == ["洗衣机"]
    assert items[1]["firings"] == []


@pytest.mark.parametrize(
    ("query", "authors"),
    [
        ({"sentiment": "positive"}, ["钱七"]),
        ({"channel": "web"}, ["孙八"]),
        ({"rule": "product_defect"}, ["赵六"]),
        ({"search": "100%"}, ["钱七"]),
        ({"search": "赵"}, ["赵六"]),
        ({"search": "_"}, []),
        ({"sentiment": "negative", "channel": "web"}, []),
    ],
)
async def test_the_wall_is_filtered(company: Company, query: dict[str, Any], authors: list[str]) -> None:
    assert [item["author"]["name"] for item in (await wall(company, **query))["items"]] == authors


async def test_pages_of_the_wall_show_every_post_once(company: Company) -> None:
    await company.post(*(post(f"第 {n} 条", "周九", id=str(n)) for n in range(11)))
    await company.process()
    seen: list[int] = []
    after = None
    for _ in range(10):
        page = await wall(company, limit=4, after=after)
        seen += [item["event_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 14
    with pytest.raises(PageInvalid):
        await wall(company, after="nonsense")


async def test_a_name_is_shown_only_to_those_who_see_the_person(company: Company) -> None:
    assert (await wall(company, AGENT))["items"][0]["person_name"] is None


async def test_why_a_rule_fired_keeps_what_the_reader_may_not_see(company: Company) -> None:
    person = await person_of(company, "赵六")
    seen = {"person.level": "vip", "person.phone": "13900000000", "p.text": "漏水"}
    await company.run("UPDATE weft.rule_firing SET trace = CAST(:trace AS jsonb)", trace=json.dumps(seen))
    (whole,) = (await wall(company))["items"][0]["firings"]
    assert whole["trace"] == seen
    assert all("arguments" in done for done in whole["actions"])
    (blind,) = (await wall(company, AGENT))["items"][0]["firings"]
    assert blind["trace"] == {"p.text": "漏水"}
    await company.run("UPDATE data.person SET owner = :agent WHERE id = :id", agent=AGENT.user_id, id=person)
    (own,) = (await wall(company, AGENT))["items"][0]["firings"]
    assert own["trace"] == {"p.text": "漏水", "person.level": "vip"}
    assert [done["action"] for done in own["actions"]] == ["create_ticket", "tag"]
    assert not any("arguments" in done for done in own["actions"])


async def test_the_time_line_holds_posts_records_and_messages_in_order(company: Company) -> None:
    person = await person_of(company, "赵六")
    async with company.database.transaction() as session:
        await queue_message(session, Message("weibo", "赵六", "抱歉", str(person), {}), "k1")
    async with company.database.transaction() as session:
        await records.update(
            session, company.store.current, SYSTEM, "person", person, {"phone": "13800000000"}, version=None
        )
    await outbox_handlers(company.database, company.store)["send_message"](
        {"channel": "weibo", "recipient": "赵六", "text": "抱歉", "person_id": str(person), "context": {}}, "k1"
    )
    items = (await line(company, person))["items"]
    types = [item["type"] for item in items]
    assert types[0] == "message.sent"
    assert set(types) == {
        "message.sent",
        "person.created",
        "person.updated",
        "ticket.created",
        "social.post",
        "rule.fired",
    }
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
    opened = next(item for item in items if item["type"] == "ticket.created")
    assert opened["text"] == "赵六: 洗衣机漏水"
    assert opened["link"] == f"/records/ticket/{opened['data']['record_id']}"
    assert opened["title"]["zh"] == "ticket · 新建"
    paged: list[str] = []
    after = None
    while True:
        page = await line(company, person, limit=2, after=after)
        paged += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert paged == [item["id"] for item in items]


async def test_the_time_line_keeps_what_the_reader_may_not_see(company: Company) -> None:
    person = await person_of(company, "赵六")
    with pytest.raises(NotFound):
        await line(company, person, AGENT)
    await company.run("UPDATE data.person SET owner = :agent WHERE id = :id", agent=AGENT.user_id, id=person)
    for data in ({"phone": "13800000000"}, {"level": "vip", "phone": "13900000000"}):
        async with company.database.transaction() as session:
            await records.update(session, company.store.current, SYSTEM, "person", person, data, version=None)
    items = (await line(company, person, AGENT))["items"]
    assert {item["type"] for item in items} == {"person.created", "person.updated"}
    changes = [item["data"]["changed"] for item in items if item["type"] == "person.updated"]
    assert changes == [["level"], ["tags"]]
    assert "13900000000" not in json.dumps(items)


async def test_the_dashboard_counts_what_the_caller_may_see(company: Company) -> None:
    async with company.database.transaction() as session:
        whole = await dashboard(session, company.store.current, OPERATOR, 7, "Asia/Shanghai")
        part = await dashboard(session, company.store.current, AGENT, 7, "Asia/Shanghai")
    assert sum(entry["count"] for entry in whole["volume"]) == 3
    assert whole["sentiment"] == {"positive": 1, "neutral": 1, "negative": 1}
    assert whole["open_tickets"] == 1
    assert [stage["count"] for stage in whole["tickets_by_stage"]] == [1, 0, 0]
    assert whole["rules"] == [
        {"key": "product_defect", "label": {"zh": "product_defect", "en": "product_defect"}, "count": 1}
    ]
    assert whole["first_response"]["count"] == 0
    assert part["open_tickets"] == 0
