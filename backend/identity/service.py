"""Users, departments, superiors and role holdings; who a task's candidates are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import uuid7
from backend.errors import Conflict, Invalid, NotFound
from backend.identity import repository
from backend.identity.models import Department, User
from backend.identity.superiors import superior_of
from engine.definitions import Candidate

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_USER_MEMBERS = {"name", "position", "department_id", "superior_id", "active", "locale", "is_admin"}


class EmailTaken(Conflict):
    """Another user has this e-mail address."""

    code = "user.email_taken"
    zh, en = "邮箱 {email} 已被使用", "The e-mail {email} is taken"


class DepartmentCycle(Conflict):
    """A department cannot stand below itself."""

    code = "department.cycle"
    zh, en = "部门不能移动到自己的下级", "A department cannot be moved below itself"


class SuperiorCycle(Conflict):
    """Somebody cannot be their own superior, directly or through others."""

    code = "user.superior_cycle"
    zh, en = "上级关系不能成环", "Superiors must not form a circle"


@dataclass(frozen=True, slots=True)
class Standing:
    """The roles a user holds, and their department with all below it."""

    roles: frozenset[str]
    department_ids: tuple[UUID, ...]

    @classmethod
    def of(cls, roles: Sequence[str], department_ids: Sequence[UUID]) -> Standing:
        return cls(frozenset(roles), tuple(department_ids))


#: The columns of a Standing, for a statement that selects a User.
STANDING = (repository.ROLES, repository.DEPARTMENTS)


def user_json(user: User, roles: Sequence[str]) -> dict[str, Any]:
    """A user as the API shows it; never the password."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "position": user.position,
        "department_id": user.department_id,
        "superior_id": user.superior_id,
        "is_admin": user.is_admin,
        "active": user.active,
        "locale": user.locale,
        "roles": list(roles),
    }


def department_json(department: Department) -> dict[str, Any]:
    return {
        "id": department.id,
        "key": department.key,
        "label": {"zh": department.label_zh, "en": department.label_en},
        "parent_id": department.parent_id,
        "head_id": department.head_id,
    }


async def get_user(session: AsyncSession, id: UUID) -> User:
    found = await repository.user(session, id)
    if found is None:
        raise NotFound(what="user", key=id)
    return found


async def find_user(session: AsyncSession, id: UUID) -> User | None:
    """The user with this id, active or not, or None."""
    return await repository.user(session, id)


def normal_email(email: str) -> str:
    """An e-mail address as it is stored, looked up and counted: without the space around it, in lower case."""
    return email.strip().lower()


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this e-mail, in any case, or None."""
    return await repository.user_by_email(session, normal_email(email))


async def list_users(session: AsyncSession) -> list[dict[str, Any]]:
    roles = await repository.roles_of_all(session)
    return [user_json(user, roles.get(user.id, ())) for user in await repository.users(session)]


async def list_departments(session: AsyncSession) -> list[dict[str, Any]]:
    return [department_json(department) for department in await repository.departments(session)]


async def create_user(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password_hash: str | None,
    roles: Sequence[str] = (),
    **members: Any,
) -> User:
    """Make a user; `members` are any of position, department_id, superior_id, locale, is_admin."""
    email = normal_email(email)
    if not _EMAIL.fullmatch(email):
        raise Invalid(path="email", reason=f"{email!r} is not an e-mail address")
    if await repository.user_by_email(session, email) is not None:
        raise EmailTaken(path="email", email=email)
    user = User(id=uuid7(), email=email, name=name.strip(), password_hash=password_hash)
    session.add(user)
    await _assign(session, user, members)
    await session.flush()
    await repository.set_roles(session, user.id, roles)
    return user


async def update_user(session: AsyncSession, id: UUID, members: Mapping[str, Any]) -> User:
    user = await get_user(session, id)
    await _assign(session, user, members)
    await session.flush()
    return user


async def set_roles(session: AsyncSession, id: UUID, roles: Sequence[str]) -> None:
    await get_user(session, id)
    await repository.set_roles(session, id, roles)


async def roles_of(session: AsyncSession, id: UUID) -> list[str]:
    return await repository.roles_of(session, id)


async def standing_of(session: AsyncSession, id: UUID) -> Standing:
    """What a user may act as."""
    return Standing.of(*await repository.standing(session, id))


async def create_department(
    session: AsyncSession, *, key: str, label: Mapping[str, str], parent_id: UUID | None, head_id: UUID | None = None
) -> Department:
    if not _KEY.fullmatch(key):
        raise Invalid(path="key", reason=f"{key!r} is not a key", suggestion="a-z, 0-9, _")
    if await repository.department_by_key(session, key) is not None:
        raise Conflict(path="key", what=f"department {key}")
    parent = await _department(session, parent_id)
    id = uuid7()
    department = Department(
        id=id,
        key=key,
        label_zh=label["zh"],
        label_en=label["en"],
        parent_id=parent_id,
        head_id=head_id,
        path=[*(parent.path if parent else []), id],
    )
    session.add(department)
    await session.flush()
    return department


async def update_department(session: AsyncSession, id: UUID, members: Mapping[str, Any]) -> Department:
    """Rename, move or give a head to a department; `members` any of label, parent_id, head_id."""
    department = await _department(session, id)
    if department is None:
        raise NotFound(what="department", key=id)
    if "label" in members:
        department.label_zh, department.label_en = members["label"]["zh"], members["label"]["en"]
    if "head_id" in members:
        department.head_id = members["head_id"]
    if "parent_id" in members and members["parent_id"] != department.parent_id:
        await _move(session, department, members["parent_id"])
    await session.flush()
    return department


async def resolve_candidates(
    session: AsyncSession,
    candidates: Sequence[Candidate],
    *,
    initiator_id: UUID | None = None,
    record: Mapping[str, Any] | None = None,
    task_actors: Mapping[str, UUID] | None = None,
) -> list[User]:
    """The active users that the candidates name, each once, in the order of the candidates.

    `record` gives the values of user fields, `task_actors` who holds or held each node's task.
    """
    named = {candidate: name for candidate in candidates if (name := _named(candidate, initiator_id, record or {}))}
    active = await _active(session, named.values())
    found: dict[UUID, User] = {}
    for candidate in candidates:
        if candidate in named:
            users: Sequence[User] = active.get(named[candidate], ())
        else:
            users = await _several(session, candidate, initiator_id, task_actors or {})
        for user in users:
            found.setdefault(user.id, user)
    return list(found.values())


async def active_among(session: AsyncSession, names: Collection[str]) -> frozenset[str]:
    """Of users named by e-mail or id, those who are there and active, as they are named."""
    return frozenset(await _active(session, names))


async def _active(session: AsyncSession, names: Collection[str]) -> dict[str, tuple[User]]:
    """The active users of these names (e-mail or id), by name. One statement."""
    if not names:
        return {}
    meant: dict[str, UUID | str] = {name: _id(name) or name.lower() for name in names}
    emails = {each for each in meant.values() if isinstance(each, str)}
    found = await repository.active_named(session, emails, {each for each in meant.values() if isinstance(each, UUID)})
    known: dict[UUID | str, User] = {each.email: each for each in found} | {each.id: each for each in found}
    return {name: (known[each],) for name, each in meant.items() if each in known}


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


async def _several(
    session: AsyncSession, candidate: Candidate, initiator_id: UUID | None, task_actors: Mapping[str, UUID]
) -> Sequence[User]:
    """Those of a role or department, or above somebody."""
    if candidate.role is not None or candidate.department is not None:
        conditions = [repository.holds_role(candidate.role)] if candidate.role is not None else []
        if candidate.department is not None:
            conditions.append(repository.in_department(candidate.department))
        return await repository.active_users(session, *conditions)
    if candidate.superior_of is not None:
        holder = task_actors.get(candidate.superior_of, initiator_id)
        superior = await superior_of(session, holder) if holder is not None else None
        return [superior] if superior is not None else []
    return []


def _named(candidate: Candidate, initiator_id: UUID | None, record: Mapping[str, Any]) -> str:
    """Whom a candidate names that is at most one user: by e-mail, by id, by a field of the record, or the initiator; empty for others."""
    named: object = initiator_id if candidate.initiator else candidate.user
    if candidate.record_field is not None:
        named = record.get(candidate.record_field)
    return str(named) if named else ""


async def _assign(session: AsyncSession, user: User, members: Mapping[str, Any]) -> None:
    unknown = set(members) - _USER_MEMBERS
    if unknown:
        raise Invalid(path=min(unknown), reason=f"unknown member {min(unknown)!r}")
    if members.get("department_id") is not None and await _department(session, members["department_id"]) is None:
        raise NotFound(what="department", key=members["department_id"])
    if members.get("superior_id") is not None:
        await _refuse_superior_cycle(session, user.id, members["superior_id"])
    for name, value in members.items():
        setattr(user, name, value)


async def _refuse_superior_cycle(session: AsyncSession, user_id: UUID, superior_id: UUID) -> None:
    current: UUID | None = superior_id
    seen: set[UUID] = set()
    while current is not None and current not in seen:
        if current == user_id:
            raise SuperiorCycle(path="superior_id")
        seen.add(current)
        current = (await get_user(session, current)).superior_id


async def _department(session: AsyncSession, id: UUID | None) -> Department | None:
    if id is None:
        return None
    found = await repository.department(session, id)
    if found is None:
        raise NotFound(what="department", key=id)
    return found


async def _move(session: AsyncSession, department: Department, parent_id: UUID | None) -> None:
    parent = await _department(session, parent_id)
    if parent is not None and department.id in parent.path:
        raise DepartmentCycle(path="parent_id")
    department.parent_id = parent_id
    await session.flush()
    await repository.move_subtree(session, department.path, [*(parent.path if parent else []), department.id])
