"""The broken rules: each mistake is told at its place, in a sentence that helps, and what is suggested there helps too."""

from __future__ import annotations

import random

import pytest

from tests.engine.rules.broken import GROUPS, PAGE, Broken, page, read, told_json, told_of
from tests.engine.rules.texts import written

CASES = read()


def _name(case: Broken) -> str:
    return ascii(case.text[:60])


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_what_is_told(case: Broken) -> None:
    told = told_json(case.text)
    assert told["problems"] == case.problems
    assert told["problems"]
    assert (told["message_zh"], told["message_en"]) == (case.message.zh, case.message.en)


@pytest.mark.parametrize(
    "case", [case for case in CASES if all("suggestion" in told for told in case.problems)], ids=_name
)
def test_all_that_is_suggested_together_makes_the_rule_right(case: Broken) -> None:
    text = case.text
    for told in reversed(case.told()):
        text = text[: told.start] + told.suggestions[0] + text[told.end :]
    assert told_of(text) == (), text


def test_one_suggestion_alone_makes_no_new_mistake() -> None:
    for case in CASES:
        before = case.told()
        for told in before:
            for suggestion in told.suggestions[:1]:
                text = case.text[: told.start] + suggestion + case.text[told.end :]
                assert len(told_of(text)) < len(before), text


def test_there_are_a_hundred_and_of_every_group_and_language() -> None:
    assert len(CASES) >= 150
    assert {case.group for case in CASES} == set(GROUPS)
    assert sum(case.text.startswith("规则") for case in CASES) >= 30
    assert len({case.text for case in CASES}) == len(CASES)


def test_most_mistakes_can_be_mended_at_once() -> None:
    problems = [told for case in CASES for told in case.problems]
    assert sum("suggestion" in told for told in problems) >= len(problems) * 0.7


def test_every_sentence_is_whole_and_in_its_language() -> None:
    for case in CASES:
        assert "{" not in case.message.en.replace(case.text, "") or "{" in case.text
        assert any("\u4e00" <= letter <= "\u9fff" for letter in case.message.zh)
        assert "\0" not in case.message.zh + case.message.en


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


_PIECES = ("when", "then", "end", "if", "(", ")", ",", '"', "。", "，", "每位", "限制", "7", "7天", "where", "as", "50%", "split", "after", "#", "`", "否则")  # fmt: skip


def _spoilt(seed: int) -> str:
    """A right rule with words left out, put in, torn or out of place."""
    draw = random.Random(seed)
    words = written(seed)[:600].split(" ")
    for _ in range(1 + seed % 4):
        place, other = draw.randrange(len(words)), draw.randrange(len(words))
        words[place], words[other] = words[other], words[place]
        words.insert(place, draw.choice(_PIECES))
        words[other] = words[other][:-1] + draw.choice('a的x("')
        words = words[: draw.choice((len(words), len(words), place + 1))]
    return " ".join(words)


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_whatever_is_written_is_told_and_nothing_fails(start: int) -> None:
    for seed in range(start, start + 40):
        text = _spoilt(seed)
        for told in told_of(text):
            assert 0 <= told.start <= told.end <= len(text)
            assert "\0" not in told.message.en + "".join(told.suggestions)
