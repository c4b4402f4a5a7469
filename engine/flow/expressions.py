"""Every expression of a flow: where it stands, what it must give, and which names it has beside the variables.

One list serves the compiler (program.py), the checker and the reference, so that no expression is run that was not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.definitions import Candidate, Edge, Flow, Loop, Node
from engine.language import BOOLEAN, Problems, Scope, Type, check
from engine.language.types import DATE, DATETIME, DURATION, NUMBER, TEXT, UNKNOWN

#: Names that the expressions of a loop's children have; and those of its completion condition.
LOOP_COUNTER = "loop_counter"
COUNTERS = ("instances", "active_instances", "completed_instances")


class Key(NamedTuple):
    """Which expression of which node or edge: `Key("approve", "loop", "completion")`."""

    owner: str
    part: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression: its `key`, its JSON pointer, the node to mark in the drawing, its text, the types it may give (empty: any, and
    it may be a template), and the names it has beside the flow's."""

    key: Key
    path: str
    node: str
    text: str
    expects: tuple[Type, ...] = ()
    names: Mapping[str, Type] = field(default_factory=dict)


def is_iso(text: str) -> bool:
    """Whether a timer's duration is written in ISO 8601 rather than as an expression."""
    return text[:1] == "P" and text[1:2] in "T0123456789" and len(text) > 1


def expressions_of(flow: Flow, scope: Scope) -> list[Expression]:
    """Every expression of the flow, in the order of the document; `scope` is the flow's own (see flow_scope), by which the elements of
    collections get their types."""
    names = _Names(flow, scope)
    found: list[Expression] = []
    for index, edge in enumerate(flow.edges):
        if edge.when is not None:
            found.append(_condition(edge, f"/edges/{index}/when", names))
    for index, node in enumerate(flow.nodes):
        found += _of_node(node, f"/nodes/{index}", names)
    return found


def _condition(edge: Edge, path: str, names: _Names) -> Expression:
    return Expression(Key(edge.id, "when"), path, edge.source, edge.when or "", (BOOLEAN,), names.around(edge.source))


def _of_node(node: Node, path: str, names: _Names) -> Iterator[Expression]:
    around, inside = names.around(node.id), names.inside(node.id)

    def made(part: str, name: str, at: str, text: str, own: Mapping[str, Type], *expects: Type) -> Expression:
        return Expression(Key(node.id, part, name), f"{path}/{at}", node.id, text, expects, own)

    if node.decision is None:
        for name, text in node.arguments.items():
            yield made("arguments", name, f"arguments/{name}", text, inside)
    else:
        for variable, member in node.outputs.items():
            yield made("decision", variable, f"outputs/{variable}", _decided(node, member), inside)
    for variable, text in node.assign.items():
        yield made("assign", variable, f"assign/{variable}", text, inside)
    if node.condition is not None:
        yield made("condition", "", "condition", node.condition, inside, BOOLEAN)
    for part, member, candidates in people_of(node):
        for index, candidate in enumerate(candidates):
            if candidate.expression is not None:
                yield made(part, str(index), f"assignment/{member}/{index}/expression", candidate.expression, inside)
    own = around if node.type == "boundary_event" else inside
    for index in range(len(node.events)):
        yield from _of_event(node, index, f"{path}/events/{index}", own)
    if node.loop is not None:
        yield from _of_loop(node.id, node.loop, f"{path}/loop", names)
    if node.call is not None:
        for variable, text in node.call.inputs.items():
            yield made("inputs", variable, f"call/inputs/{variable}", text, inside)
        if node.call.flow_expression is not None:
            yield made("call", "flow", "call/flow_expression", node.call.flow_expression, inside, TEXT)
        if node.call.record is not None:
            yield made("call", "record", "call/record", node.call.record, inside)
    if node.ad_hoc is not None and node.ad_hoc.completion is not None:
        yield made("ad_hoc", "completion", "ad_hoc/completion", node.ad_hoc.completion, inside, BOOLEAN)


def people_of(node: Node) -> Iterator[tuple[str, str, tuple[Candidate, ...]]]:
    """The people that a node names: the part of the key of their expressions, the place in the assignment, and the candidates."""
    assignment = node.assignment
    if assignment is not None:
        yield "candidates", "candidates", assignment.candidates
        yield "cc", "cc", assignment.cc
        yield "veto", "vote/veto", assignment.vote.veto if assignment.vote is not None else ()


def _of_event(node: Node, index: int, path: str, names: Mapping[str, Type]) -> Iterator[Expression]:
    event, name = node.events[index], str(index)
    for part, text, expects in (
        ("condition", event.condition, (BOOLEAN,)),
        ("correlation", event.correlation, ()),
    ):
        if text is not None:
            yield Expression(Key(node.id, f"event_{part}", name), f"{path}/{part}", node.id, text, expects, names)
    for argument, text in event.arguments.items():
        key = Key(node.id, "event_arguments", f"{index}/{argument}")
        yield Expression(key, f"{path}/arguments/{argument}", node.id, text, (), names)
    if event.timer is not None and event.timer.duration is not None and not is_iso(event.timer.duration):
        yield Expression(
            Key(node.id, "duration", name), f"{path}/timer/duration", node.id, event.timer.duration, (DURATION,), names
        )
    if event.timer is not None and event.timer.date is not None:
        yield Expression(
            Key(node.id, "date", name), f"{path}/timer/date", node.id, event.timer.date, (DATETIME, DATE), names
        )


def _of_loop(node: str, loop: Loop, path: str, names: _Names) -> Iterator[Expression]:
    around, inside = names.around(node), names.inside(node)
    counted = {**inside, **dict.fromkeys(COUNTERS, NUMBER)}
    for part, text, own, expects in (
        ("condition", loop.condition, inside, (BOOLEAN,)),
        ("cardinality", loop.cardinality, around, (NUMBER,)),
        ("collection", loop.collection, around, ()),
        ("completion", loop.completion, counted, (BOOLEAN,)),
        ("output", loop.output, inside, ()),
    ):
        if text is not None:
            yield Expression(Key(node, "loop", part), f"{path}/{part}", node, text, expects, own)


def _decided(node: Node, member: str) -> str:
    """The expression that asks the decision table of a rule task for one of its outputs."""
    inputs = "".join(f", {name}: ({text})" for name, text in node.arguments.items())
    asked = f'decide("{node.decision}"{inputs})'
    return f"{asked}.{member}" if member else asked


class _Names:
    """The names that loops give to what is inside them, with their types."""

    def __init__(self, flow: Flow, scope: Scope) -> None:
        self._nodes = {node.id: node for node in flow.nodes}
        self._scope = scope
        self._known: dict[str, Mapping[str, Type]] = {}
        self._undoes = {
            event.handler: node.attached_to for node in flow.nodes for event in node.events if event.handler is not None
        }

    def around(self, id: str) -> Mapping[str, Type]:
        """Those that `id` has from what it is in; a compensation handler has those of what it undoes."""
        undone = self._undoes.get(id)
        if undone is not None and undone != id:
            return self.inside(undone)
        node = self._nodes.get(id)
        if node is None or node.parent is None or node.parent == id:
            return {}
        return self.inside(node.parent)

    def inside(self, id: str) -> Mapping[str, Type]:
        """Those that the node's own work has: of its loop too."""
        if id not in self._known:
            self._known[id] = {}  # a node that is its own ancestor is the checker's to report
            self._known[id] = self._inside(id)
        return self._known[id]

    def _inside(self, id: str) -> Mapping[str, Type]:
        node, around = self._nodes.get(id), self.around(id)
        if node is None or node.loop is None:
            return around
        own: dict[str, Type] = {LOOP_COUNTER: NUMBER}
        if node.loop.element is not None:
            own[node.loop.element] = self._element(node.loop, around)
        return {**around, **own}

    def _element(self, loop: Loop, around: Mapping[str, Type]) -> Type:
        if loop.collection is None:
            return UNKNOWN
        found = check(loop.collection, named(self._scope, around))
        return UNKNOWN if isinstance(found, Problems) else found.type.item or UNKNOWN


def named(scope: Scope, names: Mapping[str, Type]) -> Scope:
    """The scope with further names."""
    return replace(scope, variables={**scope.variables, **names}) if names else scope
