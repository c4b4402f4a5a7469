"""The moment and the zone in which days are counted: `WEFT_TIMEZONE`, the zone of the company."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.settings import Settings


@lru_cache(maxsize=1)
def zone() -> ZoneInfo:
    """The company's zone."""
    return ZoneInfo(Settings().timezone)


def now() -> datetime:
    """The present moment on the company's clock."""
    return datetime.now(zone())
