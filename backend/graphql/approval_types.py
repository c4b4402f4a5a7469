"""The types around a task's people: their parts, what they may do, who comes next, agents and hand-overs."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from backend.graphql.types import DateTime, Label


@strawberry.type
class TaskPerson:
    """Somebody who has to do with a task."""

    id: strawberry.ID
    name: str


@strawberry.type
class TaskPart:
    """One person's part in a task. `owner` is whom the responsibility was first with, `reason` why it was decided automatically; the parts
    of those who were asked for an opinion or got a copy have no number (`item`)."""

    item: int | None
    user: TaskPerson | None
    kind: str
    status: str
    outcome: str | None
    outcome_label: Label | None
    sign: str | None
    comment: str | None
    signature: str | None
    weight: int
    veto: bool
    parent: int | None
    owner: TaskPerson | None
    reason: str | None
    asked_by: TaskPerson | None
    question: str | None
    read: bool
    at: DateTime | None


@strawberry.type
class TaskProgress:
    """How those who sign stand, in a vote by their weights; `needed` in words."""

    mode: str
    agreed: int
    refused: int
    abstained: int
    left: int
    needed: Label | None


@strawberry.type
class TaskTarget:
    """Where a task can be sent back to."""

    node_id: str
    title: Label


@strawberry.type
class TaskAttachmentPlace:
    """The task at which a file was attached."""

    id: strawberry.ID
    node_id: str
    title: Label


@strawberry.type
class TaskAttachment:
    """A file of a task or a run. `size` in bytes; `url` gives it out to whoever may read it; `task` is null for a file of the run itself;
    `removable`: the caller may take it away again."""

    id: strawberry.ID
    name: str
    size: int
    media_type: str
    url: str
    by: TaskPerson | None
    at: DateTime
    task: TaskAttachmentPlace | None
    removable: bool


@strawberry.type
class TaskDraft:
    """What the caller has written and not sent."""

    data: JSON
    comment: str | None
    outcome: str | None
    updated_at: DateTime


@strawberry.type
class TaskDraftKept:
    """A draft was kept."""

    task_id: strawberry.ID
    updated_at: DateTime


@strawberry.type
class TaskAnswer:
    """What an operation on a task led to."""

    task_id: strawberry.ID | None
    status: str | None
    instance_status: str | None
    next_tasks: JSON | None


@strawberry.type
class TaskDone:
    """One decision of many: its answer, or its error."""

    task: strawberry.ID
    ok: bool
    answer: JSON | None
    error: JSON | None


@strawberry.input
class TaskDecision:
    """One decision of many; for outcomes that need neither opinion nor signature nor values."""

    task: strawberry.ID
    outcome: str
    command_id: str
    comment: str | None = None


@strawberry.type
class InstanceOrder:
    """What an order to a run led to; `urged` are the tasks whose people were asked for haste."""

    instance_status: str | None
    next_tasks: JSON | None
    urged: list[strawberry.ID] | None


@strawberry.type
class InstanceVoided:
    """A run that was declared void."""

    id: strawberry.ID
    voided_at: DateTime | None


@strawberry.type
class InstanceReopened:
    """The run with which one that was over goes on."""

    id: strawberry.ID


@strawberry.type
class InstanceOutlookPerson:
    """Somebody who gets a task, and why."""

    user: TaskPerson | None
    kind: str
    status: str
    reason: str | None
    because: Label | None


@strawberry.type
class InstanceOutlookTask:
    """A task that is open (`now`) or will be; not `sure` where what nobody knows yet may lead elsewhere."""

    node_id: str
    title: Label
    round: int
    now: bool
    sure: bool | None
    mode: str | None
    people: list[InstanceOutlookPerson]
    choice: JSON | None


@strawberry.type
class InstanceOutlook:
    """Who gets it next: the flow played on, with everybody agreeing; `waits` is what nobody decides."""

    tasks: list[InstanceOutlookTask]
    ended: bool
    outcome: str | None
    waits: JSON | None


@strawberry.type
class TaskAgent:
    """A standing agent. `flows` null means all, `ends_at` null until it is taken back; `mine`: the caller may take it back."""

    id: strawberry.ID
    principal: TaskPerson
    agent: TaskPerson
    mode: str
    flows: list[str] | None
    starts_at: DateTime
    ends_at: DateTime | None
    revoked_at: DateTime | None
    status: str
    created_by: TaskPerson | None
    created_at: DateTime
    mine: bool
    applied: JSON | None


@strawberry.type
class TaskAgents:
    """Whom somebody gave, and for whom they act."""

    given: list[TaskAgent]
    received: list[TaskAgent]


@strawberry.type
class TaskHandoverLine:
    """One thing of a hand-over, and what became of it."""

    id: int
    kind: str
    status: str
    label: Label
    link: str | None
    code: str | None
    detail: Label | None


@strawberry.type
class TaskHandover:
    """What somebody had goes to somebody else; `next` goes on with its lines."""

    id: strawberry.ID
    giver: TaskPerson
    taker: TaskPerson
    parts: list[str]
    status: str
    counts: JSON
    created_by: TaskPerson | None
    created_at: DateTime
    finished_at: DateTime | None
    lines: list[TaskHandoverLine] | None
    next: str | None


@strawberry.type
class TaskHandoverPage:
    """A page of hand-overs."""

    items: list[TaskHandover]
    next: str | None
