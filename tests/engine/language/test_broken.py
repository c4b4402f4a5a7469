"""The broken texts: each mistake is told at its place, in a sentence that helps, and what is suggested there helps too."""

from __future__ import annotations

import pytest

from engine.language import Problem, Problems, check
from tests.engine.language.broken import BROKEN_SCOPES, GROUPS, PAGE, Broken, page, read, told_json

CASES = read()


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.text[:60]))
def test_what_is_told(case: Broken) -> None:
    told = told_json(case.text, case.told())
    assert told["problems"] == case.problems
    assert (told["message_zh"], told["message_en"]) == (case.message.zh, case.message.en)


def _applied(case: Broken, told: Problem, suggestion: str) -> str:
    return case.text[: told.start] + suggestion + case.text[told.end :]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if any("suggestion" in told for told in case.problems)],
    ids=lambda case: case.text[:60],
)
def test_what_is_suggested_mends_the_mistake(case: Broken) -> None:
    before = case.told()
    for told in before:
        for suggestion in told.suggestions:
            text = _applied(case, told, suggestion)
            found = check(text, BROKEN_SCOPES[case.scope], target=case.target)
            left = found.problems if isinstance(found, Problems) else ()
            same = [each for each in left if (each.code, text[each.start : each.end]) == (told.code, suggestion)]
            assert len(left) <= len(before), f"{text}: {left}"
            assert not same, f"{text}: {left}"


def test_there_are_many_and_of_every_group() -> None:
    assert len(CASES) >= 200
    assert {case.group for case in CASES} == set(GROUPS)


def test_every_text_is_there_once() -> None:
    written = [(case.text, case.scope, case.target) for case in CASES]
    assert len(set(written)) == len(written)


def test_every_sentence_is_whole_and_in_its_language() -> None:
    for case in CASES:
        assert "{" not in case.message.en.replace(case.text, "") or "{" in case.text
        assert any("\u4e00" <= letter <= "\u9fff" for letter in case.message.zh)
        assert "\0" not in case.message.zh + case.message.en


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
