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
from sqlalchemy.types import TypeEngine

from engine.language.sql.columns import INTERVAL_OF
from engine.language.sql.total import bounded, bounds, let, let_all, within
from engine.language.sql.values import number, operands, quotient
from engine.language.sql.written import written
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
    """The zone of an evaluation."""
    return named(zone_of(now), now)


def named(zone: dt.tzinfo, now: dt.datetime | None) -> Sql:
    """A zone for timezone(): its IANA name, else its offset."""
    key = getattr(zone, "key", None)
    if isinstance(key, str):
        return sa.literal(key, sa.Text())
    offset = zone.utcoffset(now) or dt.timedelta(0)
    return seconds(sa.literal(offset.total_seconds(), sa.Double()))


def seconds(value: Sql) -> Sql:
    """An interval of seconds; microseconds of some hundred years are exact."""
    return func.make_interval(0, 0, 0, 0, 0, 0, value, type_=INTERVAL())


def wall(translator: Translator, moment: Sql) -> Sql:
    """What the clocks show at a moment, without zone; it may lie a day outside the calendar."""
    return written("timezone({0}, {1})", sa.DateTime(), translator.zone, moment)


def moment_at(translator: Translator, wall_time: Sql) -> Sql:
    """The moment at which the clocks show a wall time. PostgreSQL's rule for gaps and folds is the language's."""
    inside = bounds("timezone({0}, {1})", _utc(BEFORE), _utc(AFTER))
    return written(inside, sa.DateTime(timezone=True), translator.zone, wall_time)


def date_in_calendar(date: Sql) -> Sql:
    """A date of PostgreSQL's, null outside the years 1 to 9999."""
    return within(date, BEFORE_DATES, AFTER_DATES, sa.Date())


def wall_in_calendar(wall_time: Sql) -> Sql:
    """A wall time, null outside the years 1 to 9999."""
    return within(wall_time, BEFORE, AFTER, sa.DateTime())


def moment_in_calendar(moment: Sql) -> Sql:
    """A moment, null outside the years 1 to 9999 in UTC."""
    return within(moment, _utc(BEFORE), _utc(AFTER), sa.DateTime(timezone=True))


def _utc(wall_time: str) -> str:
    return f"timezone('UTC', {wall_time})"


#: The last day before the calendar and the first after it; they have no notation that Python could bind.
BEFORE_DATES, AFTER_DATES = "make_date(-1, 12, 31)", "make_date(10000, 1, 1)"
BEFORE, AFTER = "make_timestamp(-1, 12, 31, 23, 59, 59.999999)", "make_timestamp(10000, 1, 1, 0, 0, 0)"
_EPOCH = "make_timestamp(1970, 1, 1, 0, 0, 0)"
_MICROSECONDS = "extract(epoch FROM {0}) * 1000000"


def duration(micros: Sql) -> Sql:
    """Microseconds as a duration, null when there is none so long."""
    return bounded(micros, _SHORTEST, _LONGEST)


def since_epoch(moment: Sql) -> Sql:
    """Microseconds from 1970 to a moment."""
    return written(_MICROSECONDS, sa.Numeric(), moment)


def from_epoch(micros: Sql) -> Sql:
    """The moment so many microseconds after 1970, null outside the calendar."""
    return _from_epoch("{0}", micros)


def _from_epoch(micros: str, *operands: Sql) -> Sql:
    inside = bounds(micros, f"{_FIRST_MOMENT - 1}::numeric", f"{_LAST_MOMENT + 1}::numeric")
    return written(f"{_utc(_EPOCH)} + {INTERVAL_OF.format(inside)}", sa.DateTime(timezone=True), *operands)


def shift_moment(moment: Sql, micros: Sql) -> Sql:
    """A moment so many microseconds later."""
    return _from_epoch(f"({_MICROSECONDS} + {{1}})", moment, micros)


def shift_date(date: Sql, days: Sql) -> Sql:
    """A date so many days (a whole number) later."""
    place = bounds("(({0} - make_date(1, 1, 1)) + {1}::numeric)", "-1::numeric", f"{_LAST_DAY + 1}::numeric")
    return written(f"make_date(1, 1, 1) + CAST({place} AS integer)", sa.Date(), date, days)


def shift_months(day: Sql, months: Sql, type: TypeEngine[Any] | None = None) -> Sql:
    """A date (or whatever `type` says: a wall time) so many months later, the day clamped to the end of the month."""
    type = sa.Date() if type is None else type
    place = "extract(year FROM {0}) * 12 + extract(month FROM {0}) - 1 + {1}"
    step = f"make_interval(0, CAST(greatest(least({{1}}, {MAX_MONTHS}::numeric), -{MAX_MONTHS}::numeric) AS integer))"
    name = "date" if isinstance(type, sa.Date) else "timestamp"
    template = f"CASE WHEN {place} >= 12 AND {place} < 120000 THEN CAST({{0}} + {step} AS {name}) END"
    return let_all((day, months), lambda start, count: written(template, type, start, count))


def days(first: Sql, last: Sql) -> Sql:
    """Days from one date to another."""
    return written("({0} - {1})::numeric", sa.Numeric(), last, first)


# -- operations


def _plus(translator: Translator, node: Node) -> Sql:
    return _moved(translator, node, 1)


def _minus(translator: Translator, node: Node) -> Sql:
    left, right = (arg.type.kind for arg in node.args)
    if (left, right) != ("datetime", "datetime"):
        return _moved(translator, node, -1)
    last, first = (translator.value(arg) for arg in node.args)
    return written("(extract(epoch FROM {0}) - extract(epoch FROM {1})) * 1000000", sa.Numeric(), last, first)


def _moved(translator: Translator, node: Node, sign: int) -> Sql:
    left, right = node.args
    if left.type.kind == "duration":
        one, other = operands(translator, node)
        return duration(one + other if sign > 0 else one - other)
    shift = translator.evaluate(right) if translator.is_known(right) else None
    if isinstance(shift, dt.timedelta) and abs(exact_microseconds(shift)) <= _SAFE_SHIFT:
        span = seconds(sa.literal(sign * shift.total_seconds(), sa.Double()))
        inside = bounds("({0} + {1})", _utc(BEFORE), _utc(AFTER))
        return written(inside, sa.DateTime(timezone=True), translator.value(left), span)
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
    return written(f"({{0}} - {{1}}) * {DAY}::numeric", sa.Numeric(), last, first)


def _months_moved(sign: int) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        start, months = (translator.value(arg) for arg in node.args)
        months = months if sign > 0 else -months
        if node.type.kind == "date":
            return shift_months(start, months, sa.Date())
        return moment_at(translator, shift_months(wall_in_calendar(wall(translator, start)), months, sa.DateTime()))

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
    product = months(written("{0} * {1}", sa.Numeric(), one, other))
    return let(product, lambda found: written("CASE WHEN {0} = trunc({0}) THEN {0} END", sa.Numeric(), found))


def _duration_times(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return duration(written("round({0} * {1})", sa.Numeric(), one, other))


def _duration_by(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return duration(quotient(one, other, 0))


def _ratio(translator: Translator, node: Node) -> Sql:
    one, other = (translator.value(arg) for arg in node.args)
    return quotient(one, other)


def _to_datetime(translator: Translator, node: Node) -> Sql:
    return moment_at(translator, sa.cast(translator.value(node.args[0]), sa.DateTime()))


def _to_date(translator: Translator, node: Node) -> Sql:
    date = bounds("CAST(timezone({0}, {1}) AS date)", BEFORE_DATES, AFTER_DATES)
    return written(date, sa.Date(), translator.zone, translator.value(node.args[0]))


def _date_at(translator: Translator, node: Node) -> Sql:
    date, time = (translator.value(arg) for arg in node.args)
    return moment_at(translator, written("{0} + {1}", sa.DateTime(), date, time))


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
