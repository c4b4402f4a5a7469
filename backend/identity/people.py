"""People of a template: departments and users from its `people.json`, made once and left alone afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity import repository, service


async def import_departments(session: AsyncSession, document: Mapping[str, Any]) -> Mapping[str, UUID]:
    """Make the departments of `document` that do not exist yet; returns the ids of all by key."""
    departments = {d.key: d.id for d in await repository.departments(session)}
    for entry in document.get("departments", ()):
        if entry["key"] not in departments:
            parent = departments.get(entry.get("parent") or "")
            made = await service.create_department(session, key=entry["key"], label=entry["label"], parent_id=parent)
            departments[entry["key"]] = made.id
    return departments


async def import_people(session: AsyncSession, document: Mapping[str, Any], password_hash: str | None) -> int:
    """Make the departments and users of `document` that do not exist yet; returns how many users were made.

    Shape: `{"departments": [{key, label, parent?, head?}], "users": [{email, name, position?, department?, superior?,
    roles, locale?}]}` where parent is a department key, head and superior are e-mails. A person already there keeps
    what was changed since; only roles that are missing are added.
    """
    departments = await import_departments(session, document)
    created = await _import_users(session, document.get("users", ()), departments, password_hash)
    for entry in document.get("departments", ()):
        head = await repository.user_by_email(session, entry["head"]) if entry.get("head") else None
        if head is not None:
            await service.update_department(session, departments[entry["key"]], {"head_id": head.id})
    return len(created)


async def _import_users(
    session: AsyncSession, entries: Any, departments: Mapping[str, UUID], password_hash: str | None
) -> set[str]:
    created: set[str] = set()
    for entry in entries:
        user = await repository.user_by_email(session, entry["email"])
        if user is None:
            members = {name: entry[name] for name in ("position", "locale") if name in entry}
            user = await service.create_user(
                session,
                email=entry["email"],
                name=entry["name"],
                password_hash=password_hash,
                department_id=departments.get(entry.get("department") or ""),
                **members,
            )
            created.add(user.email)
        held = await repository.roles_of(session, user.id)
        await repository.set_roles(session, user.id, [*held, *entry.get("roles", ())])
    for entry in entries:
        user = await repository.user_by_email(session, entry["email"])
        superior = await repository.user_by_email(session, entry["superior"]) if entry.get("superior") else None
        if user is not None and superior is not None and user.email in created:
            await service.update_user(session, user.id, {"superior_id": superior.id})
    return created
