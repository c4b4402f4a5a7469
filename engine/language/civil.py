"""Arithmetic of dates: spans of months, weeks and years, and how dates are written and read.

A month later is the same day of the next month, or its last day where it has no such day: so 31 January and 28 February of a
common year are one month apart, and who was born on 29 February is a year older on 28 February of a common year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from engine.language.zones import days_in_month

_WRITTEN = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})(日?)")
#: What stands after the year, the month and the day.
_SIGNS = frozenset({("-", "-", ""), ("/", "/", ""), (".", ".", ""), ("年", "月", "日")})
WHITE = " \t\r\n"

#: The parts of a pattern of `format_date`, the longer ones first. Everything else stands for itself.
PATTERN = re.compile("yyyy|yy|MM|M|dd|d|HH|H|mm|ss")
_FORMATS: Mapping[str, str] = {
    "yyyy": "{0.year:04}",
    "yy": "{1:02}",
    "MM": "{0.month:02}",
    "M": "{0.month}",
    "dd": "{0.day:02}",
    "d": "{0.day}",
    "HH": "{0.hour:02}",
    "H": "{0.hour}",
    "mm": "{0.minute:02}",
    "ss": "{0.second:02}",
}


def date(year: int, month: int, day: int) -> dt.date | None:
    """The date, when there is such a one."""
    exists = 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)
    return dt.date(year, month, day) if exists else None


def read_date(text: str) -> dt.date | None:
    """A date as people write it: year, month and day with one sign between them, or 年, 月 and 日."""
    found = _WRITTEN.fullmatch(text.strip(WHITE))
    if found is None or (found[2], found[4], found[6]) not in _SIGNS:
        return None
    return date(int(found[1]), int(found[3]), int(found[5]))


def write(wall: dt.datetime, pattern: str) -> str:
    """A wall time by a pattern."""
    return PATTERN.sub(lambda part: _FORMATS[part[0]].format(wall, wall.year % 100), pattern)


def months_between(first: dt.date, last: dt.date) -> int:
    """Whole months from one date to another; negative the other way round."""
    if last < first:
        return -months_between(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < min(first.day, days_in_month(last.year, last.month)))


def years_between(first: dt.date, last: dt.date) -> int:
    """Whole years from one date to another; negative the other way round."""
    months = months_between(first, last)
    return months // 12 if months >= 0 else -(-months // 12)


def anniversary(date: dt.date, year: int) -> dt.date:
    """The day of another year on which a date comes round."""
    return dt.date(year, date.month, min(date.day, days_in_month(year, date.month)))


def next_anniversary(date: dt.date, today: dt.date) -> dt.date | None:
    """When a date comes round next, today included; None past the end of the calendar."""
    this_year = anniversary(date, today.year)
    if this_year >= today:
        return this_year
    return anniversary(date, today.year + 1) if today.year < dt.MAXYEAR else None


def start_of_month(date: dt.date, months: int = 1) -> dt.date:
    """The first day of the month, or of the stretch of so many months since January."""
    return dt.date(date.year, (date.month - 1) // months * months + 1, 1)


def end_of_month(date: dt.date, months: int = 1) -> dt.date:
    """The last day of the month, or of the stretch of so many months since January."""
    month = (date.month - 1) // months * months + months
    return dt.date(date.year, month, days_in_month(date.year, month))
