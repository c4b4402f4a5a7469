"""Every shipped rule does what its timeline says and nothing else, as shipped and in the other language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.rules import CompiledRule, to_json
from engine.rules.printer import print_rule
from tests.scenarios import company
from tests.scenarios.simulated import differences
from tests.scenarios.timeline import Expect, read_timeline

TIMELINES = sorted(Path(__file__).parent.glob("*.timeline"))
TWINS = sorted(path.stem for path in (company.HERE / "twins").glob("*.txt"))
_SURFACE = ("text", "title")


@pytest.mark.parametrize("as_twin", [False, True], ids=["shipped", "twin"])
@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_a_timeline_says_what_happens_and_nothing_else_does(path: Path, as_twin: bool) -> None:
    timeline = read_timeline(path)
    rules = [company.rule(key, as_twin=as_twin and key in TWINS) for key in timeline.rules]
    assert not (wrong := differences(timeline, rules)), "\n".join(wrong)


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_what_is_not_expected_is_told(path: Path) -> None:
    """A timeline that expects one firing less is wrong, whichever it is."""
    timeline = read_timeline(path)
    rules = [company.rule(key) for key in timeline.rules]
    expectations = [(index, step) for index, step in enumerate(timeline.steps) if isinstance(step, Expect)]
    for index, step in expectations:
        for left_out in range(len(step.firings)):
            fewer = Expect(step.line, step.firings[:left_out] + step.firings[left_out + 1 :])
            steps = (*timeline.steps[:index], fewer, *timeline.steps[index + 1 :])
            assert len(differences(replace(timeline, steps=steps), rules)) == 1


def test_every_rule_of_the_prototype_has_a_timeline_and_a_twin() -> None:
    assert len(TWINS) == 15
    assert set(TWINS) <= company.metadata().rules.keys()
    told = {key for path in TIMELINES for key in read_timeline(path).rules}
    assert set(TWINS) <= told


@pytest.mark.parametrize("key", TWINS)
def test_twins_are_one_rule(key: str) -> None:
    """Both texts are the same but for the title, and each printed in the other's language is the other."""
    shipped, other = company.rule(key), company.rule(key, as_twin=True)
    assert _bare(shipped) == _bare(other)
    for rule in (shipped, other):
        for language in ("en", "zh"):
            printed = print_rule(rule, company.scope(), language)
            assert _bare(company.compiled(printed)) == _bare(rule), printed
    assert _language(shipped.text) != _language(other.text)


def _bare(rule: CompiledRule) -> dict[str, object]:
    return {key: value for key, value in to_json(rule).items() if key not in _SURFACE}


def _language(text: str) -> str:
    return "en" if text.startswith("rule ") else "zh"
