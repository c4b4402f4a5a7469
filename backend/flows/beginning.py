"""What an instance begins with, whoever begins it: a person, a rule, another instance, a message, a signal or the clock."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.db import uuid7
from backend.errors import Invalid
from backend.events.log import Cause
from backend.flows import repository
from backend.flows.errors import FlowInvalid
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.errors import FieldError
from backend.records.fields import type_of
from engine.definitions import EventDefinition, Field, Flow, Variable

#: Types whose options a variable does not know; any text is taken.
_OPTIONS_ELSEWHERE = frozenset({"choice", "stage", "multi_choice"})
#: Variables are kept in every state of an instance, which has its limit too: one that begins past this many
#: characters could not run.
LONGEST = 128 * 1024
#: Instances that began one another without a person between them.
DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Beginning:
    """An instance to begin: a version of a flow, about a record, with variables. `node` is its start event, where it is not the plain
    ones, and `payload` what arrived there. `parent` and `call` say who called it. `at` is the node where one
    goes on that was over (`reopened_from`). `chosen`: whom the initiator chose, by node. `filled`: the initiator's own first step, whose
    form was filled in to start it."""

    flow: Flow
    version: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    record_id: UUID | None = None
    person_id: UUID | None = None
    initiator_id: UUID | None = None
    cause: Cause = field(default_factory=Cause)
    node: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    parent: UUID | None = None
    call: str | None = None
    at: str | None = None
    reopened_from: UUID | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    filled: str | None = None
    id: UUID = field(default_factory=uuid7)

    @property
    def start(self) -> dict[str, Any]:
        """The members of its Start command beside variables and context."""
        return {
            "node": self.node,
            "payload": dict(self.payload),
            "called": self.parent is not None,
            "initiator": self.initiator_id and str(self.initiator_id),
            "at": self.at,
        }


#: Begins an instance, in the transaction of whoever calls it.
Start = Callable[[Beginning], Awaitable[UUID]]


async def insert(
    session: AsyncSession, metadata: Metadata, beginning: Beginning, caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Write the new instance down, not yet running; returns its variables.

    Those not given take the record's value where it has a field of their name, else their default. Raises NotFound, FlowInvalid.
    """
    flow, record_id = beginning.flow, beginning.record_id
    record = await records.get(session, metadata, caller, flow.entity, record_id) if record_id is not None else {}
    values = variables_of(flow, beginning.variables, record)
    if beginning.node is None:
        require_start(flow)
    if beginning.cause.depth > DEEPEST:
        raise FlowInvalid(reason=f"more than {DEEPEST} flows have started one another")
    await repository.insert_instance(
        session,
        id=beginning.id,
        flow=flow.key,
        flow_version=beginning.version,
        title=str(record.get("_title") or ""),
        entity=flow.entity,
        record_id=record_id,
        person_id=beginning.person_id or _person(metadata, flow, record),
        initiator_id=beginning.initiator_id,
        parent_instance_id=beginning.parent,
        parent_call=beginning.call,
        variables=values,
        event_id=beginning.cause.event_id,
        depth=beginning.cause.depth,
        reopened_from=beginning.reopened_from,
        chosen=dict(beginning.chosen),
        filled=beginning.filled,
    )
    return values


def require_start(flow: Flow) -> None:
    """Raises FlowInvalid when nobody can begin it just so: it waits for a message, a signal or the clock."""
    event = begins_only_by(flow)
    if event is not None:
        raise FlowInvalid(reason=f"{flow.key} begins only by its {event.kind}")


def begins_only_by(flow: Flow) -> EventDefinition | None:
    """What a flow waits for that nobody can begin just so; else None."""
    starts = [each for each in flow.nodes if each.type == "start_event" and each.parent is None]
    return starts[0].events[0] if starts and all(each.events for each in starts) else None


def require_storable(values: Mapping[str, Any], path: str) -> None:
    """Raises Invalid for what PostgreSQL does not hold: a NUL, half a surrogate pair, a number of more than 64 bits."""
    try:
        written = orjson.dumps(values, default=str)
    except TypeError as error:
        raise Invalid(path=path, reason=str(error)) from error
    if b"\\u0000" in written.replace(rb"\\\\", b""):
        raise Invalid(path=path, reason="a text holds the character NUL")


def require_variables(flow: Flow, given: Mapping[str, Any]) -> None:
    """Raises FlowInvalid for a variable that the flow does not have, or a value that does not fit it."""
    require_storable(given, "/variables")
    declared = {variable.key: variable for variable in flow.variables}
    unknown = next((key for key in given if key not in declared), None)
    if unknown is not None:
        close = difflib.get_close_matches(unknown, declared, n=1)
        raise FlowInvalid(
            path=f"/variables/{unknown}", suggestion=close[0] if close else None, reason=f"no variable {unknown!r}"
        )
    for key, value in given.items():
        _require_fitting(declared[key], value)


def variables_of(flow: Flow, given: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What the variables of an instance begin with. Raises FlowInvalid."""
    require_variables(flow, given)
    declared = {variable.key: variable for variable in flow.variables}
    values = {key: given[key] if key in given else record.get(key) for key in declared}
    found = {key: declared[key].default if value is None else value for key, value in values.items()}
    if len(orjson.dumps(found, default=str).decode()) > LONGEST:
        raise FlowInvalid(path="/variables", reason=f"its variables are longer than {LONGEST} characters")
    return found


def _require_fitting(variable: Variable, value: object) -> None:
    """Raises FlowInvalid for a value that is not of the variable's type."""
    like = Field(variable.key, variable.type, variable.label, entity=variable.entity, currency=variable.currency)
    if type_of(like).is_empty(value) or variable.type in _OPTIONS_ELSEWHERE:
        return
    try:
        type_of(like).coerce(like, value)
    except FieldError as error:
        raise FlowInvalid(path=f"/variables/{variable.key}", reason=f"{variable.key}: {error}") from error


def _person(metadata: Metadata, flow: Flow, record: Mapping[str, Any]) -> UUID | None:
    """The person a record is about: itself when it is one, else the first reference to the entity `person`."""
    if flow.entity == "person":
        return UUID(record["id"]) if record else None
    for each in metadata.entity(flow.entity).fields:
        if each.type == "reference" and each.entity == "person" and record.get(each.key):
            return UUID(str(record[each.key]))
    return None
