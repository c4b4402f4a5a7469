"""Business calendars: when people work, on which days they do not, and at what times nobody is to be disturbed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definitions.text import Text

#: Wall times from and to, `"09:00"`; `to` midnight is the end of the day.
Span = tuple[str, str]
#: What is worked on a day that makes up for a holiday, where nothing else is said.
MAKEUP_HOURS: tuple[Span, ...] = (("09:00", "12:00"), ("13:00", "18:00"))


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off, or all days from one to another, both included."""

    label: Text
    date: str | None = None
    first: str | None = field(default=None, metadata={"member": "from"})
    last: str | None = field(default=None, metadata={"member": "to"})

    def days(self) -> Iterator[dt.date]:
        """Each of the days."""
        first = dt.date.fromisoformat(self.date or self.first or "")
        last = dt.date.fromisoformat(self.date or self.last or "")
        yield from (first + dt.timedelta(days=number) for number in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Workday:
    """A day that is worked though its weekday is free."""

    date: str
    label: Text


@dataclass(frozen=True, slots=True)
class Quiet:
    """Times at which messages wait. Hours may pass midnight; `days` are the weekdays (0 is Monday) on which they begin, empty
    for all."""

    hours: tuple[Span, ...]
    label: Text | None = None
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """`week` gives the hours of each weekday ("0" is Monday; one that is missing is free). `zone` None means the company's. The
    `default` calendar is that of everything that names none. Quiet periods are named by their keys."""

    key: str
    label: Text
    week: Mapping[str, tuple[Span, ...]]
    zone: str | None = None
    holidays: tuple[Holiday, ...] = ()
    workdays: tuple[Workday, ...] = ()
    makeup: tuple[Span, ...] = MAKEUP_HOURS
    quiet: Mapping[str, Quiet] = field(default_factory=dict)
    default: bool = False
    description: Text | None = None
    schema: int = 1
    app: str = ""

    def to_json(self) -> dict[str, Any]:
        """As evaluations read it: see `engine.language.Calendar.from_json`."""
        return {
            "week": {weekday: [list(span) for span in hours] for weekday, hours in self.week.items()},
            "holidays": sorted({day.isoformat() for each in self.holidays for day in each.days()}),
            "workdays": sorted({each.date for each in self.workdays}),
            "makeup": [list(span) for span in self.makeup],
            "zone": self.zone,
        }
