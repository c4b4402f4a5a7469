"""Tables of instances: the projection of what runs in Temporal, readable without asking it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class Instance(Base):
    """One run of a flow. `status`: starting, running, completed, cancelled, failed. `sequence` guards effects: the
    effects of a step are applied only on the sequence before it. `state` is the interpreter's, of which `tokens` and
    `variables` are the readable part. `depth` is how long the chain of causes was that led to it. `parent_instance_id` called it
    as its call `parent_call`. `results` are those of awaited actions that `state` still waits for. `reopened_from`: the
    ended instance that this one goes on with. `chosen`: whom the initiator chose for nodes. `filled`: the initiator's own first step, which is
    done with the start. A voided instance is over, and counts no more."""

    __tablename__ = "instance"
    __table_args__ = (
        Index("ix_instance_record", "entity", "record_id"),
        Index("ix_instance_flow_status", "flow", "status"),
        Index("ix_instance_started", "started_at", "id"),
        Index("ix_instance_parent", "parent_instance_id", postgresql_where=text("parent_instance_id IS NOT NULL")),
        Index("ix_instance_reopened_from", "reopened_from", postgresql_where=text("reopened_from IS NOT NULL")),
        Index("ix_instance_incident", "started_at", "id", postgresql_where=text("jsonb_typeof(incident) = 'object'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    flow: Mapped[str]
    flow_version: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="starting")
    outcome: Mapped[str | None]
    title: Mapped[str] = mapped_column(server_default="")
    entity: Mapped[str]
    record_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    initiator_id: Mapped[UUID | None] = mapped_column(index=True)
    parent_instance_id: Mapped[UUID | None]
    parent_call: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(server_default="0")
    tokens: Mapped[list[Any]] = mapped_column(server_default="[]")
    variables: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    state: Mapped[dict[str, Any] | None]
    incident: Mapped[dict[str, Any] | None]
    suspended: Mapped[bool] = mapped_column(server_default="false")
    results: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    reopened_from: Mapped[UUID | None]
    chosen: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    filled: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    void_reason: Mapped[str | None]


class InstanceHistory(Base):
    """What happened in an instance, in order: node entered or left, task opened or completed, timer fired, incident."""

    __tablename__ = "instance_history"
    __table_args__ = (Index("ix_instance_history_instance_id", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("weft.instance.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    type: Mapped[str]
    node_id: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]


class Command(Base):
    """The answer given to a command id; repeating it changes nothing and answers the same."""

    __tablename__ = "command"

    id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(index=True)
    actor_id: Mapped[UUID | None]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class FlowSubscription(Base):
    """What an instance waits for of others: a message or signal by `name`, or a change of what a condition reads (`conditional`, about
    `entity` and `record_id`, or the person). `message_id` is the message on its way to it: it takes one at a time."""

    __tablename__ = "flow_subscription"
    __table_args__ = (
        Index("ix_flow_subscription_name", "kind", "name", "correlation"),
        Index("ix_flow_subscription_record", "record_id", postgresql_where=text("kind = 'conditional'")),
        Index("ix_flow_subscription_person", "person_id", postgresql_where=text("kind = 'conditional'")),
    )

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("weft.instance.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    node_id: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    correlation: Mapped[str] = mapped_column(server_default="")
    record_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class FlowMessage(Base):
    """A message that was thrown and that nobody has taken yet: it waits until `expires_at` for one who does, unless it is on its way
    to an instance (`claimed`). Gone once delivered."""

    __tablename__ = "flow_message"
    __table_args__ = (
        Index("ix_flow_message_name", "name", "correlation", "at", postgresql_where=text("NOT claimed")),
        Index("ix_flow_message_expires_at", "expires_at", postgresql_where=text("NOT claimed")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    correlation: Mapped[str] = mapped_column(server_default="")
    payload: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    claimed: Mapped[bool] = mapped_column(server_default="false")
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class FlowMessageKey(Base):
    """The key of a message or signal from outside: given again, it is not thrown again. `answer` is what was said then."""

    __tablename__ = "flow_message_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class FlowSchedule(Base):
    """When a timer start event of a published flow starts an instance next. `written` is its timer: another one begins anew. `left`
    more times after `due`; None without end."""

    __tablename__ = "flow_schedule"

    flow: Mapped[str] = mapped_column(primary_key=True)
    node_id: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[dict[str, Any]]
    due: Mapped[datetime | None] = mapped_column(index=True)
    left: Mapped[int | None]
