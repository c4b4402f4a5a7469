"""The next number of an `auto_number` field: one row per period, locked until the record is committed, so there are no gaps."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.records.models import NumberSequence
from engine.definitions import Entity, Field

DEFAULT_PATTERN = "{0000}"
_PART = re.compile(r"\{(yyyy|mm|dd|0+)\}")


async def next_number(session: AsyncSession, entity: Entity, field: Field, now: datetime) -> str:
    """The next number in the period of `now`, in the field's pattern."""
    pattern = field.pattern or DEFAULT_PATTERN
    start = insert(NumberSequence).values(entity=entity.key, field=field.key, period=period(pattern, now), last=1)
    statement = start.on_conflict_do_update(
        index_elements=[NumberSequence.entity, NumberSequence.field, NumberSequence.period],
        set_={"last": NumberSequence.last + 1},
    ).returning(NumberSequence.last)
    return written(pattern, now, (await session.execute(statement)).scalar_one())


def period(pattern: str, now: datetime) -> str:
    """The stretch of time after which the pattern starts again at one: the parts of the date that stand in it."""
    parts = set(_PART.findall(pattern))
    return "-".join(text for name, text in _dates(now).items() if name in parts)


def written(pattern: str, now: datetime, number: int) -> str:
    """The pattern with the date and the number put in; a pattern without zeros gets the number at its end."""
    dates = _dates(now)
    if not re.search(r"\{0+\}", pattern):
        pattern += DEFAULT_PATTERN
    return _PART.sub(lambda part: dates.get(part[1]) or str(number).zfill(len(part[1])), pattern)


def _dates(now: datetime) -> dict[str, str]:
    return {"yyyy": f"{now.year:04}", "mm": f"{now.month:02}", "dd": f"{now.day:02}"}
