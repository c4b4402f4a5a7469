"""Who holds the permission `administer` manages people, but does not become or take over an administrator."""

from __future__ import annotations

from typing import Any

from tests.backend.graphql.conftest import ADMIN, AGENT, Browser


async def person(browser: Browser, email: str) -> dict[str, Any]:
    people = (await browser.client.get("/api/users")).json()["items"]
    return next(user for user in people if user["email"] == email)


async def test_the_permission_alone_makes_no_administrator(integrator: Browser) -> None:
    me = await person(integrator, "liu.yang@weft.local")
    change = await integrator.client.patch(f"/api/users/{me['id']}", json={"is_admin": True})
    new = {"email": "new@weft.local", "name": "新人", "password": "long enough to keep"}
    made = await integrator.client.post("/api/users", json={**new, "is_admin": True})
    assert [answer.json()["error"]["code"] for answer in (change, made)] == ["forbidden", "forbidden"]
    assert not (await person(integrator, "liu.yang@weft.local"))["is_admin"]
    assert (await integrator.client.post("/api/users", json=new)).status_code == 201


async def test_an_administrator_is_out_of_its_reach(integrator: Browser, admin: Browser) -> None:
    boss = (await person(integrator, ADMIN))["id"]
    refused = [
        await integrator.client.patch(f"/api/users/{boss}", json={"active": False}),
        await integrator.client.post(f"/api/users/{boss}/password", json={"password": "mine from now on"}),
        await integrator.client.post("/api/api-keys", json={"name": "k", "roles": ["operations"], "user_id": boss}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 3
    agent = (await person(integrator, AGENT))["id"]
    assert (await integrator.client.patch(f"/api/users/{agent}", json={"position": "组长"})).status_code == 200
    assert (await admin.client.patch(f"/api/users/{agent}", json={"is_admin": True})).status_code == 200
