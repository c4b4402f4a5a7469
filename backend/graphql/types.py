"""The types of the schema that do not depend on definitions: scalars, people, tasks, instances."""

from __future__ import annotations

from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

Date = NewType("Date", str)
DateTime = NewType("DateTime", str)


def _as_it_is(value: object) -> object:
    """PostgreSQL wrote it, or the field type will read it."""
    return value


#: Dates and times cross as the ISO 8601 text that REST shows.
SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(
        name="Date", description="ISO 8601: 2026-11-23", serialize=_as_it_is, parse_value=_as_it_is
    ),
    DateTime: strawberry.scalar(
        name="DateTime", description="ISO 8601 with a zone", serialize=_as_it_is, parse_value=_as_it_is
    ),
}


@strawberry.type
class Money:
    """An amount, every digit as text, and its ISO 4217 currency."""

    amount: str
    currency: str


@strawberry.input
class MoneyInput:
    """An amount; the currency may be left out, since the field fixes it."""

    amount: str
    currency: str | None = strawberry.UNSET


@strawberry.type
class Label:
    """A text in the two languages."""

    zh: str
    en: str


@strawberry.type
class User:
    """Somebody who can sign in."""

    id: strawberry.ID
    name: str
    email: str
    position: str | None


@strawberry.type
class Department:
    """A department."""

    id: strawberry.ID
    key: str
    label: Label


@strawberry.type
class Task:
    """A task as the inbox shows it."""

    id: strawberry.ID
    title: Label
    subject: str | None
    flow: str | None
    flow_label: Label | None
    instance_id: strawberry.ID | None
    node_id: str
    entity: str
    record_id: strawberry.ID | None
    status: str
    outcome: str | None
    priority: int
    round: int
    opened_at: DateTime
    due_at: DateTime | None
    closed_at: DateTime | None
    overdue: bool | None
    escalated: bool | None
    read: bool | None


@strawberry.type
class TaskOutcome:
    """A button of a task. `comment` says whether an opinion is required."""

    key: str
    label: Label
    kind: str
    comment: bool | None


@strawberry.type
class TaskDetail(Task):
    """A task with its form, the values the form shows, and what was decided so far; `note` is that of a task of no flow."""

    note: str | None
    form: JSON | None
    values: JSON | None
    record_version: int | None
    outcomes: list[TaskOutcome]
    can_act: bool
    decisions: JSON | None
    assignees: JSON | None


@strawberry.type
class TaskCounts:
    """Of the to-do box."""

    todo: int
    overdue: int
    unread: int


@strawberry.type
class TaskPage:
    """A page of a box."""

    items: list[Task]
    next: str | None
    counts: TaskCounts


@strawberry.type
class TaskCompletion:
    """What a decision led to."""

    task_id: strawberry.ID
    status: str
    outcome: str | None
    instance_status: str | None
    next_tasks: JSON | None


@strawberry.type
class Instance:
    """A run of a flow."""

    id: strawberry.ID
    flow: str
    flow_label: Label | None
    flow_version: int | None
    status: str
    outcome: str | None
    title: str | None
    entity: str
    record_id: strawberry.ID | None
    started_at: DateTime
    ended_at: DateTime | None
    suspended: bool | None
    parent_id: strawberry.ID | None


@strawberry.type
class InstanceDetail(Instance):
    """A run with where it stands, its variables, what happened, and the runs that called it and that it called."""

    variables: JSON | None
    tokens: JSON | None
    tasks: JSON | None
    history: JSON | None
    incident: JSON | None
    parent: JSON | None
    children: JSON | None
    definition: JSON | None


@strawberry.type
class InstancePage:
    """A page of runs."""

    items: list[Instance]
    next: strawberry.ID | None
