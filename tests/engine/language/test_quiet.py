"""Quiet periods: until when, across midnights, weekends and clock changes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definitions import Quiet
from engine.language.quiet import quiet_until

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = Quiet((("22:00", "08:00"),))
#: Friday night, all of Saturday and Sunday.
WEEKEND = Quiet((("00:00", "00:00"),), days=(5, 6))
LUNCH = Quiet((("12:00", "13:00"), ("13:00", "14:00")))


def until(quiet: Quiet, at: str, zone: ZoneInfo = SHANGHAI) -> str | None:
    found = quiet_until(quiet, dt.datetime.fromisoformat(at).replace(tzinfo=zone))
    return None if found is None else found.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("quiet", "at", "end"),
    [
        (NIGHT, "2026-11-23T21:59", None),
        (NIGHT, "2026-11-23T22:00", "2026-11-24T08:00"),
        (NIGHT, "2026-11-24T07:59", "2026-11-24T08:00"),
        (NIGHT, "2026-11-24T08:00", None),
        (NIGHT, "2026-12-31T23:30", "2027-01-01T08:00"),
        (WEEKEND, "2026-11-27T23:59", None),
        (WEEKEND, "2026-11-28T00:00", "2026-11-30T00:00"),
        (WEEKEND, "2026-11-29T12:00", "2026-11-30T00:00"),
        (LUNCH, "2026-11-23T12:30", "2026-11-23T14:00"),
        (Quiet((("22:00", "08:00"),), days=(4,)), "2026-11-28T03:00", "2026-11-28T08:00"),
        (Quiet((("22:00", "08:00"),), days=(4,)), "2026-11-29T03:00", None),
    ],
)
def test_quiet_is_over_at_its_end(quiet: Quiet, at: str, end: str | None) -> None:
    assert until(quiet, at) == end


def test_clock_changes_move_no_end() -> None:
    assert until(NIGHT, "2026-03-29T00:30", BERLIN) == "2026-03-29T08:00"
    spring = dt.datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)
    assert quiet_until(NIGHT, spring) == dt.datetime(2026, 3, 29, 6, tzinfo=dt.UTC)
    assert quiet_until(NIGHT, dt.datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN)) == dt.datetime(
        2026, 10, 25, 7, tzinfo=dt.UTC
    )


def test_the_zone_of_the_calendar_counts_where_it_has_one() -> None:
    morning_in_berlin = dt.datetime(2026, 11, 23, 15, tzinfo=BERLIN)  # 22:00 in Shanghai
    assert quiet_until(NIGHT, morning_in_berlin) is None
    assert quiet_until(NIGHT, morning_in_berlin, SHANGHAI) == dt.datetime(2026, 11, 24, 0, tzinfo=dt.UTC)


_TIME = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))
_QUIET = st.builds(
    lambda hours, days: Quiet(tuple(hours), days=tuple(days)),
    st.lists(st.tuples(_TIME, _TIME).filter(lambda each: each[0] != each[1]), min_size=1, max_size=3),
    st.lists(st.integers(0, 6), max_size=3, unique=True),
)


@given(quiet=_QUIET, minutes=st.integers(0, 60 * 24 * 7), zone=st.sampled_from([SHANGHAI, BERLIN]))
def test_it_is_quiet_until_then_and_not_after(quiet: Quiet, minutes: int, zone: ZoneInfo) -> None:
    at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC).astimezone(zone) + dt.timedelta(minutes=minutes)
    end = quiet_until(quiet, at)
    if end is None or end - at > dt.timedelta(days=7):
        return
    assert end > at
    assert quiet_until(quiet, end, zone) is None
    middle = at + (end - at) / 2
    assert quiet_until(quiet, middle, zone) == end
