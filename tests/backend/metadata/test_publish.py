"""Publishing against a real PostgreSQL: all or nothing, one at a time, with what uses what goes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from backend.access.caller import SYSTEM
from backend.db import Database
from backend.errors import NotFound
from backend.metadata import repository, service
from backend.metadata.planning import Plan
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from tests.backend.metadata.documents import entity, field, form, label, view


@pytest.fixture
async def publishing(database: Database) -> Publishing:
    store = MetadataStore(database)
    await store.load()
    return Publishing(store, DDL())


async def save(database: Database, publishing: Publishing, *documents: dict[str, Any]) -> None:
    async with database.transaction() as session:
        for document in documents:
            await service.save_draft(session, publishing, SYSTEM, document["kind"], document["key"], document)


async def publish(database: Database, publishing: Publishing, **options: Any) -> Plan:
    async with database.transaction() as session:
        plan = await service.publish(session, publishing, SYSTEM, **options)
    await publishing.store.refresh()
    return plan


async def columns(database: Database, table: str) -> set[str]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_schema = 'data' AND table_name = :t"),
            {"t": table},
        )
        return {row.column_name for row in rows}


async def test_a_dry_run_shows_the_table_and_makes_nothing(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    plan = await publish(database, publishing, dry_run=True)
    shown = plan.to_json()
    assert [(c["kind"], c["key"], c["action"]) for c in shown["changes"]] == [("entity", "order", "create")]
    assert shown["changes"][0]["details"][0]["table"] == "data.order"
    assert (plan.published, plan.problems) == (False, ())
    assert await columns(database, "order") == set()


async def test_publishing_makes_and_alters_the_table(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity(), view())
    first = await publish(database, publishing)
    assert first.published
    assert first.version == publishing.store.current.version == 1
    assert {"id", "version", "name", "amount"} <= await columns(database, "order")

    await save(
        database, publishing, entity(fields=[field("name"), field("amount", "money", currency="CNY"), field("city")])
    )
    second = await publish(database, publishing)
    assert "city" in await columns(database, "order")
    assert "city" in second.changes[0].summary.en
    assert publishing.store.current.versions["entity", "order"] == 2
    assert publishing.store.current.versions["view", "order_all"] == 1


async def test_the_same_content_again_is_no_new_version(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    await publish(database, publishing)
    await save(database, publishing, entity())
    plan = await publish(database, publishing)
    assert plan.changes == ()
    assert publishing.store.current.version == 1
    async with database.transaction() as session:
        assert await repository.drafts(session) == []


async def test_a_problem_refuses_everything(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity(), view(columns=("name", "amuont")))
    with pytest.raises(service.PublishInvalid) as refused:
        await publish(database, publishing)
    problem = refused.value.problems[0] if refused.value.problems else {}
    assert (problem["kind"], problem["path"], problem["suggestion"]) == ("view", "/columns/1", "amount")
    assert await columns(database, "order") == set()
    async with database.transaction() as session:
        assert len(await repository.drafts(session)) == 2


async def test_a_removed_field_names_what_uses_it(database: Database, publishing: Publishing) -> None:
    large = {"kind": "segment", "key": "large", "label": label("s"), "entity": "order", "condition": "amount > 5 CNY"}
    grant = {"entity": "order", "actions": ["read"], "where": "amount < 5 CNY"}
    clerk = {"kind": "role", "key": "clerk", "label": label("c"), "grants": [grant]}
    await save(database, publishing, entity(), view(filter="amount > 5 CNY", columns=("name",)), form(fields=("name",)))
    await save(database, publishing, large, clerk)
    await publish(database, publishing)
    await save(database, publishing, entity(fields=[field("name")]))
    plan = await publish(database, publishing, dry_run=True)
    change = plan.changes[0]
    assert change.uses == (("view", "order_all"), ("segment", "large"), ("role", "clerk"))
    assert change.details[0].destructive
    assert [p.key for p in plan.problems] == ["order_all", "large", "clerk"]


async def test_a_draft_on_an_old_version_is_refused(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    await publish(database, publishing)
    await save(database, publishing, entity(icon="box"))
    await publish(database, publishing)
    async with database.transaction() as session:
        with pytest.raises(service.DraftOutdated) as refused:
            await service.save_draft(session, publishing, SYSTEM, "entity", "order", entity(), base_version=1)
    assert refused.value.params["version"] == 2


async def test_concurrent_publishes_take_turns(database: Database, publishing: Publishing) -> None:
    keys = [f"thing_{number}" for number in range(6)]
    await save(database, publishing, *(entity(key) for key in keys))
    plans = await asyncio.gather(
        *(publish(database, publishing, keys=[("entity", key)]) for key in keys),
    )
    assert sorted(plan.version for plan in plans) == [1, 2, 3, 4, 5, 6]
    assert set(publishing.store.current.entities) == set(keys)


async def test_two_publish_the_same_draft(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    results = await asyncio.gather(publish(database, publishing), publish(database, publishing), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NothingToPublish", "Plan"]


async def test_removing_and_making_again_goes_on_counting(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, view(), entity())
    await publish(database, publishing)
    async with database.transaction() as session:
        await service.save_draft(session, publishing, SYSTEM, "view", "order_all", None)
    await publish(database, publishing)
    with pytest.raises(NotFound):
        publishing.store.current.view("order_all")
    await save(database, publishing, view())
    await publish(database, publishing)
    assert publishing.store.current.versions["view", "order_all"] == 2


async def test_old_versions_stay_readable(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    await publish(database, publishing)
    await save(database, publishing, entity(icon="box"))
    await publish(database, publishing)
    async with database.transaction() as session:
        old = await publishing.store.definition(session, "entity", "order", 1)
        new = await publishing.store.definition(session, "entity", "order", 2)
        with pytest.raises(NotFound):
            await publishing.store.definition(session, "entity", "order", 3)
    assert (old.icon, new.icon) == ("table", "box")


async def test_a_publish_is_an_event(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, entity())
    await publish(database, publishing)
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT data FROM weft.event WHERE type = 'metadata.published'"))
        assert [row.data["version"] for row in rows] == [1]


def _order(first: str, second: str) -> dict[str, Any]:
    """Two amounts under labels that the test changes."""
    amounts = [
        field("net", "money", currency="CNY") | {"label": label(first)},
        field("gross", "money", currency="CNY") | {"label": label(second)},
    ]
    return entity(fields=[field("name"), *amounts])


async def test_texts_written_with_a_label_follow_it(database: Database, publishing: Publishing) -> None:
    columns = ("name",)
    await save(
        database,
        publishing,
        _order("净额", "总额"),
        view(columns=columns, filter="净额 > 5 元 且 name 不为空"),
        view("by_key", columns=columns, filter="net > 5 CNY"),
    )
    await publish(database, publishing)
    await save(database, publishing, _order("净价", "总额"))
    plan = await publish(database, publishing)
    assert [(change.kind, change.key) for change in plan.changes] == [("entity", "order"), ("view", "order_all")]
    published = publishing.store.current
    assert published.views["order_all"].filter == "净价 > 5 元 且 name 不为空"
    assert published.versions["view", "by_key"] == 1


async def test_labels_that_change_places_change_no_meaning(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, _order("净额", "总额"), view(columns=("name",), filter="净额 > 总额"))
    await publish(database, publishing)
    await save(database, publishing, _order("总额", "净额"))
    await publish(database, publishing)
    assert publishing.store.current.views["order_all"].filter == "总额 > 净额"


async def test_rules_written_with_a_label_follow_it(database: Database, publishing: Publishing) -> None:
    chinese = "规则 large 当 order.created 记作 o # 大单\n 如果 o.净额 > 5 元 且 计数(order.created 其中 净额 > 1 元 1 天内) > 2 那么 停止 结束"
    english = "rule by_key when order.created as o if o.net > 5 CNY and o.name = '净额' then stop end"
    rules = [
        {"kind": "rule", "key": key, "label": label(key), "text": text}
        for key, text in (("large", chinese), ("by_key", english))
    ]
    await save(database, publishing, _order("净额", "总额"), *rules)
    await publish(database, publishing)
    await save(database, publishing, _order("净价", "净额"))
    plan = await publish(database, publishing)
    assert [(change.kind, change.key) for change in plan.changes] == [("entity", "order"), ("rule", "large")]
    published = publishing.store.current
    assert (
        "# 大单\n  如果 o.净价 > 5 元 且 计数(order.创建 其中 净价 > 1 元 1 天内) > 2\n"
        in published.rules["large"].text
    )
    assert published.rules["by_key"].text == english


async def test_a_field_that_goes_is_a_problem_and_no_new_label(database: Database, publishing: Publishing) -> None:
    await save(database, publishing, _order("净额", "总额"), view(columns=("name",), filter="净额 > 5 元"))
    await publish(database, publishing)
    await save(database, publishing, entity(fields=[field("name")]))
    plan = await publish(database, publishing, dry_run=True)
    assert any(problem.kind == "view" and "unknown_name" in problem.code for problem in plan.problems)
    assert [(change.kind, change.key) for change in plan.changes] == [("entity", "order")]
