"""Quiet periods: times of day at which nobody is to be disturbed, by what the clocks of a zone show; they may pass midnight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from engine.definitions import Quiet
from engine.language.zones import local, moment, zone_of

#: Periods that follow each other without a gap end together; no chain of them is longer.
LONGEST = dt.timedelta(days=8)
_DAY = dt.timedelta(days=1)


def quiet_until(quiet: Quiet, at: dt.datetime, zone: dt.tzinfo | None = None) -> dt.datetime | None:
    """When the quiet that holds at a moment is over, in UTC; None when it is not quiet then. Days and hours are those of `zone`,
    of the moment's own where none is given.
    """
    zone = zone or zone_of(at)
    wall = local(at, zone)
    if wall is None:
        return None
    end, latest = wall, wall + LONGEST
    while (later := _end_of_period(quiet, end)) is not None and end < latest:
        end = later
    return moment(end, zone) if end > wall else None


def _end_of_period(quiet: Quiet, wall: dt.datetime) -> dt.datetime | None:
    """The latest end of the periods that hold at a wall time."""
    ends = [end for start, end in _periods(quiet, wall.date()) if start <= wall < end]
    return max(ends, default=None)


def _periods(quiet: Quiet, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The periods that begin on a day or the day before it."""
    for began in (day - _DAY, day):
        if quiet.days and began.weekday() not in quiet.days:
            continue
        for written in quiet.hours:
            first, last = (dt.time.fromisoformat(each) for each in written)
            start = dt.datetime.combine(began, first)
            yield start, dt.datetime.combine(began if first < last else began + _DAY, last)
