"""A flow made ready to run: its nodes and edges indexed, its expressions compiled."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from engine.definitions import Edge, Entity, Flow, Node
from engine.definitions.codec import decode_checked, encode
from engine.flow.business import plain
from engine.flow.expressions import Expression, Key, expressions_of, named
from engine.flow.state import Json
from engine.flow.targets import leads_to, only_sent_to
from engine.language import (
    Calendar,
    Checked,
    Context,
    Problems,
    Scope,
    Type,
    check,
    flow_scope,
    from_json,
)
from engine.language.lookups import needs, paths_behind
from engine.language.values import json_value

#: Names of the scope that the host supplies beside the variables.
CONTEXT = frozenset({"record", "initiator"})

SUB_PROCESSES = frozenset({"sub_process", "transaction", "ad_hoc_sub_process"})
#: Types at which an instance may wait for something outside itself.
_WAITING = frozenset({"user_task", "receive_task", "event_based_gateway", "call_activity", "ad_hoc_sub_process"})


@dataclass(slots=True)
class Place:
    """A node and what surrounds it. `conditional`: some edge that leaves it has a condition or is the default. `handler` is the
    activity that compensates it; `compensated` of one that is no sub-process."""

    node: Node
    outgoing: tuple[Edge, ...] = ()
    incoming: tuple[Edge, ...] = ()
    boundaries: tuple[Node, ...] = ()
    conditional: bool = False
    handler: str | None = None
    compensated: bool = False


class Program:
    """The compiled flow. Days are counted in `zone`, an IANA name, and business time by `calendar`, in its JSON; `external` are the
    keys of actions that run outside the transaction, `changing` of those that may change the record."""

    def __init__(
        self,
        flow: Flow,
        expressions: Mapping[Key, Checked],
        zone: str = "UTC",
        calendar: Mapping[str, Json] | None = None,
        external: Collection[str] = (),
        changing: Collection[str] = (),
    ) -> None:
        self.flow = flow
        self.external, self.changing = frozenset(external), frozenset(changing)
        self._expressions = expressions
        self._written_calendar = calendar
        self._calendar = Calendar.from_json(calendar or {})
        self._zone = ZoneInfo(zone)
        self._index(plain(flow))

    def _index(self, flow: Flow) -> None:
        self.places = {node.id: Place(node) for node in flow.nodes}
        self.declared = {variable.key: variable for variable in flow.variables}
        self.nodes: Mapping[str, Node] = {node.id: node for node in flow.nodes}
        for edge in flow.edges:
            source, target = self.places[edge.source], self.places[edge.target]
            source.outgoing += (edge,)
            source.conditional = source.conditional or edge.when is not None or edge.default
            target.incoming += (edge,)
        self.children: dict[str | None, tuple[Node, ...]] = {}
        for node in flow.nodes:
            self.children[node.parent] = (*self.children.get(node.parent, ()), node)
            if node.attached_to is not None:
                self._attach(self.places[node.attached_to], node)
        self.ad_hoc = frozenset(node.id for node in flow.nodes if node.type == "ad_hoc_sub_process")
        self._handlers = {event.handler for node in flow.nodes for event in node.events if event.kind == "compensation"}
        self._jumped_to = only_sent_to(flow.nodes, flow.edges)

    def _attach(self, place: Place, boundary: Node) -> None:
        place.boundaries += (boundary,)
        for event in boundary.events:
            if event.kind == "compensation":
                place.handler = event.handler
                place.compensated = event.handler is not None and place.node.type not in SUB_PROCESSES

    # -- structure

    def starts(self, parent: str | None, at: str | None = None) -> tuple[str, ...]:
        """Where a scope begins: at its none start events, or `at` this one; and at every node that nothing leads to."""
        return tuple(
            node.id
            for node in self.children.get(parent, ())
            if node.id == at
            or (at is None and node.type == "start_event" and not node.events)
            or self.is_implicit_start(node)
        )

    def is_implicit_start(self, node: Node) -> bool:
        """Whether nothing leads to the node, and it begins with its scope."""
        return not (
            self.places[node.id].incoming
            or node.type in ("start_event", "boundary_event", "event_sub_process")
            or node.for_compensation
            or node.id in self._handlers
            or node.id in self._jumped_to
            or (node.type == "intermediate_catch_event" and any(event.kind == "link" for event in node.events))
        )

    def event_sub_processes(self, parent: str | None) -> tuple[tuple[Node, Node], ...]:
        """The event sub-processes of a scope, each with its start event."""
        found = []
        for node in self.children.get(parent, ()):
            if node.type == "event_sub_process":
                found += [(node, start) for start in self.children.get(node.id, ()) if start.type == "start_event"]
        return tuple(found)

    @cached_property
    def armed_starts(self) -> dict[str | None, tuple[Node, ...]]:
        """By scope, the start events of event sub-processes that wait for something outside (error and its kin are searched instead)."""
        waits = {"timer", "message", "signal", "conditional"}
        return {
            parent: tuple(
                start for _, start in self.event_sub_processes(parent) if any(e.kind in waits for e in start.events)
            )
            for parent in (None, *(node.id for node in self.flow.nodes))
        }

    @cached_property
    def never_waits(self) -> bool:
        """Whether an instance always runs to its end by itself, without another system (unless it stops with an incident)."""
        return not any(self._waits(place.node) for place in self.places.values())

    def _waits(self, node: Node) -> bool:
        if node.type in ("service_task", "send_task"):
            return node.action in self.external
        if node.type == "intermediate_catch_event":
            return not all(event.kind == "link" for event in node.events) or not node.events
        return node.type in _WAITING

    @cached_property
    def reaching(self) -> dict[str, dict[str, frozenset[str]]]:
        """By inclusive or complex join and each of its incoming edges, the nodes from which a token of the same scope can come to that
        edge without passing through the join; links, boundary events, jumps, and where refusals and missed deadlines lead are ways too."""
        joins = [n for n in self.places.values() if n.node.type in ("inclusive_gateway", "complex_gateway")]
        before = self._predecessors()
        return {
            join.node.id: {edge.id: _behind(edge.source, join.node.id, before) for edge in join.incoming}
            for join in joins
            if len(join.incoming) > 1
        }

    def _predecessors(self) -> dict[str, set[str]]:
        before: dict[str, set[str]] = {
            id: {edge.source for edge in place.incoming} for id, place in self.places.items()
        }
        for place in self.places.values():
            node = place.node
            if node.attached_to is not None:
                before[node.id].add(node.attached_to)
            for id in leads_to(node):
                if id in before:
                    before[id].add(node.id)
            for target in self.link_targets(node):
                before[target.id].add(node.id)
        return before

    def link_targets(self, node: Node) -> tuple[Node, ...]:
        """Where a token that reaches a throwing link goes on: the catching links of that name in the same scope."""
        if node.type != "intermediate_throw_event":
            return ()
        names = {event.name for event in node.events if event.kind == "link"}
        return tuple(
            other
            for other in self.children.get(node.parent, ())
            if other.type == "intermediate_catch_event"
            and any(event.kind == "link" and event.name in names for event in other.events)
        )

    # -- expressions

    @cached_property
    def context_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths into record and initiator that expressions read; the host supplies their values."""
        paths = (path for expression in self._expressions.values() for path in expression.references())
        return tuple(dict.fromkeys(path for path in paths if path[0] in CONTEXT))

    @cached_property
    def reading(self) -> frozenset[str]:
        """The nodes and edges whose expressions read records: what an action has changed must be read anew before them."""
        return frozenset(
            key.owner
            for key, expression in self._expressions.items()
            if any(path[0] == "record" for path in expression.references()) or needs([expression.tree])
        )

    @cached_property
    def looked_up_paths(self) -> dict[str, list[list[str]]]:
        """By entity the paths that are read of records looked up in it; the host supplies what lies behind their references."""
        behind = paths_behind(expression.tree for expression in self._expressions.values())
        return {entity: [list(path) for path in sorted(paths)] for entity, paths in sorted(behind.items())}

    def has(self, key: Key) -> bool:
        """Whether there is such an expression."""
        return key in self._expressions

    def holds(self, key: Key, values: Mapping[str, Json], moment: datetime, context: Context) -> bool:
        """Whether a condition is true; one that is not there is not. `moment` is in the flow's zone, `context` from `timed`."""
        condition = self._expressions.get(key)
        return condition is not None and condition.evaluate(values, moment, context) is True

    def value(self, key: Key, values: Mapping[str, Json], moment: datetime, context: Context) -> Json:
        """The value of an expression, as JSON; None of one that is not there."""
        expression = self._expressions.get(key)
        return None if expression is None else json_value(expression.type, expression.evaluate(values, moment, context))

    def raw(self, key: Key, values: Mapping[str, Json], moment: datetime, context: Context) -> object:
        """The value of an expression as the language has it: a time as a datetime, a length as a timedelta."""
        return self._expressions[key].evaluate(values, moment, context)

    def timed(self, context: Context) -> Context:
        """The host's context with the flow's calendar in it."""
        return replace(context, calendar=self._calendar)

    @property
    def calendar(self) -> Calendar:
        """When people work."""
        return self._calendar

    @property
    def zone(self) -> ZoneInfo:
        """Where days begin."""
        return self._zone

    # -- as a document

    def to_json(self) -> dict[str, Json]:
        """The program as a document: what runs it needs neither the parser nor the entities."""
        return {
            "flow": encode(self.flow),
            "zone": self._zone.key,
            "calendar": self._written_calendar,
            "external": sorted(self.external),
            "changing": sorted(self.changing),
            "expressions": [[*key, expression.to_json()] for key, expression in self._expressions.items()],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> Program:
        """The program that `to_json` wrote."""
        flow = decode_checked("flow", document["flow"])
        if not isinstance(flow, Flow):
            raise TypeError("the document does not hold a flow")
        expressions = {Key(owner, part, name): from_json(tree) for owner, part, name, tree in document["expressions"]}
        zone, calendar = document.get("zone", "UTC"), document.get("calendar")
        kinds = (document.get(kind, ()) for kind in ("external", "changing"))
        return cls(flow, expressions, zone, calendar, *kinds)


def _behind(source: str, join: str, before: Mapping[str, set[str]]) -> frozenset[str]:
    if source == join:
        return frozenset()
    found, waiting = {source}, [source]
    while waiting:
        new = before[waiting.pop()] - found - {join}
        found |= new
        waiting += new
    return frozenset(found)


def compile_flow(
    flow: Flow,
    entities: Mapping[str, Entity],
    zone: str = "UTC",
    calendar: Mapping[str, Json] | None = None,
    decisions: Mapping[str, Type] | None = None,
    external: Collection[str] = (),
    changing: Collection[str] = (),
) -> Program:
    """The flow ready to run, with days counted in `zone` and business time by `calendar` (JSON; None: office hours). Raises
    ValueError when an expression does not check: publishing refuses such a flow."""
    scope = flow_scope(flow, entities, decisions=decisions)
    expressions = {each.key: _checked(each, scope) for each in expressions_of(plain(flow), scope)}
    return Program(flow, expressions, zone, calendar, external, changing)


def _checked(expression: Expression, scope: Scope) -> Checked:
    wanted: tuple[Type | None, ...] = expression.expects or (None,)
    found: Any = None
    for expects in wanted:
        found = check(
            expression.text, named(scope, expression.names), expects=expects, templates=not expression.expects
        )
        if not isinstance(found, Problems):
            checked: Checked = found
            return checked
    raise ValueError(f"{' '.join(expression.key)}: {found}")
