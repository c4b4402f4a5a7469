"""Functions of dates beyond their vectors: what must be written as a plain value, zones by name, and an evaluation without `now`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engine.language import Problems, check
from engine.language.context import Environment
from engine.language.functions import BY_KEY
from engine.language.functions.dates import MAX_PATTERN, zone_names
from tests.engine.language.scopes import SCOPE
from tests.engine.language.vectors import NOW, checked

REFUSED = [
    ('time_in(seen, "Europe/Berln")', "unknown_zone", "Europe/Berlin"),
    ('date_in(seen, "Shanghai")', "unknown_zone", "Asia/Shanghai"),
    ('date_in(seen, "asia/shanghai")', "unknown_zone", "Asia/Shanghai"),
    ('date_in(seen, "right/Europe/Berlin")', "unknown_zone", None),
    ('date_in(seen, "America/Argentina")', "unknown_zone", None),
    ('time_in(seen, "../UTC")', "unknown_zone", None),
    ("time_in(seen, title)", "must_be_literal", None),
    ("birthday_in(due, quantity)", "must_be_literal", None),
    ("birthday_in(due, 367)", "out_of_range", None),
    ("birthday_in(due, -1)", "out_of_range", None),
    ("birthday_in(due, 1.5)", "out_of_range", None),
    ("format_date(due, title)", "must_be_literal", None),
    (f'format_date(due, "{"d" * (MAX_PATTERN + 1)}")', "out_of_range", None),
    ("format_date(opens, 'HH')", "type_mismatch", None),
    ("date(2026, 11)", "argument_count", None),
    ("time(opens)", "argument_count", None),
    ("weekday(title)", "type_mismatch", None),
    ("add_days(opens, 1)", "type_mismatch", None),
    ("add_business_time(seen, 1)", "type_mismatch", None),
    ("business_time_between(seen, opens)", "type_mismatch", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "suggestion"), REFUSED, ids=lambda part: str(part)[:60])
def test_what_does_not_fit_is_refused(text: str, code: str, suggestion: str | None) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == [code]
    assert suggestion is None or suggestion in found.problems[0].suggestions


@pytest.mark.parametrize(
    "text",
    ["now()", "today()", "age(2000-01-01)", "days_until(2026-01-01)", "birthday_in(2000-01-01, 366)"],
)
def test_without_a_now_what_reads_it_is_empty(text: str) -> None:
    assert checked(text).evaluate({}) is None


def test_today_is_the_date_in_the_zone_of_now() -> None:
    late = dt.datetime(2026, 12, 31, 20, tzinfo=dt.UTC)
    assert checked("today()").evaluate({}, late) == dt.date(2026, 12, 31)
    assert checked("today()").evaluate({}, late.astimezone(ZoneInfo("Asia/Shanghai"))) == dt.date(2027, 1, 1)
    assert checked("age(2000-01-01)").evaluate({}, late.astimezone(ZoneInfo("Asia/Shanghai"))) == Decimal(27)


@pytest.mark.parametrize(
    "number", [Decimal(10) ** 9_999, -(Decimal(10) ** 9_999), Decimal(10) ** 9_999 + Decimal("0.5")]
)
def test_no_number_is_too_long(number: Decimal) -> None:
    """What was computed may have thousands of digits."""
    one, environment, day = Decimal(1), Environment({}, NOW), dt.date(2026, 1, 1)
    assert BY_KEY["date"].compute(number, one, one) is None
    assert BY_KEY["time"].compute(one, number) is None
    for key in ("add_days", "add_months", "add_years", "add_business_days"):
        assert BY_KEY[key].compute(environment, day, number) is None
        assert BY_KEY[key].compute(environment, NOW, number) is None


def test_postgres_and_the_database_of_zones_know_the_same_names(postgres: object) -> None:
    url = sa.make_url(postgres.url("postgres")).set(drivername="postgresql+psycopg")  # type: ignore[attr-defined]  # the fixture
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        known = set(connection.execute(sa.text("SELECT name FROM pg_timezone_names")).scalars())
    engine.dispose()
    assert zone_names() <= known
    assert {"UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires"} <= zone_names()
