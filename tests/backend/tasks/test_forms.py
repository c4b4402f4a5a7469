"""A node's form: conditions decide what is taken and what is required, over what is typed and what the record has."""

from __future__ import annotations

import json

import pytest

from backend.flows.errors import InvalidData
from tests.backend.flows.company import AGENT, PLAN, QUALITY, SERVICE, TEMPLATES, TRIAGE, Company


async def test_a_value_whose_item_is_hidden_is_not_taken(company: Company) -> None:
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    data = {"is_defect": False, "batch": "B1", "quality_finding": "正常"}
    await company.decide(QUALITY, instance, "quality_check", "done", data)
    record = await company.record("ticket", ticket)
    assert (record["is_defect"], record["batch"], record["quality_finding"]) == (False, None, "正常")


async def test_what_is_shown_because_of_another_value_is_required(company: Company) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    with pytest.raises(InvalidData) as caught:
        await company.decide(QUALITY, instance, "quality_check", "done", {"is_defect": True, "quality_finding": "漏"})
    assert [(p["field"], p["code"]) for p in caught.value.problems or []] == [("batch", "field.required")]


async def test_what_the_record_has_need_not_be_typed_again(company: Company) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", {"quality_finding": "好"})
    large = {"compensation": 900, "compensation_reason": "泡水"}
    await company.decide(SERVICE, instance, "service_plan", "done", {**PLAN, **large})
    finance = "sun.li@weft.local"
    await company.decide(finance, instance, "finance_approval", "send_back", comment="请再核实")
    answer = await company.decide(SERVICE, instance, "service_plan", "done", {})
    assert [task["node_id"] for task in answer["next_tasks"]] == ["finance_approval"]


async def test_a_refusal_needs_no_complete_form(company: Company) -> None:
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "refuse", {"description": "广告"}, comment="广告")
    assert (await company.record("ticket", ticket))["description"] == "广告"


async def publish_computed_reason(company: Company) -> None:
    """The form of the service plan with a reason that follows from the compensation, which is as the items cost."""
    form = json.loads((TEMPLATES / "crm" / "forms" / "ticket_service.json").read_text(encoding="utf-8"))
    amount, reason, _ = form["sections"][-1]["items"]
    amount["computed"] = "if is_defect then 300 CNY else 20 CNY end"
    reason["computed"] = 'if compensation > 100 CNY then "质量问题" else "其他" end'
    await company.publish(form, "form")


async def test_computed_values_are_set_by_the_server_one_after_another(company: Company) -> None:
    await publish_computed_reason(company)
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(
        QUALITY, instance, "quality_check", "done", {"is_defect": True, "batch": "B1", "quality_finding": "漏"}
    )
    await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    record = await company.record("ticket", ticket)
    assert record["compensation"] == {"amount": "300.00", "currency": "CNY"}
    assert record["compensation_reason"] == "质量问题"


async def test_nothing_is_computed_from_what_is_not_taken(company: Company) -> None:
    form = json.loads((TEMPLATES / "crm" / "forms" / "ticket_service.json").read_text(encoding="utf-8"))
    amount, reason, _ = form["sections"][-1]["items"]
    amount["computed"] = "if compensation_reason is empty then 20 CNY else 300 CNY end"
    reason |= {"visible_when": "is_defect", "required_when": "false"}
    await company.publish(form, "form")
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", {"quality_finding": "好"})
    await company.decide(SERVICE, instance, "service_plan", "done", {**PLAN, "compensation_reason": "泡水"})
    record = await company.record("ticket", ticket)
    assert (record["compensation_reason"], record["compensation"]["amount"]) == (None, "20.00")


async def test_computed_values_are_not_taken_from_callers(company: Company) -> None:
    await publish_computed_reason(company)
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", {"quality_finding": "好"})
    with pytest.raises(InvalidData) as caught:
        await company.decide(SERVICE, instance, "service_plan", "done", {**PLAN, "compensation": 5})
    assert [(p["field"], p["code"]) for p in caught.value.problems or []] == [("compensation", "field.read_only")]


async def test_checks_that_look_something_up_are_made_by_the_server_alone(company: Company) -> None:
    form = json.loads((TEMPLATES / "crm" / "forms" / "ticket_service.json").read_text(encoding="utf-8"))
    form["checks"] = [
        {
            "expression": 'compensation <= 100 CNY or has_role(me, "finance_manager")',
            "message": {"zh": "超过 100 元由财务经理填写", "en": "Above 100 CNY the finance manager fills it in"},
            "field": "compensation",
        },
        {"expression": "compensation >= 0 CNY", "message": {"zh": "不能为负", "en": "Not below zero"}},
        {
            "expression": 'exists("person", id: person)',
            "message": {"zh": "客户已删除", "en": "The customer is gone"},
        },
    ]
    await company.publish(form, "form")
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", {"quality_finding": "好"})
    shown = await company.detail(SERVICE, (await company.task(SERVICE, instance, "service_plan"))["id"])
    assert [check["expression"] for check in shown["form"]["checks"]] == ["compensation >= 0 CNY"]
    data = {**PLAN, "compensation": 900, "compensation_reason": "泡水"}
    with pytest.raises(InvalidData) as caught:
        await company.decide(SERVICE, instance, "service_plan", "done", data)
    assert [(p["field"], p["code"]) for p in caught.value.problems or []] == [("compensation", "check")]
    small = {**PLAN, "compensation": 80, "compensation_reason": "泡水"}
    await company.decide(SERVICE, instance, "service_plan", "done", small)
    assert (await company.record("ticket", ticket))["compensation"] == {"amount": "80.00", "currency": "CNY"}
