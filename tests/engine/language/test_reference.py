"""The page docs/reference/language.md says what the code does."""

from __future__ import annotations

import pytest

from tests.engine.language.reference import EXAMPLES, PATH, RULES, reference
from tests.engine.language.vectors import checked
from tests.engine.rules.programs import compiled


def test_the_page_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_right(text: str) -> None:
    checked(text)


def test_the_rule_on_the_page_is_right() -> None:
    compiled(RULES.split("```")[1])
