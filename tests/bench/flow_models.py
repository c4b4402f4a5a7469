"""The models of the interpreter's bench: drawn once, run by our interpreter and, as BPMN XML, by SpiffWorkflow.

Conditions and scripts are written so that they mean the same in the product's language and in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from engine.definitions import Assignment, Candidate, Edge, Entity, Field, Flow, Node, Outcome, Text, Variable
from engine.flow import Program, compile_flow

_TEXT = Text("文", "text")
_TICKET = Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", Text("标题", "Title")),), "title")
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ELEMENTS: Mapping[str, str] = {
    "start_event": "startEvent",
    "end_event": "endEvent",
    "script_task": "scriptTask",
    "user_task": "userTask",
    "exclusive_gateway": "exclusiveGateway",
    "parallel_gateway": "parallelGateway",
    "inclusive_gateway": "inclusiveGateway",
}


@dataclass
class Model:
    """A drawing: nodes by id with their type, and edges with a condition, or None for the default where there is a choice."""

    nodes: dict[str, str] = field(default_factory=lambda: {"start": "start_event"})
    edges: list[tuple[str, str, str | None]] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)

    def node(self, type_: str, *sources: str, when: str | None = None, script: str | None = None) -> str:
        """A node after others; its id."""
        id = f"{type_[0]}{len(self.nodes)}"
        self.nodes[id] = type_
        for source in sources:
            self.edges.append((source, id, when))
        if script is not None:
            self.scripts[id] = script
        return id

    def count(self, *sources: str, when: str | None = None) -> str:
        """A script task that adds one to `n`."""
        return self.node("script_task", *sources, when=when, script="n + 1")

    def program(self) -> Program:
        """For our interpreter."""
        nodes = tuple(self._node(id, type_) for id, type_ in self.nodes.items())
        edges = tuple(
            Edge(f"f{index}", source, target, when, when is None and self._chooses(source))
            for index, (source, target, when) in enumerate(self.edges)
        )
        variables = (Variable("n", "number", _TEXT, default=0),)
        return compile_flow(Flow("model", _TEXT, "ticket", nodes, edges, variables), {"ticket": _TICKET})

    def _node(self, id: str, type_: str) -> Node:
        if type_ == "script_task":
            return Node(id, type_, _TEXT, assign={"n": self.scripts[id]})
        if type_ == "user_task":
            assignment = Assignment((Candidate(user="ann"),), "one")
            return Node(id, type_, _TEXT, assignment=assignment, outcomes=(Outcome("done", _TEXT),))
        return Node(id, type_, _TEXT)

    def _chooses(self, id: str) -> bool:
        conditions = [when for source, _, when in self.edges if source == id]
        return any(when is not None for when in conditions)

    def xml(self) -> str:
        """For SpiffWorkflow: plain BPMN, with `n` set to nothing at the start."""
        nodes = "".join(self._element(id, type_) for id, type_ in self.nodes.items())
        flows = "".join(self._sequence_flow(index, edge) for index, edge in enumerate(self.edges))
        process = f'<process id="model" isExecutable="true">{nodes}{flows}</process>'
        return f'<definitions xmlns="{_BPMN}" xmlns:xsi="{_XSI}" id="d" targetNamespace="bench">{process}</definitions>'

    def _element(self, id: str, type_: str) -> str:
        name = _ELEMENTS[type_]
        default = ""
        if self._chooses(id):
            index = next(i for i, (source, _, when) in enumerate(self.edges) if source == id and when is None)
            default = f' default="f{index}"'
        script = f"<script>n = {escape(self.scripts[id])}</script>" if id in self.scripts else ""
        return f"<{name} id={quoteattr(id)}{default}>{script}</{name}>"

    def _sequence_flow(self, index: int, edge: tuple[str, str, str | None]) -> str:
        source, target, when = edge
        condition = (
            f'<conditionExpression xsi:type="tFormalExpression">{escape(when)}</conditionExpression>' if when else ""
        )
        return f'<sequenceFlow id="f{index}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'


def chain(length: int) -> Model:
    """So many script tasks, one after the other."""
    model = Model()
    last = model.node("script_task", "start", script="0")
    for _ in range(length):
        last = model.count(last)
    model.node("end_event", last)
    return model


def gateways(blocks: int) -> Model:
    """Blocks of a choice between two scripts and then two scripts side by side, one block after the other."""
    model = Model()
    last = model.node("script_task", "start", script="0")
    for _ in range(blocks):
        choice = model.node("exclusive_gateway", last)
        merge = model.node("exclusive_gateway", model.count(choice, when="n > 5"), model.count(choice))
        fork = model.node("parallel_gateway", merge)
        last = model.node("parallel_gateway", model.count(fork), model.count(fork))
    model.node("end_event", last)
    return model


def loop(times: int) -> Model:
    """A script that runs so many times."""
    model = Model()
    merge = model.node("exclusive_gateway", model.node("script_task", "start", script="0"))
    choice = model.node("exclusive_gateway", model.count(merge))
    model.edges.append((choice, merge, f"n < {times}"))
    model.node("end_event", choice)
    return model


def people(times: int) -> Model:
    """A person who does the same task so many times, a script and a choice between."""
    model = Model()
    merge = model.node("exclusive_gateway", model.node("script_task", "start", script="0"))
    choice = model.node("exclusive_gateway", model.count(model.node("user_task", merge)))
    model.edges.append((choice, merge, f"n < {times}"))
    model.node("end_event", choice)
    return model
