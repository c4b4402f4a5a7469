"""Rule texts: both surfaces make the same rule, the grammar has no conflict, and mistakes are named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.language import Problems
from engine.rules import CompiledRule, compile_rule, from_json, to_json
from engine.rules.model import EventTrigger
from engine.rules.syntax import make_rule_parser
from tests.engine.rules.programs import SCOPES, compiled, programs


def _meaning(rule: CompiledRule) -> object:
    """What a rule means, without the words it was said in: titles, texts, the name of its event."""
    alias = rule.steps[0].alias if rule.steps else ""
    return _unworded({name: value for name, value in to_json(rule).items() if name not in ("title", "text")}, alias)


def _unworded(json: Any, alias: str) -> Any:
    if isinstance(json, dict):
        worded = "value" if json.get("type") == "text" and json["op"] == "const" else None
        return {name: _unworded(value, alias) for name, value in json.items() if name != worded}
    if isinstance(json, list):
        return [_unworded(value, alias) for value in json]
    return "" if json == alias else json


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        *zip(programs("service.txt"), programs("service_zh.txt"), strict=True),
        *zip(programs("whole.txt"), programs("whole_zh.txt"), strict=True),
    ],
)
def test_chinese_and_english_say_the_same(english: str, chinese: str) -> None:
    assert _meaning(compiled(english)) == _meaning(compiled(chinese))


def test_title_priority_and_word_lists() -> None:
    rule = compiled(programs("service.txt")[1])
    assert isinstance(rule.trigger, EventTrigger)
    assert (rule.title, rule.priority) == ("A product with a defect", 50)
    assert (rule.trigger.step.event, rule.trigger.step.alias) == ("social.post", "p")
    assert rule.word_lists == {"products", "defects"}


def test_the_grammar_has_no_conflicts() -> None:
    make_rule_parser(strict=True)


def _refused() -> list[tuple[str, str, str]]:
    found = []
    for program in programs("refused.txt"):
        text, _, expected = program.strip().rpartition("\n=> ")
        codes, _, suggestion = expected.partition(" ")
        found.append((text, codes, suggestion))
    return found


@pytest.mark.parametrize(("text", "codes", "suggestion"), _refused())
def test_mistakes_are_named(text: str, codes: str, suggestion: str) -> None:
    found = compile_rule(text, SCOPES)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == codes.split(",")
    assert not suggestion or suggestion in found.problems[0].suggestions
    for problem in found.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message.zh
        assert problem.message.en


def test_position_of_a_mistake_inside_a_template() -> None:
    text = 'rule a when social.post as p then create_ticket("from {p.txt}") end'
    found = compile_rule(text, SCOPES)
    assert isinstance(found, Problems)
    assert text[found.problems[0].start : found.problems[0].end] == "txt"


@pytest.mark.parametrize(("besides", "code"), [("", "too_many_nodes"), (" and p.nothing = 1", "unknown_member")])
def test_what_an_expression_of_a_rule_may_cost_is_limited(besides: str, code: str) -> None:
    """At once, too: what is compared with `between` has twice the parts, here 24 times over."""
    number = "length(p.text)"
    for _ in range(24):
        number = f"(if {number} between 1 and 2 then 1 else 0 end)"
    found = compile_rule(f'rule a when social.post as p if {number} = 1{besides} then tag("x") end', SCOPES)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == [code]


def test_word_lists_are_not_checked_when_unknown() -> None:
    text = 'rule a when social.post as p if p.text contains any of keywords("other") then tag("x") end'
    assert not isinstance(compile_rule(text, replace(SCOPES, word_lists=None)), Problems)


def test_words_of_the_grammar_are_names_after_a_dot_and_before_a_colon() -> None:
    rule = compiled(
        'rule a when ticket.created as t if t.priority = "high" then start_flow("x", limit: 3, when: t.title) end'
    )
    (call,) = rule.calls()
    assert set(call.arguments) == {"flow", "limit", "when"}


@pytest.mark.parametrize("name", ["service.txt", "service_zh.txt", "whole.txt", "whole_zh.txt"])
def test_the_stored_form_gives_the_rule_back(name: str) -> None:
    for text in programs(name):
        stored = to_json(compiled(text))
        assert to_json(from_json(json.loads(json.dumps(stored)))) == stored
