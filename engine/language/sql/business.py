"""Functions of business days and business time: the calendar's running totals (calendar.py), bound as arrays. Days are numbered
from 0001-01-01, a Monday; times of day and lengths are microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY

from engine.language.calendar import DAY, DAYS, Calendar, Spans, Tally
from engine.language.sql import times
from engine.language.sql.columns import INTERVAL_OF
from engine.language.sql.dates import arguments
from engine.language.sql.total import bounded, let, let_all
from engine.language.sql.values import number
from engine.language.sql.written import written
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]

#: The first day, number 0.
_FIRST = sa.literal_column("make_date(1, 1, 1)", sa.Date())
_INTEGER = sa.BigInteger()


# -- integers


def _integer(value: int) -> Sql:
    return sa.literal(value, _INTEGER)


def _integers(values: Sequence[int]) -> Sql:
    return sa.literal(list(values), ARRAY(_INTEGER))


def _at(values: Sequence[int], index: Sql) -> Sql:
    """One of some values, counted from 0."""
    return written("(CAST({0} AS bigint[]))[{1} + 1]", _INTEGER, _integers(values), index)


def _not_above(value: Sql, values: Sequence[int]) -> Sql:
    """How many of the values, which are in order, are not above another."""
    return written("width_bucket({0}, CAST({1} AS bigint[]))", _INTEGER, value, _integers(values))


def _is_one_of(value: Sql, values: Sequence[int]) -> Sql:
    return written("{0} = ANY(CAST({1} AS bigint[]))", sa.Boolean(), value, _integers(values))


# -- days and their numbers


def _number(date: Sql) -> Sql:
    return written("CAST({0} - make_date(1, 1, 1) AS bigint)", _INTEGER, date)


def _date(day: Sql) -> Sql:
    """The date of a day's number, null when the calendar has none."""
    inside = sa.cast(bounded(sa.cast(day, sa.Numeric()), 0, DAYS - 1), sa.Integer())
    return _FIRST.op("+", return_type=sa.Date())(inside).self_group()


def _weekday(day: Sql) -> Sql:
    return written("mod({0}, 7)", _INTEGER, day)


# -- running totals


def _before(tally: Tally, day: Sql) -> Sql:
    """What all days before the day with a number count together."""
    starts = [sum(tally.week[:weekday]) for weekday in range(7)]
    usual = written("{0} / 7 * {1} + {2}", _INTEGER, day, _integer(sum(tally.week)), _at(starts, _weekday(day)))
    if not tally.days:
        return usual
    passed = _not_above(written("{0} - 1", _INTEGER, day), tally.days)
    return written("{0} + {1}", _INTEGER, usual, _at(tally.differences, passed))


def _reaching(tally: Tally, total: Sql) -> Sql:
    """The number of the first day with which a total is reached; null or past the calendar when there is none.

    Between two days that differ from their week the totals are those of plain weeks: so that day is worked out for each
    such stretch, and counts where it lies inside of it.
    """
    stretches = (_integers([0, *tally.days]), _integers([*tally.days, DAYS]), _integers(tally.differences))
    columns = [sa.column(name, _INTEGER) for name in ("first", "end", "difference")]
    rows = func.unnest(*stretches).table_valued(*columns).render_derived()
    wanted = (total - rows.c.difference).self_group()
    day = sa.case((wanted <= 0, rows.c.first), else_=func.greatest(_usual(tally, wanted), rows.c.first))
    return (
        sa.select(func.min(day, type_=_INTEGER))
        .select_from(rows)
        .where(day < rows.c.end)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _usual(tally: Tally, total: Sql) -> Sql:
    """The number of the day with which plain weeks reach a total from 1 on; past the calendar when nobody works in them."""
    week = sum(tally.week)
    if not week:
        return _integer(DAYS)
    ends = [sum(tally.week[: weekday + 1]) for weekday in range(7)]
    rest = written("mod({0} - 1, {1})", _INTEGER, total, _integer(week))
    return written("({0} - 1) / {1} * 7 + {2}", _INTEGER, total, _integer(week), _not_above(rest, ends))


# -- business days


def add_days(days: Tally, date: Sql, count: Sql) -> Sql:
    """The date so many business days (a whole number) later, or earlier when negative; for 0 the date itself."""

    def moved(start: Sql, steps: Sql) -> Sql:
        ahead, back = (sa.case((condition, _integer(1)), else_=_integer(0)) for condition in (steps > 0, steps < 0))
        total = _before(days, (_number(start) + ahead).self_group()) + steps + back
        found = let(total, lambda each: sa.case((each >= 1, _reaching(days, each))))
        return sa.case((steps == 0, start), else_=_date(found))

    return let_all((date, sa.cast(bounded(count, -DAYS, DAYS), _INTEGER)), moved)


def _by_day(calendar: Calendar, day: Sql, make: Callable[[Spans], Sql]) -> Sql:
    """Something of the hours of a day, made for each kind of day that there is."""
    kinds = dict.fromkeys((*calendar.usual, *calendar.special.values()))
    special = [
        (_is_one_of(day, [number for number, spans in calendar.special.items() if spans == kind]), make(kind))
        for kind in kinds
        if kind in calendar.special.values()
    ]
    usual = [
        (
            _is_one_of(_weekday(day), [weekday for weekday, spans in enumerate(calendar.usual) if spans == kind]),
            make(kind),
        )
        for kind in kinds
        if kind in calendar.usual
    ]
    return sa.case(*special, *usual)


def is_business_day(calendar: Calendar, date: Sql) -> Sql:
    """Whether people work on a date."""
    return let(_number(date), lambda day: _by_day(calendar, day, lambda spans: sa.true() if spans else sa.false()))


def _calendar(translator: Translator) -> Calendar:
    return translator.context.calendar


def _is_business_day(translator: Translator, node: Node) -> Sql:
    return is_business_day(_calendar(translator), translator.value(node.args[0]))


def _add_business_days(translator: Translator, node: Node) -> Sql:
    start, count = arguments(translator, node)
    return moved_by_days(translator, node, start, func.trunc(count, type_=sa.Numeric()))


def moved_by_days(translator: Translator, node: Node, start: Sql, count: Sql) -> Sql:
    """A date moved by business days, or the date of a date-time whose wall time at the office stays."""
    days = _calendar(translator).days
    if node.type.kind != "datetime":
        return add_days(days, start, count)

    def shifted(wall: Sql) -> Sql:
        date = add_days(days, sa.cast(wall, sa.Date()), count)
        return _moment(translator, date.op("+", return_type=sa.DateTime())(sa.cast(wall, sa.Time())).self_group())

    return let(_wall(translator, start), shifted)


def _business_days_between(translator: Translator, node: Node) -> Sql:
    first, last = (written("{0} + 1", _INTEGER, _number(each)) for each in arguments(translator, node))
    days = _calendar(translator).days
    between = let_all((first, last), lambda one, other: _before(days, other) - _before(days, one))
    return sa.cast(between, sa.Numeric())


def _neighbour(step: int) -> Make:
    return lambda translator, node: add_days(_calendar(translator).days, translator.value(node.args[0]), number(step))


def _on_or_after(translator: Translator, node: Node) -> Sql:
    calendar = _calendar(translator)

    def found(date: Sql) -> Sql:
        return sa.case((is_business_day(calendar, date), date), else_=add_days(calendar.days, date, number(1)))

    return let(translator.value(node.args[0]), found)


# -- business time


def _zone(translator: Translator) -> Sql:
    office = _calendar(translator).zone
    return translator.zone if office is None else times.named(office, translator.now)


def _wall(translator: Translator, moment: Sql) -> Sql:
    """What the clocks of the office show."""
    return times.wall_in_calendar(func.timezone(_zone(translator), moment, type_=sa.DateTime()))


def _moment(translator: Translator, wall: Sql) -> Sql:
    return times.moment_in_calendar(func.timezone(_zone(translator), wall, type_=sa.DateTime(timezone=True)))


def _time(wall: Sql) -> Sql:
    return written("CAST(extract(epoch FROM CAST({0} AS time)) * 1000000 AS bigint)", _INTEGER, wall)


def _worked(calendar: Calendar, wall: Sql) -> Sql:
    """The business time of the whole calendar up to a wall time."""

    def until(day: Sql, time: Sql) -> Sql:
        today = _by_day(calendar, day, lambda spans: _worked_until(spans, time))
        return written("{0} + {1}", _INTEGER, _before(calendar.time, day), today)

    return let(wall, lambda shown: let_all((_number(sa.cast(shown, sa.Date())), _time(shown)), until))


def _worked_until(spans: Spans, time: Sql) -> Sql:
    worked = (
        written("greatest(least({0}, {1}) - {2}, 0)", _INTEGER, time, _integer(end), _integer(start))
        for start, end in spans
    )
    return sum(worked, start=_integer(0))


def _is_business_time(translator: Translator, node: Node) -> Sql:
    calendar = _calendar(translator)

    def inside(day: Sql, time: Sql) -> Sql:
        return _by_day(
            calendar, day, lambda spans: sa.or_(sa.false(), *(sa.and_(time >= a, time < b) for a, b in spans))
        )

    wall = _wall(translator, translator.value(node.args[0]))
    return let(wall, lambda shown: let_all((_number(sa.cast(shown, sa.Date())), _time(shown)), inside))


def _business_time_between(translator: Translator, node: Node) -> Sql:
    calendar = _calendar(translator)

    def between(first: Sql, last: Sql) -> Sql:
        earlier, later = (_wall(translator, pick(first, last)) for pick in (func.least, func.greatest))
        # An hour that occurs twice makes the clocks go back, business time never.
        worked = let_all(
            (_worked(calendar, earlier), _worked(calendar, later)),
            lambda one, other: written(
                "CASE WHEN {1} >= {0} THEN {1} - {0} WHEN {1} < {0} THEN 0 END", _INTEGER, one, other
            ),
        )
        return sa.cast(worked, sa.Numeric()) * sa.case((last < first, number(-1)), (last >= first, number(1)))

    first, last = arguments(translator, node)
    return let_all((first, last), between)


def _add_time(calendar: Calendar, wall: Sql, length: Sql) -> Sql:
    """The wall time so much business time later, or earlier when negative; null for nothing."""

    def moved(start: Sql, micros: Sql) -> Sql:
        back = sa.case((micros < 0, _integer(1)), else_=_integer(0))
        wanted = sa.cast(_worked(calendar, start) + micros, _INTEGER)
        return let_all((wanted, back), found)

    def found(wanted: Sql, back: Sql) -> Sql:
        day = sa.case((wanted >= 0, _reaching(calendar.time, wanted + back)))
        return let(day, lambda each: let(wanted - _before(calendar.time, each), lambda rest: at(each, rest, back)))

    def at(day: Sql, rest: Sql, back: Sql) -> Sql:
        time = _by_day(calendar, day, lambda spans: _time_worked(spans, rest, back))
        shown = written(f"{{0}} + {INTERVAL_OF.format('{1}')}", sa.DateTime(), _date(day), time)
        return times.wall_in_calendar(shown)

    return let_all((wall, sa.cast(bounded(length, -DAYS * DAY, DAYS * DAY), _INTEGER)), moved)


def _time_worked(spans: Spans, worked: Sql, back: Sql) -> Sql:
    """When so much of a day is worked; the last such time when going `back` (1, not 0)."""
    cases, before = [], 0
    for start, end in spans:
        before += end - start
        cases.append((worked + back <= before, worked + (end - before)))
    return sa.case(*cases) if cases else sa.cast(sa.null(), _INTEGER)


def _add_business_time(translator: Translator, node: Node) -> Sql:
    return moved_by_time(translator, node, *arguments(translator, node))


def moved_by_time(translator: Translator, node: Node, start: Sql, length: Sql) -> Sql:
    """A date-time moved by business time, or the date on which it ends from midnight of a date."""
    calendar = _calendar(translator)

    def moved(begin: Sql, micros: Sql) -> Sql:
        if node.type.kind == "datetime":
            wall = _wall(translator, begin)
            still = sa.case((wall.is_not(sa.null()), begin))
            return sa.case((micros == 0, still), else_=_moment(translator, _add_time(calendar, wall, micros)))
        end = _add_time(calendar, sa.cast(begin, sa.DateTime()), micros)
        return sa.case((micros == 0, begin), else_=sa.cast(end, sa.Date()))

    return let_all((start, length), moved)


def _moved_by_constant(sign: int) -> Make:
    def make(translator: Translator, node: Node) -> Sql:
        start, length = node.args
        unit, size = length.value if isinstance(length.value, tuple) else ("us", 0)
        moved = moved_by_days if unit == "days" else moved_by_time
        return moved(translator, node, translator.value(start), number(sign * size))

    return make


FUNCTIONS: Mapping[str, Make] = {
    "is_business_day": _is_business_day,
    "add_business_days": _add_business_days,
    "business_days_between": _business_days_between,
    "next_business_day": _neighbour(1),
    "previous_business_day": _neighbour(-1),
    "business_day_on_or_after": _on_or_after,
    "is_business_time": _is_business_time,
    "add_business_time": _add_business_time,
    "business_time_between": _business_time_between,
}

VALUES: Mapping[str, Make] = {"business+": _moved_by_constant(1), "business-": _moved_by_constant(-1)}
