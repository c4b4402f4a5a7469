"""The vectors in Python: as checked, and as loaded again from the stored JSON."""

from __future__ import annotations

import json

import pytest

from engine.language import FUNCTIONS, Checked
from tests.engine.language.vectors import CASES, NOW, ROWS, TREES_PATH, Case, checked, comparable, trees, values


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_value_in_python(case: Case) -> None:
    expression = checked(case.text)
    again = Checked.from_json(json.loads(json.dumps(expression.to_json())))
    assert again.tree == expression.tree
    for row, expected in zip(ROWS, case.expect, strict=True):
        wanted = comparable(expression.type, expected)
        assert comparable(expression.type, expression.evaluate(values(row), NOW)) == wanted
        assert comparable(expression.type, again.evaluate(values(row), NOW)) == wanted


def test_trees_for_the_browser_are_current() -> None:
    assert json.loads(TREES_PATH.read_text(encoding="utf-8")) == trees()


@pytest.mark.parametrize(
    ("text", "value"), [example for function in FUNCTIONS for example in function.examples], ids=lambda part: str(part)
)
def test_examples_of_functions_hold(text: str, value: str) -> None:
    assert checked(f"({text}) = ({value})").evaluate({}, NOW) is True
