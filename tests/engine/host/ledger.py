"""What a backend keeps, in memory: instances guarded by their sequence, answers of commands, what actions did.

The host's tests that need PostgreSQL are in tests/backend/flows; these are about the workflow itself, on a real Temporal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from engine.definitions import Entity, Field, Flow, Text
from engine.definitions.codec import decode
from engine.flow import Program, State, compile_flow, dump, effect_from_json, load
from engine.host import (
    ANSWER_QUESTIONS,
    APPLY_EFFECTS,
    CALL_SERVICE,
    NEWER_STATE,
    READ_CONTEXT,
    READ_PROGRAM,
    Application,
    Applied,
    CommandInput,
    ContextQuestion,
    HostQuestions,
    InstanceInput,
    NewerState,
    ProgramQuestion,
    ServiceInput,
    StateQuestion,
    Step,
)
from tests.flow_people import with_people

TEXT = Text("文", "text")
TICKET = Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", TEXT),), "title")
#: Actions that run outside of the transaction.
EXTERNAL = frozenset({"call_http"})
PERSON = "00000000-0000-4000-8000-00000000000a"

Json = dict[str, Any]


def flow_of(nodes: list[Json], edges: list[tuple[str, ...]], variables: list[Json] = []) -> Flow:  # noqa: B006
    """A flow: nodes by id and type with what else they have; edges as source, target and condition."""
    document = {
        "kind": "flow",
        "key": "example",
        "label": {"zh": "文", "en": "text"},
        "entity": "ticket",
        "nodes": [{"title": {"zh": "文", "en": "text"}, **_filled(node)} for node in nodes],
        "edges": [_edge(number, *edge) for number, edge in enumerate(edges)],
        "variables": [{"label": {"zh": "文", "en": "text"}, **variable} for variable in variables],
    }
    found = decode("flow", document)
    assert isinstance(found, Flow)
    return found


def _filled(node: Json) -> Json:
    if node["type"] != "user_task":
        return node
    done = {"key": "done", "kind": "complete", "label": {"zh": "完成", "en": "Done"}}
    return {"assignment": {"candidates": [{"role": "agent"}]}, "outcomes": [done], **node}


def _edge(number: int, source: str, target: str, when: str | None = None) -> Json:
    return {"id": f"e{number}", "source": source, "target": target, **({"when": when} if when else {})}


@dataclass
class Row:
    """One instance. `results` are those of awaited actions that the state still waits for."""

    program: Program
    sequence: int = 0
    state: Json = field(default_factory=dict)
    results: Json = field(default_factory=dict)
    version: int = 1
    applications: list[Application] = field(default_factory=list)

    def effects(self, kind: str) -> list[Json]:
        """All effects of a kind so far."""
        every = (effect for each in self.applications for step in each.steps for effect in step.effects)
        return [effect for effect in every if effect["effect"] == kind]

    @property
    def steps(self) -> int:
        """How many commands were applied; what followed from them by itself is not counted."""
        return sum(len(each.steps) for each in self.applications)

    def loaded(self) -> State:
        return load(State, self.state)


class Ledger:
    """All instances, and the activities over them. `actions` give results of awaited actions and services by their key; one that raises
    fails its call. `forget` lets the next so many commits be followed by a failure, as if the worker died then."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.answers: dict[str, Json] = {}
        self.actions: dict[str, Callable[[Json], Any]] = {}
        self.versions: dict[int, Program] = {}
        self.calls: list[ServiceInput] = []
        self.cancelled: list[str] = []
        self.record: Json = {}
        self.forget = 0
        self.refuse: set[str] = set()
        self.broken: set[str] = set()
        self.seconds = 0.0

    def begin(self, id: str, flow: Flow, variables: Json | None = None) -> InstanceInput:
        """A new instance."""
        program = compile_flow(flow, {"ticket": TICKET}, external=EXTERNAL)
        self.rows[id] = Row(program)
        return InstanceInput(id, program.to_json(), version=1, start={"variables": variables or {}})

    @property
    def activities(self) -> list[Callable[..., Any]]:
        reading = [self.newer_state, self.read_context, self.read_program, self.answer_questions]
        return [self.apply_effects, self.call_service, *reading]

    @activity.defn(name=APPLY_EFFECTS)
    async def apply_effects(self, application: Application) -> Applied:
        row = self.rows[application.instance]
        await asyncio.sleep(self.seconds)
        if any(step.command_id in self.broken for step in application.steps):
            raise ApplicationError("a column is missing", type="flow.apply_failed", non_retryable=True)
        applied = self._settled(row, application) or self._failed(application)
        if applied is not None:
            return applied
        applied = self._commit(row, application)
        if self.forget:
            self.forget -= 1
            raise RuntimeError("the worker died after the commit")
        return applied

    def _settled(self, row: Row, application: Application) -> Applied | None:
        ids = [step.command_id for step in application.steps]
        repeated = {id: self.answers[id] for id in ids if id in self.answers}
        behind = row.sequence != application.first_sequence - 1
        newer: Json = {"state": row.state, "results": row.results, "version": row.version} if behind else {}
        refused = {id: {"code": "record.invalid", "status": 422} for id in ids if id in self.refuse}
        if repeated or refused:
            return Applied("refused", repeated=repeated, refused=refused, **newer)
        return Applied("behind", **newer) if behind else None

    def _failed(self, application: Application) -> Applied | None:
        for effect in [effect for step in application.steps for effect in step.effects]:
            try:
                self._run(effect)
            except ValueError as error:
                return Applied("failed", failures={effect["id"]: str(error)})
        return None

    def _run(self, effect: Json) -> Any:
        made = self.actions.get(effect["action"]) if effect["effect"] == "run_action" else None
        return None if made is None else made(effect.get("arguments", {}))

    def _commit(self, row: Row, application: Application) -> Applied:
        effects = [effect for step in application.steps for effect in step.effects]
        results = {each["id"]: self._run(each) for each in effects if each.get("awaited")}
        opened = [effect_from_json(effect) for effect in effects if effect["effect"] == "open_task"]
        now = datetime.fromisoformat(application.now)
        row.version = next((s.command["version"] for s in application.steps if s.command.get("version")), row.version)
        program = self.versions.get(row.version, row.program)
        state, _ = with_people(program, load(State, application.state), opened, now, lambda _: (PERSON,))
        pending = {call.id for call in state.calls}
        row.state, row.sequence = dump(state), state.sequence
        row.results = {call: result for call, result in {**row.results, **results}.items() if call in pending}
        row.applications.append(application)
        first = row.steps - len(application.steps) + 1
        answers = {step.command_id: _answer(n, step, state) for n, step in enumerate(application.steps, first)}
        self.answers |= answers
        return Applied("applied", answers=answers, results=results, state=row.state if opened else None)

    @activity.defn(name=NEWER_STATE)
    async def newer_state(self, question: StateQuestion) -> NewerState:
        row = self.rows[question.instance]
        answers = {each["id"]: self.answers[each["id"]] for each in question.commands if each["id"] in self.answers}
        newer = row.sequence > question.sequence
        return NewerState(row.state, answers, row.results, row.version) if newer else NewerState(answers=answers)

    @activity.defn(name=READ_CONTEXT)
    async def read_context(self, question: ContextQuestion) -> Json:
        return {"record": {**self.record, **question.data}}

    @activity.defn(name=READ_PROGRAM)
    async def read_program(self, question: ProgramQuestion) -> Json:
        return self.versions[question.version].to_json()

    @activity.defn(name=ANSWER_QUESTIONS)
    async def answer_questions(self, questions: HostQuestions) -> list[Any]:
        return [None for _ in questions.asked]

    @activity.defn(name=CALL_SERVICE)
    async def call_service(self, call: ServiceInput) -> Any:
        self.calls.append(call)
        activity.heartbeat()
        try:
            made = self.actions[call.action](call.arguments)
            return await made if asyncio.iscoroutine(made) else made
        except ValueError as error:
            raise ApplicationError("refused", type=str(error), non_retryable=True) from error
        except asyncio.CancelledError:
            self.cancelled.append(call.call)
            raise


def _answer(number: int, step: Step, state: State) -> Json:
    opened = [{"id": each["task"], "node_id": each["node"]} for each in step.effects if each["effect"] == "open_task"]
    return {"step": number, "instance_status": state.status, "next_tasks": opened}


def completion(id: str, task: str, outcome: str = "done", **variables: Any) -> CommandInput:
    """A person's decision."""
    command = {"kind": "complete_task", "task": task, "user": PERSON, "outcome": outcome, "variables": variables}
    return CommandInput(id, command, PERSON)
