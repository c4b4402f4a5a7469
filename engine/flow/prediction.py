"""Who will get it next, and why: the interpreter itself, played on from the state there is, with everybody agreeing.

The host finds people, so a prediction asks for them as it goes (`predict` is a generator: it yields the task to find people for, and is sent
AssignPeople's members). Nothing is applied. Timers do not fire and messages do not arrive: where only those go on, the prediction
ends and says so.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.flow.approval.items import OPEN, Item
from engine.flow.commands import AssignPeople, Command, CompleteTask, Person, Refused
from engine.flow.effects import Effect, OpenTask, SetItems
from engine.flow.interpreter import step
from engine.flow.program import Program
from engine.flow.state import RUNNING, State, Task
from engine.flow.waiting import Waiting, waiting
from engine.language import NOTHING, Context

#: Tasks looked at before a prediction ends: a flow that goes round for ever has no last one.
MOST_TASKS = 200

Found = tuple[tuple[Person, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Expected:
    """A task that is open (`now`) or will be: its node and round, and its items as they will be opened; those with a `reason` are
    decided automatically."""

    node: str
    round: int
    items: tuple[Item, ...]
    now: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """The tasks in their order; how the instance then stands: `ended` (with its outcome), or what it `waits` for that nobody decides."""

    tasks: tuple[Expected, ...]
    ended: bool
    outcome: str | None
    waits: tuple[Waiting, ...]


def predict(
    program: Program, state: State, now: datetime, host: Context = NOTHING
) -> Generator[OpenTask, Found, Prediction]:
    """Play on from a state; see the module for how people are found. Returns the prediction."""
    opened: dict[str, OpenTask] = {}
    expected = [Expected(task.node, task.round, task.items, True) for task in state.tasks if task.items]
    while state.status == RUNNING and state.tasks and len(expected) < MOST_TASKS:
        task = state.tasks[0]
        if not task.items:
            people, administrators = yield opened.get(task.id, OpenTask(task.id, task.node, task.round))
            command: Command | None = AssignPeople(task.id, people, administrators)
        else:
            command = _agreement(program, task)
        try:
            if command is None:
                break
            state, effects = step(program, state, command, now, None, host)
        except Refused:
            break
        opened |= {effect.task: effect for effect in effects if isinstance(effect, OpenTask)}
        if isinstance(command, AssignPeople):
            expected.append(Expected(task.node, task.round, _items(state, effects, task), False))
    left = waiting(program, state) if state.status == RUNNING else ()
    return Prediction(tuple(expected), state.status != RUNNING, state.outcome, left)


def _agreement(program: Program, task: Task) -> Command | None:
    """Whoever's turn it is agrees; None when it is nobody's."""
    item = next((item for item in task.items if item.status == OPEN), None)
    node = program.nodes[task.node]
    outcome = next((outcome.key for outcome in node.outcomes if outcome.kind == "complete"), None)
    if item is None or outcome is None:
        return None
    return CompleteTask(task.id, item.user, outcome, item=item.id)


def _items(state: State, effects: Iterable[Effect], task: Task) -> tuple[Item, ...]:
    """The items that the task was given, whether it is still open or agreed automatically at once."""
    kept = state.task(task.id)
    if kept is not None and kept.items:
        return kept.items
    items: dict[int, Item] = {}
    for effect in effects:
        if isinstance(effect, SetItems) and effect.task == task.id:
            items |= {item.id: item for item in effect.items}
    return tuple(items.values())
