"""A task for which nobody is found: whoever is disabled is nobody, and the step says what becomes of it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from backend.flows import assigning
from backend.flows.errors import StateTooLarge
from backend.identity.models import User
from engine.flow import step
from engine.host import jobs
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, QUALITY, Company
from tests.backend.flows.drawing import flow, node

_LABEL = {"zh": "好", "en": "fine"}
OUTCOMES = [{"key": "agree", "label": _LABEL}, {"key": "refuse", "label": _LABEL, "kind": "refuse"}]


def lonely(nobody: str, key: str, **assignment: Any) -> dict[str, Any]:
    """A task for somebody who was there once; then the way that its outcome leads."""
    asked = {"candidates": [{"user": QUALITY}], "nobody": nobody, **assignment}
    nodes = [
        node("sign", "task", assignment=asked, outcomes=OUTCOMES),
        node("which", "xor"),
        node("yes", "end", outcome="agreed"),
        node("no", "end", outcome="refused"),
    ]
    return flow(key, nodes, "start -> sign -> which -> [outcome = 'agree'] yes", "which -> [*] no")


async def away(company: Company, *emails: str) -> None:
    """These people cannot sign in any more."""
    async with company.services.database.transaction() as session:
        await session.execute(update(User).where(User.email.in_(emails)).values(active=False))


async def begun(company: Company, drawn: dict[str, Any]) -> UUID:
    await company.publish(drawn)
    return await company.start(drawn["key"], await company.ticket())


async def ends(company: Company, instance: UUID) -> str:
    """How an instance ends that nobody is asked in."""

    async def over() -> bool:
        return bool((await company.instance(instance))["status"] == "completed")

    await company.until(over)
    return str((await company.instance(instance))["outcome"])


async def test_it_passes_or_is_refused_by_itself(company: Company) -> None:
    await away(company, QUALITY)
    for policy, outcome in (("pass", "agreed"), ("refuse", "refused")):
        instance = await begun(company, lonely(policy, f"lonely_{policy}"))
        assert await ends(company, instance) == outcome
        told = [line for line in (await company.instance(instance))["history"] if line["type"] == "nobody_found"]
        assert [line["data"]["policy"] for line in told] == [policy]


async def test_whoever_is_named_for_that_gets_it_unless_they_are_away_too(company: Company) -> None:
    await away(company, QUALITY)
    instance = await begun(company, lonely("user", "lonely_user", nobody_user=FINANCE))
    await company.until(lambda: company.has_open(instance, "sign"))
    assert (await company.instance(instance))["incident"] is None
    await company.decide(FINANCE, instance, "sign", "agree")
    assert await ends(company, instance) == "agreed"
    await away(company, FINANCE)
    instance = await begun(company, lonely("user", "lonely_user", nobody_user=FINANCE))
    await company.until(lambda: company.has_open(instance, "sign"))
    assert (await company.instance(instance))["incident"]["code"] == "nobody_found"
    await company.decide(ADMIN, instance, "sign", "refuse")
    assert await ends(company, instance) == "refused"


async def test_an_administrator_gets_it_or_it_stops_for_an_operator(company: Company) -> None:
    await away(company, QUALITY)
    instance = await begun(company, lonely("admin", "lonely_admin"))
    await company.until(lambda: company.has_open(instance, "sign"))
    await company.decide(ADMIN, instance, "sign", "agree")
    assert await ends(company, instance) == "agreed"
    instance = await begun(company, lonely("incident", "lonely_incident"))
    await company.until(lambda: company.has_open(instance, "sign"))
    shown = await company.instance(instance)
    assert (shown["incident"]["code"], shown["incident"]["blocking"]) == ("nobody_found", False)
    assert [task["assignees"] for task in shown["tasks"]] == [[]]
    assert await company.inbox(ADMIN) == []


async def test_somebody_who_is_there_is_found_among_those_who_are_not(company: Company) -> None:
    await away(company, QUALITY)
    drawn = lonely("pass", "lonely_not", candidates=[{"user": QUALITY}, {"user": AGENT}])
    instance = await begun(company, drawn)
    await company.until(lambda: company.has_open(instance, "sign"))
    await company.decide(AGENT, instance, "sign", "refuse")
    assert await ends(company, instance) == "refused"


async def test_more_tasks_than_there_is_room_for_are_refused_before_anybody_is_looked_for(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows by itself opens them: the first step of it is one too many, and not each of the tasks one more."""
    await away(company, QUALITY)
    nodes = [
        node("ask", "task"),
        node("sign", "task", assignment={"candidates": [{"user": QUALITY}], "nobody": "pass"}, outcomes=OUTCOMES),
        node("each", "task", loop={"kind": "parallel", "cardinality": "100"}),
    ]
    instance = await begun(company, flow("crowded", nodes, "start -> ask -> sign -> each -> end"))
    await company.until(lambda: company.has_open(instance, "ask"))
    monkeypatch.setattr(jobs, "STATE_LIMIT", 6_000)
    looked_for = Counter[str]()

    def counted(*args: Any) -> Any:
        looked_for[type(args[2]).__name__] += 1
        return step(*args)

    monkeypatch.setattr(assigning, "step", counted)
    with pytest.raises(StateTooLarge):
        await company.decide(AGENT, instance, "ask", "done")
    assert looked_for == {"AssignPeople": 1}
    assert await company.has_open(instance, "ask")
