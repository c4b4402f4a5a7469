"""Wall time and moments. Days and months are counted in the zone of an evaluation: the one that its `now` bears.

A wall time that a clock change skips is read with the offset before the change, one that occurs twice with the offset after:
the lesser offset, in both cases. It is PostgreSQL's rule (documentation, B.2), so that all back ends keep the same one.
"""

from __future__ import annotations

import datetime as dt


def zone_of(now: dt.datetime | None) -> dt.tzinfo:
    """The zone an evaluation counts days in; UTC without a `now`."""
    return (now.tzinfo if now is not None else None) or dt.UTC


def local(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """The wall time of a moment, without zone; None outside the calendar."""
    try:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        return None


def moment(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """The moment at which the clocks of the zone show a wall time, in UTC; None outside the calendar."""
    first = zone.utcoffset(wall.replace(fold=0)) or dt.timedelta(0)
    second = zone.utcoffset(wall.replace(fold=1)) or dt.timedelta(0)
    try:
        return (wall - min(first, second)).replace(tzinfo=dt.UTC, fold=0)
    except OverflowError:
        return None


def add_months(date: dt.date, months: int) -> dt.date | None:
    """The same day so many months later, clamped to the end of that month; None outside the calendar."""
    count = date.year * 12 + date.month - 1 + months
    year, month = divmod(count, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
