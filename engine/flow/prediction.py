"""Who will get it next, and why: the interpreter itself, played on from the state there is, with everybody agreeing.

The host finds people, so a prediction asks for them as it goes: `predict` is a generator that yields what people are to be found for and is
sent them. Nothing is applied. Delays pass. What another system, another flow or a message says is not known: where only such things
would go on the prediction ends and says so; an action's result is not known either, what follows it is not `sure`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.flow.approval.items import ASSIGNEE, OPEN, Item
from engine.flow.commands import (
    AssignPeople,
    Command,
    CompleteTask,
    FireTimers,
    Person,
    Refused,
    ServiceResult,
    Start,
)
from engine.flow.effects import READ_ANEW, CloseTask, Effect, OpenTask, SetItems
from engine.flow.interpreter import step
from engine.flow.program import Program
from engine.flow.state import ACTION, COMPLETED, HOSTS, JOIN, RUNNING, TIMER, State, Task
from engine.flow.waiting import Waiting, waiting
from engine.language import NOTHING, Context

#: A flow that goes round for ever has no last task: so many are looked at, in so many steps.
MOST_TASKS, MOST_STEPS = 200, 2_000

#: The people, the administrators where there are none, and whom the flow names for that case, as AssignPeople has them.
Found = tuple[tuple[Person, ...], tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task whose people are to be found, in the state it was opened in. `acted`: who is expected to have done nodes until then; `held`:
    to have the tasks of nodes that may not be done."""

    effect: OpenTask
    state: State
    acted: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, expected: Expected, state: State) -> Wanted:
        """A task that is open already, as if its people were to be found now."""
        return cls(OpenTask(expected.task, expected.node, expected.round), state)


@dataclass(frozen=True, slots=True)
class Expected:
    """A task that is open (`now`) or will be, `at` that moment at the earliest: its node and round, and its items as they will be opened;
    those with a `reason` are decided automatically. `sure`: nothing unknown leads here."""

    task: str
    node: str
    round: int
    items: tuple[Item, ...]
    at: datetime
    now: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """The tasks in their order; how the instance then stands: `ended` (with its outcome), or what it `waits` for that nobody decides;
    `cut` when there was no end to it. `sure` of the end as of a task."""

    tasks: tuple[Expected, ...]
    ended: bool
    outcome: str | None = None
    waits: tuple[Waiting, ...] = ()
    cut: bool = False
    sure: bool = True


def predict(
    program: Program, state: State, now: datetime, host: Context = NOTHING, start: Start | None = None
) -> Generator[Wanted, Found, Prediction]:
    """Play on from a state, or from a `start`; see the module for how people are found. Returns the prediction."""
    play = _Play(program, replace(state, suspended=None, deferred=()), now, host)
    play.expected += [Expected(each.id, each.node, each.round, each.items, now, True) for each in state.tasks]
    play.stuck |= {each.id for each in state.tasks if not each.items}  # nobody was found for them
    command = start or play.next()
    while command is not None and play.steps < MOST_STEPS and len(play.expected) < MOST_TASKS:
        if isinstance(command, AssignPeople):
            people, administrators, named = yield play.opened[command.task]
            command = replace(command, people=people, administrators=administrators, named=named)
        play.do(command)
        command = play.next()
    return play.prediction(cut=command is not None)


@dataclass
class _Play:
    """An instance that is only played. `opened` are the tasks whose people are looked for, as the host does it: when they are opened;
    `stuck` those that nobody can be expected to decide; it `waits` where what comes next is refused."""

    program: Program
    state: State
    now: datetime
    host: Context
    expected: list[Expected] = field(default_factory=list)
    steps: int = 0
    sure: bool = True
    waits: bool = False
    stuck: set[str] = field(default_factory=set)
    opened: dict[str, Wanted] = field(default_factory=dict)
    acted: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    def next(self) -> Command | None:
        """What happens next: what follows by itself, then what people do in the order of their tasks, then what the clock does."""
        if self.state.status != RUNNING or self.waits:
            return None
        for call in self.state.calls:
            if call.kind == ACTION:
                return ServiceResult(call.id)
        tasks = [task for task in self.state.tasks if task.id not in self.stuck]
        unasked: list[Command] = [AssignPeople(task.id, ()) for task in tasks if not task.items]
        if unasked:
            return unasked[0]
        decided = next((command for task in tasks if (command := self._agreement(task)) is not None), None)
        return decided or (FireTimers() if self._waits_for_the_clock() else None)

    def _agreement(self, task: Task) -> Command | None:
        """Whoever's turn it is agrees; None when it is nobody's, or there is nothing to agree to."""
        item = next((item for item in task.items if item.status == OPEN), None)
        outcomes = self.program.nodes[task.node].outcomes
        outcome = next((outcome.key for outcome in outcomes if outcome.kind == "complete"), None)
        if item is None or outcome is None:
            return None
        return CompleteTask(task.id, item.user, outcome, item=item.id)

    def _waits_for_the_clock(self) -> bool:
        """Whether only time has to pass: what else waits would not be waited for by anybody who looks at the clock."""
        leaves = {token.waiting for token in self.state.tokens if token.waiting not in HOSTS}
        return TIMER in leaves and leaves <= {TIMER, JOIN} and self.state.next_due is not None

    def do(self, command: Command) -> None:
        """One step; a task that cannot be decided so is left aside."""
        self.steps += 1
        if isinstance(command, FireTimers) and self.state.next_due is not None:
            self.now = max(self.now, self.state.next_due)
        if isinstance(command, ServiceResult):
            call = self.state.call(command.call)
            self.sure = self.sure and call is not None and call.action == READ_ANEW
        try:
            after, effects = step(self.program, self.state, command, self.now, None, self.host)
        except Refused:
            self._leave_aside(command)
            return
        if isinstance(command, AssignPeople):
            self._expect(command, after, effects)
        holders = {each.task: _holder(each.items) for each in self.expected}
        for effect in effects:
            if isinstance(effect, CloseTask) and effect.status == COMPLETED:
                self.acted[effect.node] = effect.user or holders.get(effect.task) or ""
            elif isinstance(effect, OpenTask):
                self.opened[effect.task] = Wanted(effect, after, _named(self.acted), _named(self.held))
        self.state = after

    def _leave_aside(self, command: Command) -> None:
        """A task waits for whatever nobody can tell; what belongs to no task (a timer, an answer) would be refused there too: it waits."""
        task = getattr(command, "task", None)
        if task is None:
            self.waits = True
        else:
            self.stuck.add(task)

    def _expect(self, command: AssignPeople, after: State, effects: Sequence[Effect]) -> None:
        task = next(each for each in self.state.tasks if each.id == command.task)
        items = _items(after, effects, task)
        self.expected.append(Expected(task.id, task.node, task.round, items, self.now, sure=self.sure))
        self.held[task.node] = _holder(items)
        if not items:
            self.stuck.add(task.id)

    def prediction(self, *, cut: bool) -> Prediction:
        """What was seen until here."""
        running = self.state.status == RUNNING
        left = waiting(self.program, self.state) if running and not cut else ()
        waits = tuple(each for each in left if each.reason not in HOSTS)
        return Prediction(tuple(self.expected), not running, self.state.outcome, waits, cut, self.sure)


def _holder(items: Iterable[Item]) -> str:
    """Whoever stands for all who have a task: any of them, but always the same; or nobody."""
    return max((item.user for item in items if item.kind == ASSIGNEE), default="")


def _named(users: Mapping[str, str]) -> dict[str, str]:
    return {node: user for node, user in users.items() if user}


def _items(state: State, effects: Iterable[Effect], task: Task) -> tuple[Item, ...]:
    """The items that the task was given, whether it is still open or was decided automatically at once."""
    kept = state.task(task.id)
    if kept is not None and kept.items:
        return kept.items
    items: dict[int, Item] = {}
    for effect in effects:
        if isinstance(effect, SetItems) and effect.task == task.id:
            items |= {item.id: item for item in effect.items}
    return tuple(items.values())
