"""Broken flows, one for each mistake, published as a builder would: each is refused, told at its node, and nothing of it is there afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.access.caller import Caller
from backend.auth.dependencies import get_caller
from backend.db import Database, uuid7
from backend.identity import service as identity
from backend.main import create_app
from backend.settings import Settings
from tests.engine.flow.broken import AROUND, GOOD, SHORT, Broken, cases, merged, written


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(database_url=database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    app.dependency_overrides[get_caller] = lambda: Caller(uuid7(), "admin", is_admin=True)
    await app.state.services.metadata.load()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft/api") as client:
        yield client
    await app.state.services.close()


async def save(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    answer = await client.put(f"/definitions/{document['kind']}/{document['key']}", json={"content": document})
    assert answer.status_code == 200, answer.text


async def refused(client: httpx.AsyncClient, case: Broken) -> list[dict[str, Any]]:
    """The problems that publishing the broken flow is refused with."""
    await save(client, case.document)
    answer = await client.post("/publish", json={})
    assert answer.status_code == 422, f"{case.file}: {case.name} was published"
    problems: list[dict[str, Any]] = answer.json()["error"]["problems"]
    return problems


async def test_each_broken_flow_is_refused_at_publish(client: httpx.AsyncClient) -> None:
    for document in (*AROUND, GOOD):
        await save(client, document)
    published = await client.post("/publish", json={})
    assert published.status_code == 200, published.text
    assert published.json()["published"]
    first_of_each = {case.code: case for case in reversed(cases()) if case.severity == "error"}
    for case in first_of_each.values():
        problems = await refused(client, case)
        problem = next(p for p in problems if (p["code"], p["node"], p["severity"]) == (case.code, case.node, "error"))
        told = {language: (problem["message"][language], problem["mending"][language]) for language in ("zh", "en")}
        assert told["zh"][0] + "。" + told["zh"][1] + "。" == case.told["zh"]
        assert ". ".join(told["en"]) + "." == case.told["en"]
    kept = await client.get("/definitions/flow/purchase")
    assert len(kept.json()["content"]["nodes"]) == len(GOOD["nodes"])
    assert kept.json()["version"] == 1


async def test_people_who_are_not_there_or_are_disabled_are_told_of(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        here = await identity.create_user(session, email="here@example.com", name="Here", password_hash=None)
        gone = await identity.create_user(session, email="gone@example.com", name="Gone", password_hash=None)
        await identity.update_user(session, gone.id, {"active": False})
    people = ["Here@example.com", str(here.id), "gone@example.com", str(gone.id), "never@example.com"]
    change = {"nodes": {"look": {"assignment": {"candidates": [{"user": each} for each in people]}}}}
    for document in AROUND:
        await save(client, document)
    answer = await client.put("/definitions/flow/purchase", json={"content": written(merged(SHORT, change))})
    told = [each for each in answer.json()["problems"] if each["code"] == "flow.unknown_user"]
    assert [each["path"].rpartition("/candidates/")[2] for each in told] == ["2/user", "3/user", "4/user"]
    assert {each["severity"] for each in told} == {"warning"}
