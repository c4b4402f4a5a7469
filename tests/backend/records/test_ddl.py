"""Table changes: what a publish does to tables that hold records, and what it refuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.db import Database
from backend.metadata.snapshot import Metadata
from backend.metadata.tables import TableChange
from backend.records import service
from backend.records.ddl import DDL, PublishBusy, PublishDuplicates
from backend.records.tables import NAME_BYTES, identifier
from engine.definitions import Entity, Field, Text
from tests.backend.records.conftest import PERSON, World, field


def _with(entity: Entity, *fields: Field, without: tuple[str, ...] = ()) -> Entity:
    kept = {each.key: each for each in entity.fields if each.key not in without}
    return replace(entity, fields=tuple({**kept, **{each.key: each for each in fields}}.values()))


async def _publish(world: World, after: Metadata, before: Metadata | None = None) -> list[TableChange]:
    ddl = DDL()
    changes = ddl.plan(before or world.metadata, after)
    assert not [change for change in changes if change.refused], changes
    async with world.database.transaction() as session:
        await ddl.apply(session, changes)
    return changes


def _metadata(world: World, entity: Entity) -> Metadata:
    return world.metadata.with_changes({("entity", entity.key): entity})


async def test_a_new_field_joins_the_records_that_are_there(world: World) -> None:
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五"})
    after = _metadata(
        world,
        _with(PERSON, field("city", "text", indexed=True), field("rows", "sub_table", fields=(field("a", "text"),))),
    )
    changes = await _publish(world, after)
    assert {change.field for change in changes} >= {"city", "rows"}
    data = {"city": "青岛", "rows": [{"a": "x"}]}
    async with world.database.transaction() as session:
        changed = await service.update(session, after, SYSTEM, "person", UUID(made["id"]), data, version=1)
    assert (changed["name"], changed["city"], changed["rows"][0]["a"]) == ("王五", "青岛", "x")


async def test_a_removed_field_keeps_its_values(world: World) -> None:
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五", "secret": "kept"})
    without = _metadata(world, _with(PERSON, without=("secret",)))
    changes = await _publish(world, without)
    assert [change.destructive for change in changes] == [True]
    async with world.database.transaction() as session:
        record = await service.get(session, without, SYSTEM, "person", UUID(made["id"]))
    assert "secret" not in record
    await _publish(world, world.metadata, before=without)
    async with world.database.transaction() as session:
        record = await service.get(session, world.metadata, SYSTEM, "person", UUID(made["id"]))
    assert record["secret"] == "kept"


async def test_a_field_that_returns_as_another_type_leaves_the_old_column_alone(world: World) -> None:
    async with world.database.transaction() as session:
        await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五", "secret": "kept"})
    without = _metadata(world, _with(PERSON, without=("secret",)))
    await _publish(world, without)
    await _publish(world, _metadata(world, _with(PERSON, field("secret", "number"))), before=without)
    async with world.database.transaction() as session:
        row = (await session.execute(text("SELECT secret, secret__old1 FROM data.person"))).one()
    assert tuple(row) == (None, "kept")


async def test_a_removed_entity_keeps_its_table(world: World) -> None:
    async with world.database.transaction() as session:
        await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五"})
    gone = world.metadata.with_changes({("entity", "person"): None})
    changes = await _publish(world, gone)
    assert [(change.destructive, change.statements) for change in changes] == [(True, ())]
    await _publish(world, world.metadata, before=gone)
    async with world.database.transaction() as session:
        assert len((await world.list(session, SYSTEM, "person"))["items"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        (field("f", "text"), field("f", "long_text"), False),
        (field("f", "choice"), field("f", "text"), False),
        (field("f", "number"), field("f", "money", currency="CNY"), False),
        (field("f", "multi_choice"), field("f", "tags"), False),
        (field("f", "text"), field("f", "text", required=True), False),
        (field("f", "text"), field("f", "choice"), True),
        (field("f", "text"), field("f", "number"), True),
        (field("f", "date"), field("f", "datetime"), True),
        (field("f", "choice"), field("f", "multi_choice"), True),
        (field("f", "reference", entity="a"), field("f", "reference", entity="b"), True),
        (field("f", "money", currency="CNY"), field("f", "money", currency="USD"), True),
        (field("f", "sub_table"), field("f", "text"), True),
        (
            field("f", "sub_table", fields=(field("a", "text"),)),
            field("f", "sub_table", fields=(field("a", "number"),)),
            True,
        ),
        (field("f", "text"), field("f", "auto_number"), True),
    ],
)
def test_what_would_rewrite_or_break_values_is_refused(old: Field, new: Field, refused: bool) -> None:
    before = Metadata.of([replace(PERSON, fields=(old,))])
    changes = DDL().plan(before, Metadata.of([replace(PERSON, fields=(new,))]))
    assert any(change.refused for change in changes) is refused
    assert all(change.change.zh and change.change.en for change in changes)


def test_unchanged_entities_need_nothing(world: World) -> None:
    assert DDL().plan(world.metadata, _metadata(world, replace(PERSON, label=Text("人", "People")))) == []


def test_two_entities_cannot_share_a_table() -> None:
    parent = Entity("a", Text("甲", "A"), (field("b", "sub_table", fields=(field("x", "text"),)),), "b")
    other = Entity("a__b", Text("乙", "B"), (field("x", "text"),), "x")
    assert any(change.refused for change in DDL().plan(Metadata(), Metadata.of([parent, other])))


async def test_duplicates_stand_against_a_unique_field(world: World) -> None:
    async with world.database.transaction() as session:
        for _ in range(2):
            await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五"})
    unique = _metadata(world, _with(PERSON, field("name", "text", required=True, unique=True)))
    with pytest.raises(PublishDuplicates) as refused:
        await _publish(world, unique)
    assert "王五" in str(refused.value.params["detail"])


async def test_a_publish_waits_briefly_and_gives_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.records.ddl.ATTEMPTS", 2)
    after = _metadata(world, _with(PERSON, field("city", "text")))
    async with world.database.transaction() as reader:
        await reader.execute(text("SELECT count(*) FROM data.person"))
        with pytest.raises(PublishBusy):
            await _publish(world, after)
        monkeypatch.setattr("backend.records.ddl.ATTEMPTS", 20)
        publishing = asyncio.create_task(_publish(world, after))
        await asyncio.sleep(0.5)
    assert await publishing
    async with world.database.transaction() as session:
        await world.list(session, SYSTEM, "person")


@dataclass(frozen=True)
class _Slow:
    """A step over millions of records."""

    async def run(self, session: AsyncSession) -> None:
        await session.execute(text("SELECT pg_sleep(0.3)"))


async def test_a_publish_may_take_longer_than_a_request(world: World) -> None:
    change = TableChange("person", "person", Text("慢", "Slow"), statements=(_Slow(),))
    limited = Database(world.database.url, limits={"statement_timeout": "100ms"})
    async with limited.transaction() as session:
        await DDL().apply(session, [change])
        assert (await session.execute(text("SHOW statement_timeout"))).scalar_one() == "100ms"
    await limited.close()


@pytest.mark.parametrize("parts", [("short",), ("字" * 30,), ("a" * 60, "b" * 60), ("a" * 60, "c" * 60)])
def test_names_fit(parts: tuple[str, ...]) -> None:
    name = identifier(*parts)
    assert len(name.encode()) <= NAME_BYTES
    assert identifier(*parts) == name


def test_long_names_stay_apart() -> None:
    names = {identifier("a" * 63, letter) for letter in "bcd"}
    assert len(names) == 3


async def test_a_long_name_makes_a_table_that_works(world: World) -> None:
    key: str = "k" * 63
    fields = (field(key, "text", unique=True), field("s" * 63, "sub_table", fields=(field("c" * 63, "tags"),)))
    after = Metadata.of([Entity(key, Text("长", "Long"), fields, key)])
    await _publish(world, after, before=Metadata())
    async with world.database.transaction() as session:
        data: dict[str, Any] = {key: "x", "s" * 63: [{"c" * 63: ["t"]}]}
        made = await service.create(session, after, SYSTEM, key, data)
    assert made["_title"] == "x"
    assert made["s" * 63][0]["c" * 63] == ["t"]


async def test_an_entity_of_two_hundred_fields(world: World) -> None:
    fields = tuple(field(f"f{n}", "text") for n in range(200))
    after = Metadata.of([Entity("wide", Text("宽", "Wide"), fields, "f0")])
    await _publish(world, after, before=Metadata())
    async with world.database.transaction() as session:
        made = await service.create(session, after, SYSTEM, "wide", {f"f{n}": str(n) for n in range(200)})
    assert made["f199"] == "199"
