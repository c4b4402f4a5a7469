"""The grid of moments of `every`. Pure; the zone is that of the moment asked about.

Whole days and longer come round on days counted from a Monday, at a wall time; months on their first day; shorter lengths in
real time from midnight of 2000-01-01, so that a grid is the same whoever works it out, and when.
"""

from __future__ import annotations

import datetime as dt

from engine.language import Calendar, zones
from engine.rules.model import Length

_DAY = dt.timedelta(days=1)
_MIDNIGHT = dt.time()
#: Days are counted from a Monday, so that `every 7 days` is that day; shorter lengths from here, as the language says.
_FIRST_MONDAY = dt.date(2000, 1, 3)
_FIRST_DAY = dt.date(2000, 1, 1)


def next_moment(every: Length, at: dt.time | None, after: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    """The first moment of the grid after a moment; None when there is none."""
    if every.business is not None:
        return _business_hours(every.business, after, calendar)
    if every.fixed is not None and every.fixed % _DAY:
        return _real_time(every.fixed, at or _MIDNIGHT, after)
    day: dt.date | None = _wall(after).date()
    while day is not None:
        day = _day_of(every, day, calendar)
        found = None if day is None else zones.moment(dt.datetime.combine(day, at or _MIDNIGHT), zones.zone_of(after))
        if found is not None and found > after:
            return found.astimezone(after.tzinfo)
        day = None if day is None or day == dt.date.max else day + _DAY
    return None


def _day_of(every: Length, day: dt.date, calendar: Calendar) -> dt.date | None:
    """The first day of the grid that is not before a day."""
    if every.months is not None:
        return _month(every.months, day)
    if every.business_days is not None:
        return _business_day(every.business_days, day, calendar)
    days = max((every.fixed or _DAY) // _DAY, 1)
    try:
        return day + (-(day - _FIRST_MONDAY).days % days) * _DAY
    except OverflowError:
        return None


def _month(months: int, day: dt.date) -> dt.date | None:
    """The first day of a month so many months, or a multiple, from January 2000."""
    count = (day.year - _FIRST_DAY.year) * 12 + day.month - 1 + (day.day > 1)
    return zones.add_months(_FIRST_DAY, count + -count % months)


def _business_day(days: int, day: dt.date, calendar: Calendar) -> dt.date | None:
    first = day if calendar.is_business_day(day) else calendar.add_days(day, 1)
    if first is None:
        return None
    count = calendar.days_between(_FIRST_MONDAY, first)
    return calendar.add_days(first, -count % days)


def _real_time(step: dt.timedelta, at: dt.time, after: dt.datetime) -> dt.datetime | None:
    start = zones.moment(dt.datetime.combine(_FIRST_DAY, at), zones.zone_of(after))
    if start is None:
        return None
    try:
        return (start + ((after - start) // step + 1) * step).astimezone(after.tzinfo)
    except OverflowError:
        return None


def _business_hours(step: dt.timedelta, after: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    zone = calendar.zone or zones.zone_of(after)
    wall = zones.local(after, zone)
    if wall is None:
        return None
    start = dt.datetime.combine(_FIRST_MONDAY, _MIDNIGHT)
    due = calendar.add_time(start, (calendar.time_between(start, wall) // step + 1) * step)
    found = None if due is None else zones.moment(due, zone)
    return None if found is None else found.astimezone(after.tzinfo)


def _wall(moment: dt.datetime) -> dt.datetime:
    return zones.local(moment, zones.zone_of(moment)) or moment.replace(tzinfo=None)
