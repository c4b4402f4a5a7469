"""GraphQL asks the same permission compiler as REST: rows, fields, actions; and the schema shows only what may be seen."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from tests.backend.graphql.conftest import AGENT, Browser


async def fields_of(browser: Browser, type: str) -> set[str]:
    found = await browser.data("query ($name: String!) { __type(name: $name) { fields { name } } }", name=type)
    return {field["name"] for field in found["__type"]["fields"]} if found["__type"] else set()


async def test_hidden_fields_are_not_in_the_schema(admin: Browser, quality: Browser) -> None:
    assert {"compensation", "title"} <= await fields_of(admin, "Ticket")
    seen = await fields_of(quality, "Ticket")
    assert "title" in seen
    assert not {"compensation", "compensation_reason"} & seen
    assert not {"phone", "email", "birth_date"} & await fields_of(quality, "Person")


async def test_hidden_fields_cannot_be_asked_for_on_any_road(admin: Browser, quality: Browser) -> None:
    person = await admin.make("person", name="李雷", phone="13800000000")
    ticket = await admin.make("ticket", title="漏水", person=person, compensation="100")
    assert await quality.code("{ tickets { items { compensation { amount } } } }") == "graphql.invalid"
    assert await quality.code("{ tickets { items { person { phone } } } }") == "graphql.invalid"
    assert await quality.code('{ tickets(filter: "compensation > 1 CNY") { count } }') == "filter.invalid"
    assert await quality.code('{ tickets(filter: "person.phone is not empty") { count } }') == "filter.invalid"
    assert await quality.code('{ tickets(order: ["compensation"]) { items { id } } }') == "sort.invalid"
    assert await quality.code('{ persons(order: ["phone"]) { items { id } } }') == "sort.invalid"
    assert (await quality.data('{ persons(search: "1380") { count } }')) == {"persons": {"count": 0}}
    rest = (await quality.client.get(f"/api/records/ticket/{ticket}")).json()
    assert "compensation" not in rest


async def test_read_only_fields_are_not_in_the_input(quality: Browser) -> None:
    query = '{ __type(name: "UpdateTicket") { inputFields { name } } }'
    names = {field["name"] for field in (await quality.data(query))["__type"]["inputFields"]}
    assert "quality_finding" in names
    assert not {"title", "status", "compensation"} & names


async def test_row_scope_holds_for_lists_counts_and_behind_references(admin: Browser, agent: Browser) -> None:
    """An agent reads only their own opportunities."""
    me = (await agent.data("{ me { id } }"))["me"]["id"]
    account = await admin.make("account", name="示例公司")
    mine = await admin.make("opportunity", name="我的", account=account, owner=me)
    other = await admin.make("opportunity", name="别人的", account=account)
    found = await agent.data(
        "{ opportunities { items { id } count } accounts { items { opportunities { items { id } count } } } }"
    )
    assert found["opportunities"] == {"items": [{"id": mine}], "count": 1}
    assert found["accounts"]["items"][0]["opportunities"] == {"items": [{"id": mine}], "count": 1}
    assert await agent.data("query ($id: ID!) { opportunity(id: $id) { id } }", id=other) == {"opportunity": None}
    assert (await admin.data("{ opportunities { count } }"))["opportunities"]["count"] == 2


async def test_actions_that_are_not_granted_are_not_there(admin: Browser, quality: Browser) -> None:
    person = await admin.make("person", name="李雷")
    query = "mutation ($id: ID!) { delete_person(id: $id) }"
    assert await quality.code(query, id=person) == "graphql.invalid"
    assert (await admin.data("{ persons { count } }"))["persons"]["count"] == 1
    assert await fields_of(quality, "Opportunity") == set()


async def test_a_write_outside_the_scope_is_refused(admin: Browser, agent: Browser) -> None:
    """An agent changes follow-ups of the own department only."""
    theirs = await admin.make("follow_up", subject="管理员的跟进")
    code = await agent.code("mutation ($id: ID!) { delete_follow_up(id: $id) }", id=theirs)
    assert code in {"not_found", "forbidden"}


async def test_nobody_and_forged_requests_are_refused(app: FastAPI, agent: Browser) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://weft") as stranger:
        answer = await stranger.post("/graphql", json={"query": "{ __typename }"})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthenticated"
    del agent.client.headers["X-CSRF-Token"]
    answer = await agent.client.post("/graphql", json={"query": "{ __typename }"})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "auth.csrf"


async def test_an_api_key_sees_what_its_roles_see(app: FastAPI, admin: Browser) -> None:
    users = (await admin.client.get("/api/users")).json()
    people = users["items"] if isinstance(users, dict) else users
    user = next(user["id"] for user in people if user["email"] == AGENT)
    made = await admin.client.post("/api/api-keys", json={"name": "erp", "user_id": user, "roles": ["cs_agent"]})
    assert made.status_code in {200, 201}, made.text
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://weft", headers=headers) as program:
        answer = (await program.post("/graphql", json={"query": "{ me { email } tickets { count } }"})).json()
    assert answer == {"data": {"me": {"email": AGENT}, "tickets": {"count": 0}}}
