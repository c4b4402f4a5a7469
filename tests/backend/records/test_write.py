"""Writing: versions, stages, uniqueness, checks, references, defaults, numbers, events."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import select

from backend.access.caller import SYSTEM, Caller
from backend.errors import NotFound
from backend.events.log import Cause
from backend.events.models import Event
from backend.records import service
from backend.records.errors import NotInTrash, RecordConflict, RecordExists, RecordInvalid, RecordNotUnique
from tests.backend.records.conftest import World


async def _create(world: World, entity: str = "ticket", **data: Any) -> dict[str, Any]:
    async with world.database.transaction() as session:
        if entity == "ticket":
            data = {"title": "t", **data}
        return await service.create(session, world.metadata, SYSTEM, entity, data)


async def _update(world: World, id: str, data: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    async with world.database.transaction() as session:
        return await service.update(session, world.metadata, SYSTEM, "ticket", UUID(id), data, version=version)


def _codes(refused: RecordInvalid | RecordNotUnique) -> set[tuple[str, str]]:
    return {(problem["field"], problem["code"]) for problem in refused.problems or []}


async def test_a_new_record_belongs_to_its_maker(world: World) -> None:
    lead = world.caller("lead", is_admin=True)
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, lead, "ticket", {"title": "t"})
    assert made["owner"] == made["created_by"] == str(world.users["lead"])
    assert made["department"] == str(world.departments["service"])
    assert (made["status"], made["version"], made["number"]) == ("new", 1, "T-0001")


async def test_conflict_says_who_changed_what(world: World) -> None:
    made = await _create(world)
    lead = world.caller("lead", is_admin=True)
    async with world.database.transaction() as session:
        await service.update(session, world.metadata, lead, "ticket", UUID(made["id"]), {"score": 5}, version=1)
    with pytest.raises(RecordConflict) as refused:
        await _update(world, made["id"], {"title": "mine"}, version=1)
    assert refused.value.params["who"] == "lead"
    assert refused.value.params["fields"] == "score"
    assert refused.value.problems == [
        {"field": "score", "path": "/score", "code": "field.changed", "old": None, "new": 5}
    ]
    assert (await _update(world, made["id"], {"title": "mine"}, version=2))["version"] == 3


async def test_of_two_at_once_one_is_told(world: World) -> None:
    made = await _create(world)
    writes = (_update(world, made["id"], {"score": score}, version=1) for score in range(1, 7))
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(isinstance(answer, RecordConflict) for answer in answers) == 5
    assert sum(isinstance(answer, dict) and answer["version"] == 2 for answer in answers) == 1


async def test_nothing_new_changes_nothing(world: World) -> None:
    made = await _create(world, score=2, compensation=5)
    same = await _update(world, made["id"], {**made, "score": "2.0", "compensation": "5"}, version=1)
    assert same["version"] == 1


async def test_stages_move_along_their_transitions(world: World) -> None:
    made = await _create(world)
    with pytest.raises(RecordInvalid) as refused:
        await _update(world, made["id"], {"status": "closed"})
    assert _codes(refused.value) == {("status", "field.transition")}
    await _update(world, made["id"], {"status": "open"})
    assert (await _update(world, made["id"], {"status": "closed"}))["status"] == "closed"
    with pytest.raises(RecordInvalid):
        await _update(world, made["id"], {"status": "new"})


async def test_unique_names_the_field_and_forgets_the_trash(world: World) -> None:
    first = await _create(world, code="A")
    with pytest.raises(RecordNotUnique) as refused:
        await _create(world, code="A")
    assert _codes(refused.value) == {("code", "field.not_unique")}
    async with world.database.transaction() as session:
        await service.delete(session, world.metadata, SYSTEM, "ticket", UUID(first["id"]))
    await _create(world, code="A")
    with pytest.raises(RecordNotUnique):
        async with world.database.transaction() as session:
            await service.restore(session, world.metadata, SYSTEM, "ticket", UUID(first["id"]))


async def test_several_fields_unique_together_say_their_own_message(world: World) -> None:
    await _create(world, batch="b", score=1)
    await _create(world, batch="b", score=2)
    with pytest.raises(RecordNotUnique) as refused:
        await _create(world, batch="b", score=1)
    assert {problem["message"]["en"] for problem in refused.value.problems or []} == {"One score per batch"}


async def test_an_id_is_given_once(world: World) -> None:
    id = uuid4()
    async with world.database.transaction() as session:
        await service.create(session, world.metadata, SYSTEM, "ticket", {"title": "t"}, id=id)
    with pytest.raises(RecordExists):
        async with world.database.transaction() as session:
            await service.create(session, world.metadata, SYSTEM, "ticket", {"title": "t"}, id=id)


async def test_required_and_emptied(world: World) -> None:
    for data in ({"title": None}, {"title": ""}):
        with pytest.raises(RecordInvalid) as refused:
            await _create(world, **data)
        assert _codes(refused.value) == {("title", "field.required")}
    made = await _create(world)
    with pytest.raises(RecordInvalid):
        await _update(world, made["id"], {"title": ""})


async def test_checks_of_the_entity_hold_for_the_whole_record(world: World) -> None:
    person = await _create(world, "person", name="P", level="svip")
    with pytest.raises(RecordInvalid) as refused:
        await _create(world, compensation=1001, person=person["id"])
    assert _codes(refused.value) == {("compensation", "check"), ("score", "check")}
    made = await _create(world, person=person["id"], score=1)
    with pytest.raises(RecordInvalid) as refused:
        await _update(world, made["id"], {"score": None})
    assert (refused.value.problems or [])[0]["message"] == {"zh": "SVIP 要评分", "en": "Score an SVIP"}


async def test_what_is_in_the_trash_cannot_be_referred_to(world: World) -> None:
    person = await _create(world, "person", name="P")
    async with world.database.transaction() as session:
        await service.delete(session, world.metadata, SYSTEM, "person", UUID(person["id"]))
    with pytest.raises(RecordInvalid) as refused:
        await _create(world, person=person["id"])
    assert _codes(refused.value) == {("person", "field.reference")}
    there = await _create(world, "person", name="Q")
    async with world.database.transaction() as session:
        with pytest.raises(NotInTrash):
            await service.restore(session, world.metadata, SYSTEM, "person", UUID(there["id"]))


async def test_sub_table_rows_keep_their_ids(world: World) -> None:
    made = await _create(world, "everything", sub_table=[{"part": "a"}, {"part": "b", "price": 1}, {"part": "c"}])
    first, second, third = made["sub_table"]
    new = [{**third, "part": "C"}, first, {"part": "d", "id": str(uuid4())}]
    async with world.database.transaction() as session:
        changed = await service.update(
            session, world.metadata, SYSTEM, "everything", UUID(made["id"]), {"sub_table": new}, version=1
        )
        same = await service.update(
            session,
            world.metadata,
            SYSTEM,
            "everything",
            UUID(made["id"]),
            {"sub_table": changed["sub_table"]},
            version=2,
        )
    assert [row["part"] for row in changed["sub_table"]] == ["C", "a", "d"]
    assert [row["id"] for row in changed["sub_table"]][:2] == [third["id"], first["id"]]
    assert changed["sub_table"][2]["id"] != new[2]["id"]
    assert second["id"] not in {row["id"] for row in changed["sub_table"]}
    assert same["version"] == changed["version"] == 2


async def test_numbers_are_given_once_and_without_gaps(world: World) -> None:
    made = await asyncio.gather(*(_create(world) for _ in range(12)))
    assert sorted(ticket["number"] for ticket in made) == [f"T-{n:04}" for n in range(1, 13)]
    with pytest.raises(RecordNotUnique):
        await _create(world, code="X") and await _create(world, code="X")
    assert (await _create(world))["number"] == "T-0014"


async def test_every_write_is_an_event_with_its_cause(world: World) -> None:
    person = await _create(world, "person", name="P")
    cause = Cause(event_id=41, depth=2, actor_id=world.users["lead"], actor_kind="rule")
    async with world.database.transaction() as session:
        made = await service.create(
            session, world.metadata, SYSTEM, "ticket", {"title": "t", "person": person["id"]}, cause=cause
        )
        id = UUID(made["id"])
        await service.update(session, world.metadata, SYSTEM, "ticket", id, {"title": "u"}, version=1)
        await service.delete(session, world.metadata, SYSTEM, "ticket", id)
        await service.restore(session, world.metadata, SYSTEM, "ticket", id)
        events = (await session.execute(select(Event).where(Event.subject_id == id).order_by(Event.id))).scalars().all()
    assert [event.type for event in events] == ["ticket.created", "ticket.updated", "ticket.deleted", "ticket.restored"]
    assert (events[0].causation_id, events[0].depth, events[0].actor_kind) == (41, 3, "rule")
    assert events[0].actor_id == world.users["lead"]
    assert {event.person_id for event in events} == {UUID(person["id"])}
    assert events[1].data["changes"] == {"title": ["t", "u"]}
    assert events[1].data["record"]["version"] == 2
    assert made["created_by"] == str(world.users["lead"])


async def test_history_tells_each_change(world: World) -> None:
    lead = world.caller("lead", is_admin=True)
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, lead, "ticket", {"title": "t"})
        await service.update(session, world.metadata, lead, "ticket", UUID(made["id"]), {"title": "u"}, version=1)
        found = orjson.loads(await service.history_json(session, world.metadata, lead, "ticket", UUID(made["id"])))
    newest, oldest = found["items"]
    assert newest["changes"] == {"title": ["t", "u"]}
    assert newest["actor"] == {"id": str(world.users["lead"]), "name": "lead"}
    assert (newest["type"], oldest["type"]) == ("ticket.updated", "ticket.created")
    assert {"id", "at", "causation"} <= set(newest)


async def test_history_comes_by_pages_down_to_the_beginning(world: World) -> None:
    """Changes that say nothing to the reader take no place on a page."""
    admin, agent = world.caller("lead", is_admin=True), world.caller("lead", "agent_tree")
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, admin, "ticket", {"title": "0"})
        id = UUID(made["id"])
        for number in range(1, 8):
            changes = {"compensation": str(number)} if number % 2 == 0 else {"title": str(number)}
            await service.update(session, world.metadata, admin, "ticket", id, changes, version=number)

        async def pages(caller: Caller, limit: int) -> list[list[str]]:
            found: list[list[str]] = []
            after = None
            while not found or after:
                answer = await service.history_json(
                    session, world.metadata, caller, "ticket", id, after=after and int(after), limit=limit
                )
                page = orjson.loads(answer)
                found.append(["/".join(item["changes"]) or item["type"] for item in page["items"]])
                after = page["next"]
            return found

        everything = await pages(admin, 3)
        assert [len(page) for page in everything] == [3, 3, 2]
        assert everything[0] == ["title", "compensation", "title"]
        assert [len(page) for page in await pages(admin, 4)] == [4, 4]
        assert [len(page) for page in await pages(agent, 3)] == [3, 2]
        assert "compensation" not in str(await pages(agent, 3))


async def test_what_is_gone_is_not_found(world: World) -> None:
    made = await _create(world)
    id = UUID(made["id"])
    async with world.database.transaction() as session:
        await service.delete(session, world.metadata, SYSTEM, "ticket", id)
    async with world.database.transaction() as session:
        for refused in (
            service.get(session, world.metadata, SYSTEM, "ticket", id),
            service.update(session, world.metadata, SYSTEM, "ticket", id, {"title": "x"}, version=None),
            service.delete(session, world.metadata, SYSTEM, "ticket", id),
            service.get(session, world.metadata, SYSTEM, "ticket", uuid4()),
            service.get(session, world.metadata, SYSTEM, "nothing", uuid4()),
        ):
            with pytest.raises(NotFound):
                await refused
