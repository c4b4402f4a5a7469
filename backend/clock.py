"""The moment and the zone in which days are counted: `WEFT_TIMEZONE`, the zone of the company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.settings import Settings

#: The moment at which the clock stands, where a scenario is played.
_standing: ContextVar[datetime | None] = ContextVar("weft_clock_standing", default=None)


@lru_cache(maxsize=1)
def zone() -> ZoneInfo:
    """The company's zone."""
    return ZoneInfo(Settings().timezone)


def now() -> datetime:
    """The present moment on the company's clock."""
    return (_standing.get() or datetime.now(zone())).astimezone(zone())


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The clock stands at a moment for whoever looks at it within: for scenarios, which are played in a time of their own."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
