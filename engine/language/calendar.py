"""A business calendar: the hours people work, on which days, in which zone; holidays, and the days that make up for them.

Business time is what the office's clocks show: a day that a clock change makes shorter or longer has its hours all the same.
Nothing is gone through day by day: whole weeks are multiplied, and the days that differ from their week are added up beforehand.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

#: Wall times from and to, within one day; `to` midnight is the end of the day.
Hours = tuple[tuple[dt.time, dt.time], ...]
#: The same in microseconds from midnight: in order, none empty, none touching the next.
Spans = tuple[tuple[int, int], ...]

OFFICE_HOURS: Hours = ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), OFFICE_HOURS)
#: Days of the calendar; the first (number 0, 0001-01-01) is a Monday.
DAYS = dt.date.max.toordinal()
DAY = 86_400_000_000
_MICROSECOND = dt.timedelta(microseconds=1)


def spans_of(hours: Iterable[tuple[dt.time, dt.time]]) -> Spans:
    """Hours in microseconds, those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((micros_of(start), micros_of(end) or DAY) for start, end in hours):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def micros_of(time: dt.time) -> int:
    """Microseconds from midnight."""
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


class Tally:
    """Running totals over the days of the calendar: what each weekday counts, and each day that differs from its weekday."""

    def __init__(self, week: tuple[int, ...], exceptions: Mapping[int, int]) -> None:
        self.week = week
        #: The days that differ, in order, and for each by how much all days before it differ from their weekdays.
        self.days = sorted(day for day, amount in exceptions.items() if amount != week[day % 7])
        self.differences = [0, *accumulate(exceptions[day] - week[day % 7] for day in self.days)]
        self._starts = (0, *accumulate(week))

    def before(self, day: int) -> int:
        """What all days before a day count together."""
        weeks, rest = divmod(day, 7)
        return weeks * self._starts[7] + self._starts[rest] + self.differences[bisect_left(self.days, day)]

    def reaching(self, total: int) -> int | None:
        """The first day with which the total is reached; None when there is none."""
        day = bisect_left(range(DAYS), total, key=lambda day: self.before(day + 1))
        return day if day < DAYS else None


@dataclass(frozen=True)
class Calendar:
    """`week` gives the hours of each weekday (0 is Monday; a day that is missing is free). `holidays` are free whatever the
    weekday; `workdays` are worked with `makeup` hours though the weekday is free. `zone` None means the evaluation's.
    """

    week: Mapping[int, Hours] = field(default_factory=lambda: _WEEK)
    holidays: frozenset[dt.date] = frozenset()
    workdays: frozenset[dt.date] = frozenset()
    makeup: Hours = OFFICE_HOURS
    zone: dt.tzinfo | None = None

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Calendar:
        """The calendar that a host stores: `week` by weekday ("0" is Monday), days and times in ISO 8601, the zone by name.
        What is left out is as in office hours. Raises ValueError for what is no calendar.
        """
        read: Mapping[str, Callable[[Any], object]] = {
            "week": lambda week: {int(weekday): _hours(written) for weekday, written in week.items()},
            "holidays": _days,
            "workdays": _days,
            "makeup": _hours,
            "zone": lambda zone: None if zone is None else ZoneInfo(zone),
        }
        return cls(**{key: read[key](value) for key, value in json.items() if key in read})  # type: ignore[arg-type]  # by key

    @property
    def has_hours(self) -> bool:
        """Whether anybody ever works; without hours no business time passes and no deadline in it comes."""
        return any(self.usual) or any(self.special.values())

    # -- days

    def is_business_day(self, day: dt.date) -> bool:
        """Whether anybody works."""
        return bool(self.spans(_number(day)))

    def add_days(self, day: dt.date, count: int) -> dt.date | None:
        """The day so many business days later (earlier when negative); for 0 the day itself. None when there is no such day."""
        if count == 0:
            return day
        known = self.days.before(_number(day) + (count > 0))
        wanted = known + count + (count < 0)
        return None if wanted < 1 else _date(self.days.reaching(wanted))

    def days_between(self, first: dt.date, last: dt.date) -> int:
        """Business days after `first` up to and including `last`; negative the other way round."""
        return self.days.before(_number(last) + 1) - self.days.before(_number(first) + 1)

    # -- time, between wall times of the calendar's zone

    def is_business_time(self, wall: dt.datetime) -> bool:
        """Whether people work at a wall time; not at the end of a span, when they have just stopped."""
        time = micros_of(wall.time())
        return any(start <= time < end for start, end in self.spans(_number(wall)))

    def time_between(self, first: dt.datetime, last: dt.datetime) -> dt.timedelta:
        """The business time from one wall time to another; negative the other way round."""
        return (self._worked(last) - self._worked(first)) * _MICROSECOND

    def add_time(self, wall: dt.datetime, length: dt.timedelta) -> dt.datetime | None:
        """The wall time so much business time later (earlier when negative): as early as it can be, or as late when going
        back; for nothing the wall time itself. None when there is no such time.
        """
        micros = length // _MICROSECOND
        if micros == 0:
            return wall
        wanted = self._worked(wall) + micros
        day = None if wanted < 0 else self.time.reaching(wanted + (micros < 0))
        return None if day is None else self._moment(day, wanted - self.time.before(day), micros < 0)

    def _worked(self, wall: dt.datetime) -> int:
        time, day = micros_of(wall.time()), _number(wall)
        spans = self.spans(day)
        return self.time.before(day) + sum(min(time, end) - start for start, end in spans if start < time)

    def _moment(self, day: int, worked: int, later: bool) -> dt.datetime | None:
        """When so much of a day is worked; the last such time when `later`."""
        for start, end in self.spans(day):
            length = end - start
            if worked < length or (worked == length and not later):
                date = _date(day)
                return None if date is None else _at(date, start + worked)
            worked -= length
        return None

    # -- what is worked out once

    @cached_property
    def days(self) -> Tally:
        """Business days."""
        return Tally(
            tuple(int(bool(spans)) for spans in self.usual),
            {day: int(bool(spans)) for day, spans in self.special.items()},
        )

    @cached_property
    def time(self) -> Tally:
        """Business time, in microseconds."""
        return Tally(
            tuple(_length(spans) for spans in self.usual),
            {day: _length(spans) for day, spans in self.special.items()},
        )

    @cached_property
    def usual(self) -> tuple[Spans, ...]:
        """When people work on each weekday."""
        return tuple(spans_of(self.week.get(weekday, ())) for weekday in range(7))

    @cached_property
    def special(self) -> Mapping[int, Spans]:
        """When people work on the days, by their numbers, that go by the date."""
        makeup = spans_of(self.makeup)
        return {_number(day): makeup for day in self.workdays} | {_number(day): () for day in self.holidays}

    def spans(self, day: int) -> Spans:
        """When people work on the day with a number."""
        found = self.special.get(day)
        return self.usual[day % 7] if found is None else found


def _hours(written: Iterable[tuple[str, str]]) -> Hours:
    return tuple((dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in written)


def _days(written: Iterable[str]) -> frozenset[dt.date]:
    return frozenset(map(dt.date.fromisoformat, written))


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def _number(day: dt.date) -> int:
    return day.toordinal() - 1


def _date(day: int | None) -> dt.date | None:
    return None if day is None else dt.date.fromordinal(day + 1)


def _at(date: dt.date, micros: int) -> dt.datetime | None:
    try:
        return dt.datetime.combine(date, dt.time()) + micros * _MICROSECOND
    except OverflowError:
        return None
