"""The business calendars and quiet periods of an installation, as what runs asks for them."""

from __future__ import annotations

import datetime as dt

from backend import clock
from backend.metadata.snapshot import Metadata
from engine.definitions import BusinessCalendar, Quiet
from engine.language import Calendar
from engine.language.quiet import quiet_until as end_of_quiet


def calendar_keys(metadata: Metadata) -> frozenset[str]:
    """What `calendar "…"` may name."""
    return frozenset(metadata.calendars)


def calendar_of(metadata: Metadata, key: str | None = None) -> Calendar:
    """The calendar with a key; without one the default, office hours where there is none. Raises NotFound."""
    if key is None:
        return metadata.context.calendar
    metadata.calendar(key)
    return metadata.business_calendars[key]


def quiet_names(metadata: Metadata) -> frozenset[str]:
    """What `quiet "…"` may name."""
    return frozenset(name for calendar in metadata.calendars.values() for name in calendar.quiet)


def quiet_until(metadata: Metadata, name: str, moment: dt.datetime) -> dt.datetime | None:
    """When a quiet period that holds at a moment is over; None when it does not hold, or there is none of the name."""
    found = _quiet(metadata, name)
    if found is None:
        return None
    calendar, quiet = found
    zone = metadata.business_calendars[calendar.key].zone
    return end_of_quiet(quiet, moment, zone or clock.zone())


def _quiet(metadata: Metadata, name: str) -> tuple[BusinessCalendar, Quiet] | None:
    """The period of that name, which no two calendars have."""
    holders = (calendar for calendar in metadata.calendars.values() if name in calendar.quiet)
    calendar = next(holders, None)
    return None if calendar is None else (calendar, calendar.quiet[name])
