"""Flows: process definitions in BPMN's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class Variable:
    """A value the instance carries. `type` is a scalar field type; form data with the same key is copied into it."""

    key: str
    type: str
    label: Text
    entity: str | None = None
    currency: str | None = None
    default: object = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may get a task; exactly one of the members is set.

    `user` an e-mail or user id; `role` a role key; `department` a department key; `superior_of` a node id (the superior
    of whoever holds that node's task; of the initiator when the node is the start event); `record_field` a user field
    of the record; `initiator` the one who started the instance. `role` and `department` together mean both.
    """

    user: str | None = None
    role: str | None = None
    department: str | None = None
    superior_of: str | None = None
    record_field: str | None = None
    initiator: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """`mode`: `one` (first candidate found), `any` (the first to decide decides for all), `all` (everybody must agree)."""

    candidates: tuple[Candidate, ...]
    mode: str = "any"
    cc: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button of a user task. `kind`: `complete` (go on), `refuse` (go on; counted as a refusal by mode `all`),
    `send_back` (cancel what followed `target` and do it again). `comment` says whether an opinion is required."""

    key: str
    label: Text
    kind: str = "complete"
    target: str | None = None
    comment: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event is due: an ISO 8601 `duration` (`PT30M`) counted from the moment it is armed."""

    duration: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `type`: start_event, end_event, user_task, service_task, exclusive_gateway, parallel_gateway,
    timer_event (intermediate catch), boundary_timer (on `attached_to`).

    user_task: form, assignment, outcomes, due (ISO 8601 duration), priority.
    service_task: `action` (a key of the action registry) and `arguments` (name -> expression over variables).
    boundary_timer: attached_to, timer, interrupting. end_event: `outcome` names how the instance ended.
    """

    id: str
    type: str
    title: Text
    form: str | None = None
    assignment: Assignment | None = None
    outcomes: tuple[Outcome, ...] = ()
    due: str | None = None
    priority: int = 0
    action: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    timer: Timer | None = None
    attached_to: str | None = None
    interrupting: bool = True
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A sequence flow. `when` is an expression over the variables and `outcome` (the last task's outcome key)."""

    id: str
    source: str
    target: str
    when: str | None = None
    default: bool = False
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a node is drawn, in canvas pixels; never semantics."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Flow:
    """A process definition about records of `entity`."""

    key: str
    label: Text
    entity: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    variables: tuple[Variable, ...] = ()
    layout: Mapping[str, Position] = field(default_factory=dict)
    description: Text | None = None
    schema: int = 1
    app: str = ""

    def node(self, id: str) -> Node | None:
        """The node with this id, or None."""
        return next((n for n in self.nodes if n.id == id), None)
