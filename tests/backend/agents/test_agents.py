"""Standing agents over HTTP: giving, taking back, who may, and what becomes of tasks that are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from backend.agents.open_work import dismiss_ended
from tests.backend.agents.approval import approval, parts, signing, task_of
from tests.backend.flows.company import ADMIN, AGENT, LEAD, OTHER_AGENT, QUALITY, Company
from tests.backend.tasks.conftest import SignIn

DAY = timedelta(days=1)


def moment(days: float) -> str:
    return (datetime.now(UTC) + days * DAY).isoformat()


async def id_of(company: Company, email: str) -> str:
    return str((await company.caller(email)).user_id)


async def give(http: httpx.AsyncClient, agent: str, **members: Any) -> dict[str, Any]:
    answer = await http.post("/agents", json={"agent_id": agent, **members})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def refused(http: httpx.AsyncClient, **body: Any) -> str:
    answer = await http.post("/agents", json=body)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["error"]["code"])


async def test_an_agent_is_given_seen_by_both_told_and_taken_back(company: Company, sign_in: SignIn) -> None:
    wang, li = await sign_in(AGENT), await sign_in(LEAD)
    made = await give(wang, await id_of(company, LEAD), ends_at=moment(7), flows=["urgent_complaint"])
    assert (made["principal"]["name"], made["agent"]["name"], made["status"], made["mine"]) == (
        "王伟",
        "李娜",
        "active",
        True,
    )
    (given,) = (await wang.get("/agents")).json()["given"]
    (received,) = (await li.get("/agents")).json()["received"]
    assert given["id"] == received["id"] == made["id"]
    assert not received["mine"]
    (notice,) = (await li.get("/notifications")).json()["items"]
    assert "王伟" in notice["text"]["zh"]
    assert (await li.delete(f"/agents/{made['id']}")).json()["error"]["code"] == "forbidden"
    assert (await wang.delete(f"/agents/{made['id']}")).status_code == 204
    assert (await wang.delete(f"/agents/{made['id']}")).status_code == 204
    (given,) = (await wang.get("/agents")).json()["given"]
    assert given["status"] == "revoked"
    told = text("SELECT array_agg(type ORDER BY id) FROM weft.event WHERE type LIKE 'agent.%'")
    assert await company.scalar(told) == ["agent.appointed", "agent.revoked"]


async def test_what_may_not_be_given(company: Company, sign_in: SignIn) -> None:
    wang, li = await sign_in(AGENT), await sign_in(LEAD)
    me, lead = await id_of(company, AGENT), await id_of(company, LEAD)
    assert await refused(wang, agent_id=me) == "agent.own"
    assert await refused(wang, agent_id=lead, ends_at=moment(-1)) == "agent.window"
    assert await refused(wang, agent_id=lead, starts_at=moment(2), ends_at=moment(1)) == "agent.window"
    assert await refused(wang, agent_id=lead, starts_at=moment(2), open_tasks=True) == "agent.not_begun"
    assert await refused(wang, agent_id=lead, flows=["nothing"]) == "not_found"
    assert await refused(wang, agent_id=lead, flows=[]) == "invalid"
    assert await refused(wang, agent_id=lead, principal_id=await id_of(company, QUALITY)) == "forbidden"
    await give(wang, lead, ends_at=moment(7))
    assert await refused(wang, agent_id=lead, starts_at=moment(5)) == "agent.already"
    assert await refused(li, agent_id=me) == "agent.cycle"
    await give(li, me, starts_at=moment(8))
    statement = text('UPDATE weft."user" SET active = false WHERE email = :email RETURNING 1')
    assert await company.scalar(statement, email=QUALITY)
    assert await refused(wang, agent_id=await id_of(company, QUALITY)) == "agent.inactive"


async def test_a_fourth_in_a_row_is_too_many(company: Company, sign_in: SignIn) -> None:
    admin = await sign_in(ADMIN)
    people = [await id_of(company, email) for email in (AGENT, OTHER_AGENT, LEAD, QUALITY)]
    for principal, agent in pairwise(people):
        await give(admin, agent, principal_id=principal)
    assert await refused(admin, agent_id=people[0], principal_id=await id_of(company, ADMIN)) == "agent.chain_too_long"


async def test_only_administrators_look_after_other_peoples_agents(company: Company, sign_in: SignIn) -> None:
    wang, admin, zhang = await sign_in(AGENT), await sign_in(ADMIN), await sign_in(OTHER_AGENT)
    made = await give(admin, await id_of(company, LEAD), principal_id=await id_of(company, AGENT))
    (given,) = (await wang.get("/agents")).json()["given"]
    assert given["created_by"]["name"] == "管理员"
    whose = {"user": await id_of(company, AGENT)}
    assert (await admin.get("/agents", params=whose)).json()["given"][0]["id"] == made["id"]
    assert (await zhang.get("/agents", params=whose)).json()["error"]["code"] == "forbidden"
    assert (await zhang.delete(f"/agents/{made['id']}")).json()["error"]["code"] == "not_found"
    assert (await wang.delete(f"/agents/{made['id']}")).status_code == 204


async def test_open_tasks_stay_until_they_are_asked_for_and_go_back_when_it_is_over(
    company: Company, sign_in: SignIn
) -> None:
    wang, li = await sign_in(AGENT), await sign_in(LEAD)
    _, task = await signing(company, AGENT, QUALITY)
    made = await give(wang, await id_of(company, LEAD), mode="agent_only")
    assert await parts(company, task) == [("assignee", AGENT, "open"), ("assignee", QUALITY, "open")]
    applied = (await wang.post(f"/agents/{made['id']}/apply")).json()["applied"]
    assert applied == {"done": 1, "failed": 0}
    assert await parts(company, task) == [
        ("assignee", AGENT, "waiting"),
        ("assignee", QUALITY, "open"),
        ("agent", LEAD, "open"),
    ]
    assert [item["id"] for item in (await li.get("/tasks")).json()["items"]] == [task]
    assert (await wang.post(f"/agents/{made['id']}/apply")).json()["applied"] == {"done": 0, "failed": 0}
    await wang.delete(f"/agents/{made['id']}")
    assert await parts(company, task) == [
        ("assignee", AGENT, "open"),
        ("assignee", QUALITY, "open"),
        ("agent", LEAD, "removed"),
    ]
    assert (await wang.post(f"/agents/{made['id']}/apply")).json()["error"]["code"] == "agent.not_begun"


async def test_when_the_window_is_over_the_tasks_go_back_by_themselves(company: Company, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    instance, task = await signing(company, AGENT)
    made = await give(wang, await id_of(company, LEAD), mode="agent_only", ends_at=moment(1), open_tasks=True)
    assert made["applied"] == {"done": 1, "failed": 0}
    assert await dismiss_ended(company.services.database, company.host) == {"done": 0, "failed": 0}
    over = text("UPDATE weft.standing_agent SET ends_at = now() - interval '1 second' RETURNING 1")
    assert await company.scalar(over)
    assert await dismiss_ended(company.services.database, company.host) == {"done": 1, "failed": 0}
    assert await parts(company, task) == [("assignee", AGENT, "open"), ("agent", LEAD, "removed")]
    await company.decide(AGENT, instance, "sign", "agree")


async def test_what_was_held_when_the_time_was_over_goes_back_when_it_goes_on(
    company: Company, sign_in: SignIn
) -> None:
    wang, admin = await sign_in(AGENT), await sign_in(ADMIN)
    instance, task = await signing(company, AGENT)
    made = await give(wang, await id_of(company, LEAD), mode="agent_only")
    for what, given in (("suspend", {"done": 0, "failed": 1}), ("resume", {"done": 1, "failed": 0})):
        held = await admin.post(f"/instances/{instance}/{what}", json={"command_id": f"{what}-appoint"})
        assert held.status_code == 200, held.text
        assert (await wang.post(f"/agents/{made['id']}/apply")).json()["applied"] == given, what
    await admin.post(f"/instances/{instance}/suspend", json={"command_id": "suspend-dismiss"})
    assert (await wang.delete(f"/agents/{made['id']}")).status_code == 204
    await admin.post(f"/instances/{instance}/resume", json={"command_id": "resume-dismiss"})
    assert await dismiss_ended(company.services.database, company.host) == {"done": 1, "failed": 0}
    assert await parts(company, task) == [("assignee", AGENT, "open"), ("agent", LEAD, "removed")]


async def test_an_agent_decides_and_the_task_is_over_for_both(company: Company, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    instance, task = await signing(company, AGENT)
    await give(wang, await id_of(company, LEAD), open_tasks=True)
    await company.decide(LEAD, instance, "sign", "agree")
    assert await parts(company, task) == [("assignee", AGENT, "skipped"), ("agent", LEAD, "done")]
    assert await company.inbox(AGENT) == []


async def test_tasks_that_open_while_somebody_is_away_go_to_the_agent(company: Company, sign_in: SignIn) -> None:
    wang, li = await sign_in(AGENT), await sign_in(LEAD)
    await give(wang, await id_of(company, LEAD), mode="agent_only", ends_at=moment(1))
    _, task = await signing(company, AGENT)
    assert await parts(company, task) == [("assignee", AGENT, "waiting"), ("agent", LEAD, "open")]
    (item,) = (await li.get("/tasks")).json()["items"]
    assert (item["part"], item["on_behalf_of"]["name"]) == ("agent", "王伟")
    over = text("UPDATE weft.standing_agent SET ends_at = now() - interval '1 second' RETURNING 1")
    assert await company.scalar(over)
    decision = {"outcome": "agree", "command_id": "decision-1"}
    late = await li.post(f"/tasks/{task}/complete", json=decision)
    assert (late.status_code, late.json()["error"]["code"]) == (403, "agent.not_standing")
    await dismiss_ended(company.services.database, company.host)
    assert (await wang.post(f"/tasks/{task}/complete", json=decision)).json()["status"] == "completed"


async def test_nobody_approves_their_own_request_as_an_agent(company: Company, sign_in: SignIn) -> None:
    wang, admin = await sign_in(AGENT), await sign_in(ADMIN)
    made = await give(wang, await id_of(company, ADMIN))
    for own, expected in (("approve", ["assignee", "agent"]), ("skip", ["assignee"])):
        flow = approval(AGENT)
        flow["nodes"][1]["assignment"]["own"] = own
        await company.publish(flow)
        started = await admin.post("/flows/signing/instances", json={"record_id": str(await company.ticket())})
        assert started.status_code == 201, started.text
        instance = UUID(started.json()["id"])
        await company.settled(partial(company.has_open, instance, "sign"))
        task = await task_of(company, instance, "sign")
        assert [kind for kind, _, _ in await parts(company, task)] == expected
        await wang.post(f"/agents/{made['id']}/apply")
        assert [kind for kind, _, _ in await parts(company, task)] == expected, "nor where it is open already"
