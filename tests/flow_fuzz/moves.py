"""What may be done to an instance now: people, clocks, answers, operators, and things that come too late.

A pick is a number; the same pick in the same state is the same command. So a schedule is a list of numbers, and every shorter list
is a schedule too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from engine.flow import (
    Activate,
    ActOnTask,
    Cancel,
    ChildEnded,
    ChildEscalated,
    Command,
    CompleteTask,
    ConditionsChanged,
    Deliver,
    FinishAdHoc,
    FireTimers,
    Instruction,
    Migrate,
    Modify,
    Program,
    Reclaim,
    Resume,
    Retry,
    ServiceFailed,
    ServiceResult,
    Signal,
    State,
    Suspend,
    Trigger,
    Withdraw,
    incidents,
)
from engine.flow.approval.operations import OPERATIONS
from engine.flow.state import AD_HOC, FLOW
from tests.engine.flow.sheet import CODES, NAMES

PEOPLE = ("ann", "bob")


@dataclass
class Past:
    """What was there once: what comes for it now comes too late."""

    tasks: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    subscriptions: set[int] = field(default_factory=set)

    def copy(self) -> Past:
        """The same past, to go on differently."""
        return replace(self, tasks=set(self.tasks), calls=set(self.calls), subscriptions=set(self.subscriptions))

    def add(self, state: State) -> None:
        """Remember what is there."""
        self.tasks.update(task.id for task in state.tasks)
        self.calls.update(call.id for call in state.calls)
        self.subscriptions.update(each.id for each in state.subscriptions)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A command, how far the clock moves before it, and how it must be refused, if it must."""

    command: Command
    later: timedelta = timedelta(0)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What a move is chosen from."""

    program: Program
    state: State
    past: Past
    random: Random

    def values(self) -> dict[str, object]:
        """Variables that somebody sets: mostly none."""
        if self.random.random() < 0.6:
            return {}
        return {"n": self.random.randint(0, 4), "flag": self.random.random() < 0.5}


Move = Callable[[Table], Chosen | None]


def choose(program: Program, state: State, past: Past, pick: int) -> Chosen:
    """The command of a pick."""
    table = Table(program, state, past, Random(pick))
    moves = list(MOVES)
    while moves:
        move = table.random.choices(moves, [MOVES[each] for each in moves])[0]
        chosen = move(table)
        if chosen is not None:
            return chosen
        moves.remove(move)
    return Chosen(ConditionsChanged())


def _complete(table: Table) -> Chosen | None:
    if not table.state.tasks:
        return None
    task = table.random.choice(table.state.tasks)
    outcomes = [outcome.key for outcome in table.program.nodes[task.node].outcomes]
    user = table.random.choice([item.user for item in task.items if item.outcome is None] or PEOPLE)
    target = table.random.choice(list(table.program.nodes))
    return Chosen(CompleteTask(task.id, user, table.random.choice(outcomes), table.values(), target=target))


def _operate(table: Table) -> Chosen | None:
    """Something beside deciding, mostly by somebody who can."""
    if not table.state.tasks:
        return None
    task, random = table.random.choice(table.state.tasks), table.random
    operation = random.choice(list(OPERATIONS))
    least, most = OPERATIONS[operation].users
    users = random.sample((*PEOPLE, "eve", "dan", "fay", "gus"), random.randint(least, min(most, 2)))
    user = random.choice([item.user for item in task.items if item.outcome is None] or PEOPLE)
    item = random.choice(task.items).id if task.items and operation in ("remove", "dismiss") else None
    return Chosen(ActOnTask(task.id, user, operation, tuple(users), item))


def _reclaim(table: Table) -> Chosen | None:
    done = [(origin.node, origin.actor, None) for origin in table.state.origins.values() if origin.actor is not None]
    signed = [(task.node, item.user, task.id) for task in table.state.tasks for item in task.items if item.outcome]
    return Chosen(Reclaim(*table.random.choice([*done, *signed]))) if done or signed else None


def _withdraw(table: Table) -> Chosen | None:
    return Chosen(Withdraw(table.random.choice(PEOPLE))) if table.state.tasks else None


def _trigger(table: Table) -> Chosen | None:
    if not table.state.subscriptions:
        return None
    found = table.random.choice(table.state.subscriptions)
    return Chosen(Trigger(found.node, found.scope if table.random.random() < 0.8 else None))


def _deliver(table: Table) -> Chosen | None:
    found = [each for each in table.state.subscriptions if each.kind in ("message", "signal")]
    return Chosen(Deliver(table.random.choice(found).id, {"text": "hello"})) if found else None


def _time(table: Table) -> Chosen | None:
    dues = sorted(each.due for each in table.state.subscriptions if each.due is not None)
    if not dues:
        return None
    extra = table.random.choice((timedelta(0), timedelta(0), timedelta(minutes=35), timedelta(hours=3)))
    return Chosen(FireTimers(), extra)


def _signal(table: Table) -> Chosen | None:
    return Chosen(Signal(table.random.choice(NAMES)))


def _conditions(_: Table) -> Chosen | None:
    return Chosen(ConditionsChanged())


def _service(table: Table) -> Chosen | None:
    found = [call for call in table.state.calls if call.kind != FLOW]
    if not found:
        return None
    call = table.random.choice(found)
    if table.random.random() < 0.7:
        return Chosen(ServiceResult(call.id, {"text": "answer"}))
    return Chosen(ServiceFailed(call.id, table.random.choice((*CODES, "action_failed")), "it broke"))


def _child(table: Table) -> Chosen | None:
    found = [call for call in table.state.calls if call.kind == FLOW]
    if not found:
        return None
    call = table.random.choice(found)
    drawn = table.random.random()
    if drawn < 0.15:
        return Chosen(ChildEscalated(call.id, table.random.choice(CODES)))
    if drawn < 0.7:
        return Chosen(ChildEnded(call.id, "completed", variables={"n": 2}))
    if drawn < 0.8:
        return Chosen(ChildEnded(call.id, "cancelled"))
    return Chosen(ChildEnded(call.id, "failed", code=table.random.choice(CODES)))


def _ad_hoc(table: Table) -> Chosen | None:
    hosts = [token for token in table.state.tokens if token.waiting == AD_HOC]
    if not hosts:
        return None
    host = table.random.choice(hosts)
    scope = next(scope.id for scope in table.state.scopes if scope.host == host.id)
    if table.random.random() < 0.2:
        return Chosen(FinishAdHoc(host.node, scope))
    inside = [n.id for n in table.program.nodes.values() if n.parent == host.node and n.type != "boundary_event"]
    return Chosen(Activate(table.random.choice(inside), scope))


def _retry(table: Table) -> Chosen | None:
    if not any(each.blocking for each in incidents(table.state)):
        return None
    return Chosen(Retry(variables={"flag": table.random.random() < 0.5, "n": table.random.randint(0, 3)}))


def _suspend(table: Table) -> Chosen | None:
    return Chosen(Suspend()) if table.state.suspended is None else None


def _resume(table: Table) -> Chosen | None:
    later = timedelta(minutes=table.random.choice((0, 20)))
    return Chosen(Resume(), later) if table.state.suspended is not None else None


def _modify(table: Table) -> Chosen | None:
    kinds = ("cancel", "start_before", "start_after", "move")
    made = []
    for _ in range(table.random.randint(1, 2)):
        kind = table.random.choice(kinds)
        node = table.random.choice([n.id for n in table.program.nodes.values() if n.type != "boundary_event"])
        token = table.random.choice([token.id for token in table.state.tokens])
        made.append(
            Instruction(kind, node if kind != "cancel" else None, token if kind in ("cancel", "move") else None)
        )
    return Chosen(Modify(tuple(made), table.values()))


def _migrate(_: Table) -> Chosen | None:
    return Chosen(Migrate())


def _cancel(_: Table) -> Chosen | None:
    return Chosen(Cancel())


# -- too late


def _late_task(table: Table) -> Chosen | None:
    gone = sorted(table.past.tasks - {task.id for task in table.state.tasks})
    if not gone or table.state.suspended is not None:
        return None
    return Chosen(CompleteTask(table.random.choice(gone), "ann", "done"), refused="task.already_handled")


def _late_answer(table: Table) -> Chosen | None:
    gone = sorted(table.past.calls - {call.id for call in table.state.calls})
    if not gone or table.state.suspended is not None:
        return None
    call = table.random.choice(gone)
    late: Command = ServiceResult(call) if table.random.random() < 0.5 else ChildEnded(call, "completed")
    return Chosen(late, refused="call.unknown")


def _late_event(table: Table) -> Chosen | None:
    gone = sorted(table.past.subscriptions - {each.id for each in table.state.subscriptions})
    if not gone or table.state.suspended is not None:
        return None
    return Chosen(Deliver(table.random.choice(gone)), refused="event.not_waiting")


#: Every move with how often it is tried.
MOVES: Mapping[Move, float] = {
    _complete: 8,
    _operate: 4,
    _reclaim: 1,
    _withdraw: 0.03,
    _trigger: 3,
    _deliver: 1.5,
    _time: 2,
    _signal: 0.4,
    _conditions: 0.2,
    _service: 5,
    _child: 4,
    _ad_hoc: 3,
    _retry: 1.5,
    _suspend: 0.15,
    _resume: 5,
    _modify: 0.15,
    _migrate: 0.1,
    _cancel: 0.02,
    _late_task: 0.5,
    _late_answer: 0.5,
    _late_event: 0.5,
}
