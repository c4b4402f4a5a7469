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

from engine.language.sql.total import bounds
from engine.language.sql.written import written
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


def is_plain(type: Type) -> bool:
    """Whether a column holds such values in the form they are computed with."""
    kind = (type.item or type).kind
    return _COLUMN_TYPES.get(kind) is _COMPUTED_TYPES.get(kind)


def from_column(type: Type, column: Sql) -> Sql:
    """A stored value in the form it is computed with: the empty text and the empty list are empty."""
    read = _FROM_COLUMN.get(type.kind)
    return read(type, column) if read is not None else column


def to_column(type: Type, value: Sql) -> Sql:
    """A computed value in the form of a column."""
    return interval(value) if type.kind == "duration" else value


def _text(_: Type, column: Sql) -> Sql:
    return func.nullif(column, sa.literal("", sa.Text()), type_=sa.Text())


def _period(_: Type, column: Sql) -> Sql:
    return sa.cast(column, sa.Numeric())


def _list(type: Type, column: Sql) -> Sql:
    texts = (type.item or TEXT).kind in ("text", "choice")
    cleaned = "array_remove(array_remove({0}, ''), NULL)" if texts else "array_remove({0}, NULL)"
    return written(f"nullif({cleaned}, '{{{{}}}}')", column_type(type), column)


def _duration(_: Type, column: Sql) -> Sql:
    return written("extract(epoch FROM {0}) * 1000000", sa.Numeric(), column)


#: It goes by way of text because seconds as a floating number would lose microseconds of a long one; without days, so that adding
#: it never meets the zone of the session.
INTERVAL_OF = "CAST(CAST({0} AS bigint) || ' us' AS interval)"


def interval(micros: Sql) -> Sql:
    """Microseconds as an interval; null where it is too long for one."""
    within = bounds("{0}", f"{-_INTERVAL_MICROSECONDS - 1}::numeric", f"{_INTERVAL_MICROSECONDS + 1}::numeric")
    return written(INTERVAL_OF.format(within), INTERVAL(), micros)


_FROM_COLUMN: Mapping[str, Callable[[Type, Sql], Sql]] = {
    "text": _text,
    "choice": _text,
    "duration": _duration,
    "period": _period,
    "list": _list,
}
