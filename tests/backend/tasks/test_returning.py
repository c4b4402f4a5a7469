"""Taking back a decision, or the whole; haste; declaring void what is over, and going on with it: offered exactly where it is accepted."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import text

from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, QUALITY, Company
from tests.backend.tasks.approving import Approving, code, flow, step
from tests.backend.tasks.conftest import SignIn


async def test_a_decision_is_taken_back_while_nobody_has_acted_since(company: Company, sign_in: SignIn) -> None:
    document = flow("chain", step("first", AGENT), step("second", LEAD), step("third", QUALITY))
    run = await Approving.started(company, sign_in, document, ADMIN)
    first = (await run.tasks(AGENT))[0]["id"]
    assert (await run.shown(AGENT))["allowed"]["reclaim"] == []
    assert code(await run.order(AGENT, "reclaim", node_id="first")) == (409, "flow.nothing_to_reclaim")
    await run.decide(AGENT)
    assert (await run.shown(AGENT))["allowed"]["reclaim"] == ["first"]
    shown = (await (await run.http(AGENT)).get(f"/tasks/{first}")).json()
    assert {"reclaim", "urge"} <= set((await run.shown(AGENT))["allowed"]) | set(shown["allowed"])
    assert "reclaim" in shown["allowed"]
    command = {"command_id": str(uuid4()), "node_id": "first"}
    taken = await run.order(AGENT, "reclaim", **command)
    assert taken.status_code == 200, taken.text
    assert (await run.order(AGENT, "reclaim", **command)).json() == taken.json(), "the same click"
    assert await run.tasks(LEAD) == []
    assert (await run.task(AGENT))["round"] == 2
    await run.decide(AGENT)
    await run.decide(LEAD)
    assert (await run.shown(AGENT))["allowed"]["reclaim"] == []
    assert code(await run.order(AGENT, "reclaim", node_id="first")) == (409, "flow.too_late_to_reclaim")
    assert code(await run.order(FINANCE, "reclaim", node_id="first")) == (409, "flow.nothing_to_reclaim")
    told = text("SELECT count(*) FROM weft.event WHERE type = 'instance.reclaimed'")
    assert await company.scalar(told) == 1


async def test_whoever_started_it_takes_it_back(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("chain", step("first", AGENT), step("second", LEAD)), ADMIN)
    assert code(await run.order(AGENT, "withdraw")) == (403, "flow.not_yours_to_withdraw")
    assert code(await run.order(FINANCE, "withdraw")) == (403, "flow.not_yours_to_withdraw")
    assert (await run.shown(AGENT))["allowed"]["withdraw"] is False
    assert (await run.shown(ADMIN))["allowed"] == {
        "withdraw": True, "urge": True, "urged": None, "reclaim": [], "void": False, "reopen": False, "cancel": True,
    }  # fmt: skip
    assert (await run.order(ADMIN, "urge")).json()["urged"] == [(await run.tasks(AGENT))[0]["id"]]
    assert code(await run.order(ADMIN, "urge")) == (409, "task.urged_recently")
    assert (await run.shown(ADMIN))["allowed"]["urge"] is False
    taken = await run.order(ADMIN, "withdraw", reason="填错了")
    assert taken.json()["instance_status"] == "cancelled"
    assert await run.tasks(AGENT) == []
    line = next(each for each in (await run.shown(ADMIN))["history"] if each["type"] == "withdrawn")
    assert (line["actor"]["name"], line["data"]["comment"]) == ("管理员", "填错了")
    assert code(await run.order(ADMIN, "withdraw")) == (409, "flow.instance_ended")


async def test_withdrawing_only_before_anybody_acts(company: Company, sign_in: SignIn) -> None:
    document = flow("chain", step("first", AGENT), step("second", LEAD))
    run = await Approving.started(company, sign_in, document, ADMIN)
    await run.decide(AGENT)
    assert (await run.shown(ADMIN))["allowed"]["withdraw"] is False
    assert code(await run.order(ADMIN, "withdraw")) == (409, "flow.too_late_to_withdraw")
    never = await Approving.started(company, sign_in, {**document, "key": "never", "withdraw": "never"}, ADMIN)
    assert (await never.shown(ADMIN))["allowed"]["withdraw"] is False
    assert code(await never.order(ADMIN, "withdraw")) == (403, "flow.not_yours_to_withdraw")


async def test_what_is_over_is_reopened_or_declared_void(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("chain", step("first", AGENT), step("second", LEAD)), ADMIN)
    assert code(await run.order(ADMIN, "void", reason="错")) == (409, "flow.not_ended")
    assert code(await run.order(ADMIN, "reopen")) == (409, "flow.not_ended")
    for who in (AGENT, LEAD):
        await run.decide(who)
    allowed = (await run.shown(ADMIN))["allowed"]
    assert (allowed["void"], allowed["reopen"], allowed["cancel"]) == (True, True, False)
    assert code(await run.order(AGENT, "void", reason="错")) == (403, "forbidden")
    assert code(await run.order(AGENT, "reopen")) == (403, "forbidden")
    assert code(await run.order(ADMIN, "reopen", node_id="nowhere")) == (422, "flow.unknown_node")
    command = {"command_id": str(uuid4()), "node_id": "second"}
    reopened = await run.order(ADMIN, "reopen", **command)
    assert reopened.status_code == 201, reopened.text
    assert (await run.order(ADMIN, "reopen", **command)).json() == reopened.json(), "the same click"
    assert code(await run.order(ADMIN, "reopen")) == (409, "flow.already_reopened")
    again = Approving(company, sign_in, UUID(reopened.json()["id"]))
    await company.settled(lambda: company.has_open(again.instance, "second"))
    assert (await run.shown(ADMIN))["reopened_as"] == str(again.instance)
    assert (await again.shown(ADMIN))["reopened_from"] == str(run.instance)
    assert (await again.decide(LEAD)).json()["instance_status"] == "completed"
    voided = await again.order(ADMIN, "void", reason="重复了")
    assert voided.status_code == 200, voided.text
    assert code(await again.order(ADMIN, "void", reason="重复了")) == (409, "flow.voided")
    assert code(await again.order(ADMIN, "reopen")) == (409, "flow.voided")
    shown = await again.shown(ADMIN)
    assert (shown["void_reason"], shown["voided_by"]["name"]) == ("重复了", "管理员")
    types = text("SELECT count(*) FROM weft.event WHERE type IN ('instance.voided', 'instance.reopened')")
    assert await company.scalar(types) == 2


async def test_whoever_started_it_begins_it_again_without_passing_over_anybody(
    company: Company, sign_in: SignIn
) -> None:
    run = await Approving.started(company, sign_in, flow("chain", step("first", LEAD), step("second", QUALITY)), ADMIN)
    assert (await run.order(ADMIN, "withdraw")).status_code == 200
    owned = text("UPDATE weft.instance SET initiator_id = :user WHERE id = :id RETURNING 1")
    assert await company.scalar(owned, user=await run.id(AGENT), id=run.instance)
    assert (await run.shown(AGENT))["allowed"]["reopen"] is True
    assert code(await run.order(AGENT, "reopen", node_id="second")) == (403, "forbidden")
    reopened = await run.order(AGENT, "reopen")
    assert reopened.status_code == 201, reopened.text
    again = UUID(reopened.json()["id"])
    await company.settled(lambda: company.has_open(again, "first"))
