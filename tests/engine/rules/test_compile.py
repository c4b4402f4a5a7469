"""Rule texts: both surfaces make the same rule, the grammar has no conflict, and mistakes are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language import Problems
from engine.rules import CompiledRule, compile_rule
from engine.rules.compile import make_rule_parser
from tests.engine.rules.programs import ACTIONS, SCOPES, WORD_LISTS, compiled, programs


def _trees(rule: CompiledRule) -> object:
    """What a rule means, without the words it was said in."""
    branches = [rule.then, *([rule.otherwise] if rule.otherwise else [])]
    calls = [
        (action.name, {name: [node.op for node in expr.tree.walk()] for name, expr in action.arguments.items()})
        for branch in branches
        for action in branch.actions
    ]
    conditions = [[(n.op, n.path[1:], n.value) for n in found.tree.walk()] for found in rule.conditions]
    limit = rule.limit and (rule.limit.count, rule.limit.seconds, rule.limit.subject.references())
    stops = [branch.stop for branch in branches]
    return (rule.key, rule.priority, rule.event, conditions, calls, stops, limit, rule.once and rule.once.references())


@pytest.mark.parametrize(
    ("english", "chinese"), list(zip(programs("service.txt"), programs("service_zh.txt"), strict=True))
)
def test_chinese_and_english_say_the_same(english: str, chinese: str) -> None:
    assert _trees(compiled(english)) == _trees(compiled(chinese))


def test_title_priority_and_word_lists() -> None:
    rule = compiled(programs("service.txt")[1])
    assert (rule.title, rule.priority, rule.event, rule.alias) == ("A product with a defect", 50, "social.post", "p")
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
    found = compile_rule(text, SCOPES, ACTIONS, WORD_LISTS)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == codes.split(",")
    assert not suggestion or suggestion in found.problems[0].suggestions
    for problem in found.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message.zh
        assert problem.message.en


def test_position_of_a_mistake_inside_a_template() -> None:
    text = 'rule a when social.post as p then create_ticket("from {p.txt}") end'
    found = compile_rule(text, SCOPES, ACTIONS)
    assert isinstance(found, Problems)
    assert text[found.problems[0].start : found.problems[0].end] == "txt"


def test_what_an_expression_of_a_rule_may_cost_is_limited() -> None:
    number = "length(p.text)"
    for _ in range(25):
        number = f"(if {number} between 1 and 2 then 1 else 0 end)"
    found = compile_rule(f'rule a when social.post as p if {number} = 1 then tag("x") end', SCOPES, ACTIONS)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["too_many_nodes"]


def test_word_lists_are_not_checked_when_unknown() -> None:
    text = 'rule a when social.post as p if p.text contains any of keywords("other") then tag("x") end'
    assert not isinstance(compile_rule(text, SCOPES, ACTIONS), Problems)


def test_words_of_the_grammar_are_names_after_a_dot_and_before_a_colon() -> None:
    rule = compiled(
        'rule a when ticket.created as t if t.priority = "high" then start_flow("x", limit: 3, when: t.title) end'
    )
    assert set(rule.then.actions[0].arguments) == {"flow", "limit", "when"}


def test_a_rule_is_a_value() -> None:
    rule = compiled(programs("service.txt")[2])
    assert replace(rule, key="other").event == rule.event
