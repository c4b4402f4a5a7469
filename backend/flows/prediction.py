"""Who will get an instance next, and why: a dry run of its flow from where it is, or from a start that nobody made, everybody agreeing.

Nothing is written. People are found as they are when tasks really open (tasks/people.py), and what expressions ask is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import has_permission, startable_flows
from backend.errors import Forbidden, Invalid
from backend.flows import reading, repository
from backend.flows.answers import answers
from backend.flows.beginning import require_storable, variables_of
from backend.flows.context import context_of
from backend.flows.errors import FlowInvalid
from backend.flows.evaluation import named_at
from backend.flows.operating import Operations
from backend.flows.prediction_words import Reasons, prediction_json, reasons_of
from backend.flows.programs import compiled, program_of
from backend.metadata.checks import DefinitionProblem
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.errors import FieldError
from backend.records.fields import field_of, type_of
from backend.tasks.people import Chosen, Found, Known, people_for
from engine.definitions import Flow
from engine.definitions.codec import decode_checked
from engine.flow import Program, Start, State, load
from engine.flow.prediction import Expected, Prediction, Wanted, predict
from engine.language.asking import Asking

#: The instance of a flow that nobody has started.
_NOBODYS = uuid5(NAMESPACE_OID, "weft prediction")


class DrawingInvalid(Invalid):
    """The flow being drawn could not run as it is; `problems` lists why."""

    code = "flow.drawing_invalid"
    zh, en = "流程图中有 {count} 个问题，无法推演", "The drawing has {count} problems and cannot be played through"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is predicted: an instance, or one that might be begun. `chosen` are the people chosen for nodes, `data` values that are not on
    its record yet."""

    id: UUID
    flow: str
    entity: str
    record_id: UUID | None
    initiator_id: UUID | None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supposed:
    """A start that nobody made: about a record, or one with these `data`; of the flow as it is published, or as somebody draws it
    (`flow`)."""

    key: str
    record_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    flow: Flow | None = None


async def of_instance(operations: Operations, caller: Caller, id: UUID) -> dict[str, Any]:
    """Who gets it next, for everybody who may see the instance. Raises NotFound."""
    session, metadata = operations.session, operations.metadata
    await reading.visible(session, metadata, caller, id)
    instance = await repository.instance(session, id)
    assert instance is not None, "it was seen in this transaction"
    program = await operations.program(instance.flow, instance.flow_version)
    subject = Subject(id, instance.flow, instance.entity, instance.record_id, instance.initiator_id, instance.chosen)
    if instance.ended_at is not None:
        return await prediction_json(session, program, Prediction((), True, instance.outcome), {}, {})
    context = await context_of(session, metadata, instance, program.context_paths)
    if instance.state is None:
        start = _start(program, instance.variables, context, instance.initiator_id)
        return await _told(session, metadata, program, subject, State(str(id)), start)
    state = load(State, instance.state)
    return await _told(session, metadata, program, subject, replace(state, context={**state.context, **context}))


async def of_start(
    operations: Operations, caller: Caller, supposed: Supposed, reader: Caller | None = None
) -> dict[str, Any]:
    """Who would get it, for whoever may start the flow, or build. `reader`: whose eyes the record is read with, where not the caller's.
    Raises Forbidden, NotFound, FlowInvalid, Invalid."""
    session, metadata = operations.session, operations.metadata
    flow = supposed.flow or metadata.flow(supposed.key)
    builds = has_permission(caller, metadata.roles, "build")
    if not builds and (supposed.flow is not None or not startable_flows(caller, metadata.roles, [flow.key])):
        raise Forbidden(action=f"start {flow.key}")
    _require_fitting(metadata, flow, supposed.data)
    if supposed.record_id is not None:
        eyes = reader or caller
        data, record = supposed.data, await records.get(session, metadata, eyes, flow.entity, supposed.record_id)
    else:
        data, record = {**given_to(caller), **supposed.data}, {}
    subject = Subject(_NOBODYS, flow.key, flow.entity, supposed.record_id, caller.user_id, data=data)
    variables = variables_of(flow, {}, {**record, **data})
    program = _compiled(operations, flow)
    context = await context_of(session, metadata, subject, program.context_paths, data)
    start = _start(program, variables, context, caller.user_id)
    return await _told(session, metadata, program, subject, State(str(_NOBODYS)), start)


def drawn(document: Mapping[str, Any], problems: Sequence[DefinitionProblem]) -> Flow:
    """The flow of a drawing in which these problems were found. Raises DrawingInvalid where it could not run."""
    wrong = [each for each in problems if each.severity == "error"]
    if wrong:
        raise DrawingInvalid(count=len(wrong), problems=[each.to_json() for each in wrong])
    flow: Flow = decode_checked("flow", document)
    return flow


def _compiled(operations: Operations, flow: Flow) -> Program:
    if flow is operations.metadata.flows.get(flow.key):
        return program_of(flow, operations.metadata, operations.actions)
    try:
        return compiled(flow, operations.metadata, operations.actions)
    except ValueError as error:  # an expression of a drawing that was not checked
        raise FlowInvalid(reason=str(error)) from error


def given_to(caller: Caller) -> dict[str, Any]:
    """What a record has by being made by somebody."""
    user, department = caller.user_id, caller.department_id
    found = {"owner": user, "created_by": user, "updated_by": user, "department": department}
    return {key: str(id) for key, id in found.items() if id is not None}


def _require_fitting(metadata: Metadata, flow: Flow, data: Mapping[str, Any]) -> None:
    """Raises Invalid for values that no record of the flow's could have."""
    require_storable(data, "/data")
    entity = metadata.entity(flow.entity)
    for key, value in data.items():
        like = field_of(entity, key)
        if like is None:
            raise Invalid(path=f"/data/{key}", reason=f"no field {key!r}")
        try:
            if not type_of(like).is_empty(value):
                type_of(like).coerce(like, value)
        except FieldError as error:
            raise Invalid(path=f"/data/{key}", reason=f"{key}: {error}") from error


def _start(program: Program, variables: Mapping[str, Any], context: Mapping[str, Any], initiator: UUID | None) -> Start:
    """A start as by hand; of a flow that only begins by an event, by the first."""
    starts = [each for each in program.flow.nodes if each.type == "start_event" and each.parent is None]
    node = starts[0].id if starts and all(each.events for each in starts) else None
    return Start(variables, context, node, initiator=None if initiator is None else str(initiator))


async def _told(
    session: AsyncSession,
    metadata: Metadata,
    program: Program,
    subject: Subject,
    state: State,
    start: Start | None = None,
) -> dict[str, Any]:
    playing = _Playing(session, metadata, program, subject)
    prediction = await playing.play(state, start)
    for task in prediction.tasks:
        if task.task not in playing.reasons:  # it is open already
            playing.reasons[task.task] = await playing.because(Wanted.of(task, state))
    choices = {task.task: by for task in prediction.tasks if (by := playing.chooser(task)) is not None}
    return await prediction_json(session, program, prediction, playing.reasons, choices)


@dataclass
class _Playing:
    """A prediction being made. It is played anew whenever its expressions ask something that was not known; who was found stays."""

    session: AsyncSession
    metadata: Metadata
    program: Program
    subject: Subject
    found: list[Found] = field(default_factory=list)
    reasons: dict[str, Reasons] = field(default_factory=dict)

    async def play(self, state: State, start: Start | None) -> Prediction:
        """The prediction."""
        asking, now = Asking(), clock.now()
        while True:
            prediction = await self._once(predict(self.program, state, now, asking.context, start), asking)
            asked = asking.take()
            if asked:
                asking.tell(asked, await answers(self.session, self.metadata, asked, self.program.looked_up_paths))
            elif prediction is not None:
                return prediction

    async def _once(self, playing: Generator[Wanted, Found, Prediction], asking: Asking) -> Prediction | None:
        """Play until something is asked; None then."""
        told: Found | None = None
        index = 0
        while True:
            wanted = await asyncio.to_thread(_next, playing, told)
            if isinstance(wanted, Prediction):
                return wanted
            if asking.has_questions:
                return None
            if index == len(self.found):
                self.found.append(await self._people(wanted))
            told, index = self.found[index], index + 1

    async def _people(self, wanted: Wanted) -> Found:
        node = self.program.nodes[wanted.effect.node]
        known, named = await self._known(wanted)
        found = await people_for(known, node, named, Chosen(before=self.subject.chosen))
        self.reasons[wanted.effect.task] = await reasons_of(known, self.program.flow, node, named, nobody=not found[0])
        return found

    def chooser(self, task: Expected) -> str | None:
        """Who or what will choose among the people of a task to come: `initiator`, `previous`, `random`; None where they are known."""
        assignment = self.program.nodes[task.node].assignment
        if task.now or assignment is None:
            return None
        if assignment.mode == "random" and len(self.reasons[task.task].found) > 1:
            return "random"
        return assignment.chosen_by if task.node not in self.subject.chosen else None

    async def because(self, wanted: Wanted) -> Reasons:
        """Why the people of a task that is open have it."""
        known, named = await self._known(wanted)
        node = self.program.nodes[wanted.effect.node]
        return await reasons_of(known, self.program.flow, node, named, nobody=False)

    async def _known(self, wanted: Wanted) -> tuple[Known, Any]:
        node, state = self.program.nodes[wanted.effect.node], wanted.state
        now = clock.now()
        named = await named_at(self.session, self.metadata, self.program, state, node, wanted.effect.locals, now)
        acted, held = ({node: UUID(user) for node, user in users.items()} for users in (wanted.acted, wanted.held))
        return Known(self.session, self.metadata, self.subject, acted, held, self.subject.data), named


def _next(playing: Generator[Wanted, Found, Prediction], told: Found | None) -> Wanted | Prediction:
    """The next question, or what it all came to. It computes: not on the event loop."""
    try:
        return playing.send(told) if told is not None else next(playing)
    except StopIteration as ended:
        prediction: Prediction = ended.value
        return prediction
