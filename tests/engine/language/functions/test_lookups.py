"""What lookups and the functions of people refuse, and where they say it; hosts that give them nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language import Problems, check
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import NOW, checked

REFUSED = [
    ('lookup("produc", sku: code)', "unknown_entity", '"produc"', ("product",)),
    ("lookup(title, sku: code)", "must_be_literal", None, None),
    ('lookup(entity: "product", sku: code)', "must_be_literal", None, None),
    ('lookup("product")', "argument_count", None, None),
    ('lookup("product", code)', "unnamed_argument", "code", ()),
    ('lookup("product", skuu: code)', "unknown_member", "skuu", ("sku",)),
    ('lookup("product", labels: code)', "not_searched", "labels: code", ()),
    ('lookup("ticket", lines: code)', "not_searched", "lines: code", ()),
    ('lookup("product", sku: code, 货号: title)', "repeated_parameter", "货号: title", ()),
    ('lookup("product", price: 3)', "money_needs_currency", "3", ("3 CNY",)),
    ('lookup("product", price: 3 USD)', "currency_mismatch", "3 USD", ()),
    ('lookup("product", kind: "prat")', "unknown_option", '"prat"', ('"part"',)),
    ('lookup("product", released: seen)', "not_comparable", "seen", ()),
    ('exists("product", id: "x")', "bad_id", '"x"', ()),
    ('exists("product", sku: code).name', "no_members", None, None),
    ('has_role(customer, "agent")', "type_mismatch", "customer", ()),
    ("has_role(owner, title)", "must_be_literal", None, None),
    ('has_role(owner, "agent", empty)', "must_be_literal", "empty", ()),
    ("superior_of(team)", "type_mismatch", "team", ()),
    ("parent_department(owner)", "type_mismatch", "owner", ()),
    ("same_department(owner, team)", "type_mismatch", "team", ()),
    ('in_department(customer, "support")', "type_mismatch", "customer", ()),
    ("department_of(title)", "type_mismatch", "title", ()),
]


@pytest.mark.parametrize(("text", "code", "place", "suggestions"), REFUSED, ids=lambda part: str(part)[:60])
def test_what_does_not_fit_is_refused_where_it_stands(
    text: str, code: str, place: str | None, suggestions: tuple[str, ...] | None
) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    (problem,) = found.problems
    assert problem.code == code
    assert place is None or text[problem.start : problem.end] == place
    assert suggestions is None or problem.suggestions[:1] == suggestions[:1]


@pytest.mark.parametrize("text", ['exists("product", sku: code)', 'has_role(owner, "agent")'])
def test_what_the_host_does_not_provide_is_refused(text: str) -> None:
    found = check(text, replace(SCOPE, provides=frozenset()))
    assert isinstance(found, Problems)
    assert found.problems[0].code == "not_provided"


@pytest.mark.parametrize("text", ['lookup("product", kind: "part").sku', "superior_of(me).name", "roles_of(me)"])
def test_an_evaluation_without_a_host_finds_nothing(text: str) -> None:
    assert checked(text).evaluate({"me": {"id": "018f0000-0000-7000-8000-000000000501"}}, NOW) is None


def test_fields_may_be_called_what_they_like() -> None:
    """The names of arguments are those of fields, and come into no other."""
    asked: list[object] = []

    def lookup(entity: str, fields: object) -> None:
        asked.append((entity, fields))

    entity = replace(
        SCOPE.records["region"],
        fields=dict.fromkeys(("compute", "environment", "entity", "self"), SCOPE.records["region"].fields["name"]),
    )
    scope = replace(SCOPE, records={**SCOPE.records, "region": entity})
    found = check('exists("region", compute: "a", environment: "b", entity: "c", self: note)', scope)
    assert not isinstance(found, Problems)
    context = replace(CONTEXT, lookup=lookup)
    assert found.evaluate({"note": "d"}, NOW, context) is False
    assert found.explain({"note": "d"}, NOW, context).value is False
    assert asked == [("region", {"compute": "a", "environment": "b", "entity": "c", "self": "d"})] * 2
