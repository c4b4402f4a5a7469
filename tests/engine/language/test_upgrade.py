"""Stored trees of every version load for ever: as the current version, with the values and the text they had."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.language import from_json
from engine.language.printer import print_tree
from engine.language.tree import VERSION
from engine.language.upgrade import CURRENT, upgrade
from tests.engine.language.vectors import NOW, comparable

STORED = sorted(Path(__file__).with_name("stored").glob("*.json"))
CASES = [case for path in STORED for case in json.loads(path.read_text(encoding="utf-8"))]


def _field(name: str) -> dict[str, Any]:
    return {"op": "field", "type": "text", "path": [name]}


def test_the_chain_ends_at_the_version_that_is_written() -> None:
    assert CURRENT == VERSION
    assert {case["tree"]["v"] for case in CASES} == set(range(1, VERSION + 1))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["tree"]["text"])
def test_stored_trees_mean_what_they_meant(case: Mapping[str, Any]) -> None:
    expression = from_json(case["tree"])
    found = expression.evaluate(case["values"], NOW)
    assert comparable(expression.type, found) == comparable(expression.type, case["expect"])
    assert print_tree(expression.tree, "en") == case["printed"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["tree"]["text"])
def test_what_is_stored_again_is_of_the_current_version(case: Mapping[str, Any]) -> None:
    again = from_json(case["tree"]).to_json()
    assert again["v"] == VERSION
    assert from_json(json.loads(json.dumps(again))) == from_json(case["tree"])


def test_word_lists_became_operands_wherever_they_stood() -> None:
    old = {"op": "contains_words", "type": "boolean", "args": [_field("title")], "value": "complaints"}
    keywords = {"op": "keywords", "type": "list:text", "value": "complaints"}
    new = {"op": "contains_any", "type": "boolean", "args": [_field("title"), keywords]}
    assert upgrade({"v": 1, **old}) == {"v": 2, **new}
    nested = {"v": 1, "op": "not", "type": "boolean", "args": [old], "text": "…"}
    before = json.dumps(nested)
    assert upgrade(nested) == {"v": 2, "op": "not", "type": "boolean", "args": [new], "text": "…"}
    assert json.dumps(nested) == before


def test_a_tree_of_the_current_version_is_left_alone() -> None:
    tree = {"v": VERSION, "op": "is_empty", "type": "boolean", "args": [_field("title")]}
    assert upgrade(tree) == tree


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (None, "names the version"),
        ("1", "names the version"),
        (True, "names the version"),
        (0, "version 0 of the language is unknown"),
        (99, "version 99 of the language is unknown"),
    ],
)
def test_other_versions_are_refused_in_a_sentence(version: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        from_json({"v": version, "op": "const", "type": "empty"})


def test_constants_of_every_kind_come_back() -> None:
    stored = {
        "number": "0.10", "money:CNY": "-3.00", "date": "2024-02-29", "time": "09:30:00.250000",
        "datetime": "2026-11-23T09:00:00+08:00", "duration": -90_000_000, "period": 14, "business": {"days": 3},
        "boolean": False, "text": "a",
    }  # fmt: skip
    for code, value in stored.items():
        tree = {"v": VERSION, "op": "const", "type": code, "value": value}
        assert from_json(tree).to_json() == {**tree, "text": ""}
    assert from_json({"v": 2, "op": "const", "type": "time", "value": "09:30:00"}).tree.value == dt.time(9, 30)
    assert from_json({"v": 2, "op": "const", "type": "money:CNY", "value": "0.50"}).tree.value == Decimal("0.50")
