"""What passes between the backend, the workflow and its activities: one dataclass per message, JSON inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: Names on the wire. Running instances know them: they never change.
WORKFLOW = "FlowInstance"
COMMAND = "command"
CATCH_UP = "catch_up"
APPLY_EFFECTS = "apply_effects"
READ_CONTEXT = "read_context"
READ_PROGRAM = "read_program"
NEWER_STATE = "newer_state"
ANSWER_QUESTIONS = "answer_questions"
CALL_SERVICE = "call_service"


def workflow_id(instance: str) -> str:
    """The Temporal workflow id of an instance."""
    return f"instance:{instance}"


def instance_of(workflow_id: str) -> str:
    """The instance with this workflow id."""
    return workflow_id.removeprefix("instance:")


@dataclass(frozen=True)
class InstanceInput:
    """Begin an instance with `start` (a Start command's JSON; no `state` yet), or go on with one in a fresh history.

    `program` is `Program.to_json()` of the flow's version `version`, and `content` its hash (`program_content`). `results` are
    answers of awaited actions that the `state` still waits for (see Applied); `by_itself` how many of them came with nothing from outside
    between them; `put_off` such answers that could not be stepped yet.
    """

    instance: str
    program: Json
    version: int = 0
    content: str = ""
    start: Json = field(default_factory=dict)
    state: Json | None = None
    results: Json = field(default_factory=dict)
    by_itself: int = 0
    put_off: list[CommandInput] = field(default_factory=list)


@dataclass(frozen=True)
class CommandInput:
    """Something is to happen: `command` is the JSON of a flow command (its `kind` and members; a migration has `version`, the
    one to go on under). `user` is the person who does it, None for everything that no person does.

    Of a person's decision: `comment`, and `data`, the values for the record, typed over its version `record_version`.
    `extra` is whatever else the backend wants to have with it.
    `context` is what the flow's expressions read of the record, where the caller has read it already, when the instance's sequence was
    `context_sequence`: the instance reads it anew when it has moved since.
    """

    command_id: str
    command: Json
    user: str | None = None
    comment: str | None = None
    data: Json = field(default_factory=dict)
    record_version: int | None = None
    context: Json | None = None
    context_sequence: int | None = None
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of an application. `command`: the command's JSON without its context, and `user`, `comment`, `data`, `extra` and
    `record_version` of its input; `leader` is the id of the command that led there, where the answer joins that one's. `effects` are those of engine.flow in JSON, in order."""

    command_id: str
    sequence: int
    command: Json
    effects: list[Json]


@dataclass(frozen=True)
class Application:
    """Steps to make real, together or not at all, valid only on top of `first_sequence - 1`; `state` is the one after the last. `paths`
    is what the flow's expressions read, where they read records: where results follow, so do the values (`Applied.context`). `failures`
    are calls that are known to fail, should they come up in what follows from the steps."""

    instance: str
    first_sequence: int
    steps: list[Step]
    state: Json
    now: str
    paths: list[list[str]] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Applied:
    """What became of an application. Only `applied` has changed anything.

    `applied`: done; `answers` by command id, `results` what awaited actions gave (by call), `state` the one after what followed from the
    steps (None: nothing did).
    `behind`: the database has a later state than the workflow built on: it is `state`. `failed`: these calls fail (call id to
    "code: detail"). `refused`: these commands are a user's mistake (`refused`), or were done before (`repeated`: their
    answers of then); the others are to be tried without them.
    `people`, `escalated` and `unassigned` are what workers answered before items had numbers: recorded histories have them.
    Whenever `state` is given with another status, `version` is that of the instance's flow, and `results` what awaited actions that it waits for gave.
    """

    status: str
    answers: dict[str, Json] = field(default_factory=dict)
    results: Json = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Json] = field(default_factory=dict)
    repeated: dict[str, Json] = field(default_factory=dict)
    state: Json | None = None
    version: int = 0
    context: Json | None = None
    people: dict[str, list[str]] = field(default_factory=dict)
    escalated: dict[str, list[str]] = field(default_factory=dict)
    unassigned: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StateQuestion:
    """Whether the database has a later state than this sequence, or has answered some of these commands (as a step tells them, with
    their `id`) already."""

    instance: str
    sequence: int
    commands: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class NewerState:
    """The database's state where it is later (None: it is not), with what belongs to it as in Applied; and the answers that were given."""

    state: Json | None = None
    answers: dict[str, Json] = field(default_factory=dict)
    results: Json = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class ContextQuestion:
    """Which paths of the record and the initiator the flow's expressions read; `data` are values about to be written to the record."""

    instance: str
    paths: list[list[str]]
    data: Json = field(default_factory=dict)


@dataclass(frozen=True)
class ProgramQuestion:
    """The program of a version of the instance's flow: to migrate to it."""

    instance: str
    version: int


@dataclass(frozen=True)
class HostQuestions:
    """What the flow's expressions ask beside values (see engine/language/asking.py), and the paths they read of the records that
    they look up, by entity."""

    instance: str
    asked: list[Json]
    paths: dict[str, list[list[str]]]


@dataclass(frozen=True)
class ServiceInput:
    """A call of another system. `call` (`instance:sequence:n`) is the same however often it is tried: the idempotency key.

    The answer is any JSON. An ApplicationError that is not to be retried fails the call: its `type` is the error's code.
    """

    instance: str
    call: str
    node: str
    action: str
    arguments: Json = field(default_factory=dict)
