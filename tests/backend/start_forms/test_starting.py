"""A flow is started with a form: the record and the run together or neither, once, and by whoever may do both."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text as sql

from tests.backend.flows.company import ADMIN, AGENT, LEAD, QUALITY, Company
from tests.backend.flows.drawing import flow, node, variable
from tests.backend.start_forms.applying import APPLICANT, CLERK, applicant, approver, filled, request_flow, start
from tests.backend.tasks.approving import code
from tests.backend.tasks.conftest import SignIn

_LEFT = sql(
    "SELECT (SELECT count(*) FROM data.ticket), (SELECT count(*) FROM weft.instance), (SELECT count(*) FROM weft.event)"
)


async def left(company: Company) -> tuple[int, ...]:
    async with company.services.database.transaction() as session:
        return tuple((await session.execute(_LEFT)).one())


async def form_of(http: httpx.AsyncClient, key: str = "request") -> dict[str, Any]:
    answer = await http.get(f"/start-forms/{key}")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def fields(form: dict[str, Any]) -> list[str]:
    return [item["field"] for section in form["form"]["sections"] for item in section["items"]]


async def test_filling_in_the_form_is_the_initiators_own_first_step(company: Company, sign_in: SignIn) -> None:
    await applicant(company, request_flow(QUALITY))
    http = await sign_in(CLERK)
    form = await form_of(http)
    assert fields(form) == ["title", "status", "severity", "description"], "nothing that stays empty, or is not theirs"
    assert (form["rights"]["status"], form["rights"]["severity"]) == ("read", "required")
    assert (form["values"]["status"], form["step"]["node_id"]) == ("new", "fill")
    answer = await start(http, filled(title="换门封", severity="minor"))
    instance, record = UUID(answer["id"]), UUID(answer["record_id"])
    await company.settled(lambda: company.has_open(instance, "approve"))
    ticket = await company.record("ticket", record)
    me = str((await company.caller(CLERK)).user_id)
    assert (ticket["title"], ticket["severity"], ticket["owner"], ticket["created_by"]) == ("换门封", "minor", me, me)
    task = await company.task(QUALITY, instance, "approve")
    (decision,) = (await company.detail(QUALITY, task["id"]))["decisions"]
    assert (decision["node_id"], decision["outcome"], decision["user"]["name"]) == ("fill", "submit", "文员")
    assert await company.inbox(CLERK) == []
    told = sql("SELECT count(*) FROM weft.notification WHERE user_id = :me")
    assert await company.scalar(told, me=me) == 0, "nobody is told of what they have just done"


async def test_what_is_sent_back_to_the_initiator_is_theirs_to_do(company: Company, sign_in: SignIn) -> None:
    back = {"key": "back", "label": {"zh": "退回", "en": "Back"}, "kind": "send_back", "target": "initiator"}
    document = request_flow(QUALITY)
    document["nodes"][-1]["outcomes"] = [{"key": "ok", "label": {"zh": "同意", "en": "OK"}}, back]
    await applicant(company, document)
    http = await sign_in(CLERK)
    instance = UUID((await start(http, filled(title="换门封", severity="minor")))["id"])
    await company.settled(lambda: company.has_open(instance, "approve"))
    await company.decide(QUALITY, instance, "approve", "back")
    (task,) = await company.inbox(CLERK)
    assert (task["node_id"], task["round"]) == ("fill", 2)
    await company.complete(CLERK, task["id"], "submit", {"severity": "major", "description": "补充"})
    await company.decide(QUALITY, instance, "approve", "ok")
    assert (await company.instance(instance))["status"] == "completed"


async def test_a_flow_that_begins_with_somebody_else_takes_the_entitys_own_form(
    company: Company, sign_in: SignIn
) -> None:
    await company.publish(flow("plain", [approver(QUALITY)], "start -> approve -> end"))
    http = await sign_in(ADMIN)
    form = await form_of(http, "plain")
    assert form["step"] is None
    assert form["form"]["sections"][0]["label"]["zh"] == "基本信息"
    assert {"title", "description", "items"} <= set(fields(form))
    assert not {"number", "closed_at"} & set(fields(form)), "what nobody enters"
    assert item_of(form, "parts_total")["computed_tree"]
    rows = [{"part": "门封", "quantity": 3, "price": "10.00"}]
    answer = await start(http, filled(title="换门封", items=rows), "plain")
    ticket = await company.record("ticket", UUID(answer["record_id"]))
    assert ticket["parts_total"]["amount"] == "30.00"
    await company.settled(lambda: company.has_open(UUID(answer["id"]), "approve"))


def item_of(form: dict[str, Any], field: str) -> dict[str, Any]:
    items = (item for section in form["form"]["sections"] for item in section["items"])
    return next(item for item in items if item["field"] == field)


async def test_a_flow_that_never_waits_is_over_at_once(company: Company, sign_in: SignIn) -> None:
    mark = node("mark", "script", assign={"said": '"已登记"'})
    await company.publish(flow("noted", [mark], "start -> mark -> end", variables=[variable("said")]))
    answer = await start(await sign_in(ADMIN), filled(title="登记"), "noted")
    assert (await company.instance(UUID(answer["id"])))["status"] == "completed"


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"title": "换门封"}, [("/severity", "field.required")]),
        ({"title": "换门封", "severity": "major"}, [("/description", "field.required")]),
        ({"title": "坏", "severity": "minor"}, [("/title", "check")]),
        ({"title": "换门封", "severity": "minor", "compensation": "9"}, [("/compensation", "field.hidden")]),
        ({"title": "换门封", "severity": "minor", "status": "closed"}, [("/status", "field.read_only")]),
        ({"title": "换门封", "severity": "huge"}, [("/severity", "field.option")]),
        ({"title": "换门封", "severity": "minor", "owner": str(uuid4())}, [("/owner", "field.unknown")]),
    ],
)
async def test_what_the_form_does_not_let_be_written_starts_nothing(
    company: Company, sign_in: SignIn, data: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    await applicant(company, request_flow(QUALITY))
    http, before = await sign_in(CLERK), await left(company)
    answer = await http.post("/start-forms/request", json=filled(**data))
    assert code(answer) == (422, "task.invalid_data")
    assert [(each["path"], each["code"]) for each in answer.json()["error"]["problems"]] == problems
    assert await left(company) == before


async def test_it_takes_both_rights(company: Company, sign_in: SignIn) -> None:
    await applicant(company, request_flow(QUALITY))
    only_starts = {**APPLICANT, "key": "starter", "grants": [{"entity": "ticket", "actions": ["read"], "scope": "all"}]}
    only_creates = {**APPLICANT, "key": "creator", "flows": []}
    for role in (only_starts, only_creates):
        await company.publish(role, "role")
    for email, role in ((QUALITY, "starter"), (LEAD, "creator")):
        await company.scalar(_ONLY, email=email, role=role)
    before = await left(company)
    for email in (QUALITY, LEAD):
        http = await sign_in(email)
        for answer in (await http.get("/start-forms/request"), await http.post("/start-forms/request", json=filled())):
            assert code(answer) == (403, "forbidden")
    assert await left(company) == before
    listed = (await (await sign_in(QUALITY)).get("/start-forms")).json()["items"]
    assert {each["flow"]: each["creates"] for each in listed}["request"] is False
    assert (await (await sign_in(LEAD)).get("/start-forms")).json()["items"] == []
    listed = (await (await sign_in(CLERK)).get("/start-forms")).json()["items"]
    assert [(each["flow"], each["creates"]) for each in listed] == [("request", True)]


_ONLY = sql(
    """WITH one AS (SELECT id FROM weft."user" WHERE email = :email),
        gone AS (DELETE FROM weft.user_role WHERE user_id IN (SELECT id FROM one) AND role <> :role)
    INSERT INTO weft.user_role (user_id, role) SELECT id, :role FROM one RETURNING role"""
)


async def test_a_flow_that_waits_for_a_message_is_not_offered(company: Company, sign_in: SignIn) -> None:
    arrives = node("arrives", "start", events=[{"kind": "message", "name": "arrived"}])
    await company.publish(flow("waiting", [arrives, approver(QUALITY)], "arrives -> approve -> end"))
    http = await sign_in(ADMIN)
    assert "waiting" not in [each["flow"] for each in (await http.get("/start-forms")).json()["items"]]
    assert code(await http.get("/start-forms/waiting")) == (422, "flow.invalid")
    assert code(await http.post("/start-forms/waiting", json=filled(title="x"))) == (422, "flow.invalid")


async def test_a_repeated_start_is_the_same_start(company: Company, sign_in: SignIn) -> None:
    await applicant(company, request_flow(QUALITY), request_flow(QUALITY, "other"))
    http, before = await sign_in(CLERK), await left(company)
    body = filled(title="换门封", severity="minor")
    answers = await asyncio.gather(*(http.post("/start-forms/request", json=body) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    tickets, instances, _ = await left(company)
    assert (tickets, instances) == (before[0] + 1, before[1] + 1)
    assert code(await http.post("/start-forms/other", json=body)) == (409, "command.id_reused")
    assert code(await (await sign_in(ADMIN)).post("/start-forms/request", json=body)) == (409, "command.id_reused")


async def test_people_are_chosen_before_anything_is_there(company: Company, sign_in: SignIn) -> None:
    candidates = [{"user": QUALITY}, {"user": AGENT}]
    await applicant(company, request_flow(QUALITY, candidates=candidates, chosen_by="initiator", mode="one"))
    http, before = await sign_in(CLERK), await left(company)
    body = filled(title="换门封", severity="minor")
    asked = await http.post("/start-forms/request", json=body)
    assert code(asked) == (422, "task.choose_people")
    assert {each["name"] for each in asked.json()["error"]["params"]["candidates"]} == {"陈杰", "王伟"}
    assert await left(company) == before
    stranger = str((await company.caller(LEAD)).user_id)
    wrong = await http.post("/start-forms/request", json={**body, "chosen": {"approve": [stranger]}})
    assert code(wrong) == (422, "task.users_invalid")
    agent = str((await company.caller(AGENT)).user_id)
    instance = UUID((await start(http, {**body, "chosen": {"approve": [agent]}}))["id"])
    await company.settled(lambda: company.has_open(instance, "approve"))
    await company.task(AGENT, instance, "approve")


_TOLD = sql("SELECT count(*) FROM weft.notification WHERE user_id = :user")


@pytest.mark.parametrize(("mode", "at"), [("both", "approve"), ("agent_only", "fill")])
async def test_it_is_done_by_whoever_started_unless_only_their_agent_may_act(
    company: Company, sign_in: SignIn, mode: str, at: str
) -> None:
    await applicant(company, request_flow(QUALITY))
    http, agent = await sign_in(CLERK), (await company.caller(LEAD)).user_id
    given = await http.post("/agents", json={"agent_id": str(agent), "mode": mode})
    assert given.status_code == 201, given.text
    told = await company.scalar(_TOLD, user=agent)
    instance = UUID((await start(http, filled(title="换门封", severity="minor")))["id"])
    await company.settled(lambda: company.has_open(instance, at))
    assert await company.scalar(_TOLD, user=agent) == told + (at == "fill")
    assert [task["node_id"] for task in await company.inbox(LEAD)] == (["fill"] if at == "fill" else [])
