"""What asking a decision table refuses and where; what is offered while it is written; where it is not to be had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language import Problems, check, complete, from_json
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import NOW, checked

REFUSED = [
    ('decide("discoun", level: note, amount: amount)', "unknown_table", '"discoun"', ('"discount"',)),
    ("decide(note, level: note)", "must_be_literal", "note", ()),
    ('decide("discount", level: note)', "missing_input", '"discount"', ()),
    ('decide("discount", levl: note, amount: amount)', "unknown_input", "levl", ("level",)),
    ('decide("discount", note, amount)', "unnamed_input", "note", ()),
    ('decide("discount", 1 CNY, 2 CNY)', "unnamed_input", "1 CNY", ()),
    ('decide("discount", level: 5, amount: amount)', "not_comparable", "5", ('"5"',)),
    ('decide("discount", level: note, amount: 3)', "money_needs_currency", "3", ("3 CNY",)),
    ('decide("discount", level: note, 等级: note, amount: amount)', "repeated_parameter", "等级: note", ()),
    ('decide("discount", level: note, amount: amount).rat', "unknown_member", None, None),
    ('decide("points", amount: amount).rate', "no_members", None, None),
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


def test_it_is_of_rules_and_flows_and_of_no_filter() -> None:
    text = 'decide("points", amount: amount) > 1'
    found = check(text, replace(SCOPE, provides=frozenset({"lookup"})))
    assert isinstance(found, Problems)
    assert found.problems[0].message.en == "“decide” can be used in rules and flows only"
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Problems)
    assert found.problems[0].code == "not_in_sql"


def test_an_evaluation_without_tables_decides_nothing() -> None:
    assert checked('decide("points", amount: amount)').evaluate({"amount": "200"}, NOW) is None


def test_a_stored_tree_needs_no_scope() -> None:
    stored = from_json(checked('decide("discount", level: "gold", amount: amount).rate').to_json())
    assert str(stored.evaluate({"amount": "200"}, NOW, CONTEXT)) == "0.8"


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("decide(", ['"discount"', '"points"', '"coupons"']),
        ('decide("po', ['"points"']),
        ('decide("discount", ', ["Level: ", "Amount: "]),
        ('decide("discount", level: note, am', ["Amount: "]),
    ],
)
def test_tables_and_their_inputs_are_offered(written: str, offered: list[str]) -> None:
    items = complete(written, len(written), SCOPE).items
    assert [item.insert for item in items[: len(offered)]] == offered
