"""The table of standing agents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base

#: Both may act, or only the agent.
BOTH, AGENT_ONLY = "both", "agent_only"


class StandingAgent(Base):
    """`agent_id` acts for `principal_id` from `starts_at` until `ends_at` (None: until revoked), in `flows` (None: in all)."""

    __tablename__ = "standing_agent"
    __table_args__ = (
        Index("ix_standing_agent_principal", "principal_id", postgresql_where=text("revoked_at IS NULL")),
        Index("ix_standing_agent_agent", "agent_id", postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    principal_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id"))
    mode: Mapped[str] = mapped_column(server_default=BOTH)
    flows: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
