"""Whom e-mails name: definitions may say a colleague by theirs, and are shown with names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import User


async def people_by_email(session: AsyncSession, emails: Collection[str]) -> list[dict[str, Any]]:
    """`{email, id, name}` of each that is somebody's, with the e-mail as it was asked for; also of those who cannot sign in any more."""
    asked = {email.strip().lower(): email for email in emails}
    statement = select(User.email, User.id, User.name).where(User.email.in_(sorted(asked))).order_by(User.email)
    rows = (await session.execute(statement)).all()
    return [{"email": asked[row.email], "id": row.id, "name": row.name} for row in rows]
