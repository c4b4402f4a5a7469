"""A flow that lets a set of rules fire about its record: which fire, in which order, once, and what the flow knows of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend import clock
from backend.automation.runtime import work_off
from backend.automation.switches import turn
from backend.metadata.service import PublishInvalid
from tests.backend.flows.company import AGENT, Company
from tests.backend.flows.drawing import flow, node, variable

NIGHTLY = "every 1 day at 03:00 for each ticket"


def rule(key: str, body: str, head: str = "") -> dict[str, Any]:
    label = {"zh": key, "en": key}
    return {"kind": "rule", "key": key, "label": label, "text": f'rule {key} "{key}" {head} {body} end'}


URGENT = rule("urgent", f'{NIGHTLY} where channel = "weibo" then update_record(priority: "urgent")', "priority 9")
BRANCHES = rule(
    "branches",
    f'{NIGHTLY} if ticket.priority = "urgent" then update_record(severity: "critical")'
    ' else update_record(severity: "minor")',
)
OTHERS = rule("others", f'{NIGHTLY} where channel = "phone" then update_record(priority: "low")')


def sorting(*rules: str) -> dict[str, Any]:
    outputs = {
        "fired": "fired",
        "failed": "failed",
        "held": "held_back",
        "count": "count",
        "branch": "branches.branches",
    }
    return flow(
        "sorting",
        [
            node("sort", "rule_task", rules=list(rules), outputs=outputs),
            node("which", "xor"),
            node("fast", "end", outcome="fast"),
        ],
        "start -> sort -> which",
        'which -> [record.priority = "urgent"] fast',
        "which -> [*] end",
        variables=[
            *(variable(key, "tags") for key in ("fired", "failed", "held")),
            variable("count", "number"),
            variable("branch"),
        ],
    )


async def sorted_out(company: Company, ticket: UUID) -> dict[str, Any]:
    """The end of an instance about a ticket."""
    id = await company.start("sorting", ticket)

    async def over() -> bool:
        return bool((await company.instance(id))["ended_at"])

    await company.settled(over)
    return await company.instance(id)


async def publish(company: Company, *rules: dict[str, Any], named: list[str] | None = None) -> None:
    for each in rules:
        await company.publish(each, "rule")
    await company.publish(sorting(*(named or [each["key"] for each in rules])))


async def test_those_that_hold_fire_by_priority_and_the_flow_goes_on_with_what_they_did(company: Company) -> None:
    await publish(company, BRANCHES, OTHERS, URGENT)
    ticket = await company.ticket(priority="normal")
    shown = await sorted_out(company, ticket)
    known = shown["variables"]
    assert (known["fired"], known["failed"], known["held"], known["count"]) == (["urgent", "branches"], [], [], 2)
    record = await company.record("ticket", ticket)
    # Each rule is looked at as the record was when the flow asked.
    assert (record["priority"], record["severity"], known["branch"]) == ("urgent", "minor", "else")
    assert shown["outcome"] == "fast"
    causes = text("SELECT count(*) FROM weft.rule_firing WHERE cause LIKE 'flow:%' AND status = 'done'")
    assert await company.scalar(causes) == 2


async def test_what_does_not_belong_to_their_sets_nothing_fires_about(company: Company) -> None:
    await publish(company, URGENT, OTHERS)
    shown = await sorted_out(company, await company.ticket(channel="store"))
    assert (shown["variables"]["fired"], shown["variables"]["count"], shown["outcome"]) == ([], 0, None)


async def test_limits_stops_and_switches_hold(company: Company) -> None:
    once = rule("seldom", f'{NIGHTLY} then update_record(priority: "urgent") limit 1 per ticket.id per 7 days')
    stops = rule("stops", f"{NIGHTLY} then stop", "priority 1")
    await publish(company, once, stops, OTHERS, rule("off", f"{NIGHTLY} then stop", "priority 5"))
    async with company.services.database.transaction() as session:
        await turn(session, "rule", "off", off=True, reason="test")
    await company.publish(sorting("seldom"))
    ticket = await company.ticket()
    assert (await sorted_out(company, ticket))["variables"]["fired"] == ["seldom"]
    again = (await sorted_out(company, ticket))["variables"]
    assert (again["fired"], again["held"]) == ([], ["seldom"])
    await company.publish(sorting("off", "seldom", "stops", "others"))
    stopped = (await sorted_out(company, await company.ticket(channel="phone")))["variables"]
    assert stopped["fired"] == ["stops"]


async def test_an_action_that_fails_stops_its_rule_and_not_the_flow(company: Company) -> None:
    wrong = rule("wrong", f'{NIGHTLY} then start_flow("gone_by_now")')
    await publish(company, wrong, OTHERS)
    shown = await sorted_out(company, await company.ticket(channel="phone"))
    assert (shown["variables"]["fired"], shown["variables"]["failed"]) == (["others", "wrong"], ["wrong"])
    assert shown["status"] == "completed"
    retries = text("SELECT count(*) FROM weft.rule_deadline WHERE kind = 'retry' AND rule = 'wrong'")
    assert await company.scalar(retries) == 1


async def test_what_is_done_later_is_about_the_same_record(company: Company) -> None:
    later = rule("later", f'{NIGHTLY} then after 1 minutes do update_record(priority: "urgent") end')
    await publish(company, later)
    ticket = await company.ticket()
    await sorted_out(company, ticket)
    services = company.services
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        await work_off(services.database, services.pipeline.consumer(), services.rules)
    assert (await company.record("ticket", ticket))["priority"] == "urgent"


async def test_a_rule_that_is_gone_is_an_incident_of_the_node(company: Company) -> None:
    """The check keeps it while a flow names it; an instance may run under a version from before."""
    await company.publish(OTHERS, "rule")
    asking = flow(
        "sorting", [node("work", "task"), node("sort", "rule_task", rules=["others"])], "start -> work -> sort -> end"
    )
    await company.publish(asking)
    id = await company.start("sorting", await company.ticket())
    await company.settled(lambda: company.has_open(id, "work"))
    event = rule("others", 'when ticket.created as t then update_record(priority: "low")')
    with pytest.raises(PublishInvalid):
        await company.publish(event, "rule")
    await company.publish(flow("sorting", [node("work", "task")], "start -> work -> end"))
    await company.publish(event, "rule")
    await company.decide(AGENT, id, "work", "done")
    incident = (await company.instance(id))["incident"]
    assert (incident["code"], incident["node_id"]) == ("action_failed", "sort")
    assert "others" in incident["detail"]


async def test_only_rules_about_such_records_can_be_asked(company: Company) -> None:
    await company.publish(rule("of_people", "every 1 day at 03:00 for each person then stop"), "rule")
    with pytest.raises(PublishInvalid) as refused:
        await company.publish(sorting("of_people", "nobody"))
    codes = {each["code"] for each in refused.value.problems or ()}
    assert codes == {"flow.rule_elsewhere", "flow.unknown_rule"}


async def test_a_task_beside_it_waits_as_ever(company: Company) -> None:
    """Where nothing is taken from the set, the flow goes on at once."""
    await company.publish(URGENT, "rule")
    plain = flow(
        "sorting", [node("sort", "call_rule", rules=["urgent"]), node("work", "task")], "start -> sort -> work -> end"
    )
    await company.publish(plain)
    ticket = await company.ticket()
    id = await company.start("sorting", ticket)
    await company.settled(lambda: company.has_open(id, "work"))
    assert (await company.record("ticket", ticket))["priority"] == "urgent"
    await company.decide(AGENT, id, "work", "done")
