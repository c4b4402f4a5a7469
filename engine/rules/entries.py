"""Where a rule stands in the index: for which kinds of events, and by which of its conditions it can be found there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.language import BOOLEAN, Checked, Node
from engine.rules.index import Entry
from engine.rules.model import ChangeTrigger, CompiledRule, EventTrigger, SegmentTrigger, Step

ENTERED, LEFT = "segment.entered", "segment.left"


def waiting_entry(number: int, rule: CompiledRule) -> Entry | None:
    """For the event at which the rule fires, or begins to wait for something that must not happen; None for a rule that waits for
    no event."""
    find = _WAITING.get(type(rule.trigger))
    return find(number, rule, rule.trigger) if find else None


def forestalling_entry(number: int, rule: CompiledRule) -> Entry | None:
    """For the event that must not happen, where there is one."""
    if rule.absence is None:
        return None
    step = rule.absence.step
    return Entry(number, step.event, _where(step), step.alias, fires=False)


def _pattern(number: int, rule: CompiledRule, _trigger: EventTrigger) -> Entry:
    """By the last event that must happen. Whether a branch is taken is asked when the waiting is over."""
    steps = [step for step in rule.steps if rule.absence is None or step is not rule.absence.step]
    last = steps[-1]
    branches = () if rule.absence is not None else _branches(rule)
    return Entry(number, last.event, (*_where(last), *branches), last.alias)


def _change(number: int, rule: CompiledRule, trigger: ChangeTrigger) -> Entry:
    return Entry(number, f"{trigger.entity}.updated", _branches(rule), trigger.alias)


def _segment(number: int, _rule: CompiledRule, trigger: SegmentTrigger) -> Entry:
    """What conditions name is the record, and not what happened to it."""
    return Entry(number, ENTERED if trigger.entered else LEFT, ())


_WAITING: Mapping[type, Callable[[int, CompiledRule, Any], Entry]] = {
    EventTrigger: _pattern,
    ChangeTrigger: _change,
    SegmentTrigger: _segment,
}


def _where(step: Step) -> tuple[Checked, ...]:
    return () if step.where is None else (step.where,)


def _branches(rule: CompiledRule) -> tuple[Checked, ...]:
    """That some branch is taken; nothing where one is taken always."""
    conditions = [case.condition.tree for case in rule.cases if case.condition is not None]
    if len(conditions) < len(rule.cases):
        return ()
    return (Checked(conditions[0] if len(conditions) == 1 else Node("or", BOOLEAN, tuple(conditions))),)
