"""The table of start forms that are half filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class StartDraft(Base):
    """What somebody has filled in to start a flow, and not sent yet. Its id is that of the start it is for."""

    __tablename__ = "start_draft"
    __table_args__ = (Index("ix_start_draft_user", "user_id", "updated_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"))
    flow: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
