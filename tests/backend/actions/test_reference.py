"""The pages docs/reference/actions.md and actions.zh.md say what the registry holds."""

from __future__ import annotations

import pytest

from backend.assembly import ACTIONS as REGISTERED
from tests.backend.actions.reference import PATHS, Surface, reference, rule_of
from tests.backend.actions.reference_text import ACTIONS


@pytest.mark.parametrize("surface", PATHS)
def test_the_page_is_current(surface: Surface) -> None:
    assert PATHS[surface].read_text(encoding="utf-8") == reference(surface)


def test_every_action_is_on_the_page_and_called_by_its_example() -> None:
    assert {action.key for action in REGISTERED} == set(ACTIONS)
    for key, about in ACTIONS.items():
        assert [call.action for call in rule_of(key, about).calls()] == [key]


def test_every_action_and_parameter_is_named_in_both_languages() -> None:
    for action in REGISTERED:
        labels = [action.label, *(parameter.label for parameter in action.parameters)]
        assert all(label.zh and label.en and label.zh != label.en for label in labels), action.key
