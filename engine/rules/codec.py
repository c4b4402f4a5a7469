"""Compiled rules as JSON and back: the stored form, with typed trees, that loads without parsing.

Members that have their default are left out. Raises ValueError for anything that `to_json` did not write.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.language import Checked, parse_type
from engine.language.tree import from_json as tree_from_json
from engine.language.tree import to_json as tree_to_json
from engine.rules.model import (
    After,
    Block,
    Call,
    Case,
    ChangeTrigger,
    CompiledRule,
    Each,
    EventTrigger,
    Length,
    Link,
    RuleLimit,
    ScheduleTrigger,
    SegmentTrigger,
    Share,
    Split,
    Statement,
    Step,
    Stop,
    Trigger,
    WatchTrigger,
    Window,
)

VERSION = 1
Json = dict[str, Any]


def to_json(rule: CompiledRule) -> Json:
    """The stored form of a rule."""
    plain = {name: getattr(rule, name) for name in ("key", "title", "priority", "purpose", "calendar", "quiet", "text")}
    found = {
        **plain,
        "trigger": _trigger_json(rule.trigger),
        "cases": [_case_json(case) for case in rule.cases],
        "valid_from": rule.valid_from and rule.valid_from.isoformat(),
        "valid_to": rule.valid_to and rule.valid_to.isoformat(),
        "limits": [
            {"count": each.count, "within": _length_json(each.within), "subject": _checked_json(each.subject)}
            for each in rule.limits
        ],
        "once": _checked_json(rule.once),
        "windows": [_window_json(window) for window in rule.windows],
        "word_lists": sorted(rule.word_lists),
    }
    return {"v": VERSION, **{name: value for name, value in found.items() if value not in (None, [], 0, "")}}


def meaning(rule: CompiledRule) -> Json:
    """The stored form without the words it was said in: the same for every text that says the same."""
    found = _without_texts(to_json(rule))
    assert isinstance(found, dict), "the stored form of a rule"
    return found


def _without_texts(json: object) -> object:
    if isinstance(json, dict):
        return {
            name: _without_texts(value) for name, value in json.items() if name not in ("text", "comments", "trailing")
        }
    return [_without_texts(each) for each in json] if isinstance(json, list) else json


def from_json(json: Mapping[str, Any]) -> CompiledRule:
    """The rule that `to_json` wrote."""
    if json.get("v") != VERSION:
        raise ValueError(f"a rule of version {json.get('v')} is not known")
    try:
        return _rule(json)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no rule: {error!r}") from error


def _rule(json: Mapping[str, Any]) -> CompiledRule:
    return CompiledRule(
        key=json.get("key", ""),
        title=json.get("title", ""),
        trigger=_trigger(json["trigger"]),
        cases=tuple(map(_case, json["cases"])),
        priority=json.get("priority", 0),
        valid_from=_day(json.get("valid_from")),
        valid_to=_day(json.get("valid_to")),
        purpose=json.get("purpose"),
        calendar=json.get("calendar"),
        limits=tuple(
            RuleLimit(each["count"], _length(each["within"]), _some(each["subject"])) for each in json.get("limits", ())
        ),
        once=_checked(json.get("once")),
        quiet=json.get("quiet"),
        windows=tuple(map(_window, json.get("windows", ()))),
        text=json.get("text", ""),
        word_lists=frozenset(json.get("word_lists", ())),
    )


def _day(written: str | None) -> dt.date | None:
    return None if written is None else dt.date.fromisoformat(written)


# -- expressions and lengths


def _checked_json(checked: Checked | None) -> Json | None:
    return None if checked is None else tree_to_json(checked.tree)


def _checked(json: Json | None) -> Checked | None:
    return None if json is None else Checked(tree_from_json(json))


def _some(json: Json) -> Checked:
    return Checked(tree_from_json(json))


def _length_json(length: Length) -> Json:
    return {
        field.name: round(value / _MICROSECOND) if isinstance(value, dt.timedelta) else value
        for field in dataclasses.fields(length)
        if (value := getattr(length, field.name)) is not None
    }


_MICROSECOND = dt.timedelta(microseconds=1)
_TIMED = ("fixed", "business")


def _length(json: Json) -> Length:
    return Length(**{name: value * _MICROSECOND if name in _TIMED else value for name, value in json.items()})


def _optional_length(json: Json | None) -> Length | None:
    return None if json is None else _length(json)


# -- triggers


def _step_json(step: Step) -> Json:
    return _present({"event": step.event, "alias": step.alias, "where": _checked_json(step.where)})


def _step(json: Json) -> Step:
    return Step(json["event"], json["alias"], _checked(json.get("where")))


def _each_json(each: Each) -> Json:
    return _present({"entity": each.entity, "alias": each.alias, "where": _checked_json(each.where)})


def _each(json: Json) -> Each:
    return Each(json["entity"], json["alias"], _checked(json.get("where")))


def _trigger_json(trigger: Trigger) -> Json:
    if isinstance(trigger, EventTrigger):
        links = [
            {"step": _step_json(link.step), "within": _length_json(link.within), "without": link.without}
            for link in trigger.links
        ]
        return {"kind": "event", "step": _step_json(trigger.step), "links": links}
    if isinstance(trigger, ChangeTrigger):
        sides = {"before": _checked_json(trigger.before), "after": _checked_json(trigger.after)}
        return _present(
            {"kind": "change", "entity": trigger.entity, "alias": trigger.alias, "field": trigger.field, **sides}
        )
    if isinstance(trigger, SegmentTrigger):
        return {"kind": "segment", **dataclasses.asdict(trigger)}
    if isinstance(trigger, ScheduleTrigger):
        at = trigger.at and trigger.at.isoformat()
        found = {"every": _length_json(trigger.every), "at": at, "each": _each_json(trigger.each)}
        return _present({"kind": "schedule", **found})
    found = {"every": _length_json(trigger.every), "each": _each_json(trigger.each)}
    return {"kind": "watch", "condition": _checked_json(trigger.condition), **found}


def _event_trigger(json: Json) -> Trigger:
    links = (Link(_step(link["step"]), _length(link["within"]), link["without"]) for link in json["links"])
    return EventTrigger(_step(json["step"]), tuple(links))


_TRIGGERS: Mapping[str, Callable[[Json], Trigger]] = {
    "event": _event_trigger,
    "change": lambda json: ChangeTrigger(
        json["entity"], json["alias"], json["field"], _checked(json.get("before")), _checked(json.get("after"))
    ),
    "segment": lambda json: SegmentTrigger(json["segment"], json["entered"], json["entity"], json["alias"]),
    "schedule": lambda json: ScheduleTrigger(
        _length(json["every"]), dt.time.fromisoformat(json["at"]) if json.get("at") else None, _each(json["each"])
    ),
    "watch": lambda json: WatchTrigger(_some(json["condition"]), _each(json["each"]), _length(json["every"])),
}


def _trigger(json: Json) -> Trigger:
    return _TRIGGERS[json["kind"]](json)


# -- windows


def _window_json(window: Window) -> Json:
    return _present(
        {
            "function": window.function,
            "step": _step_json(window.step),
            "within": _length_json(window.within),
            "type": window.type.code(),
            "value": _checked_json(window.value),
            "by": list(window.by) if window.by is not None else None,
            "key": _checked_json(window.key),
            "baseline": _length_json(window.baseline) if window.baseline is not None else None,
        }
    )


def _window(json: Json) -> Window:
    by = json.get("by")
    return Window(
        json["function"],
        _step(json["step"]),
        _length(json["within"]),
        parse_type(json["type"]),
        _checked(json.get("value")),
        tuple(by) if by is not None else None,
        _checked(json.get("key")),
        _optional_length(json.get("baseline")),
    )


# -- what is done


def _case_json(case: Case) -> Json:
    return _present({"name": case.name, "condition": _checked_json(case.condition), "block": _block_json(case.block)})


def _case(json: Json) -> Case:
    return Case(json["name"], _checked(json.get("condition")), _block(json["block"]))


def _block_json(block: Block) -> list[Json]:
    return [_statement_json(statement) for statement in block]


def _block(json: list[Json]) -> Block:
    return tuple(map(_statement, json))


def _statement_json(statement: Statement) -> Json:
    if isinstance(statement, Call):
        arguments = {name: _checked_json(value) for name, value in statement.arguments.items()}
        return {"do": statement.action, "with": arguments}
    if isinstance(statement, After):
        found = {"condition": _checked_json(statement.condition), "block": _block_json(statement.block)}
        return _present({"after": _length_json(statement.delay), **found})
    if isinstance(statement, Split):
        shares = [
            {"percent": str(share.percent), "name": share.name, "block": _block_json(share.block)}
            for share in statement.shares
        ]
        return {"split": _checked_json(statement.by), "shares": shares}
    return {"stop": True}


def _statement(json: Json) -> Statement:
    if "do" in json:
        return Call(json["do"], {name: _some(value) for name, value in json["with"].items()})
    if "after" in json:
        return After(_length(json["after"]), _checked(json.get("condition")), _block(json["block"]))
    if "split" in json:
        shares = (Share(Decimal(each["percent"]), each["name"], _block(each["block"])) for each in json["shares"])
        return Split(_some(json["split"]), tuple(shares))
    return Stop()


def _present(json: Json) -> Json:
    return {name: value for name, value in json.items() if value is not None}
