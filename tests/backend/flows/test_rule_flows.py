"""The built-in flows that rules start, each to its ends, on real PostgreSQL and real Temporal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.backend.flows.company import FINANCE, LEAD, QUALITY, Company

PR, MANAGER, SALES, OPERATIONS = (
    "wu.tong@weft.local",
    "han.song@weft.local",
    "lin.yue@weft.local",
    "zhou.yan@weft.local",
)


async def _end(company: Company, instance: UUID) -> tuple[str, str | None]:
    shown = await company.instance(instance)
    assert shown["incident"] is None
    return shown["status"], shown["outcome"]


async def _begin(company: Company, flow: str, record: UUID, node: str, **variables: Any) -> UUID:
    instance = await company.start(flow, record, **variables)
    await company.until(lambda: company.has_open(instance, node))
    return instance


async def test_a_crisis_is_answered_by_facts_and_a_statement(company: Company) -> None:
    product = await company.create("product", {"name": "织云滚筒洗衣机 W10", "sku": "WM-W10"})
    instance = await _begin(company, "crisis_response", product, "assess", level="P1")
    await company.decide(PR, instance, "assess", "respond")
    await company.decide(QUALITY, instance, "facts", "done", {"quality_note": "排水管卡箍松动，涉及一个批次"})
    await company.decide(PR, instance, "statement", "done", {"public_statement": "我们将免费上门检查。"})
    await company.decide(LEAD, instance, "sign_off", "send_back", comment="写上热线电话")
    await company.decide(PR, instance, "statement", "done", {"public_statement": "我们将免费上门检查，热线 400。"})
    await company.decide(LEAD, instance, "sign_off", "approve")
    await company.until(lambda: _is(company, instance, "completed"))
    assert await _end(company, instance) == ("completed", "resolved")
    assert (await company.record("product", product))["public_statement"] == "我们将免费上门检查，热线 400。"
    told = "SELECT count(*) FROM weft.notification n JOIN weft.user u ON u.id = n.user_id WHERE u.email = :email"
    assert await company.scalar(text(told), email=OPERATIONS) == 1


async def test_a_false_alarm_ends_at_once(company: Company) -> None:
    product = await company.create("product", {"name": "织云滚筒洗衣机 W10", "sku": "WM-W10"})
    instance = await _begin(company, "crisis_response", product, "assess")
    await company.decide(PR, instance, "assess", "dismiss", comment="同一个人发的")
    assert await _end(company, instance) == ("completed", "dismissed")


@pytest.mark.parametrize(
    ("outcome", "status", "end"), [("approve", "approved", "approved"), ("refuse", "draft", "refused")]
)
async def test_an_order_is_decided_by_who_runs_the_region(
    company: Company, outcome: str, status: str, end: str
) -> None:
    manager = str((await company.caller(MANAGER)).user_id)
    region = await company.create("region", {"name": "华东", "manager": manager, "cities": ["上海"]})
    order = {"person": str(await company.person()), "region": str(region), "amount": "65980", "status": "submitted"}
    made = await company.create("order", order)
    instance = await _begin(company, "order_approval", made, "approval", approver=manager)
    assert [task["node_id"] for task in await company.inbox(FINANCE, "cc")] == ["approval"]
    note = {"approval_note": "请附上交货计划"}
    await company.decide(MANAGER, instance, "approval", outcome, note, comment="请附上交货计划")
    assert await _end(company, instance) == ("completed", end)
    decided = await company.record("order", made)
    assert (decided["status"], decided["approver"], decided["approval_note"]) == (status, manager, "请附上交货计划")


@pytest.mark.parametrize(("outcome", "tags"), [("qualified", ["装修客户"]), ("later", None)])
async def test_somebody_who_decorates_becomes_a_lead(company: Company, outcome: str, tags: list[str] | None) -> None:
    person = await company.create("person", {"name": "陶然", "city": "无锡", "budget": "80000"})
    instance = await _begin(company, "decoration_lead", person, "contact", source="想要全屋家电的报价")
    lead = await company.scalar(text("SELECT id FROM data.lead WHERE person = :person"), person=person)
    made = await company.record("lead", lead)
    assert (made["name"], made["city"], made["notes"]) == ("陶然 · 装修全屋家电", "无锡", "想要全屋家电的报价")
    assert (made["status"], made["source"], made["budget"]["amount"]) == ("open", "social", "80000.00")
    await company.decide(SALES, instance, "contact", outcome, {"notes": "下月量房"}, comment="下月再谈")
    assert await _end(company, instance) == ("completed", outcome)
    known = await company.record("person", person)
    assert (known["life_cycle"], known["tags"], known["notes"]) == ("lead", tags, "下月量房")


@pytest.mark.parametrize(("outcome", "life_cycle"), [("kept", "customer"), ("lost", "lost")])
async def test_somebody_about_to_leave_is_called(company: Company, outcome: str, life_cycle: str) -> None:
    person = await company.create("person", {"name": "许梅", "life_cycle": "loyal"})
    instance = await _begin(company, "retention", person, "call")
    assert (await company.record("person", person))["life_cycle"] == "at_risk"
    await company.decide(LEAD, instance, "call", outcome, comment="已致电")
    assert await _end(company, instance) == ("completed", outcome)
    assert (await company.record("person", person))["life_cycle"] == life_cycle


async def _is(company: Company, instance: UUID, status: str) -> bool:
    return bool((await company.instance(instance))["status"] == status)
