"""The built-in flow `urgent_complaint` through four departments, on real PostgreSQL and real Temporal."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from tests.backend.flows.company import AGENT, FINANCE, LEAD, PLAN, QUALITY, QUALITY_DATA, SERVICE, TRIAGE, Company

LARGE = {"compensation": {"amount": "800.00", "currency": "CNY"}, "compensation_reason": "地板泡水"}


async def _to_finance(company: Company) -> tuple[UUID, UUID]:
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    await company.decide(SERVICE, instance, "service_plan", "done", {**PLAN, **LARGE})
    return ticket, instance


async def test_small_compensation_needs_no_approval(company: Company) -> None:
    ticket, instance = await company.complain()
    answer = await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    assert {task["node_id"] for task in answer["next_tasks"]} == {"quality_check", "service_plan"}
    assert (await company.record("ticket", ticket))["status"] == "in_progress"
    await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    answer = await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    assert answer["instance_status"] == "completed"
    record = await company.record("ticket", ticket)
    assert record["status"] == "closed"
    assert record["quality_finding"] == "密封圈老化"
    assert (await company.record("person", UUID(record["person"])))["tags"] == ["投诉已处理"]
    outbox = text("SELECT payload ->> 'text' FROM weft.outbox WHERE kind = 'send_message'")
    assert await company.scalar(outbox) == PLAN["reply_text"]
    assert await company.scalar(text("SELECT count(*) FROM data.knowledge_article")) == 1


async def test_large_compensation_is_approved_by_finance(company: Company) -> None:
    ticket, instance = await _to_finance(company)
    assert (await company.record("ticket", ticket))["status"] == "waiting_approval"
    answer = await company.decide(FINANCE, instance, "finance_approval", "approve")
    assert answer["instance_status"] == "completed"
    shown = await company.instance(instance)
    assert (shown["status"], shown["outcome"], shown["tokens"]) == ("completed", "resolved", [])


async def test_finance_sends_back_to_the_service_plan_only(company: Company) -> None:
    _, instance = await _to_finance(company)
    await company.decide(FINANCE, instance, "finance_approval", "send_back", comment="金额太高")
    assert await company.inbox(QUALITY) == []
    again = await company.task(SERVICE, instance, "service_plan")
    assert again["round"] == 2
    detail = await company.detail(SERVICE, again["id"])
    assert [d["comment"] for d in detail["decisions"] if d["outcome"] == "send_back"] == ["金额太高"]
    small = {"compensation": {"amount": "300.00", "currency": "CNY"}}
    answer = await company.complete(SERVICE, again["id"], "done", small)
    assert answer["instance_status"] == "completed"


async def test_a_refusal_takes_the_other_path(company: Company) -> None:
    ticket, instance = await company.complain()
    answer = await company.decide(AGENT, instance, "triage", "refuse", comment="不属于我们的产品")
    assert answer["instance_status"] == "completed"
    assert (await company.instance(instance))["outcome"] == "rejected"
    assert (await company.record("ticket", ticket))["status"] == "rejected"
    assert await company.scalar(text("SELECT count(*) FROM weft.outbox WHERE kind = 'send_message'")) == 1


async def test_boxes_show_each_person_their_part(company: Company) -> None:
    _, instance = await company.complain()
    assert [t["node_id"] for t in await company.inbox(LEAD, "cc")] == ["triage"]
    task = await company.task(AGENT, instance, "triage")
    assert task["title"]["zh"] == "客服受理"
    assert task["subject"] == "刚买的洗衣机漏水"
    await company.complete(AGENT, task["id"], "confirm", TRIAGE)
    assert await company.inbox(AGENT) == []
    assert [t["id"] for t in await company.inbox(AGENT, "done")] == [task["id"]]
