"""Tables of users, departments and who holds which role."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class Department(Base):
    """A department; `path` is the ids from the root down to this one, so that a subtree is one containment test."""

    __tablename__ = "department"
    __table_args__ = (Index("ix_department_path", "path", postgresql_using="gin"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    label_zh: Mapped[str]
    label_en: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.department.id"))
    head_id: Mapped[UUID | None]
    path: Mapped[list[UUID]] = mapped_column(ARRAY(PgUUID(as_uuid=True)))


class User(Base):
    """Somebody who can sign in. `superior_id` is who an overdue task of theirs escalates to."""

    __tablename__ = "user"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[str] = mapped_column(server_default="")
    password_hash: Mapped[str | None]
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.department.id"), index=True)
    superior_id: Mapped[UUID | None] = mapped_column(ForeignKey("weft.user.id"))
    is_admin: Mapped[bool] = mapped_column(server_default="false")
    active: Mapped[bool] = mapped_column(server_default="true")
    locale: Mapped[str] = mapped_column(server_default="zh")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UserRole(Base):
    """A user holds a role (the key of a role definition)."""

    __tablename__ = "user_role"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("weft.user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, index=True)
