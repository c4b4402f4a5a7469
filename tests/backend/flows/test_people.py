"""Who gets a task, and whose decision counts."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend.flows.errors import AlreadyHandled, NotYours
from backend.identity.service import create_user
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, Company

TITLE = {"zh": "签字", "en": "Sign"}


def signing(assignment: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A flow with one task."""
    agree, refuse = {"key": "agree", "label": TITLE}, {"key": "refuse", "label": TITLE, "kind": "refuse"}
    task = {"id": "sign", "type": "user_task", "title": TITLE, "outcomes": [agree, refuse], "assignment": assignment}
    return {
        "kind": "flow",
        "key": "signing",
        "label": TITLE,
        "entity": "ticket",
        "nodes": [
            {"id": "start", "type": "start_event", "title": TITLE},
            {**task, **more},
            {"id": "end", "type": "end_event", "title": TITLE},
        ],
        "edges": [{"id": "a", "source": "start", "target": "sign"}, {"id": "b", "source": "sign", "target": "end"}],
    }


async def begin(company: Company, flow: dict[str, Any], **ticket: Any) -> UUID:
    await company.publish(flow)
    instance = await company.start("signing", await company.ticket(**ticket))
    await company.until(lambda: company.has_open(instance, "sign"))
    return instance


async def test_all_must_agree(company: Company) -> None:
    instance = await begin(company, signing({"mode": "all", "candidates": [{"role": "cs_agent"}, {"role": "cs_lead"}]}))
    people = [email for email in (AGENT, OTHER_AGENT, LEAD) if await company.inbox(email)]
    assert len(people) == 3
    task = (await company.task(AGENT, instance, "sign"))["id"]
    answer = await company.complete(AGENT, task, "agree")
    assert (answer["status"], answer["instance_status"]) == ("open", "running")
    with pytest.raises(AlreadyHandled):
        await company.complete(AGENT, task, "refuse")
    assert [i["status"] for i in (await company.detail(LEAD, task))["assignees"]].count("done") == 1
    await company.complete(OTHER_AGENT, task, "agree")
    answer = await company.complete(LEAD, task, "agree")
    assert (answer["status"], answer["instance_status"]) == ("completed", "completed")


async def test_one_refusal_refuses_for_all(company: Company) -> None:
    instance = await begin(company, signing({"mode": "all", "candidates": [{"role": "cs_agent"}]}))
    answer = await company.decide(AGENT, instance, "sign", "refuse")
    assert (answer["status"], answer["instance_status"]) == ("completed", "completed")
    assert await company.inbox(OTHER_AGENT) == []


async def test_one_person_gets_it(company: Company) -> None:
    instance = await begin(company, signing({"mode": "one", "candidates": [{"user": FINANCE}, {"role": "cs_agent"}]}))
    task = (await company.task(FINANCE, instance, "sign"))["id"]
    with pytest.raises(NotYours):
        await company.complete(AGENT, task, "agree")
    assert (await company.complete(FINANCE, task, "agree"))["instance_status"] == "completed"


async def test_a_user_field_of_the_record_names_who(company: Company) -> None:
    owner = str((await company.caller(FINANCE)).user_id)
    instance = await begin(company, signing({"candidates": [{"record_field": "owner"}]}), owner=owner)
    assert await company.task(FINANCE, instance, "sign")


async def test_nobody_found_is_an_incident_and_an_administrators_task(company: Company) -> None:
    instance = await begin(company, signing({"candidates": [{"user": "gone@weft.local"}]}))
    shown = await company.instance(instance)
    assert (shown["status"], shown["incident"]["code"], shown["incident"]["blocking"]) == (
        "running",
        "nobody_found",
        False,
    )
    answer = await company.decide(ADMIN, instance, "sign", "agree")
    assert answer["instance_status"] == "completed"
    assert (await company.instance(instance))["incident"] is None


async def test_a_running_instance_keeps_its_version(company: Company) -> None:
    instance = await begin(company, signing({"candidates": [{"role": "cs_agent"}]}))
    other = signing({"candidates": [{"role": "cs_agent"}]}, title={"zh": "改名", "en": "Renamed"})
    other["nodes"].insert(2, {**other["nodes"][1], "id": "second"})
    other["edges"] = [
        {"id": "a", "source": "start", "target": "sign"},
        {"id": "b", "source": "sign", "target": "second"},
        {"id": "c", "source": "second", "target": "end"},
    ]
    await company.publish(other)
    answer = await company.decide(AGENT, instance, "sign", "agree")
    assert answer["instance_status"] == "completed"
    assert (await company.instance(instance))["flow_version"] == 1


async def test_a_burst_of_co_signers_loses_nobody(company: Company) -> None:
    """More at once than Temporal takes in flight for one workflow."""
    people = [f"signer{number}@weft.local" for number in range(16)]
    async with company.services.database.transaction() as session:
        for email in people:
            await create_user(session, email=email, name=email, password_hash=None)
    instance = await begin(company, signing({"mode": "all", "candidates": [{"user": email} for email in people]}))
    task = (await company.task(people[0], instance, "sign"))["id"]
    answers = await asyncio.gather(*(company.complete(email, task, "agree") for email in people))
    assert [answer["status"] for answer in answers].count("completed") == 1
    assert (await company.instance(instance))["status"] == "completed"
