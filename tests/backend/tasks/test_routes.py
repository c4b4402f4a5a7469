"""The inbox over HTTP: boxes, paging, one task, deciding, and every refusal by its code."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from tests.backend.flows.company import ADMIN, AGENT, LEAD, OTHER_AGENT, PLAN, QUALITY, SERVICE, TRIAGE, Company
from tests.backend.tasks.conftest import SignIn


def decision(outcome: str, data: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return {"outcome": outcome, "data": data or {}, "command_id": str(uuid4()), **rest}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_the_inbox_pages_once_through_everything(company: Company, sign_in: SignIn) -> None:
    person = await company.person()
    for number in range(5):
        await company.start("urgent_complaint", await company.ticket(person, title=f"第{number}件"))
    http = await sign_in(AGENT)

    async def five() -> bool:
        return len((await http.get("/tasks")).json()["items"]) == 5

    await company.until(five)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = (await http.get("/tasks", params={"limit": 2, **({"after": after} if after else {})})).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 5
    assert {"todo": 5, "overdue": 0, "unread": 5}.items() <= page["counts"].items()
    found = (await http.get("/tasks", params={"search": "第3件"})).json()["items"]
    assert [item["subject"] for item in found] == ["第3件"]
    assert (await http.get("/tasks", params={"search": "%"})).json()["items"] == []


async def test_a_task_as_its_person_sees_it(company: Company, sign_in: SignIn) -> None:
    _, instance = await company.complain()
    http = await sign_in(AGENT)
    listed = (await http.get("/tasks")).json()["items"][0]
    assert (listed["flow_label"]["zh"], listed["read"], listed["overdue"]) == ("紧急投诉", False, False)
    task = (await http.get(f"/tasks/{listed['id']}")).json()
    assert task["can_act"]
    assert task["record_version"] == 1
    assert [outcome["key"] for outcome in task["outcomes"]] == ["confirm", "refuse"]
    assert task["instance"] == {"id": str(instance), "flow": "urgent_complaint", "status": "running"}
    items = {i["field"]: i for section in task["form"]["sections"] for i in section["items"]}
    assert items["severity"]["required_when_tree"]["op"] == "in"
    assert "compensation" not in task["values"]
    assert (await http.get("/tasks")).json()["items"][0]["read"]
    assert not (await (await sign_in(LEAD)).get(f"/tasks/{listed['id']}")).json()["can_act"]


async def test_refusals(company: Company, sign_in: SignIn) -> None:
    _, instance = await company.complain()
    agent, quality, admin = await sign_in(AGENT), await sign_in(QUALITY), await sign_in(ADMIN)
    url = f"/tasks/{(await company.task(AGENT, instance, 'triage'))['id']}"
    assert code(await quality.get(url)) == (403, "task.not_yours")
    assert code(await quality.post(f"{url}/complete", json=decision("confirm"))) == (403, "task.not_yours")
    assert code(await admin.post(f"{url}/complete", json=decision("confirm"))) == (403, "task.not_yours")
    assert code(await agent.post(f"{url}/complete", json=decision("maybe"))) == (422, "task.outcome_unknown")
    assert code(await agent.post(f"{url}/complete", json=decision("refuse"))) == (422, "task.comment_required")
    assert code(await agent.post(f"{url}/complete", json={"outcome": "confirm"})) == (422, "invalid")
    wrong = await agent.post(f"{url}/complete", json=decision("confirm", {"priority": "huge", "compensation": 5}))
    assert code(wrong) == (422, "task.invalid_data")
    assert {(p["field"], p["code"]) for p in wrong.json()["error"]["problems"]} == {
        ("priority", "field.option"),
        ("compensation", "field.unknown"),
    }
    missing = await agent.post(f"{url}/complete", json=decision("confirm", {"priority": "high", "category": "quality"}))
    assert [p["field"] for p in missing.json()["error"]["problems"]] == ["severity"]
    assert code(await agent.get(f"/tasks/{uuid4()}")) == (404, "not_found")
    assert code(await agent.get("/tasks", params={"after": "nonsense"})) == (422, "invalid")
    assert code(await agent.get("/tasks", params={"box": "other"})) == (422, "invalid")


async def test_what_is_answered_is_seen_by_the_next_look(company: Company, sign_in: SignIn) -> None:
    _, instance = await company.complain()
    agent, other, service = await sign_in(AGENT), await sign_in(OTHER_AGENT), await sign_in(SERVICE)
    task = (await company.task(AGENT, instance, "triage"))["id"]
    chosen = decision("confirm", TRIAGE)
    answer = await agent.post(f"/tasks/{task}/complete", json=chosen)
    assert answer.status_code == 200
    assert (await agent.get("/tasks")).json()["items"] == []
    assert (await other.get("/tasks")).json()["counts"]["todo"] == 0
    assert [item["node_id"] for item in (await service.get("/tasks")).json()["items"]] == ["service_plan"]
    assert (await agent.post(f"/tasks/{task}/complete", json=chosen)).json() == answer.json()
    late = await other.post(f"/tasks/{task}/complete", json=decision("confirm", TRIAGE))
    assert code(late) == (409, "task.already_handled")
    assert late.json()["error"]["params"]["by"] == "王伟"


async def test_values_outside_the_record_refuse_in_the_transaction(company: Company, sign_in: SignIn) -> None:
    """What only the record's own checks can know is refused where it is written, and changes nothing."""
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    service = await sign_in(SERVICE)
    task = (await company.task(SERVICE, instance, "service_plan"))["id"]
    rows = [{"part": str(uuid4()), "quantity": "many"}]
    answer = await service.post(f"/tasks/{task}/complete", json=decision("done", {**PLAN, "items": rows}))
    assert code(answer) == (422, "task.invalid_data")
    assert (await service.get("/tasks")).json()["counts"]["todo"] == 1


async def test_what_somebody_wrote_meanwhile_is_not_written_over_unseen(company: Company, sign_in: SignIn) -> None:
    ticket, instance = await company.complain()
    admin, agent = await sign_in(ADMIN), await sign_in(AGENT)
    task = (await company.task(AGENT, instance, "triage"))["id"]
    opened = (await agent.get(f"/tasks/{task}")).json()["record_version"]
    at = f"/records/ticket/{ticket}"
    for number, values in enumerate(({"severity": "minor"}, {"category": TRIAGE["category"]})):
        change = await admin.patch(at, json={"version": opened + number, "data": values})
        assert change.status_code == 200, change.text
    refused = await agent.post(f"/tasks/{task}/complete", json=decision("confirm", TRIAGE, record_version=opened))
    assert code(refused) == (409, "task.data_changed")
    error = refused.json()["error"]
    assert (error["params"]["who"], error["params"]["version"]) == ("管理员", str(opened + 2))
    assert [(p["path"], p["new"]) for p in error["problems"]] == [("/severity", "minor")], "the category is the same"
    assert "管理员已把它改为“轻微”" in error["problems"][0]["message"]["zh"]
    kept = await company.record("ticket", ticket)
    assert (kept["severity"], kept["priority"], kept["version"]) == ("minor", "normal", opened + 2)
    knowing = decision("confirm", TRIAGE, record_version=int(error["params"]["version"]))
    assert (await agent.post(f"/tasks/{task}/complete", json=knowing)).status_code == 200
    assert (await company.record("ticket", ticket))["severity"] == TRIAGE["severity"]


async def test_changes_elsewhere_in_the_record_and_ones_own_are_no_conflict(company: Company, sign_in: SignIn) -> None:
    ticket, instance = await company.complain()
    admin, agent = await sign_in(ADMIN), await sign_in(AGENT)
    task = (await company.task(AGENT, instance, "triage"))["id"]
    at = f"/records/ticket/{ticket}"
    assert (await admin.patch(at, json={"version": 1, "data": {"title": "别的标题"}})).status_code == 200
    assert (await agent.patch(at, json={"version": 2, "data": {"severity": "minor"}})).status_code == 200
    answer = await agent.post(f"/tasks/{task}/complete", json=decision("confirm", TRIAGE, record_version=1))
    assert answer.status_code == 200, answer.text
    kept = await company.record("ticket", ticket)
    assert (kept["title"], kept["severity"]) == ("别的标题", TRIAGE["severity"])


async def test_starting_and_looking_at_instances(company: Company, sign_in: SignIn) -> None:
    ticket = await company.ticket(await company.person())
    admin, quality = await sign_in(ADMIN), await sign_in(QUALITY)
    refused = await quality.post("/flows/urgent_complaint/instances", json={"record_id": str(ticket)})
    assert code(refused) == (403, "forbidden")
    unknown = await admin.post("/flows/urgent_complaint/instances", json={"variables": {"compensatio": 1}})
    assert code(unknown) == (422, "flow.invalid")
    assert unknown.json()["error"]["suggestion"] == "compensation"
    money = await admin.post("/flows/urgent_complaint/instances", json={"variables": {"compensation": "much"}})
    assert (*code(money), money.json()["error"]["path"]) == (422, "flow.invalid", "/variables/compensation")
    nothing = await admin.post("/flows/urgent_complaint/instances", json={})
    assert (*code(nothing), nothing.json()["error"]["path"]) == (422, "flow.invalid", "/record_id")
    assert code(await admin.post("/flows/none/instances", json={})) == (404, "not_found")
    started = await admin.post("/flows/urgent_complaint/instances", json={"record_id": str(ticket)})
    assert started.status_code == 201
    id = started.json()["id"]
    listed = (await admin.get("/instances", params={"flow": "urgent_complaint"})).json()["items"]
    assert [(item["id"], item["status"], item["title"]) for item in listed] == [(id, "starting", "刚买的洗衣机漏水")]
    assert (await quality.get("/instances")).json()["items"] == []
    on_the_ticket = (await quality.get("/instances", params={"record_id": str(ticket)})).json()["items"]
    assert [item["id"] for item in on_the_ticket] == [id]
    assert (await quality.get("/instances", params={"record_id": str(uuid4())})).json()["items"] == []
    shown = (await admin.get(f"/instances/{id}")).json()
    assert shown["definition"]["key"] == "urgent_complaint"
    assert shown["initiator"]["name"] == "管理员"
    assert [t["instance_id"] for t in (await admin.get("/tasks", params={"box": "started"})).json()["items"]] == []
    retried = await admin.post(f"/instances/{id}/retry", json={"command_id": str(uuid4())})
    assert code(retried) == (409, "flow.instance_starting")
    cancelled = await admin.post(f"/instances/{id}/cancel", json={"command_id": str(uuid4())})
    assert (cancelled.status_code, cancelled.json()["instance_status"]) == (200, "cancelled")
    assert (await admin.get(f"/instances/{id}")).json()["status"] == "cancelled"


async def test_variables_are_shown_to_who_may_read_the_field(company: Company, sign_in: SignIn) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    seen = (await (await sign_in(QUALITY)).get(f"/instances/{instance}")).json()["variables"]
    assert "compensation" not in seen
    assert "severity" in seen
    assert "compensation" in (await (await sign_in(ADMIN)).get(f"/instances/{instance}")).json()["variables"]


async def test_who_only_sees_the_record_reads_none_of_the_words_about_it(company: Company, sign_in: SignIn) -> None:
    """An opinion may name the compensation that is hidden from its reader; so may an error."""
    ticket, instance = await company.complain(phone=None)
    await company.decide(AGENT, instance, "triage", "refuse", comment="赔偿 8000 元,不成立")
    set_aside = text('UPDATE weft.instance SET variables = variables || \'{"remark": "8000"}\'')
    async with company.services.database.transaction() as session:
        await session.execute(set_aside)
    about = {"record_id": str(ticket)}
    shown = {}
    for email in (QUALITY, AGENT, ADMIN):
        http = await sign_in(email)
        shown[email] = (await http.get(f"/instances/{instance}")).json()
        (listed,) = (await http.get("/instances", params=about)).json()["items"]
        assert listed["incident"]["code"] == "action_failed"
        assert ("detail" in listed["incident"]) == (email == ADMIN)
    for email in (AGENT, ADMIN):
        assert shown[email]["variables"]["remark"] == "8000"
        assert "message.no_recipient" in shown[email]["incident"]["detail"]
        assert json.dumps(shown[email], ensure_ascii=False).count("赔偿 8000 元") == 2, "at the task and in the history"
    outside = shown[QUALITY]
    assert "8000" not in json.dumps(outside)
    assert "message.no_recipient" not in json.dumps(outside)
    assert (outside["incident"]["code"], len(outside["incident"]["all"])) == ("action_failed", 1)
    assert [line["type"] for line in outside["history"]] == [line["type"] for line in shown[ADMIN]["history"]]
    assert [task["outcome"] for task in outside["tasks"]] == ["refuse"]


async def test_a_key_reaches_tasks_only_when_it_was_made_for_them(company: Company, sign_in: SignIn) -> None:
    """Roles narrow records; what is somebody's own by name is closed to their keys unless it was opened."""
    _, instance = await company.complain()
    admin, agent = await sign_in(ADMIN), await sign_in(AGENT)
    key = {"name": "ERP", "roles": ["complaint_desk"], "user_id": (await agent.get("/me")).json()["user"]["id"]}
    task = (await company.task(AGENT, instance, "triage"))["id"]
    plain, opened = [(await admin.post("/api-keys", json=key | more)).json() for more in ({}, {"tasks": True})]
    assert (plain["tasks"], opened["tasks"]) == (False, True)

    async def ask(token: str, method: str, path: str, body: Any = None) -> Any:
        return await agent.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    graphql = {"query": "{ tasks { items { id } } }"}
    requests = (
        *(("GET", f"/tasks?box={box}", None) for box in ("todo", "done", "started", "cc")),
        ("GET", f"/tasks/{task}", None),
        ("POST", f"/tasks/{task}/complete", decision("refuse", comment="ERP")),
        ("GET", "/notifications", None),
        ("POST", "/notifications/read", {}),
    )
    for method, path, body in requests:
        assert code(await ask(plain["token"], method, path, body)) == (403, "forbidden"), path
    refused = await ask(plain["token"], "POST", "http://weft/graphql", graphql)
    assert refused.json()["errors"][0]["extensions"]["code"] == "forbidden"
    assert (await ask(plain["token"], "GET", "/instances")).json()["items"] == []
    assert code(await ask(plain["token"], "GET", f"/instances/{instance}")) == (404, "not_found")

    assert [item["id"] for item in (await ask(opened["token"], "GET", "/instances")).json()["items"]] == [str(instance)]
    assert (await ask(opened["token"], "POST", "http://weft/graphql", graphql)).json()["data"]["tasks"]["items"]
    for method, path, body in requests:
        assert (await ask(opened["token"], method, path, body)).status_code == 200, path
