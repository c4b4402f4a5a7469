"""Keyset paging: the order of a list, the cursor behind a page, and the condition for what comes after it.

Empty values stand last in both directions, and the id breaks ties, so that every record is met exactly once however many
share a value. A cursor holds the last record's sort values; it is validated value by value, and it holds nothing that
the reader was not shown.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, false, func, literal, or_, tuple_
from sqlalchemy.sql.elements import UnaryExpression

from backend.records.errors import CursorInvalid, SortInvalid
from backend.records.fields import SYSTEM, field_of, type_of
from backend.records.reading import Reader
from engine.definitions import Entity
from engine.definitions.schemas import nearest

DEFAULT_SORT = ("-created_at",)
MAX_SORT_KEYS = 5
_NEVER_EMPTY = frozenset({"id", "version", "created_at", "updated_at"})

Sql = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing a list is ordered by."""

    expression: Sql
    descending: bool
    nullable: bool

    def ordered(self) -> UnaryExpression[Any]:
        """As part of ORDER BY; what is never empty stays plain, so that an index serves it."""
        directed = self.expression.desc() if self.descending else self.expression.asc()
        return directed.nulls_last() if self.nullable else directed

    def after(self, value: object) -> ColumnElement[bool]:
        """What stands strictly after `value`."""
        if value is None:
            return false()
        bound = literal(value, self.expression.type)
        beyond = self.expression < bound if self.descending else self.expression > bound
        return or_(beyond, self.expression.is_(None)) if self.nullable else beyond


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list over a table."""

    text: str
    keys: tuple[SortKey, ...]

    def clauses(self) -> list[UnaryExpression[Any]]:
        """For ORDER BY."""
        return [key.ordered() for key in self.keys]

    def cursor_values(self) -> Sql:
        """A row's place in the order, as a JSON array."""
        return func.json_build_array(*(key.expression for key in self.keys))

    def after(self, cursor: str) -> ColumnElement[bool]:
        """What comes after the cursor. Raises CursorInvalid."""
        values = self._read(cursor)
        if self._uniform():
            row, bound = tuple_(*(key.expression for key in self.keys)), tuple_(*values)
            return row < bound if self.keys[0].descending else row > bound
        steps = []
        for index, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            before = zip(self.keys[:index], values[:index], strict=True)
            steps.append(and_(*(same.expression.is_not_distinct_from(at) for same, at in before), key.after(value)))
        return or_(*steps)

    def write(self, values: Sequence[object]) -> str:
        """The cursor that stands behind a row with these values."""
        document = json.dumps([self.text, list(values)], ensure_ascii=False, separators=(",", ":"), default=str)
        return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")

    def _uniform(self) -> bool:
        return all(not key.nullable and key.descending == self.keys[0].descending for key in self.keys)

    def _read(self, cursor: str) -> list[Any]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            text, values = json.loads(raw, parse_float=Decimal)
            if text != self.text or len(values) != len(self.keys):
                raise CursorInvalid(path="after")
            return [_bound(key, value) for key, value in zip(self.keys, values, strict=True)]
        except (binascii.Error, ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
            raise CursorInvalid(path="after") from error


def order_of(reader: Reader, entity: Entity, table: FromClause, sort: Sequence[str]) -> Order:
    """The order `sort` asks for (field keys, `-` before one for descending). Raises SortInvalid."""
    wanted = [key for key in sort if key] or list(DEFAULT_SORT)
    if len(wanted) > MAX_SORT_KEYS:
        raise SortInvalid(path="sort", field=",".join(wanted))
    keys = [_key(reader, entity, table, key) for key in wanted]
    if wanted[-1].lstrip("-") != "id":
        keys.append(SortKey(table.c["id"], keys[-1].descending, nullable=False))
    return Order(",".join(wanted), tuple(keys))


def _key(reader: Reader, entity: Entity, table: FromClause, text: str) -> SortKey:
    name, descending = text.removeprefix("-"), text.startswith("-")
    if name == "id":
        return SortKey(table.c["id"], descending, nullable=False)
    field, readable = field_of(entity, name), reader.access(entity).readable
    if field is None or name not in readable:
        suggestion = nearest(name, [*(f.key for f in entity.fields if f.key in readable), *SYSTEM])
        raise SortInvalid(path="sort", field=name, suggestion=suggestion)
    type = type_of(field)
    label = reader.label(field, table.c)
    if not type.sortable and label is None:
        raise SortInvalid(path="sort", field=name)
    expression = type.sort_key(field, table.c[name]) if label is None else label
    return SortKey(expression, descending, nullable=name not in _NEVER_EMPTY)


def _bound(key: SortKey, value: object) -> object:
    if value is None:
        if not key.nullable:
            raise ValueError("this is never empty")
        return None
    return _READERS[key.expression.type.python_type](value)


def _exactly(kind: type) -> Callable[[Any], object]:
    def read(value: Any) -> object:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(value)
        return value

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise TypeError(value)
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
        raise TypeError(value)
    return value


def _decimal(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > 40:
        raise ValueError(value)
    return number


def _moment(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError(value)
    return moment


#: How a cursor's value is read, by the Python type of what it is compared with.
_READERS: Mapping[type, Callable[[Any], object]] = {
    str: _text,
    int: _integer,
    bool: _exactly(bool),
    Decimal: _decimal,
    dt.date: dt.date.fromisoformat,
    dt.datetime: _moment,
    UUID: UUID,
}
