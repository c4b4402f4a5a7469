"""The state of one instance: a value whose size depends on what is live, not on what has passed.

A token stands at a node of a scope and says why it waits. Tokens and scopes are changed only inside the step that made its own
copies of them (see run.py); a state that a step returned never changes again.

`lineage` names the causal events behind a token: completions of user tasks and firings of joins, by number. `origins` keeps, for each
event that a live token still descends from, what sending back needs to undo it. See lineage.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.flow import former
from engine.flow.approval.items import Item

#: JSON values: what variables, contexts and answers are made of.
Json = Any

RUNNING, COMPLETED, CANCELLED, FAILED = "running", "completed", "cancelled", "failed"

#: Why a token waits.
TASK, SERVICE, CHILD, JOIN, INCIDENT = "task", "service", "child", "join", "incident"
SCOPE, LOOP, RACE, COMPENSATION, AD_HOC = "scope", "loop", "race", "compensation", "ad_hoc"
TIMER, MESSAGE, SIGNAL, CONDITION, EVENT = "timer", "message", "signal", "condition", "event"
#: It asked an earlier task again, and goes on when that is answered.
SENT_BACK = "sent_back"
#: Tokens that wait for what goes on in a scope of theirs; every other one is a leaf that must have a reason of its own.
HOSTS = frozenset({SCOPE, LOOP, AD_HOC, COMPENSATION, SENT_BACK})

#: The scope of the process itself.
ROOT = 0

#: Kinds of calls: an action awaited in the transaction, a service outside, another flow.
ACTION, OUTSIDE, FLOW = "action", "service", "child"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a token cannot go on: a stable code and what to tell."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Paused:
    """What was left of a clock of the task at `node` when it stopped: of its rule with the number `event`, or of the due time itself
    (None). `seconds` may be less than none: it was late already. `left` more reminders follow."""

    node: str
    event: int | None
    seconds: float
    left: int | None = 0


@dataclass(slots=True)
class Token:
    """`edge` is the edge it came by, `outcome` that of the last task on its path, `about` the task whose boundary event made it;
    `returns`: it was only asked again by the task of that token, which goes on when it is done. `agreed`: who took back their
    decision at the task it comes to, and then those whose agreement stands. `paused`: what is left of the clocks of its task, which it
    comes back to."""

    id: int
    node: str
    scope: int
    waiting: str
    since: datetime
    lineage: frozenset[int] = frozenset()
    edge: str | None = None
    outcome: str | None = None
    about: str | None = None
    problem: Problem | None = None
    returns: int | None = None
    agreed: tuple[str, ...] = ()
    paused: tuple[Paused, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What completed a child of a loop of user tasks, as of Origin; `number`: the causal event that it was."""

    number: int
    actor: str
    agreed: tuple[str, ...] = ()
    principal: str | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class LoopState:
    """A loop or multi-instance under way: its `items` (a snapshot), how many children were `started` and `completed`, and by its index what
    each completed child gave, and who `decided` it."""

    items: tuple[Json, ...] = ()
    total: int | None = None
    started: int = 0
    completed: int = 0
    outputs: Mapping[int, Json] = field(default_factory=dict)
    decided: Mapping[int, Decided] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """The running inside of a sub-process, a loop, one child of a loop, or the process (id 0).

    `host` is the token that waits for it: None for the process, an event sub-process (inside the scope `parent`) and a
    compensation handler (`compensation` names its Compensation). `loop` is set on the scope of a loop, `index` on that of one of its
    children. `locals` are names that expressions inside have beside the variables. `interrupted`: an event sub-process
    has taken the place of everything else in it. `entered`: an ad-hoc sub-process in which something was started. `outcome` is that of
    the last token that ended here.
    """

    id: int
    node: str | None
    parent: int | None = None
    host: int | None = None
    locals: Mapping[str, Json] = field(default_factory=dict)
    loop: LoopState | None = None
    index: int | None = None
    compensation: int | None = None
    interrupted: bool = False
    entered: bool = False
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """An open user task. `items` are known once the host has found the people (`next_item`: the next one's number); `unassigned` when it
    found nobody fitting. `claimed`: the item that took it from its group. `urged`: when somebody last asked for haste.
    `due`: when it should be done. `fresh`: the items whose decision nobody has acted on since, in the order of these."""

    id: str
    node: str
    token: int
    round: int
    items: tuple[Item, ...] = ()
    unassigned: bool = False
    next_item: int = 1
    claimed: int | None = None
    urged: datetime | None = None
    due: datetime | None = None
    fresh: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What waits for an event at `node` (its event definition number `event`).

    `token` is the one that waits, or the host of a boundary event; None for the start of an event sub-process in `scope`.
    `kind`: timer (with `due`; `left` more repetitions, None without end, and `period` in seconds where it repeats), message,
    signal, conditional (`held`: whether its condition held when last looked at). `held` of a timer: it does not move while suspended,
    because it names a date. `happened`: it has, and will not again: one of several that must all happen, or a timer that does not
    interrupt.
    """

    id: int
    node: str
    kind: str
    scope: int = ROOT
    token: int | None = None
    event: int = 0
    name: str | None = None
    correlation: str | None = None
    due: datetime | None = None
    period: float | None = None
    left: int | None = 0
    held: bool = False
    happened: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Something asked of the host whose answer a token waits for. `kind`: action (in the transaction), service (outside), child (a
    flow, whose key is `action`). `id` is the same whenever the step is computed again: an idempotency key."""

    id: str
    token: int
    node: str
    kind: str
    action: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """A completed activity that can be compensated: by the activity `handler`, or, for a sub-process (`handler` None), by its
    compensation event sub-process, or by compensating what is `inside`. `values` are the variables as they were."""

    id: int
    scope: int
    node: str
    handler: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)
    locals: Mapping[str, Json] = field(default_factory=dict)
    inside: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True)
class Compensation:
    """Compensating under way for the token that asked: what is still to be done, the next last; `active` handlers now.
    `cancels`: it is a transaction's cancelling; its scope then ends by the cancel boundary event."""

    id: int
    token: int
    pending: tuple[Registration, ...] = ()
    active: int = 0
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class Consumed:
    """A token as a join took it from `edge`."""

    edge: str
    lineage: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """A causal event at `node` in `scope`: a completion with the lineage before it and the people who agreed (`actor`: whose decision
    completed the task `task`; `principal`: for whom, where they are an agent), or a join with the tokens it consumed. `followed`: somebody
    has acted on what came of it."""

    node: str
    scope: int = ROOT
    before: frozenset[int] = frozenset()
    consumed: tuple[Consumed, ...] = ()
    agreed: tuple[str, ...] = ()
    actor: str | None = None
    followed: bool = False
    principal: str | None = None
    task: str | None = None

    @property
    def is_join(self) -> bool:
        return bool(self.consumed)


@dataclass(frozen=True, slots=True)
class State:
    """`sequence` counts the commands applied; `next` is the next number for tokens, scopes, subscriptions and causal events.

    `context` holds what expressions read of the record and the initiator, as of the last command that brought it. `resets` are
    complex gateways that have fired and wait for the rest of their edges: the edges seen, by `scope:node`. `deferred` are commands
    that arrived while the instance was `suspended` (since that moment), as JSON. `called` by another instance.
    `agreed` are the people who agreed to anything, with the node where they last did; `acted`: whether anybody but the initiator did anything.
    `returned` counts sendings back (and decisions taken back, without an outcome) by `node:outcome`, `node#child:outcome` in a loop.
    """

    instance: str
    status: str = RUNNING
    sequence: int = 0
    next: int = 1
    tokens: tuple[Token, ...] = ()
    scopes: tuple[Scope, ...] = ()
    tasks: tuple[Task, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    calls: tuple[Call, ...] = ()
    registrations: tuple[Registration, ...] = ()
    compensations: tuple[Compensation, ...] = ()
    origins: Mapping[int, Origin] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, int] = field(default_factory=dict)
    resets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)
    outcome: str | None = None
    agreed: Mapping[str, str] = field(default_factory=dict)
    acted: bool = False
    initiator: str | None = None
    called: bool = False
    suspended: datetime | None = None
    deferred: tuple[Mapping[str, Json], ...] = ()

    @staticmethod
    def upgraded(document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The document of a state, written by whatever version, as it is written today."""
        return former.upgraded(document)

    @property
    def next_due(self) -> datetime | None:
        """When the earliest timer is due: the one moment the host must wake the instance; none while it is suspended."""
        if self.suspended is not None:
            return None
        return min((each.due for each in self.subscriptions if each.due is not None), default=None)

    def task(self, id: str) -> Task | None:
        """The open task with this id, or None."""
        return next((task for task in self.tasks if task.id == id), None)

    def call(self, id: str) -> Call | None:
        """The pending call with this id, or None."""
        return next((call for call in self.calls if call.id == id), None)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a person must look at. `blocking` when the token goes no further by itself."""

    node: str
    code: str
    detail: str
    blocking: bool = True


def incidents(state: State) -> tuple[Incident, ...]:
    """Everything that needs an operator: stopped tokens, joins that wait for nothing, tasks that nobody fitting got."""
    found = [Incident(t.node, t.problem.code, t.problem.detail) for t in state.tokens if t.problem is not None]
    found += [Incident(token.node, "deadlock", token.edge or "") for token in deadlocked(state)]
    found += [Incident(task.node, "nobody_found", task.id, blocking=False) for task in state.tasks if task.unassigned]
    return tuple(found)


def deadlocked(state: State) -> tuple[Token, ...]:
    """The joins that wait, when nothing else does: no token will come any more."""
    listening = any(not each.happened for each in state.subscriptions)
    if state.status != RUNNING or listening or state.suspended is not None:
        return ()
    leaves = [token for token in state.tokens if token.waiting not in HOSTS]
    return tuple(leaves) if leaves and all(token.waiting == JOIN for token in leaves) else ()
