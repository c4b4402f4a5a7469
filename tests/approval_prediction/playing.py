"""A case: an instance is played for a while by chance, then what is to come is predicted, then everybody agrees; the two are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from engine.flow import (
    ActOnTask,
    Command,
    CompleteTask,
    FireTimers,
    Item,
    Program,
    Refused,
    compile_flow,
    dump,
    waiting,
)
from engine.flow.prediction import Prediction, predict
from engine.flow.state import HOSTS
from tests.approval_prediction.drawing import USERS, drawn
from tests.approval_prediction.hosting import ADMINISTRATORS, Host, found

#: Tasks opened and things done at most, before an instance is one without an end.
MOST, MOST_DONE = 60, 500

Seen = tuple[str, int, tuple[tuple[str, str, str, str | None], ...]]


@dataclass(frozen=True)
class Difference:
    """What was predicted, and what happened."""

    what: str
    predicted: object
    happened: object

    def __str__(self) -> str:
        return f"{self.what}:\n  predicted {self.predicted}\n  happened  {self.happened}"


def seen(node: str, round: int, items: Sequence[Item]) -> Seen:
    """What one sees of a task when it is opened."""
    return node, round, tuple((item.user, item.kind, item.status, item.reason) for item in items)


def program_of(seed: int) -> tuple[Program, Host, bool]:
    """The instance of a seed, not begun, and whether the order in which people act matters to nobody."""
    drawing = drawn(seed)
    flow = drawing.flow()
    program = compile_flow(flow, {}, external=("outside.ask",), changing=("record.change",))
    return program, Host(program, drawing.people), drawing.free


def differences(seed: int) -> list[Difference]:
    """What came otherwise than it was predicted in the case of a seed."""
    program, host, free = program_of(seed)
    random = Random(f"case {seed}")
    host.start()
    for _ in range(random.choice((0, 0, 1, 2, 4, 8))):
        _something(host, random)
    written = dump(host.state)
    prediction = predicted(program, host)
    if dump(host.state) != written:
        return [Difference("a prediction changes nothing", written, dump(host.state))]
    if prediction.cut:
        return []
    before = len(host.opened)
    open_now = {task.id: task.items for task in host.state.tasks}
    everybody_agrees(host, Random(seed) if free and seed % 2 else None)
    return list(_compared(prediction, host, before, open_now, in_order=not (free and seed % 2)))


def predicted(program: Program, host: Host) -> Prediction:
    """The prediction, with people found as the host finds them."""
    playing = predict(program, host.state, host.now)
    before = host.acted()
    told = None
    while True:
        try:
            wanted = playing.send(told) if told is not None else next(playing)
        except StopIteration as ended:
            return ended.value  # type: ignore[no-any-return]  # a generator's value is not typed here
        node = wanted.effect.node
        people = found(node, host.people[node], {**wanted.held, **before, **wanted.acted}, wanted.state.variables)
        told = people, () if people else ADMINISTRATORS, None


def _compared(
    prediction: Prediction, host: Host, before: int, open_now: dict[str, tuple[Item, ...]], *, in_order: bool
) -> list[Difference]:
    now = {task.task: task.items for task in prediction.tasks if task.now}
    if now != open_now:
        return [Difference("what is open", now, open_now)]
    told = [seen(task.node, task.round, task.items) for task in prediction.tasks if not task.now]
    sure = [seen(task.node, task.round, task.items) for task in prediction.tasks if not task.now and task.sure]
    made = [host.books[task] for task in host.opened[before:]]
    happened = [seen(each.node, each.round, each.first) for each in made]
    if not prediction.sure:
        return [] if happened[: len(sure)] == sure else [Difference("the tasks that are sure", sure, happened)]
    if in_order and told != happened:
        return [Difference("the tasks", told, happened)]
    if Counter(told) != Counter(happened):
        return [Difference("the tasks in any order", told, happened)]
    return _ends(prediction, host)


def _ends(prediction: Prediction, host: Host) -> list[Difference]:
    ended = host.state.status != "running"
    if (prediction.ended, prediction.outcome) != (ended, host.state.outcome):
        return [Difference("the end", (prediction.ended, prediction.outcome), (ended, host.state.outcome))]
    left = () if ended else waiting(host.program, host.state)
    waits = Counter((each.node, each.reason) for each in left if each.reason not in HOSTS)
    told = Counter((each.node, each.reason) for each in prediction.waits)
    return [] if waits == told else [Difference("what is waited for", told, waits)]


# -- what people do


def everybody_agrees(host: Host, random: Random | None) -> None:
    """Until nobody has anything to agree to: in the order of the tasks, or in any; then the clock goes on while only it is waited for."""
    for _ in range(MOST_DONE):
        if host.state.status != "running" or len(host.opened) > MOST * 4:
            return
        possible = [
            CompleteTask(task.id, item.user, "agree", item=item.id)
            for task in host.state.tasks
            for item in task.items
            if item.status == "open"
        ]
        if possible:
            host.do(random.choice(possible) if random is not None else possible[0])
        elif _only_the_clock(host) and host.state.next_due is not None:
            host.now = max(host.now, host.state.next_due)
            host.do(FireTimers())
        else:
            return


def _only_the_clock(host: Host) -> bool:
    leaves = [token.waiting for token in host.state.tokens if token.waiting not in HOSTS]
    return "timer" in leaves and all(reason in ("timer", "join") for reason in leaves)


def _something(host: Host, random: Random) -> None:
    """One thing that people may do, by chance; what is refused is not done."""
    tasks = [(task, item) for task in host.state.tasks for item in task.items if item.status == "open"]
    if host.state.status != "running" or not tasks:
        return
    task, item = random.choice(tasks)
    try:
        host.do(_drawn(random, task.id, item))
    except Refused:
        return


def _drawn(random: Random, task: str, item: Item) -> Command:
    if random.random() < 0.6:
        outcome = random.choices(("agree", "refuse", "abstain", "back", "ask"), (6, 1, 1, 1, 1))[0]
        target = "previous" if outcome in ("back", "ask") else None
        return CompleteTask(task, item.user, outcome, item=item.id, target=target)
    operation = random.choice(("add_before", "add_after", "add_alongside", "transfer", "delegate", "claim"))
    users = () if operation == "claim" else (random.choice((*USERS, "guy", "hal")),)
    return ActOnTask(task, item.user, operation, users, item.id)
