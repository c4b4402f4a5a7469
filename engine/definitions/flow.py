"""Flows: process definitions in BPMN's terms. Node types and what each needs: docs/flow-format.md, engine/flow/nodes.py."""

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
    of the record; `expression` gives a user or a list of users; `initiator` the one who started the instance. `role` and
    `department` together mean both. `weight` counts in a vote.
    """

    user: str | None = None
    role: str | None = None
    department: str | None = None
    superior_of: str | None = None
    record_field: str | None = None
    expression: str | None = None
    initiator: bool = False
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Vote:
    """How a vote is counted, always in whole numbers and fractions. `pass_at`: the part that must agree, as a fraction (`2/3`), a
    percentage (`60%`) or a number of votes (`3`). `base`: `all` who may vote, or those who `voted` (then abstaining counts for nobody).
    `quorum`: the part or number that must have voted. `veto`: people whose refusal decides. `tie`: what half of the votes against half means,
    `agree` or `refuse`, whatever `pass_at` says."""

    pass_at: str
    base: str = "all"
    quorum: str | None = None
    veto: tuple[Candidate, ...] = ()
    tie: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Superiors one above the other, from the superior of the initiator (or of whoever `candidates` name) upward: `levels` of them, or up to
    somebody in the position `up_to`."""

    levels: int | None = None
    up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """What happens `after` the task's due time (ISO 8601, in working time when `business`; None: at the due time). `action`: remind
    (`times`, each `every` so long, in working time too), agree, refuse, superior (they get the task as well), jump (the token goes to `target`)."""

    action: str
    after: str | None = None
    business: bool = False
    every: str | None = None
    times: int = 1
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a task, and how their decisions make one.

    `mode`: `one` (first candidate found), `any` (the first to decide decides for all), `all` (everybody must agree), `sequence` (each
    after the one before has agreed, in the order of the candidates), `vote`, `claim` (whoever takes it), `random` (one of them, drawn with
    the task's id as seed). `refusal` in mode `all`: `at_once`, or `wait` for everybody.

    `operations`: what people may do beside deciding: add_before, add_after, add_alongside, remove, transfer, delegate, reclaim, consult.
    `duplicates`: somebody who agreed before in this instance (`earlier`) or at the task just before (`consecutive`) agrees again
    automatically. `own`: when the initiator is among the people: `approve` themselves, `skip` (agree automatically), or their `superior` or
    department `head` instead. `nobody`: when nobody is found: `admin`, `pass`, `refuse`, `user` (`nobody_user`), `incident`. `chosen_by`: `initiator` or
    `previous` picks among the candidates, where a task leads here. `clock`: what becomes of the time that is left while an earlier task is asked
    again straight: it starts anew (`restart`), or waits (`pause`). `business`: the task's `due` counts working time.
    """

    candidates: tuple[Candidate, ...]
    mode: str = "any"
    cc: tuple[Candidate, ...] = ()
    refusal: str = "at_once"
    vote: Vote | None = None
    chain: Chain | None = None
    operations: tuple[str, ...] = ()
    duplicates: str = "never"
    own: str = "approve"
    nobody: str = "admin"
    nobody_user: str | None = None
    overdue: tuple[Overdue, ...] = ()
    chosen_by: str | None = None
    clock: str = "restart"
    business: bool = False

    @property
    def asks_above(self) -> bool:
        """Whether somebody above decides in the initiator's place."""
        return self.own in ("superior", "head")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button of a user task. `kind`: `complete` (agree, go on), `refuse` (counted as a refusal), `abstain` (counted as neither), `send_back`
    (to `target`, or to a task that the person chooses).

    A task that ends refused goes on by its edges, or where `target` says: a node, `end`, `initiator`, `previous`. Sending back cancels
    what followed the target and does it again; with `straight` it only asks the target again, and comes back here. At most
    `rounds` times. `comment` says whether an opinion is required, `signature` whether a drawn signature is.
    """

    key: str
    label: Text
    kind: str = "complete"
    target: str | None = None
    straight: bool = False
    rounds: int | None = None
    comment: bool = False
    signature: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event is due; exactly one member is set. `duration`: ISO 8601 (`PT30M`) or an expression that gives a length
    of time, counted from the moment it is armed. `date`: an expression that gives a day or a moment. `cycle`: ISO 8601 repetition
    (`R3/PT10M`; `R/PT1H` without end), each counted from the time the one before was due."""

    duration: str | None = None
    date: str | None = None
    cycle: str | None = None


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for (catching) or does (throwing).

    `kind`: message, timer, signal, conditional, error, escalation, compensation, cancel, terminate, link. `name` is that of a
    message, signal or link; `code` that of an error or escalation (None catches every code). `correlation` is an expression:
    a message reaches the one that waits with an equal key. `condition` (conditional) is an expression. Throwing: `arguments`
    are what is sent (name -> expression); compensation may name one `activity` (None: all of the scope), `parallel` compensates all
    at once. Catching: `outputs` copies members of what arrived into variables (variable -> member; of an error or escalation
    `code` and `message`). `handler` is the activity that a boundary compensation event runs.
    """

    kind: str
    name: str | None = None
    code: str | None = None
    timer: Timer | None = None
    condition: str | None = None
    correlation: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    activity: str | None = None
    handler: str | None = None
    parallel: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity runs. `kind`: `standard` (again while `condition` holds, looked at first when `test_before`, at most
    `maximum` times), `parallel` or `sequential` multi-instance over the items of `collection` or `cardinality` times.

    `element` and `loop_counter` (from 0) are names that expressions inside have. Counters for `completion` (looked at after each
    child; the rest is then cancelled): `instances`, `active_instances`, `completed_instances`. `output` is an expression
    evaluated when a child completes; the values are gathered, in the children's order, in the variable `output_collection`.
    """

    kind: str
    condition: str | None = None
    test_before: bool = False
    maximum: int | None = None
    cardinality: str | None = None
    collection: str | None = None
    element: str | None = None
    completion: str | None = None
    output: str | None = None
    output_collection: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a call activity starts: the flow `flow`, or the one whose key `flow_expression` gives. `inputs`: variable of the
    called flow -> expression. `outputs`: variable here -> variable there. `binding`: `latest` at the time of the call, or
    `deployment`: the version that was current when this flow was published. `record`: an expression for the record it is about
    (None: the same record when it is about the same entity)."""

    flow: str | None = None
    flow_expression: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    binding: str = "latest"
    record: str | None = None


@dataclass(frozen=True, slots=True)
class AdHoc:
    """An ad-hoc sub-process: its activities without incoming edges start when somebody says so, or at once those that `start`
    names. `ordering`: `parallel` or `sequential` (one at a time). It completes when `completion` holds after an activity (the rest is
    cancelled when `cancel_remaining`), or, without one, when nothing in it is active after something was."""

    ordering: str = "parallel"
    start: tuple[str, ...] = ()
    completion: str | None = None
    cancel_remaining: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `parent` is the sub-process it is in (None: the process itself).

    Tasks: task, user_task, service_task, send_task, receive_task, script_task, rule_task, manual_task, call_activity.
    Gateways: exclusive_, parallel_, inclusive_, event_based_, complex_gateway. Sub-processes: sub_process, event_sub_process,
    transaction, ad_hoc_sub_process. Events: start_event, end_event, intermediate_catch_event, intermediate_throw_event,
    boundary_event. For business people: initiator, approval, handle, cc, delay, notify, create_record, update_record,
    find_record, wait_for_record, set_tag, call_rule, jump.

    `events`: none, one, or several (`parallel_multiple`: all of them must happen). user_task and its kin: form, assignment, outcomes, due (ISO
    8601 duration), priority, and `rights`: what the fields of the form are here (field, or sub-table.field -> hidden, read, write, required, masked). service_task: `action` and `arguments` (name -> expression); `outputs`: variable -> member of the
    result (dots reach inside). script_task: `assign` (variable -> expression), in order. rule_task: `decision`, a decision table, with `arguments` and
    `outputs`; or `rules`, a set of rules, which need no outputs. boundary_event: attached_to, interrupting. The start event of an event sub-process: interrupting. complex_gateway: `required` incoming
    edges. jump: `target`. wait_for_record: `condition`. end_event: `outcome` names how the instance ended.
    """

    id: str
    type: str
    title: Text
    parent: str | None = None
    form: str | None = None
    assignment: Assignment | None = None
    outcomes: tuple[Outcome, ...] = ()
    rights: Mapping[str, str] = field(default_factory=dict)
    due: str | None = None
    priority: int = 0
    action: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    assign: Mapping[str, str] = field(default_factory=dict)
    decision: str | None = None
    rules: tuple[str, ...] = ()
    condition: str | None = None
    events: tuple[EventDefinition, ...] = ()
    parallel_multiple: bool = False
    attached_to: str | None = None
    interrupting: bool = True
    for_compensation: bool = False
    loop: Loop | None = None
    call: Call | None = None
    ad_hoc: AdHoc | None = None
    required: int | None = None
    target: str | None = None
    outcome: str | None = None
    documentation: Text | None = None


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
    """Where a node is drawn, in canvas pixels from the top left of the drawing; `width` and `height` for sub-processes; never semantics."""

    x: float
    y: float
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A process definition about records of `entity`. `withdraw`: when whoever started an instance may take it back: `never`,
    `before_action` (while nobody else has acted), `any`. `extensions` keeps what an imported BPMN file said and nothing here executes."""

    key: str
    label: Text
    entity: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    variables: tuple[Variable, ...] = ()
    layout: Mapping[str, Position] = field(default_factory=dict)
    description: Text | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
    withdraw: str = "before_action"
    schema: int = 2
    app: str = ""

    def node(self, id: str) -> Node | None:
        """The node with this id, or None."""
        return next((n for n in self.nodes if n.id == id), None)
