"""Grants with a condition: the rows they give on every road, beside what other grants give."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import compile_access
from backend.auth import service as auth
from backend.errors import Forbidden, NotFound
from backend.identity.models import UserRole
from backend.live.signals import Signal
from backend.live.visibility import allowed
from backend.main import create_app
from backend.metadata.snapshot import Metadata
from backend.records import service
from backend.records.errors import OutsideGrant
from backend.records.reading import Reader
from backend.settings import Settings
from engine.definitions import Grant, Role
from tests.backend.records.conftest import METADATA, World, text

ROLES = {
    "open_only": Role("open_only", text("Open"), (Grant("ticket", ("read", "update"), "all", {}, 'status = "open"'),)),
    "cheap": Role(
        "cheap",
        text("Cheap"),
        (Grant("ticket", ("create", "read"), "all", {"compensation": "hidden"}, "compensation <= 100 CNY"),),
    ),
    "vip_own": Role("vip_own", text("VIP"), (Grant("ticket", ("read",), "own", {}, 'person.level = "vip"'),)),
    "recent": Role("recent", text("Recent"), (Grant("ticket", ("read",), "all", {}, "created_at > now() - 1 hours"),)),
    "my_department": Role(
        "my_department",
        text("Department"),
        (Grant("ticket", ("read",), "all", {}, "owner.department = me.department and owner is not empty"),),
    ),
    "people": Role("people", text("People"), (Grant("person", ("read",), "all", {}, 'level = "vip"'),)),
}

#: Tickets by title: status, compensation, whether its person is a VIP, owner.
TICKETS: dict[str, tuple[str, int | None, bool, str | None]] = {
    "open": ("open", 50, False, "agent"),
    "open_dear": ("open", 500, False, "lead"),
    "vip": ("new", None, True, "agent"),
    "vip_of_another": ("new", 10, True, "lead"),
    "nothing": ("new", None, False, None),
}

#: Who, with which roles, sees which.
SEEN: list[tuple[str, tuple[str, ...], set[str]]] = [
    ("agent", ("open_only",), {"open", "open_dear"}),
    ("agent", ("cheap",), {"open", "vip_of_another"}),
    ("agent", ("vip_own",), {"vip"}),
    ("lead", ("vip_own",), {"vip_of_another"}),
    ("agent", ("open_only", "vip_own"), {"open", "open_dear", "vip"}),
    ("agent", ("agent_own", "vip_own"), {"open", "vip"}),
    ("agent", ("agent_all", "vip_own"), set(TICKETS)),
    ("agent", ("recent",), set(TICKETS)),
    ("agent", ("my_department",), {"open", "vip"}),
    ("lead", ("my_department",), {"open_dear", "vip_of_another"}),
]


@dataclasses.dataclass(frozen=True)
class Conditions:
    """The world of the records tests with roles that hold conditions, and its tickets by title."""

    world: World
    metadata: Metadata
    tickets: dict[str, UUID]


@pytest.fixture
async def conditions(world: World) -> Conditions:
    metadata = METADATA.with_changes({("role", key): role for key, role in ROLES.items()})
    tickets = {}
    async with world.database.transaction() as session:
        people = {}
        for level in ("normal", "vip"):
            made = await service.create(session, metadata, SYSTEM, "person", {"name": level, "level": level})
            people[level] = made["id"]
        for title, (status, compensation, vip, owner) in TICKETS.items():
            data = {
                "title": title,
                "compensation": compensation,
                "person": people["vip" if vip else "normal"],
                "owner": owner and str(world.users[owner]),
            }
            tickets[title] = UUID((await service.create(session, metadata, SYSTEM, "ticket", data))["id"])
            if status != "new":
                await service.update(
                    session, metadata, SYSTEM, "ticket", tickets[title], {"status": status}, version=None
                )
    return Conditions(dataclasses.replace(world, metadata=metadata), metadata, tickets)


@pytest.mark.parametrize(("name", "roles", "titles"), SEEN)
async def test_every_road_shows_the_rows_of_the_condition(
    conditions: Conditions, name: str, roles: tuple[str, ...], titles: set[str]
) -> None:
    world, metadata = conditions.world, conditions.metadata
    caller = world.caller(name, *roles)
    async with world.database.transaction() as session:
        page = await world.list(session, caller, "ticket", count=True)
        assert {item["title"] for item in page["items"]} == titles
        assert page["count"] == len(titles)
        for title, id in conditions.tickets.items():
            assert await _seen(session, metadata, caller, id) == {title in titles}, title


async def _seen(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> set[bool]:
    """What the roads to one record answer."""
    answers = {id in await service.visible_ids(session, metadata, caller, "ticket", [id])}
    answers |= set(await allowed(session, metadata, caller, [Signal("", {}, "records", entity="ticket", id=id)]))
    roads: tuple[Any, ...] = (service.get, service.history_json)
    for road in roads:
        try:
            await road(session, metadata, caller, "ticket", id)
            answers.add(True)
        except NotFound:
            answers.add(False)
    return answers


async def test_a_condition_may_read_what_its_holder_cannot(conditions: Conditions) -> None:
    world = conditions.world
    async with world.database.transaction() as session:
        page = await world.list(session, world.caller("agent", "cheap"), "ticket")
        assert page["items"]
        assert all("compensation" not in item for item in page["items"])


async def test_what_lies_behind_a_reference_obeys_the_condition_too(conditions: Conditions) -> None:
    world = conditions.world
    caller = world.caller("agent", "agent_all", "people")
    async with world.database.transaction() as session:
        page = await world.list(session, caller, "ticket", filter='person.level in ["normal", "vip"]')
        assert {item["title"] for item in page["items"]} == {"vip", "vip_of_another"}
        labels = {
            item["title"]: item["_labels"].get("person")
            for item in (await world.list(session, caller, "ticket"))["items"]
        }
        assert labels == dict.fromkeys(TICKETS) | {"vip": "vip", "vip_of_another": "vip"}


async def test_a_condition_on_the_time_is_asked_anew(conditions: Conditions, monkeypatch: pytest.MonkeyPatch) -> None:
    world = conditions.world
    caller = world.caller("agent", "recent")
    async with world.database.transaction() as session:
        assert len((await world.list(session, caller, "ticket"))["items"]) == len(TICKETS)
        later = clock.now() + dt.timedelta(hours=2)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert (await world.list(session, caller, "ticket"))["items"] == []


async def test_a_change_is_judged_by_what_was_there(conditions: Conditions) -> None:
    world, metadata, tickets = conditions.world, conditions.metadata, conditions.tickets
    caller = world.caller("agent", "open_only", "agent_all")
    async with world.database.transaction() as session:
        with pytest.raises(Forbidden):
            await service.update(session, metadata, caller, "ticket", tickets["nothing"], {"score": 1}, version=None)
        closed = await service.update(
            session, metadata, caller, "ticket", tickets["open"], {"status": "closed"}, version=None
        )
        assert closed["status"] == "closed"
        with pytest.raises(Forbidden):
            await service.update(session, metadata, caller, "ticket", tickets["open"], {"score": 1}, version=None)


async def test_a_new_record_must_meet_the_condition(conditions: Conditions) -> None:
    world, metadata = conditions.world, conditions.metadata
    caller = world.caller("agent", "cheap", "may_write")
    writer = Role("may_write", text("Write"), (Grant("ticket", ("update",), "own"),))
    metadata = metadata.with_changes(
        {
            ("role", "may_write"): writer,
            ("role", "cheap"): Role(
                "cheap", text("Cheap"), (Grant("ticket", ("create", "read"), "all", {}, "compensation <= 100 CNY"),)
            ),
        }
    )
    async with world.database.transaction() as session:
        made = await service.create(session, metadata, caller, "ticket", {"title": "a", "compensation": 100})
        assert made["title"] == "a"
    with pytest.raises(OutsideGrant):
        async with world.database.transaction() as session:
            await service.create(session, metadata, caller, "ticket", {"title": "b", "compensation": 101})
    async with world.database.transaction() as session:
        page = await world.list(session, SYSTEM, "ticket", filter='title in ["a", "b"]')
        assert [item["title"] for item in page["items"]] == ["a"]


async def test_programs_are_held_to_the_condition(conditions: Conditions, tmp_path: Path) -> None:
    """REST, counts and nested lists of GraphQL, with a key that has the role."""
    world = conditions.world
    settings = Settings(database_url=world.database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1")
    app = create_app(settings)
    app.state.metadata._swap(conditions.metadata)
    roles = ["open_only", "people"]
    async with world.database.transaction() as session:
        session.add_all(UserRole(user_id=world.users["agent"], role=role) for role in roles)
        await session.flush()
        _, key = await auth.create_key(session, name="k", user_id=world.users["agent"], roles=roles)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft", headers=headers) as client:
        page = (await client.get("/api/records/ticket", params={"count": True})).json()
        assert ({item["title"] for item in page["items"]}, page["count"]) == ({"open", "open_dear"}, 2)
        query = "{ tickets { count items { title person { name } } } persons { items { name tickets { count } } } }"
        answer = (await client.post("/graphql", json={"query": query})).json()["data"]
        changed = await client.post("/graphql", json={"query": _closing(page["items"])})
        assert changed.json() == {"data": {"update_ticket": None}}, "it has left the sight of whoever closed it"
        left = (await client.get("/api/records/ticket")).json()["items"]
    assert answer["tickets"]["count"] == 2
    assert {item["title"]: item["person"] for item in answer["tickets"]["items"]} == {"open": None, "open_dear": None}
    assert answer["persons"]["items"] == [{"name": "vip", "tickets": {"count": 0}}]
    assert [item["title"] for item in left] == ["open_dear"]
    await app.state.services.close()


def _closing(tickets: list[dict[str, Any]]) -> str:
    [id, version] = next((ticket["id"], ticket["version"]) for ticket in tickets if ticket["title"] == "open")
    return f'mutation {{ update_ticket(id: "{id}", version: {version}, data: {{status: "closed"}}) {{ id }} }}'


def test_conditions_are_told_apart_from_the_whole() -> None:
    reader = Reader(METADATA.with_changes({("role", key): role for key, role in ROLES.items()}), _caller("recent"))
    assert reader.conditional
    access = reader.access(METADATA.entity("ticket"))
    assert access.allowed
    assert not access.everything
    both = _caller("recent", "agent_all")
    assert compile_access(both, METADATA.entity("ticket"), dict(METADATA.roles), "read", METADATA.entities).everything


def _caller(*roles: str) -> Caller:
    return Caller(user_id=None, name="x", roles=frozenset(roles))
