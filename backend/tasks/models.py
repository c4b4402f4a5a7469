"""Tables of the inbox: user tasks and each person's part in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class Task(Base):
    """A task for people: opened by an instance, or alone (`instance_id` None, with a `note`), about a record. `status`: open,
    completed, cancelled. `mode` one, any or all."""

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
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class TaskItem(Base):
    """One person's part in a task. `kind`: assignee, escalation or cc. `status`: open, done, skipped (others decided)."""

    __tablename__ = "task_item"
    __table_args__ = (
        # One for each box of the inbox. A copy stays `open` for ever: it must not lie among what is to be done.
        Index(
            "ix_task_item_user_open",
            "user_id",
            postgresql_where=text("status = 'open' AND kind IN ('assignee', 'escalation')"),
        ),
        Index("ix_task_item_user_done", "user_id", "acted_at", postgresql_where=text("status = 'done'")),
        Index("ix_task_item_user_cc", "user_id", postgresql_where=text("kind = 'cc'")),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("weft.task.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="assignee")
    status: Mapped[str] = mapped_column(server_default="open")
    outcome: Mapped[str | None]
    comment: Mapped[str | None]
    acted_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
