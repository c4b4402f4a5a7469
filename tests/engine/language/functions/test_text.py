"""Functions of text where they could take long or become large."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from engine.language import Problems, check
from engine.language.functions.text import canonical
from tests.engine.language.scopes import SCOPE
from tests.engine.language.vectors import NOW, checked


def test_a_pattern_is_matched_in_the_time_of_a_search() -> None:
    pattern = "*a" * 48 + "*b"
    expression = checked(f'like(title, "{pattern}")')
    start = time.perf_counter()
    assert expression.evaluate({"title": "a" * 20_000}, NOW) is False
    assert expression.evaluate({"title": "a" * 20_000 + "b"}, NOW) is True
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "text",
    [
        "repeat(repeat(repeat(title, 100), 100), 100)",
        'replace(replace(title, "a", "{long}"), "b", "{long}")'.replace("{long}", "x" * 100),
        'length(repeat(repeat(repeat(title, 100), 100), 100))',
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_what_could_become_too_long_is_refused(text: str) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["too_large"]


def test_the_length_of_a_long_text_is_a_short_number() -> None:
    assert checked("length(repeat(title, 100)) * length(repeat(note, 100))").evaluate(
        {"title": "ab", "note": "c"}, NOW
    ) == Decimal(20_000)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("-0", "0"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-7", "0.0000001"), ("100", "100")],
)
def test_numbers_have_one_text(number: str, text: str) -> None:
    assert canonical(Decimal(number)) == text
