"""reference, user, department: ids of something else, whose title `_labels` shows."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.types import TypeEngine

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, wrong_type
from engine.definitions import Field, Text


def read_id(value: object) -> UUID:
    """An id from text, or from an object that has one. Raises FieldError."""
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str):
        raise wrong_type("编号", "an id")
    try:
        return UUID(value)
    except ValueError:
        raise FieldError("field.format", example="0198c0de-0000-7000-8000-000000000000") from None


class ReferenceType(FieldType):
    """A record of another entity."""

    key, label = "reference", Text("引用", "Reference")
    sortable = False
    always_indexed = True
    points_at = "record"
    graphql = "ID"
    operators = ("equal", "unequal", "in", "empty", "filled")

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return PgUUID(as_uuid=True)

    def coerce(self, field: Field, value: object) -> object:
        return read_id(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class UserType(ReferenceType):
    """Somebody who can sign in."""

    key, label = "user", Text("用户", "User")
    points_at = "user"


class DepartmentType(ReferenceType):
    """A department."""

    key, label = "department", Text("部门", "Department")
    points_at = "department"
