"""Whom a task asks: weights and vetoes, somebody above in the initiator's place, chains, agents, and people who are chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from backend import clock
from backend.agents.models import StandingAgent
from backend.db import uuid7
from backend.identity import service as identity
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, QUALITY, SERVICE, Company
from tests.backend.tasks.approving import Approving, code, flow, people, step
from tests.backend.tasks.conftest import SignIn

BOSS = "liu.yang@weft.local"


async def test_weights_and_vetoes_count(company: Company, sign_in: SignIn) -> None:
    seats = [{"user": LEAD, "weight": 3}, {"role": "cs_agent"}, {"expression": '"' + QUALITY + '"', "weight": 2}]
    vote = {"pass_at": "2/3", "veto": people(LEAD)}
    node = step("vote", mode="vote", candidates=seats, vote=vote)
    run = await Approving.started(company, sign_in, flow("vote", node), ADMIN)
    task = await run.task(LEAD)
    assert [(each["user"]["name"], each["weight"], each["veto"]) for each in task["items"]] == [
        ("李娜", 3, True), ("王伟", 1, False), ("张敏", 1, False), ("陈杰", 2, False),
    ]  # fmt: skip
    assert task["progress"]["left"] == 7
    assert task["progress"]["needed"]["zh"] == "需 2/3 同意，有一票否决"
    assert (await run.decide(AGENT)).json()["status"] == "open"
    assert (await run.decide(QUALITY)).json()["status"] == "open"
    assert (await run.task(LEAD))["progress"] | {"needed": None} == {
        "mode": "vote", "agreed": 3, "refused": 0, "abstained": 0, "left": 4, "needed": None,
    }  # fmt: skip
    assert (await run.decide(LEAD)).json()["status"] == "completed", "6 of 7"


async def test_the_initiator_does_not_approve_and_turns_come_again(company: Company, sign_in: SignIn) -> None:
    """The administrator, who is below Liu, starts it: Liu has the administrator's own task, and Li, above Wang, the last."""
    async with company.services.database.transaction() as session:
        admin, boss = [await identity.user_by_email(session, email) for email in (ADMIN, BOSS)]
        assert admin is not None
        assert boss is not None
        admin.superior_id = boss.id
    document = flow(
        "turns",
        step("turns", AGENT, OTHER_AGENT, AGENT, mode="sequence"),
        step("own", ADMIN, own="superior"),
        step("up", candidates=people(AGENT), chain={"levels": 1}, mode="sequence"),
    )
    run = await Approving.started(company, sign_in, document, ADMIN)
    items = (await run.task(AGENT))["items"]
    assert [each["user"]["name"] for each in items] == ["王伟", "张敏", "王伟"]
    for who in (AGENT, OTHER_AGENT, AGENT):
        assert (await run.decide(who)).status_code == 200
    assert [each["node_id"] for each in await run.tasks(BOSS)] == ["own"]
    assert await run.tasks(ADMIN) == []
    assert (await run.decide(BOSS)).status_code == 200
    assert [each["node_id"] for each in await run.tasks(LEAD)] == ["up"]


async def test_agents_act_for_their_principals(company: Company, sign_in: SignIn) -> None:
    now = clock.now()
    agent = {
        "id": uuid7(), "principal_id": (await company.caller(LEAD)).user_id, "agent_id": (await company.caller(SERVICE)).user_id,
        "mode": "both", "starts_at": now - timedelta(days=1),
    }  # fmt: skip
    async with company.services.database.transaction() as session:
        await session.execute(insert(StandingAgent).values(**agent))
    run = await Approving.started(company, sign_in, flow("agents", step("agents", LEAD)), ADMIN)
    (listed,) = await run.tasks(SERVICE)
    assert (listed["part"], listed["on_behalf_of"]["name"]) == ("agent", "李娜")
    assert (await run.decide(SERVICE, comment="代为同意")).json()["status"] == "completed"
    late = await run.decide(LEAD, task=listed["id"])
    assert (*code(late), late.json()["error"]["params"]["by"]) == (409, "task.already_handled", "赵磊")
    decided = next(line for line in (await run.shown(ADMIN))["history"] if line["type"] == "task_decided")
    assert decided["data"]["on_behalf_of"] == await run.id(LEAD)


async def test_an_agent_takes_a_task_from_its_group_and_gives_it_back(company: Company, sign_in: SignIn) -> None:
    agent = {
        "id": uuid7(), "principal_id": (await company.caller(LEAD)).user_id, "agent_id": (await company.caller(SERVICE)).user_id,
        "mode": "both", "starts_at": clock.now() - timedelta(days=1),
    }  # fmt: skip
    async with company.services.database.transaction() as session:
        await session.execute(insert(StandingAgent).values(**agent))
    run = await Approving.started(company, sign_in, flow("group", step("group", LEAD, AGENT, mode="claim")), ADMIN)
    assert (await run.do(SERVICE, "claim")).status_code == 200
    assert await run.tasks(AGENT) == []
    assert "release" in (await run.task(SERVICE))["allowed"]
    released = await run.do(SERVICE, "release")
    assert released.status_code == 200, released.text
    assert len(await run.tasks(AGENT)) == 1


async def test_the_one_before_chooses_where_the_way_leads_there(company: Company, sign_in: SignIn) -> None:
    range_: dict[str, Any] = {"candidates": [{"role": "cs_agent"}, *people(QUALITY)], "chosen_by": "previous"}
    document = flow("choose", step("first", LEAD), step("second", **range_, mode="all"))
    run = await Approving.started(company, sign_in, document, ADMIN)
    command = {"command_id": "choose-once-1"}
    asked = await run.decide(LEAD, **command)
    assert code(asked) == (422, "task.choose_people")
    params = asked.json()["error"]["params"]
    assert (params["node_id"], params["most"]) == ("second", None)
    assert {each["name"] for each in params["candidates"]} == {"王伟", "张敏", "陈杰"}
    assert len(await run.tasks(LEAD)) == 1, "nothing has changed"
    finance, quality, other = [await run.id(each) for each in (FINANCE, QUALITY, OTHER_AGENT)]
    wrong = await run.decide(LEAD, **command, chosen={"second": [finance]})
    assert code(wrong) == (422, "task.users_invalid")
    assert (await run.decide(LEAD, **command, chosen={"second": [quality, other]})).status_code == 200
    assert [len(await run.tasks(each)) for each in (QUALITY, OTHER_AGENT, AGENT)] == [1, 1, 0]


async def test_the_initiator_chooses_at_the_start_on_the_way_that_is_taken(company: Company, sign_in: SignIn) -> None:
    range_: dict[str, Any] = {"candidates": people(AGENT, QUALITY, LEAD), "chosen_by": "initiator"}
    document = flow("begun", step("first", FINANCE), step("second", **range_, mode="one"))
    await company.publish(document)
    http = await sign_in(ADMIN)
    body: dict[str, Any] = {"record_id": str(await company.ticket())}
    address = "/flows/begun/instances"
    asked = await http.post(address, json=body)
    assert code(asked) == (422, "task.choose_people")
    params = asked.json()["error"]["params"]
    assert (params["node_id"], params["most"], len(params["candidates"])) == ("second", 1, 3)
    quality, agent, finance = [str((await company.caller(each)).user_id) for each in (QUALITY, AGENT, FINANCE)]
    for wrong in ({"second": [finance]}, {"second": [quality, agent]}, {"first": [agent]}):
        assert code(await http.post(address, json={**body, "chosen": wrong})) == (422, "task.users_invalid")
    started = await http.post(address, json={**body, "chosen": {"second": [quality]}})
    assert started.status_code == 201, started.text
    run = Approving(company, sign_in, UUID(started.json()["id"]))
    await company.settled(lambda: company.has_open(run.instance, "first"))
    assert code(await run.decide(FINANCE, chosen={"second": [agent]})) == (422, "task.users_invalid"), (
        "not theirs to choose"
    )
    assert (await run.decide(FINANCE)).status_code == 200
    assert [len(await run.tasks(each)) for each in (QUALITY, AGENT, LEAD)] == [1, 0, 0]
