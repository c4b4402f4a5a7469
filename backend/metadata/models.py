"""Tables of definitions: immutable versions, drafts, publications and installed apps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class DefinitionVersion(Base):
    """An immutable published version; exactly one per kind and key is `current` unless the definition was removed."""

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        Index("uq_definition_current", "kind", "key", unique=True, postgresql_where=text("current")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    app: Mapped[str] = mapped_column(server_default="")
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    current: Mapped[bool] = mapped_column(server_default="true")
    publication_id: Mapped[int] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DefinitionDraft(Base):
    """An edit not yet published; `content` null means the definition is to be removed. `base_version` 0 means new."""

    __tablename__ = "definition_draft"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any] | None]
    base_version: Mapped[int] = mapped_column(server_default="0")
    updated_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Publication(Base):
    """One publish; its id is the version of the metadata as a whole."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    plan: Mapped[dict[str, Any]]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InstalledApp(Base):
    """An app that was installed from files."""

    __tablename__ = "app"

    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    label: Mapped[dict[str, Any]]
    installed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sample_data: Mapped[bool] = mapped_column(server_default="false")
