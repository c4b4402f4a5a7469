"""ISO 8601 durations of timers and deadlines: weeks, days, hours, minutes, seconds (no months or years: they have no fixed length)."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
#: A timer further away than this is a mistake, and beyond what the host can arm.
_LONGEST = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """The length of `P1DT2H`, `PT30M`, `P2W`. Raises ValueError for anything else, for nothing, and for over ten years."""
    found = _DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    if not parts or text.endswith("T"):
        raise ValueError(f"{text!r} is not a duration such as PT30M or P1DT2H")
    try:
        length = timedelta(**parts)
    except OverflowError as error:
        raise ValueError(f"{text!r} is too long") from error
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError(f"{text!r} must be more than nothing and at most ten years")
    return length


#: Working days of a week.
_WEEK = 5


def parse_working(text: str) -> tuple[int, timedelta]:
    """A length in working time: its working days, five to a week, and the hours beside them. Raises ValueError as `parse_duration`."""
    parse_duration(text)
    found = _DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    days = parts.pop("weeks", 0) * _WEEK + parts.pop("days", 0)
    return days, timedelta(**parts)


_CYCLE = re.compile(r"R(?P<times>\d*)/(?P<period>P.+)")


def parse_cycle(text: str) -> tuple[int | None, timedelta]:
    """How often and how far apart: `R3/PT10M` is three times, ten minutes apart, `R/PT1H` without end (None). Raises ValueError."""
    found = _CYCLE.fullmatch(text)
    if found is None or found["times"] == "0":
        raise ValueError(f"{text!r} is not a repetition such as R3/PT10M or R/PT1H")
    return int(found["times"]) if found["times"] else None, parse_duration(found["period"])
