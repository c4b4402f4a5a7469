"""Lists: filters, search, columns, the trash, and how many statements they take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from backend.access.caller import SYSTEM
from backend.records import service
from backend.records.errors import ColumnsInvalid, FilterInvalid, SearchInvalid
from tests.backend.records.conftest import World


async def _tickets(world: World) -> dict[str, dict[str, Any]]:
    async with world.database.transaction() as session:
        vip = await service.create(
            session, world.metadata, SYSTEM, "person", {"name": "王五", "level": "vip", "tags": ["漏水", "老客户"]}
        )
        made = {}
        for title, data in {
            "洗衣机漏水": {"person": vip["id"], "compensation": 600},
            "冰箱 100% 不制冷": {"compensation": "80.5"},
            "Air_conditioner": {"status": "open", "score": 3},
        }.items():
            made[title] = await service.create(session, world.metadata, SYSTEM, "ticket", {"title": title, **data})
        return made


@pytest.mark.parametrize(
    ("filter", "titles"),
    [
        ("compensation > 100 CNY", {"洗衣机漏水"}),
        ('person.level = "vip"', {"洗衣机漏水"}),
        ('status = "open" or compensation < 100 CNY', {"冰箱 100% 不制冷", "Air_conditioner"}),
        ("compensation is empty", {"Air_conditioner"}),
        ('not (status = "new")', {"Air_conditioner"}),
        ('person.tags contains "漏水"', {"洗衣机漏水"}),
        ("created_at > now() - 1 hour", {"洗衣机漏水", "冰箱 100% 不制冷", "Air_conditioner"}),
        ("owner = me", set()),
        ("owner.name is empty and created_by.email is empty", {"洗衣机漏水", "冰箱 100% 不制冷", "Air_conditioner"}),
        ('me.department.name = "x" or me.email is empty', set()),
        ("", {"洗衣机漏水", "冰箱 100% 不制冷", "Air_conditioner"}),
    ],
)
async def test_filter(world: World, filter: str, titles: set[str]) -> None:
    await _tickets(world)
    async with world.database.transaction() as session:
        page = await world.list(session, world.caller("lead", is_admin=True), "ticket", filter=filter)
    assert {item["title"] for item in page["items"]} == titles


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('some row in sub_table satisfies row.who.level = "vip"', {"two"}),
        ("every row in sub_table satisfies row.price > 4 CNY", {"none", "two"}),
        ("count(sub_table) = 2 and sum(sub_table.price) = 15 CNY", {"two"}),
        ("sub_table is empty", {"none"}),
        ("count(sub_table where who is empty) > 0", {"one", "two"}),
    ],
)
async def test_filter_by_the_rows_of_a_sub_table(world: World, filter: str, found: set[str]) -> None:
    async with world.database.transaction() as session:
        vip = await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五", "level": "vip"})
        two = [{"part": "a", "price": 5, "who": vip["id"]}, {"part": "b", "price": 10}]
        rows: dict[str, list[dict[str, Any]]] = {"none": [], "one": [{"part": "c", "price": 3}], "two": two}
        for text, lines in rows.items():
            await service.create(session, world.metadata, SYSTEM, "everything", {"text": text, "sub_table": lines})
        page = await world.list(session, world.caller("lead", is_admin=True), "everything", filter=filter)
    assert {item["text"] for item in page["items"]} == found


@pytest.mark.parametrize(
    "filter", ["compensation >", "nothing = 1", "title", 'score = "x"', "1 = 1 = 1", "\x00", "(" * 500]
)
async def test_a_filter_that_is_no_condition_is_refused_with_its_place(world: World, filter: str) -> None:
    async with world.database.transaction() as session:
        with pytest.raises(FilterInvalid) as refused:
            await world.list(session, SYSTEM, "ticket", filter=filter)
    assert refused.value.problems
    assert {"code", "start", "end", "message", "suggestions"} <= set(refused.value.problems[0])


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("漏水", {"洗衣机漏水"}),
        ("100%", {"冰箱 100% 不制冷"}),
        ("%", {"冰箱 100% 不制冷"}),
        ("air_", {"Air_conditioner"}),
        ("冰箱 不制冷", {"冰箱 100% 不制冷"}),
        ("T-0003", {"Air_conditioner"}),
        ("  ", {"洗衣机漏水", "冰箱 100% 不制冷", "Air_conditioner"}),
        ("nothing like it", set()),
    ],
)
async def test_search(world: World, search: str, titles: set[str]) -> None:
    await _tickets(world)
    async with world.database.transaction() as session:
        page = await world.list(session, SYSTEM, "ticket", search=search)
        assert {item["title"] for item in page["items"]} == titles
        with pytest.raises(SearchInvalid):
            await world.list(session, SYSTEM, "ticket", search="x" * 500)


async def test_search_looks_through_tags(world: World) -> None:
    await _tickets(world)
    async with world.database.transaction() as session:
        assert len((await world.list(session, SYSTEM, "person", search="老客户"))["items"]) == 1


async def test_columns_narrow_the_record(world: World) -> None:
    await _tickets(world)
    async with world.database.transaction() as session:
        page = await world.list(session, SYSTEM, "ticket", columns=("title", "person"))
        assert set(page["items"][0]) == {"id", "version", "title", "person", "_title", "_labels"}
        with pytest.raises(ColumnsInvalid):
            await world.list(session, SYSTEM, "ticket", columns=("titel",))
        rows = {"sub_table": [{"part": "pump"}]}
        await service.create(session, world.metadata, SYSTEM, "everything", rows)
        assert "sub_table" not in (await world.list(session, SYSTEM, "everything"))["items"][0]
        shown = (await world.list(session, SYSTEM, "everything", columns=("sub_table",)))["items"][0]
        assert shown["sub_table"][0]["part"] == "pump"


async def test_a_list_is_one_statement(world: World) -> None:
    await _tickets(world)
    statements: list[str] = []
    engine = world.database.engine.sync_engine
    async with world.database.transaction() as session:
        await session.connection()
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        await world.list(
            session,
            SYSTEM,
            "ticket",
            filter='person.level = "vip"',
            sort=("person", "-created_at"),
            count=True,
            search="水",
        )
    assert len(statements) == 1


async def test_trash_and_back(world: World) -> None:
    made = await _tickets(world)
    id = UUID(made["洗衣机漏水"]["id"])
    async with world.database.transaction() as session:
        await service.delete(session, world.metadata, SYSTEM, "ticket", id)
        assert len((await world.list(session, SYSTEM, "ticket"))["items"]) == 2
        assert [item["id"] for item in (await world.list(session, SYSTEM, "ticket", trash=True))["items"]] == [str(id)]
        restored = await service.restore(session, world.metadata, SYSTEM, "ticket", id)
        assert restored["version"] == 3
        assert len((await world.list(session, SYSTEM, "ticket"))["items"]) == 3


async def test_what_was_written_out_before_is_of_this_caller_and_these_columns(world: World) -> None:
    """A record's SQL is kept between requests; nobody must meet another's."""
    await _tickets(world)
    admin, lead = world.caller("admin", is_admin=True), world.caller("lead", "agent_all", "agent_own")
    async with world.database.transaction() as session:
        for _ in range(2):
            for columns in (("title",), ("score", "title"), None):
                everything = (await world.list(session, admin, "person", columns=columns and ("name", "secret")))[
                    "items"
                ]
                assert all("secret" in item for item in everything)
                shown = (await world.list(session, lead, "person"))["items"]
                assert all("secret" in item for item in shown)
                own = (await world.list(session, world.caller("agent", "agent_own"), "person"))["items"]
                assert own
                assert not any("secret" in item for item in own)
                tickets = (await world.list(session, admin, "ticket", columns=columns))["items"]
                assert all(("score" in item) is (columns != ("title",)) for item in tickets)
