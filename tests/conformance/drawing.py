"""Flows written in a few lines, for cases and tests: README.md beside this file is the reference.

start -> fork+ -> A, B -> join+ -> end      edges; a sign after a gateway's id says its type
gate? -[x > 1]-> C                          a condition; -[else]-> is the default
late on A: timer PT1H beside                a boundary event that does not interrupt
S: sub loop=parallel in="[1, 2]" as=n       a declaration; indented lines below are inside it
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.definitions import (
    AdHoc,
    Call,
    Edge,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Outcome,
    Text,
    Timer,
    Variable,
)
from tests.conformance.approving import ASSIGNMENT, assignment_of, outcomes_of

TITLE = Text("例", "Example")
_SIGNS: Mapping[str, str] = {
    "?": "exclusive_gateway",
    "+": "parallel_gateway",
    "*": "inclusive_gateway",
    "%": "event_based_gateway",
    "#": "complex_gateway",
}
_WORDS: Mapping[str, str] = {
    "user": "user_task",
    "service": "service_task",
    "send": "send_task",
    "receive": "receive_task",
    "script": "script_task",
    "rule": "rule_task",
    "manual": "manual_task",
    "call": "call_activity",
    "sub": "sub_process",
    "event_sub": "event_sub_process",
    "ad_hoc": "ad_hoc_sub_process",
    "start": "start_event",
    "end": "end_event",
    "catch": "intermediate_catch_event",
    "throw": "intermediate_throw_event",
}
SCOPES = frozenset({"sub_process", "event_sub_process", "transaction", "ad_hoc_sub_process"})
_WITH_EVENTS = frozenset(
    {"start_event", "end_event", "intermediate_catch_event", "intermediate_throw_event", "boundary_event"}
)
_PEOPLE = frozenset({"user_task", "approval", "handle", "initiator"})
_ARROW = re.compile(r"\s*(?:-\[(.*?)\])?->\s*")
_DECLARATION = re.compile(r"(\w+)(?: on (\w+))?:\s*(.*)")


class Misdrawn(ValueError):
    """A line that is none of the forms above."""


@dataclass
class _Drawing:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def read(self, lines: Iterable[str]) -> None:
        around: list[tuple[int, str]] = []
        for line in lines:
            indent, text = len(line) - len(line.lstrip()), line.strip()
            while around and around[-1][0] >= indent:
                around.pop()
            parent = around[-1][1] if around else None
            declared = _DECLARATION.fullmatch(text)
            if declared:
                node = self._declare(parent, *declared.groups())
                around += [(indent, node.id)] if node.type in SCOPES else []
            else:
                self._chain(parent, text)

    def _declare(self, parent: str | None, id: str, host: str | None, text: str) -> Node:
        known = self.nodes.get(id) or Node(id, "", TITLE, parent=parent)
        words = shlex.split(text, comments=True)
        if host is not None:
            words = ["boundary_event", *words]
        node = _described(replace(known, attached_to=host), words)
        self.nodes[id] = node
        return node

    def _chain(self, parent: str | None, text: str) -> None:
        parts = _ARROW.split(text)
        groups = [[self._mention(parent, each.strip()) for each in part.split(",")] for part in parts[::2]]
        for condition, sources, targets in zip(parts[1::2], groups, groups[1:], strict=False):
            for source in sources:
                for target in targets:
                    self._connect(source, target, condition)

    def _mention(self, parent: str | None, text: str) -> str:
        found = re.fullmatch(r"(\w+)([?+*%#])?", text)
        if found is None:
            raise Misdrawn(f"{text!r} is not a node")
        id, sign = found.groups()
        known = self.nodes.setdefault(id, Node(id, "", TITLE, parent=parent))
        if sign:
            self.nodes[id] = replace(known, type=_SIGNS[sign])
        return id

    def _connect(self, source: str, target: str, condition: str | None) -> None:
        id = f"{source}-{target}"
        again = sum(edge.id.split(".")[0] == id for edge in self.edges)
        default = condition == "else"
        self.edges.append(
            Edge(f"{id}.{again + 1}" if again else id, source, target, None if default else condition, default)
        )


def drawn(lines: Iterable[str], variables: Iterable[str] = (), key: str = "example") -> Flow:
    """The flow that the lines draw."""
    drawing = _Drawing()
    drawing.read(line for line in lines if line.strip())
    nodes = tuple(_typed(node) for node in drawing.nodes.values())
    return Flow(key, TITLE, "ticket", nodes, tuple(drawing.edges), tuple(_variable(line) for line in variables))


def _variable(line: str) -> Variable:
    """`total number = 3`; the default is JSON."""
    head, _, default = line.partition("=")
    key, type_ = head.split()
    return Variable(key, type_, TITLE, default=json.loads(default) if default else None)


def _typed(node: Node) -> Node:
    """A node that nothing says the type of: events by their names, user tasks otherwise."""
    named = next((word for word in ("start", "end") if node.id.lower().startswith(word)), None)
    node = replace(node, type=node.type or (f"{named}_event" if named else "user_task"))
    if node.type not in _PEOPLE:
        return node
    people = node.assignment or assignment_of({})
    return replace(node, outcomes=node.outcomes or (Outcome("done", TITLE),), assignment=people)


# -- declarations


@dataclass
class _Words:
    """The members of a node as its words are read; `pairs` are `name:=expression`, `taken` are `variable<=member`."""

    members: dict[str, Any] = field(default_factory=dict)
    loop: dict[str, Any] = field(default_factory=dict)
    call: dict[str, Any] = field(default_factory=dict)
    ad_hoc: dict[str, Any] = field(default_factory=dict)
    assignment: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    events: list[EventDefinition] = field(default_factory=list)

    def event(self, **members: Any) -> None:
        """Say more of the event named last."""
        self.events[-1] = replace(self.events[-1], **members)


def _described(node: Node, words: list[str]) -> Node:
    if not words:
        raise Misdrawn(f"{node.id}: a type is missing")
    type_ = _WORDS.get(words[0], words[0])
    read = _Words()
    rest = list(words[1:])
    while rest:
        _word(read, type_, rest)
    return _with_pairs(replace(node, type=type_, **read.members), read)


def _word(read: _Words, type_: str, rest: list[str]) -> None:
    word = rest.pop(0)
    if word in _FLAGS:
        _FLAGS[word](read)
    elif ":=" in word:
        name, _, text = word.partition(":=")
        read.pairs[name] = text
    elif "<=" in word and re.match(r"\w+<=", word):
        name, _, text = word.partition("<=")
        read.taken[name] = text
    elif "=" in word and word.partition("=")[0] in _OPTIONS:
        name, _, text = word.partition("=")
        _OPTIONS[name](read, text)
    elif word in ("|", "&"):
        read.members["parallel_multiple"] = word == "&"
    elif type_ in _WITH_EVENTS and word in _EVENTS:
        read.events.append(_EVENTS[word](rest))
    elif type_ in _PLAIN:
        _PLAIN[type_](read, word)
    else:
        raise Misdrawn(f"{type_} has no {word!r}")


def _with_pairs(node: Node, read: _Words) -> Node:
    events = tuple(read.events)
    if node.type == "script_task":
        node = replace(node, assign=read.pairs)
    elif node.type == "call_activity":
        node = replace(node, call=Call(**{"inputs": read.pairs, "outputs": read.taken, **read.call}))
    elif events:
        events = tuple(replace(event, arguments=read.pairs, outputs=read.taken) for event in events)
    else:
        node = replace(node, arguments=read.pairs, outputs=read.taken)
    loop = Loop(**read.loop) if read.loop else None
    ad_hoc = AdHoc(**read.ad_hoc) if node.type == "ad_hoc_sub_process" else None
    people = assignment_of(read.assignment) if read.assignment else None
    return replace(node, events=events, loop=loop, ad_hoc=ad_hoc, assignment=people)


def _timer(rest: list[str]) -> EventDefinition:
    word = rest.pop(0)
    if word == "at":
        return EventDefinition("timer", timer=Timer(date=rest.pop(0)))
    return EventDefinition("timer", timer=Timer(cycle=word) if word.startswith("R") else Timer(duration=word))


def _named(kind: str, make: Callable[[str], EventDefinition]) -> Callable[[list[str]], EventDefinition]:
    """An event with one word after it, which may be left out for errors, escalations and compensation."""

    def read(rest: list[str]) -> EventDefinition:
        bare = not rest or rest[0] in _FLAGS or rest[0] in ("|", "&") or re.match(r"\w+(=|:=|<=)", rest[0]) is not None
        if bare and kind in ("message", "signal", "link", "conditional"):
            raise Misdrawn(f"{kind} needs a word")
        return EventDefinition(kind) if bare else make(rest.pop(0))

    return read


_EVENTS: Mapping[str, Callable[[list[str]], EventDefinition]] = {
    "timer": _timer,
    "message": _named("message", lambda word: EventDefinition("message", name=word)),
    "signal": _named("signal", lambda word: EventDefinition("signal", name=word)),
    "link": _named("link", lambda word: EventDefinition("link", name=word)),
    "when": _named("conditional", lambda word: EventDefinition("conditional", condition=word)),
    "error": _named("error", lambda word: EventDefinition("error", code=word)),
    "escalation": _named("escalation", lambda word: EventDefinition("escalation", code=word)),
    "compensation": _named("compensation", lambda word: EventDefinition("compensation", activity=word)),
    "cancel": lambda _: EventDefinition("cancel"),
    "terminate": lambda _: EventDefinition("terminate"),
}


def _into(group: str, member: str, read_value: Callable[[str], Any] = str) -> Callable[[_Words, str], None]:
    def take(read: _Words, text: str) -> None:
        getattr(read, group)[member] = read_value(text)

    return take


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


_OPTIONS: Mapping[str, Callable[[_Words, str], None]] = {
    "key": lambda read, text: read.event(correlation=text),
    "handler": lambda read, text: read.event(handler=text),
    "outcomes": _into("members", "outcomes", outcomes_of),
    **{word: _into("assignment", word) for word in ASSIGNMENT},
    "due": _into("members", "due"),
    "outcome": _into("members", "outcome"),
    "required": _into("members", "required", int),
    "target": _into("members", "target"),
    "condition": _into("members", "condition"),
    "loop": _into("loop", "kind"),
    "while": _into("loop", "condition"),
    "max": _into("loop", "maximum", int),
    "count": _into("loop", "cardinality"),
    "in": _into("loop", "collection"),
    "as": _into("loop", "element"),
    "until": _into("loop", "completion"),
    "give": _into("loop", "output"),
    "into": _into("loop", "output_collection"),
    "by": _into("call", "flow_expression"),
    "starts": _into("ad_hoc", "start", _list),
    "finish": _into("ad_hoc", "completion"),
}
_FLAGS: Mapping[str, Callable[[_Words], None]] = {
    "beside": lambda read: read.members.update(interrupting=False),
    "compensates": lambda read: read.members.update(for_compensation=True),
    "before": lambda read: read.loop.update(test_before=True),
    "parallel": lambda read: read.event(parallel=True),
    "sequential": lambda read: read.ad_hoc.update(ordering="sequential"),
    "keep": lambda read: read.ad_hoc.update(cancel_remaining=False),
}
#: What a word without a name means.
_PLAIN: Mapping[str, Callable[[_Words, str], None]] = {
    "service_task": _into("members", "action"),
    "rule_task": _into("members", "decision"),
    "call_rule": _into("members", "decision"),
    "call_activity": _into("call", "flow"),
    "send_task": lambda read, word: read.events.append(EventDefinition("message", name=word)),
    "receive_task": lambda read, word: read.events.append(EventDefinition("message", name=word)),
    "delay": lambda read, word: read.events.append(_timer([word])),
}
