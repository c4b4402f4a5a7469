"""What makes a PostgreSQL expression total and cheap: bounds, values used twice, results that are null when an operand is.

PostgreSQL may work out what a CASE would not have come to, and every error is one of the whole statement. So nothing here is
guarded by a condition beside it: operands are brought into a range first in which the operation cannot fail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.sql.elements import False_, Grouping, Null, True_
from sqlalchemy.types import TypeEngine

from engine.language.sql.written import written

Sql = ColumnElement[Any]


def within(value: Sql, below: str, above: str, type: TypeEngine[Any]) -> Sql:
    """The value where it lies strictly between the two, else null. It is written once, and `below` and `above` (SQL of constants)
    come out as null themselves, for LEAST and GREATEST pass over nulls."""
    return written(bounds("{0}", below, above), type, value)


def bounds(value: str, below: str, above: str) -> str:
    """`within`, as SQL to be written."""
    return f"nullif(nullif(greatest(least({value}, {above}), {below}), {above}), {below})"


def bounded(number: Sql, low: int, high: int) -> Sql:
    """A number from `low` to `high`, else null."""
    return within(number, f"{low - 1}::numeric", f"{high + 1}::numeric", sa.Numeric())


def clamped(number: Sql, low: int, high: int) -> Sql:
    """A number brought into the range, and never null: for what is dropped elsewhere when it was not in it."""
    return written(f"greatest(least({{0}}, {high}::numeric), {low}::numeric)", sa.Numeric(), number)


def simple(sql: Sql) -> bool:
    """Whether writing it twice costs nothing."""
    inner: object = sql
    while isinstance(inner, sa.Cast | Grouping):
        inner = inner.clause if isinstance(inner, sa.Cast) else inner.element
    return isinstance(inner, sa.ColumnClause | sa.BindParameter | Null | True_ | False_)


def let(value: Sql, body: Callable[[Sql], Sql]) -> Sql:
    """`body` of a value that it uses more than once: worked out once, however deeply such values are nested."""
    return let_all((value,), body)


def let_all(values: tuple[Sql, ...], body: Callable[..., Sql]) -> Sql:
    """`let` of several values."""
    if all(simple(value) for value in values):
        return body(*values)
    named = [value.label(f"value{n}") for n, value in enumerate(values)]
    # OFFSET 0 keeps the planner from writing the value into every place that uses it.
    once = sa.select(*named).correlate_except().offset(sa.literal_column("0")).subquery()
    result = body(*(once.c[f"value{n}"] for n in range(len(values))))
    return sa.select(result).select_from(once).correlate_except(once).scalar_subquery()


def strict(result: Callable[..., Sql], *operands: Sql) -> Sql:
    """`result` of operands, or null when one is null, for what PostgreSQL computes all the same."""

    def closed(*values: Sql) -> Sql:
        return sa.case((sa.and_(*(value.is_not(sa.null()) for value in values)), result(*values)))

    return let_all(operands, closed)
