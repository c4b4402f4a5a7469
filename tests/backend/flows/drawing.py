"""Flows about tickets in short: nodes by id with their type and members, and edges as `a -> b -> c`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

_TYPES = {
    "start": "start_event",
    "end": "end_event",
    "catch": "intermediate_catch_event",
    "throw": "intermediate_throw_event",
    "boundary": "boundary_event",
    "task": "user_task",
    "service": "service_task",
    "call": "call_activity",
    "xor": "exclusive_gateway",
    "and": "parallel_gateway",
    "script": "script_task",
    "receive": "receive_task",
}
_AGENTS = {"mode": "any", "candidates": [{"role": "cs_agent"}]}


def text(said: str) -> dict[str, str]:
    return {"zh": said, "en": said}


def node(id: str, kind: str, **members: Any) -> dict[str, Any]:
    """A node; a user task is for the agents, with the outcome `done`."""
    made: dict[str, Any] = {"id": id, "type": _TYPES.get(kind, kind), "title": text(id), **members}
    if made["type"] == "user_task":
        made = {"outcomes": [{"key": "done", "label": text("done")}], "assignment": _AGENTS, **made}
    return made


def flow(key: str, nodes: list[dict[str, Any]], *paths: str, **members: Any) -> dict[str, Any]:
    """A flow whose `paths` are `start -> a -> end`, with `start` and `end` made unless they are among the nodes; a condition stands
    before its edge's target: `which -> [amount > 3] b`, a default `[*]`."""
    edges: list[dict[str, Any]] = []
    for path in paths:
        steps = [step.strip() for step in path.split("->")]
        for before, after in pairwise(steps):
            edges.append(_edge(len(edges), before.split("]")[-1].strip(), after))
    known = {each["id"] for each in nodes}
    named = {edge[end] for edge in edges for end in ("source", "target")}
    nodes = [*[node(id, id) for id in ("start", "end") if id in named - known], *nodes]
    return {
        "kind": "flow",
        "key": key,
        "label": text(key),
        "entity": "ticket",
        "schema": 2,
        "nodes": nodes,
        "edges": edges,
        **members,
    }


def _edge(number: int, source: str, target: str) -> dict[str, Any]:
    condition, _, rest = target.rpartition("]")
    when = condition.lstrip("[").strip()
    made: dict[str, Any] = {"id": f"e{number}", "source": source, "target": (rest or target).strip()}
    if when == "*":
        return made | {"default": True}
    return made | ({"when": when} if when else {})


def variable(key: str, type: str = "text", **members: Any) -> dict[str, Any]:
    return {"key": key, "type": type, "label": text(key), **members}


def message(name: str, **members: Any) -> list[dict[str, Any]]:
    return [{"kind": "message", "name": name, **members}]


def signal(name: str, **members: Any) -> list[dict[str, Any]]:
    return [{"kind": "signal", "name": name, **members}]


def counting(events: list[dict[str, Any]]) -> dict[str, Any]:
    """A task beside which each of these events, as it comes, adds one to `count`."""
    nodes = [
        node("work", "task"),
        node("more", "boundary", attached_to="work", interrupting=False, events=events),
        node("add", "script", assign={"count": "count + 1"}),
        node("added", "end"),
    ]
    paths = "start -> work -> end", "more -> add -> added"
    return flow("counting", nodes, *paths, variables=[variable("count", "number", default=0)])
