"""What passes between the backend, the workflow and its activities: one dataclass per message, JSON inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: Names on the wire. Running instances know them: they never change.
WORKFLOW = "FlowInstance"
COMPLETE_TASK = "complete_task"
RETRY = "retry"
CANCEL = "cancel"
CATCH_UP = "catch_up"
APPLY_EFFECTS = "apply_effects"
READ_CONTEXT = "read_context"
NEWER_STATE = "newer_state"
ANSWER_QUESTIONS = "answer_questions"


def workflow_id(instance: str) -> str:
    """The Temporal workflow id of an instance."""
    return f"instance:{instance}"


@dataclass(frozen=True)
class InstanceInput:
    """Begin an instance (no `state` yet), or go on with one in a fresh history. `program` is `Program.to_json()`."""

    instance: str
    program: Json
    variables: Json = field(default_factory=dict)
    context: Json = field(default_factory=dict)
    state: Json | None = None


@dataclass(frozen=True)
class CompleteTaskInput:
    """A person decides. `data` are the values for the record, typed over its version `record_version`; `variables` those for
    the flow, `context` what it reads."""

    command_id: str
    task: str
    user: str
    outcome: str
    comment: str | None = None
    data: Json = field(default_factory=dict)
    variables: Json = field(default_factory=dict)
    context: Json | None = None
    record_version: int | None = None


@dataclass(frozen=True)
class RetryInput:
    """An operator has what stopped tried again, with variables mended."""

    command_id: str
    user: str
    node: str | None = None
    variables: Json = field(default_factory=dict)


@dataclass(frozen=True)
class CancelInput:
    """Somebody ends the instance."""

    command_id: str
    user: str
    reason: str = ""


@dataclass(frozen=True)
class Application:
    """A step to make real: its effects and the state after it, valid only on top of `sequence - 1`.

    `command` says what made the step: its id, kind, user, and for a completion its task, outcome, comment and data.
    """

    instance: str
    sequence: int
    command_id: str
    command: Json
    effects: list[Json]
    state: Json
    now: str


@dataclass(frozen=True)
class Applied:
    """What became of an application.

    `applied`: done; `people` are those found for the new tasks. `repeated`: done before, `answer` is the answer of then.
    `behind`: the database has a later state than the workflow built on; take `state` and try again.
    `failed`: these service calls fail (id to reason); nothing was changed. `refused`: a user's mistake; nothing was changed.
    """

    status: str
    answer: Json = field(default_factory=dict)
    state: Json | None = None
    people: dict[str, list[str]] = field(default_factory=dict)
    escalated: dict[str, list[str]] = field(default_factory=dict)
    unassigned: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StateQuestion:
    """Whether the database has a later state than this sequence."""

    instance: str
    sequence: int


@dataclass(frozen=True)
class ContextQuestion:
    """Which paths of the record and the initiator the flow's expressions read."""

    instance: str
    paths: list[list[str]]


@dataclass(frozen=True)
class HostQuestions:
    """What the flow's expressions ask beside values (see engine/language/asking.py), and the paths they read of the records that
    they look up, by entity."""

    instance: str
    asked: list[Json]
    paths: dict[str, list[list[str]]]
