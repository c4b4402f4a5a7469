"""The typed tree: what the checker makes, the three back ends read, and definitions store as JSON.

Nodes are uniform: an operation, a type and operands. The operations are few, because the checker writes the others in
terms of them (`a != b` is `not (a = b)`, `between` is two comparisons), so that each back end has one short table.

    const            `value`, in the run-time form of `type` (see values.py)
    field            `path`; `hops[i]` is the entity that step i refers to, where the path goes on through a reference;
                     the first step may be the variable of an enclosing some, every, filter or map
    get              the fields `path` of the record or reference that the operand gives
    list             the operands as a list
    keywords         the word list `value`, beside contains_any only
    and or not       logic over truth: an operand that is empty is not true
    = in             null-safe equality; membership
    < <= > >=        false when a side is empty
    is_empty         empty, the empty text or the empty list
    contains         a text holds a text (ASCII case ignored), or a list holds a value
    contains_any contains_all    the same over a list of values
    some every       whether an item, or each item, of a list meets a condition; `value` names the item
    filter map       the items that meet a condition; something of each item, empties left out; `value` names the item
    ?? if            the first that is not empty; condition, then, else
    + - * / neg      exact decimals; a quotient is rounded to 12 digits, half away from zero
    concat template  texts joined; `concat` is empty when a part is, `template` writes empty as nothing
    time+ time-      date-times and durations
    date+ date- days-    a date moved by whole days; the time between two dates
    month+ month-    a date or date-time moved by a period, the day clamped to the month's end
    duration* duration/ ratio    a duration times and by a number; how often a duration goes into another
    period+ period- period*      periods
    business+ business-          a date or date-time moved by business time, a constant
    to_datetime to_date date_at  midnight of a date; the date of a date-time; a date at a time of day; in the zone of `now`
    call             the function `value` of functions; `named` an argument given by the name `value`
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from sys import intern

from engine.language.types import Type, parse_type

VERSION = 2

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the typed tree; `start` and `end` are where its text stood, when it came from text.

    `comments` stood before it; `trailing` stood after everything, and is held by the root.
    """

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: object = None
    path: tuple[str, ...] = ()
    hops: tuple[str | None, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    comments: tuple[str, ...] = field(default=(), compare=False)
    trailing: tuple[str, ...] = field(default=(), compare=False)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.args))

    def at(self, start: int, end: int) -> Node:
        """The node, with where its text stands."""
        if self.start == start and self.end == end:
            return self
        return Node(
            self.op, self.type, self.args, self.value, self.path, self.hops, start, end, self.comments, self.trailing
        )

    def references(self) -> tuple[tuple[str, ...], ...]:
        """The paths read from outside, each once, in the order they occur; a variable of the expression is none."""
        return tuple(dict.fromkeys(_read(self, frozenset())))


#: Operations that bind a variable, named by `value`, in their second operand.
BINDERS = frozenset({"some", "every", "filter", "map"})


def _read(node: Node, bound: frozenset[str]) -> Iterator[tuple[str, ...]]:
    if node.op == "field" and node.path[0] not in bound:
        yield node.path
    for index, arg in enumerate(node.args):
        inner = bound | {str(node.value)} if node.op in BINDERS and index == 1 else bound
        yield from _read(arg, inner)


def to_json(node: Node, positions: bool = False) -> Json:
    """The stored form of a tree; the root also carries the version. `positions` adds where each part stood in the text."""
    return {"v": VERSION, **_node_to_json(node, positions)}


def _node_to_json(node: Node, positions: bool) -> Json:
    json: Json = {"op": node.op, "type": node.type.code()}
    if node.args:
        json["args"] = [_node_to_json(arg, positions) for arg in node.args]
    if node.value is not None:
        json["value"] = _value_to_json(node.value)
    if node.path:
        json["path"] = list(node.path)
    if any(node.hops):
        json["hops"] = list(node.hops)
    if node.comments:
        json["comments"] = list(node.comments)
    if node.trailing:
        json["trailing"] = list(node.trailing)
    if positions:
        json |= {"start": node.start, "end": node.end}
    return json


def from_json(json: Mapping[str, object]) -> Node:
    """The tree `to_json` wrote, in this version or an older one. Raises ValueError for anything else."""
    from engine.language.upgrade import upgrade

    return _node_from_json(json if json.get("v") == VERSION else upgrade(json))


def _node_from_json(json: Mapping[str, object]) -> Node:
    """Ten thousand rules are two hundred thousand nodes, and a worker loads them when it starts: what most nodes have not is not
    looked at."""
    if not isinstance(json, (dict, Mapping)):
        raise ValueError("an operand must be an object")
    op, code = json.get("op"), json.get("type")
    if not isinstance(op, str) or not isinstance(code, str):
        raise ValueError("a node needs an operation and a type")
    type, value, args = _type(code), json.get("value"), json.get("args")
    if op == "const" and value is not None:
        value = _value_from_json(type, value)
    found = tuple([_node_from_json(arg) for arg in args]) if isinstance(args, list) else ()
    if len(json) == 2 + ("v" in json) + ("value" in json) + ("args" in json):
        return Node(op, type, found, value)
    path = _texts(json.get("path"))
    hops = tuple([None if hop is None else str(hop) for hop in _sequence(json.get("hops"))])
    return Node(
        op,
        type,
        found,
        value,
        path,
        # Steps through no reference at all are not stored; a field's first step is never one.
        hops or (None,) * (len(path) - (op == "field")),
        comments=_texts(json.get("comments")),
        trailing=_texts(json.get("trailing")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple([intern(str(each)) for each in value]) if isinstance(value, list) and value else ()


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


#: The same few types, many times over.
_type = lru_cache(4_096)(parse_type)


def _value_to_json(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.timedelta):
        return value // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, tuple):
        unit, size = value
        return {unit: size}
    return value


def _value_from_json(type: Type, value: object) -> object:
    from engine.language.values import normalise

    return normalise(type, value)
