"""All SQL of start forms: drafts, and the lock that makes a form start one flow, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.start_forms.models import StartDraft

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('start form ' || :id, 0))")
_SAVE = text(
    """
    INSERT INTO weft.start_draft AS d (id, user_id, flow, data, updated_at)
    VALUES (:id, :user, :flow, CAST(:data AS jsonb), now())
    ON CONFLICT (id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at
        WHERE d.user_id = excluded.user_id AND d.flow = excluded.flow
    RETURNING updated_at
    """
)


async def hold(session: AsyncSession, id: UUID) -> None:
    """Whoever does something with the same form waits until the end of this transaction."""
    await session.execute(_HOLD, {"id": str(id)})


async def save(session: AsyncSession, id: UUID, user_id: UUID, flow: str, data: str) -> datetime | None:
    """Keep a draft in place of the one before; None where the id is somebody else's draft, or one of another flow."""
    values = {"id": id, "user": user_id, "flow": flow, "data": data}
    return (await session.execute(_SAVE, values)).scalar_one_or_none()


async def of_user(session: AsyncSession, user_id: UUID) -> Sequence[StartDraft]:
    """Somebody's drafts, the latest first."""
    newest = StartDraft.updated_at.desc(), StartDraft.id.desc()
    statement = select(StartDraft).where(StartDraft.user_id == user_id).order_by(*newest)
    return (await session.execute(statement)).scalars().all()


async def number_beside(session: AsyncSession, user_id: UUID, id: UUID) -> int:
    """How many drafts somebody has beside this one."""
    statement = select(func.count()).where(StartDraft.user_id == user_id, StartDraft.id != id)
    return (await session.execute(statement)).scalar_one()


async def find(session: AsyncSession, id: UUID, user_id: UUID) -> StartDraft | None:
    """Somebody's draft, or None."""
    statement = select(StartDraft).where(StartDraft.id == id, StartDraft.user_id == user_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def forget(session: AsyncSession, id: UUID, user_id: UUID | None) -> None:
    """It was sent, or is not wanted any more."""
    await session.execute(delete(StartDraft).where(StartDraft.id == id, StartDraft.user_id == user_id))
