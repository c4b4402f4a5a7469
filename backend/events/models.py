"""Tables of the event log, its consumers and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base

#: How many ways the work on the log can be split; an event's slot is a hash of its subject.
SLOTS = 16


class Event(Base):
    """One entry of the log. `xid` is the writing transaction: an event is read only when every older one has ended,
    so consumers order by (xid, id). `subject_*` is what it is about; `depth` counts causes, to stop loops."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_slot_of_channels", "slot", "xid", "id", postgresql_where=text("channel IS NOT NULL")),
        Index("ix_event_slot_of_others", "slot", "xid", "id", postgresql_where=text("channel IS NULL")),
        Index("ix_event_subject", "subject_entity", "subject_id", "id"),
        Index("ix_event_person", "person_id", "id", postgresql_where=text("person_id IS NOT NULL")),
        Index(
            "ix_event_person_type", "person_id", "type", "occurred_at", postgresql_where=text("person_id IS NOT NULL")
        ),
        Index("ix_event_type", "type", "occurred_at"),
        Index(
            "uq_event_channel_external_id",
            "channel",
            "external_id",
            unique=True,
            postgresql_where=text("channel IS NOT NULL"),
        ),
        Index("ix_event_channel", "channel", "id", postgresql_where=text("channel IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"))
    slot: Mapped[int] = mapped_column(SmallInteger)
    type: Mapped[str]
    subject_entity: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    channel: Mapped[str | None]
    external_id: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    actor_kind: Mapped[str] = mapped_column(server_default="system")
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    data: Mapped[dict[str, Any]]
    causation_id: Mapped[int | None] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class ConsumerPosition(Base):
    """How far a consumer has read one slot; advanced in the transaction that holds the effects."""

    __tablename__ = "consumer_position"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger, server_default="0")
    event_id: Mapped[int] = mapped_column(BigInteger, server_default="0")


class OutboxMessage(Base):
    """One effect outside the database, written with its cause and carried out afterwards, at least once, under `key`."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_due", "next_attempt_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_error: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]


class FailedEvent(Base):
    """An event that a consumer could not handle, with the reason; the consumer went on after it."""

    __tablename__ = "failed_event"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    error: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
