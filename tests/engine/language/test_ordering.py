"""The order of computed values: each after those it reads."""

from __future__ import annotations

import pytest

from engine.language import NUMBER, Checked, Scope, check
from engine.language.ordering import CyclicValues, evaluation_order

SCOPE = Scope(dict.fromkeys("abcdx", NUMBER))


def checked(text: str) -> Checked:
    found = check(text, SCOPE)
    assert isinstance(found, Checked)
    return found


def test_each_value_follows_those_it_reads() -> None:
    expressions = {"a": checked("b + c"), "b": checked("c * 2"), "c": checked("x"), "d": checked("x + 1")}
    order = evaluation_order(expressions)
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("c") < order.index("b") < order.index("a")


def test_values_computed_from_each_other_have_none() -> None:
    with pytest.raises(CyclicValues) as caught:
        evaluation_order({"a": checked("b"), "b": checked("c"), "c": checked("a + x"), "d": checked("a")})
    assert sorted(set(caught.value.keys)) == ["a", "b", "c"]
    with pytest.raises(CyclicValues):
        evaluation_order({"a": checked("a + 1")})
