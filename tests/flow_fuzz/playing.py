"""One instance played by a schedule, with every law looked at around every step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from engine.definitions import Flow
from engine.flow import (
    ChildEnded,
    ChildEscalated,
    Command,
    ConditionsChanged,
    Deliver,
    Effect,
    FireTimers,
    Migrate,
    OpenTask,
    Program,
    Refused,
    RunAction,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    State,
    command_from_json,
    command_to_json,
    compile_flow,
    dump,
    effect_from_json,
    effect_to_json,
    load,
    step,
)
from engine.flow import run as stepping
from engine.host import STATE_TOO_LARGE, is_too_large
from tests.engine.flow.sheet import ENTITIES
from tests.flow_fuzz.approving import is_remembering, people
from tests.flow_fuzz.commuting import check_commuting
from tests.flow_fuzz.flowing import check_flow
from tests.flow_fuzz.laws import Violation, check_state
from tests.flow_fuzz.ledger import Ledger
from tests.flow_fuzz.migrating import check_migrating
from tests.flow_fuzz.moves import PEOPLE, Chosen, Past, choose
from tests.flow_people import with_people

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INSTANCE = "00000000-0000-4000-8000-000000000001"
#: Of actions run in the transaction, one in so many fails.
FAILING = 12
#: What is kept, or comes to nothing, while an instance is suspended.
_KEPT = (FireTimers, Deliver, Signal, ServiceResult, ServiceFailed, ChildEnded, ChildEscalated, ConditionsChanged)
#: Nodes that one step may enter here.
BUDGET = 300


@dataclass
class Play:
    """An instance, its clock, its books and its past. `told` is what was done, for people."""

    program: Program
    now: datetime = BEGIN
    state: State = field(default_factory=lambda: State(INSTANCE))
    past: Past = field(default_factory=Past)
    told: list[str] = field(default_factory=list)
    steps: int = 0
    swapped: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.program)
        self.text = _written(self.state)

    def pick(self, pick: int) -> Chosen:
        """What a pick does in this state."""
        return choose(self.program, self.state, self.past, pick)

    def swap(self, pick: int) -> None:
        """Now and then two commands that are possible, in either order, or another version of the flow. Raises Violation."""
        if pick % 20 == 0:
            check_migrating(self.program, self.state, self.now)
        if pick % 2 or is_remembering(self.program):
            return
        self.swapped += check_commuting(self.program, self.state, self.now, self.pick(pick + 1), self.pick(pick + 2))

    def play(self, chosen: Chosen, pick: int = 1) -> None:
        """Do it, and look at every law. Raises Violation."""
        self.now += chosen.later
        if isinstance(chosen.command, FireTimers) and self.state.next_due is not None:
            self.now = max(self.now, self.state.next_due + chosen.later)
        self.told.append(f"{self.now:%H:%M} {json.dumps(command_to_json(chosen.command))}")
        self.steps += 1
        before = self.text
        try:
            after, effects = self._stepped(chosen.command, pick)
        except Refused as refusal:
            self.told[-1] += f" refused {refusal.code}"
            self._demand(_written(self.state) == before, "a refusal changes nothing", refusal.code)
            self._demand(
                chosen.refused in (None, refusal.code, "flow.instance_ended"), "late results are refused", refusal.code
            )
            return
        self._demand(chosen.refused is None, "late results are refused", str(chosen.command))
        self._demand(_written(self.state) == before, "a state never changes", str(chosen.command))
        self._adopt(chosen.command, after, effects)

    def _stepped(self, command: Command, pick: int) -> tuple[State, Sequence[Effect]]:
        """The step, computed again without the actions that failed, as the host does."""
        failures: dict[str, str] = {}
        failing = Random(pick)
        while True:
            after, effects = step(self.program, self.state, command, self.now, failures)
            self._same_again(command, failures, after, effects)
            broken = [
                each.id
                for each in effects
                if isinstance(each, RunAction) and each.id not in failures and failing.randrange(FAILING) == 0
            ]
            if not broken or len(failures) > 3:
                return after, effects
            failures[broken[0]] = "E1: it broke"

    def _same_again(self, command: Command, failures: dict[str, str], after: State, effects: Sequence[Effect]) -> None:
        """From the state and the command as they are written down."""
        restored = load(State, json.loads(self.text))
        self._demand(restored == self.state, "a state survives being written down", self.text)
        read = command_from_json(json.loads(json.dumps(command_to_json(command))))
        self._demand(read == command, "a command survives being written down", str(command))
        again, effects_again = step(self.program, restored, read, self.now, failures)
        self._demand(again == after, "the same step gives the same state", f"{again}\n{after}")
        self._demand(list(effects_again) == list(effects), "the same step gives the same effects", str(command))

    def _adopt(self, command: Command, after: State, effects: Sequence[Effect]) -> None:
        if self.steps % 3 == 0:
            written = [effect_from_json(json.loads(json.dumps(effect_to_json(effect)))) for effect in effects]
            self._demand(written == list(effects), "effects survive being written down", str(effects))
        self._demand(
            after.sequence == self.state.sequence + 1,
            "every command is counted",
            f"{after.sequence} after {self.state.sequence}",
        )
        was_suspended = self.state.suspended is not None
        if was_suspended and isinstance(command, _KEPT):
            kept = replace(after, sequence=self.state.sequence, deferred=self.state.deferred)
            self._demand(kept == self.state and not effects, "nothing happens while all is held", str(command))
        if isinstance(command, Migrate) and not was_suspended:
            moved = replace(after, sequence=self.state.sequence)
            self._demand(moved == self.state, "migrating to the same version changes nothing", f"{moved}\n{self.state}")
        opened = {each.task: list(PEOPLE) for each in effects if isinstance(each, OpenTask)}
        try:
            after, effects = with_people(
                self.program, after, effects, self.now, lambda node: people(self.program, node)
            )
            if is_too_large(dump(after), self.state):
                raise Refused(STATE_TOO_LARGE)
        except Refused as refusal:  # the host refuses the command, and the instance stays as it is
            self.told[-1] += f" refused {refusal.code}"
            return
        self.past.add(self.state)
        self.past.tasks.update(opened)
        self.state, self.text = after, _written(after)
        self.ledger.book(command, effects, self.state, was_suspended)
        check_flow(self.program, command, effects)
        check_state(self.program, self.state)

    def _demand(self, holds: bool, law: str, detail: str) -> None:
        if not holds:
            raise Violation(law, detail)


def _written(state: State) -> str:
    return json.dumps(dump(state))


def compiled(flow: Flow) -> Program:
    """The program of a generated flow; every third after a way through its written form."""
    program = compile_flow(flow, ENTITIES, external=("outside.ask",))
    if len(flow.edges) % 3:
        return program
    return Program.from_json(json.loads(json.dumps(program.to_json())))


@contextmanager
def small_budget() -> Iterator[None]:
    """Loops of automatic nodes are stopped early: many random flows have one."""
    budget, stepping.STEP_BUDGET = stepping.STEP_BUDGET, BUDGET
    try:
        yield
    finally:
        stepping.STEP_BUDGET = budget


def play(flow: Flow, picks: Sequence[int], told: list[str] | None = None) -> Play:
    """Start an instance and do what the picks say until it ends. Raises Violation."""
    made = Play(compiled(flow), told=[] if told is None else told)
    with small_budget():
        made.play(Chosen(Start({"n": picks[0] % 3 if picks else 0}, initiator="ann")))
        for pick in picks:
            if made.state.status != "running":
                break
            made.swap(pick)
            made.play(made.pick(pick), pick)
    return made
