"""Records over HTTP: shapes, statuses and codes, and that nothing a stranger sends is a server error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.auth import service as auth
from backend.identity.models import UserRole
from backend.main import create_app
from backend.settings import Settings
from tests.backend.records.conftest import World

TICKETS = "/api/records/ticket"


@pytest.fixture
async def clients(world: World, tmp_path: Path) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client with an API key for each of some roles, and one without any key."""
    app = create_app(Settings(database_url=world.database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    app.state.metadata._swap(world.metadata)
    keys: dict[str, str] = {}
    roles = {"agent": "agent_own", "lead": "agent_tree", "other": "agent_all"}
    async with world.database.transaction() as session:
        for name, role in roles.items():
            session.add(UserRole(user_id=world.users[name], role=role))
            await session.flush()
            _, keys[name] = await auth.create_key(session, name=name, user_id=world.users[name], roles=[role])
    transport = httpx.ASGITransport(app)
    made = {
        name: httpx.AsyncClient(
            transport=transport, base_url="http://weft", headers={"Authorization": f"Bearer {token}"} if token else {}
        )
        for name, token in {**keys, "nobody": ""}.items()
    }
    yield made
    for client in made.values():
        await client.aclose()
    await app.state.services.close()


def _error(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert {"code", "message", "path", "suggestion", "params"} <= set(error)
    assert error["message"]["zh"]
    assert error["message"]["en"]
    return answer.status_code, error["code"]


async def test_a_record_from_beginning_to_end(clients: dict[str, httpx.AsyncClient]) -> None:
    agent = clients["agent"]
    made = await agent.post(TICKETS, json={"title": "漏水", "compensation": {"amount": "12.3", "currency": "CNY"}})
    assert made.status_code == 201
    record = made.json()
    assert record["compensation"] == {"amount": "12.30", "currency": "CNY"}
    at = f"{TICKETS}/{record['id']}"
    assert (await agent.get(at)).json() == record
    changed = await agent.patch(at, json={"version": 1, "data": {"status": "open"}})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert _error(await agent.patch(at, json={"version": 1, "data": {"title": "x"}})) == (409, "record.version")
    history = (await agent.get(f"{at}/history")).json()["items"]
    assert [entry["type"] for entry in history] == ["ticket.updated", "ticket.created"]
    page = (await agent.get(f"{at}/history?limit=1")).json()
    assert (page["items"], page["next"]) == (history[:1], str(history[0]["id"]))
    rest = (await agent.get(f"{at}/history?limit=1&after={page['next']}")).json()
    assert (rest["items"], rest["next"]) == (history[1:], None)
    listed = (await agent.get(TICKETS, params={"filter": 'status = "open"', "count": "true"})).json()
    assert (listed["count"], listed["count_exact"], listed["next"]) == (1, True, None)
    assert listed["items"][0]["title"] == "漏水"
    assert _error(await agent.delete(at)) == (403, "forbidden")
    assert _error(await clients["nobody"].get(at)) == (401, "unauthenticated")
    assert "compensation" not in (await clients["lead"].get(at)).json()


async def test_a_change_names_the_version_it_was_made_to(clients: dict[str, httpx.AsyncClient]) -> None:
    agent = clients["agent"]
    record = (await agent.post(TICKETS, json={"title": "漏水"})).json()
    at = f"{TICKETS}/{record['id']}"
    for body in ({"data": {"title": "x"}}, {"version": None, "data": {"title": "x"}}):
        refused = await agent.patch(at, json=body)
        assert _error(refused) == (422, "record.version_required")
        assert refused.json()["error"]["suggestion"] == f"GET {at}"
    assert (await agent.get(at)).json() == record


async def test_a_delete_may_name_a_version_and_is_then_held_to_it(
    clients: dict[str, httpx.AsyncClient], world: World
) -> None:
    made = await clients["agent"].post(TICKETS, json={"title": "t", "department": str(world.departments["night"])})
    at, lead = f"{TICKETS}/{made.json()['id']}", clients["lead"]
    assert (await clients["agent"].patch(at, json={"version": 1, "data": {"title": "x"}})).status_code == 200
    assert _error(await lead.delete(f"{at}?version=1")) == (409, "record.version")
    assert (await lead.get(at)).status_code == 200
    assert (await lead.delete(f"{at}?version=2")).status_code == 204


async def test_trash_over_http(clients: dict[str, httpx.AsyncClient], world: World) -> None:
    made = await clients["agent"].post(TICKETS, json={"title": "t", "department": str(world.departments["night"])})
    at = f"{TICKETS}/{made.json()['id']}"
    lead = clients["lead"]
    assert _error(await lead.post(f"{at}/restore")) == (409, "record.not_in_trash")
    assert (await lead.delete(at)).status_code == 204
    assert _error(await lead.get(at)) == (404, "not_found")
    assert len((await lead.get(TICKETS, params={"trash": "true"})).json()["items"]) == 1
    assert (await lead.post(f"{at}/restore")).status_code == 200
    assert (await lead.get(at)).status_code == 200


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"filter": "nothing = 1"}, "filter.invalid"),
        ({"filter": "\ud800"}, "filter.invalid"),
        ({"sort": "nothing"}, "sort.invalid"),
        ({"columns": "nothing"}, "columns.invalid"),
        ({"after": "x"}, "cursor.invalid"),
        ({"search": "\x00"}, "search.invalid"),
        ({"limit": "0"}, "invalid"),
        ({"limit": "501"}, "invalid"),
        ({"count": "maybe"}, "invalid"),
    ],
)
async def test_a_list_refuses_with_a_code(
    clients: dict[str, httpx.AsyncClient], params: dict[str, str], code: str
) -> None:
    query = "&".join(f"{key}={_escaped(value)}" for key, value in params.items())
    assert _error(await clients["agent"].get(f"{TICKETS}?{query}")) == (422, code)


def _escaped(value: str) -> str:
    return "".join(f"%{byte:02x}" for byte in value.encode(errors="surrogatepass"))


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "{",
        '{"title": "\\u0000"}',
        '{"title": "\\ud800"}',
        '{"\\ud800": 1}',
        '{"": 1}',
        '{"title": "t", "score": NaN}',
        '{"title": "t", "score": 1e999}',
        '{"title": "t", "status": "\\udfff"}',
        '{"title": "t", "person": {"id": []}}',
        '{"title": "t", "version": 5}',
        '{"title": "t", "id": "x"}',
        '{"title": "t", "deleted_at": null}',
        '{"title": {"zh": "x"}}',
        '{"title": "t", "score": ' + "9" * 5000 + "}",
        '{"title": ' + "[" * 50_000 + "]" * 50_000 + "}",
    ],
    ids=range(17),
)
async def test_nonsense_is_refused(clients: dict[str, httpx.AsyncClient], body: str) -> None:
    headers = {"Content-Type": "application/json"}
    made = await clients["agent"].post(TICKETS, content=body.encode(), headers=headers)
    assert made.status_code in (400, 422), made.text
    assert _error(made)[1] in ("invalid", "record.invalid")
    changed = await clients["agent"].patch(f"{TICKETS}/{uuid4()}", content=body.encode(), headers=headers)
    assert changed.status_code in (400, 404, 422)


async def test_refused_values_name_their_fields(clients: dict[str, httpx.AsyncClient]) -> None:
    answer = await clients["agent"].post(TICKETS, json={"score": "x", "titel": "y"})
    assert _error(answer) == (422, "record.invalid")
    problems = {problem["field"]: problem for problem in answer.json()["error"]["problems"]}
    assert {key: problem["code"] for key, problem in problems.items()} == {
        "score": "field.type",
        "titel": "field.unknown",
        "title": "field.required",
    }
    assert problems["titel"]["suggestion"] == "title"


async def test_unknown_entities_and_ids(clients: dict[str, httpx.AsyncClient]) -> None:
    agent = clients["agent"]
    assert _error(await agent.get("/api/records/nothing")) == (404, "not_found")
    assert _error(await agent.get("/api/records/everything")) == (403, "forbidden")
    assert _error(await agent.get(f"{TICKETS}/{uuid4()}")) == (404, "not_found")
    assert _error(await agent.get(f"{TICKETS}/not-an-id")) == (422, "invalid")
    assert _error(await agent.get(f"{TICKETS}/{uuid4()}/history")) == (404, "not_found")
    assert _error(await agent.patch(f"{TICKETS}/{uuid4()}", json={"version": 2**40, "data": {}})) == (422, "invalid")


@pytest.mark.parametrize(
    ("body", "ok"),
    [
        ({"text": 'status = "open" 且 score > 1', "entity": "ticket"}, True),
        ({"text": "score +", "entity": "ticket"}, False),
        ({"text": 'person.secret = "x"', "entity": "ticket"}, False),
    ],
)
async def test_an_expression_is_checked(clients: dict[str, httpx.AsyncClient], body: dict[str, Any], ok: bool) -> None:
    answer = await clients["agent"].post("/api/language/check", json=body)
    assert answer.status_code == 200, answer.text
    checked = answer.json()
    assert checked["ok"] is ok
    assert bool(checked["problems"]) is not ok
    assert (checked["json"] is not None) is ok


async def test_an_expression_needs_something_to_be_about(clients: dict[str, httpx.AsyncClient]) -> None:
    agent = clients["agent"]
    assert _error(await agent.post("/api/language/check", json={"text": "1"})) == (422, "invalid")
    half_a_pair = b'{"text": "score > \\ud800", "entity": "ticket"}'
    headers = {"Content-Type": "application/json"}
    refused = await agent.post("/api/language/check", content=half_a_pair, headers=headers)
    assert _error(refused) == (422, "invalid")
    body = {"text": "1", "entity": "ticket", "form": "x"}
    assert _error(await agent.post("/api/language/check", json=body)) == (422, "invalid")
    assert _error(await agent.post("/api/language/check", json={"text": "1", "form": "x"})) == (404, "not_found")
    assert _error(await agent.post("/api/language/check", json={"text": "1", "entity": "everything"}))[0] == 403
