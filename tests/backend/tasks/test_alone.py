"""Tasks that stand alone: made by an action, in the inbox, done once by the first who does them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend.actions.action import ActionArgument, ActionContext
from backend.events.log import Cause
from tests.backend.flows.company import ADMIN, AGENT, LEAD, OTHER_AGENT, Company
from tests.backend.tasks.conftest import SignIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def act(company: Company, action: str, /, **arguments: Any) -> dict[str, Any]:
    about = {name: arguments.pop(name) for name in ("entity", "record_id", "person_id") if name in arguments}
    async with company.services.database.transaction() as session:
        context = ActionContext(session, company.services.metadata.current, NOW, str(uuid4()), Cause())
        result = await company.services.actions.run(action, replace(context, **about), arguments)
    assert result is not None
    return result


async def merging(company: Company) -> tuple[UUID, str]:
    """A person, and a task about them for the agents."""
    person = await company.person()
    made = await act(
        company,
        "create_task",
        entity="person",
        record_id=person,
        title="合并重复客户",
        to="role:cs_agent",
        note="电话相同",
        due=timedelta(days=1),
        best_match={"id": str(uuid4()), "_title": "王五(旧)"},
    )
    return person, made["task_id"]


def done(**rest: Any) -> dict[str, Any]:
    return {"outcome": "done", "command_id": str(uuid4()), **rest}


async def test_it_lies_in_the_inbox_with_its_note_and_is_done_once(company: Company, sign_in: SignIn) -> None:
    person, id = await merging(company)
    http, other = await sign_in(AGENT), await sign_in(OTHER_AGENT)
    (listed,) = (await http.get("/tasks")).json()["items"]
    assert (listed["id"], listed["flow"], listed["instance_id"], listed["record_id"]) == (id, None, None, str(person))
    task = (await http.get(f"/tasks/{id}")).json()
    assert (task["title"]["zh"], task["subject"], task["instance"]) == ("合并重复客户", "王五", None)
    assert task["note"] == "电话相同\nbest_match: 王五(旧)"
    assert (task["can_act"], task["form"], task["due_at"] is not None) == (True, None, True)
    click = done(comment="已合并")
    first = await http.post(f"/tasks/{id}/complete", json=click)
    assert (first.status_code, first.json()["status"]) == (200, "completed")
    assert (await http.post(f"/tasks/{id}/complete", json=click)).json() == first.json()
    late = await other.post(f"/tasks/{id}/complete", json=done())
    assert (late.status_code, late.json()["error"]["code"]) == (409, "task.already_handled")
    assert (await other.get("/tasks")).json()["items"] == []
    (decision,) = (await http.get(f"/tasks/{id}")).json()["decisions"]
    assert (decision["comment"], decision["outcome_label"]["en"]) == ("已合并", "Done")
    events = text("SELECT count(*) FROM weft.event WHERE type IN ('task.opened', 'task.completed') AND subject_id = :t")
    assert await company.scalar(events, t=UUID(id)) == 2


async def test_only_its_people_do_it_and_values_are_refused(company: Company, sign_in: SignIn) -> None:
    _, id = await merging(company)
    http, lead = await sign_in(AGENT), await sign_in(LEAD)
    refused = await lead.post(f"/tasks/{id}/complete", json=done())
    assert refused.json()["error"]["code"] == "task.not_yours"
    for body, code in (
        (done(outcome="approve"), "task.outcome_unknown"),
        (done(data={"name": "x"}), "task.invalid_data"),
        (done(command_id="no spaces allowed"), "invalid"),
    ):
        answer = await http.post(f"/tasks/{id}/complete", json=body)
        assert answer.status_code == 422, (code, answer.text)
    assert (await http.get(f"/tasks/{id}")).json()["status"] == "open"


async def test_escalating_gives_it_to_superiors_too(company: Company, sign_in: SignIn) -> None:
    person, id = await merging(company)
    done_by = await act(company, "escalate", entity="person", record_id=person)
    assert len(done_by["tasks"][id]) == 1
    lead = await sign_in(LEAD)
    answer = await lead.post(f"/tasks/{id}/complete", json=done())
    assert answer.json()["status"] == "completed"


async def test_it_shows_on_the_time_line_of_its_person(company: Company, sign_in: SignIn) -> None:
    person, id = await merging(company)
    admin = await sign_in(ADMIN)
    shown = (await admin.get(f"/people/{person}/timeline")).json()["items"]
    assert [entry["data"]["task_id"] for entry in shown if entry["type"] == "task.open"] == [id]


async def test_without_addressee_the_owner_or_an_administrator_has_it(company: Company) -> None:
    person = await company.person()
    await act(company, "create_task", person_id=person, title="回访", due="2026-12-01")
    assert [task["title"]["zh"] for task in await company.inbox(ADMIN)] == ["回访"]
    with pytest.raises(ActionArgument):
        await act(company, "create_task", person_id=person, title="回访", to="role:nobody")
    with pytest.raises(ActionArgument):
        await act(company, "create_task", title="回访")
    with pytest.raises(ActionArgument):
        await act(company, "create_task", person_id=person, title="回访", due="soon")
    with pytest.raises(ActionArgument):
        await act(company, "create_task", person_id=person, title=" ")


async def test_a_plain_record_becomes_urgent_and_the_superior_is_told(company: Company) -> None:
    ticket = await company.ticket(await company.person())
    agent = await company.caller(AGENT)
    async with company.services.database.transaction() as session:
        await session.execute(text("UPDATE data.ticket SET owner = :o"), {"o": agent.user_id})
    told = await act(company, "escalate", entity="ticket", record_id=ticket, text="15 分钟未回复")
    assert told["priority"] == (await company.record("ticket", ticket))["priority"]
    assert len(told["told"]) == 1
    notice = text("SELECT text ->> 'zh' FROM weft.notification ORDER BY created_at DESC LIMIT 1")
    assert await company.scalar(notice) == "15 分钟未回复"
