"""Example programs: a flow, the steps of its people and clocks, and what is expected after each; and a host in memory.

The host finds people by node (`people`), keeps what the effects did, and sends the state through JSON between steps, so that
every example also shows that a restored instance goes on as if nothing had happened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.definitions import Entity, Field, Flow, Text
from engine.definitions.codec import decode
from engine.flow import (
    Cancel,
    CloseTask,
    Command,
    CompleteTask,
    End,
    FireTimers,
    OpenTask,
    Program,
    Record,
    Refused,
    Retry,
    RunAction,
    Start,
    State,
    assign,
    compile_flow,
    dump,
    effect_from_json,
    effect_to_json,
    incidents,
    load,
    step,
)
from engine.flow.duration import parse_duration

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))
INSTANCE = "00000000-0000-4000-8000-000000000001"
TICKET = Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", Text("标题", "Title")),), "title")
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def flow_of(document: Mapping[str, Any]) -> Flow:
    """The flow of an example; titles and labels may be left out there."""
    text = {"zh": "文", "en": "text"}
    nodes = [{"title": text, **node, "outcomes": _labelled(node.get("outcomes", []))} for node in document["nodes"]]
    nodes = [{k: v for k, v in node.items() if v != []} for node in nodes]
    edges = [
        {"id": f"e{i}", **edge} if isinstance(edge, dict) else {"id": f"e{i}", "source": edge[0], "target": edge[1]}
        for i, edge in enumerate(document["edges"])
    ]
    whole = {"kind": "flow", "key": "example", "label": text, "entity": "ticket"}
    found = decode(
        "flow",
        {**whole, **document, "nodes": nodes, "edges": edges, "variables": _labelled(document.get("variables", []))},
    )
    assert isinstance(found, Flow)
    return found


def _labelled(items: list[Any]) -> list[dict[str, Any]]:
    text = {"zh": "文", "en": "text"}
    return [{"label": text, **({"key": item} if isinstance(item, str) else item)} for item in items]


@dataclass
class Host:
    """An instance and what its effects have done so far."""

    flow: Flow
    people: Mapping[str, list[str]]
    failing: set[str] = field(default_factory=set)
    now: datetime = BEGIN
    open: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        compiled = compile_flow(self.flow, {"ticket": TICKET})
        self.program = Program.from_json(json.loads(json.dumps(compiled.to_json())))
        self.state = State(INSTANCE)

    def apply(self, command: Command) -> None:
        """Run a command and carry out its effects, trying again without the service calls that failed."""
        failures: dict[str, str] = {}
        while True:
            state, effects = step(self.program, self.state, command, self.now, failures)
            failed = [e for e in effects if isinstance(e, RunAction) and e.action in self.failing]
            if not failed:
                break
            failures[failed[0].id] = "it broke"
        people: dict[str, list[str]] = {}
        for effect in effects:
            effect = effect_from_json(json.loads(json.dumps(effect_to_json(effect))))
            self._carry_out(effect, people)
        self.state = load(State, json.loads(json.dumps(dump(assign(state, people)))))
        assert self.state == assign(state, people)

    def _carry_out(self, effect: Any, people: dict[str, list[str]]) -> None:
        match effect:
            case OpenTask():
                people[effect.task] = self.people.get(effect.node, ["ann"])
                self.open[effect.node] = effect.task
                self.log.append(f"open {effect.node} {effect.round}")
            case CloseTask():
                del self.open[effect.node]
                self.log.append(f"{effect.status} {effect.node}" + (f" {effect.outcome}" if effect.outcome else ""))
            case RunAction():
                arguments = json.dumps(effect.arguments, sort_keys=True, ensure_ascii=False) if effect.arguments else ""
                self.log.append(f"run {effect.action} {arguments}".strip())
            case Record(type="timer_fired" | "joined" | "incident" | "sent_back"):
                self.log.append(f"{effect.type} {effect.node}")
            case End():
                self.log.append(f"end {effect.status}" + (f" {effect.outcome}" if effect.outcome else ""))


def run_script(document: Mapping[str, Any]) -> Host:
    """Run an example, asserting what each step expects."""
    host = Host(flow_of(document["flow"]), document.get("people", {}), set(document.get("failing", [])))
    for index, line in enumerate(document["steps"]):
        host.log.clear()
        before = host.state
        refused = None
        try:
            _do(host, line)
        except Refused as error:
            refused = error.code
            assert host.state == before, f"step {index}: a refusal changed the state"
        assert refused == line.get("refused"), f"step {index} {line}: refused {refused}"
        if "effects" in line:
            assert host.log == line["effects"], f"step {index} {line['do']}: {host.log}"
        if "waits" in line:
            found = sorted(f"{t.node}:{t.waiting}" for t in host.state.tokens)
            assert found == sorted(line["waits"]), f"step {index} {line['do']}: {found}"
        if "incidents" in line:
            assert [f"{i.node} {i.code}" for i in incidents(host.state)] == line["incidents"], f"step {index}"
        if "variables" in line:
            assert {key: host.state.variables.get(key) for key in line["variables"]} == line["variables"]
    return host


def _do(host: Host, line: Mapping[str, Any]) -> None:
    verb, *words = line["do"].split()
    if verb == "start":
        host.apply(Start(line.get("set", {}), line.get("context", {})))
    elif verb == "wait":
        host.now += parse_duration(words[0])
        if host.state.next_due is not None and host.state.next_due <= host.now:
            host.apply(FireTimers())
    elif verb == "cancel":
        host.apply(Cancel())
    elif verb == "mend":
        host.failing.discard(words[0])
        host.apply(Retry(variables=line.get("set", {})))
    elif verb == "escalate":
        host.state = assign(host.state, {host.open[words[0]]: [words[1]]}, kind="escalation")
    else:
        node, outcome = words
        task = host.open.get(node, node)
        host.apply(CompleteTask(task, verb, outcome, line.get("set", {}), line.get("context")))
