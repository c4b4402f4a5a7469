"""What rules do to running flows: end them, try them again, decide and escalate their tasks. Against a real Temporal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend.actions.action import ActionArgument, ActionContext
from backend.errors import NotFound
from backend.events.log import Cause
from backend.events.outbox import deliver_due
from backend.flows.errors import CommandIdInvalid
from backend.flows.signals import command_id
from backend.flows.steering import answered
from tests.backend.flows.company import AGENT, LEAD, OTHER_AGENT, PLAN, QUALITY, QUALITY_DATA, SERVICE, TRIAGE, Company
from tests.backend.flows.test_urgent_complaint import LARGE
from tests.backend.tasks.approving import flow, step


async def act(company: Company, action: str, ticket: UUID, /, **arguments: Any) -> dict[str, Any]:
    """Run an action about a ticket, and what it left in the outbox."""
    async with company.services.database.transaction() as session:
        context = ActionContext(
            session=session,
            metadata=company.services.metadata.current,
            now=datetime.now(UTC),
            key=str(uuid4()),
            cause=Cause(actor_kind="rule"),
            entity="ticket",
            record_id=ticket,
            rule="vip_negative_post",
        )
        context = replace(context, person_id=None)
        result = await company.services.actions.run(action, context, arguments)
    await deliver_due(company.services.database, company.services.outbox_handlers())
    assert result is not None
    return result


async def outbox(company: Company) -> list[Any]:
    async with company.services.database.transaction() as session:
        rows = await session.execute(
            text("SELECT kind, status, result FROM weft.outbox WHERE kind <> 'start_flow' ORDER BY id")
        )
        return [row for row in rows if row.kind != "send_message"]


async def test_a_rule_escalates_a_task_of_a_flow_and_the_superior_decides_it(company: Company) -> None:
    ticket, instance = await company.complain()
    done = await act(company, "escalate", ticket)
    assert [len(users) for users in done["tasks"].values()] == [1]
    mine = await company.task(LEAD, instance, "triage")
    assert mine["escalated"]
    assert (await company.complete(LEAD, mine["id"], "confirm", TRIAGE))["status"] == "completed"
    for agent in (AGENT, OTHER_AGENT):
        assert await company.inbox(agent) == []
    history = [line["type"] for line in (await company.instance(instance))["history"]]
    assert history.count("task_escalated") == 1


async def test_those_who_had_it_still_decide_what_was_escalated(company: Company) -> None:
    ticket, instance = await company.complain()
    await act(company, "escalate", ticket)
    await act(company, "escalate", ticket)
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    assert await company.inbox(LEAD) == []


async def test_a_signal_ends_an_instance_and_one_that_is_over_is_left_alone(company: Company) -> None:
    ticket, instance = await company.complain()
    done = await act(company, "signal_flow", ticket, signal="cancel", flow="urgent_complaint")
    assert done["instances"] == [str(instance)]
    assert (await company.instance(instance))["status"] == "cancelled"
    assert await company.inbox(AGENT) == []
    assert (await act(company, "signal_flow", ticket, signal="cancel"))["instances"] == []
    assert [(row.kind, row.status, row.result["told"]) for row in await outbox(company)] == [
        ("signal_flow", "done", True)
    ]


async def test_told_twice_is_told_once(company: Company) -> None:
    ticket, instance = await company.complain()
    await act(company, "signal_flow", ticket, signal="cancel")
    async with company.services.database.transaction() as session:
        await session.execute(
            text("UPDATE weft.outbox SET status = 'pending', next_attempt_at = now() WHERE kind = 'signal_flow'")
        )
    await deliver_due(company.services.database, company.services.outbox_handlers())
    assert [row.status for row in await outbox(company)] == ["done"]
    history = [line["type"] for line in (await company.instance(instance))["history"]]
    assert history.count("cancelled") == 1


async def test_any_other_signal_is_in_the_history_and_in_the_log(company: Company) -> None:
    ticket, instance = await company.complain()
    await act(company, "signal_flow", ticket, signal="paid", amount="12.50")
    lines = [line for line in (await company.instance(instance))["history"] if line["type"] == "signalled"]
    assert [line["data"]["signal"] for line in lines] == ["paid"]
    told = text("SELECT count(*) FROM weft.event WHERE type = 'instance.signalled'")
    assert await company.scalar(told) == 1
    assert (await company.instance(instance))["status"] == "running"
    with pytest.raises(NotFound):
        await act(company, "signal_flow", ticket, signal="cancel", flow="not_there")


async def test_a_rule_approves_in_place_of_those_who_have_the_task(company: Company) -> None:
    ticket, instance = await company.complain()
    with pytest.raises(ActionArgument):
        await act(company, "approve", ticket)
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    await company.decide(SERVICE, instance, "service_plan", "done", {**PLAN, **LARGE})
    done = await act(company, "approve", ticket, comment="额度内")
    assert list(done["tasks"].values()) == ["approve"]
    shown = await company.instance(instance)
    assert (shown["status"], shown["outcome"]) == ("completed", "resolved")
    (decided,) = [d for d in shown["history"] if d["type"] == "task_decided" and d["data"]["outcome"] == "approve"]
    assert decided["data"]["comment"].startswith("额度内 · 由规则")


@pytest.mark.parametrize("mode", ["sequence", "vote"])
async def test_a_rule_approves_until_the_task_is_over(company: Company, mode: str) -> None:
    """All whose turn comes have approved with it, and nobody is asked to choose who is next."""
    node = step("sign", AGENT, LEAD, QUALITY, mode=mode)
    await company.publish(flow("signing", node, step("next", AGENT, LEAD, chosen_by="previous")))
    ticket = await company.ticket()
    instance = await company.start("signing", ticket)
    await company.settled(lambda: company.has_open(instance, "sign"))
    await act(company, "approve", ticket, outcome="agree")
    assert await company.has_open(instance, "next")
    assert not await company.has_open(instance, "sign")


async def test_nobody_can_take_the_command_id_of_what_is_told(company: Company) -> None:
    """The end of a called flow would be taken for a repetition of somebody's click, and never arrive."""
    child = uuid4()
    async with company.services.database.transaction() as session:
        with pytest.raises(CommandIdInvalid):
            await answered(session, command_id(f"{child}:ended"), child, None)
