"""Which members each type of node reads, and which events may stand where: the tables behind the checker and the reference.

A member that is set on a node whose type does not read it would be accepted and not executed; the checker refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from engine.definitions import Assignment, EventDefinition, Loop, Node, Outcome, Overdue

#: Read whatever the type is.
ALWAYS = frozenset({"id", "type", "title", "parent", "documentation"})
_ACTIVITY = ("loop", "for_compensation")
_PERSON = ("form", "assignment", "outcomes", "rights", "due", "priority", *_ACTIVITY)
_ACTION = ("arguments", "outputs", *_ACTIVITY)
_DECISION = ("decision", "rules", "arguments", "outputs", *_ACTIVITY)
_CATCH = ("events", "parallel_multiple")

#: Node type -> the members it reads beside ALWAYS.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "task": _ACTIVITY,
    "user_task": _PERSON,
    "service_task": ("action", *_ACTION),
    "send_task": ("events", "action", *_ACTION),
    "receive_task": ("events", *_ACTIVITY),
    "script_task": ("assign", *_ACTIVITY),
    "rule_task": _DECISION,
    "manual_task": _ACTIVITY,
    "call_activity": ("call", *_ACTIVITY),
    "exclusive_gateway": (),
    "parallel_gateway": (),
    "inclusive_gateway": (),
    "event_based_gateway": (),
    "complex_gateway": ("required",),
    "sub_process": _ACTIVITY,
    "event_sub_process": (),
    "transaction": _ACTIVITY,
    "ad_hoc_sub_process": ("ad_hoc", *_ACTIVITY),
    "start_event": (*_CATCH, "interrupting"),
    "end_event": ("events", "outcome"),
    "intermediate_catch_event": _CATCH,
    "intermediate_throw_event": ("events",),
    "boundary_event": (*_CATCH, "attached_to", "interrupting"),
    "initiator": _PERSON,
    "approval": _PERSON,
    "handle": _PERSON,
    "cc": ("assignment", *_ACTIVITY),
    "delay": ("events",),
    "notify": _ACTION,
    "create_record": _ACTION,
    "update_record": _ACTION,
    "find_record": _ACTION,
    "wait_for_record": ("condition",),
    "set_tag": _ACTION,
    "call_rule": _DECISION,
    "jump": ("target",),
}

#: Types that do something and may have boundary events, loops and compensation, in BPMN's terms.
TASKS = frozenset(
    ("task", "user_task", "service_task", "send_task", "receive_task", "script_task", "rule_task", "manual_task", "cc")
)
SUB_PROCESSES = frozenset(("sub_process", "transaction", "ad_hoc_sub_process"))
ACTIVITIES = TASKS | SUB_PROCESSES | {"call_activity"}
#: What other nodes may be in.
SCOPES = SUB_PROCESSES | {"event_sub_process"}
GATEWAYS = frozenset(
    ("exclusive_gateway", "parallel_gateway", "inclusive_gateway", "event_based_gateway", "complex_gateway")
)
#: Types whose outgoing edges may have conditions and a default.
DECIDES = ACTIVITIES | {"exclusive_gateway", "inclusive_gateway", "complex_gateway"}
#: Types that may run an action or another flow and so fail with an error of their own.
MAY_FAIL = frozenset(("service_task", "call_activity"))

#: Places of events: `start` of the process, `inner_start` of a sub-process, `event_start` of an event sub-process, and the others by type.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "start": ("message", "timer", "signal"),
    "inner_start": (),
    "event_start": ("message", "timer", "signal", "conditional", "error", "escalation", "compensation"),
    "intermediate_catch_event": ("message", "timer", "signal", "conditional", "link"),
    "intermediate_throw_event": ("message", "signal", "escalation", "compensation", "link"),
    "boundary_event": ("message", "timer", "signal", "conditional", "error", "escalation", "compensation", "cancel"),
    "end_event": ("message", "signal", "error", "escalation", "compensation", "cancel", "terminate"),
    "send_task": ("message",),
    "receive_task": ("message",),
    "delay": ("timer",),
}
#: Places where an event may be of no kind.
PLAIN_EVENTS = frozenset({"start", "inner_start", "intermediate_throw_event", "end_event"})
#: Places where only one event definition may stand.
SINGLE_EVENTS = frozenset({"send_task", "receive_task", "delay"})
#: Kinds that stand alone at their node.
ALONE = frozenset({"link", "compensation", "cancel"})
#: Kinds that wait for something outside the scope; only these can be `parallel_multiple`.
ARMED = frozenset({"message", "timer", "signal", "conditional"})
#: Kinds after which the scope is over; thrown, they stand alone.
LAST = frozenset({"error", "cancel", "terminate"})
#: Kinds that always interrupt.
INTERRUPTS = frozenset({"error", "cancel"})
THROWING = frozenset({"intermediate_throw_event", "end_event", "send_task"})

#: Kind -> the members of the event definition that are read, when it catches and when it throws.
CATCH_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "message": ("name", "correlation", "outputs"),
    "timer": ("timer",),
    "signal": ("name", "outputs"),
    "conditional": ("condition",),
    "error": ("code", "outputs"),
    "escalation": ("code", "outputs"),
    "compensation": ("handler",),
    "cancel": (),
    "link": ("name",),
}
THROW_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "message": ("name", "correlation", "arguments"),
    "signal": ("name", "arguments"),
    "error": ("code", "arguments"),
    "escalation": ("code", "arguments"),
    "compensation": ("activity", "parallel"),
    "cancel": (),
    "terminate": (),
    "link": ("name",),
}
#: Loop kind -> the members that are read.
LOOP_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "standard": ("condition", "test_before", "maximum"),
    "parallel": ("cardinality", "collection", "element", "completion", "output", "output_collection"),
    "sequential": ("cardinality", "collection", "element", "completion", "output", "output_collection"),
}

#: What people may do with a task beside deciding, where its node says so.
GRANTED = ("add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult")
#: Members of an assignment that nodes whose people only get copies read.
ASSIGNMENT_ALWAYS = frozenset({"candidates", "cc"})
#: Member of an assignment -> the modes that read it; the others are read in every mode.
ASSIGNMENT_MODES: Mapping[str, tuple[str, ...]] = {"refusal": ("all",), "vote": ("vote",)}
#: Member of a rule for what is late -> the action that reads it; the others are read by every action.
OVERDUE_MEMBERS: Mapping[str, str] = {"every": "remind", "times": "remind", "target": "jump"}
#: Member of an outcome -> the kinds that read it; the others are read by every kind.
OUTCOME_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "target": ("refuse", "send_back"),
    "straight": ("send_back",),
    "rounds": ("send_back",),
}


def _defaults(type_: type[Any]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for each in fields(type_):
        if each.default is not MISSING:
            found[each.name] = each.default
        elif each.default_factory is not MISSING:
            found[each.name] = each.default_factory()
    return found


_DEFAULTS: Mapping[type[Any], Mapping[str, object]] = {
    type_: _defaults(type_) for type_ in (Node, EventDefinition, Loop, Assignment, Outcome, Overdue)
}


def members_set(part: Node | EventDefinition | Loop | Assignment | Outcome | Overdue) -> list[str]:
    """The members of a part of a definition that say something else than their default."""
    return [name for name, default in _DEFAULTS[type(part)].items() if getattr(part, name) != default]


def event_place(node: Node, parent: Node | None) -> str:
    """The key of EVENTS for the events of a node."""
    if node.type != "start_event":
        return node.type
    if parent is None:
        return "start"
    return "event_start" if parent.type == "event_sub_process" else "inner_start"
