"""A rule in outline, as its editor and the list of rules show it: what it waits for, what it may do, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.records.expressions import sentence
from engine.rules.entries import waiting_entry
from engine.rules.index import indexed_by
from engine.rules.model import (
    ChangeTrigger,
    CompiledRule,
    EventTrigger,
    RuleScope,
    ScheduleTrigger,
    SegmentTrigger,
    WatchTrigger,
)
from engine.rules.sentences import rule_sentence, trigger_sentence


def outline(rule: CompiledRule, scope: RuleScope) -> dict[str, Any]:
    """The rule as `POST /api/rules/check` answers it."""
    return {
        "key": rule.key,
        "title": rule.title,
        "priority": rule.priority,
        "trigger": {**trigger_json(rule, scope), "entity": _entity(rule, scope), "events": _events(rule)},
        "purpose": rule.purpose,
        "calendar": rule.calendar,
        "actions": list(dict.fromkeys(call.action for call in rule.calls())),
        "windows": len(rule.windows),
        "indexed_by": _indexed_by(rule),
        "sentence": sentence(rule_sentence(rule, scope)),
    }


def trigger_json(rule: CompiledRule, scope: RuleScope) -> dict[str, Any]:
    """What the rule waits for: its kind and a sentence."""
    kind = _KINDS[type(rule.trigger)]
    return {"kind": kind(rule), "sentence": sentence(trigger_sentence(rule, scope))}


def _event_kind(rule: CompiledRule) -> str:
    if rule.absence is not None:
        return "absence"
    return "sequence" if len(rule.steps) > 1 else "event"


_KINDS: Mapping[type, Callable[[CompiledRule], str]] = {
    EventTrigger: _event_kind,
    ChangeTrigger: lambda _: "change",
    SegmentTrigger: lambda _: "segment",
    ScheduleTrigger: lambda _: "schedule",
    WatchTrigger: lambda _: "watch",
}


def _events(rule: CompiledRule) -> list[str]:
    """The keys of the kinds of events that the rule waits for."""
    trigger = rule.trigger
    if isinstance(trigger, ChangeTrigger):
        return [f"{trigger.entity}.updated"]
    if isinstance(trigger, SegmentTrigger):
        return ["segment.entered" if trigger.entered else "segment.left"]
    return list(dict.fromkeys(step.event for step in rule.steps))


def _entity(rule: CompiledRule, scope: RuleScope) -> str | None:
    """The entity of the records that the rule fires for; None for events that are about no record."""
    trigger = rule.trigger
    if isinstance(trigger, EventTrigger):
        kind = scope.events.get(trigger.step.event)
        return kind.entity if kind else None
    if isinstance(trigger, ScheduleTrigger | WatchTrigger):
        return trigger.each.entity
    return trigger.entity


def _indexed_by(rule: CompiledRule) -> str | None:
    """The field by which the rule is found among all that wait for the same event; None when it is looked at for every one."""
    entry = waiting_entry(0, rule)
    return None if entry is None else indexed_by(entry)
