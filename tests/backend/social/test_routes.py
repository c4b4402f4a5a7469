"""The routes of the social side over HTTP: who may ask, what is refused with which code, and the live stream itself."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from backend.api import build_app
from backend.auth import service as auth
from backend.db import Database
from backend.events.notify import Listener
from backend.identity import service as identity
from backend.live import routes as live_routes
from backend.settings import Settings
from backend.social import intake
from tests.backend.social.company import DEFECT_RULE, Company, found, person_of, post, rule

Client = Callable[[str | None], Awaitable[httpx.AsyncClient]]
SECRET = "test secret"


@pytest.fixture
async def company(database: Database) -> Company:
    company = await found(database, rule(DEFECT_RULE))
    async with database.transaction() as session:
        await intake.ensure_channels(session, SECRET)
    await company.post(post("洗衣机漏水", "赵六"))
    await company.process()
    return company


@pytest.fixture
async def app(company: Company) -> AsyncIterator[FastAPI]:
    app = build_app(Settings(secret=SECRET))
    listener = Listener(company.database.url)
    app.state.database, app.state.metadata = company.database, company.store
    app.state.settings = Settings(secret=SECRET)
    app.state.services = SimpleNamespace(actions=company.actions, listener=listener, rules=company.rules)
    running = asyncio.create_task(listener.run())
    yield app
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def token_for(company: Company, role: str | None) -> str:
    """An API key of somebody new who holds the role."""
    async with company.database.transaction() as session:
        roles = [role] if role else []
        user = await identity.create_user(
            session, email=f"{uuid4()}@weft.local", name="x", password_hash=None, roles=roles
        )
        _, token = await auth.create_key(session, name="test", user_id=user.id, roles=roles, tasks=True)
        return token


@pytest.fixture
async def client(app: FastAPI, company: Company) -> AsyncIterator[Client]:
    """Clients by role; None is nobody."""
    opened: list[httpx.AsyncClient] = []

    async def open_client(role: str | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {await token_for(company, role)}"} if role else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://test/api", headers=headers))
        return opened[-1]

    yield open_client
    for each in opened:
        await each.aclose()


PATHS = {
    "/social/posts": "social",
    "/channels": "operate",
    "/rules": "operate",
    "/rules/firings": "operate",
    "/outbox": "operate",
    "/messages": "operate",
    "/dashboard": "analytics",
    "/notifications": None,
}


@pytest.mark.parametrize(("path", "permission"), PATHS.items())
async def test_each_page_asks_for_its_permission(client: Client, path: str, permission: str | None) -> None:
    assert (await (await client(None)).get(path)).status_code == 401
    assert (await (await client("operations")).get(path)).status_code == 200
    without = await (await client("agent")).get(path)
    assert without.status_code == (403 if permission else 200)
    if permission:
        assert without.json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/social/posts?sentiment=angry", "invalid"),
        ("/social/posts?limit=0", "invalid"),
        ("/social/posts?after=!!", "cursor.invalid"),
        ("/social/posts?search=%00", "invalid"),
        ("/rules/firings?after=x", "invalid"),
        ("/rules/firings?status=maybe", "invalid"),
        ("/outbox?status=lost", "invalid"),
        ("/dashboard?days=0", "invalid"),
        ("/people/nobody/timeline", "invalid"),
        ("/people/{person}/timeline?after=zzz", "cursor.invalid"),
    ],
)
async def test_wrong_questions_are_refused_with_a_code(client: Client, company: Company, path: str, code: str) -> None:
    person = await person_of(company, "赵六")
    answer = await (await client("operations")).get(path.format(person=person))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


async def test_a_person_out_of_sight_is_not_found(client: Client, company: Company) -> None:
    person = await person_of(company, "赵六")
    for path in (f"/people/{person}/timeline", f"/people/{person}/identities", f"/people/{uuid4()}/timeline"):
        answer = await (await client("agent")).get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    operator = await client("operations")
    assert (await operator.get(f"/people/{person}/timeline")).json()["items"]
    (handle,) = (await operator.get(f"/people/{person}/identities")).json()["items"]
    assert (handle["channel"], handle["external_id"]) == ("weibo", "赵六")


async def test_rules_and_firings_tell_what_they_did(client: Client) -> None:
    operator = await client("operations")
    (listed,) = (await operator.get("/rules")).json()
    assert (listed["key"], listed["fired"], listed["problem"], listed["version"]) == ("product_defect", 1, None, 1)
    assert listed["text"].strip().startswith("rule product_defect")
    (firing,) = (await operator.get("/rules/firings?rule=product_defect&status=done")).json()["items"]
    assert firing["event"] == {"type": "social.post", "text": "洗衣机漏水"}
    assert (firing["person_name"], firing["label"]["zh"]) == ("赵六", "product_defect")
    assert (await operator.get("/rules/firings?rule=other")).json() == {"items": [], "next": None}


async def test_secrets_never_leave(client: Client) -> None:
    body = (await (await client("operations")).get("/channels")).text
    assert "secret" not in body
    assert {entry["key"] for entry in json.loads(body)["items"]} >= {"weibo", "wechat", "douyin"}


async def test_only_a_failed_effect_can_be_tried_again(client: Client, company: Company) -> None:
    id = uuid4()
    await company.run(
        "INSERT INTO weft.outbox (id, kind, key, payload, status) VALUES (:id, 'x', 'k', '{}', 'failed')", id=id
    )
    assert (await (await client("agent")).post(f"/outbox/{id}/retry")).status_code == 403
    operator = await client("operations")
    assert (await operator.post(f"/outbox/{id}/retry")).json() == {"id": str(id), "status": "pending"}
    assert (await operator.post(f"/outbox/{id}/retry")).status_code == 404


async def test_the_stream_tells_of_a_post_and_ends_with_the_key(
    app: FastAPI, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_routes, "HEARTBEAT_SECONDS", 0.5)
    token = await token_for(company, "operations")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.02)
        async with asyncio.timeout(20):
            told = await _listen(f"http://127.0.0.1:{port}/api/live", token, company)
    finally:
        server.should_exit = True
        await serving
    assert told["social"] == {"event_id", "person_id"}


async def _listen(url: str, token: str, company: Company) -> dict[str, Any]:
    """Read the stream until it ends, which it does once the key is revoked."""
    told: dict[str, Any] = {"lines": []}
    kind = ""
    async with (
        httpx.AsyncClient(timeout=20) as http,
        http.stream("GET", url, headers={"Authorization": f"Bearer {token}"}) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            told["lines"].append(line)
            if line == ": open":
                await company.post(post("又漏水了", "钱七"))
                await company.process()
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("data: "):
                told[kind] = set(json.loads(line.removeprefix("data: ")))
                if kind == "social":
                    await company.run("UPDATE weft.api_key SET revoked_at = now()")
    return told


async def test_nobody_opens_the_stream(client: Client) -> None:
    assert (await (await client(None)).get("/live")).status_code == 401
