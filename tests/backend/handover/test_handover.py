"""Handing over what somebody has: seen before, done line by line with a result each, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.agents.service import NewAgent, appoint
from backend.events.log import Cause
from backend.metadata.service import save_draft
from backend.tasks.alone import NewTask, open_alone
from tests.backend.agents.approval import approval, parts, signing, task_of
from tests.backend.flows.company import ADMIN, AGENT, LEAD, OTHER_AGENT, QUALITY, Company
from tests.backend.tasks.conftest import SignIn

ALL = ["items", "definitions", "superiors", "departments", "agents", "instances", "records"]


class Office:
    """An administrator who hands things over over HTTP."""

    def __init__(self, company: Company, http: httpx.AsyncClient) -> None:
        self.company, self.http = company, http

    async def id(self, email: str) -> str:
        return str((await self.company.caller(email)).user_id)

    async def prepare(self, giver: str, taker: str, *kinds: str) -> dict[str, Any]:
        body = {"from_user": await self.id(giver), "to_user": await self.id(taker), "parts": list(kinds or ALL)}
        answer = await self.http.post("/handovers", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def finished(self, id: str, step: str) -> dict[str, Any]:
        """Run or reverse, until the worker is done."""
        answer = await self.http.post(f"/handovers/{id}/{step}")
        assert (answer.status_code, answer.json()["status"]) == (202, "running"), answer.text
        await self.company.settled(lambda: self._is_over(id))
        found: dict[str, Any] = (await self.http.get(f"/handovers/{id}")).json()
        return found

    async def _is_over(self, id: str) -> bool:
        return bool((await self.http.get(f"/handovers/{id}")).json()["status"] != "running")

    async def owner(self, ticket: UUID) -> str | None:
        found: str | None = (await self.company.record("ticket", ticket))["owner"]
        return found

    async def fixed(self, flow: str = "signing") -> list[str]:
        """Whom the published flow names."""
        document = (await self.http.get(f"/definitions/flow/{flow}")).json()["content"]
        tasks = (node for node in document["nodes"] if node["type"] == "user_task")
        return [each["user"] for node in tasks for each in node["assignment"]["candidates"]]


@pytest.fixture
async def office(company: Company, sign_in: SignIn) -> Office:
    return Office(company, await sign_in(ADMIN))


def kinds(found: dict[str, Any], status: str) -> list[str]:
    return [line["kind"] for line in found["lines"] if line["status"] == status]


async def test_everything_goes_over_and_comes_back(company: Company, office: Office) -> None:
    ticket = await company.ticket(owner=await office.id(AGENT))
    instance, task = await signing(company, AGENT, QUALITY, more=[AGENT])
    begun = text("UPDATE weft.instance SET initiator_id = :user RETURNING 1")
    assert await company.scalar(begun, user=UUID(await office.id(AGENT)))
    async with company.services.database.transaction() as session:
        caller, metadata = await company.caller(OTHER_AGENT), company.services.metadata.current
        await appoint(session, metadata, caller, NewAgent(UUID(await office.id(AGENT))))
    seen = await office.prepare(AGENT, LEAD)
    assert seen["status"] == "preview"
    assert kinds(seen, "planned") == ["definition", "agent", "item", "instance", "record"]
    assert await parts(company, task) == [("assignee", AGENT, "open"), ("assignee", QUALITY, "open")]

    done = await office.finished(seen["id"], "run")
    assert (done["status"], done["counts"]["done"], done["counts"]["failed"]) == ("done", 5, 0), done["lines"]
    assert await office.fixed() == [LEAD, QUALITY, LEAD]
    assert [part for part in await parts(company, task) if part[2] == "open"] == [
        ("assignee", QUALITY, "open"),
        ("assignee", LEAD, "open"),
    ]
    assert await office.owner(ticket) == await office.id(LEAD)
    assert await initiator(company, instance) == await office.id(LEAD)
    assert await agent_of(company, OTHER_AGENT) == LEAD
    definition = next(line for line in done["lines"] if line["kind"] == "definition")
    assert (definition["migrated"], definition["not_migrated"]) == (1, 0)
    told = text("SELECT count(*) FROM weft.event WHERE type IN ('handover.started', 'handover.finished')")
    assert await company.scalar(told) == 2

    back = await office.finished(seen["id"], "reverse")
    assert (back["status"], back["counts"]["reversed"]) == ("reversed", 5), back["lines"]
    assert await office.fixed() == [AGENT, QUALITY, AGENT]
    assert sorted(email for _, email, status in await parts(company, task) if status == "open") == [QUALITY, AGENT]
    assert await office.owner(ticket) == await office.id(AGENT)
    assert await initiator(company, instance) == await office.id(AGENT)
    assert await agent_of(company, OTHER_AGENT) == AGENT
    again = await office.http.post(f"/handovers/{seen['id']}/run")
    assert again.json()["error"]["code"] == "handover.not_now"


async def test_what_is_still_to_come_asks_the_other_person(company: Company, office: Office) -> None:
    """An instance that runs already goes on under the version that names them."""
    instance, _ = await signing(company, QUALITY, more=[AGENT])
    seen = await office.prepare(AGENT, LEAD, "definitions")
    await office.finished(seen["id"], "run")
    await company.decide(QUALITY, instance, "sign", "agree")
    task = await task_of(company, instance, "more")
    assert await parts(company, task) == [("assignee", LEAD, "open")]


async def test_onto_somebody_who_signs_too_the_parts_become_one(company: Company, office: Office) -> None:
    instance, task = await signing(company, AGENT, LEAD)
    seen = await office.prepare(AGENT, LEAD, "items")
    await office.finished(seen["id"], "run")
    assert [part for part in await parts(company, task) if part[2] == "open"] == [("assignee", LEAD, "open")]
    back = await office.finished(seen["id"], "reverse")
    assert [line["code"] for line in back["lines"]] == ["handover.merged"]
    assert [part for part in await parts(company, task) if part[2] == "open"] == [("assignee", LEAD, "open")]
    await company.decide(LEAD, instance, "sign", "agree")
    assert (await company.instance(instance))["status"] == "completed"


async def test_what_moved_on_is_skipped_and_what_fails_can_be_tried_again(company: Company, office: Office) -> None:
    ticket = await company.ticket(owner=await office.id(AGENT))
    await company.publish(approval(AGENT))
    seen = await office.prepare(AGENT, LEAD, "definitions", "records")
    await office.http.patch(
        f"/records/ticket/{ticket}", json={"version": 1, "data": {"owner": await office.id(QUALITY)}}
    )
    draft = {**approval(AGENT), "description": {"zh": "草稿", "en": "Draft"}}
    async with company.services.database.transaction() as session:
        await save_draft(session, company.services.publishing, SYSTEM, "flow", "signing", draft)
    done = await office.finished(seen["id"], "run")
    definition, record = done["lines"]
    assert (definition["status"], definition["code"]) == ("failed", "handover.draft_exists")
    assert (record["status"], record["code"]) == ("skipped", "handover.moved_on")
    assert await office.owner(ticket) == await office.id(QUALITY)
    assert (await office.http.delete("/definitions/flow/signing/draft")).status_code == 204
    again = await office.finished(seen["id"], "run")
    assert kinds(again, "done") == ["definition"]
    assert await office.fixed() == [LEAD]


async def test_what_was_held_goes_over_when_it_goes_on(company: Company, office: Office) -> None:
    instance, task = await signing(company, AGENT)
    seen = await office.prepare(AGENT, LEAD, "items")
    await office.http.post(f"/instances/{instance}/suspend", json={"command_id": "suspend-1"})
    (line,) = (await office.finished(seen["id"], "run"))["lines"]
    assert (line["status"], line["code"]) == ("failed", "flow.suspended")
    await office.http.post(f"/instances/{instance}/resume", json={"command_id": "resume-1"})
    assert kinds(await office.finished(seen["id"], "run"), "done") == ["item"]
    assert [part for part in await parts(company, task) if part[2] == "open"] == [("assignee", LEAD, "open")]


async def test_a_definition_that_was_changed_since_keeps_what_others_wrote(company: Company, office: Office) -> None:
    await company.publish(approval(AGENT, QUALITY))
    seen = await office.prepare(AGENT, LEAD, "definitions")
    await office.finished(seen["id"], "run")
    changed = {**approval(LEAD, OTHER_AGENT), "description": {"zh": "新", "en": "New"}}
    await company.publish(changed)
    await office.finished(seen["id"], "reverse")
    assert await office.fixed() == [AGENT, OTHER_AGENT]


async def test_a_task_that_stands_alone_goes_over_and_comes_back(company: Company, office: Office) -> None:
    ticket, people = await company.ticket(), [UUID(await office.id(AGENT))]
    new = NewTask({"zh": "回访", "en": "Call back"}, "ticket", ticket)
    async with company.services.database.transaction() as session:
        task = str(await open_alone(session, new, people, clock.now(), Cause()))
    seen = await office.prepare(AGENT, LEAD, "items")
    await office.finished(seen["id"], "run")
    assert [item["id"] for item in await company.inbox(LEAD)] == [task]
    assert await company.inbox(AGENT) == []
    await office.finished(seen["id"], "reverse")
    assert [item["id"] for item in await company.inbox(AGENT)] == [task]
    await company.complete(AGENT, task, "done")


async def test_who_may_and_between_whom(company: Company, office: Office, sign_in: SignIn) -> None:
    wang = await sign_in(AGENT)
    mine, lead = await office.id(AGENT), await office.id(LEAD)
    body = {"from_user": mine, "to_user": lead, "parts": ["items"]}
    assert (await wang.post("/handovers", json=body)).json()["error"]["code"] == "forbidden"
    assert (await wang.get("/handovers")).json()["error"]["code"] == "forbidden"
    same = await office.http.post("/handovers", json={**body, "to_user": mine})
    assert same.json()["error"]["code"] == "handover.same_person"
    seen = await office.prepare(AGENT, LEAD, "items")
    assert (await wang.get(f"/handovers/{seen['id']}")).json()["error"]["code"] == "forbidden"
    early = await office.http.post(f"/handovers/{seen['id']}/reverse")
    assert early.json()["error"]["code"] == "handover.not_now"
    assert await company.scalar(text('UPDATE weft."user" SET active = false WHERE id = :id RETURNING 1'), id=lead)
    gone = await office.http.post(f"/handovers/{seen['id']}/run")
    assert gone.json()["error"]["code"] == "handover.person_inactive"
    (listed,) = (await office.http.get("/handovers")).json()["items"]
    assert (listed["from"]["name"], listed["to"]["name"], listed["status"]) == ("王伟", "李娜", "preview")


async def test_whoever_left_already_can_still_be_handed_over(company: Company, office: Office) -> None:
    _, task = await signing(company, AGENT)
    statement = text('UPDATE weft."user" SET active = false WHERE email = :email RETURNING 1')
    assert await company.scalar(statement, email=AGENT)
    seen = await office.prepare(AGENT, LEAD)
    done = await office.finished(seen["id"], "run")
    assert done["counts"]["failed"] == 0, done["lines"]
    assert [part for part in await parts(company, task) if part[2] == "open"] == [("assignee", LEAD, "open")]
    back = await office.http.post(f"/handovers/{seen['id']}/reverse")
    assert back.json()["error"]["code"] == "handover.person_inactive"


async def initiator(company: Company, instance: UUID) -> str:
    """Whose an instance is, by its row and by its state, which say the same."""
    statement = text("SELECT initiator_id::text, state ->> 'initiator' AS known FROM weft.instance WHERE id = :id")
    async with company.services.database.transaction() as session:
        row = (await session.execute(statement, {"id": instance})).one()
    assert row.initiator_id == row.known
    return str(row.initiator_id)


async def agent_of(company: Company, email: str) -> str:
    statement = text(
        'SELECT a.email FROM weft.standing_agent s JOIN weft."user" p ON p.id = s.principal_id'
        ' JOIN weft."user" a ON a.id = s.agent_id WHERE p.email = :email AND s.revoked_at IS NULL'
    )
    return str(await company.scalar(statement, email=email))


async def test_a_turn_that_was_cut_off_after_the_flow_was_told_is_taken_up(company: Company, office: Office) -> None:
    """The part is the other person's already, and the line does not know."""
    _, task = await signing(company, AGENT)
    seen = await office.prepare(AGENT, LEAD, "items")
    await office.finished(seen["id"], "run")
    forgotten = text("UPDATE weft.handover_line SET status = 'planned', before = '{}' RETURNING 1")
    assert await company.scalar(forgotten)
    done = await office.finished(seen["id"], "run")
    assert kinds(done, "done") == ["item"]
    await office.finished(seen["id"], "reverse")
    assert [part for part in await parts(company, task) if part[2] == "open"] == [("assignee", AGENT, "open")]
