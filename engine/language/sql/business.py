"""Functions of business days: the calendar's running totals (calendar.py), bound as arrays. Days are numbered from 0001-01-01,
a Monday.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY

from engine.language.calendar import DAYS, Tally
from engine.language.sql import times
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


def _integers(values: Sequence[int]) -> Sql:
    return sa.cast(sa.literal(list(values), ARRAY(sa.Integer())), ARRAY(sa.Integer()))


def _at(values: Sequence[int], index: Sql) -> Sql:
    """One of some values, counted from 0."""
    return written("{0}[{1} + 1]", sa.Integer(), _integers(values), index)


def _integer(value: int) -> Sql:
    return sa.literal(value, sa.Integer())


def _number(date: Sql) -> Sql:
    return date.op("-", return_type=sa.Integer())(_FIRST).self_group()


def _date(day: Sql) -> Sql:
    """The date of a day's number, null when the calendar has none."""
    inside = sa.cast(bounded(sa.cast(day, sa.Numeric()), 0, DAYS - 1), sa.Integer())
    return _FIRST.op("+", return_type=sa.Date())(inside).self_group()


def _over(one: Sql, other: int) -> Sql:
    return one.op("/", return_type=sa.Integer())(_integer(other)).self_group()


def _before(days: Tally, day: Sql) -> Sql:
    """How many business days lie before the day with a number."""
    starts = [sum(days.week[:weekday]) for weekday in range(7)]
    usual = _over(day, 7) * sum(days.week) + _at(starts, day % 7)
    if not days.days:
        return usual.self_group()
    passed = func.width_bucket(day - 1, _integers(days.days), type_=sa.Integer())
    return (usual + _at(days.differences, passed)).self_group()


def _reaching(days: Tally, total: Sql) -> Sql:
    """The number of the first day with which so many business days are reached; null or past the calendar when there is none.

    Between two days that differ from their week the totals are those of plain weeks: so that day is worked out for each
    such stretch, and counts where it lies inside of it.
    """
    rows = func.unnest(
        _integers([0, *days.days]), _integers([*days.days, DAYS]), _integers(days.differences)
    ).table_valued(
        sa.column("first", sa.Integer()), sa.column("end", sa.Integer()), sa.column("difference", sa.Integer())
    ).render_derived()  # fmt: skip
    wanted = (total - rows.c.difference).self_group()
    day = sa.case((wanted <= 0, rows.c.first), else_=func.greatest(_usual(days, wanted), rows.c.first))
    inside = sa.select(func.min(day)).select_from(rows).where(day < rows.c.end)
    return inside.correlate_except(rows).scalar_subquery()


def _usual(days: Tally, total: Sql) -> Sql:
    """The number of the day with which plain weeks reach a total from 1 on; past the calendar when they have no business day."""
    worked = [weekday for weekday, amount in enumerate(days.week) if amount]
    if not worked:
        return _integer(DAYS)
    earlier = (total - 1).self_group()
    return (_over(earlier, len(worked)) * 7 + _at(worked, earlier % len(worked))).self_group()


def add_days(days: Tally, date: Sql, count: Sql) -> Sql:
    """The date so many business days (a whole number) later, or earlier when negative; for 0 the date itself."""

    def moved(start: Sql, steps: Sql) -> Sql:
        ahead, back = (sa.case((condition, _integer(1)), else_=_integer(0)) for condition in (steps > 0, steps < 0))
        total = _before(days, (_number(start) + ahead).self_group()) + steps + back
        found = let(total, lambda each: sa.case((each >= 1, _reaching(days, each))))
        return sa.case((steps == 0, start), else_=_date(found))

    return let_all((date, sa.cast(bounded(count, -DAYS, DAYS), sa.Integer())), moved)


def is_business_day(days: Tally, date: Sql) -> Sql:
    """Whether people work on a date."""
    plain = sa.cast(_at(days.week, sa.cast(func.extract("isodow", date), sa.Integer()) - 1), sa.Boolean())
    if not days.days:
        return plain
    worked, free = ([day for day in days.days if days.week[day % 7] == amount] for amount in (0, 1))
    return sa.case(
        (_number(date) == sa.any_(_integers(worked)), sa.true()),
        (_number(date) == sa.any_(_integers(free)), sa.false()),
        else_=plain,
    )


# -- functions


def _tally(translator: Translator) -> Tally:
    return translator.context.calendar.days


def _is_business_day(translator: Translator, node: Node) -> Sql:
    return let(translator.value(node.args[0]), lambda date: is_business_day(_tally(translator), date))


def _add_business_days(translator: Translator, node: Node) -> Sql:
    start, count = arguments(translator, node)
    return moved(translator, node, start, func.trunc(count, type_=sa.Numeric()))


def moved(translator: Translator, node: Node, start: Sql, count: Sql) -> Sql:
    """A date moved by business days, or the date of a date-time whose wall time at the office stays."""
    days = _tally(translator)
    if node.type.kind != "datetime":
        return add_days(days, start, count)
    office = translator.context.calendar.zone
    zone = translator.zone if office is None else times.named(office, translator.now)

    def shifted(wall: Sql) -> Sql:
        date = add_days(days, sa.cast(wall, sa.Date()), count)
        shown = date.op("+", return_type=sa.DateTime())(sa.cast(wall, sa.Time())).self_group()
        return times.moment_in_calendar(func.timezone(zone, shown, type_=sa.DateTime(timezone=True)))

    return let(times.wall_in_calendar(func.timezone(zone, start, type_=sa.DateTime())), shifted)


def _business_days_between(translator: Translator, node: Node) -> Sql:
    first, last = ((_number(each) + 1).self_group() for each in arguments(translator, node))
    days = _tally(translator)
    return sa.cast(let_all((first, last), lambda one, other: _before(days, other) - _before(days, one)), sa.Numeric())


def _neighbour(step: int) -> Make:
    return lambda translator, node: add_days(_tally(translator), translator.value(node.args[0]), number(step))


def _on_or_after(translator: Translator, node: Node) -> Sql:
    days = _tally(translator)

    def found(date: Sql) -> Sql:
        return sa.case((is_business_day(days, date), date), else_=add_days(days, date, number(1)))

    return let(translator.value(node.args[0]), found)


def _moved_by_constant(sign: int) -> Make:
    def make(translator: Translator, node: Node) -> Sql:
        start, length = node.args
        unit, size = length.value if isinstance(length.value, tuple) else ("", 0)
        if unit != "days":  # only of what reads no row: anything else is refused before
            return translator.constant(node.type, translator.evaluate(node))
        return moved(translator, node, translator.value(start), number(sign * size))

    return make


FUNCTIONS: Mapping[str, Make] = {
    "is_business_day": _is_business_day,
    "add_business_days": _add_business_days,
    "business_days_between": _business_days_between,
    "next_business_day": _neighbour(1),
    "previous_business_day": _neighbour(-1),
    "business_day_on_or_after": _on_or_after,
}

VALUES: Mapping[str, Make] = {"business+": _moved_by_constant(1), "business-": _moved_by_constant(-1)}
