"""A flow in a few lines for people, and as JSON for a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields

from engine.definitions import Edge, Flow, Node
from engine.definitions.codec import encode

_SAID = frozenset({"id", "type", "title", "parent", "assignment", "outcomes", "attached_to"})


def compact(flow: Flow) -> str:
    """A line for each node, with the edges that leave it."""
    return "\n".join(_line(flow, node) for node in flow.nodes)


def _line(flow: Flow, node: Node) -> str:
    place = f" in {node.parent}" if node.parent else f" on {node.attached_to}" if node.attached_to else ""
    edges = ", ".join(_way(edge) for edge in flow.edges if edge.source == node.id)
    return f"  {node.id} {node.type}{place}{''.join(_members(node))}{' -> ' if edges else ''}{edges}"


def _way(edge: Edge) -> str:
    return edge.target + (f"[{edge.when}]" if edge.when else "") + ("[default]" if edge.default else "")


def _members(node: Node) -> Iterator[str]:
    blank = Node("", "", node.title)
    for member in fields(Node):
        value = getattr(node, member.name)
        if member.name not in _SAID and value != getattr(blank, member.name):
            yield f" {member.name}={_short(value)}"
    if node.outcomes:
        yield " outcomes=" + "/".join(o.key + (f":{o.target}" if o.target else "") for o in node.outcomes)


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_short(item) for item in value) + ")"
    if hasattr(value, "__dataclass_fields__"):
        given = {name: getattr(value, name) for name in value.__dataclass_fields__}
        return "{" + " ".join(f"{name}={_short(item)}" for name, item in given.items() if item) + "}"
    return str(value)


def as_json(flow: Flow) -> str:
    """The definition, to be kept as a test."""
    return json.dumps(encode(flow), ensure_ascii=False)
