"""What a field type is: the object that knows everything about fields of one `type`."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text
from sqlalchemy.types import TypeEngine

from backend.records.errors import FieldError
from engine.definitions import Field
from engine.definitions import Text as Label

Sql = ColumnElement[Any]


class FieldType(ABC):
    """Fields of one type. A value is stored in one column unless `stored` is False (a sub-table has a table).

    `coerce` makes what came in (JSON, or Python values from an expression) into what the column takes and raises
    FieldError; it is asked only for what `is_empty` lets through, since empty is always null.
    """

    key: ClassVar[str]
    label: ClassVar[Label]
    stored: ClassVar[bool] = True
    #: Given out by the server, never taken from anybody.
    server_set: ClassVar[bool] = False
    #: Looked through by a list's search.
    searchable: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    #: Types whose columns may become this type without touching a row, every old value being valid.
    widens: ClassVar[frozenset[str]] = frozenset()
    #: How an index on this column is made.
    index_method: ClassVar[str] = "btree"
    #: Indexed even when the definition does not ask for it.
    always_indexed: ClassVar[bool] = False
    #: What `_labels` shows for its ids: `record`, `user` or `department`.
    points_at: ClassVar[str | None] = None
    graphql: ClassVar[str] = "String"
    #: Filter operators that make sense for it, as the front end names them.
    operators: ClassVar[tuple[str, ...]] = ()

    def column_type(self, field: Field) -> TypeEngine[Any]:
        """The column's type."""
        return Text()

    def is_empty(self, value: object) -> bool:
        """Whether an input stands for no value."""
        return value is None or value == ""

    @abstractmethod
    def coerce(self, field: Field, value: object) -> object:
        """The value for the column. Raises FieldError."""

    def default(self, field: Field) -> object:
        """The input a new record starts with when none is given."""
        return field.default

    def check_change(self, field: Field, old: object, new: object) -> None:  # noqa: B027 - most types allow any change
        """Raises FieldError when a stored `old` may not become `new`."""

    def to_json(self, field: Field, column: Sql) -> Sql:
        """The column as it stands in a record's JSON."""
        return column

    def sort_key(self, field: Field, column: Sql) -> Sql:
        """What a list is ordered by."""
        return column

    def search_text(self, field: Field, column: Sql) -> Sql:
        """The text a search looks through."""
        return column

    def json_schema(self, field: Field) -> dict[str, Any]:
        """The JSON Schema of a value that is not null."""
        return {"type": "string"}


def wrong_type(zh: str, en: str) -> FieldError:
    """A value of another kind altogether."""
    return FieldError("field.type", expected=Label(zh, en))


def storable(value: str) -> str:
    """The text itself; raises FieldError for what PostgreSQL cannot hold (NUL, half a surrogate pair)."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("field.characters")
    return value
