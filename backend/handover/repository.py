"""All SQL of hand-overs and their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.agents.models import Handover, HandoverLine
from backend.handover.part import NEXT
from backend.identity.models import User

_AT_ONCE = 1_000
#: What is told of a line says where it goes on.
_GOES_ON = HandoverLine.detail.has_key(NEXT)
_LINES = text(
    """
    INSERT INTO weft.handover_line (handover_id, kind, subject, status)
    SELECT :handover, l.kind, l.subject, 'planned'
    FROM ROWS FROM (jsonb_to_recordset(CAST(:rows AS jsonb)) AS (kind text, subject jsonb)) WITH ORDINALITY AS l(kind, subject, place)
    ORDER BY l.place
    """
)


async def add_lines(session: AsyncSession, handover: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Planned lines, in order; each has a `kind` and a `subject`."""
    for first in range(0, len(rows), _AT_ONCE):
        written = orjson.dumps(rows[first : first + _AT_ONCE]).decode()
        await session.execute(_LINES, {"handover": handover, "rows": written})


async def locked(session: AsyncSession, id: UUID) -> Handover | None:
    """A hand-over that nobody else changes until the transaction ends."""
    statement = select(Handover).where(Handover.id == id).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()


async def next_line(session: AsyncSession, id: UUID, statuses: Sequence[str], after: int) -> HandoverLine | None:
    """The next line in one of these states, which nobody else is working on."""
    row = HandoverLine
    statement = select(row).where(row.handover_id == id, row.status.in_(statuses), row.id > after)
    return (
        await session.execute(statement.order_by(row.id).limit(1).with_for_update(skip_locked=True))
    ).scalar_one_or_none()


async def unfinished_line(session: AsyncSession, id: UUID) -> HandoverLine | None:
    """A line that is done and goes on, which nobody else is working on."""
    statement = select(HandoverLine).where(HandoverLine.handover_id == id, _GOES_ON)
    return (
        await session.execute(statement.order_by(HandoverLine.id).limit(1).with_for_update(skip_locked=True))
    ).scalar_one_or_none()


async def goes_on(session: AsyncSession, id: UUID) -> bool:
    """Whether somebody works on a line that goes on, or has to."""
    statement = select(HandoverLine.id).where(HandoverLine.handover_id == id, _GOES_ON).limit(1)
    return (await session.execute(statement)).first() is not None


async def renew(session: AsyncSession, id: UUID) -> None:
    """Plan again what could not be done."""
    row = HandoverLine
    statement = update(row).where(row.handover_id == id, row.status == "failed").values(status="planned")
    await session.execute(statement.execution_options(synchronize_session=False))


async def counts(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """How many lines of each hand-over stand how."""
    row = HandoverLine
    statement = select(row.handover_id, row.status, func.count()).where(row.handover_id.in_(ids))
    found: dict[UUID, dict[str, int]] = {}
    for id, status, number in await session.execute(statement.group_by(row.handover_id, row.status)):
        found.setdefault(id, {})[status] = number
    return found


async def page(
    session: AsyncSession, *, id: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Hand-overs with the names of everybody in them, the newest first; or the one with an id."""
    row, giver, taker, maker = Handover, aliased(User), aliased(User), aliased(User)
    statement = (
        select(
            row.id, row.from_user, giver.name.label("giver"), row.to_user, taker.name.label("taker"), row.parts,
            row.status, row.created_by, maker.name.label("maker"), row.created_at, row.finished_at,
        )
        .join(giver, giver.id == row.from_user)
        .join(taker, taker.id == row.to_user)
        .outerjoin(maker, maker.id == row.created_by)
        .order_by(row.id.desc())
        .limit(limit)
    )  # fmt: skip
    if id is not None:
        statement = statement.where(row.id == id)
    if after is not None:
        statement = statement.where(row.id < after)
    return [dict(each) for each in (await session.execute(statement)).mappings()]


async def lines(
    session: AsyncSession, id: UUID, *, status: str | None, after: int | None, limit: int
) -> list[HandoverLine]:
    """A page of the lines of a hand-over, in their order."""
    row = HandoverLine
    statement = select(row).where(row.handover_id == id)
    if status is not None:
        statement = statement.where(row.status == status)
    if after is not None:
        statement = statement.where(row.id > after)
    return list((await session.execute(statement.order_by(row.id).limit(limit))).scalars())


async def finish(session: AsyncSession, handover: Handover, status: str, at: datetime) -> None:
    """Write down that it is over."""
    handover.status, handover.finished_at = status, at
    await session.flush()
