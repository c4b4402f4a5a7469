"""What is folded: the nodes of an abstract flow as parts, each with what it does to tokens, and the smaller flow that they become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.definitions import Edge, Flow, Node
from engine.flow.checking.abstraction import waits

#: Nodes in a scope where it matters who comes first, from which on it is folded all the same.
_LARGE = 40
_GATEWAYS = {"exclusive_gateway": "exclusive", "parallel_gateway": "parallel", "inclusive_gateway": "inclusive"}
_RACES = frozenset({"terminate", "error", "cancel", "escalation", "signal", "compensation"})


@dataclass
class Part:
    """A node being folded. `kind`: simple (passes or waits, then leaves by all edges), exclusive, parallel, inclusive, start, other.
    `path`: the nodes of the flow that it stands for on a way through it; `covers`: all that are entered once it is."""

    node: Node
    kind: str
    waits: bool
    path: list[str]
    covers: set[str]
    ins: list[str] = field(default_factory=list)
    outs: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.node.id


@dataclass(frozen=True, slots=True)
class Reduced:
    """The smaller flow, and what its nodes stand for."""

    flow: Flow
    paths: dict[str, list[str]]
    covers: dict[str, set[str]]

    def origin(self, name: str) -> str:
        """The node of the flow that a node of the smaller one is, or begins with."""
        return next(iter(self.paths.get(name, ())), name)

    def expanded(self, trace: Iterable[str]) -> list[str]:
        """The trace in nodes of the flow; a node that occurs several times in a row once."""
        found: list[str] = []
        for name in trace:
            found += [each for each in self.paths.get(name, [name]) if not found or found[-1] != each]
        return found

    def covered(self, entered: Iterable[str]) -> set[str]:
        """The nodes of the flow that are entered when those of the smaller one are."""
        return {each for name in entered for each in self.covers.get(name, {name})}


class Reading:
    """The flow before it is folded: what is in what, and what each node does."""

    def __init__(self, flow: Flow) -> None:
        self.nodes = {node.id: node for node in flow.nodes}
        self.children: dict[str | None, list[str]] = {}
        self.boundaries: dict[str, list[str]] = {}
        self.outgoing: dict[str, list[Edge]] = {}
        self.incoming: dict[str, list[Edge]] = {}
        for node in flow.nodes:
            self.children.setdefault(node.parent, []).append(node.id)
            if node.attached_to is not None:
                self.boundaries.setdefault(node.attached_to, []).append(node.id)
        for edge in flow.edges:
            self.outgoing.setdefault(edge.source, []).append(edge)
            self.incoming.setdefault(edge.target, []).append(edge)
        self.targets = {node.target for node in flow.nodes if node.target is not None}
        self.racing = {scope for scope in self.children if self._is_in_race(scope)}

    def _is_in_race(self, scope: str | None) -> bool:
        """Whether it matters who comes first in the scope or in one around it."""
        if self._is_race(scope):
            return True
        return scope is not None and self._is_in_race(self.nodes[scope].parent)

    def _is_race(self, scope: str | None) -> bool:
        if len(self.children[scope]) > _LARGE:
            return False
        nodes = [self.nodes[id] for id in self.children[scope]]
        thrown = {event.kind for node in nodes if throws(node) for event in node.events}
        return bool(thrown & _RACES) or any(node.type == "complex_gateway" for node in nodes)

    def part(self, node: Node) -> Part:
        """The node as it is folded."""
        own = [] if node.id.endswith("~") else [node.id]  # a wait put into a cycle stands for nothing
        return Part(node, self.kind(node), waits(node), own, set(own))

    def kind(self, node: Node) -> str:
        """What folding takes the node for."""
        parent = self.nodes.get(node.parent or "")
        if (
            node.id in self.targets
            or node.parent in self.racing
            or node.for_compensation
            or (parent and parent.type == "ad_hoc_sub_process")
        ):
            return "other"
        if node.type == "start_event":
            return "start"
        if node.type in _GATEWAYS:
            return _GATEWAYS[node.type]
        if self.conditional(node) or self.compensated(node) or not self._is_simple(node):
            return "other"
        return "simple"

    def conditional(self, node: Node) -> bool:
        """Whether it depends on conditions by which edges a token leaves the node."""
        return any(edge.when is not None or edge.default for edge in self.outgoing.get(node.id, ()))

    def compensated(self, node: Node) -> bool:
        """Whether a compensation boundary event stands at the node."""
        return any(e.kind == "compensation" for b in self.boundaries.get(node.id, ()) for e in self.nodes[b].events)

    def _is_simple(self, node: Node) -> bool:
        if node.type in ("service_task", "call_activity"):
            return not self.caught_outside(node, ("error", "escalation"))
        if node.type in ("receive_task", "intermediate_catch_event"):
            follows = any(self.nodes[e.source].type == "event_based_gateway" for e in self.incoming.get(node.id, []))
            return waits(node) and not follows and not any(event.kind == "signal" for event in node.events)
        if node.type in ("intermediate_throw_event", "end_event"):
            return all(event.kind == "message" for event in node.events)
        return node.type == "task"

    def caught_outside(self, node: Node, kinds: tuple[str, ...]) -> bool:
        """Whether something around the node (not on it) catches what it may throw."""
        scope = node.parent
        while True:
            around = self.nodes.get(scope or "")
            for id in self.children.get(scope, ()):
                if self.nodes[id].type == "event_sub_process" and self._catches(self.children.get(id, ()), kinds):
                    return True
            if around is None:
                return False
            if self._catches(self.boundaries.get(around.id, ()), kinds):
                return True
            scope = around.parent

    def _catches(self, ids: Iterable[str], kinds: tuple[str, ...]) -> bool:
        return any(
            event.kind in kinds
            for id in ids
            if self.nodes[id].type in ("boundary_event", "start_event")
            for event in self.nodes[id].events
        )


def throws(node: Node) -> bool:
    """Whether the node's events are thrown."""
    return node.type in ("intermediate_throw_event", "end_event")
