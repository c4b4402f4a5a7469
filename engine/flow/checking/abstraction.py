"""A flow without its data, for playing through all that may happen in it: every choice is open, every wait may end at any time.

People, messages, conditions and services become waits that somebody ends; loops run once; what cannot wait goes on. Of a cycle in
which nothing waits one edge gets a wait, so that every step of it ends (the checker warns of such cycles by themselves).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from engine.definitions import Call, Edge, EventDefinition, Flow, Node, Text
from engine.flow.business import plain

#: The action of services that are waited for, and that of the others.
OUTSIDE, INSIDE = "outside", "inside"
#: Types that hold a token until something from outside happens, once their data is gone.
WAITING = frozenset({"receive_task", "call_activity", "event_based_gateway", "ad_hoc_sub_process"})
_NOTHING = Text("", "")


def abstract(
    flow: Flow,
    external: Collection[str] = (),
    ways: Mapping[str, Sequence[str]] | None = None,
    ending: Collection[str] = (),
    *,
    with_waits: bool = True,
) -> Flow:
    """The flow with the same nodes and edges, and nothing that is evaluated; `with_waits` in cycles that have none. Where user tasks lead
    beside their edges (`ways`, by node) a boundary event and a jump do; where they may end everything (`ending`) one that terminates."""
    nodes = tuple(_without_data(node, external) for node in plain(flow).nodes)
    made = replace(flow, nodes=nodes, variables=(), layout={}, extensions={})
    made = _with_ways(made, ways or {}, ending)
    return _with_waits(made) if with_waits else made


def external(actions: Mapping[str, object]) -> frozenset[str]:
    """The actions that call other systems."""
    return frozenset(key for key, action in actions.items() if getattr(action, "external", False))


def _without_data(node: Node, external: Collection[str]) -> Node:
    made = Node(
        node.id,
        node.type,
        _NOTHING,
        node.parent,
        attached_to=node.attached_to,
        interrupting=node.interrupting,
        for_compensation=node.for_compensation,
        parallel_multiple=node.parallel_multiple,
        required=node.required,
        target=node.target,
        events=tuple(_event(node, event) for event in node.events),
    )
    change = _CHANGES.get(node.type)
    return made if change is None else change(node, made, external)


def _event(node: Node, event: EventDefinition) -> EventDefinition:
    """Repeating timers and conditions may happen at any time, like messages; other timers happen once."""
    repeats = event.timer is not None and event.timer.cycle is not None and not node.interrupting
    if event.kind == "conditional" or repeats:
        return EventDefinition("message", name=node.id)
    if event.kind == "timer":
        return EventDefinition("timer")
    return replace(event, condition=None, correlation=None, arguments={}, outputs={})


def _service(node: Node, made: Node, external: Collection[str]) -> Node:
    if node.action is None:
        return replace(made, type="task", events=())
    waits = node.outputs or node.action in external
    return replace(made, type="service_task", action=OUTSIDE if waits else INSIDE, events=())


_CHANGES: Mapping[str, Callable[[Node, Node, Collection[str]], Node]] = {
    "user_task": lambda _, made, __: replace(made, type="receive_task"),
    "service_task": _service,
    "send_task": _service,
    "script_task": lambda _, made, __: replace(made, type="task"),
    "rule_task": lambda _, made, __: replace(made, type="task"),
    "manual_task": lambda _, made, __: replace(made, type="task"),
    "cc": lambda _, made, __: replace(made, type="task"),
    "call_activity": lambda _, made, __: replace(made, call=Call(flow="called")),
    "ad_hoc_sub_process": lambda node, made, __: replace(made, ad_hoc=node.ad_hoc),
}


def _with_ways(flow: Flow, ways: Mapping[str, Sequence[str]], ending: Collection[str]) -> Flow:
    found: list[Node] = []
    edges: list[Edge] = []

    def lead(node: Node, way: str, type_: str, **members: Any) -> None:
        id = f"{node.id}~{way}"
        events = (EventDefinition("timer"),)
        found.append(Node(id, "boundary_event", _NOTHING, node.parent, attached_to=node.id, events=events))
        found.append(Node(f"{id}~", type_, _NOTHING, node.parent, **members))
        edges.append(Edge(id, id, f"{id}~"))

    for node in flow.nodes if ways or ending else ():
        for number, target in enumerate(dict.fromkeys(ways.get(node.id, ())) if node.type != "jump" else ()):
            lead(node, str(number), "jump", target=target)
        if node.id in ending:
            lead(node, "end", "end_event", events=(EventDefinition("terminate"),))
    return replace(flow, nodes=(*flow.nodes, *found), edges=(*flow.edges, *edges)) if found else flow


def waits(node: Node) -> bool:
    """Whether a token stays at the node of an abstract flow until something happens."""
    if node.type == "intermediate_catch_event":
        return all(event.kind != "link" for event in node.events)
    return node.type in WAITING or node.action == OUTSIDE


# -- cycles in which nothing waits


def _with_waits(flow: Flow) -> Flow:
    """The flow with a wait on one edge of each cycle that has none."""
    found = list(turning(flow))
    if not found:
        return flow
    inserted = {edge.id: f"{edge.id}~" for edge in found}
    parents = {node.id: node.parent for node in flow.nodes}
    nodes = [Node(inserted[e.id], "receive_task", _NOTHING, parents[e.target]) for e in found]
    edges: list[Edge] = []
    for edge in flow.edges:
        wait = inserted.get(edge.id)
        if wait is None:
            edges.append(edge)
        else:
            edges += [replace(edge, target=wait), Edge(f"{edge.id}~", wait, edge.target)]
    return replace(flow, nodes=(*flow.nodes, *nodes), edges=tuple(edges))


#: Kinds that a boundary event may catch without anything from outside.
_THROWN = frozenset({"error", "escalation", "cancel"})


@dataclass
class _Walk:
    """A depth-first walk over what a token does at once; edges back to where it is under way close a cycle."""

    flow: Flow
    state: dict[str, bool] = field(default_factory=dict)  # False: under way, True: done
    closing: list[Edge] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nodes = {node.id: node for node in self.flow.nodes}
        self.outgoing: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        self.incoming: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        for edge in self.flow.edges:
            self.outgoing[edge.source].append(edge)
            self.incoming[edge.target].append(edge)
        self.children: dict[str | None, list[Node]] = {}
        self.failing: dict[str, list[str]] = {}
        for node in self.flow.nodes:
            self.children.setdefault(node.parent, []).append(node)
            if node.attached_to is not None and any(event.kind in _THROWN for event in node.events):
                self.failing.setdefault(node.attached_to, []).append(node.id)

    def run(self) -> list[Edge]:
        """The edges that close cycles."""
        for node in self.nodes:
            if node not in self.state:
                self._from(node)
        return list({edge.id: edge for edge in self.closing}.values())

    def _from(self, start: str) -> None:
        self.state[start] = False
        under_way: list[tuple[str, Iterator[tuple[str, Edge | None]]]] = [(start, self._steps(start))]
        while under_way:
            id, steps = under_way[-1]
            step = next(steps, None)
            if step is None:
                self.state[id] = True
                under_way.pop()
            elif step[0] not in self.state:
                self.state[step[0]] = False
                under_way.append((step[0], self._steps(step[0])))
            elif not self.state[step[0]]:
                self._close(step, [each for each, _ in under_way])

    def _close(self, step: tuple[str, Edge | None], path: list[str]) -> None:
        """The edge of the cycle to wait on: the closing one, or one before where a link or jump closes it."""
        if step[1] is not None:
            self.closing.append(step[1])
            return
        cycle = path[path.index(step[0]) :]
        between = {(a, b) for a, b in pairwise(cycle)}
        edge = next((e for e in self.flow.edges if (e.source, e.target) in between), None)
        if edge is not None:
            self.closing.append(edge)

    def _steps(self, id: str) -> Iterator[tuple[str, Edge | None]]:
        """What follows at once when a token enters the node."""
        node = self.nodes[id]
        if waits(node):
            return
        if node.type in ("sub_process", "transaction"):
            yield from ((each, None) for each in self._starts(id))
        yield from ((edge.target, edge) for edge in self.outgoing[id])
        yield from ((each, None) for each in self.failing.get(id, ()))
        if node.target in self.nodes:
            yield node.target or "", None
        for event in node.events:
            if event.kind == "link" and node.type == "intermediate_throw_event":
                yield from ((each, None) for each in self._caught(node, event.name))

    def _starts(self, id: str) -> Iterator[str]:
        for each in self.children.get(id, ()):
            if each.type not in ("boundary_event", "event_sub_process") and not self.incoming[each.id]:
                yield each.id

    def _caught(self, node: Node, name: str | None) -> Iterator[str]:
        for each in self.children.get(node.parent, ()):
            if each.type == "intermediate_catch_event" and any(
                event.kind == "link" and event.name == name for event in each.events
            ):
                yield each.id


def turning(flow: Flow) -> list[Edge]:
    """Of every cycle of an abstract flow in which nothing waits, an edge."""
    return _Walk(flow).run()
