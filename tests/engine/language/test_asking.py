"""Evaluations whose host answers later: told what they ask, round by round, they come to what they would with the host at hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.language.asking import LOOKUP, Asking
from engine.language.lookups import Lookups, needs, paths_behind
from engine.language.types import Type
from engine.language.values import normalise
from tests.engine.language.scopes import CONTEXT, HOST, SCOPE
from tests.engine.language.vectors import GROUPS, NOW, Case, checked, comparable, values

CASES = [*GROUPS["lookups"], *GROUPS["people"]]
#: Lookups within what a lookup found, and the value of the whole.
MOST_ROUNDS = 8


def answer(question: dict[str, Any]) -> Any:
    """What the host of the vectors knows."""
    if question["ask"] == LOOKUP:
        types: dict[str, Type] = dict(SCOPE.records[question["entity"]].fields)
        fields = {key: normalise(types[key], value) for key, value in question["fields"].items()}
        return HOST.lookup(question["entity"], fields)
    found = getattr(HOST.directory, question["ask"])(question["of"])
    return sorted(found) if isinstance(found, frozenset) else found


def over_the_wire(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_told_is_what_was_asked(case: Case) -> None:
    expression = checked(case.text, case.scope)
    for row, expected in zip(case.rows, case.expect, strict=True):
        asking = Asking()
        for _ in range(MOST_ROUNDS):
            value = expression.evaluate(values(row, case.scope), case.now, asking.context)
            asked = over_the_wire(asking.take())
            if not asked:
                break
            asking.tell(asked, over_the_wire([answer(question) for question in asked]))
        else:
            raise AssertionError(f"{case} never stops asking")
        assert comparable(expression.type, value) == comparable(expression.type, expected), row


def test_the_same_is_asked_once() -> None:
    expression = checked('exists("product", sku: code) and lookup("product", sku: code).name = "x"')
    lookups = Lookups()
    context = type(CONTEXT)(lookup=lookups)
    assert expression.evaluate({"code": "DW-1"}, NOW, context) is False
    (question,) = lookups.take()
    assert lookups.take() == ()
    lookups.answer(question, {"id": "018f0000-0000-7000-8000-000000000031", "name": "x"})
    assert expression.evaluate({"code": "DW-1"}, NOW, context) is True
    assert lookups.take() == ()


def test_what_an_expression_needs_is_known_before() -> None:
    expression = checked(
        'lookup("product", sku: code).name = "x" and has_role(owner, "a") and superior_of(me).name = "y"'
    )
    assert needs([expression.tree]) == {"lookup", "roles"}
    assert paths_behind([expression.tree]) == {"product": {("name",)}}
    assert needs([checked("quantity > 1").tree]) == frozenset()
