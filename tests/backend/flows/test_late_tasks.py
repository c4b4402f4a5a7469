"""Tasks that are late, on the Temporal server that skips time: by the company's calendar, with reminders, superiors, and an end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.events.log import Cause
from backend.events.outbox import deliver_due
from backend.flows import service
from engine.flow import Resume, Suspend
from engine.flow.working_time import later
from engine.language import Calendar
from tests.backend.flows.company import AGENT, LEAD, OTHER_AGENT, Company, company_at_work
from tests.backend.flows.drawing import flow, node
from tests.temporal_server import skipping_temporal

AGREE = {"key": "agree", "label": {"zh": "同意", "en": "agree"}}
ASK = {"key": "ask", "label": {"zh": "补充", "en": "ask"}, "kind": "send_back", "straight": True, "target": "first"}
_TOLD = text(
    "SELECT count(*) FROM weft.event WHERE type = 'task.overdue' AND data ->> 'instance_id' = CAST(:instance AS text)"
)


@pytest.fixture
async def company(database_url: str) -> AsyncIterator[Company]:
    async with skipping_temporal() as environment, company_at_work(database_url, environment.client) as company:
        company.sleep = environment.sleep
        yield company


def late(*rules: dict[str, Any], due: str = "PT1H", **assignment: Any) -> dict[str, Any]:
    """Wang Wei, then Zhang Min under these rules."""
    asked = {"candidates": [{"user": OTHER_AGENT}], "overdue": list(rules), **assignment}
    first = node("first", "task", assignment={"candidates": [{"user": AGENT}]})
    second = node("second", "task", assignment=asked, outcomes=[AGREE, ASK], due=due)
    return flow("late", [first, second], "start -> first -> second -> end")


async def begun(company: Company, drawn: dict[str, Any]) -> UUID:
    """An instance at its second task."""
    await company.publish(drawn)
    instance = await company.start("late", await company.ticket())
    await company.until(lambda: company.has_open(instance, "first"))
    await company.decide(AGENT, instance, "first", "done")
    return instance


async def moments(company: Company, instance: UUID) -> tuple[datetime, datetime]:
    """When the second task was opened last, and when it is due."""
    task = await company.task(OTHER_AGENT, instance, "second")
    return datetime.fromisoformat(task["opened_at"]), datetime.fromisoformat(task["due_at"])


async def test_reminders_then_a_superior_then_it_is_done_by_itself(company: Company) -> None:
    rules = (
        {"action": "remind", "every": "PT1H", "times": 2},
        {"action": "superior", "after": "PT3H"},
        {"action": "agree", "after": "PT5H"},
    )
    instance = await begun(company, late(*rules))
    assert await company.scalar(_TOLD, instance=instance) == 0
    await company.sleep(timedelta(hours=2, minutes=30))
    await company.until(lambda: _equals(company, instance, 2))
    assert await company.inbox(LEAD) == []
    await company.sleep(timedelta(hours=2))
    await company.until(lambda: company.inbox(LEAD))
    assert (await company.task(LEAD, instance, "second"))["escalated"]
    assert await company.scalar(_TOLD, instance=instance) == 2
    await company.sleep(timedelta(hours=2))
    await company.until(lambda: _ended(company, instance))
    shown = await company.instance(instance)
    assert [task["outcome"] for task in shown["tasks"]] == ["done", "agree"]
    assert [line["data"]["action"] for line in shown["history"] if line["type"] == "overdue"] == [
        *("remind", "remind", "superior", "agree")
    ]


async def test_nobody_judges_by_way_of_a_deadline_what_they_asked_for(company: Company) -> None:
    """The superior of whoever is late is the initiator: whoever is above them gets it, an administrator where there is nobody."""
    drawn = late({"action": "superior"}, own="superior")
    await company.publish(drawn)
    lead = await company.scalar(text('SELECT id FROM weft."user" WHERE email = :email'), email=LEAD)
    async with company.services.database.transaction() as session:
        metadata, actions = company.services.metadata.current, company.services.actions
        record, cause = await company.ticket(), Cause(actor_id=lead, actor_kind="user")
        instance = await service.start(
            session, metadata, SYSTEM, "late", actions=actions, record_id=record, cause=cause
        )
    await deliver_due(company.services.database, company.services.outbox_handlers())
    await company.until(lambda: company.has_open(instance, "first"))
    await company.decide(AGENT, instance, "first", "done")
    await company.sleep(timedelta(hours=2))

    async def escalated() -> list[str]:
        found = await company.instance(instance)
        second = next(task for task in found["tasks"] if task["node_id"] == "second")
        return [each["user"]["id"] for each in second["assignees"] if each["kind"] == "escalation"]

    await company.until(escalated)
    assert str(lead) not in await escalated()


async def _equals(company: Company, instance: UUID, count: int) -> bool:
    return bool(await company.scalar(_TOLD, instance=instance) == count)


async def _ended(company: Company, instance: UUID) -> bool:
    return bool((await company.instance(instance))["status"] == "completed")


async def test_a_deadline_counts_the_companys_working_time(company: Company) -> None:
    default = company.services.metadata.current.default_calendar
    assert default is not None
    calendar = Calendar.from_json(default.to_json())
    rules = ({"action": "remind"}, {"action": "agree", "after": "P1D", "business": True})
    instance = await begun(company, late(*rules, due="PT30H", business=True))
    opened, due = await moments(company, instance)
    wanted = later(calendar, clock.zone(), opened, "PT30H")
    assert abs(due - wanted) < timedelta(seconds=1)
    assert due - opened > timedelta(days=3)  # thirty hours of work are more than three of its days
    await company.sleep(due - opened + timedelta(minutes=1))
    await company.until(lambda: _equals(company, instance, 1))
    assert (await company.instance(instance))["status"] == "running"
    await company.sleep(later(calendar, clock.zone(), due, "P1D") - due + timedelta(minutes=1))
    await company.until(lambda: _ended(company, instance))


async def test_the_clock_stands_while_the_one_before_is_asked_again(company: Company) -> None:
    instance = await begun(company, late({"action": "remind"}, due="PT4H", clock="pause"))
    await company.sleep(timedelta(hours=1))
    await company.decide(OTHER_AGENT, instance, "second", "ask")
    await company.sleep(timedelta(hours=30))
    assert await company.scalar(_TOLD, instance=instance) == 0
    await company.decide(AGENT, instance, "first", "done")
    opened, due = await moments(company, instance)
    assert timedelta(hours=2, minutes=55) < due - opened <= timedelta(hours=3, minutes=1)
    await company.sleep(timedelta(hours=3, minutes=5))
    await company.until(lambda: _equals(company, instance, 1))


async def test_what_is_held_is_due_later(company: Company) -> None:
    instance = await begun(company, late({"action": "remind"}, due="PT4H"))
    _, before = await moments(company, instance)
    await _order(company, instance, Suspend())
    await company.sleep(timedelta(hours=9))
    assert await company.scalar(_TOLD, instance=instance) == 0
    await _order(company, instance, Resume())
    _, after = await moments(company, instance)
    assert timedelta(hours=8, minutes=55) < after - before < timedelta(hours=10)
    await company.sleep(timedelta(hours=4, minutes=5))
    await company.until(lambda: _equals(company, instance, 1))


async def _order(company: Company, instance: UUID, command: Suspend | Resume) -> None:
    async with company.services.database.transaction() as session:
        metadata = company.services.metadata.current
        await service.steer(session, metadata, SYSTEM, company.host, instance, uuid4().hex, command)
