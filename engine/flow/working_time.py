"""Lengths of time as people at work count them: `P1D` is a working day, `P1W` five of them, `PT4H` four working hours.

A length begins when work does: what is given on a Saturday begins on Monday morning. A day ends at the same time of day, or when the office
closes before that.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from engine.flow.duration import parse_duration, parse_working
from engine.language import Calendar, zones

_TINY = timedelta(microseconds=1)
_NONE = timedelta(0)


def later(calendar: Calendar, zone: tzinfo, moment: datetime, text: str) -> datetime:
    """The moment a length after `moment`, by the calendar; by the clock where nobody ever works."""
    days, rest = parse_working(text)
    place = calendar.zone or zone
    wall = zones.local(moment, place)
    begun = None if wall is None else _begun(calendar, wall)
    day = None if begun is None else _days_later(calendar, begun, days)
    found = None if day is None else calendar.add_time(day, rest)
    end = None if found is None else zones.moment(found, place)
    return moment + parse_duration(text) if end is None else end


def after(calendar: Calendar, zone: tzinfo, moment: datetime, length: timedelta) -> datetime:
    """The moment so much working time after `moment` (before it, where it is negative); by the clock where nobody ever works."""
    place = calendar.zone or zone
    wall = zones.local(moment, place)
    found = None if wall is None else calendar.add_time(wall, length)
    end = None if found is None else zones.moment(found, place)
    return moment + length if end is None else end


def between(calendar: Calendar, zone: tzinfo, first: datetime, last: datetime) -> timedelta:
    """How much working time lies between two moments; negative when the second is the earlier."""
    if last < first:
        return -between(calendar, zone, last, first)
    place = calendar.zone or zone
    begin, end = zones.local(first, place), zones.local(last, place)
    if begin is None or end is None or not calendar.has_hours:
        return last - first
    return max(calendar.time_between(begin, end), _NONE)


def _begun(calendar: Calendar, wall: datetime) -> datetime | None:
    """When work begins that is given at a time: then, or when the office opens next."""
    if calendar.is_business_time(wall):
        return wall
    found = calendar.add_time(wall, _TINY)
    return None if found is None else found - _TINY


def _days_later(calendar: Calendar, wall: datetime, days: int) -> datetime | None:
    if not days:
        return wall
    day = calendar.add_days(wall.date(), days)
    if day is None:
        return None
    same = datetime.combine(day, wall.time())
    if calendar.is_business_time(same):
        return same
    closing = calendar.add_time(same, -_TINY)
    if closing is not None and closing.date() == day:
        return closing + _TINY
    return _begun(calendar, same)
