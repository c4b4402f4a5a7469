"""A problem of a flow, and what a checker looks at: the flow indexed, what it may refer to, and the problems so far."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from engine.definitions import Edge, Entity, Flow, Form, Node, Text
from engine.flow.business import plain_node
from engine.flow.checking.messages import MESSAGES
from engine.flow.checking.wording import Wording, kind
from engine.flow.targets import leads_to, only_sent_to
from engine.language import Type


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """`path` is a JSON pointer into the flow; `node` the node it concerns, to be marked in the drawing; `message` the reason,
    `mending` how to mend it, `suggestion` a name or text that would do instead; `trace` the nodes on a way that leads there, in
    order. An error keeps the flow from being published; a warning is shown and allowed."""

    path: str
    code: str
    message: Text
    node: str | None = None
    suggestion: str | None = None
    severity: str = "error"
    mending: Text | None = None
    trace: tuple[str, ...] = ()


#: Parameters of sentences that name nodes.
_NODES = frozenset(
    ("id", "activity", "first", "handler", "host", "other", "parent", "source", "target", "task", "transaction")
)


class Parameter(Protocol):
    """What is asked of a parameter of an action."""

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...


class ActionSignature(Protocol):
    """What is asked of an action: its parameters, and whether it takes further ones (`open`)."""

    @property
    def parameters(self) -> Sequence[Parameter]: ...
    @property
    def open(self) -> bool: ...


@dataclass(slots=True)
class Known:
    """What a flow may refer to; None: not known, so any key will do. `rules`: with the entity whose records they go through, if they do."""

    entities: Mapping[str, Entity]
    forms: Mapping[str, Form]
    actions: Mapping[str, ActionSignature]
    roles: Collection[str] | None = None
    departments: Collection[str] | None = None
    decisions: Mapping[str, Type] | None = None
    flows: Mapping[str, Flow] | None = None
    users: Collection[str] | None = None
    rules: Mapping[str, str | None] | None = None


@dataclass
class Checking:
    """The flow being checked."""

    flow: Flow
    known: Known
    problems: list[FlowProblem] = field(default_factory=list)
    ways: Mapping[str, tuple[str, ...]] | None = None  # see graph.ways
    predecessors: Mapping[str, list[str]] | None = None  # see graph.predecessors

    # -- the flow, indexed

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """In BPMN's terms, by id."""
        return {node.id: plain_node(node) for node in self.flow.nodes}

    @cached_property
    def paths(self) -> Mapping[str, str]:
        return {node.id: f"/nodes/{index}" for index, node in enumerate(self.flow.nodes)}

    @cached_property
    def children(self) -> Mapping[str | None, list[Node]]:
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return found

    @cached_property
    def outgoing(self) -> Mapping[str, list[Edge]]:
        found: dict[str, list[Edge]] = {node: [] for node in self.nodes}
        for edge in self.flow.edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def incoming(self) -> Mapping[str, list[Edge]]:
        found: dict[str, list[Edge]] = {node: [] for node in self.nodes}
        for edge in self.flow.edges:
            found[edge.target].append(edge)
        return found

    @cached_property
    def boundaries(self) -> Mapping[str, list[Node]]:
        found: dict[str, list[Node]] = {node: [] for node in self.nodes}
        for node in self.nodes.values():
            if node.attached_to in found:
                found[node.attached_to].append(node)
        return found

    @cached_property
    def wording(self) -> Wording:
        """How problems speak of nodes and edges."""
        return Wording(self.nodes)

    @cached_property
    def jumped_to(self) -> frozenset[str]:
        """Nodes that a token may come to other than by an edge."""
        return frozenset(target for node in self.nodes.values() for target in leads_to(node))

    @cached_property
    def only_sent_to(self) -> frozenset[str]:
        """Nodes that do not begin with their scope for that reason."""
        return only_sent_to(self.nodes.values(), self.flow.edges)

    @cached_property
    def edge_paths(self) -> Mapping[str, str]:
        return {edge.id: f"/edges/{index}" for index, edge in enumerate(self.flow.edges)}

    def inside(self, scope: str | None) -> Iterator[Node]:
        """Every node in a scope, at any depth."""
        for node in self.children.get(scope, ()):
            yield node
            yield from self.inside(node.id)

    def around(self, node: Node) -> Iterator[Node]:
        """The sub-processes that a node is in, innermost first."""
        parent = self.nodes.get(node.parent or "")
        while parent is not None:
            yield parent
            parent = self.nodes.get(parent.parent or "")

    # -- telling

    def report(
        self,
        code: str,
        path: str,
        /,
        *,
        node: str | None = None,
        suggestion: str | None = None,
        severity: str = "error",
        trace: Sequence[str] = (),
        **params: Any,
    ) -> None:
        """Add a problem; `params` fill its sentences: those that name nodes and kinds of events are put into words."""
        reason, mending = MESSAGES[code]
        words = {name: self._word(name, value) for name, value in params.items()}
        zh = {name: word.zh for name, word in words.items()}
        en = {name: word.en for name, word in words.items()}
        message = Text(reason.zh.format(**zh), reason.en.format(**en))
        mend = Text(mending.zh.format(**zh), mending.en.format(**en))
        self.problems.append(FlowProblem(path, code, message, node, suggestion, severity, mend, tuple(trace)))

    def _word(self, name: str, value: Any) -> Text:
        if isinstance(value, Text):
            return value
        if name == "kind":
            return kind(str(value))
        return self.wording.node(str(value)) if name in _NODES else Text(str(value), str(value))

    def at(self, node: Node, code: str, member: str = "", /, *, severity: str = "error", **params: Any) -> None:
        """A problem of a node, at one of its members."""
        path = self.paths[node.id] + (f"/{member}" if member else "")
        self.report(code, path, node=node.id, severity=severity, **({"id": node.id} | params))

    def unknown(self, what: str, key: str, known: Iterable[str], path: str, node: str | None = None) -> None:
        """A name that nothing has."""
        self.report(f"flow.unknown_{what}", path, node=node, suggestion=nearest(key, known), key=key)

    @property
    def failed(self) -> bool:
        """Whether there is an error so far."""
        return any(problem.severity == "error" for problem in self.problems)


def nearest(key: str, known: Iterable[str]) -> str | None:
    """The name most like `key`, if one is like it at all."""
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return close[0] if close else None
