"""Checks of what runs by itself: flows and rules, each by its own engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from backend.metadata.checks.expressions import language_problems
from backend.metadata.checks.problem import CheckContext, Found
from backend.metadata.checks.rule_names import unknown_names
from backend.metadata.event_scopes import rule_scope
from backend.metadata.rule_facts import facts_of
from engine.definitions import Flow, Rule, Text
from engine.flow import check as check_soundness
from engine.language import Problems
from engine.rules import CompiledRule, RuleScope, compile_rule
from engine.rules.cases import run_case
from engine.rules.model import ScheduleTrigger


def check_flow(flow: Flow, context: CheckContext) -> Iterator[Found]:
    """Everything that would keep the flow from running to an end."""
    metadata = context.metadata
    problems = check_soundness(
        flow,
        metadata.entities,
        metadata.forms,
        context.actions,
        metadata.roles.keys(),
        context.departments,
        metadata.decision_types,
        metadata.flows,
        context.users,
        _sets(flow, context),
    )
    for each in problems:
        severity: Literal["error", "warning"] = "warning" if each.severity == "warning" else "error"
        yield Found(
            each.path, each.code, each.message, each.suggestion, severity, None, each.node, each.trace, each.mending
        )


def _sets(flow: Flow, context: CheckContext) -> dict[str, str | None]:
    """The rules there are; those that the flow names with the entity whose records they go through."""
    rules, named = context.metadata.rules, {key for node in flow.nodes for key in node.rules}
    found: dict[str, str | None] = dict.fromkeys(rules)
    scope = rule_scope(context.metadata, context.actions) if named else None
    for key in named & rules.keys():
        assert scope is not None, "some are named"
        compiled = compile_rule(rules[key].text, scope)
        if isinstance(compiled, CompiledRule) and isinstance(compiled.trigger, ScheduleTrigger):
            found[key] = compiled.trigger.each.entity
    return found


def check_rule(rule: Rule, context: CheckContext) -> Iterator[Found]:
    """The rule compiles against the events, entities, actions and word lists there are, and is called what it says."""
    metadata = context.metadata
    scope = rule_scope(metadata, context.actions)
    compiled = compile_rule(rule.text, scope)
    if isinstance(compiled, Problems):
        yield from language_problems("/text", compiled)
    elif compiled.key != rule.key:
        message = Text(
            f"规则文本里的名称是“{compiled.key}”，应为“{rule.key}”",
            f"The text names the rule “{compiled.key}”, not “{rule.key}”",
        )
        yield Found("/text", "rule_name", message, rule.key)
    else:
        yield from unknown_names(compiled, context)
        yield from _failing_tests(rule, compiled, scope, context)


def _failing_tests(rule: Rule, compiled: CompiledRule, scope: RuleScope, context: CheckContext) -> Iterator[Found]:
    """The test cases kept with the rule that it does not pass."""
    facts = facts_of(context.metadata, scope) if rule.tests else None
    for number, case in enumerate(rule.tests):
        assert facts is not None, "a rule with tests"
        result = run_case(compiled, case, facts, scope)
        if not result.passed:
            title, told = result.title, result.sentence
            message = Text(f"测试“{title.zh}”未通过：{told.zh}", f"The test “{title.en}” fails: {told.en}")
            yield Found(f"/tests/{number}", "rule.test_failed", message)
