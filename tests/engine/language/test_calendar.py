"""Business calendars of every shape (tests/language/calendars.json, which the browser runs too), in Python and in PostgreSQL;
and the running totals held to going through the days one by one."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.language.calendar import OFFICE_HOURS, Calendar, Hours
from engine.language.context import Context
from engine.language.sql import Translator
from tests.engine.language.database import readable
from tests.engine.language.scopes import FOLDER
from tests.engine.language.vectors import checked, comparable

CALENDARS: Mapping[str, Any] = json.loads((FOLDER / "calendars.json").read_text(encoding="utf-8"))
MICROSECOND = dt.timedelta(microseconds=1)
UTC = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

#: A method of Calendar, on what its cases in the file hold.
METHODS: Mapping[str, Callable[..., Any]] = {
    "add_days": lambda calendar, day, count: calendar.add_days(dt.date.fromisoformat(day), count),
    "days_between": lambda calendar, *days: calendar.days_between(*map(dt.date.fromisoformat, days)),
    "add_time": lambda calendar, wall, us: calendar.add_time(dt.datetime.fromisoformat(wall), us * MICROSECOND),
    "time_between": lambda calendar, *walls: (
        calendar.time_between(*map(dt.datetime.fromisoformat, walls)) // MICROSECOND
    ),
    "is_business_time": lambda calendar, wall: calendar.is_business_time(dt.datetime.fromisoformat(wall)),
}
#: The same as a call, in UTC.
CALLS: Mapping[str, str] = {
    "add_days": "add_business_days({0}, {1})",
    "days_between": "business_days_between({0}, {1})",
    "add_time": "add_business_time({0}Z, {1} microseconds)",
    "time_between": "business_time_between({0}Z, {1}Z)",
    "is_business_time": "is_business_time({0}Z)",
}
CASES = [
    (name, method, *case) for name, each in CALENDARS.items() for method in METHODS for case in each.get(method, ())
]


@pytest.mark.parametrize(("name", "method", "operands"), [(n, m, c) for n, m, *c in CASES], ids=str)
def test_calendar_in_python(name: str, method: str, operands: list[Any]) -> None:
    *given_operands, expected = operands
    found = METHODS[method](Calendar.from_json(CALENDARS[name]["calendar"]), *given_operands)
    assert (found.isoformat() if isinstance(found, dt.date) else found) == expected


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Iterator[sa.Connection]:
    url = sa.make_url(postgres.url("postgres")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def written(method: str, operands: list[Any]) -> str:
    """The call of a case: a literal has no sign, and its seconds are always written."""
    text = CALLS[method].format(*(str(operand).removeprefix("-") for operand in operands))
    negative = isinstance(operands[-1], int) and operands[-1] < 0
    return text.replace(f", {abs(operands[-1])}", f", -{abs(operands[-1])}") if negative else text


@pytest.mark.parametrize(("name", "method", "operands"), [(n, m, c) for n, m, *c in CASES], ids=str)
def test_calendar_in_postgres(name: str, method: str, operands: list[Any], connection: sa.Connection) -> None:
    *given_operands, expected = operands
    tree = checked(written(method, given_operands)).tree
    context = Context(calendar=Calendar.from_json(CALENDARS[name]["calendar"]))
    columns: sa.FromClause = sa.table("nothing")
    column = Translator(columns, UTC, {}, {}, context, fold=False).translate(tree)
    found = connection.execute(sa.select(readable(tree.type, column))).scalar_one()
    assert comparable(tree.type, found) == comparable(tree.type, expected)


def test_hours_are_those_of_the_calendars_zone() -> None:
    office = Context(calendar=Calendar(zone=ZoneInfo("America/New_York")))
    now = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

    def value(text: str) -> object:
        return checked(text).evaluate({}, now, office)

    assert value("is_business_time(2026-11-23T15:00:00Z)") is True
    assert value("is_business_time(2026-11-23T02:00:00Z)") is False
    assert value("add_business_days(2026-11-21T03:00:00Z, 1) = 2026-11-24T03:00:00Z") is True
    assert value("is_business_day(2026-11-23T02:00:00Z)") is True  # a date is one in the zone of the evaluation


@pytest.mark.parametrize("json", [{"week": {"0": [["9", "12"]]}}, {"holidays": ["soon"]}, {"zone": "Mars/Base"}])
def test_what_is_no_calendar_is_refused(json: Mapping[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Calendar.from_json(json)


# -- one by one

EPOCH = dt.date(2026, 1, 5)
some_days = st.frozensets(st.integers(0, 60).map(lambda n: EPOCH + dt.timedelta(days=n)), max_size=12)
some_hours = st.sampled_from([(), OFFICE_HOURS, ((dt.time(0), dt.time(0)),), ((dt.time(22), dt.time(0)),)])
calendars = st.builds(
    Calendar, st.dictionaries(st.integers(0, 6), some_hours), some_days, some_days, st.sampled_from([(), OFFICE_HOURS])
)


def hours_of(calendar: Calendar, day: dt.date) -> Hours:
    if day in calendar.holidays:
        return ()
    return calendar.makeup if day in calendar.workdays else calendar.week.get(day.weekday(), ())


def stepped(calendar: Calendar, day: dt.date, count: int) -> dt.date | None:
    step = dt.timedelta(days=1 if count > 0 else -1)
    for _ in range(400):
        if not count:
            return day
        day += step
        count -= step.days * bool(hours_of(calendar, day))
    return None if count else day


@given(calendars, st.integers(0, 60), st.integers(-15, 15))
def test_days_are_those_found_one_by_one(calendar: Calendar, offset: int, count: int) -> None:
    day = EPOCH + dt.timedelta(days=offset)
    expected, found = stepped(calendar, day, count), calendar.add_days(day, count)
    if expected is not None or found is None or abs((found - day).days) < 400:
        assert found == expected
    if found is not None:
        assert calendar.days_between(day, found) == count or not calendar.is_business_day(day)
    assert calendar.is_business_day(day) == bool(hours_of(calendar, day))


@given(calendars, st.integers(0, 60 * 24), st.integers(0, 20 * 24))
def test_time_is_that_of_the_hours_one_by_one(calendar: Calendar, start: int, length: int) -> None:
    begin = dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(hours=start)
    hours = [begin + dt.timedelta(hours=n) for n in range(length)]
    worked = [hour for hour in hours if calendar.is_business_time(hour)]
    end = begin + dt.timedelta(hours=length)
    assert calendar.time_between(begin, end) == dt.timedelta(hours=len(worked))
    if worked:
        assert calendar.add_time(begin, dt.timedelta(hours=len(worked))) == worked[-1] + dt.timedelta(hours=1)
        assert calendar.add_time(end, -dt.timedelta(hours=len(worked))) == worked[0]


def test_a_million_days_take_no_longer_than_one() -> None:
    calendar = Calendar(holidays=frozenset(EPOCH + dt.timedelta(days=7 * n) for n in range(1_000)))
    assert calendar.add_days(EPOCH, 1) is not None
    assert calendar.time_between(dt.datetime.min, dt.datetime.max) > dt.timedelta(days=1)
    started = time.perf_counter()
    for _ in range(10):
        calendar.add_days(EPOCH, 1_000_000)
        calendar.days_between(dt.date.min, dt.date.max)
        calendar.add_time(dt.datetime.combine(EPOCH, dt.time()), dt.timedelta(days=100_000))
    assert time.perf_counter() - started < 0.5
