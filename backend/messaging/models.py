"""Tables of what was sent, or would have been, and of notices to users."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class SentMessage(Base):
    """An outgoing message as the channel took it. The `log` channel keeps it here and sends nothing. A message that may not be sent
    is here too, with the status `refused` and the `reason` (a code)."""

    __tablename__ = "sent_message"
    __table_args__ = (UniqueConstraint("key"), Index("ix_sent_message_person", "person_id", "sent_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    channel: Mapped[str]
    via: Mapped[str]
    person_id: Mapped[UUID | None]
    recipient: Mapped[str]
    text: Mapped[str]
    context: Mapped[dict[str, Any]]
    status: Mapped[str]
    reason: Mapped[str | None]
    purpose: Mapped[str | None]
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]


class Notification(Base):
    """A notice in the product for one user, with a link."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_user", "user_id", "created_at"), UniqueConstraint("key", "user_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    user_id: Mapped[UUID]
    text: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]


class NoticeSetting(Base):
    """How somebody wants to be told: nothing outside the product between `quiet_from` and `quiet_until` (local time of `zone`, None: the
    company's), and by which channels beside the product."""

    __tablename__ = "notice_setting"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"), primary_key=True)
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    zone: Mapped[str | None]
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
