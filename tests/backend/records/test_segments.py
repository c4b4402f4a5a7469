"""Segments: listed, counted and used as a filter, each within what the caller may see."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.access.caller import SYSTEM
from backend.auth import service as auth
from backend.errors import NotFound
from backend.identity.models import UserRole
from backend.main import create_app
from backend.records import segments, service
from backend.records.reading import Reader
from backend.settings import Settings
from engine.definitions import Segment
from tests.backend.records.conftest import METADATA, World, text

SEGMENTS = {
    "vip": Segment("vip", text("VIP", "贵宾"), "person", 'level in ["vip", "svip"]', text("The best", "最好的")),
    "has_secret": Segment("has_secret", text("Secret"), "person", "secret is not empty"),
    "mine": Segment("mine", text("Mine"), "ticket", "owner = me"),
    "of_vips": Segment("of_vips", text("Of VIPs"), "ticket", 'person.level = "vip"'),
    "of_secrets": Segment("of_secrets", text("Of secrets"), "ticket", "person.secret is not empty"),
}
METADATA_WITH_SEGMENTS = METADATA.with_changes({("segment", key): each for key, each in SEGMENTS.items()})
PEOPLE = {"a": "vip", "b": "svip", "c": "normal"}


@pytest.fixture
async def company(world: World) -> World:
    """Three people, one with a secret; a ticket for each, of which the agent owns those of `a` and `c`."""
    metadata = METADATA_WITH_SEGMENTS
    async with world.database.transaction() as session:
        for name, level in PEOPLE.items():
            data = {"name": name, "level": level, "secret": "s" if name == "a" else None}
            person = await service.create(session, metadata, SYSTEM, "person", data)
            owner = str(world.users["agent" if name in "ac" else "lead"])
            ticket = {"title": name, "person": person["id"], "owner": owner, "score": 1}
            await service.create(session, metadata, SYSTEM, "ticket", ticket)
    return dataclasses.replace(world, metadata=metadata)


async def test_each_is_counted_within_the_callers_rights(company: World) -> None:
    async with company.database.transaction() as session:
        everything = await segments.listing(session, Reader(company.metadata, SYSTEM))
        assert {each["key"]: each["count"] for each in everything} == {
            "vip": 2, "has_secret": 1, "mine": 0, "of_vips": 1, "of_secrets": 1,
        }  # fmt: skip
        agent = await segments.listing(session, Reader(company.metadata, company.caller("agent", "agent_own")))
        assert {each["key"]: each["count"] for each in agent} == {"vip": 2, "mine": 2, "of_vips": 1}
        assert await segments.listing(session, Reader(company.metadata, company.caller("other"))) == []
    vip = next(each for each in agent if each["key"] == "vip")
    assert vip == {
        "key": "vip",
        "label": {"zh": "贵宾", "en": "VIP"},
        "description": {"zh": "最好的", "en": "The best"},
        "entity": "person",
        "condition": {"zh": 'level 属于 ["vip", "svip"]', "en": 'level in ["vip", "svip"]'},
        "count": 2,
        "count_exact": True,
    }


async def test_what_hides_behind_a_reference_hides_the_rows_too(company: World) -> None:
    """Somebody who reads only their own people meets nobody behind the tickets of others."""
    caller = company.caller("lead", "agent_all")
    async with company.database.transaction() as session:
        found = await segments.listing(session, Reader(company.metadata, caller))
    assert {each["key"]: each["count"] for each in found}["of_vips"] == 0


async def test_a_list_shows_the_records_of_a_segment(company: World) -> None:
    caller = company.caller("agent", "agent_own")
    async with company.database.transaction() as session:
        page = await company.list(session, caller, "person", segment="vip", sort=("name",), count=True)
        assert [item["name"] for item in page["items"]] == ["a", "b"]
        assert page["count"] == 2
        both = await company.list(session, caller, "person", segment="vip", filter='level = "svip"')
        assert [item["name"] for item in both["items"]] == ["b"]


@pytest.mark.parametrize(
    ("entity", "segment", "suggestion"),
    [
        ("person", "has_secret", None),
        ("ticket", "of_secrets", None),
        ("ticket", "vip", "of_vips"),
        ("person", "vipp", "vip"),
    ],
)
async def test_a_segment_one_may_not_read_is_not_there(
    company: World, entity: str, segment: str, suggestion: str | None
) -> None:
    caller = company.caller("agent", "agent_own")
    async with company.database.transaction() as session:
        with pytest.raises(NotFound) as refused:
            await company.list(session, caller, entity, segment=segment)
        assert refused.value.path == "segment"
        assert refused.value.suggestion == suggestion


@pytest.fixture
async def agent(company: World, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(database_url=company.database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1")
    app = create_app(settings)
    app.state.metadata._swap(company.metadata)
    async with company.database.transaction() as session:
        session.add(UserRole(user_id=company.users["agent"], role="agent_own"))
        await session.flush()
        _, key = await auth.create_key(session, name="k", user_id=company.users["agent"], roles=["agent_own"])
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft", headers=headers) as client:
        yield client
    await app.state.services.close()


async def test_over_http(agent: httpx.AsyncClient) -> None:
    listed = await agent.get("/api/segments")
    assert [each["key"] for each in listed.json()] == ["vip", "mine", "of_vips"]
    one = await agent.get("/api/segments/vip")
    assert (one.json()["count"], one.json()["condition"]["en"]) == (2, 'level in ["vip", "svip"]')
    page = await agent.get("/api/records/person", params={"segment": "vip", "columns": "name"})
    assert {item["name"] for item in page.json()["items"]} == {"a", "b"}
    hidden = await agent.get("/api/segments/has_secret")
    assert (hidden.status_code, hidden.json()["error"]["code"]) == (404, "not_found")
    refused = await agent.get("/api/records/person", params={"segment": "has_secret"})
    assert (refused.status_code, refused.json()["error"]["path"]) == (404, "segment")
    nested = (
        '{ tickets(segment: "mine", order: ["title"]) { count items { title } } persons(segment: "vip") { count } }'
    )
    answer = (await agent.post("/graphql", json={"query": nested})).json()["data"]
    assert answer == {"tickets": {"count": 2, "items": [{"title": "a"}, {"title": "c"}]}, "persons": {"count": 2}}
