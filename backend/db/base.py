"""The declarative base of the system tables (schema `weft`) and the ids they use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import DeclarativeBase
from uuid_utils import uuid7 as _uuid7

#: The schema of Weft's own tables; records of user-defined entities live in `data`.
SYSTEM_SCHEMA = "weft"


class Base(DeclarativeBase):
    """Base of the system tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        schema=SYSTEM_SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        UUID: PgUUID(as_uuid=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def uuid7() -> UUID:
    """A new time-ordered id (RFC 9562 version 7)."""
    return UUID(int=_uuid7().int)
