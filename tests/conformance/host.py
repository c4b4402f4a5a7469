"""The host of cases of our own: one instance, its clock, its people and what it calls, all in memory.

Every step is checked beyond what the case says: the state survives being written and read, the same step computed again is the same, a refusal
changes nothing, an instance that is not over can say for every token what it waits for, and one that is over holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from engine.decisions import Tables, decision_types
from engine.definitions import Edge, Entity, Field, Flow, Node, Text
from engine.flow import (
    AssignPeople,
    Command,
    Effect,
    OpenTask,
    Person,
    Program,
    Record,
    Refused,
    RunAction,
    ServiceResult,
    State,
    command_from_json,
    command_to_json,
    compile_flow,
    dump,
    effect_from_json,
    effect_to_json,
    load,
    step,
    waiting,
)
from engine.language import Context
from tests.engine.language.scopes import TABLES

INSTANCE = "00000000-0000-4000-8000-000000000001"
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICKET = Entity(
    "ticket",
    Text("工单", "Ticket"),
    (Field("title", "text", Text("标题", "Title")), Field("amount", "number", Text("数量", "Amount"))),
    "title",
)
#: Actions that run outside the transaction.
EXTERNAL = frozenset({"call_http", "charge"})
#: What expressions may ask: the decision tables of the language's own tests (`discount` by level and amount).
ASKED = Context(decide=Tables(TABLES))
T = TypeVar("T")


class Broken(AssertionError):
    """Something that must always hold does not."""


def compiled(flow: Flow) -> Program:
    """The program, as another process would read it."""
    program = compile_flow(flow, {"ticket": TICKET}, decisions=decision_types(TABLES), external=EXTERNAL)
    return Program.from_json(json.loads(json.dumps(program.to_json())))


@dataclass
class Host:
    """`effects` are those of the last step; `broken` actions fail with a code; `answers` are what awaited actions give."""

    program: Program
    people: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    now: datetime = BEGIN
    state: State = field(default_factory=lambda: State(INSTANCE))
    effects: list[Effect] = field(default_factory=list)
    refused: str | None = None
    broken: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tasks: dict[str, list[str]] = field(default_factory=dict)

    def apply(self, command: Command, program: Program | None = None) -> None:
        """Take a command, and then the results of the actions it awaits."""
        self.effects, self.refused = [], None
        try:
            results = self._take(command, program)
        except Refused as error:
            self.refused = error.code
            return
        while results:
            results = [*results[1:], *self._take_if_wanted(results[0])]

    def _take_if_wanted(self, command: Command) -> list[Command]:
        """What follows by itself; a task that is over already needs nobody."""
        try:
            return self._take(command, None)
        except Refused:
            return []

    def find(self, type_: type[T]) -> Iterator[T]:
        """The effects of a type."""
        return (effect for effect in self.effects if isinstance(effect, type_))

    def _take(self, command: Command, program: Program | None) -> list[Command]:
        command = command_from_json(json.loads(json.dumps(command_to_json(command))))
        before = dump(self.state)
        try:
            state, effects = self._step(command, program or self.program)
        finally:
            if dump(self.state) != before:
                raise Broken("a step changed the state it was given")
        effects = [effect_from_json(json.loads(json.dumps(effect_to_json(effect)))) for effect in effects]
        self.effects += effects
        self.program = program or self.program
        self.state = self._restored(state)
        self._hold_everything_together()
        found = [AssignPeople(task, tuple(people), ("admin",)) for task, people in self._people_of(effects).items()]
        awaited = [effect for effect in effects if isinstance(effect, RunAction) and effect.awaited]
        return [*found, *(ServiceResult(each.id, self.answers.get(each.action, {})) for each in awaited)]

    def _step(self, command: Command, program: Program) -> tuple[State, Sequence[Effect]]:
        """Compute the step; again, with the failures known, while an action of it is broken."""
        failures: dict[str, str] = {}
        while True:
            state, effects = self._compute(program, command, failures)
            failed = {
                e.id: self.broken[e.action] for e in effects if isinstance(e, RunAction) and e.action in self.broken
            }
            if not failed:
                return state, effects
            failures |= failed

    def _compute(
        self, program: Program, command: Command, failures: Mapping[str, str]
    ) -> tuple[State, Sequence[Effect]]:
        computed = step(program, self.state, command, self.now, failures, ASKED, self._choose)
        again = step(program, self.state, command, self.now, failures, ASKED, self._choose)
        if dump(computed[0]) != dump(again[0]) or list(computed[1]) != list(again[1]):
            raise Broken("the same step computed again is another")
        return computed

    def _choose(self, node: Node, edges: Sequence[Edge]) -> Sequence[Edge] | None:
        wanted = self.chosen.get(node.id)
        return None if wanted is None else [edge for edge in edges if edge.id in wanted or edge.target in wanted]

    def records(self, type_: str) -> Iterator[Record]:
        """The lines of history of a type."""
        return (record for record in self.find(Record) if record.type == type_)

    def _people_of(self, effects: Sequence[Effect]) -> dict[str, Sequence[Person]]:
        opened = [effect for effect in effects if isinstance(effect, OpenTask)]
        for effect in opened:
            self.tasks.setdefault(effect.node, []).append(effect.task)
        return {effect.task: self.people.get(effect.node, (Person("ann"),)) for effect in opened}

    def _restored(self, state: State) -> State:
        restored = load(State, json.loads(json.dumps(dump(state))))
        if dump(restored) != dump(state):
            raise Broken("the state is another after it was written and read")
        return restored

    def _hold_everything_together(self) -> None:
        state = self.state
        if state.status == "running":
            said = waiting(self.program, state)
            if not state.tokens and state.sequence:
                raise Broken("the instance is not over and has no token")
            if sorted(each.token for each in said) != sorted(token.id for token in state.tokens):
                raise Broken("not every token says what it waits for")
            missing = {task.token for task in state.tasks} - {token.id for token in state.tokens}
            if missing:
                raise Broken(f"open tasks whose token is gone: {missing}")
        elif state.tokens or state.tasks or state.subscriptions or state.calls:
            raise Broken("the instance is over and still holds something")
