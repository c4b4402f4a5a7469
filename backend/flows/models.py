"""Tables of instances: the projection of what runs in Temporal, readable without asking it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class Instance(Base):
    """One run of a flow. `status`: starting, running, completed, cancelled, failed. `sequence` guards effects: the
    effects of a step are applied only on the sequence before it. `state` is the interpreter's, of which `tokens` and
    `variables` are the readable part. `depth` is how long the chain of causes was that led to it."""

    __tablename__ = "instance"
    __table_args__ = (
        Index("ix_instance_record", "entity", "record_id"),
        Index("ix_instance_flow_status", "flow", "status"),
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
    sequence: Mapped[int] = mapped_column(server_default="0")
    tokens: Mapped[list[Any]] = mapped_column(server_default="[]")
    variables: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    state: Mapped[dict[str, Any] | None]
    incident: Mapped[dict[str, Any] | None]
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


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
