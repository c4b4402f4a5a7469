"""The pages docs/reference/language.md and language.zh.md say what the code does."""

from __future__ import annotations

import pytest

from engine.language import Checked, Function, check
from engine.language.functions import FUNCTIONS, GROUPS
from engine.language.surfaces import Surface
from tests.engine.language.reference import PATHS, reference, usage, written
from tests.engine.language.reference_text import EXAMPLES, RULE, TARGETS, TYPES
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import NOW, checked, values
from tests.engine.rules.programs import compiled


@pytest.mark.parametrize("surface", PATHS)
def test_the_page_is_current(surface: Surface) -> None:
    assert PATHS[surface].read_text(encoding="utf-8") == reference(surface)


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_right_in_both_languages(text: str) -> None:
    again = check(written(text, "zh"), SCOPE)
    assert isinstance(again, Checked)
    assert again.tree == checked(text).tree


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.key)
def test_the_examples_of_functions_hold_in_both_languages(function: Function) -> None:
    row = values({})
    for text, value in function.examples:
        for surface in ("en", "zh"):
            given, wanted = (checked(written(each, surface)) for each in (text, value))
            assert given.evaluate(row, NOW, CONTEXT) == wanted.evaluate(row, NOW, CONTEXT), written(text, surface)


def test_every_function_is_on_the_page_once() -> None:
    for surface in PATHS:
        page = reference(surface)
        for function in FUNCTIONS:
            assert page.count(f"| `{usage(surface, function)}` |") == 1, function.key


def test_groups_types_and_targets_are_all_there() -> None:
    assert {function.group for function in FUNCTIONS} == set(GROUPS)
    assert {target for function in FUNCTIONS for target in function.targets} == set(TARGETS)
    for kind, example, _ in TYPES:
        if kind not in ("business", "choice", "record"):
            assert checked(example).type.kind == kind


def test_the_rule_on_the_page_is_right() -> None:
    compiled(RULE.split("```")[1])
