"""`/api/users`, `/api/departments`, `/api/roles`, `/api/api-keys`: all need the permission `administer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.administration.schemas import (
    DepartmentChange,
    NewApiKey,
    NewDepartment,
    NewPassword,
    NewUser,
    UserChange,
    UserRoles,
)
from backend.auth import repository as auth_repository
from backend.auth import service as auth
from backend.auth.dependencies import CurrentCaller
from backend.auth.models import ApiKey
from backend.db import Session
from backend.errors import Conflict, Forbidden, NotFound
from backend.identity import service as identity
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.snapshot import Metadata
from engine.definitions.codec import encode


class LastAdministrator(Conflict):
    """Nobody would be left who can administer."""

    code = "user.last_administrator"
    zh, en = "不能移除自己的管理员身份或停用自己", "You cannot take administration from yourself or disable yourself"


async def administrator(caller: CurrentCaller, metadata: CurrentMetadata) -> Caller:
    """The caller, if they may administer."""
    require_permission(caller, metadata.roles, "administer")
    return caller


Administrator = Annotated[Caller, Depends(administrator)]
router = APIRouter(prefix="/api", tags=["administration"])


@router.get("/users")
async def list_users(session: Session, _caller: Administrator) -> dict[str, Any]:
    """Every user with their roles; never a password."""
    return {"items": await identity.list_users(session)}


@router.post("/users", status_code=201)
async def create_user(
    body: NewUser, session: Session, caller: Administrator, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Make a user."""
    _known_roles(metadata, body.roles)
    if body.is_admin:
        _require_unrestricted(caller)
    members = body.model_dump(exclude={"password"})
    user = await identity.create_user(session, password_hash=auth.checked_hash(body.password), **members)
    return identity.user_json(user, sorted(set(body.roles)))


@router.patch("/users/{id}")
async def update_user(id: UUID, body: UserChange, session: Session, caller: Administrator) -> dict[str, Any]:
    """Change a user. Disabling one ends their sessions at their next request."""
    members = body.model_dump(exclude_unset=True)
    if id == caller.user_id and (members.get("is_admin") is False or members.get("active") is False):
        raise LastAdministrator(path="is_admin")
    if members.get("is_admin"):
        _require_unrestricted(caller)
    await _require_reach(session, caller, id)
    user = await identity.update_user(
        session, id, {k: v for k, v in members.items() if v is not None or k.endswith("_id")}
    )
    return identity.user_json(user, await identity.roles_of(session, id))


@router.post("/users/{id}/password", status_code=204)
async def set_password(id: UUID, body: NewPassword, session: Session, caller: Administrator) -> None:
    """Give a user a new password; their sessions end."""
    await _require_reach(session, caller, id)
    await auth.set_password(session, id, body.password)


@router.put("/users/{id}/roles")
async def set_roles(
    id: UUID, body: UserRoles, session: Session, _caller: Administrator, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Replace a user's roles."""
    _known_roles(metadata, body.roles)
    await identity.set_roles(session, id, body.roles)
    return {"roles": sorted(set(body.roles))}


@router.get("/departments")
async def list_departments(session: Session, _caller: Administrator) -> dict[str, Any]:
    """The department tree, parents before children."""
    return {"items": await identity.list_departments(session)}


@router.post("/departments", status_code=201)
async def create_department(body: NewDepartment, session: Session, _caller: Administrator) -> dict[str, Any]:
    """Make a department."""
    department = await identity.create_department(
        session, key=body.key, label=body.label.model_dump(), parent_id=body.parent_id, head_id=body.head_id
    )
    return identity.department_json(department)


@router.patch("/departments/{id}")
async def update_department(
    id: UUID, body: DepartmentChange, session: Session, _caller: Administrator
) -> dict[str, Any]:
    """Rename or move a department, or name its head."""
    members = body.model_dump(exclude_unset=True)
    if members.get("label") is None:
        members.pop("label", None)
    return identity.department_json(await identity.update_department(session, id, members))


@router.get("/roles")
async def list_roles(_caller: Administrator, metadata: CurrentMetadata) -> dict[str, Any]:
    """Every published role with its grants."""
    return {"items": [encode(role) for role in metadata.roles.values()]}


@router.get("/api-keys")
async def list_keys(session: Session, _caller: Administrator) -> dict[str, Any]:
    """Every key; the token itself is never shown again."""
    return {"items": [_key_json(key) for key in await auth_repository.keys(session)]}


@router.post("/api-keys", status_code=201)
async def create_key(
    body: NewApiKey, session: Session, caller: Administrator, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Make a key; `token` is shown this once."""
    _known_roles(metadata, body.roles)
    owner = body.user_id or caller.user_id
    if owner is None:
        raise NotFound(what="user", key="")
    await _require_reach(session, caller, owner)
    key, token = await auth.create_key(session, name=body.name, user_id=owner, roles=body.roles, tasks=body.tasks)
    return {**_key_json(key), "token": token}


@router.delete("/api-keys/{id}", status_code=204)
async def revoke_key(id: UUID, session: Session, _caller: Administrator) -> None:
    """Revoke a key at once."""
    await auth.revoke_key(session, id)


def _require_unrestricted(caller: Caller) -> None:
    if not caller.unrestricted:
        raise Forbidden(action="make administrators")


async def _require_reach(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Whoever only holds the permission `administer` does not take over somebody who may do everything."""
    if not caller.unrestricted and (await identity.get_user(session, id)).is_admin:
        raise Forbidden(action="change an administrator")


def _known_roles(metadata: Metadata, roles: Sequence[str]) -> None:
    for role in roles:
        if role not in metadata.roles:
            raise NotFound(path="roles", what="role", key=role)


def _key_json(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "user_id": key.user_id,
        "roles": key.roles,
        "tasks": key.tasks,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
