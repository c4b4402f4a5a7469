"""What publishing refuses: each problem with its code, its place and the node to mark."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.definitions import Entity, Field, Form, FormItem, Section, Text
from engine.definitions.codec import encode
from engine.flow import check
from tests.engine.flow.scripts import TICKET, flow_of

Document = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    name: str
    required: bool = False


@dataclass(frozen=True)
class Signature:
    parameters: tuple[Parameter, ...]
    open: bool = False


ACTIONS = {"send": Signature((Parameter("text", required=True),)), "update_record": Signature((), open=True)}
OTHER = Entity("other", Text("别的", "Other"), (Field("x", "text", Text("x", "x")),), "x")


def form(key: str, entity: str) -> Form:
    return Form(key, Text(key, key), entity, (Section((FormItem("title"),)),))


FORMS = {"triage": form("triage", "ticket"), "foreign": form("foreign", "other")}

SOUND: Document = {
    "variables": [{"key": "amount", "type": "money", "currency": "CNY"}],
    "nodes": [
        {"id": "start", "type": "start_event"},
        {
            "id": "look",
            "type": "user_task",
            "form": "triage",
            "due": "PT4H",
            "outcomes": ["done"],
            "assignment": {"candidates": [{"role": "agent"}]},
        },
        {
            "id": "late",
            "type": "boundary_event",
            "attached_to": "look",
            "interrupting": False,
            "events": [{"kind": "timer", "timer": {"duration": "PT30M"}}],
        },
        {"id": "tell", "type": "service_task", "action": "send", "arguments": {"text": '"{amount}"'}},
        {"id": "told", "type": "end_event"},
        {"id": "which", "type": "exclusive_gateway"},
        {"id": "split", "type": "parallel_gateway"},
        {
            "id": "one",
            "type": "user_task",
            "outcomes": ["done", {"key": "back", "kind": "send_back", "target": "look"}],
            "assignment": {"candidates": [{"superior_of": "look"}]},
        },
        {"id": "two", "type": "service_task", "action": "update_record", "arguments": {"title": '"x"'}},
        {"id": "join", "type": "parallel_gateway"},
        {"id": "end", "type": "end_event"},
    ],
    "edges": [
        {"id": "a", "source": "start", "target": "look"},
        {"id": "b", "source": "look", "target": "which"},
        {"id": "c", "source": "late", "target": "tell"},
        {"id": "d", "source": "tell", "target": "told"},
        {"id": "e", "source": "which", "target": "end", "when": "amount > 5 CNY"},
        {"id": "f", "source": "which", "target": "split", "default": True},
        {"id": "g", "source": "split", "target": "one"},
        {"id": "h", "source": "split", "target": "two"},
        {"id": "i", "source": "one", "target": "join"},
        {"id": "j", "source": "two", "target": "join"},
        {"id": "k", "source": "join", "target": "end"},
    ],
}


def problems(document: Document) -> list[tuple[str, str, str | None]]:
    found = check(flow_of(document), {"ticket": TICKET, "other": OTHER}, FORMS, ACTIONS, {"agent"}, {"sales"})
    assert all(problem.message.zh and problem.message.en for problem in found)
    return [(problem.code, problem.path, problem.suggestion) for problem in found]


def test_a_sound_flow_has_no_problems() -> None:
    assert problems(SOUND) == []
    assert encode(flow_of(SOUND))["nodes"][0]["id"] == "start"


def node(document: Document, id: str) -> Document:
    found: Document = next(n for n in document["nodes"] if n["id"] == id)
    return found


def edge(document: Document, id: str) -> Document:
    found: Document = next(e for e in document["edges"] if e["id"] == id)
    return found


CHANGES: dict[str, tuple[Callable[[Document], Any], tuple[str, str, str | None]]] = {
    "condition": (
        lambda d: edge(d, "e").update(when="amont > 5 CNY"),
        ("flow.expression", "/edges/4/when", "amount"),
    ),
    "condition type": (
        lambda d: edge(d, "e").update(when="amount"),
        ("flow.expression", "/edges/4/when", "amount > 0 CNY"),
    ),
    "no default": (
        lambda d: edge(d, "f").update(default=False, when="amount > 1 CNY"),
        ("flow.no_default", "/nodes/5", None),
    ),
    "no condition": (lambda d: edge(d, "e").pop("when"), ("flow.no_condition", "/edges/4", None)),
    "condition ignored": (
        lambda d: edge(d, "a").update(when="true"),
        ("flow.condition_ignored", "/edges/0/when", None),
    ),
    "target": (lambda d: edge(d, "a").update(target="lok"), ("flow.unknown_node", "/edges/0/target", "look")),
    "into start": (lambda d: edge(d, "k").update(target="start"), ("flow.edge_into_start", "/edges/10/target", None)),
    "repeated": (lambda d: node(d, "told").update(id="end"), ("flow.repeated_id", "/nodes/10/id", None)),
    "form": (lambda d: node(d, "look").update(form="triag"), ("flow.unknown_form", "/nodes/1/form", "triage")),
    "foreign form": (lambda d: node(d, "look").update(form="foreign"), ("flow.form_entity", "/nodes/1/form", None)),
    "outcomes": (lambda d: node(d, "look").update(outcomes=[]), ("flow.no_outcomes", "/nodes/1/outcomes", None)),
    "due": (lambda d: node(d, "look").update(due="P9999D"), ("flow.duration", "/nodes/1/due", "PT30M")),
    "role": (
        lambda d: node(d, "look").update(assignment={"candidates": [{"role": "agnt"}]}),
        ("flow.unknown_role", "/nodes/1/assignment/candidates/0", "agent"),
    ),
    "action": (lambda d: node(d, "tell").update(action="sned"), ("flow.unknown_action", "/nodes/3/action", "send")),
    "argument": (
        lambda d: node(d, "tell")["arguments"].update(txet='"x"'),
        ("flow.unknown_parameter", "/nodes/3/arguments/txet", "text"),
    ),
    "missing argument": (
        lambda d: node(d, "tell").update(arguments={}),
        ("flow.missing_argument", "/nodes/3/arguments", None),
    ),
    "send back forward": (
        lambda d: node(d, "look").update(outcomes=["done", {"key": "b", "kind": "send_back", "target": "one"}]),
        ("flow.send_back_target", "/nodes/1/outcomes/1/target", None),
    ),
    "stuck join": (
        lambda d: edge(d, "j").update(source="which", when="amount > 9 CNY"),
        ("flow.stuck_join", "/nodes/9", None),
    ),
    "unreachable": (lambda d: edge(d, "h").update(target="one"), ("flow.starts_by_itself", "/nodes/8", None)),
    "automatic loop": (
        lambda d: edge(d, "e").update(target="which"),
        ("flow.automatic_loop", "/nodes/5", None),
    ),
    "nowhere to go": (lambda d: d["edges"].pop(3), ("flow.no_way_on", "/nodes/3", None)),
    "variable name": (
        lambda d: d["variables"][0].update(key="record"),
        ("flow.variable_taken", "/variables/0/key", None),
    ),
    "timer on a gateway": (
        lambda d: node(d, "late").update(attached_to="which"),
        ("flow.attached_to", "/nodes/2/attached_to", None),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_mistake_is_found_at_its_place(name: str) -> None:
    change, expected = CHANGES[name]
    document = copy.deepcopy(SOUND)
    change(document)
    assert expected in problems(document)


def test_parallel_branches_in_a_loop_pile_up() -> None:
    document = {
        "nodes": [
            {"id": "start", "type": "start_event"},
            {
                "id": "look",
                "type": "user_task",
                "outcomes": ["done"],
                "assignment": {"candidates": [{"role": "agent"}]},
            },
            {"id": "split", "type": "parallel_gateway"},
            {"id": "end", "type": "end_event"},
        ],
        "edges": [["start", "look"], ["look", "split"], ["split", "look"], ["split", "end"], ["split", "look"]],
    }
    assert "flow.multiplies" in [code for code, _, _ in problems(document)]
