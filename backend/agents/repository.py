"""All SQL of standing agents but that which finds who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.agents.models import StandingAgent
from backend.identity.models import User

#: Whoever makes one looks at the others: two made side by side could close a circle that neither sees.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('weft.standing_agent'))")

Row = dict[str, Any]


async def lock(session: AsyncSession) -> None:
    """Let nobody else make a standing agent until this transaction ends."""
    await session.execute(_LOCK)


async def get(session: AsyncSession, id: UUID) -> StandingAgent | None:
    """The one with this id, locked, revoked or not."""
    statement = select(StandingAgent).where(StandingAgent.id == id).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()


async def unrevoked(session: AsyncSession, after: datetime) -> Sequence[StandingAgent]:
    """Those that hold at some time after a moment."""
    row = StandingAgent
    statement = select(row).where(row.revoked_at.is_(None), or_(row.ends_at.is_(None), row.ends_at > after))
    return (await session.execute(statement.order_by(row.created_at, row.id))).scalars().all()


async def of_user(session: AsyncSession, user: UUID) -> list[Row]:
    """Those in which the user is principal or agent, with everybody's names, the newest first."""
    row = StandingAgent
    return await _rows(session, or_(row.principal_id == user, row.agent_id == user))


async def one(session: AsyncSession, id: UUID) -> Row:
    """One, with everybody's names."""
    return (await _rows(session, StandingAgent.id == id))[0]


async def _rows(session: AsyncSession, condition: ColumnElement[bool]) -> list[Row]:
    row, principal, agent, maker = StandingAgent, aliased(User), aliased(User), aliased(User)
    statement = (
        select(
            row.id, row.principal_id, principal.name.label("principal"), row.agent_id, agent.name.label("agent"),
            row.mode, row.flows, row.starts_at, row.ends_at, row.revoked_at, row.created_by, maker.name.label("maker"),
            row.created_at, agent.active.label("agent_active"),
        )
        .join(principal, principal.id == row.principal_id)
        .join(agent, agent.id == row.agent_id)
        .outerjoin(maker, maker.id == row.created_by)
        .where(condition)
        .order_by(row.created_at.desc(), row.id.desc())
    )  # fmt: skip
    return [dict(each) for each in (await session.execute(statement)).mappings()]


async def names(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of users by their ids."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {each.id: each.name for each in rows}
