"""Comparisons of a column that was moved by a constant (`due + 7 days < today()`, `now() - created_at > 2 hours`), said of the column
itself, so that an index serves them.

With all values as microseconds such a comparison is `sign * column + shift < wanted`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]

_DAY = 86_400_000_000
_MICROSECOND = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MIRRORED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _micros(value: object) -> int | None:
    """A date, a moment or a duration as microseconds; None for anything else."""
    if isinstance(value, dt.datetime):
        return (value - _EPOCH) // _MICROSECOND
    if isinstance(value, dt.date):
        return value.toordinal() * _DAY
    return value // _MICROSECOND if isinstance(value, dt.timedelta) else None


@dataclass(frozen=True, slots=True)
class _Kind:
    """The calendar of a kind of column, in microseconds, and the way back from them."""

    first: int
    last: int
    step: int

    def value(self, micros: int) -> dt.date:
        return dt.date.fromordinal(micros // _DAY) if self.step == _DAY else _EPOCH + micros * _MICROSECOND


_KINDS: Mapping[str, _Kind] = {
    "date": _Kind(_DAY, dt.date.max.toordinal() * _DAY, _DAY),
    "datetime": _Kind(
        (dt.datetime.min.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND,
        (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND,
        1,
    ),
}


@dataclass(frozen=True, slots=True)
class _Moved:
    """`sign * column + shift`. `stays`: the result is itself a date or a moment, and empty outside the calendar."""

    column: Node
    sign: int
    shift: int
    stays: bool


def unmoved(translator: Translator, node: Node) -> Sql | None:
    """A comparison of a moved column with a constant; None for any other."""
    left, right, operator = *node.args, node.op
    if translator.is_known(left):
        left, right, operator = right, left, _MIRRORED[operator]
    moved = _moved(translator, left) if translator.is_known(right) else None
    wanted = _micros(translator.evaluate(right)) if moved is not None else None
    if moved is None or wanted is None:
        return None
    if moved.sign < 0:
        operator = _MIRRORED[operator]
    kind = _KINDS[moved.column.type.kind]
    low, high = _range(operator, moved.sign * (wanted - moved.shift), kind)
    if moved.stays:
        low, high = max(low, kind.first - moved.shift), min(high, kind.last - moved.shift)
    return _between(translator, moved.column, low, high)


def _moved(translator: Translator, node: Node) -> _Moved | None:
    if node.op not in ("date+", "date-", "time+", "time-", "days-"):
        return None
    left, right = node.args
    sign = 1 if node.op.endswith("+") else -1
    if translator.is_column(left) and left.type.kind in _KINDS and translator.is_known(right):
        shift = _micros(translator.evaluate(right))
        return None if shift is None else _Moved(left, 1, sign * shift, node.type.kind in _KINDS)
    if sign < 0 and translator.is_column(right) and right.type.kind in _KINDS and translator.is_known(left):
        start = _micros(translator.evaluate(left))
        return None if start is None else _Moved(right, -1, start, False)
    return None


def _range(operator: str, bound: int, kind: _Kind) -> tuple[int, int]:
    """The least and the greatest value of a column that an operator and a bound let through."""
    step = kind.step
    if operator == "<":
        return kind.first, (-(-bound // step) - 1) * step
    if operator == "<=":
        return kind.first, bound // step * step
    if operator == ">":
        return (bound // step + 1) * step, kind.last
    return -(-bound // step) * step, kind.last


def _between(translator: Translator, node: Node, low: int, high: int) -> Sql:
    kind, column = _KINDS[node.type.kind], translator.plain(node)
    if low > high:
        return sa.false()
    conditions = []
    if low > kind.first:
        conditions.append(column >= translator.constant(node.type, kind.value(low)))
    if high < kind.last:
        conditions.append(column <= translator.constant(node.type, kind.value(high)))
    return sa.and_(*conditions) if conditions else column.is_not(sa.null())
