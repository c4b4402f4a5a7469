"""Lookups and the directory where the product evaluates: filters, grants, checks, explanations; each within what may be known."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.identity.models import User, UserRole
from backend.metadata.uses import addresses
from backend.records import service
from backend.records.errors import FilterInvalid, RecordInvalid
from backend.records.hosted import context_for
from backend.records.reading import Reader
from engine.definitions import Check, Grant, Role
from engine.language import Checked, check, record_scope
from tests.backend.records.conftest import METADATA, TICKET, World, text

CHECKS = (
    Check(
        'batch is empty or exists("person", name: batch, level: "vip")', text("No such VIP", "没有这位贵宾"), "batch"
    ),
    Check(
        'owner is empty or not in_department(owner, "finance") or has_role(owner, "agent_own")',
        text("Not finance"),
        "owner",
    ),
)
NIGHT = Role("night", text("Night"), (Grant("ticket", ("read",), "all", where='in_department(owner, "service")'),))
BOSS = Role("boss", text("Boss"), (Grant("ticket", ("read",), "all", where="is_superior_of(me, owner)"),))
OF_VIPS = Role(
    "of_vips",
    text("Of VIPs"),
    (Grant("ticket", ("read",), "all", where='lookup("person", name: title).level = "vip"'),),
)
CHECKED = METADATA.with_changes(
    {
        ("entity", "ticket"): dataclasses.replace(TICKET, checks=CHECKS),
        **{("role", role.key): role for role in (NIGHT, BOSS, OF_VIPS)},
    }
)
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
LEVELS = {"a": "vip", "b": "normal"}


@pytest.fixture
async def company(world: World) -> World:
    """Two people, and tickets named after them and after nobody: those of the agent (below the lead), the lead and `other`,
    who is in finance and an agent nevertheless."""
    async with world.database.transaction() as session:
        lead = world.users["lead"]
        await session.execute(update(User).where(User.id == world.users["agent"]).values(superior_id=lead))
        session.add(UserRole(user_id=world.users["other"], role="agent_own"))
        for name, level in LEVELS.items():
            await service.create(session, CHECKED, SYSTEM, "person", {"name": name, "level": level, "secret": "s"})
        for title, owner in (("a", "agent"), ("b", "lead"), ("c", "other")):
            data = {"title": title, "owner": str(world.users[owner])}
            await service.create(session, CHECKED, SYSTEM, "ticket", data)
    return dataclasses.replace(world, metadata=CHECKED)


async def titles(company: World, caller: Caller, filter: str | None = None) -> list[str]:
    async with company.database.transaction() as session:
        page = await company.list(session, caller, "ticket", filter=filter, sort=("title",))
    return [item["title"] for item in page["items"]]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('exists("person", name: title)', ["a", "b"]),
        ('not exists("person", name: title)', ["c"]),
        ('lookup("person", name: title).level = "vip"', ["a"]),
        ('lookup("客户", name: title).level is empty', ["c"]),
        ('in_department(owner, "service")', ["a", "b"]),
        ('in_department(owner, "company")', ["a", "b", "c"]),
        ("department_of(owner) = department_of(me)", []),
        ('department_of(owner).name = "finance"', ["c"]),
        ('parent_department(department_of(owner)).key = "service"', ["a"]),
        ('has_role(owner, "agent_own")', ["c"]),
        ('superior_of(owner).name = "lead"', ["a"]),
        ('is_superior_of(lookup("user", name: "lead"), owner)', ["a"]),
        ('roles_of(owner) contains "agent_own"', ["c"]),
    ],
)
async def test_administrators_filter_by_all_of_it(company: World, filter: str, found: list[str]) -> None:
    assert await titles(company, company.caller("admin", is_admin=True), filter) == found


async def test_a_lookup_of_a_filter_finds_what_its_caller_may_read(company: World) -> None:
    sees_people = company.caller("lead", "agent_own", "agent_all")
    assert await titles(company, sees_people, 'exists("person", name: title)') == ["a", "b"]
    own_people_only = company.caller("lead", "agent_all")
    assert await titles(company, own_people_only, 'exists("person", name: title)') == []


async def test_what_is_hidden_is_no_field_to_look_up_by(company: World) -> None:
    with pytest.raises(FilterInvalid) as refused:
        await titles(company, company.caller("agent", "agent_own"), 'exists("person", secret: title)')
    assert [problem["code"] for problem in refused.value.problems or []] == ["unknown_member"]
    with pytest.raises(FilterInvalid) as refused:
        await titles(company, company.caller("agent", "agent_tree"), 'exists("person", name: title)')
    assert [problem["code"] for problem in refused.value.problems or []] == ["unknown_entity"]


@pytest.mark.parametrize(
    "filter", ['has_role(owner, "agent_own")', "superior_of(owner) = me", "is_superior_of(me, owner)"]
)
async def test_roles_and_superiors_are_not_everybodys_to_filter_by(company: World, filter: str) -> None:
    with pytest.raises(FilterInvalid) as refused:
        await titles(company, company.caller("agent", "agent_own"), filter)
    assert [problem["code"] for problem in refused.value.problems or []] == ["not_provided"]


async def test_records_in_the_trash_are_not_found(company: World) -> None:
    admin = company.caller("admin", is_admin=True)
    async with company.database.transaction() as session:
        people = await company.list(session, admin, "person", filter='name = "a"')
        await service.delete(session, company.metadata, SYSTEM, "person", UUID(people["items"][0]["id"]))
    assert await titles(company, admin, 'exists("person", name: title)') == ["b"]
    assert await titles(company, company.caller("agent", "agent_own"), 'exists("person", name: title)') == []


async def test_grants_ask_what_their_holders_may_not(company: World) -> None:
    """The condition of a grant is its author's."""
    assert await titles(company, company.caller("agent", "night")) == ["a", "b"]
    assert await titles(company, company.caller("lead", "boss")) == ["a"]
    assert await titles(company, company.caller("other", "boss")) == []
    assert await titles(company, company.caller("agent", "of_vips")) == ["a"]


async def create(company: World, **data: Any) -> Mapping[str, Any]:
    async with company.database.transaction() as session:
        return await service.create(session, company.metadata, SYSTEM, "ticket", {"title": "T", **data})


async def test_checks_of_a_record_look_others_up(company: World) -> None:
    assert (await create(company, batch="a"))["batch"] == "a"
    for batch in ("b", "nobody"):
        with pytest.raises(RecordInvalid) as refused:
            await create(company, batch=batch)
        assert [(each["field"], each["code"]) for each in refused.value.problems or []] == [("batch", "check")]


async def test_checks_of_a_record_ask_the_directory(company: World) -> None:
    await create(company, owner=str(company.users["other"]))
    async with company.database.transaction() as session:
        await session.delete(await session.get(UserRole, (company.users["other"], "agent_own")))
    with pytest.raises(RecordInvalid) as refused:
        await create(company, owner=str(company.users["other"]))
    assert [each["field"] for each in refused.value.problems or []] == ["owner"]


def test_what_is_looked_up_is_used() -> None:
    found = addresses(CHECKED.entity("ticket"), CHECKED)
    assert {("entity", "person"), ("field", "person.name"), ("field", "person.level")} <= found


# -- the context of an evaluation


def everything(expression: str) -> Checked:
    found = check(expression, record_scope(METADATA.entity("everything"), METADATA.entities))
    assert isinstance(found, Checked), found
    return found


@asynccontextmanager
async def counted(session: AsyncSession) -> AsyncIterator[list[str]]:
    statements: list[str] = []
    connection = (await session.connection()).sync_connection

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


async def test_a_lookup_in_every_row_is_one_statement(company: World) -> None:
    expression = everything('count(sub_table where exists("person", name: part))')
    rows = [{"part": part} for part in "abcdefgh"]
    async with company.database.transaction() as session, counted(session) as statements:
        context = await context_for(session, Reader(METADATA, SYSTEM), [expression], {"sub_table": rows}, NOW)
    assert expression.evaluate({"sub_table": rows}, NOW, context) == 2
    assert len(statements) == 1


async def test_a_lookup_may_ask_by_what_another_found(company: World) -> None:
    expression = everything('lookup("person", level: lookup("person", name: text).level, name: "a").name')
    values = {"text": "a"}
    async with company.database.transaction() as session:
        context = await context_for(session, Reader(METADATA, SYSTEM), [expression], values, NOW)
    assert expression.evaluate(values, NOW, context) == "a"


async def test_an_expression_that_asks_nothing_costs_nothing(company: World) -> None:
    async with company.database.transaction() as session, counted(session) as statements:
        await context_for(session, Reader(METADATA, SYSTEM), [everything("number > 3")], {}, NOW)
    assert statements == []


async def test_paths_go_on_behind_what_was_found(company: World) -> None:
    expression = everything('lookup("ticket", title: text).owner.name')
    async with company.database.transaction() as session:
        context = await context_for(session, Reader(METADATA, SYSTEM), [expression], {"text": "b"}, NOW)
    assert expression.evaluate({"text": "b"}, NOW, context) == "lead"


async def test_the_reader_finds_what_the_reader_may_read(company: World) -> None:
    expression = everything('exists("person", name: "a")')
    for caller, found in ((company.caller("agent", "agent_own"), True), (company.caller("lead", "agent_all"), False)):
        async with company.database.transaction() as session:
            context = await context_for(session, Reader(METADATA, caller), [expression], {}, NOW)
        assert expression.evaluate({}, NOW, context) is found
