"""The host of public cases: instances of several flows, message flows between them, and signals that reach them all.

Nothing here waits for a clock: a case triggers every event itself. Messages leave a throwing event when it is entered; a task sends and
awaits those of its message flows one after the other, in the order of the model, and sends the rest when somebody lets it go on. A
message for which nobody waits is lost.

The reference simulator lets a token end at an error that nothing catches. Here that is an incident; the world plays the operator who
takes the token away.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.definitions import Edge, Entity, EventDefinition, Field, Node, Text
from engine.flow import (
    Command,
    Instruction,
    Modify,
    Program,
    Publish,
    Record,
    Refused,
    Signal,
    Start,
    State,
    Trigger,
    compile_flow,
    dump,
    load,
    step,
)
from tests.conformance.model import THROWING, MessageFlow, Model

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICKET = Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", Text("标题", "Title")),), "title")


#: Kinds of events that only ever happen to the node that is triggered.
_TOLD_APART = frozenset({"timer", "conditional"})


class Unanswered(Exception):
    """A case asks for something that nothing here waits for."""


@dataclass
class Instance:
    """A running flow: `number` counts them in the order they started."""

    number: int
    process: str
    program: Program
    state: State


def alike(model: Model, id: str) -> list[str]:
    """What happens when this is triggered. Messages, signals and their like reach a whole activity: of everything of it that waits for the
    same one, what interrupts happens alone (an event sub-process before a boundary event), else all of it."""
    node = model.nodes.get(id)
    if node is None or node.attached_to is None or node.events[0].kind in _TOLD_APART or node.events[0].name == id:
        return [id]
    inside = [n.id for n in model.nodes.values() if n.parent == node.attached_to and n.type == "event_sub_process"]
    waiting = [
        other
        for other in model.nodes.values()
        if (
            other.id == node.attached_to
            or other.attached_to == node.attached_to
            or (other.parent in inside and other.type == "start_event")
        )
        and any(_is_caught(node.events[0], event) for event in other.events)
    ]
    waiting = _of_the_very_code(node.events[0], waiting)
    waiting.sort(key=lambda other: (other.id == node.attached_to, other.type == "boundary_event"))
    alone = [each for each in waiting if each.interrupting and each.type in ("boundary_event", "start_event")]
    return [each.id for each in alone[:1] or waiting]


def _is_caught(thrown: EventDefinition, caught: EventDefinition) -> bool:
    every = caught.kind in ("error", "escalation") and caught.code is None
    return caught.kind == thrown.kind and (every or (caught.name, caught.code) == (thrown.name, thrown.code))


def _of_the_very_code(thrown: EventDefinition, waiting: list[Node]) -> list[Node]:
    """Handlers of the very code come first, unless that would pass over an event sub-process."""
    exact = [each for each in waiting if each.events[0].code == thrown.code]
    only_boundaries = all(each.type == "boundary_event" for each in waiting)
    return exact if exact and (only_boundaries or any(each.type == "start_event" for each in exact)) else waiting


@dataclass(frozen=True, slots=True)
class Line:
    """A record of an instance's history."""

    instance: int
    process: str
    type: str
    node: str
    data: Mapping[str, Any]


@dataclass
class World:
    """Everything a case can touch. `lines` is what happened since the beginning."""

    model: Model
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    #: Nodes at which the case will wait later, and does not yet.
    passing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._programs = {id: compile_flow(flow, {"ticket": TICKET}) for id, flow in self.model.flows.items()}
        #: Messages sent at the same moment, and signals with their thrower, in the order they were sent.
        self._sent: deque[list[MessageFlow] | tuple[int, str | None]] = deque()
        self._exchanges: dict[tuple[int, str], deque[MessageFlow]] = {}
        self._automatic: deque[str] = deque()
        self._uncaught: deque[tuple[Instance, int]] = deque()

    def trigger(self, node: str) -> None:
        """Start at a start event, or let what waits at the node go on."""
        if self._starts_a_process(node):
            self._start(node)
        elif not [each for each in alike(self.model, node) if self._reach(each)]:
            if self._parent(node) is not None:
                raise Unanswered(f"nothing waits at {node}")
            self._start(node)
        self._settle()

    def signal(self, name: str) -> None:
        """Let the waiting node go on, or send a message along a message flow."""
        flow = next((flow for flow in self.model.message_flows if flow.id == name), None)
        if flow is None:
            self.trigger(name)
            return
        self._sent.append([flow])
        self._settle()

    def broadcast(self, name: str | None) -> None:
        """Throw a signal from outside."""
        self._sent.append((0, name))
        self._settle()

    # -- inside

    def _parent(self, node: str) -> str | None:
        if node not in self.model.nodes:
            raise Unanswered(f"there is no node {node}")
        return self.model.nodes[node].parent

    def _starts_a_process(self, node: str) -> bool:
        return self._parent(node) is None and self.model.nodes[node].type == "start_event"

    def _start(self, node: str) -> None:
        process = self.model.process_of[node]
        number = len(self.instances) + 1
        state = State(f"00000000-0000-4000-8000-{number:012d}")
        self.instances.append(Instance(number, process, self._programs[process], state))
        self._apply(self.instances[-1], Start(node=node))

    def _reach(self, node: str) -> bool:
        """Trigger the node in the first instance that waits there."""
        held = {sub_process: hold for hold, sub_process in self.model.holds.items()}
        command = Trigger(held.get(node, node))
        for instance in self.instances:
            times = self._racing(instance, node)
            if self._accepts(instance, command):
                for _ in range(times - 1):
                    self._accepts(instance, command)
                return True
        return False

    def _racing(self, instance: Instance, node: str) -> int:
        """How many tokens of one scope wait at event-based gateways before the node: the event is for all of them."""
        gateways = {edge.source for edge in self.model.flows[instance.process].edges if edge.target == node}
        scopes = [t.scope for t in instance.state.tokens if t.waiting == "race" and t.node in gateways]
        return scopes.count(scopes[0]) if scopes else 1

    def _accepts(self, instance: Instance, command: Command) -> bool:
        try:
            self._apply(instance, command)
        except Refused:
            return False
        return True

    def _apply(self, instance: Instance, command: Command) -> None:
        state, effects = step(instance.program, instance.state, command, NOW, choose=self._choose)
        instance.state = load(State, json.loads(json.dumps(dump(state))))
        for effect in effects:
            if isinstance(effect, Record):
                self.lines.append(Line(instance.number, instance.process, effect.type, effect.node or "", effect.data))
                self._follow(instance, effect)
            elif isinstance(effect, Publish) and effect.kind == "signal":
                self._sent.append((instance.number, effect.name))

    # -- what follows from what happened

    def _follow(self, instance: Instance, record: Record) -> None:
        node = record.node or ""
        if record.type == "incident" and record.data.get("code") == "error_uncaught":
            self._uncaught.append((instance, record.data["token"]))
        elif node in self.model.exchanges:
            self._exchange(instance, node, record.type)
        elif record.type == "node_entered" and node in self.model.nodes and self.model.nodes[node].type in THROWING:
            self._sent.append([flow for flow in self.model.message_flows if flow.source == node])
        if record.type == "node_entered" and node in self.passing:
            self._automatic.append(node)

    def _exchange(self, instance: Instance, node: str, happened: str) -> None:
        """What a task does about its message flows when it is entered and left."""
        if happened == "node_entered":
            self._exchanges[instance.number, node] = deque(self.model.exchanges[node])
            if node not in self.model.waited or node in self.passing:
                self._send_until_one_is_awaited(instance, node)
        elif happened in ("node_left", "node_cancelled"):
            rest = self._exchanges.pop((instance.number, node), ())
            self._sent.append([flow for flow in rest if flow.source == node and happened == "node_left"])

    def _send_until_one_is_awaited(self, instance: Instance, node: str) -> bool:
        """Whether one is awaited."""
        exchange = self._exchanges[instance.number, node]
        sent = []
        while exchange and exchange[0].source == node:
            sent.append(exchange.popleft())
        self._sent.append(sent)
        return bool(exchange)

    def _settle(self) -> None:
        while True:
            if self._uncaught:
                instance, token = self._uncaught.popleft()
                self._apply(instance, Modify((Instruction("cancel", token=token),)))
            elif self._sent:
                self._arrive(self._sent.popleft())
            elif self._automatic:
                self._reach(self._automatic.popleft())
            else:
                return

    def _arrive(self, sent: list[MessageFlow] | tuple[int, str | None]) -> None:
        """Messages sent at the same moment do not wait for what the first of them brings about."""
        if isinstance(sent, tuple):
            self._spread(*sent)
        else:
            for flow in [flow for flow in sent if self._is_awaited(flow)]:
                self._deliver(flow)

    def _is_awaited(self, flow: MessageFlow) -> bool:
        if flow.target not in self.model.nodes or self._starts_a_process(flow.target):
            return True
        if flow.target in self.model.exchanges:
            exchanges = (self._exchanges.get((each.number, flow.target)) for each in self.instances)
            return any(exchange and exchange[0] is flow for exchange in exchanges)
        return any(each.node == flow.target for one in self.instances for each in one.state.subscriptions)

    def _deliver(self, flow: MessageFlow) -> None:
        """Participants are drawn as a whole: what is sent to one reaches nobody in particular."""
        if flow.target not in self.model.nodes:
            return
        if self._starts_a_process(flow.target):
            self._start(flow.target)
        elif flow.target not in self.model.exchanges:
            self._reach(flow.target)
        else:
            self._answer(flow)

    def _answer(self, flow: MessageFlow) -> None:
        """A task that awaits this message goes on."""
        for instance in self.instances:
            exchange = self._exchanges.get((instance.number, flow.target))
            if exchange and exchange[0] is flow and flow.target not in self.model.waited - self.passing:
                exchange.popleft()
                if not self._send_until_one_is_awaited(instance, flow.target):
                    self._accepts(instance, Trigger(flow.target))
                return

    def _spread(self, thrower: int, name: str | None) -> None:
        for instance in list(self.instances):
            if instance.number != thrower:
                self._accepts(instance, Signal(name))
        for node in self.model.nodes.values():
            if self._starts_a_process(node.id) and any(e.kind == "signal" and e.name == name for e in node.events):
                self._start(node.id)

    def _choose(self, node: Node, edges: Sequence[Edge]) -> Sequence[Edge] | None:
        """What the case says; else the default or first edge of a gateway, and every edge of anything else."""
        if node.id in self.chosen:
            by_id = {edge.id: edge for edge in edges}
            return [by_id[id] for id in self.chosen[node.id] if id in by_id]
        if node.type in ("exclusive_gateway", "inclusive_gateway") and edges:
            return [next((edge for edge in edges if edge.default), edges[0])]
        return edges
