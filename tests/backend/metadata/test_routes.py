"""Metadata over HTTP: who sees what, drafts, plans, refusals by code."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.access.caller import Caller
from backend.auth.dependencies import get_caller
from backend.db import Database, uuid7
from backend.identity.models import User
from backend.main import create_app
from backend.settings import Settings
from tests.backend.metadata.documents import entity, field, form, label, view

ADMIN = Caller(uuid7(), "admin", is_admin=True)
CLERK = Caller(uuid7(), "clerk", roles=frozenset({"clerk"}))
NOBODY = Caller(uuid7(), "nobody")
ROLE = {
    "kind": "role",
    "key": "clerk",
    "label": label("clerk"),
    "grants": [{"entity": "order", "actions": ["read"], "scope": "all", "fields": {"amount": "hidden"}}],
}


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> AsyncIterator[FastAPI]:
    app = create_app(Settings(database_url=database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    app.dependency_overrides[get_caller] = lambda: ADMIN
    await app.state.services.metadata.load()
    yield app
    await app.state.services.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft/api") as client:
        yield client


async def put(client: httpx.AsyncClient, document: dict[str, Any], **members: Any) -> httpx.Response:
    body = {"content": document, **members}
    return await client.put(f"/definitions/{document['kind']}/{document['key']}", json=body)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]["zh"]
    assert error["message"]["en"]
    return answer.status_code, error["code"]


async def publish_order(client: httpx.AsyncClient) -> None:
    conditional = {"items": [{"field": "name"}, {"field": "amount", "visible_when": 'name = "x"'}]}
    for document in (entity(), entity("secret"), view(), form(sections=[conditional]), ROLE):
        assert (await put(client, document)).json()["problems"] == []
    answer = await client.post("/publish", json={})
    assert answer.json()["published"], answer.text


async def test_a_draft_is_saved_with_its_problems(client: httpx.AsyncClient) -> None:
    answer = await put(client, entity(title="nmae"))
    body = answer.json()
    assert (answer.status_code, body["version"], body["content"]) == (200, 0, None)
    assert [(p["path"], p["suggestion"]) for p in body["problems"]] == [("/title", "name")]
    listed = (await client.get("/definitions")).json()
    assert [(each["kind"], each["key"], each["draft"]) for each in listed] == [("entity", "order", True)]


async def test_a_draft_sees_the_drafts_it_builds_on(client: httpx.AsyncClient) -> None:
    await put(client, entity())
    assert (await put(client, view())).json()["problems"] == []


async def test_a_plan_then_a_publish(client: httpx.AsyncClient) -> None:
    await put(client, entity())
    plan = (await client.post("/publish", json={"dry_run": True})).json()
    assert (plan["published"], plan["version"]) == (False, 0)
    assert plan["changes"][0]["summary"] == {"zh": "新建实体“order”", "en": "New entity “order”"}
    done = (await client.post("/publish", json={"keys": [{"kind": "entity", "key": "order"}]})).json()
    assert (done["published"], done["version"]) == (True, 1)
    found = (await client.get("/definitions/entity/order")).json()
    assert (found["version"], found["draft"], [v["version"] for v in found["versions"]]) == (1, None, [1])
    assert (await client.get("/definitions/entity/order/versions/1")).json()["content"] == entity()
    items = (await client.get("/publications")).json()["items"]
    assert [change["key"] for change in items[0]["changes"]] == ["order"]


async def test_metadata_shows_what_the_caller_may_read(app: FastAPI, client: httpx.AsyncClient) -> None:
    await publish_order(client)
    whole = (await client.get("/metadata")).json()
    assert set(whole["entities"]) == {"order", "secret"}
    items = whole["forms"]["order_form"]["sections"][0]["items"]
    assert items[1]["visible_when_tree"]["op"]

    app.dependency_overrides[get_caller] = lambda: CLERK
    part = (await client.get("/metadata")).json()
    assert [f["key"] for f in part["entities"]["order"]["fields"]] == ["name"]
    assert part["views"]["order_all"]["columns"] == ["name"]
    assert [item["field"] for item in part["forms"]["order_form"]["sections"][0]["items"]] == ["name"]
    assert set(part["entities"]) == {"order"}

    app.dependency_overrides[get_caller] = lambda: NOBODY
    none = (await client.get("/metadata")).json()
    assert (none["entities"], none["views"], none["forms"], none["flows"]) == ({}, {}, {}, {})


async def test_expressions_that_name_a_hidden_field_are_not_shown(app: FastAPI, client: httpx.AsyncClient) -> None:
    name = {"field": "name", "visible_when": "amount > 5 CNY", "required_when": 'name = "x"'}
    checks = [{"expression": f"{field} is not empty", "message": label("m")} for field in ("name", "amount")]
    for document in (
        entity(unique=[{"fields": ["name"]}, {"fields": ["name", "amount"]}]),
        form(sections=[{"items": [name]}], checks=checks),
        view(sort=["-amount", "name"]),
        view("order_large", filter="amount > 5 CNY"),
        view("order_named", filter='name = "x"'),
        ROLE,
    ):
        assert (await put(client, document)).json()["problems"] == []
    assert (await client.post("/publish", json={})).json()["published"]
    whole = (await client.get("/metadata")).json()
    assert whole["forms"]["order_form"]["sections"][0]["items"][0]["visible_when_tree"]
    assert (len(whole["forms"]["order_form"]["checks"]), len(whole["views"])) == (2, 3)

    app.dependency_overrides[get_caller] = lambda: CLERK
    answer = await client.get("/metadata")
    part = answer.json()
    (item,) = part["forms"]["order_form"]["sections"][0]["items"]
    assert {"visible_when", "visible_when_tree"}.isdisjoint(item)
    assert item["required_when_tree"]
    assert [each["expression"] for each in part["forms"]["order_form"]["checks"]] == ["name is not empty"]
    assert set(part["views"]) == {"order_all", "order_named"}
    assert part["views"]["order_all"]["sort"] == ["name"]
    assert part["entities"]["order"]["unique"] == [{"fields": ["name"]}]
    assert "amount" not in answer.text


async def test_whom_e_mails_name(app: FastAPI, client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        for email, name, active in (("li.na@weft.local", "李娜", True), ("gone@weft.local", "周燕", False)):
            session.add(User(id=uuid7(), email=email, name=name, active=active))
    app.dependency_overrides[get_caller] = lambda: NOBODY
    asked = {"emails": "Li.Na@weft.local,gone@weft.local,nobody@weft.local,"}
    found = (await client.get("/metadata/people", params=asked)).json()["items"]
    assert [(each["email"], each["name"]) for each in found] == [
        ("gone@weft.local", "周燕"),
        ("Li.Na@weft.local", "李娜"),
    ]


async def test_metadata_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    await publish_order(client)
    first = await client.get("/metadata")
    again = await client.get("/metadata", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await put(client, entity(fields=[field("name"), field("city")], key="place"))
    await client.post("/publish", json={})
    changed = await client.get("/metadata", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_a_removal_is_drafted_and_published(client: httpx.AsyncClient) -> None:
    await publish_order(client)
    assert (await client.delete("/definitions/view/order_all")).json()["removed"]
    plan = (await client.post("/publish", json={})).json()
    assert [(c["action"], c["key"]) for c in plan["changes"]] == [("remove", "order_all")]
    assert refusal(await client.delete("/definitions/view/order_all")) == (404, "not_found")


async def test_a_draft_can_be_discarded(client: httpx.AsyncClient) -> None:
    await put(client, entity())
    assert (await client.delete("/definitions/entity/order/draft")).status_code == 204
    assert refusal(await client.delete("/definitions/entity/order/draft")) == (404, "not_found")
    assert refusal(await client.get("/definitions/entity/order")) == (404, "not_found")


async def test_refusals(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert refusal(await client.get("/definitions/entitty/order")) == (404, "not_found")
    assert refusal(await client.get("/definitions/entity/order/versions/99999999999999999999")) == (404, "not_found")
    wrong_key = await client.put("/definitions/entity/order", json={"content": entity("other")})
    assert refusal(wrong_key) == (422, "definition.key_mismatch")
    assert refusal(await client.put("/definitions/entity/order", json={"content": []})) == (422, "invalid")
    assert refusal(await client.put("/definitions/entity/order", json={"content": {}, "x": 1})) == (422, "invalid")
    assert refusal(await client.post("/publish", json={})) == (422, "publish.nothing")
    await put(client, entity(title="nmae"))
    assert refusal(await client.post("/publish", json={})) == (422, "publish.invalid")
    assert refusal(await put(client, entity(), base_version=3)) == (409, "definition.draft_outdated")

    app.dependency_overrides[get_caller] = lambda: CLERK
    for answer in (
        await client.get("/definitions"),
        await client.get("/definitions/entity/order"),
        await put(client, entity()),
        await client.post("/publish", json={}),
        await client.get("/publications"),
        await client.delete("/definitions/entity/order/draft"),
    ):
        assert refusal(answer) == (403, "forbidden")

    app.dependency_overrides.clear()
    assert refusal(await client.get("/metadata")) == (401, "unauthenticated")


@pytest.mark.parametrize("text", ["a\u0000b", "\\\u0000", "\ud800"])
async def test_texts_that_no_database_takes_are_refused(client: httpx.AsyncClient, text: str) -> None:
    document = entity(description={"zh": "x", "en": "y"})
    document["description"]["zh"] = text
    answer = await client.put(
        "/definitions/entity/order",
        content=json.dumps({"content": document}),
        headers={"content-type": "application/json"},
    )
    assert refusal(answer) == (422, "definition.not_storable")


async def test_a_key_that_can_be_none_is_refused(client: httpx.AsyncClient) -> None:
    assert refusal(await client.get("/definitions/entity/%00")) == (422, "invalid")
