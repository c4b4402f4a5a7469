"""All SQL of users, departments and role holdings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, cast, delete, func, or_, select, update
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import Department, User, UserRole

#: Of the user that the statement around them selects: role keys, and their department with all below it. Every request
#: asks for them, so they travel with whatever finds the user instead of costing statements of their own.
ROLES = (
    select(func.coalesce(func.array_agg(UserRole.role), cast([], ARRAY(Text))))
    .where(UserRole.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
DEPARTMENTS = (
    select(func.coalesce(func.array_agg(Department.id), cast([], ARRAY(UuidType))))
    .where(Department.path.contains(array([User.department_id])))
    .correlate(User)
    .scalar_subquery()
)


async def user(session: AsyncSession, id: UUID) -> User | None:
    return await session.get(User, id)


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    return (await session.execute(select(User).where(User.email == email.lower()))).scalar_one_or_none()


async def users(session: AsyncSession) -> Sequence[User]:
    return (await session.execute(select(User).order_by(User.name, User.id))).scalars().all()


async def roles_of_all(session: AsyncSession) -> dict[UUID, list[str]]:
    """Role keys of every user that has any."""
    rows = await session.execute(select(UserRole.user_id, UserRole.role).order_by(UserRole.role))
    result: dict[UUID, list[str]] = {}
    for row in rows:
        result.setdefault(row.user_id, []).append(row.role)
    return result


async def roles_of(session: AsyncSession, user_id: UUID) -> list[str]:
    return list((await session.execute(select(UserRole.role).where(UserRole.user_id == user_id))).scalars())


async def standing(session: AsyncSession, user_id: UUID) -> tuple[list[str], list[UUID]]:
    """The user's role keys, and their department with all below it."""
    row = (await session.execute(select(ROLES, DEPARTMENTS).select_from(User).where(User.id == user_id))).one()
    return row[0], row[1]


async def set_roles(session: AsyncSession, user_id: UUID, roles: Sequence[str]) -> None:
    await session.execute(delete(UserRole).where(UserRole.user_id == user_id))
    if roles:
        await session.execute(
            insert(UserRole).values([{"user_id": user_id, "role": role} for role in sorted(set(roles))])
        )


async def departments(session: AsyncSession) -> Sequence[Department]:
    return (
        (await session.execute(select(Department).order_by(func.cardinality(Department.path), Department.key)))
        .scalars()
        .all()
    )


async def department(session: AsyncSession, id: UUID) -> Department | None:
    return await session.get(Department, id)


async def department_by_key(session: AsyncSession, key: str) -> Department | None:
    return (await session.execute(select(Department).where(Department.key == key))).scalar_one_or_none()


async def move_subtree(session: AsyncSession, old_path: list[UUID], new_path: list[UUID]) -> None:
    """Give a moved department and everything below it their new paths."""
    # The upper bound is said: SQLAlchemy writes an open slice as NULL, and PostgreSQL then answers NULL.
    kept = func.array_cat(new_path, Department.path[len(old_path) + 1 : func.cardinality(Department.path)])
    await session.execute(update(Department).where(Department.path.contains([old_path[-1]])).values(path=kept))


async def active_users(session: AsyncSession, *conditions: Any) -> Sequence[User]:
    """Active users that meet every condition, in a fixed order."""
    statement = select(User).where(User.active, *conditions).order_by(User.created_at, User.id)
    return (await session.execute(statement)).scalars().all()


_NAMED = (
    select(User)
    .where(User.active)
    .where(
        or_(
            User.email == any_(bindparam("emails", type_=ARRAY(Text))),
            User.id == any_(bindparam("ids", type_=ARRAY(UuidType))),
        )
    )
    .order_by(User.created_at, User.id)
)


async def active_named(session: AsyncSession, emails: Collection[str], ids: Collection[UUID]) -> Sequence[User]:
    """Active users by e-mail or id, in a fixed order."""
    return (await session.execute(_NAMED, {"emails": sorted(emails), "ids": sorted(ids)})).scalars().all()


def holds_role(role: str) -> Any:
    return User.id.in_(select(UserRole.user_id).where(UserRole.role == role))


def in_department(key: str) -> Any:
    """In the department with this key or below it."""
    root = select(Department.id).where(Department.key == key).scalar_subquery()
    below = select(Department.id).where(Department.path.any_() == root)
    return User.department_id.in_(below)


async def names(session: AsyncSession, ids: Collection[UUID]) -> dict[str, str]:
    """The names of users by their id as text."""
    found = await session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {str(row.id): row.name for row in found}
