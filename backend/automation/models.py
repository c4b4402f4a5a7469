"""Tables of rules at work: firings and the limits they count against."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class RuleFiring(Base):
    """A rule fired on an event (once per event, rule and branch). `actions` what it did; `trace` the values it saw;
    `status`: done, limited (a limit or `once` held it back), failed (`error` says why). `subject` is what a limit counts
    by, `once` the value it may fire for only once."""

    __tablename__ = "rule_firing"
    __table_args__ = (
        UniqueConstraint("event_id", "rule"),
        Index("ix_rule_firing_rule_at", "rule", "at"),
        Index("ix_rule_firing_rule_subject", "rule", "subject", "at"),
        Index("ix_rule_firing_rule_once", "rule", "once", postgresql_where=text("once IS NOT NULL")),
        Index("ix_rule_firing_person", "person_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_version: Mapped[int]
    event_id: Mapped[int] = mapped_column(BigInteger)
    branch: Mapped[str]
    subject: Mapped[str | None]
    once: Mapped[str | None]
    person_id: Mapped[UUID | None]
    status: Mapped[str]
    error: Mapped[str | None]
    actions: Mapped[list[Any]]
    trace: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
