"""The form of a flow's document: each mistake has its node, its reason in words, and how to mend it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from backend.metadata.checks import check_document
from tests.engine.flow.broken import GOOD


def changed(kind: str, part_id: str, /, **members: Any) -> dict[str, Any]:
    """The good flow with members of one of its parts changed; None takes one away."""
    document = copy.deepcopy(GOOD)
    part = next(each for each in document[kind] if each["id"] == part_id)
    part.update({name: value for name, value in members.items() if value is not None})
    for name in [name for name, value in members.items() if value is None]:
        del part[name]
    return document


@pytest.mark.parametrize(
    ("document", "code", "node", "suggestion", "mending"),
    [
        (changed("nodes", "look", due="4h"), "pattern", "look", "PT4H", "Write it as in the example: PT4H"),
        (changed("nodes", "look", due="soon"), "pattern", "look", "PT4H", "Write it as in the example: PT4H"),
        (changed("nodes", "look", due="2 days"), "pattern", "look", "P2D", "Write it as in the example: P2D"),
        (
            changed("nodes", "look", priority="high"),
            "wrong_type",
            "look",
            None,
            "Write a value of the kind that is asked for",
        ),
        (changed("nodes", "look", frm="request_form"), "unknown_member", "look", "form", "Write “form”, or remove it"),
        (changed("nodes", "look", title=None), "required", "look", "title", "Add “title”"),
        (changed("nodes", "late", events=[{"kind": "timr"}]), "not_allowed", "late", "timer", "Write “timer”"),
        (changed("edges", GOOD["edges"][0]["id"], target=3), "wrong_type", "start", None, None),
    ],
)
def test_a_mistake_of_form_has_its_node_and_a_way_to_mend_it(
    document: dict[str, Any], code: str, node: str, suggestion: str | None, mending: str | None
) -> None:
    problem = next(each for each in check_document("flow", "purchase", document) if each.code == f"schema.{code}")
    assert (problem.node, problem.suggestion) == (node, suggestion)
    assert problem.mending is not None
    assert mending in (None, problem.mending.en)
    assert "^" not in problem.message.zh + problem.message.en


def test_a_duration_is_told_with_examples_in_both_languages() -> None:
    (problem,) = check_document("flow", "purchase", changed("nodes", "look", due="4h"))
    assert problem.path == f"/nodes/{[each['id'] for each in GOOD['nodes']].index('look')}/due"
    assert problem.message.zh == "“4h”不对，这里应为时长，例如 PT30M（30 分钟）、PT4H（4 小时）或 P1D（1 天）"
    assert problem.message.en == "“4h” is not a duration such as PT30M (30 minutes), PT4H (4 hours) or P1D (a day)"
    assert problem.mending is not None
    assert problem.mending.zh == "照例子的写法改，例如：PT4H"


def test_an_id_with_a_blank_is_told_in_words() -> None:
    found = check_document("flow", "purchase", changed("nodes", "look", id="look here"))
    problem = next(each for each in found if each.code == "schema.pattern")
    assert "such as check_order" in problem.message.en
    assert problem.suggestion == "look_here"
