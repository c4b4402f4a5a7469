"""All SQL of sessions, API keys and failed logins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.auth.models import ApiKey, LoginFailure, UserSession
from backend.identity.models import User
from backend.identity.service import STANDING, Standing


async def session_user(session: AsyncSession, token_hash: bytes) -> tuple[UserSession, User, Standing] | None:
    """The live session with this token, its active user and what they may act as, in one statement."""
    statement = (
        select(UserSession, User, *STANDING)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == token_hash, UserSession.expires_at > func.now(), User.active)
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], Standing.of(row[2], row[3])) if row is not None else None


async def delete_session(session: AsyncSession, token_hash: bytes) -> None:
    await session.execute(delete(UserSession).where(UserSession.token_hash == token_hash))


async def delete_sessions_of(session: AsyncSession, user_id: UUID, *, keep: bytes | None = None) -> None:
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    await session.execute(statement.where(UserSession.token_hash != keep) if keep is not None else statement)


async def delete_expired(session: AsyncSession, failures_before: datetime) -> None:
    await session.execute(delete(UserSession).where(UserSession.expires_at < func.now()))
    await session.execute(delete(LoginFailure).where(LoginFailure.at < failures_before))


async def lock_account(session: AsyncSession, email: str) -> None:
    """Until the end of the transaction nobody else tries this account."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"login:{email}", 0))))


async def add_failure(session: AsyncSession, email: str, address: str) -> None:
    await session.execute(insert(LoginFailure).values(email=email, address=address))


class Failures(NamedTuple):
    """How many logins failed: for an e-mail from an address, for the e-mail from anywhere, from the address for anybody."""

    by_both: int
    by_email: int
    by_address: int


async def failures(session: AsyncSession, email: str, address: str, window: timedelta) -> Failures:
    """How many logins failed within the window."""
    of_email, of_address = LoginFailure.email == email, LoginFailure.address == address
    statement = select(
        func.count().filter(of_email, of_address), func.count().filter(of_email), func.count().filter(of_address)
    ).where(LoginFailure.at > func.now() - window, or_(of_email, of_address))
    return Failures(*(await session.execute(statement)).one())


async def clear_failures(session: AsyncSession, email: str) -> None:
    await session.execute(delete(LoginFailure).where(LoginFailure.email == email))


async def key_user(session: AsyncSession, token_hash: bytes) -> tuple[ApiKey, User, Standing] | None:
    """The key with this token, unless revoked, its active user and what they may act as."""
    statement = (
        select(ApiKey, User, *STANDING)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.token_hash == token_hash, ApiKey.revoked_at.is_(None), User.active)
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1], Standing.of(row[2], row[3])) if row is not None else None


async def touch_key(session: AsyncSession, id: UUID) -> None:
    """Remember that the key was used, at most once a minute so that reads do not become writes."""
    stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < func.now() - timedelta(minutes=1))
    await session.execute(update(ApiKey).where(ApiKey.id == id, stale).values(last_used_at=func.now()))


async def keys(session: AsyncSession) -> Sequence[ApiKey]:
    return (await session.execute(select(ApiKey).order_by(ApiKey.created_at))).scalars().all()


async def revoke_key(session: AsyncSession, id: UUID) -> bool:
    statement = update(ApiKey).where(ApiKey.id == id, ApiKey.revoked_at.is_(None)).values(revoked_at=func.now())
    return (await session.execute(statement.returning(ApiKey.id))).first() is not None
