"""Every expression of a rule, in the order of its text."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.expression import Checked
from engine.rules.model import (
    After,
    Block,
    Call,
    ChangeTrigger,
    CompiledRule,
    EventTrigger,
    ScheduleTrigger,
    Split,
    Trigger,
    WatchTrigger,
)


def expressions_of(rule: CompiledRule) -> Iterator[Checked]:
    """The expressions, those of its windows and subjects included."""
    yield from _of_trigger(rule.trigger)
    for window in rule.windows:
        yield from _given(window.value, window.step.where)
    for case in rule.cases:
        yield from _given(case.condition)
        yield from _of_block(case.block)
    yield from (limit.subject for limit in rule.limits)
    yield from _given(rule.once)


def _given(*found: Checked | None) -> Iterator[Checked]:
    return (each for each in found if each is not None)


def _of_trigger(trigger: Trigger) -> Iterator[Checked]:
    if isinstance(trigger, EventTrigger):
        yield from _given(trigger.step.where, *(link.step.where for link in trigger.links))
    elif isinstance(trigger, ChangeTrigger):
        yield from _given(trigger.before, trigger.after)
    elif isinstance(trigger, ScheduleTrigger):
        yield from _given(trigger.each.where)
    elif isinstance(trigger, WatchTrigger):
        yield from _given(trigger.condition, trigger.each.where)


def _of_block(block: Block) -> Iterator[Checked]:
    for statement in block:
        if isinstance(statement, Call):
            yield from statement.arguments.values()
        elif isinstance(statement, After):
            yield from _given(statement.condition)
            yield from _of_block(statement.block)
        elif isinstance(statement, Split):
            yield statement.by
            for share in statement.shares:
                yield from _of_block(share.block)
