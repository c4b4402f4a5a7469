"""Each kind's checker: what a schema cannot say, with the place and what may have been meant."""

from __future__ import annotations

from typing import Any

import pytest

from backend.metadata.checks import CheckContext, check_definition
from backend.metadata.snapshot import Metadata
from engine.definitions.codec import decode
from engine.language import TEXT
from engine.rules import ActionSignature, Parameter
from tests.backend.metadata.documents import entity, field, form, label, view

ORDER = entity(
    fields=[
        field("name"),
        field("amount", "money", currency="CNY"),
        field(
            "state", "stage", options=[{"key": "open", "label": label("open")}, {"key": "done", "label": label("done")}]
        ),
        field("buyer", "reference", entity="person"),
        field("labels", "tags"),
    ]
)
PERSON = entity("person")
NOTIFY = ActionSignature("notify", (Parameter("to", TEXT, True), Parameter("text", TEXT, True)))


def found(kind: str, document: dict[str, Any], *others: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Path, code and suggestion of each problem of `document` beside the order and the person."""
    definition = decode(kind, document)
    beside = [decode(each["kind"], each) for each in (ORDER, PERSON, *others)]
    metadata = Metadata.of([*beside, definition])
    context = CheckContext(metadata, {"notify": NOTIFY}, frozenset({"sales"}))
    return [(each.path, each.code, each.suggestion) for each in check_definition(definition, context)]


def with_field(**settings: Any) -> dict[str, Any]:
    return entity("thing", fields=[field("name"), field("extra", **settings)])


def test_what_is_sound_has_no_problems() -> None:
    assert found("entity", ORDER) == []
    assert found("view", view(filter='state = "open" and amount > 5 CNY', sort=["-amount", "created_at"])) == []
    assert found("form", form(fields=("name", "amount"))) == []
    computed = {"field": "name", "computed": 'if amount > 9 CNY then "A" else "B" end'}
    assert found("form", form(sections=[{"items": [computed, {"field": "amount"}]}])) == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (with_field(type="reference"), ("/fields/1", "setting_missing", "entity")),
        (with_field(type="choice"), ("/fields/1", "setting_missing", "options")),
        (with_field(type="reference", entity="persn"), ("/fields/1/entity", "unknown_entity", "person")),
        (with_field(type="text", currency="CNY"), ("/fields/1/currency", "setting_unused", None)),
        (
            with_field(type="stage", options=[{"key": "a", "label": label("a")}], transitions={"a": ["b"]}),
            ("/fields/1/transitions/a", "unknown_option", None),
        ),
        (
            with_field(type="sub_table", fields=[field("inner", "auto_number", pattern="{0000}")]),
            ("/fields/1/fields/0/type", "not_in_sub_table", "text"),
        ),
        (entity("thing", fields=[field("name"), field("name")]), ("/fields/1/key", "duplicate_key", None)),
        (entity("thing", fields=[field("name"), field("version")]), ("/fields/1/key", "reserved_key", "version_1")),
        (entity("user"), ("/key", "reserved_key", "user_1")),
        (entity("notification"), ("/key", "reserved_key", "notification_1")),
        (entity("record"), ("/key", "reserved_key", "record_1")),
        (entity("event"), ("/key", "reserved_key", "event_1")),
        (entity("thing", title="nmae"), ("/title", "unknown_field", "name")),
        (entity("thing", title="amount"), ("/title", "title_type", "name")),
        (
            entity("thing", checks=[{"expression": "amuont > 0 CNY", "message": label("m")}]),
            ("/checks/0/expression", "expression.unknown_name", "amount"),
        ),
        (
            entity("thing", unique=[{"fields": ["name", "ctiy"]}]),
            ("/unique/0/fields/1", "unknown_field", None),
        ),
    ],
)
def test_entities(document: dict[str, Any], problem: tuple[str, str, str | None]) -> None:
    assert found("entity", document) == [problem]


def rows(*keys: str) -> list[dict[str, Any]]:
    return [field("name"), *(field(key, "sub_table", fields=[field("inner")]) for key in keys)]


@pytest.mark.parametrize(
    ("document", "other", "place"),
    [
        (entity("form_1"), entity("form1"), "/key"),
        (entity("bill", rows("line_items")), entity("bill_line", rows("items")), "/fields/1/key"),
        (entity("bill", rows("part_2", "part2")), entity("other"), "/fields/2/key"),
    ],
)
def test_two_keys_that_make_one_name_in_graphql(document: dict[str, Any], other: dict[str, Any], place: str) -> None:
    assert found("entity", document, other) == [(place, "graphql_name_taken", None)]


def test_keys_that_only_look_alike_are_no_problem() -> None:
    assert found("entity", entity("ab_c", rows("d")), entity("a_bc", rows("d"))) == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (form(of="ordr"), ("/entity", "unknown_entity", "order")),
        (form(fields=("nmae",)), ("/sections/0/items/0/field", "unknown_field", "name")),
        (form(fields=("name", "name")), ("/sections/0/items/1/field", "duplicate_key", None)),
        (form(fields=("created_at",)), ("/sections/0/items/0/access", "not_writable", "read")),
        (
            form(sections=[{"items": [{"field": "name", "visible_when": "amount"}]}]),
            ("/sections/0/items/0/visible_when", "expression.type_mismatch", "amount > 0 CNY"),
        ),
        (
            form(sections=[{"items": [{"field": "name", "visible_when": 'exists("order", name: name)'}]}]),
            ("/sections/0/items/0/visible_when", "expression.not_provided", None),
        ),
        (
            form(checks=[{"expression": 'exists("order", nmae: name)', "message": {"zh": "", "en": ""}}]),
            ("/checks/0/expression", "expression.unknown_member", "name"),
        ),
        (
            form(sections=[{"items": [{"field": "name", "computed": "amount * 2"}]}]),
            ("/sections/0/items/0/computed", "expression.type_mismatch", "to_text(amount * 2)"),
        ),
        (
            form(sections=[{"items": [{"field": "buyer", "computed": "buyer"}]}]),
            ("/sections/0/items/0/computed", "not_computable", None),
        ),
        (
            form(sections=[{"items": [{"field": "amount", "computed": "amount + 1 CNY"}]}]),
            ("/sections/0/items/0/computed", "computed_cycle", None),
        ),
    ],
)
def test_forms(document: dict[str, Any], problem: tuple[str, str, str | None]) -> None:
    assert found("form", document) == [problem]


def test_checks_of_a_form_may_look_something_up() -> None:
    expression = 'exists("order", name: name) or has_role(me, "clerk")'
    assert found("form", form(checks=[{"expression": expression, "message": {"zh": "没有", "en": "None"}}])) == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (view(columns=("name", "amuont")), ("/columns/1", "unknown_field", "amount")),
        (view(sort=["-labels"]), ("/sort/0", "not_sortable", None)),
        (view(filter='buyer.nmae = "x"'), ("/filter", "expression.unknown_member", "name")),
    ],
)
def test_views(document: dict[str, Any], problem: tuple[str, str, str | None]) -> None:
    assert found("view", document) == [problem]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"grants": [{"entity": "ordr", "actions": ["read"]}]}, ("/grants/0/entity", "unknown_entity", "order")),
        (
            {"grants": [{"entity": "order", "actions": ["read"], "fields": {"amuont": "hidden"}}]},
            ("/grants/0/fields/amuont", "unknown_field", "amount"),
        ),
        (
            {"grants": [{"entity": "*", "actions": ["read"], "fields": {"name": "hidden"}}]},
            ("/grants/0/fields", "fields_of_every_entity", None),
        ),
        ({"flows": ["approve"]}, ("/flows/0", "unknown_flow", None)),
        (
            {"grants": [{"entity": "*", "actions": ["read"], "where": "owner = me"}]},
            ("/grants/0/where", "where_of_every_entity", None),
        ),
        (
            {"grants": [{"entity": "order", "actions": ["read"], "where": "amuont > 5 CNY"}]},
            ("/grants/0/where", "expression.unknown_name", "amount"),
        ),
        (
            {"grants": [{"entity": "order", "actions": ["read"], "where": "amount"}]},
            ("/grants/0/where", "expression.type_mismatch", "amount > 0 CNY"),
        ),
    ],
)
def test_roles(members: dict[str, Any], problem: tuple[str, str, str | None]) -> None:
    assert found("role", {"kind": "role", "key": "clerk", "label": label("c"), **members}) == [problem]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"condition": "amount > 5 CNY and owner = me"}, None),
        ({"condition": "amuont > 5 CNY"}, ("/condition", "expression.unknown_name", "amount")),
        ({"entity": "ordr", "condition": "true"}, ("/entity", "unknown_entity", "order")),
        (
            {"condition": 'name contains any of keywords("products")'},
            ("/condition", "expression.only_in_rules", None),
        ),
    ],
)
def test_segments(members: dict[str, Any], problem: tuple[str, str, str | None] | None) -> None:
    document = {"kind": "segment", "key": "large", "label": label("s"), "entity": "order", **members}
    assert found("segment", document) == ([] if problem is None else [problem])


def rule(text: str) -> dict[str, Any]:
    return {"kind": "rule", "key": "big_order", "label": label("r"), "text": text}


def test_rules() -> None:
    good = 'rule big_order "Big" when order.created as o if o.amount > 100 CNY then notify("sales", o.name) end'
    assert found("rule", rule(good)) == []
    assert found("rule", rule(good.replace("big_order", "large_order"))) == [("/text", "rule_name", "big_order")]
    assert [p[1:] for p in found("rule", rule(good.replace("o.amount", "o.amuont")))] == [
        ("expression.unknown_member", "amount")
    ]
    assert [p[1:] for p in found("rule", rule(good.replace("notify(", "notfy(")))] == [
        ("expression.unknown_action", "notify")
    ]
    assert [
        p[1] for p in found("rule", rule(good.replace("o.amount > 100 CNY", 'o.name contains any of keywords("x")')))
    ] == ["expression.unknown_word_list"]


def test_a_rule_must_pass_its_own_test_cases() -> None:
    text = 'rule big_order when order.created as o if o.amount > 100 CNY then notify("sales", o.name) end'
    given = [{"at": "2026-11-23T09:00", "event": "order.created", "values": {"name": "A1", "amount": "200"}}]
    told = [{"at": "2026-11-23T09:00", "actions": [{"action": "notify", "arguments": {"text": "A1"}}]}]
    right = {"title": label("told"), "given": given, "expect": told}
    assert found("rule", rule(text) | {"tests": [right]}) == []
    silent = {"title": label("silent"), "given": given, "expect": []}
    assert found("rule", rule(text) | {"tests": [right, silent]}) == [("/tests/1", "rule.test_failed", None)]


def flow(**members: Any) -> dict[str, Any]:
    task = {
        "id": "look",
        "type": "user_task",
        "title": label("look"),
        "assignment": {"candidates": [{"department": "sales"}]},
        "outcomes": [{"key": "ok", "label": label("ok")}],
    } | members
    start = {"id": "start", "type": "start_event", "title": label("start")}
    end = {"id": "finish", "type": "end_event", "title": label("end")}
    edges = [{"id": "a", "source": "start", "target": "look"}, {"id": "b", "source": "look", "target": "finish"}]
    return {
        "kind": "flow",
        "key": "f",
        "label": label("f"),
        "entity": "order",
        "nodes": [start, task, end],
        "edges": edges,
    }


def test_flows() -> None:
    assert found("flow", flow()) == []
    assert [p[2] for p in found("flow", flow(form="order_frm"), form())] == ["order_form"]
    assert [p[1] for p in found("flow", flow(assignment={"candidates": [{"department": "slaes"}]}))] == [
        "flow.unknown_department"
    ]


def test_word_lists() -> None:
    words = {"kind": "word_list", "key": "w", "label": label("w"), "words": ["leak", "Leak"]}
    assert found("word_list", words) == [("/words/1", "duplicate_word", None)]


def test_a_mistake_in_an_expression_says_where_in_the_text() -> None:
    metadata = Metadata.of([decode("entity", ORDER), decode("entity", PERSON)])
    (problem,) = check_definition(decode("view", view(filter='name = "x" and amuont > 5 CNY')), CheckContext(metadata))
    assert (problem.path, problem.span) == ("/filter", (15, 21))
