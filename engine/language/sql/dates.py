"""Functions of dates and times. Like the operations on them (times.py), each step stays inside PostgreSQL's calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL

from engine.language.civil import PATTERN
from engine.language.functions.dates import zone_names
from engine.language.sql import times
from engine.language.sql.total import bounded, let, let_all
from engine.language.sql.values import number, quotient
from engine.language.tree import Node
from engine.language.types import DATE, NUMBER

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]

_WHITE = r"[ \t\r\n]*"
_PAIR = "([0-9]{1,2})"
_SIGNS = (("-", "-", ""), ("/", "/", ""), (r"\.", r"\.", ""), ("年", "月", "日"))
_WRITTEN_DATE = f"^{_WHITE}([0-9]{{4}})(?:{'|'.join(f'{a}{_PAIR}{b}{_PAIR}{c}' for a, b, c in _SIGNS)}){_WHITE}$"  # the same sign twice
#: The parts of a pattern of `format_date` as to_char knows them.
_TO_CHAR: Mapping[str, str] = {
    "yyyy": "YYYY", "yy": "YY", "MM": "MM", "M": "FMMM", "dd": "DD", "d": "FMDD", "HH": "HH24", "H": "FMHH24",
    "mm": "MI", "ss": "SS",
}  # fmt: skip


def _known(translator: Translator, node: Node) -> Sql:
    return translator.constant(node.type, translator.evaluate(node))


def today(translator: Translator) -> dt.date | None:
    """The date of `now`."""
    found = translator.evaluate(Node("call", DATE, (), "today"))
    return found if isinstance(found, dt.date) else None


def arguments(translator: Translator, node: Node) -> list[Sql]:
    """The operands."""
    return [translator.value(arg) for arg in node.args]


def _midnight(date: Sql) -> Sql:
    return sa.cast(date, sa.DateTime())


def _date(value: Sql) -> Sql:
    return sa.cast(value, sa.Date())


def _plus_days(date: Sql, days: Sql) -> Sql:
    return date.op("+", return_type=sa.Date())(sa.cast(days, sa.Integer())).self_group()


# -- parts


def part(field: str, value: Sql) -> Sql:
    """EXTRACT, as a number."""
    return sa.cast(func.extract(field, value), sa.Numeric())


def _part(field: str) -> Make:
    return lambda translator, node: part(field, translator.value(node.args[0]))


def _clock_part(field: str) -> Make:
    return lambda translator, node: func.floor(part(field, _clock(translator, node.args[0])), type_=sa.Numeric())


def _clock(translator: Translator, node: Node) -> Sql:
    value = translator.value(node)
    return value if node.type.kind == "time" else wall(translator, value)


def wall(translator: Translator, moment: Sql) -> Sql:
    """What the clocks show at a moment, null outside the calendar."""
    return times.wall_in_calendar(times.wall(translator, moment))


def _time_of(translator: Translator, node: Node) -> Sql:
    return sa.cast(wall(translator, translator.value(node.args[0])), sa.Time())


def _wall_in(type: type[sa.Time] | type[sa.Date]) -> Make:
    def make(translator: Translator, node: Node) -> Sql:
        moment, zone = node.args
        if zone.value not in zone_names():
            return translator.constant(node.type, None)
        local = func.timezone(sa.literal(zone.value, sa.Text()), translator.value(moment), type_=sa.DateTime())
        return sa.cast(times.wall_in_calendar(local), type())

    return make


def _is_weekend(translator: Translator, node: Node) -> Sql:
    return part("isodow", translator.value(node.args[0])) > number(5)


def _is_leap_year(translator: Translator, node: Node) -> Sql:
    year = sa.cast(part("year", translator.value(node.args[0])), sa.Integer())
    first_of_march = func.make_date(year, 3, 1, type_=sa.Date())
    return part("day", _plus_days(first_of_march, sa.literal(-1, sa.Integer()))) == number(29)


# -- the beginning and end of stretches


def _start(unit: str, date: Sql) -> Sql:
    return func.date_trunc(sa.literal(unit, sa.Text()), _midnight(date), type_=sa.DateTime())


def _end(unit: str, months: int, date: Sql) -> Sql:
    """The last day: so many months and minus one day after the first."""
    step = func.make_interval(0, months, 0, -1, type_=INTERVAL())
    return _date(_start(unit, date).op("+", return_type=sa.DateTime())(step).self_group())


def _start_of(unit: str) -> Make:
    return lambda translator, node: _date(_start(unit, translator.value(node.args[0])))


def _end_of(unit: str, months: int) -> Make:
    return lambda translator, node: _end(unit, months, translator.value(node.args[0]))


def _days_in_month(translator: Translator, node: Node) -> Sql:
    return part("day", _end("month", 1, translator.value(node.args[0])))


def _start_of_week(translator: Translator, node: Node) -> Sql:
    return let(translator.value(node.args[0]), lambda date: _plus_days(date, number(1) - part("isodow", date)))


def _end_of_week(translator: Translator, node: Node) -> Sql:
    def end(date: Sql) -> Sql:
        return times.date_in_calendar(_plus_days(date, number(7) - part("isodow", date)))

    return let(translator.value(node.args[0]), end)


def _start_of_day(translator: Translator, node: Node) -> Sql:
    shown = wall(translator, translator.value(node.args[0]))
    return times.moment_at(translator, func.date_trunc(sa.literal("day", sa.Text()), shown, type_=sa.DateTime()))


# -- made and read


def _integral(value: Sql, low: int, high: int) -> Sql:
    """A whole number from `low` to `high`, else null."""
    inside = let(bounded(value, low, high), lambda each: sa.case((each == func.trunc(each), each)))
    return sa.cast(inside, sa.Integer())


def _made_date(year: Sql, month: Sql, day: Sql) -> Sql:
    def made(first: Sql, days: Sql) -> Sql:
        found = _plus_days(first, days - 1)
        return sa.case((part("month", found) == part("month", first), found))

    first = func.make_date(_integral(year, 1, 9999), _integral(month, 1, 12), 1, type_=sa.Date())
    return let_all((first, _integral(day, 1, 31)), made)


def _date_made(translator: Translator, node: Node) -> Sql:
    return _made_date(*arguments(translator, node))


def _date_of(translator: Translator, node: Node) -> Sql:
    value = translator.value(node.args[0])
    if node.args[0].type.kind == "date":
        return value

    def made(parts: Sql) -> Sql:
        months, days = ([parts[index] for index in range(first, 10, 2)] for first in (2, 3))
        found = (parts[1], func.coalesce(*months), func.coalesce(*days))
        return _made_date(*(sa.cast(each, sa.Numeric()) for each in found))

    written = func.regexp_match(value, sa.literal(_WRITTEN_DATE, sa.Text()), type_=ARRAY(sa.Text()))
    return let(written, made)


def _time_made(translator: Translator, node: Node) -> Sql:
    hour, minute, second = [*arguments(translator, node), number(0)][:3]
    seconds: Sql = sa.cast(_integral(second, 0, 59), sa.Double())
    return func.make_time(_integral(hour, 0, 23), _integral(minute, 0, 59), seconds, type_=sa.Time())


def _datetime(translator: Translator, node: Node) -> Sql:
    return at(translator, *arguments(translator, node))


def at(translator: Translator, date: Sql, time: Sql) -> Sql:
    """A date at a time of day, in the zone of the evaluation."""
    return times.moment_at(translator, date.op("+", return_type=sa.DateTime())(time).self_group())


# -- moved


def moving(move: Callable[[Sql, Sql], Sql]) -> Make:
    """A date moved by a number, or the date of a date-time whose wall time stays."""

    def make(translator: Translator, node: Node) -> Sql:
        start, count = arguments(translator, node)
        count = func.trunc(count, type_=sa.Numeric())
        if node.type.kind != "datetime":
            return move(start, count)
        shown = wall(translator, start)
        return let(shown, lambda each: at(translator, move(_date(each), count), sa.cast(each, sa.Time())))

    return make


# -- how far apart


def _days_between(translator: Translator, node: Node) -> Sql:
    first, last = arguments(translator, node)
    return times.days(first, last)


def months_between(first: Sql, last: Sql) -> Sql:
    """Whole months from one date to another."""
    return let_all(
        (first, last), lambda one, other: sa.case((other < one, -_months(other, one)), else_=_months(one, other))
    )


def _months(first: Sql, last: Sql) -> Sql:
    years, months = (part(field, last) - part(field, first) for field in ("year", "month"))
    # The last day of a shorter month completes a month too.
    short = sa.and_(part("day", last) < part("day", first), last < _end("month", 1, last))
    return (years * number(12) + months - sa.case((short, number(1)), else_=number(0))).self_group()


def _months_between(translator: Translator, node: Node) -> Sql:
    return months_between(*arguments(translator, node))


def years_between(first: Sql, last: Sql) -> Sql:
    """Whole years from one date to another."""
    return func.div(months_between(first, last), number(12), type_=sa.Numeric())


def _years_between(translator: Translator, node: Node) -> Sql:
    return years_between(*arguments(translator, node))


def _elapsed(translator: Translator, node: Node) -> Sql:
    first, last = (times.since_epoch(each) for each in arguments(translator, node))
    return (last - first).self_group()


def _elapsed_in(unit: int) -> Make:
    return lambda translator, node: quotient(_elapsed(translator, node), number(unit))


def _seconds_between(translator: Translator, node: Node) -> Sql:
    return _elapsed(translator, node) * sa.literal_column("0.000001", sa.Numeric())


def _days_until(translator: Translator, node: Node) -> Sql:
    return times.days(translator.constant(DATE, today(translator)), translator.value(node.args[0]))


def _age(translator: Translator, node: Node) -> Sql:
    now = translator.constant(DATE, today(translator))
    return let(translator.value(node.args[0]), lambda birth: sa.case((birth <= now, years_between(birth, now))))


def _birthday_in(translator: Translator, node: Node) -> Sql:
    now, days = today(translator), translator.evaluate(node.args[1])
    if now is None or days is None:
        return translator.constant(node.type, None)
    day = translator.constant(DATE, now)

    def coming(birth: Sql) -> Sql:
        this_year = _anniversary(birth, now.year)
        soon = sa.and_(this_year >= day, times.days(day, this_year) <= translator.constant(NUMBER, days))
        if now.year == dt.MAXYEAR:
            return soon
        next_year = times.days(day, _anniversary(birth, now.year + 1))
        return sa.or_(soon, sa.and_(this_year < day, next_year <= translator.constant(NUMBER, days)))

    return let(translator.value(node.args[0]), coming)


def _anniversary(date: Sql, year: int) -> Sql:
    """A date in another year; PostgreSQL, too, makes the 28th of a 29 February where there is none."""
    years = func.make_interval(sa.cast(number(year) - part("year", date), sa.Integer()), type_=INTERVAL())
    return _date(_midnight(date).op("+", return_type=sa.DateTime())(years).self_group())


# -- written


def _format_date(translator: Translator, node: Node) -> Sql:
    when, pattern = node.args
    if pattern.value is None:
        return translator.constant(node.type, None)
    value = translator.value(when)
    shown = _midnight(value) if when.type.kind == "date" else wall(translator, value)
    return func.to_char(shown, sa.literal(to_char_pattern(str(pattern.value)), sa.Text()), type_=sa.Text())


def to_char_pattern(pattern: str) -> str:
    """A pattern of `format_date` as one of to_char, with everything that stands for itself in quotation marks."""
    made, position = "", 0
    for found in PATTERN.finditer(pattern):
        made += _quoted(pattern[position : found.start()]) + _TO_CHAR[found[0]]
        position = found.end()
    return made + _quoted(pattern[position:])


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"' if text else ""


FUNCTIONS: Mapping[str, Make] = {
    "now": _known,
    "today": _known,
    "date": _date_made,
    "date_of": _date_of,
    "time": _time_made,
    "datetime": _datetime,
    "year": _part("year"),
    "quarter": _part("quarter"),
    "month": _part("month"),
    "day": _part("day"),
    "weekday": _part("isodow"),
    "week_of_year": _part("week"),
    "iso_year": _part("isoyear"),
    "day_of_year": _part("doy"),
    "days_in_month": _days_in_month,
    "is_leap_year": _is_leap_year,
    "is_weekend": _is_weekend,
    "hour": _clock_part("hour"),
    "minute": _clock_part("minute"),
    "second": _clock_part("second"),
    "time_of": _time_of,
    "time_in": _wall_in(sa.Time),
    "date_in": _wall_in(sa.Date),
    "start_of_week": _start_of_week,
    "end_of_week": _end_of_week,
    "start_of_month": _start_of("month"),
    "end_of_month": _end_of("month", 1),
    "start_of_quarter": _start_of("quarter"),
    "end_of_quarter": _end_of("quarter", 3),
    "start_of_year": _start_of("year"),
    "end_of_year": _end_of("year", 12),
    "start_of_day": _start_of_day,
    "add_days": moving(times.shift_date),
    "add_months": moving(lambda date, months: times.shift_months(date, months, sa.Date())),
    "add_years": moving(lambda date, years: times.shift_months(date, years * number(12), sa.Date())),
    "days_between": _days_between,
    "months_between": _months_between,
    "years_between": _years_between,
    "hours_between": _elapsed_in(3_600_000_000),
    "minutes_between": _elapsed_in(60_000_000),
    "seconds_between": _seconds_between,
    "days_until": _days_until,
    "age": _age,
    "birthday_in": _birthday_in,
    "format_date": _format_date,
}
