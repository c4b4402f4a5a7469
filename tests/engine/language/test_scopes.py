"""Scopes from definitions: what the expressions of records, forms and flows may name."""

from __future__ import annotations

from engine.definitions import SYSTEM_FIELDS, Entity, Field, Flow, Form, FormItem, Option, Section, Text, Variable
from engine.language import BOOLEAN, Checked, Problems, Scope, check, flow_scope, form_scope, record_scope
from engine.language.scopes import FIELD_TYPES

LINE = (Field("part", "text", Text("配件", "Part")), Field("price", "money", Text("价格", "Price"), currency="CNY"))
PERSON = Entity("person", Text("客户", "Person"), (Field("name", "text", Text("姓名", "Name")),), "name")
TICKET = Entity(
    "ticket",
    Text("工单", "Ticket"),
    (
        Field("number", "auto_number", Text("编号", "Number")),
        Field("priority", "choice", Text("优先级", "Priority"), options=(Option("high", Text("高", "High")),)),
        Field("limit", "number", Text("限额", "Limit")),
        Field("person", "reference", Text("客户", "Person"), entity="person"),
        Field("items", "sub_table", Text("明细", "Items"), fields=LINE),
        Field("lead", "user", Text("牵头人", "Lead")),
    ),
    "number",
)
ENTITIES = {"person": PERSON, "ticket": TICKET}
FORM = Form(
    "triage",
    Text("分诊", "Triage"),
    "ticket",
    (Section((FormItem("priority", label=Text("紧急程度", "Urgency")), FormItem("limit"))),),
)
FLOW = Flow(
    "complaint",
    Text("投诉", "Complaint"),
    "ticket",
    (),
    (),
    variables=(Variable("compensation", "money", Text("补偿", "Compensation"), currency="CNY"),),
)


def _accepts(text: str, scope: Scope, target: str = "python") -> Checked:
    found = check(text, scope, expects=BOOLEAN, target=target)
    assert not isinstance(found, Problems), str(found)
    return found


def test_record_scope_has_fields_system_fields_and_the_caller() -> None:
    scope = record_scope(TICKET, ENTITIES)
    assert set(scope.variables) == {field.key for field in TICKET.fields} | set(SYSTEM_FIELDS) | {"me"}
    _accepts('priority = "high" and limit > 3 and person.name = "x" and lead = me', scope, "sql")
    _accepts("负责人 = me.id and department = me.department and deleted_at is empty", scope, "sql")
    _accepts('lead.name = "x" and length(items) > 2 and items is not empty', scope)


def test_form_scope_takes_the_labels_of_the_form() -> None:
    scope = form_scope(FORM, TICKET, ENTITIES)
    assert _accepts('紧急程度 = "高" and 限额 > 3', scope).references() == (("priority",), ("limit",))


def test_flow_scope_has_variables_outcome_and_the_record() -> None:
    scope = flow_scope(FLOW, ENTITIES)
    found = _accepts('compensation > 500 CNY and outcome = "approve" and record.person.name is not empty', scope)
    values = {"compensation": "500.01", "outcome": "approve", "record": {"person": {"name": "王五"}}}
    assert found.is_true(values)
    assert found.trace(values)["record.person.name"] == "王五"


def test_every_field_type_of_the_product_has_a_type_here() -> None:
    product = (
        "text long_text number money boolean date datetime choice multi_choice stage reference user department phone "
        "email tags auto_number sub_table"
    )
    assert set(product.split()) | {"id"} == set(FIELD_TYPES)
