"""The types of tasks and runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from backend.graphql.approval_types import TaskAttachment, TaskDraft, TaskPart, TaskPerson, TaskProgress, TaskTarget
from backend.graphql.context import Context
from backend.graphql.types import DateTime, Label

Info = strawberry.Info[Context, None]


async def _attachments(source: Mapping[str, Any], info: Info, about: str) -> list[TaskAttachment]:
    """Those that came with it, else those of the instance or task `about`, together with what others on the page have."""
    found: Any = source.get("attachments")
    if found is None:
        found = await info.context.attachments.load(UUID(about))
    return found  # type: ignore[no-any-return]  # resolvers read dicts


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
    part: str | None
    on_behalf_of: TaskPerson | None
    claimed_by: TaskPerson | None
    outcome_label: Label | None

    @strawberry.field
    async def attachments(self, info: Info) -> list[TaskAttachment]:
        """The files of its whole run, or of the task that stands alone."""
        source: Any = self  # resolvers read dicts
        return await _attachments(source, info, source["instance_id"] or source["id"])


@strawberry.type
class TaskOutcome:
    """A button of a task. `comment` and `signature` say whether an opinion, or a drawn signature, is required; `targets` are where it can be
    sent back to, where that is left to the person."""

    key: str
    label: Label
    kind: str
    comment: bool | None
    signature: bool | None
    straight: bool | None
    rounds: int | None
    target: str | None
    targets: list[TaskTarget] | None


@strawberry.type
class TaskDetail(Task):
    """A task with its form, the values the form shows, its people, what was decided so far and what the caller may do; `note` is that of a
    task of no flow."""

    note: str | None
    form: JSON | None
    fields: JSON | None
    values: JSON | None
    rights: JSON | None
    record_version: int | None
    history: JSON | None
    draft: TaskDraft | None
    mode: str | None
    outcomes: list[TaskOutcome]
    can_act: bool
    may_attach: bool
    allowed: list[str]
    my_item: int | None
    removable: list[int] | None
    items: list[TaskPart]
    progress: TaskProgress | None
    decisions: JSON | None
    assignees: JSON | None


@strawberry.type
class TaskCounts:
    """Of the to-do box, and beside the others."""

    todo: int
    overdue: int
    unread: int
    cc_unread: int
    drafts: int
    started_open: int


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

    @strawberry.field
    async def attachments(self, info: Info) -> list[TaskAttachment]:
        """Its files, for those with a part in it; nothing for whoever only sees its record."""
        source: Any = self  # resolvers read dicts
        return await _attachments(source, info, source["id"])


@strawberry.type
class InstanceDetail(Instance):
    """A run with where it stands, its variables, what happened, the runs that called it and that it called, and what the caller may do
    with it (`allowed`, `may_attach`)."""

    allowed: JSON | None
    may_attach: bool
    voided_at: DateTime | None
    void_reason: str | None
    reopened_from: strawberry.ID | None
    reopened_as: strawberry.ID | None

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
