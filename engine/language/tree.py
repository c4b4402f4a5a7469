"""The typed tree: what the checker makes, the three back ends read, and definitions store as JSON.

Nodes are uniform: an operation, a type and operands. The operations are few, because the checker writes the others in
terms of them (`a != b` is `not (a = b)`, `between` is two comparisons), so that each back end has one short table.

    const            `value`, in the run-time form of `type` (see values.py)
    field            `path`; `hops[i]` is the entity that step i refers to, where the path goes on through a reference
    list             the operands as a list
    and or not       logic over truth: an operand that is empty is not true
    = in             null-safe equality; membership
    < <= > >=        false when a side is empty
    is_empty         empty, the empty text or the empty list
    contains         a text holds a text (ASCII case ignored), or a list holds a value
    contains_any contains_all    the same over a list of values
    contains_words   a text holds a word of the word list `value`
    ?? if            the first that is not empty; condition, then, else
    + - * / neg      exact decimals; a quotient is rounded to 12 digits, half away from zero
    concat template  texts joined; `concat` is empty when a part is, `template` writes empty as nothing
    time+ time-      date-times and durations
    date+ date- days-    a date moved by whole days; the time between two dates
    to_datetime to_date  midnight of a date; the date of a date-time; in the offset of `now`
    call             the function `value` of functions.py
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.language.types import Type, parse_type

VERSION = 1

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the typed tree; `start` and `end` are where its text stood, when it came from text."""

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: object = None
    path: tuple[str, ...] = ()
    hops: tuple[str | None, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.args))

    def references(self) -> tuple[tuple[str, ...], ...]:
        """The paths read, each once, in the order they occur."""
        return tuple(dict.fromkeys(node.path for node in self.walk() if node.op == "field"))


def to_json(node: Node) -> Json:
    """The stored form of a tree; the root also carries the version."""
    return {"v": VERSION, **_node_to_json(node)}


def _node_to_json(node: Node) -> Json:
    json: Json = {"op": node.op, "type": node.type.code()}
    if node.args:
        json["args"] = [_node_to_json(arg) for arg in node.args]
    if node.value is not None:
        json["value"] = _value_to_json(node.value)
    if node.path:
        json["path"] = list(node.path)
    if any(node.hops):
        json["hops"] = list(node.hops)
    return json


def from_json(json: Mapping[str, object]) -> Node:
    """The tree `to_json` wrote. Raises ValueError for anything else."""
    if json.get("v") != VERSION:
        raise ValueError(f"not a tree of version {VERSION}")
    return _node_from_json(json)


def _node_from_json(json: Mapping[str, object]) -> Node:
    op, code = json.get("op"), json.get("type")
    if not isinstance(op, str) or not isinstance(code, str):
        raise ValueError("a node needs an operation and a type")
    type = parse_type(code)
    return Node(
        op,
        type,
        tuple(_node_from_json(arg) for arg in _objects(json.get("args"))),
        _value_from_json(type, json["value"]) if op == "const" and "value" in json else json.get("value"),
        tuple(str(step) for step in _sequence(json.get("path"))),
        tuple(None if hop is None else str(hop) for hop in _sequence(json.get("hops"))),
    )


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    for item in _sequence(value):
        if not isinstance(item, Mapping):
            raise ValueError("an operand must be an object")
        yield item


def _value_to_json(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.timedelta):
        return value // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def _value_from_json(type: Type, value: object) -> object:
    from engine.language.values import normalise

    return normalise(type, value)
