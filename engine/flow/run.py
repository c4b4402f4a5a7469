"""One step in the making: the state being changed, the tokens ready to move, and the effects so far.

Only interpreter.py makes one; the behaviours of nodes.py and approval.py act on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from engine.definitions import Edge, Node
from engine.flow.duration import parse_duration
from engine.flow.effects import CloseTask, Effect, End, Record
from engine.flow.lineage import forget
from engine.flow.program import Program
from engine.flow.state import CANCELLED, COMPLETED, INCIDENT, RUNNING, Json, Origin, Problem, State, Task, Timer, Token
from engine.language import NOTHING, Context

#: Nodes that one step may pass through before it must be a loop of automatic nodes.
STEP_BUDGET = 1_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A token about to enter `node`."""

    node: str
    token: Token


class Run:
    """The mutable inside of a step. `failures` are the service calls of this step known to fail, by effect id; `host` is what
    expressions may ask beside values."""

    def __init__(
        self, program: Program, state: State, now: datetime, failures: Mapping[str, str], host: Context = NOTHING
    ) -> None:
        self.program = program
        self.now = now
        self.host = host
        self.failures = failures
        self.effects: list[Effect] = []
        self.tokens = {token.id: token for token in state.tokens}
        self.tasks = {task.id: task for task in state.tasks}
        self.timers = {timer.id: timer for timer in state.timers}
        self.origins = dict(state.origins)
        self.rounds = dict(state.rounds)
        self.variables = dict(state.variables)
        self.context = dict(state.context)
        self.status = state.status
        self.outcome = state.outcome
        self._before = state
        self._next = state.next
        self._ready: deque[Arrival] = deque()
        self._calls = 0

    # -- moving

    def settle(self, enter: Callable[[Run, Node, Token], None]) -> None:
        """Move ready tokens until nothing automatic is left; a step that does not end stops as an incident."""
        budget = STEP_BUDGET
        while self._ready:
            arrival = self._ready.popleft()
            budget -= 1
            if budget < 0:
                self.stop(replace(arrival.token, node=arrival.node), Problem("step_budget", str(STEP_BUDGET)))
            else:
                enter(self, self.program.nodes[arrival.node], replace(arrival.token, node=arrival.node))
        if self.status == RUNNING and not self.tokens:
            self.end(COMPLETED)

    def arrive(self, node: str, token: Token) -> None:
        """Let the token enter a node in its turn."""
        self._ready.append(Arrival(node, token))

    def leave(self, token: Token, edges: Iterable[Edge] | None = None) -> None:
        """Send the token along the edges (all that leave its node by default), a copy of it on each after the first."""
        self.tokens.pop(token.id, None)
        taken = tuple(self.program.outgoing[token.node] if edges is None else edges)
        for index, edge in enumerate(taken):
            moving = token if index == 0 else replace(token, id=self.number())
            self.arrive(edge.target, replace(moving, edge=edge.id, problem=None, waiting=""))

    def wait(self, token: Token, reason: str, problem: Problem | None = None) -> Token:
        """The token stays at its node, for a reason."""
        waiting = replace(token, waiting=reason, problem=problem, since=self.now)
        self.tokens[token.id] = waiting
        return waiting

    def stop(self, token: Token, problem: Problem) -> None:
        """The token cannot go on until somebody mends it."""
        self.wait(token, INCIDENT, problem)
        self.record("incident", token.node, code=problem.code, detail=problem.detail)

    # -- what nodes need

    def number(self) -> int:
        """The next number of this instance."""
        self._next += 1
        return self._next - 1

    def call_id(self) -> str:
        """The id of the next service call: the same whenever this step is computed again."""
        self._calls += 1
        return f"{self._before.instance}:{self._before.sequence + 1}:{self._calls}"

    def task_id(self, token: Token, round: int) -> str:
        """The id of the task that a token opens."""
        return str(
            uuid5(UUID(self._before.instance), f"task:{token.node}:{token.id}:{round}:{self._before.sequence + 1}")
        )

    def values(self, token: Token) -> dict[str, Json]:
        """What expressions read at this token."""
        return {**self.context, **self.variables, "outcome": token.outcome}

    def arm(self, node: Node, token: Token) -> None:
        """Start the timer of `node` for a token."""
        assert node.timer is not None, "publishing refuses a timer event without a timer"
        number = self.number()
        self.timers[number] = Timer(number, node.id, token.id, self.now + parse_duration(node.timer.duration))

    def disarm(self, token_id: int) -> None:
        """Stop every timer of a token."""
        self.timers = {n: timer for n, timer in self.timers.items() if timer.token != token_id}

    def cause(self, token: Token, origin: Origin) -> Token:
        """The token after a causal event."""
        number = self.number()
        self.origins[number] = origin
        return replace(token, lineage=token.lineage | {number})

    def discard(self, token: Token) -> None:
        """The token goes, with its task and its timers."""
        self.tokens.pop(token.id, None)
        self.disarm(token.id)
        for task in [task for task in self.tasks.values() if task.token == token.id]:
            self.close(task, CANCELLED)

    def close(self, task: Task, status: str, outcome: str | None = None, user: str | None = None) -> None:
        """The task is over."""
        del self.tasks[task.id]
        self.effects.append(CloseTask(task.id, task.node, status, outcome, user))

    def record(self, type_: str, node: str | None = None, **data: Json) -> None:
        """A line of history."""
        self.effects.append(Record(type_, node, data))

    def end(self, status: str) -> None:
        """The instance is over."""
        self.status = status
        self.effects.append(End(status, self.outcome))

    def state(self) -> State:
        """The state after this step."""
        tokens, origins = forget(sorted(self.tokens.values(), key=lambda token: token.id), self.origins)
        return replace(
            self._before,
            status=self.status,
            sequence=self._before.sequence + 1,
            next=self._next,
            tokens=tokens,
            tasks=tuple(self.tasks.values()),
            timers=tuple(sorted(self.timers.values(), key=lambda timer: timer.id)),
            origins=origins,
            rounds=self.rounds,
            variables=self.variables,
            context=self.context,
            outcome=self.outcome,
        )
