"""A flow made ready to run: its nodes and edges indexed, its expressions compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.definitions import Edge, Entity, Flow, Node
from engine.definitions.codec import decode_checked, encode
from engine.flow.state import Json
from engine.language import (
    BOOLEAN,
    NOTHING,
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
from engine.language.lookups import paths_behind
from engine.language.values import json_value

#: Names of the scope that the host supplies beside the variables.
CONTEXT = frozenset({"record", "initiator"})


class Program:
    """The compiled flow: `conditions` by edge id, `arguments` by node id and name; days are counted in `zone`, an IANA name,
    and business time by `calendar`, in its JSON."""

    def __init__(
        self,
        flow: Flow,
        conditions: Mapping[str, Checked],
        arguments: Mapping[str, Mapping[str, Checked]],
        zone: str = "UTC",
        calendar: Mapping[str, Json] | None = None,
    ) -> None:
        self.flow = flow
        self._written_calendar = calendar
        self._calendar = Calendar.from_json(calendar or {})
        self._zone = ZoneInfo(zone)
        self.nodes: Mapping[str, Node] = {node.id: node for node in flow.nodes}
        self.outgoing: dict[str, tuple[Edge, ...]] = dict.fromkeys(self.nodes, ())
        self.incoming: dict[str, tuple[Edge, ...]] = dict.fromkeys(self.nodes, ())
        self.boundaries: dict[str, tuple[Node, ...]] = dict.fromkeys(self.nodes, ())
        for edge in flow.edges:
            self.outgoing[edge.source] += (edge,)
            self.incoming[edge.target] += (edge,)
        for node in flow.nodes:
            if node.attached_to is not None:
                self.boundaries[node.attached_to] += (node,)
        self._conditions = conditions
        self._arguments = arguments

    @property
    def context_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths into record and initiator that expressions read; the host supplies their values."""
        paths = (path for expression in self._expressions() for path in expression.references())
        return tuple(dict.fromkeys(path for path in paths if path[0] in CONTEXT))

    def _expressions(self) -> list[Checked]:
        return [*self._conditions.values(), *(e for given in self._arguments.values() for e in given.values())]

    def to_json(self) -> dict[str, Json]:
        """The program as a document: what runs it needs neither the parser nor the entities."""
        return {
            "flow": encode(self.flow),
            "zone": self._zone.key,
            "calendar": self._written_calendar,
            "conditions": {key: expression.to_json() for key, expression in self._conditions.items()},
            "arguments": {
                node: {name: expression.to_json() for name, expression in given.items()}
                for node, given in self._arguments.items()
            },
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> Program:
        """The program that `to_json` wrote."""
        flow = decode_checked("flow", document["flow"])
        if not isinstance(flow, Flow):
            raise TypeError("the document does not hold a flow")
        arguments = {
            node: {name: from_json(tree) for name, tree in given.items()}
            for node, given in document["arguments"].items()
        }
        conditions = {key: from_json(tree) for key, tree in document["conditions"].items()}
        return cls(flow, conditions, arguments, document.get("zone", "UTC"), document.get("calendar"))

    @property
    def looked_up_paths(self) -> dict[str, list[list[str]]]:
        """By entity the paths that are read of records looked up in it; the host supplies what lies behind their references."""
        behind = paths_behind(expression.tree for expression in self._expressions())
        return {entity: [list(path) for path in sorted(paths)] for entity, paths in sorted(behind.items())}

    def holds(self, edge: Edge, values: Mapping[str, Json], now: datetime, context: Context = NOTHING) -> bool:
        """Whether the condition of an edge is true; an edge without one has none that could hold."""
        condition = self._conditions.get(edge.id)
        return condition is not None and condition.is_true(values, now.astimezone(self._zone), self._timed(context))

    def _timed(self, context: Context) -> Context:
        return replace(context, calendar=self._calendar)

    def arguments(
        self, node: Node, values: Mapping[str, Json], now: datetime, context: Context = NOTHING
    ) -> dict[str, Json]:
        """The values of a service task's arguments, as JSON."""
        return {
            name: json_value(
                expression.type, expression.evaluate(values, now.astimezone(self._zone), self._timed(context))
            )
            for name, expression in self._arguments.get(node.id, {}).items()
        }


def compile_flow(
    flow: Flow,
    entities: Mapping[str, Entity],
    zone: str = "UTC",
    calendar: Mapping[str, Json] | None = None,
    decisions: Mapping[str, Type] | None = None,
) -> Program:
    """The flow ready to run, with days counted in `zone` and business time by `calendar` (JSON; None: office hours). Raises ValueError when an expression does not check: publishing refuses such a flow."""
    scope = flow_scope(flow, entities, decisions=decisions)
    conditions = {
        edge.id: _checked(edge.when, scope, f"edge {edge.id}", BOOLEAN) for edge in flow.edges if edge.when is not None
    }
    arguments = {
        node.id: {
            name: _checked(text, scope, f"node {node.id}, argument {name}") for name, text in node.arguments.items()
        }
        for node in flow.nodes
        if node.arguments
    }
    return Program(flow, conditions, arguments, zone, calendar)


def _checked(text: str, scope: Scope, place: str, expects: Type | None = None) -> Checked:
    found = check(text, scope, expects=expects, templates=expects is None)
    if isinstance(found, Problems):
        raise ValueError(f"{place}: {found}")
    return found
