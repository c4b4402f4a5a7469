"""text, long_text, phone, email, auto_number."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

import re
from typing import Any

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, storable, wrong_type
from engine.definitions import Field, Text

_OPERATORS = ("contains", "equal", "unequal", "lacks", "empty", "filled")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{2,28}(?:(?:#|x|ext\.?|转) ?[0-9]{1,6})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


class TextType(FieldType):
    """One line of text."""

    key, label = "text", Text("文本", "Text")
    searchable = True
    widens = frozenset({"phone", "email", "choice", "stage", "auto_number", "long_text"})
    operators = _OPERATORS
    #: The longest value when the definition sets none.
    limit = 2_000

    def coerce(self, field: Field, value: object) -> object:
        if not isinstance(value, str):
            raise wrong_type("文本", "text")
        limit = field.max_length or self.limit
        if len(value) > limit:
            raise FieldError("field.too_long", limit=limit)
        return storable(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": field.max_length or self.limit}


class LongTextType(TextType):
    """Text of several lines."""

    key, label = "long_text", Text("长文本", "Long text")
    widens = frozenset({"text", "phone", "email", "choice", "stage", "auto_number"})
    sortable = False
    limit = 100_000


class PhoneType(TextType):
    """A telephone number as people write it."""

    key, label = "phone", Text("电话", "Phone")
    widens = frozenset()
    limit = 40

    def coerce(self, field: Field, value: object) -> object:
        number = super().coerce(field, value.strip() if isinstance(value, str) else value)
        if not _PHONE.fullmatch(str(number)):
            raise FieldError("field.format", example="13800000000")
        return number


class EmailType(TextType):
    """An e-mail address."""

    key, label = "email", Text("邮箱", "E-mail")
    widens = frozenset()
    limit = 254

    def coerce(self, field: Field, value: object) -> object:
        address = super().coerce(field, value.strip() if isinstance(value, str) else value)
        if not _EMAIL.fullmatch(str(address)):
            raise FieldError("field.format", example="name@example.com")
        return address

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "email"}


class AutoNumberType(TextType):
    """A number given by the server when the record is made (numbering.py), unique for ever, without gaps."""

    key, label = "auto_number", Text("自动编号", "Auto number")
    server_set = True
    widens = frozenset()

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}
