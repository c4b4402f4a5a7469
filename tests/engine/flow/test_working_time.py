"""Lengths in working time: days, hours, week-ends, holidays and the days worked instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.flow.working_time import after, between, later
from engine.language import Calendar

CHINA = ZoneInfo("Asia/Shanghai")
#: New Year's Day 2027, a Friday, is free; the Saturday after is worked in the morning.
CALENDAR = Calendar.from_json(
    {"holidays": ["2027-01-01"], "workdays": ["2027-01-02"], "makeup": [["09:00", "12:00"]], "zone": "Asia/Shanghai"}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("begin", "length", "end"),
    [
        ("2026-11-20 15:00", "P1D", "2026-11-23 15:00"),  # Friday to Monday
        ("2026-11-20 15:00", "P1W", "2026-11-27 15:00"),
        ("2026-11-21 10:00", "P1D", "2026-11-24 09:00"),  # a Saturday: it begins on Monday morning
        ("2026-11-20 20:00", "PT1H", "2026-11-23 10:00"),
        ("2026-11-20 17:30", "PT1H", "2026-11-23 09:30"),
        ("2026-11-20 11:30", "PT1H", "2026-11-20 13:30"),  # over lunch
        ("2026-12-31 11:00", "P1D", "2027-01-02 11:00"),  # the worked Saturday
        ("2026-12-31 16:00", "P1D", "2027-01-02 12:00"),  # which closes before that
        ("2026-12-31 16:00", "PT4H", "2027-01-02 11:00"),
        ("2026-11-20 15:00", "P1DT2H", "2026-11-23 17:00"),
    ],
)
def test_a_length_of_work(begin: str, length: str, end: str) -> None:
    assert later(CALENDAR, UTC, at(begin), length) == at(end)


def test_where_nobody_ever_works_the_clock_counts() -> None:
    nobody = Calendar(week={})
    assert later(nobody, CHINA, at("2026-11-20 15:00"), "PT2H") == at("2026-11-20 17:00")
    assert between(nobody, CHINA, at("2026-11-20 15:00"), at("2026-11-20 17:00")) == timedelta(hours=2)


def test_what_lies_between_leads_there_again() -> None:
    begin, end = at("2026-12-31 16:00"), at("2027-01-04 10:00")
    length = between(CALENDAR, UTC, begin, end)
    assert length == timedelta(hours=6)
    assert after(CALENDAR, UTC, begin, length) == end
    assert between(CALENDAR, UTC, end, begin) == -length
