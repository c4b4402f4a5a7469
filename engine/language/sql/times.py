"""Dates, times of day, moments, durations (microseconds) and periods (months), in the zone of `now`.

What leaves the calendar (the years 1 to 9999, moments taken in UTC) is null. PostgreSQL's own calendar ends elsewhere, with an
error; every step here stays inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import INTERVAL

from engine.language.sql.columns import interval, microseconds
from engine.language.sql.total import bounded, clamped, let, let_all, within
from engine.language.sql.values import number, operands, quotient
from engine.language.tree import Node
from engine.language.values import MAX_MONTHS
from engine.language.zones import zone_of

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]

DAY = 86_400_000_000
_LAST_DAY = dt.date.max.toordinal() - 1
_FIRST_MOMENT = (dt.datetime.min - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
_LAST_MOMENT = (dt.datetime.max - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
#: A duration this long moves a moment of the calendar to one that PostgreSQL still has.
_SAFE_SHIFT = 4_000 * 366 * DAY


def exact_microseconds(span: dt.timedelta) -> Decimal:
    """A duration as it is computed with."""
    return Decimal(span // dt.timedelta(microseconds=1))


_SHORTEST, _LONGEST = (int(exact_microseconds(span)) for span in (dt.timedelta.min, dt.timedelta.max))


def zone(now: dt.datetime | None) -> Sql:
    """The zone of an evaluation: its IANA name, else its offset."""
    found = zone_of(now)
    key = getattr(found, "key", None)
    if isinstance(key, str):
        return sa.literal(key, sa.Text())
    offset = (now.utcoffset() if now is not None else None) or dt.timedelta(0)
    return seconds(sa.literal(offset.total_seconds(), sa.Double()))


def seconds(value: Sql) -> Sql:
    """An interval of seconds; microseconds of some hundred years are exact."""
    return func.make_interval(0, 0, 0, 0, 0, 0, value, type_=INTERVAL())


def wall(translator: Translator, moment: Sql) -> Sql:
    """What the clocks show at a moment, without zone; it may lie a day outside the calendar."""
    return func.timezone(translator.zone, moment, type_=sa.DateTime())


def moment_at(translator: Translator, wall_time: Sql) -> Sql:
    """The moment at which the clocks show a wall time. PostgreSQL's rule for gaps and folds is the language's."""
    return moment_in_calendar(func.timezone(translator.zone, wall_time, type_=sa.DateTime(timezone=True)))


def date_in_calendar(date: Sql) -> Sql:
    """A date of PostgreSQL's, null outside the years 1 to 9999."""
    return within(date, _BEFORE_DATES, _AFTER_DATES)


def wall_in_calendar(wall_time: Sql) -> Sql:
    """A wall time, null outside the years 1 to 9999."""
    return within(wall_time, _BEFORE, _AFTER)


def moment_in_calendar(moment: Sql) -> Sql:
    """A moment, null outside the years 1 to 9999 in UTC."""
    return within(moment, _utc(_BEFORE), _utc(_AFTER))


def _utc(wall_time: Sql) -> Sql:
    return func.timezone(sa.literal_column("'UTC'", sa.Text()), wall_time, type_=sa.DateTime(timezone=True))


#: The year before the first is -1; of these, PostgreSQL has no notation that Python could bind.
_BEFORE_DATES = sa.literal_column("make_date(-1, 12, 31)", sa.Date())
_AFTER_DATES = sa.literal_column("make_date(10000, 1, 1)", sa.Date())
_FIRST_DATE = sa.literal_column("make_date(1, 1, 1)", sa.Date())
_BEFORE = sa.literal_column("make_timestamp(-1, 12, 31, 23, 59, 59.999999)", sa.DateTime())
_AFTER = sa.literal_column("make_timestamp(10000, 1, 1, 0, 0, 0)", sa.DateTime())
_EPOCH = sa.literal_column("make_timestamp(1970, 1, 1, 0, 0, 0)", sa.DateTime())


def duration(micros: Sql) -> Sql:
    """Microseconds as a duration, null when there is none so long."""
    return bounded(micros, _SHORTEST, _LONGEST)


def since_epoch(moment: Sql) -> Sql:
    """Microseconds from 1970 to a moment."""
    return microseconds(func.extract("epoch", moment))


def from_epoch(micros: Sql) -> Sql:
    """The moment so many microseconds after 1970, null outside the calendar."""
    inside = interval(bounded(micros, _FIRST_MOMENT, _LAST_MOMENT))
    return _utc(_EPOCH).op("+", return_type=sa.DateTime(timezone=True))(inside).self_group()


def shift_moment(moment: Sql, micros: Sql) -> Sql:
    """A moment so many microseconds later."""
    return from_epoch(since_epoch(moment) + micros)


def shift_date(date: Sql, days: Sql) -> Sql:
    """A date so many days (a whole number) later."""
    place = sa.cast(date.op("-", return_type=sa.Integer())(_FIRST_DATE).self_group(), sa.Numeric()) + days
    found = sa.cast(bounded(place, 0, _LAST_DAY), sa.Integer())
    return _FIRST_DATE.op("+", return_type=sa.Date())(found).self_group()


def shift_months(day: Sql, months: Sql) -> Sql:
    """A date or wall time so many months later, the day clamped to the end of the month."""

    def shifted(start: Sql, count: Sql) -> Sql:
        place = func.extract("year", start) * 12 + func.extract("month", start) - 1 + count
        step = func.make_interval(0, sa.cast(clamped(count, -MAX_MONTHS, MAX_MONTHS), sa.Integer()), type_=INTERVAL())
        moved = sa.cast(start, sa.DateTime()).op("+", return_type=sa.DateTime())(step)
        return sa.case((sa.and_(place >= 12, place < 120_000), sa.cast(moved.self_group(), day.type)))

    return let_all((day, months), shifted)


def days(first: Sql, last: Sql) -> Sql:
    """Days from one date to another."""
    return sa.cast(last.op("-", return_type=sa.Integer())(first).self_group(), sa.Numeric())


# -- operations


def _plus(translator: Translator, node: Node) -> Sql:
    return _moved(translator, node, 1)


def _minus(translator: Translator, node: Node) -> Sql:
    left, right = (arg.type.kind for arg in node.args)
    if (left, right) != ("datetime", "datetime"):
        return _moved(translator, node, -1)
    last, first = (translator.value(arg) for arg in node.args)
    return since_epoch(last) - since_epoch(first)


def _moved(translator: Translator, node: Node, sign: int) -> Sql:
    left, right = node.args
    if left.type.kind == "duration":
        one, other = operands(translator, node)
        return duration(one + other if sign > 0 else one - other)
    shift = translator.evaluate(right) if translator.is_known(right) else None
    if isinstance(shift, dt.timedelta) and abs(exact_microseconds(shift)) <= _SAFE_SHIFT:
        span = seconds(sa.literal(sign * shift.total_seconds(), sa.Double()))
        moved = translator.value(left).op("+", return_type=sa.DateTime(timezone=True))(span)
        return moment_in_calendar(moved.self_group())
    micros = translator.value(right)
    return shift_moment(translator.value(left), micros if sign > 0 else -micros)


def _date_moved(sign: int) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        whole = translator.evaluate(node.args[1])
        assert isinstance(whole, dt.timedelta), "the checker moves dates by constant durations of whole days only"
        return shift_date(translator.value(node.args[0]), number(sign * whole.days))

    return make


def _days(translator: Translator, node: Node) -> Sql:
    last, first = (translator.value(arg) for arg in node.args)
    return days(first, last) * number(DAY)


def _months_moved(sign: int) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        start, months = (translator.value(arg) for arg in node.args)
        months = months if sign > 0 else -months
        if node.type.kind == "date":
            return shift_months(start, months)
        return moment_at(translator, shift_months(wall_in_calendar(wall(translator, start)), months))

    return make


def _period(sign: int) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        one, other = operands(translator, node)
        return months(one + other if sign > 0 else one - other)

    return make


def months(count: Sql) -> Sql:
    """A number of months as a period, null when the calendar has not so many."""
    return bounded(count, -MAX_MONTHS, MAX_MONTHS)


def _period_times(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return let(months(one * other), lambda product: sa.case((product == func.trunc(product), product)))


def _duration_times(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return duration(func.round(one * other, type_=sa.Numeric()))


def _duration_by(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return duration(quotient(one, other, 0))


def _ratio(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return quotient(one, other)


def _to_datetime(translator: Translator, node: Node) -> Sql:
    return moment_at(translator, sa.cast(translator.value(node.args[0]), sa.DateTime()))


def _to_date(translator: Translator, node: Node) -> Sql:
    return date_in_calendar(sa.cast(wall(translator, translator.value(node.args[0])), sa.Date()))


def _date_at(translator: Translator, node: Node) -> Sql:
    date, time = (translator.value(arg) for arg in node.args)
    return moment_at(translator, date.op("+", return_type=sa.DateTime())(time).self_group())


VALUES: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "time+": _plus,
    "time-": _minus,
    "date+": _date_moved(1),
    "date-": _date_moved(-1),
    "days-": _days,
    "month+": _months_moved(1),
    "month-": _months_moved(-1),
    "period+": _period(1),
    "period-": _period(-1),
    "period*": _period_times,
    "duration*": _duration_times,
    "duration/": _duration_by,
    "ratio": _ratio,
    "to_datetime": _to_datetime,
    "to_date": _to_date,
    "date_at": _date_at,
}
