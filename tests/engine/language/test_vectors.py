"""The vectors in Python: compiled, explained, and loaded again from the stored JSON."""

from __future__ import annotations

import json

import pytest

from engine.language import FUNCTIONS, Checked, Function
from engine.language.operations import OPERATIONS
from engine.language.tree import BINDERS
from tests.engine.language.scopes import CONTEXT
from tests.engine.language.vectors import CASES, GROUPS, NOW, TREES, Case, checked, comparable, trees, values

PYTHON_CASES = [case for case in CASES if case.wanted_targets is None or "python" in case.wanted_targets]


@pytest.mark.parametrize("case", PYTHON_CASES, ids=str)
def test_value_in_python(case: Case) -> None:
    expression = checked(case.text, case.scope)
    again = Checked.from_json(json.loads(json.dumps(expression.to_json())))
    assert again.tree == expression.tree
    for row, expected in zip(case.rows, case.expect, strict=True):
        wanted = comparable(expression.type, expected)
        given = values(row, case.scope)
        assert comparable(expression.type, expression.evaluate(given, case.now, CONTEXT)) == wanted, row
        assert comparable(expression.type, again.evaluate(given, case.now, CONTEXT)) == wanted, row


@pytest.mark.parametrize("case", PYTHON_CASES, ids=str)
def test_value_and_warnings_explained(case: Case) -> None:
    expression = checked(case.text, case.scope)
    for row, expected, codes in zip(case.rows, case.expect, case.warnings, strict=True):
        found = expression.explain(values(row, case.scope), case.now, CONTEXT)
        assert comparable(expression.type, found.value) == comparable(expression.type, expected), row
        assert sorted(warning.code for warning in found.warnings) == sorted(codes), row


@pytest.mark.parametrize("group", GROUPS)
def test_trees_for_the_browser_are_current(group: str) -> None:
    assert json.loads((TREES / f"{group}.json").read_text(encoding="utf-8")) == json.loads(json.dumps(trees(group)))


def test_no_tree_is_left_of_a_group_that_is_gone() -> None:
    assert {path.stem for path in TREES.glob("*.json")} == set(GROUPS)


@pytest.mark.parametrize(
    ("text", "value"), [example for function in FUNCTIONS for example in function.examples], ids=lambda part: str(part)
)
def test_examples_of_functions_hold(text: str, value: str) -> None:
    assert checked(f"({text}) = ({value})").evaluate({}, NOW, CONTEXT) is True


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 1_500


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.key)
def test_every_function_has_vectors(function: Function) -> None:
    calls = (node for case in CASES for node in checked(case.text, case.scope).tree.walk() if node.op == "call")
    assert sum(node.value == function.key for node in calls) >= 3


def test_every_operation_has_vectors() -> None:
    found = {node.op for case in CASES for node in checked(case.text, case.scope).tree.walk()}
    assert found >= {
        *OPERATIONS,
        *BINDERS,
        "const",
        "field",
        "list",
        "call",
        "and",
        "or",
        "not",
        "=",
        "<",
        "<=",
        ">",
        ">=",
    }
    assert found >= {"in", "is_empty", "contains", "contains_any", "contains_all", "??", "if", "get", "keywords"}
