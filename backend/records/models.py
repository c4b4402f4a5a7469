"""System tables that records need beside the entities' own tables."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class NumberSequence(Base):
    """The last number given by an `auto_number` field in one period (`2026-11` or empty)."""

    __tablename__ = "number_sequence"

    entity: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
