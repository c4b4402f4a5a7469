"""A host for instances that are really played: it finds people, runs actions, keeps books of tasks as the product's tables do, and writes
every state down between two commands."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from engine.flow import (
    Agent,
    AssignPeople,
    CloseTask,
    Command,
    Effect,
    Item,
    OpenTask,
    Person,
    Program,
    RunAction,
    ServiceResult,
    SetItems,
    Start,
    State,
    dump,
    load,
    step,
)
from tests.approval_prediction.drawing import INITIATOR

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INSTANCE = "00000000-0000-4000-8000-000000000006"
ADMINISTRATORS = ("root",)


def found(
    node: str, wanted: Sequence[str], acted: Mapping[str, str], variables: Mapping[str, object]
) -> tuple[Person, ...]:
    """The people of a task, each once: `acted` says who did which node."""
    users: list[str] = []
    for each in wanted:
        if each == "chosen":
            users.append(str(variables["who"]))
        elif each.startswith("above:"):
            users.append(boss(acted.get(each.removeprefix("above:"), INITIATOR)))
        else:
            users.append(each)
    return tuple(_person(node, user) for user in users)


def boss(user: str) -> str:
    """Whoever is above a user."""
    return f"{user}-boss"


def _person(node: str, user: str) -> Person:
    drawn = sha256(f"{node} {user}".encode()).digest()
    agents = (Agent(f"{user}-agent", drawn[0] < 128),) if drawn[1] < 40 else ()
    return Person(user, 1 + drawn[2] % 3, drawn[3] < 30, boss(user), "the-head" if drawn[4] < 200 else None, agents)


@dataclass
class Booked:
    """A task as it stands in the books."""

    node: str
    round: int
    items: dict[int, Item] = field(default_factory=dict)
    first: tuple[Item, ...] = ()
    closed_by: str | None = None
    cancelled: bool = False


@dataclass
class Host:
    """An instance that runs. `opened` are its tasks in the order in which their people were found, `decided` those
    that are over."""

    program: Program
    people: Mapping[str, Sequence[str]]
    now: datetime = BEGIN
    state: State = field(default_factory=lambda: State(INSTANCE))
    books: dict[str, Booked] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    results: int = 0

    def start(self) -> None:
        self.do(Start(initiator=INITIATOR))

    def do(self, command: Command) -> None:
        """Give a command, and let happen what follows from it by itself: people are found, actions give their results. Raises Refused."""
        following: deque[Command] = deque()
        self._step(command, following)
        while following and self.state.status == "running":
            following_command = following.popleft()
            if not self._is_over(following_command):
                self._step(following_command, following)

    def _is_over(self, command: Command) -> bool:
        if isinstance(command, AssignPeople):
            return self.state.task(command.task) is None
        return isinstance(command, ServiceResult) and self.state.call(command.call) is None

    def _step(self, command: Command, following: deque[Command]) -> None:
        read = load(State, json.loads(json.dumps(dump(self.state))))
        self.state, effects = step(self.program, read, command, self.now)
        for effect in effects:
            self._carry_out(effect, following)
        if isinstance(command, AssignPeople):
            self._opened(command.task)

    def _carry_out(self, effect: Effect, following: deque[Command]) -> None:
        if isinstance(effect, OpenTask):
            self.books[effect.task] = Booked(effect.node, effect.round)
            people = found(effect.node, self.people[effect.node], self.acted(), self.state.variables)
            following.append(AssignPeople(effect.task, people, () if people else ADMINISTRATORS))
        elif isinstance(effect, SetItems):
            self.books[effect.task].items |= {item.id: item for item in effect.items}
            self._opened(effect.task)
        elif isinstance(effect, CloseTask):
            self.decided.append(effect.task)
            self.books[effect.task].closed_by = effect.user
            self.books[effect.task].cancelled = effect.status == "cancelled"
        elif isinstance(effect, RunAction) and effect.awaited:
            self.results += 1
            following.appendleft(ServiceResult(effect.id, {"count": self.results % 3} if effect.action else None))

    def _opened(self, task: str) -> None:
        booked = self.books[task]
        if task not in self.opened:
            self.opened.append(task)
            now = self.state.task(task)
            booked.first = now.items if now is not None and now.items else tuple(booked.items.values())

    def acted(self) -> dict[str, str]:
        """Who did each node, as the product's tables tell it: who decided its last task, else the last of those who have it by their name."""
        acted: dict[str, str] = {}
        undecided = [task for task in self.opened if task not in self.decided]
        for task in (*undecided, *self.decided):
            booked = self.books[task]
            holders = [item.user for item in booked.items.values() if item.kind == "assignee" and item.user]
            if not booked.cancelled and (booked.closed_by or holders):
                acted[booked.node] = booked.closed_by or max(holders)
        return acted
