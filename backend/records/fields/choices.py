"""choice, stage, multi_choice, tags."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Text, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, Sql, storable, wrong_type
from engine.definitions import Field
from engine.definitions import Text as Label
from engine.definitions.schemas import nearest

_ONE = ("equal", "unequal", "in", "empty", "filled")
_SEVERAL = ("contains", "lacks", "empty", "filled")


def option(field: Field, value: object) -> str:
    """The key of one of the field's options. Raises FieldError."""
    if not isinstance(value, str):
        raise wrong_type("选项", "one of the options")
    keys = [each.key for each in field.options]
    if value not in keys:
        raise FieldError("field.option", value=value[:100], suggestion=nearest(value[:100], keys))
    return value


class ChoiceType(FieldType):
    """One of the options, stored by its key; lists are ordered as the options are."""

    key, label = "choice", Label("单选", "Choice")
    widens = frozenset({"stage"})
    operators = _ONE

    def coerce(self, field: Field, value: object) -> object:
        return option(field, value)

    def sort_key(self, field: Field, column: Sql) -> Sql:
        keys = literal([each.key for each in field.options], ARRAY(Text))
        return func.array_position(keys, column, type_=Integer())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"enum": [each.key for each in field.options]}


class StageType(ChoiceType):
    """A choice that moves along allowed transitions; a new record starts at the first option. Without any transitions
    every move is allowed; with some, a stage that has none is an end."""

    key, label = "stage", Label("阶段", "Stage")
    widens = frozenset({"choice"})

    def default(self, field: Field) -> object:
        return field.default if field.default is not None or not field.options else field.options[0].key

    def check_change(self, field: Field, old: object, new: object) -> None:
        if old is None or new == old or not field.transitions:
            return
        allowed = field.transitions.get(str(old), ())
        if new not in allowed:
            labels = {each.key: each.label for each in field.options}
            empty = Label("空", "empty")
            before, after = labels.get(str(old), Label(str(old), str(old))), labels.get(str(new), empty)
            raise FieldError("field.transition", suggestion=", ".join(allowed) or None, old=before, new=after)


class MultiChoiceType(FieldType):
    """Several of the options, each once, in the order given."""

    key, label = "multi_choice", Label("多选", "Multiple choice")
    sortable = False
    index_method = "gin"
    graphql = "[String!]"
    operators = _SEVERAL
    #: The most values one record may have.
    limit = 200

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return ARRAY(Text)

    def is_empty(self, value: object) -> bool:
        return super().is_empty(value) or value in ([], ())

    def coerce(self, field: Field, value: object) -> object:
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            raise wrong_type("列表", "a list")
        if len(value) > self.limit:
            raise FieldError("field.too_many", limit=self.limit)
        return list(dict.fromkeys(self.item(field, each) for each in value)) or None

    def item(self, field: Field, value: object) -> str:
        """One value of the list."""
        return option(field, value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": [each.key for each in field.options]}}


class TagsType(MultiChoiceType):
    """Free words."""

    key, label = "tags", Label("标签", "Tags")
    widens = frozenset({"multi_choice"})
    searchable = True
    always_indexed = True
    #: The longest word.
    length = 60

    def item(self, field: Field, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise wrong_type("文字", "words")
        if len(value.strip()) > self.length:
            raise FieldError("field.too_long", limit=self.length)
        return storable(value.strip())

    def search_text(self, field: Field, column: Sql) -> Sql:
        return func.array_to_string(column, " ", type_=Text())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "maxLength": self.length}}
