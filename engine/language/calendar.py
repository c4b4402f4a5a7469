"""A business calendar: the hours people work, on which days, in which zone; holidays, and the days that make up for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.language import zones

#: Wall times from and to, within one day; `to` midnight is the end of the day.
Hours = tuple[tuple[dt.time, dt.time], ...]

OFFICE_HOURS: Hours = ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), OFFICE_HOURS)
#: How far to look for a working day before saying that there is none.
HORIZON_DAYS = 3_660


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

    def hours(self, day: dt.date) -> Hours:
        """When people work on a day; nothing on a free one."""
        if day in self.holidays:
            return ()
        return self.makeup if day in self.workdays else self.week.get(day.weekday(), ())

    def is_business_day(self, day: dt.date) -> bool:
        """Whether anybody works."""
        return bool(self.hours(day))

    def add_days(self, day: dt.date, count: int) -> dt.date | None:
        """The day so many business days later (earlier when negative); for 0 the day itself. None when there is no such day."""
        step = dt.timedelta(days=1 if count > 0 else -1)
        idle = 0
        while count != 0:
            try:
                day += step
            except OverflowError:
                return None
            if self.is_business_day(day):
                count -= step.days
                idle = 0
            elif (idle := idle + 1) > HORIZON_DAYS:
                return None
        return day

    def days_between(self, first: dt.date, last: dt.date) -> int:
        """Business days after `first` up to and including `last`; negative the other way round."""
        if last < first:
            return -self.days_between(last, first)
        return sum(self.is_business_day(first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def spans(self, day: dt.date, zone: dt.tzinfo) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The working spans of a day as moments."""
        for start, end in self.hours(day):
            last = day if end > start else day + dt.timedelta(days=1)
            begins = zones.moment(dt.datetime.combine(day, start), self.zone or zone)
            ends = zones.moment(dt.datetime.combine(last, end), self.zone or zone)
            if begins is not None and ends is not None and begins < ends:
                yield begins, ends
