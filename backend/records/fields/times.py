"""date, datetime."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeEngine

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, wrong_type
from engine.definitions import Field, Text

_OPERATORS = ("from", "until", "empty", "filled")
#: A day from both ends of Python's calendar, so that no zone carries a moment past them.
_FIRST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
_LAST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


class DateType(FieldType):
    """A day of the calendar, without zone."""

    key, label = "date", Text("日期", "Date")
    graphql = "Date"
    operators = _OPERATORS

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return Date()

    def coerce(self, field: Field, value: object) -> object:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if not isinstance(value, str):
            raise wrong_type("日期", "a date")
        try:
            if len(value.strip()) != len("2026-11-23"):
                raise ValueError(value)
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise FieldError("field.format", example="2026-11-23") from None

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTimeType(FieldType):
    """A moment. Input needs its zone: nobody should find a visit moved by eight hours."""

    key, label = "datetime", Text("日期时间", "Date and time")
    graphql = "DateTime"
    operators = _OPERATORS

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return DateTime(timezone=True)

    def coerce(self, field: Field, value: object) -> object:
        moment = self._read(value)
        if moment.tzinfo is None:
            raise FieldError("field.zone", example="2026-11-23T09:30:00+08:00")
        try:
            moment = moment.astimezone(dt.UTC)
        except OverflowError:
            raise FieldError("field.range") from None
        if not _FIRST <= moment <= _LAST:
            raise FieldError("field.range")
        return moment

    def _read(self, value: object) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        if not isinstance(value, str):
            raise wrong_type("日期时间", "a date and time")
        try:
            return dt.datetime.fromisoformat(value.strip())
        except ValueError:
            raise FieldError("field.format", example="2026-11-23T09:30:00+08:00") from None

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}
