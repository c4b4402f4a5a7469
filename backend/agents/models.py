"""Tables of people who act for others: standing agents, and hand-overs of everything somebody had."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class StandingAgent(Base):
    """`agent_id` acts for `principal_id` from `starts_at` to `ends_at` (None: until revoked), in these flows (None: in all).
    `mode`: `both` may act, or `agent_only`."""

    __tablename__ = "standing_agent"
    __table_args__ = (
        Index("ix_standing_agent_principal", "principal_id"),
        Index("ix_standing_agent_agent", "agent_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    principal_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(server_default="both")
    flows: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    starts_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Handover(Base):
    """Everything of these `parts` that `from_user` had goes to `to_user`. `status`: preview, running, done, reversed."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_created", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    from_user: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"))
    to_user: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"))
    parts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(server_default="preview")
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class HandoverLine(Base):
    """One thing of a hand-over. `kind`: item, definition, superior, department, agent, instance, record; `subject` says which, `before`
    what reversing needs. `status`: planned, done, failed, skipped, reversed; `detail` says why, or how far it has gone on since."""

    __tablename__ = "handover_line"
    __table_args__ = (Index("ix_handover_line_handover", "handover_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    handover_id: Mapped[UUID] = mapped_column(ForeignKey("weft.handover.id", ondelete="CASCADE"))
    kind: Mapped[str]
    subject: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    status: Mapped[str] = mapped_column(server_default="planned")
    detail: Mapped[dict[str, Any] | None]
