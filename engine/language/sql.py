"""The SQL back end: a typed tree as a SQLAlchemy Core expression, everything bound. The only module that knows SQLAlchemy.

A condition is translated twice over, once for where it is true (`_holds`) and once for where it is not (`_fails`), so that
negation never meets SQL's third truth value: the result is true exactly for the rows meant, and false or null for the rest.
That keeps `column = constant` plain, which an index can serve. Elsewhere a condition is a value, and `IS TRUE` closes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL
from sqlalchemy.types import TypeEngine

from engine.language.portability import CALLER, sql_problems
from engine.language.tree import Node
from engine.language.types import Type
from engine.language.values import QUOTIENT_DIGITS, normalise, offset_of

Sql = ColumnElement[Any]
Columns = Callable[[str], Sql] | FromClause

SCHEMA = "data"

_COLUMN_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "boolean": sa.Boolean,
    "text": sa.Text,
    "choice": sa.Text,
    "number": sa.Numeric,
    "money": sa.Numeric,
    "date": sa.Date,
    "datetime": lambda: sa.DateTime(timezone=True),
    "duration": INTERVAL,
    "reference": lambda: sa.Uuid(as_uuid=True),
}


def column_type(type: Type) -> TypeEngine[Any]:
    """The PostgreSQL type of a value."""
    if type.kind == "list":
        return ARRAY(column_type(type.item) if type.item and type.item.kind != "empty" else sa.Text())
    return _COLUMN_TYPES.get(type.kind, sa.Text)()


@dataclass(frozen=True, slots=True)
class Parameter:
    """The value given for a path, in its run-time form."""

    value: object


class Translator:
    """One translation; see `Checked.sql` for the arguments."""

    def __init__(
        self,
        columns: Columns,
        now: dt.datetime | None,
        relations: Mapping[str, FromClause],
        parameters: Mapping[str, object],
    ) -> None:
        self._columns = columns
        self._now = now
        self._relations = relations
        self._parameters = parameters
        self._offset = offset_of(now)

    def translate(self, tree: Node, negated: bool = False) -> Sql:
        """The whole expression. Raises ValueError for what has no SQL."""
        refused = [p for p in sql_problems(tree) if not self._given(tree, p.start, p.end)]
        if refused:
            raise ValueError("; ".join(p.message.en for p in refused))
        if tree.type.kind != "boolean":
            return self.value(tree)
        return self.fails(tree) if negated else self.holds(tree)

    def _given(self, tree: Node, start: int, end: int) -> bool:
        """Whether a refused path is one of the parameters after all."""
        return any(
            node.op == "field" and (node.start, node.end) == (start, end) and ".".join(node.path) in self._parameters
            for node in tree.walk()
        )

    # -- conditions

    def holds(self, node: Node) -> Sql:
        """True exactly where the condition is true."""
        if node.type.kind == "empty":
            return sa.false()
        make = _HOLDS.get(node.op)
        return make(self, node) if make else self.value(node)

    def fails(self, node: Node) -> Sql:
        """True exactly where the condition is not true."""
        if node.type.kind == "empty":
            return sa.true()
        make = _FAILS.get(node.op)
        return make(self, node) if make else self.holds(node).is_not(sa.true())

    # -- values

    def value(self, node: Node) -> Sql:
        """The value; conditions are closed to true or false."""
        if node.op in _HOLDS:
            return self.holds(node).is_(sa.true())
        return _VALUES[node.op](self, node)

    def constant(self, type: Type, value: object) -> Sql:
        """A bound constant in its run-time form."""
        if value is None:
            return sa.cast(sa.null(), column_type(type))
        if isinstance(value, dt.timedelta):
            return interval(sa.literal(Decimal(value // dt.timedelta(microseconds=1)) / 1_000_000, sa.Numeric()))
        if type.kind == "reference":
            return sa.literal(UUID(str(value)), column_type(type))
        return sa.cast(sa.literal(value, column_type(type)), column_type(type))

    def never_empty(self, node: Node) -> bool:
        """Whether the value cannot be null, so that plain `=` will do."""
        if node.op == "const":
            return node.value is not None
        if node.op != "field":
            return node.op in _HOLDS
        given = self._parameter(node)
        return given.value is not None if given else len(node.path) == 1 and not node.type.nullable

    def _parameter(self, node: Node) -> Parameter | None:
        name = ".".join(node.path)
        if node.path == (CALLER,) and name not in self._parameters:
            name = f"{CALLER}.id"
        return Parameter(normalise(node.type, self._parameters[name])) if name in self._parameters else None

    def plain(self, node: Node) -> Sql:
        """A field without the reading of the empty text as empty: right beside a text that is not empty."""
        return self._read(node) if node.op == "field" else self.value(node)

    def _read(self, node: Node) -> Sql:
        given = self._parameter(node)
        if given is not None:
            return self.constant(node.type, given.value)
        if node.path[0] == CALLER:
            raise ValueError(f"no value is given for the parameter {'.'.join(node.path)}")
        column = self._column(node.path[0])
        return self._follow(column, node, 1) if len(node.path) > 1 else column

    def _column(self, key: str) -> Sql:
        return self._columns.c[key] if isinstance(self._columns, FromClause) else self._columns(key)

    def _follow(self, key_column: Sql, node: Node, step: int) -> Sql:
        entity = node.hops[step - 1]
        last = step == len(node.path) - 1
        type = column_type(node.type) if last else sa.Uuid(as_uuid=True)
        target = self._relation(str(entity), node.path[step], type)
        found = target.c[node.path[step]]
        inner = found if last else self._follow(found, node, step + 1)
        return sa.select(inner).where(target.c["id"] == key_column).correlate_except(target).scalar_subquery()

    def _relation(self, entity: str, field: str, type: TypeEngine[Any]) -> FromClause:
        given = self._relations.get(entity)
        if given is not None:
            return given.alias()
        id_column: sa.ColumnClause[Any] = sa.column("id", sa.Uuid(as_uuid=True))
        columns = [id_column] if field == "id" else [id_column, sa.column(field, type)]
        return sa.table(entity, *columns, schema=SCHEMA).alias()

    def offset(self) -> Sql:
        """The offset of this evaluation from UTC."""
        return self.constant(Type("duration"), self._offset)

    def moment(self) -> dt.datetime | None:
        """The bound `now`."""
        return self._now

    def today(self) -> dt.date | None:
        """The date of `now`."""
        return None if self._now is None else (self._now.astimezone(dt.UTC) + self._offset).date()


def interval(seconds: Sql) -> Sql:
    """An interval of seconds only, so that adding it never meets the zone of the session."""
    return func.make_interval(0, 0, 0, 0, 0, 0, sa.cast(seconds, sa.Double()), type_=INTERVAL())


def _pair(translator: Translator, node: Node) -> tuple[Sql, Sql]:
    left, right = node.args
    if any(arg.op == "const" and arg.value is not None for arg in node.args):
        return translator.plain(left), translator.plain(right)
    return typed(translator, left, right.type), typed(translator, right, left.type)


def _equal(translator: Translator, node: Node) -> Sql:
    left, right = _pair(translator, node)
    if any(translator.never_empty(arg) for arg in node.args):
        return left == right
    return left.is_not_distinct_from(right)


def _different(translator: Translator, node: Node) -> Sql:
    left, right = _pair(translator, node)
    if all(translator.never_empty(arg) for arg in node.args):
        return left != right
    return left.is_distinct_from(right)


def _ordered(compare: Callable[[Sql, Sql], Sql]) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        one, other = node.args
        left, right = typed(translator, one, other.type), typed(translator, other, one.type)
        if "text" in {arg.type.kind for arg in node.args}:
            left, right = sa.collate(left, "C"), sa.collate(right, "C")
        return compare(left, right)

    return make


def _in(translator: Translator, node: Node) -> Sql:
    item, items = node.args
    if items.type.kind == "empty":
        return sa.false()
    if items.op != "list":
        return translator.value(item) == sa.any_(translator.value(items))
    if all(member.op == "const" and member.value is not None for member in items.args):
        return translator.plain(item).in_([translator.value(member) for member in items.args])
    return sa.or_(sa.false(), *(_equal(translator, Node("=", node.type, (item, member))) for member in items.args))


def _is_empty(translator: Translator, node: Node) -> Sql:
    return translator.value(node.args[0]).is_(sa.null())


def _is_not_empty(translator: Translator, node: Node) -> Sql:
    return translator.value(node.args[0]).is_not(sa.null())


def _contains(translator: Translator, node: Node) -> Sql:
    return _held(translator, *node.args)


def _held(translator: Translator, holder: Node, part: Node) -> Sql:
    if "empty" in (holder.type.kind, part.type.kind):
        return sa.false()
    held, value = translator.value(holder), translator.value(part)
    if holder.type.kind == "list":
        return value == sa.any_(held)
    return func.strpos(_ascii_lower(held), _ascii_lower(value)) > 0


def _held_or_empty(translator: Translator, holder: Node, part: Node) -> Sql:
    held = _held(translator, holder, part)
    return held if translator.never_empty(part) else sa.or_(translator.value(part).is_(sa.null()), held)


def _contains_any(translator: Translator, node: Node) -> Sql:
    holder, parts = node.args
    if parts.op == "list":
        return sa.or_(sa.false(), *(_held(translator, holder, part) for part in parts.args))
    if "empty" in (holder.type.kind, parts.type.kind):
        return sa.false()
    return translator.value(holder).op("&&")(translator.value(parts))


def _contains_all(translator: Translator, node: Node) -> Sql:
    holder, parts = node.args
    if parts.op == "list":
        wanted = [part for part in parts.args if part.type.kind != "empty"]
        return sa.and_(sa.true(), *(_held_or_empty(translator, holder, part) for part in wanted))
    none_wanted = translator.value(parts).is_(sa.null())
    if "empty" in (holder.type.kind, parts.type.kind):
        return none_wanted
    return sa.or_(none_wanted, translator.value(holder).op("@>")(translator.value(parts)))


def _case(translator: Translator, node: Node) -> Sql:
    condition, then, otherwise = node.args
    return sa.case(
        (translator.holds(condition), typed(translator, then, node.type)), else_=typed(translator, otherwise, node.type)
    )


def typed(translator: Translator, node: Node, type: Type) -> Sql:
    """A value, with `empty` in the type of what stands beside it."""
    return translator.constant(type, None) if node.type.kind == "empty" else translator.value(node)


def _ascii_lower(text: Sql) -> Sql:
    return func.lower(sa.collate(text, "C"), type_=sa.Text())


def _field(translator: Translator, node: Node) -> Sql:
    read = translator.plain(node)
    if node.path[0] == CALLER:
        return read
    if node.type.kind in ("text", "choice"):
        return func.nullif(read, sa.literal("", sa.Text()), type_=sa.Text())
    if node.type.kind == "list":
        return sa.case((func.cardinality(read) > 0, read), else_=sa.null())
    return read


def _infix(symbol: str) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        left, right = (typed(translator, arg, node.type) for arg in node.args)
        return left.op(symbol, return_type=column_type(node.type))(right).self_group()

    return make


def _divide(translator: Translator, node: Node) -> Sql:
    left, right = (typed(translator, arg, node.type) for arg in node.args)
    scaled = left * sa.literal(Decimal(10) ** (QUOTIENT_DIGITS + 1), sa.Numeric())
    whole = func.div(scaled, func.nullif(right, sa.literal(Decimal(0), sa.Numeric())), type_=sa.Numeric())
    return func.round(
        whole * sa.literal(Decimal(1).scaleb(-QUOTIENT_DIGITS - 1), sa.Numeric()), QUOTIENT_DIGITS, type_=sa.Numeric()
    )


def _negative(translator: Translator, node: Node) -> Sql:
    return -typed(translator, node.args[0], node.type)


def _coalesce(translator: Translator, node: Node) -> Sql:
    return func.coalesce(*(typed(translator, arg, node.type) for arg in node.args), type_=column_type(node.type))


def _elapsed(translator: Translator, node: Node) -> Sql:
    left, right = (translator.value(arg) for arg in node.args)
    if node.type.kind == "duration" and node.args[0].type.kind == "datetime":
        return interval(func.extract("epoch", left - right))
    return left.op("-", return_type=column_type(node.type))(right).self_group()


def _date_shift(sign: int) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        days = normalise(node.args[1].type, node.args[1].value)
        assert isinstance(days, dt.timedelta), "the checker moves dates by literal durations only"
        shift = sa.cast(sa.literal(days.days * sign), sa.Integer())
        return translator.value(node.args[0]).op("+", return_type=sa.Date())(shift).self_group()

    return make


def _days(translator: Translator, node: Node) -> Sql:
    left, right = (translator.value(arg) for arg in node.args)
    return interval(left.op("-", return_type=sa.Integer())(right).self_group() * sa.literal(86_400, sa.Integer()))


def _to_datetime(translator: Translator, node: Node) -> Sql:
    midnight = sa.cast(translator.value(node.args[0]), sa.DateTime())
    return func.timezone(translator.offset(), midnight, type_=sa.DateTime(timezone=True))


def _to_date(translator: Translator, node: Node) -> Sql:
    return sa.cast(func.timezone(translator.offset(), translator.value(node.args[0])), sa.Date())


def _length(translator: Translator, node: Node) -> Sql:
    measure = func.cardinality if node.args[0].type.kind == "list" else func.char_length
    return sa.cast(func.coalesce(measure(translator.value(node.args[0])), 0), sa.Numeric())


def _trim(translator: Translator, node: Node) -> Sql:
    trimmed = func.btrim(translator.value(node.args[0]), sa.literal(" \t\r\n", sa.Text()))
    return func.nullif(trimmed, sa.literal("", sa.Text()), type_=sa.Text())


def _round(translator: Translator, node: Node) -> Sql:
    digits = int(str(node.args[1].value)) if len(node.args) > 1 else 0
    return func.round(typed(translator, node.args[0], node.type), digits, type_=sa.Numeric())


def _extreme(name: str) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        operands = [typed(translator, arg, node.type) for arg in node.args]
        empty = sa.or_(*(operand.is_(sa.null()) for operand in operands))
        found = getattr(func, name)(*operands, type_=column_type(node.type))
        return sa.case((empty, sa.null()), else_=found)

    return make


def _starts_with(translator: Translator, node: Node) -> Sql:
    text, part = (translator.value(arg) for arg in node.args)
    return func.starts_with(text, part, type_=sa.Boolean())


def _ends_with(translator: Translator, node: Node) -> Sql:
    text, part = (translator.value(arg) for arg in node.args)
    return func.right(text, func.char_length(part), type_=sa.Text()) == part


def _days_between(translator: Translator, node: Node) -> Sql:
    first, last = (translator.value(arg) for arg in node.args)
    return sa.cast(last.op("-", return_type=sa.Integer())(first).self_group(), sa.Numeric())


def _part(name: str) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        return sa.cast(func.extract(name, translator.value(node.args[0])), sa.Numeric())

    return make


_FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "now": lambda translator, node: translator.constant(node.type, translator.moment()),
    "today": lambda translator, node: translator.constant(node.type, translator.today()),
    "length": _length,
    "lower": lambda translator, node: _ascii_lower(translator.value(node.args[0])),
    "upper": lambda translator, node: func.upper(sa.collate(translator.value(node.args[0]), "C"), type_=sa.Text()),
    "trim": _trim,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "round": _round,
    "abs": lambda translator, node: func.abs(typed(translator, node.args[0], node.type), type_=sa.Numeric()),
    "min": _extreme("least"),
    "max": _extreme("greatest"),
    "days_between": _days_between,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
}

_HOLDS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "and": lambda translator, node: sa.and_(*(translator.holds(arg) for arg in node.args)),
    "or": lambda translator, node: sa.or_(*(translator.holds(arg) for arg in node.args)),
    "not": lambda translator, node: translator.fails(node.args[0]),
    "=": _equal,
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "in": _in,
    "is_empty": _is_empty,
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
}

_FAILS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "and": lambda translator, node: sa.or_(*(translator.fails(arg) for arg in node.args)),
    "or": lambda translator, node: sa.and_(*(translator.fails(arg) for arg in node.args)),
    "not": lambda translator, node: translator.holds(node.args[0]),
    "=": _different,
    "is_empty": _is_not_empty,
}

_VALUES: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "const": lambda translator, node: translator.constant(node.type, node.value),
    "field": _field,
    "if": _case,
    "??": _coalesce,
    "+": _infix("+"),
    "-": _infix("-"),
    "*": _infix("*"),
    "/": _divide,
    "neg": _negative,
    "concat": _infix("||"),
    "time+": _infix("+"),
    "time-": _elapsed,
    "date+": _date_shift(1),
    "date-": _date_shift(-1),
    "days-": _days,
    "to_datetime": _to_datetime,
    "to_date": _to_date,
    "call": lambda translator, node: _FUNCTIONS[str(node.value)](translator, node),
}
