"""The PostgreSQL types of values: as they stand in a column, and as they are computed with.

Both are the same but for durations and periods, which are computed with as exact numbers (microseconds, months): an interval of
PostgreSQL has a narrower range than the language, and arithmetic past its end is an error of the whole statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL
from sqlalchemy.types import TypeEngine

from engine.language.sql.total import bounded
from engine.language.types import TEXT, Type

Sql = ColumnElement[Any]

_COLUMN_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "boolean": sa.Boolean,
    "text": sa.Text,
    "choice": sa.Text,
    "number": sa.Numeric,
    "money": sa.Numeric,
    "date": sa.Date,
    "time": sa.Time,
    "datetime": lambda: sa.DateTime(timezone=True),
    "duration": INTERVAL,
    "period": sa.Integer,
    "reference": lambda: sa.Uuid(as_uuid=True),
}
_COMPUTED_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    **_COLUMN_TYPES,
    "duration": sa.Numeric,
    "period": sa.Numeric,
}
#: Microseconds of an interval, which PostgreSQL keeps in eight bytes.
_INTERVAL_MICROSECONDS = 2**63 - 1


def column_type(type: Type) -> TypeEngine[Any]:
    """The type of a column that holds such values."""
    return _typed(type, _COLUMN_TYPES)


def computed_type(type: Type) -> TypeEngine[Any]:
    """The type of such values within an expression."""
    return _typed(type, _COMPUTED_TYPES)


def _typed(type: Type, types: Mapping[str, Callable[[], TypeEngine[Any]]]) -> TypeEngine[Any]:
    if type.kind == "list":
        return ARRAY(_typed(type.item or TEXT, types))
    return types.get(type.kind, sa.Text)()


def from_column(type: Type, column: Sql) -> Sql:
    """A stored value in the form it is computed with: the empty text and the empty list are empty."""
    read = _FROM_COLUMN.get(type.kind)
    return read(type, column) if read is not None else column


def to_column(type: Type, value: Sql) -> Sql:
    """A computed value in the form of a column."""
    return interval(value) if type.kind == "duration" else value


def _text(_: Type, column: Sql) -> Sql:
    return func.nullif(column, sa.literal("", sa.Text()), type_=sa.Text())


def _duration(_: Type, column: Sql) -> Sql:
    return microseconds(func.extract("epoch", column))


def _period(_: Type, column: Sql) -> Sql:
    return sa.cast(column, sa.Numeric())


def _list(type: Type, column: Sql) -> Sql:
    item, whole = type.item or TEXT, column_type(type)
    array = func.array_remove(column, sa.cast(sa.null(), column_type(item)), type_=whole)
    if item.kind in ("text", "choice"):
        array = func.array_remove(array, sa.literal("", sa.Text()), type_=whole)
    return func.nullif(array, sa.cast(sa.literal("{}", sa.Text()), whole), type_=whole)


_FROM_COLUMN: Mapping[str, Callable[[Type, Sql], Sql]] = {
    "text": _text,
    "choice": _text,
    "duration": _duration,
    "period": _period,
    "list": _list,
}


def microseconds(seconds: Sql) -> Sql:
    """Microseconds of what `extract(epoch ...)` gives, which is exact."""
    return (sa.type_coerce(seconds, sa.Numeric()) * sa.literal(1_000_000, sa.Numeric())).self_group()


def interval(micros: Sql) -> Sql:
    """An interval without days, so that adding it never meets the zone of the session; null where it is too long for one.
    It goes by way of text because seconds as a floating number would lose microseconds of a long one."""
    whole = sa.cast(bounded(micros, -_INTERVAL_MICROSECONDS, _INTERVAL_MICROSECONDS), sa.BigInteger())
    written = sa.cast(whole, sa.Text()).op("||", return_type=sa.Text())(sa.literal(" us", sa.Text()))
    return sa.cast(written, INTERVAL())
