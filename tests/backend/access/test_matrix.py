"""The same question on each road: for every role, which tickets and which fields a list, a get, a count, a filter, the
history and the live updates let somebody see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest

from backend.access.caller import SYSTEM, Caller
from backend.errors import Forbidden, NotFound
from backend.records import service
from backend.records.errors import ColumnsInvalid, FilterInvalid, RecordInvalid, SortInvalid
from tests.backend.records.conftest import World

#: Tickets by title: owner, department.
TICKETS = {
    "mine": ("agent", "night"),
    "colleague": (None, "night"),
    "above": (None, "service"),
    "elsewhere": (None, "finance"),
    "nobody": (None, None),
}

#: user, roles -> titles seen, whether compensation may be read.
SEEN: list[tuple[str, tuple[str, ...], set[str], bool]] = [
    ("agent", ("agent_own",), {"mine"}, True),
    ("agent", ("agent_department",), {"mine", "colleague"}, True),
    ("agent", ("agent_tree",), {"mine", "colleague"}, False),
    ("lead", ("agent_tree",), {"mine", "colleague", "above"}, False),
    ("lead", ("agent_department",), {"above"}, True),
    ("lead", ("agent_own",), set(), True),
    ("other", ("agent_department",), {"elsewhere"}, True),
    ("other", ("agent_all",), set(TICKETS), True),
    ("other", ("agent_own", "agent_all"), set(TICKETS), True),
    ("other", ("no_such_role",), set(), False),
    ("other", (), set(), False),
]


@pytest.fixture
async def tickets(world: World) -> dict[str, UUID]:
    made = {}
    async with world.database.transaction() as session:
        for title, (owner, department) in TICKETS.items():
            data = {
                "title": title,
                "compensation": 5,
                "owner": owner and str(world.users[owner]),
                "department": department and str(world.departments[department]),
            }
            ticket = await service.create(session, world.metadata, SYSTEM, "ticket", data)
            made[title] = UUID(ticket["id"])
            change = {"compensation": 6}
            await service.update(session, world.metadata, SYSTEM, "ticket", made[title], change, version=1)
    return made


@pytest.mark.parametrize(("name", "roles", "titles", "money"), SEEN)
async def test_every_road_shows_the_same(
    world: World, tickets: dict[str, UUID], name: str, roles: tuple[str, ...], titles: set[str], money: bool
) -> None:
    caller = world.caller(name, *roles)
    reads = bool(set(roles) & set(world.metadata.roles))
    async with world.database.transaction() as session:
        seen = {title: await _roads(session, world, caller, id) for title, id in tickets.items()}
        assert {title for title, roads in seen.items() if any(roads.values())} == titles, seen
        assert all(all(roads.values()) for title, roads in seen.items() if title in titles), seen
        if not reads:
            with pytest.raises(Forbidden):
                await world.list(session, caller, "ticket")
            return
        page = await world.list(session, caller, "ticket", count=True)
        assert {item["title"] for item in page["items"]} == titles
        assert page["count"] == len(titles)
        assert all(("compensation" in item) is money for item in page["items"])
        for title in titles:
            record = await service.get(session, world.metadata, caller, "ticket", tickets[title])
            assert ("compensation" in record) is money
            history = orjson.loads(
                await service.history_json(session, world.metadata, caller, "ticket", tickets[title])
            )["items"]
            assert any("compensation" in entry["changes"] for entry in history) is money
            assert len(history) == (2 if money else 1)


async def _roads(session: Any, world: World, caller: Caller, id: UUID) -> dict[str, bool]:
    """Whether each road leads to the record."""
    roads = {}
    for road in (service.get, service.history_json):
        try:
            await road(session, world.metadata, caller, "ticket", id)
            roads[road.__name__] = True
        except (NotFound, Forbidden):
            roads[road.__name__] = False
    roads["live"] = id in await service.visible_ids(session, world.metadata, caller, "ticket", [id])
    return roads


async def test_a_hidden_field_cannot_be_asked_about(world: World, tickets: dict[str, UUID]) -> None:
    caller = world.caller("lead", "agent_tree")
    async with world.database.transaction() as session:
        with pytest.raises(FilterInvalid) as refused:
            await world.list(session, caller, "ticket", filter="compensation > 0 CNY")
        assert (refused.value.problems or [])[0]["code"] == "unknown_name"
        with pytest.raises(SortInvalid):
            await world.list(session, caller, "ticket", sort=("compensation",))
        with pytest.raises(ColumnsInvalid):
            await world.list(session, caller, "ticket", columns=("compensation",))
        with pytest.raises(RecordInvalid) as unknown:
            await service.update(
                session, world.metadata, caller, "ticket", tickets["mine"], {"compensation": 6}, version=None
            )
        assert [problem["code"] for problem in unknown.value.problems or []] == ["field.unknown"]


async def test_a_field_that_is_only_read_can_be_repeated_but_not_changed(
    world: World, tickets: dict[str, UUID]
) -> None:
    caller = world.caller("agent", "agent_department")
    async with world.database.transaction() as session:
        record = await service.get(session, world.metadata, caller, "ticket", tickets["mine"])
        changed = {**record, "title": "renamed"}
        after = await service.update(
            session, world.metadata, caller, "ticket", tickets["mine"], changed, version=record["version"]
        )
        assert after["title"] == "renamed"
        with pytest.raises(RecordInvalid) as refused:
            await service.update(
                session, world.metadata, caller, "ticket", tickets["mine"], {"compensation": 7}, version=None
            )
        assert [problem["code"] for problem in refused.value.problems or []] == ["field.read_only"]


async def test_actions_have_their_own_scope(world: World, tickets: dict[str, UUID]) -> None:
    agent, lead, other = (
        world.caller("agent", "agent_department"),
        world.caller("lead", "agent_tree"),
        world.caller("other", "agent_all"),
    )
    async with world.database.transaction() as session:
        with pytest.raises(Forbidden):
            await service.create(session, world.metadata, other, "ticket", {"title": "x"})
        with pytest.raises(Forbidden):
            await service.update(
                session, world.metadata, other, "ticket", tickets["mine"], {"title": "x"}, version=None
            )
        with pytest.raises(Forbidden):
            await service.delete(session, world.metadata, agent, "ticket", tickets["mine"])
        with pytest.raises(NotFound):
            await service.delete(session, world.metadata, lead, "ticket", tickets["elsewhere"])
        with pytest.raises(Forbidden):
            await world.list(session, agent, "ticket", trash=True)
        await service.delete(session, world.metadata, lead, "ticket", tickets["mine"])
        assert len((await world.list(session, lead, "ticket", trash=True))["items"]) == 1


async def test_behind_a_reference_the_same_rights_hold(world: World) -> None:
    """`agent_own` reads all persons but not their secret; `agent_all` reads only persons of their own."""
    async with world.database.transaction() as session:
        person = await service.create(
            session, world.metadata, SYSTEM, "person", {"name": "王五", "secret": "x", "level": "vip"}
        )
        owner = str(world.users["agent"])
        data = {"title": "t", "person": person["id"], "owner": owner}
        ticket = UUID((await service.create(session, world.metadata, SYSTEM, "ticket", data))["id"])
        own, all_ = world.caller("agent", "agent_own"), world.caller("agent", "agent_all")
        seen = await service.get(session, world.metadata, own, "ticket", ticket)
        assert seen["_labels"]["person"] == "王五"
        assert len((await world.list(session, own, "ticket", filter='person.level = "vip"'))["items"]) == 1
        with pytest.raises(FilterInvalid):
            await world.list(session, own, "ticket", filter='person.secret = "x"')
        hidden = await service.get(session, world.metadata, all_, "ticket", ticket)
        assert hidden["person"] == person["id"]
        assert "person" not in hidden["_labels"]
        assert (await world.list(session, all_, "ticket", filter='person.level = "vip"'))["items"] == []
        department = world.caller("agent", "agent_department")
        assert "person" not in (await service.get(session, world.metadata, department, "ticket", ticket))["_labels"]
        with pytest.raises(FilterInvalid):
            await world.list(session, department, "ticket", filter='person.level = "vip"')


async def test_nobody_refers_to_what_they_cannot_see(world: World) -> None:
    async with world.database.transaction() as session:
        person = await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五"})
        caller = world.caller("agent", "agent_own", "agent_all")
        made = await service.create(session, world.metadata, caller, "ticket", {"title": "t", "person": person["id"]})
        assert made["person"] == person["id"]
        ticket = await service.create(session, world.metadata, caller, "ticket", {"title": "t"})
        blind = world.caller("agent", "agent_department")
        change = {"person": person["id"]}
        with pytest.raises(RecordInvalid) as refused:
            await service.update(session, world.metadata, blind, "ticket", UUID(ticket["id"]), change, version=1)
        assert [problem["code"] for problem in refused.value.problems or []] == ["field.reference"]
