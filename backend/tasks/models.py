"""Tables of the inbox: user tasks and each person's part in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class Task(Base):
    """A task for people: opened by an instance, or alone (`instance_id` None, with a `note`), about a record. `status`: open,
    completed, cancelled. `mode`: how the decisions of its people become one. `claimed`: the part that took it from its group.
    `urged_at`: when somebody last asked for haste. `rights`: what the form's fields are here."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_instance", "instance_id"), Index("ix_task_record", "entity", "record_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.instance.id", ondelete="CASCADE"))
    node_id: Mapped[str]
    title: Mapped[dict[str, Any]]
    subject: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str | None]
    form: Mapped[str | None]
    form_version: Mapped[int | None]
    mode: Mapped[str] = mapped_column(server_default="any")
    outcomes: Mapped[list[Any]]
    entity: Mapped[str]
    record_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default="open")
    outcome: Mapped[str | None]
    priority: Mapped[int] = mapped_column(server_default="0")
    round: Mapped[int] = mapped_column(server_default="1")
    escalated: Mapped[bool] = mapped_column(server_default="false")
    claimed: Mapped[int | None]
    urged_at: Mapped[datetime | None]
    rights: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class TaskItem(Base):
    """One person's part in a task (`user_id` None: nobody was found, and the flow decided).

    `item` is its number in the flow's own list (engine.flow.Item, whose members `kind`, `status`, `sign`, `weight`, `veto`, `parent` and
    `reason` are); None for parts that the flow knows nothing of: `cc`, `consult` (asked for an opinion), and everybody's in a
    task that stands alone. `owner_id`: whom the responsibility was first with. `asked_by` brought them in, with a `question` or a note.
    """

    __tablename__ = "task_item"
    __table_args__ = (
        Index("ix_task_item_task", "task_id", "user_id"),
        Index("uq_task_item_number", "task_id", "item", unique=True, postgresql_where=text("item IS NOT NULL")),
        Index("uq_task_item_part", "task_id", "user_id", "kind", unique=True, postgresql_where=text("item IS NULL")),
        # One for each box of the inbox. A copy stays `open` for ever: it must not lie among what is to be done.
        Index("ix_task_item_user_open", "user_id", postgresql_where=text("status = 'open' AND kind <> 'cc'")),
        Index("ix_task_item_user_done", "user_id", "acted_at", postgresql_where=text("status = 'done'")),
        Index("ix_task_item_user_cc", "user_id", postgresql_where=text("kind IN ('cc', 'consult')")),
        # For what somebody has whose turn has not come, and for agents whose time may be over.
        Index("ix_task_item_user_waiting", "user_id", postgresql_where=text("status = 'waiting'")),
        Index("ix_task_item_agent", "id", postgresql_where=text("kind = 'agent' AND status IN ('open', 'waiting')")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("weft.task.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.user.id"))
    kind: Mapped[str] = mapped_column(server_default="assignee")
    item: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default="open")
    outcome: Mapped[str | None]
    sign: Mapped[str | None]
    comment: Mapped[str | None]
    signature: Mapped[str | None]
    question: Mapped[str | None]
    weight: Mapped[int] = mapped_column(server_default="1")
    veto: Mapped[bool] = mapped_column(server_default="false")
    parent: Mapped[int | None]
    owner_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    asked_by: Mapped[UUID | None]
    acted_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TaskDraft(Base):
    """What somebody has written on a task's form and not sent yet."""

    __tablename__ = "task_draft"
    __table_args__ = (Index("ix_task_draft_user", "user_id", "updated_at"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("weft.task.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    comment: Mapped[str | None]
    outcome: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TaskAttachment(Base):
    """A file that somebody attached to a task, or (`task_id` None) to an instance; all tasks of the instance show it. Its `content` is
    read only to be given out, and is empty once it was taken away (`removed_at`)."""

    __tablename__ = "task_attachment"
    __table_args__ = (
        Index("ix_task_attachment_task", "task_id", postgresql_where=text("removed_at IS NULL")),
        Index("ix_task_attachment_instance", "instance_id", postgresql_where=text("removed_at IS NULL")),
        CheckConstraint("task_id IS NOT NULL OR instance_id IS NOT NULL", name="place"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.task.id", ondelete="CASCADE"))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.instance.id", ondelete="CASCADE"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]
