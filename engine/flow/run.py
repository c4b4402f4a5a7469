"""One step in the making: the state being changed, the turns that tokens wait for, and the effects so far.

Only interpreter.py makes one; tokens.py moves tokens through it, and the behaviours of nodes act on it. Everything here is a copy of
the state that the step began with.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from engine.definitions import Edge, Node
from engine.flow.effects import CancelCall, CloseTask, Effect, End, Record, Unsubscribe
from engine.flow.fitting import fits
from engine.flow.lineage import forget
from engine.flow.program import Program
from engine.flow.state import (
    CANCELLED,
    INCIDENT,
    ROOT,
    TASK,
    TIMER,
    Json,
    Origin,
    Problem,
    Scope,
    State,
    Subscription,
    Task,
    Token,
)
from engine.language import NOTHING, Context

#: Nodes that one step may enter before it must be a loop of automatic nodes.
STEP_BUDGET = 10_000
#: So long a step may make a value.
LONGEST = 256 * 1024

Turn = Callable[["Run", Token], None]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the lower modules ask of the behaviours above them: `enter` lets a token enter its node, `perform` does the work of the
    node for it; `emptied` ends a scope in which nothing is left; `progressed` looks at an ad-hoc one in which something was done;
    `overdue` does what a late task asks for;
    `child_left` goes on with a loop of which a child is done."""

    enter: Turn
    perform: Turn
    emptied: Callable[[Run, Scope], None]
    progressed: Callable[[Run, Scope], None]
    overdue: Callable[[Run, Subscription], None]
    child_left: Callable[[Run, Scope, Token], None]


Choose = Callable[[Node, tuple[Edge, ...]], Sequence[Edge] | None]


class Run:
    """The mutable inside of a step. `failures` are the calls of this step known to fail, by effect id; `host` is what expressions
    may ask beside values; `choose` decides gateways in the place of their conditions."""

    def __init__(
        self,
        program: Program,
        state: State,
        now: datetime,
        hooks: Hooks,
        failures: Mapping[str, str],
        host: Context = NOTHING,
        choose: Choose | None = None,
    ) -> None:
        self.program, self.now, self.failures, self.choose = program, now, failures, choose
        self.hooks = hooks
        self.moment = now.astimezone(program.zone)
        self.host = program.timed(host)
        self.effects: list[Effect] = []
        self.before = state
        self.tokens = {token.id: _copy(token) for token in state.tokens}
        self.scopes = {scope.id: _copy_scope(scope) for scope in state.scopes}
        self.tasks = {task.id: task for task in state.tasks}
        self.subscriptions = {each.id: each for each in state.subscriptions}
        self.calls = {call.id: call for call in state.calls}
        self.registrations = {each.id: each for each in state.registrations}
        self.compensations = {each.id: each for each in state.compensations}
        self.origins = dict(state.origins)
        self.rounds = dict(state.rounds)
        self.returned = dict(state.returned)
        self.resets = dict(state.resets)
        self.variables = dict(state.variables)
        self.context = dict(state.context)
        self.status, self.outcome = state.status, state.outcome
        self.agreed, self.acted, self.initiator = dict(state.agreed), state.acted, state.initiator
        self.called, self.suspended = state.called, state.suspended
        self.deferred = list(state.deferred)
        #: Tokens and inner scopes of each scope: it is over when there are none.
        self.population = dict.fromkeys(self.scopes, 0)
        for token in self.tokens.values():
            self.population[token.scope] += 1
        for scope in self.scopes.values():
            if scope.parent is not None:
                self.population[scope.parent] += 1
        #: Whether an action of this step may have changed what the expressions read of records.
        self.stale = False
        #: Whether conditions have to be looked at again.
        self.changed = False
        #: Scopes that an operator may have emptied.
        self.emptied_later: list[int] = []
        self.turns: deque[tuple[Turn, Token]] = deque()
        self._next = state.next
        self._calls = 0
        self._entered = 0

    # -- numbers and ids

    def number(self) -> int:
        """The next number of this instance."""
        self._next += 1
        return self._next - 1

    def call_id(self) -> str:
        """The id of the next call: the same whenever this step is computed again."""
        self._calls += 1
        return f"{self.before.instance}:{self.before.sequence + 1}:{self._calls}"

    def task_id(self, token: Token, round: int) -> str:
        """The id of the task that a token opens."""
        name = f"task:{token.node}:{token.id}:{round}:{self.before.sequence + 1}"
        return str(uuid5(UUID(self.before.instance), name))

    # -- tokens

    def token(self, node: str, scope: int, like: Token | None = None) -> Token:
        """A new token, with what `like` has behind it."""
        if like is None:
            made = Token(self.number(), node, scope, "", self.now)
        else:
            made = Token(self.number(), node, scope, "", self.now, like.lineage, outcome=like.outcome, about=like.about)
        self.tokens[made.id] = made
        self.population[scope] += 1
        return made

    def soon(self, turn: Turn, token: Token) -> None:
        """Let something happen to the token in its turn, if it is still there then."""
        self.turns.append((turn, token))

    def forget_turns(self, token: Token) -> None:
        """What the token was about to do does not happen: it goes elsewhere."""
        left = [turn for turn in self.turns if turn[1] is not token]
        self.turns.clear()
        self.turns.extend(left)

    def wait(self, token: Token, reason: str) -> None:
        """The token stays at its node, for a reason."""
        token.waiting, token.since, token.problem = reason, self.now, None

    def stop(self, token: Token, code: str, detail: str = "") -> None:
        """The token cannot go on until somebody mends it."""
        self.wait(token, INCIDENT)
        token.problem = Problem(code, detail)
        self.record("incident", token, code=code, detail=detail)

    def is_within_budget(self) -> bool:
        """Count a node entered."""
        self._entered += 1
        return self._entered <= STEP_BUDGET

    def cause(self, token: Token, origin: Origin) -> None:
        """The token comes after a causal event from now on."""
        number = self.number()
        self.origins[number] = origin
        token.lineage = token.lineage | {number}

    # -- scopes

    def open(self, node: str | None, parent: int, **members: object) -> Scope:
        """A new scope inside `parent`."""
        scope = Scope(self.number(), node, parent)
        for name, value in members.items():
            setattr(scope, name, value)
        self.scopes[scope.id] = scope
        self.population[scope.id] = 0
        self.population[parent] += 1
        return scope

    def above(self, scope: int) -> Iterator[Scope]:
        """The scope and those around it, from the inside."""
        current: int | None = scope
        while current is not None:
            found = self.scopes[current]
            yield found
            current = found.parent

    def within(self, scope: int) -> set[int]:
        """The scope and every scope inside it."""
        found = {scope}
        for other in sorted(self.scopes):  # inner scopes have higher numbers
            if self.scopes[other].parent in found:
                found.add(other)
        return found

    def home(self, scope: int) -> Scope:
        """The scope that nodes of a process or sub-process belong to: not the loop or loop child around one activity."""
        return next(each for each in self.above(scope) if each.loop is None and each.index is None)

    def spot(self, node: str, scope: int) -> str:
        """A node with the numbers of the loop children it is in, if it is in any."""
        indexes = [str(each.index) for each in self.above(scope) if each.index is not None]
        return node + "".join(f"#{index}" for index in reversed(indexes))

    # -- values

    def values(self, token: Token) -> dict[str, Json]:
        """What expressions read at this token."""
        return {**self.around(token.scope), "outcome": token.outcome}

    def around(self, scope: int) -> dict[str, Json]:
        """What expressions read in a scope."""
        found = {**self.context, **self.variables}
        for each in reversed([each.locals for each in self.above(scope) if each.locals]):
            found.update(each)
        return found

    def locals(self, scope: int) -> dict[str, Json]:
        """The names that loops and compensation give in a scope."""
        found: dict[str, Json] = {}
        for each in reversed([each.locals for each in self.above(scope) if each.locals]):
            found.update(each)
        return found

    def assign(self, values: Mapping[str, Json]) -> None:
        """Set variables; names that the flow does not declare are left aside."""
        for name, value in values.items():
            if name in self.variables:
                self.variables[name] = value
                self.changed = True

    def take(self, values: Mapping[str, Json]) -> list[str]:
        """Set variables to what came from outside; returns those that cannot hold what came for them, and stay as they are."""
        declared = self.program.declared
        unfit = [name for name, value in values.items() if name in declared and not fits(declared[name], value)]
        self.assign({name: value for name, value in values.items() if name not in unfit})
        return unfit

    # -- what goes with a token

    def disarm(self, token: int) -> None:
        """Nothing waits for events on behalf of the token any more."""
        for each in [each for each in self.subscriptions.values() if each.token == token]:
            self.unsubscribe(each.id)

    def unsubscribe(self, id: int) -> None:
        """One subscription is over."""
        gone = self.subscriptions.pop(id)
        if gone.kind != TIMER:
            self.effects.append(Unsubscribe(gone.id, gone.kind))

    def release(self, token: Token) -> None:
        """What the token held goes: subscriptions, an open task, a pending call, compensation under way."""
        if self.subscriptions:
            self.disarm(token.id)
        if token.waiting == TASK:
            for task in [task for task in self.tasks.values() if task.token == token.id]:
                self.close(task, CANCELLED)
        for call in [call for call in self.calls.values() if call.token == token.id]:
            del self.calls[call.id]
            if call.kind != "action":
                self.effects.append(CancelCall(call.id, call.kind))
        for each in [each for each in self.compensations.values() if each.token == token.id]:
            del self.compensations[each.id]

    def close(self, task: Task, status: str, outcome: str | None = None, user: str | None = None) -> None:
        """The task is over, and its clocks with it; those of boundary events are of other nodes."""
        del self.tasks[task.id]
        for each in list(self.subscriptions.values()):
            if each.token == task.token and each.node == task.node:
                self.unsubscribe(each.id)
        self.effects.append(CloseTask(task.id, task.node, status, outcome, user))

    # -- effects

    def record(self, type_: str, token: Token, **data: Json) -> None:
        """A line of history about a token."""
        data["token"] = token.id
        if token.scope != ROOT:
            data["scope"] = token.scope
        self.effects.append(Record(type_, token.node, data))

    def note(self, type_: str, node: str | None, scope: int = ROOT, **data: Json) -> None:
        """A line of history about a scope, or the instance."""
        if scope != ROOT:
            data["scope"] = scope
        self.effects.append(Record(type_, node, data))

    def end(self, status: str, code: str | None = None, detail: str = "") -> None:
        """The instance is over."""
        self.status = status
        for each in list(self.subscriptions):
            self.unsubscribe(each)
        self.scopes.clear()
        self.registrations.clear()
        self.resets.clear()
        self.effects.append(End(status, self.outcome, code, detail))

    def state(self) -> State:
        """The state after this step."""
        tokens = tuple(self.tokens.values())
        origins: dict[int, Origin] = self.origins
        if origins:
            origins = forget(tokens, self.origins)
        return replace(
            self.before,
            status=self.status,
            sequence=self.before.sequence + 1,
            next=self._next,
            tokens=tokens,
            scopes=tuple(self.scopes.values()),
            tasks=tuple(self.tasks.values()),
            subscriptions=tuple(self.subscriptions.values()),
            calls=tuple(self.calls.values()),
            registrations=tuple(self.registrations.values()),
            compensations=tuple(self.compensations.values()),
            origins=origins,
            rounds=self.rounds,
            returned=self.returned,
            resets=self.resets,
            variables=self.variables,
            context=self.context,
            outcome=self.outcome,
            agreed=self.agreed,
            acted=self.acted,
            initiator=self.initiator,
            called=self.called,
            suspended=self.suspended,
            deferred=tuple(self.deferred),
        )


def is_too_long(value: Json) -> bool:
    """Whether a value has more characters and parts than a state may: a loop that doubles it would fill the memory within one step."""
    left, parts = LONGEST, [value]
    while parts and left >= 0:
        part = parts.pop()
        if isinstance(part, str | list | tuple | Mapping):
            left -= len(part)
        if isinstance(part, list | tuple | Mapping) and left >= 0:
            parts.extend(part.values() if isinstance(part, Mapping) else part)
    return left < 0


def _copy(token: Token) -> Token:
    return Token(
        token.id,
        token.node,
        token.scope,
        token.waiting,
        token.since,
        token.lineage,
        token.edge,
        token.outcome,
        token.about,
        token.problem,
        token.returns,
        token.agreed,
        token.paused,
    )


def _copy_scope(scope: Scope) -> Scope:
    return Scope(
        scope.id,
        scope.node,
        scope.parent,
        scope.host,
        scope.locals,
        scope.loop,
        scope.index,
        scope.compensation,
        scope.interrupted,
        scope.entered,
        scope.outcome,
    )
