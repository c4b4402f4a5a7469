"""Models of public cases (the form of token-simulation.json) to our definitions.

The form is BPMN's with the element names of its XML. What the reference simulator does with them, and what is therefore converted:
a task is automatic unless the case waits at it (then it is a receive task); every timer, message and condition waits for an explicit
trigger, so timers get a due time that never comes and conditions never hold; a catching element without an event definition
waits for a message. Errors, signals and escalations are matched by the element their `*Ref` names, so that id is their code or name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.definitions import AdHoc, Edge, EventDefinition, Flow, Loop, Node, Text, Timer

Json = Mapping[str, Any]

#: The name of a message, signal or link that has none.
UNNAMED = "-"

AUTOMATIC_TASKS = frozenset(
    {"task", "userTask", "serviceTask", "scriptTask", "manualTask", "businessRuleTask", "callActivity", "sendTask"}
)
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(AUTOMATIC_TASKS, "task"),
    "receiveTask": "receive_task",
    "startEvent": "start_event",
    "endEvent": "end_event",
    "intermediateCatchEvent": "intermediate_catch_event",
    "intermediateThrowEvent": "intermediate_throw_event",
    "boundaryEvent": "boundary_event",
    "exclusiveGateway": "exclusive_gateway",
    "parallelGateway": "parallel_gateway",
    "inclusiveGateway": "inclusive_gateway",
    "eventBasedGateway": "event_based_gateway",
    "complexGateway": "complex_gateway",
    "subProcess": "sub_process",
    "transaction": "transaction",
    "adHocSubProcess": "ad_hoc_sub_process",
}
_KINDS: Mapping[str, str] = {"compensate": "compensation", "condition": "conditional"}
#: Elements that wait for a message when they name no event.
_IMPLICIT_CATCHES = frozenset({"intermediate_catch_event", "boundary_event", "receive_task"})
THROWING = frozenset({"intermediate_throw_event", "end_event"})
SCOPES = frozenset({"sub_process", "event_sub_process", "transaction", "ad_hoc_sub_process"})


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """`source` and `target` are nodes or participants."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Model:
    """The flows of a case, by process id, and what goes between them."""

    flows: Mapping[str, Flow]
    message_flows: tuple[MessageFlow, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)
    process_of: Mapping[str, str] = field(default_factory=dict)
    #: Nodes that stand before a sub-process at which the case waits, by that sub-process.
    holds: Mapping[str, str] = field(default_factory=dict)
    #: The message flows of each task that has some: it sends and awaits them one after the other.
    exchanges: Mapping[str, tuple[MessageFlow, ...]] = field(default_factory=dict)
    #: Nodes at which the case waits: a task there sends nothing before it is let go on, and then awaits nothing.
    waited: frozenset[str] = frozenset()


def model_of(document: Json, waits: frozenset[str] = frozenset()) -> Model:
    """The model of a case; `waits` are the nodes it waits at."""
    message_flows = tuple(
        MessageFlow(flow["id"], flow["sourceRef"], flow["targetRef"]) for flow in document.get("messageFlows") or ()
    )
    automatic = {
        node["id"] for process in document["processes"] for node in process["nodes"] if node["type"] in AUTOMATIC_TASKS
    }
    waited, waits = waits, waits | {flow.target for flow in message_flows if flow.target in automatic}
    holds: dict[str, str] = {}
    flows = {
        process["id"]: _flow(process, document.get("defs") or {}, waits, holds) for process in document["processes"]
    }
    nodes = {node.id: node for flow in flows.values() for node in flow.nodes}
    process_of = {node.id: id for id, flow in flows.items() for node in flow.nodes}
    exchanges = {id: tuple(f for f in message_flows if id in (f.source, f.target)) for id in automatic}
    exchanges = {id: each for id, each in exchanges.items() if each}
    return Model(flows, message_flows, nodes, process_of, holds, exchanges, waited)


def _flow(process: Json, defs: Json, waits: frozenset[str], holds: dict[str, str]) -> Flow:
    parents = {node["id"]: node.get("scope") for node in process["nodes"]}
    handlers = _handlers(process.get("associations") or (), parents)
    targets = {edge["target"] for edge in process["flows"]}
    nodes = [_node(each, defs, handlers, waits) for each in process["nodes"]]
    nodes = [_ad_hoc(node, nodes, targets) if node.type == "ad_hoc_sub_process" else node for node in nodes]
    edges = [_edge(each, process["nodes"]) for each in process["flows"]]
    for node in list(nodes):
        if node.id in waits and node.type in SCOPES:
            _hold(node, nodes, edges, holds)
    return Flow(process["id"], Text("例", "Case"), "ticket", tuple(nodes), tuple(edges))


def _handlers(associations: Sequence[Json], known: Mapping[str, Any]) -> dict[str, str]:
    """Compensation activities by boundary event; an association may be drawn from either end."""
    pairs = [(each["source"], each["target"]) for each in associations]
    return {a: b for pair in pairs for a, b in (pair, pair[::-1]) if a in known and b in known}


def _edge(document: Json, nodes: Sequence[Json]) -> Edge:
    default = any(node.get("default") == document["id"] for node in nodes)
    return Edge(document["id"], document["source"], document["target"], default=default)


def _node(document: Json, defs: Json, handlers: Mapping[str, str], waits: frozenset[str]) -> Node:
    type_ = _TYPES[document["type"]]
    if type_ == "sub_process" and _true(document, "triggeredByEvent", "false"):
        type_ = "event_sub_process"
    plain_throw = type_ in THROWING and not document.get("events")
    if (type_ == "task" or plain_throw) and document["id"] in waits:
        type_ = "receive_task"
    events = tuple(_event(each, document, type_, defs, handlers) for each in document.get("events") or ())
    events = tuple(event for event in events if not _leaves_by_message_flow(event, type_))
    if not events and type_ in _IMPLICIT_CATCHES:
        events = (EventDefinition("message", name=UNNAMED if document["type"] == "receiveTask" else document["id"]),)
    return Node(
        document["id"],
        type_,
        Text("节点", document.get("name") or document["id"]),
        parent=document.get("scope"),
        events=events,
        attached_to=document.get("attachedToRef"),
        interrupting=_true(document, "cancelActivity") and _true(document, "isInterrupting"),
        for_compensation=_true(document, "isForCompensation", "false"),
        parallel_multiple=_true(document, "parallelMultiple", "false"),
        loop=_loop(document.get("loop") or {}),
        required=1 if type_ == "complex_gateway" else None,
    )


def _leaves_by_message_flow(event: EventDefinition, type_: str) -> bool:
    """Messages go where the drawing's message flows lead, which is the world's affair (see world.py)."""
    return type_ in THROWING and event.kind == "message"


def _true(document: Json, member: str, default: str = "true") -> bool:
    value = document.get(member)
    return str(default if value is None else value).lower() == "true"


def _event(document: Json, node: Json, type_: str, defs: Json, handlers: Mapping[str, str]) -> EventDefinition:
    kind = _KINDS.get(document["kind"], document["kind"])
    throwing = type_ in THROWING
    made = EventDefinition(kind)
    match kind:
        case "timer":
            made = replace(made, timer=Timer(duration="P3000D"))
        case "conditional":
            made = replace(made, condition="false")
        case "message":
            made = replace(made, name=_known(document, kind, defs) or UNNAMED)
        case "signal":
            made = replace(made, name=_known(document, kind, defs) or UNNAMED)
        case "link":
            made = replace(made, name=document.get("name") or UNNAMED)
        case "error" | "escalation":
            made = replace(made, code=_known(document, kind, defs))
        case "compensation" if throwing:
            made = replace(made, activity=document.get("activityRef"))
        case "compensation":
            made = replace(made, handler=handlers.get(node["id"]))
    return made


def _known(event: Json, kind: str, defs: Json) -> str | None:
    """The id of what an event refers to; a reference into the void is none."""
    id = event.get(f"{kind}Ref")
    return id if id in defs else None


def _loop(document: Json) -> Loop | None:
    """Loop characteristics, where a case has them: `{"kind": "standard" | "parallel" | "sequential", "cardinality": "3"}`."""
    if not document:
        return None
    members = {key: value for key, value in document.items() if key in Loop.__dataclass_fields__}
    return Loop(**{"kind": "standard", **members})


def _ad_hoc(node: Node, nodes: Sequence[Node], targets: set[str]) -> Node:
    """The simulator starts all of an ad-hoc sub-process at once."""
    idle = ("event_sub_process", "boundary_event")
    start = (n.id for n in nodes if n.parent == node.id and n.id not in targets and n.type not in idle)
    compensating = {n.id for n in nodes if n.for_compensation}
    return replace(node, ad_hoc=AdHoc(start=tuple(id for id in start if id not in compensating)))


def _hold(node: Node, nodes: list[Node], edges: list[Edge], holds: dict[str, str]) -> None:
    """Let tokens wait before a sub-process."""
    hold = f"{node.id}.hold"
    holds[hold] = node.id
    events = (EventDefinition("message", name=hold),)
    nodes.append(Node(hold, "receive_task", node.title, parent=node.parent, events=events))
    edges[:] = [replace(edge, target=hold) if edge.target == node.id else edge for edge in edges]
    edges.append(Edge(f"{hold}.on", hold, node.id))
