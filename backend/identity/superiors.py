"""Who is above somebody: one superior, the head of their department, or a whole chain of superiors.

Vacant places are passed over: nobody is asked who cannot sign in, and a level without anybody is no level. A circle in the organisation ends
the chain where it closes.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity import repository
from backend.identity.models import User

#: No company has more levels.
_HIGHEST = 50


async def superior_of(session: AsyncSession, user_id: UUID) -> User | None:
    """The nearest active superior: the user's own, else the head of the nearest department above that is not the user."""
    seen = {user_id}
    user = await repository.user(session, user_id)
    while user is not None and user.superior_id is not None and user.superior_id not in seen:
        seen.add(user.superior_id)
        user = await repository.user(session, user.superior_id)
        if user is not None and user.active:
            return user
    return await head_of(session, user_id)


async def head_of(session: AsyncSession, user_id: UUID) -> User | None:
    """The active head of the user's department; of the nearest above it for a head themselves, or where there is none."""
    user = await repository.user(session, user_id)
    department_id = user.department_id if user is not None else None
    while department_id is not None:
        department = await repository.department(session, department_id)
        if department is None:
            return None
        if department.head_id is not None and department.head_id != user_id:
            head = await repository.user(session, department.head_id)
            if head is not None and head.active:
                return head
        department_id = department.parent_id
    return None


async def chain(
    session: AsyncSession, base: UUID, *, levels: int | None = None, up_to: str | None = None
) -> list[User]:
    """The superiors one above the other, from the one above `base`: `levels` of them, or up to the first in the position `up_to`, or, where
    nobody has that, to the top. Somebody who is in that position themselves has the one above them."""
    user = await repository.user(session, base)
    if user is not None and up_to is not None and user.position == up_to:
        levels, up_to = 1, None
    found: list[User] = []
    seen, current = {base}, base
    while len(found) < min(levels or _HIGHEST, _HIGHEST):
        above = await superior_of(session, current)
        if above is None or above.id in seen:
            break
        found.append(above)
        seen.add(above.id)
        if up_to is not None and above.position == up_to:
            break
        current = above.id
    return found
