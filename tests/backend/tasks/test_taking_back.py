"""A co-signer takes their own sign back over HTTP: their part is open again, everybody concerned is told, and whoever may not is told why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from tests.backend.agents.test_agents import give, id_of
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, QUALITY, Company
from tests.backend.tasks.approving import Approving, code, flow, step
from tests.backend.tasks.conftest import SignIn

_ENDED = text("UPDATE weft.standing_agent SET ends_at = now() - interval '1 second' RETURNING 1")
_TOLD = text(
    'SELECT count(*) FROM weft.notification n JOIN weft."user" u ON u.id = n.user_id'
    " WHERE u.email = :email AND n.text ->> 'en' LIKE :text"
)


def _vote(*emails: str) -> dict[str, Any]:
    return step("board", *emails, mode="vote", vote={"pass_at": "2/3"})


async def test_a_vote_is_taken_back_while_others_are_still_to_vote(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("board", _vote(AGENT, LEAD, QUALITY)), ADMIN)
    task = (await run.tasks(AGENT))[0]["id"]
    assert "reclaim" not in (await run.task(AGENT))["allowed"]
    assert (await run.decide(AGENT, comment="看错了")).status_code == 200
    shown = await run.task(AGENT, "done")
    assert "reclaim" in shown["allowed"]
    assert shown["progress"]["agreed"] == 1
    assert (await run.shown(AGENT))["allowed"]["reclaim"] == ["board"]
    assert (await run.shown(LEAD))["allowed"]["reclaim"] == []
    assert code(await run.order(LEAD, "reclaim", node_id="board")) == (409, "flow.nothing_to_reclaim")
    command = {"command_id": str(uuid4()), "node_id": "board", "task_id": task}
    taken = await run.order(AGENT, "reclaim", **command)
    assert taken.status_code == 200, taken.text
    assert (await run.order(AGENT, "reclaim", **command)).json() == taken.json(), "the same click"
    assert await run.tasks(AGENT, "done") == []
    again = await run.task(AGENT)
    assert (again["can_act"], again["progress"]["agreed"], "reclaim" in again["allowed"]) == (True, 0, False)
    (mine,) = [each for each in again["items"] if each["user"]["name"] == "王伟"]
    assert (mine["status"], mine["outcome"], mine["comment"], mine["at"]) == ("open", None, None, None)
    history = [(line["type"], line["data"].get("operation")) for line in (await run.shown(ADMIN))["history"]]
    assert {("task_decided", None), ("task_changed", "reclaim")} <= set(history)
    assert await company.scalar(text("SELECT count(*) FROM weft.event WHERE type = 'task.reclaimed'")) == 1
    assert (await run.decide(LEAD)).json()["status"] == "open"
    assert (await run.decide(AGENT, comment="看清了")).json()["status"] == "completed"
    assert code(await run.order(LEAD, "reclaim", node_id="board")) == (409, "flow.instance_ended")


async def test_in_a_sequence_those_who_come_after_are_told(company: Company, sign_in: SignIn) -> None:
    document = flow("line", step("line", AGENT, LEAD, QUALITY, mode="sequence"), step("last", FINANCE))
    run = await Approving.started(company, sign_in, document, ADMIN)
    task = (await run.tasks(AGENT))[0]["id"]
    await run.decide(AGENT)
    assert len(await run.tasks(LEAD)) == 1
    taken = await run.do(AGENT, "reclaim", task, comment="附件错了")
    assert (taken.status_code, taken.json()["task_id"], taken.json()["status"]) == (200, task, "open"), taken.text
    assert await run.tasks(LEAD) == []
    assert await company.scalar(_TOLD, email=LEAD, text="%not your turn for now%") == 1
    line = next(each for each in (await run.shown(ADMIN))["history"] if each["type"] == "task_changed")
    assert (line["data"]["operation"], line["data"]["comment"]) == ("reclaim", "附件错了")
    await run.decide(AGENT)
    await run.decide(LEAD)
    assert "reclaim" not in (await run.task(AGENT, "done"))["allowed"]
    assert code(await run.do(AGENT, "reclaim", task)) == (409, "flow.too_late_to_reclaim")
    await run.decide(QUALITY)
    assert code(await run.do(LEAD, "reclaim", task)) == (409, "flow.decision_counted")
    assert (await run.do(QUALITY, "reclaim", task)).status_code == 200, "who ended it takes that back"


async def test_an_agent_takes_back_in_their_time_and_the_principal_at_any(company: Company, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    run = await Approving.started(
        company, sign_in, flow("pair", step("pair", AGENT, QUALITY, mode="all"), step("last", FINANCE)), ADMIN
    )
    task = (await run.tasks(AGENT))[0]["id"]
    await give(wang, await id_of(company, LEAD), open_tasks=True)
    await run.decide(LEAD)
    assert (await run.do(LEAD, "reclaim", task)).status_code == 200
    assert await company.scalar(_TOLD, email=AGENT, text="%yours to decide again%") == 1
    await run.decide(LEAD, task=task)
    await run.decide(QUALITY, task=task)
    assert code(await run.do(LEAD, "reclaim", task)) == (409, "flow.decision_counted"), "another ended it"
    assert (await run.do(QUALITY, "reclaim", task)).status_code == 200


async def test_an_agent_whose_time_is_over_takes_nothing_back(company: Company, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    document = flow("agency", step("first", AGENT), step("pair", AGENT, QUALITY, mode="all"))
    run = await Approving.started(company, sign_in, document, ADMIN)
    await give(wang, await id_of(company, LEAD), open_tasks=True)
    first = (await run.tasks(LEAD))[0]["id"]
    await run.decide(LEAD)
    assert "reclaim" in (await run.task(LEAD, "done"))["allowed"]
    assert await company.scalar(_ENDED)
    assert (await run.shown(LEAD))["allowed"]["reclaim"] == []
    assert code(await run.do(LEAD, "reclaim", first)) == (403, "agent.not_standing")
    assert (await run.shown(AGENT))["allowed"]["reclaim"] == ["first"]
    assert (await run.order(AGENT, "reclaim", node_id="first")).status_code == 200
    assert [each["node_id"] for each in await run.tasks(AGENT)] == ["first"]


async def test_a_part_is_not_the_agents_to_keep(company: Company, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    run = await Approving.started(company, sign_in, flow("one", step("one", AGENT)), ADMIN)
    await give(wang, await id_of(company, LEAD), open_tasks=True)
    lead = await run.id(LEAD)
    for operation in ("transfer", "delegate", "add_before", "add_alongside"):
        assert code(await run.do(LEAD, operation, users=[lead])) == (409, "task.already_in"), operation
    assert (await run.do(LEAD, "transfer", users=[await run.id(QUALITY)])).status_code == 200


async def test_one_of_several_times_is_taken_back_while_the_others_are_open(company: Company, sign_in: SignIn) -> None:
    each = {**step("each", AGENT), "loop": {"kind": "parallel", "cardinality": "2"}}
    run = await Approving.started(company, sign_in, flow("each", each, step("last", FINANCE)), ADMIN)
    first, second = [task["id"] for task in await run.tasks(AGENT)]
    await run.decide(AGENT, task=first)
    assert "reclaim" in (await run.task(AGENT, "done"))["allowed"]
    assert (await run.do(AGENT, "reclaim", first)).status_code == 200
    again = [task["id"] for task in await run.tasks(AGENT)]
    assert len(again) == 2
    assert second in again
    for task in again:
        assert (await run.decide(AGENT, task=task)).status_code == 200
    assert code(await run.do(AGENT, "reclaim", second)) == (409, "flow.decision_counted")
