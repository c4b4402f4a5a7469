"""sub_table: ordered rows of columns inside a record, in a table of their own."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

from typing import Any

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, wrong_type
from engine.definitions import Field, Text


class SubTableType(FieldType):
    """Rows inside a record. `coerce` looks at the list only; values.py coerces the columns of its rows."""

    key, label = "sub_table", Text("子表", "Sub-table")
    stored = False
    sortable = False
    graphql = "[SubRow!]"
    operators = ("empty", "filled")
    #: The most rows one record may have.
    limit = 1_000

    def is_empty(self, value: object) -> bool:
        return super().is_empty(value) or value in ([], ())

    def coerce(self, field: Field, value: object) -> object:
        if not isinstance(value, list | tuple):
            raise wrong_type("列表", "a list of rows")
        if len(value) > self.limit:
            raise FieldError("field.too_many", limit=self.limit)
        return list(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "object"}}
