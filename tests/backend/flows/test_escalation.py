"""Thirty minutes without triage, on the Temporal server that skips time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from engine.flow.approval import operations
from tests.backend.flows.company import AGENT, LEAD, OTHER_AGENT, TRIAGE, Company, company_at_work
from tests.temporal_server import skipping_temporal


@pytest.fixture
async def company(database_url: str) -> AsyncIterator[Company]:
    async with skipping_temporal() as environment, company_at_work(database_url, environment.client) as company:
        company.sleep = environment.sleep
        yield company


async def test_an_overdue_triage_goes_to_the_superior_too(company: Company) -> None:
    _, instance = await company.complain()
    await company.sleep(timedelta(minutes=29))
    assert await company.inbox(LEAD) == []
    await company.sleep(timedelta(minutes=2))
    await company.until(lambda: company.inbox(LEAD))
    mine = await company.task(LEAD, instance, "triage")
    assert mine["escalated"]
    for agent in (AGENT, OTHER_AGENT):
        assert (await company.task(agent, instance, "triage"))["escalated"]
    answer = await company.complete(LEAD, mine["id"], "confirm", TRIAGE)
    assert answer["status"] == "completed"
    assert await company.inbox(AGENT) == []
    history = [line["type"] for line in (await company.instance(instance))["history"]]
    assert history.count("timer_fired") == 1
    assert history.count("task_escalated") == 1


async def test_a_triage_in_time_is_not_escalated(company: Company) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.sleep(timedelta(hours=1))
    assert await company.inbox(LEAD) == []
    assert "timer_fired" not in [line["type"] for line in (await company.instance(instance))["history"]]


async def test_an_escalation_that_finds_no_room_says_so_and_not_that_it_came_too_late(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_ITEMS", 1)
    _, instance = await company.complain()
    await company.sleep(timedelta(minutes=31))

    async def told() -> list[str]:
        lines = (await company.instance(instance))["history"]
        return [line["data"]["reason"] for line in lines if line["type"] == "not_done"]

    await company.until(told)
    assert await told() == ["task.too_many_people"]
    assert "too_late" not in [line["type"] for line in (await company.instance(instance))["history"]]
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
