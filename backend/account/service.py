"""What the signed-in caller is and may do, as the front end needs it to draw itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import compile_access, field_rights, has_permission, startable_flows
from backend.errors import Unauthenticated
from backend.identity import service as identity
from backend.metadata.snapshot import Metadata
from engine.definitions import ACTIONS, PERMISSIONS, Entity

VERSION = "0.1.0"


async def describe(session: AsyncSession, metadata: Metadata, caller: Caller, csrf: str | None) -> dict[str, Any]:
    """The answer of `GET /api/me`: the user, roles, permissions, rights by entity, flows to start, CSRF token."""
    if caller.user_id is None:
        raise Unauthenticated()
    user = await identity.get_user(session, caller.user_id)
    departments = {d["id"]: d["label"] for d in await identity.list_departments(session)}
    return {
        "user": {
            **identity.user_json(user, sorted(caller.roles)),
            "department": departments.get(user.department_id),
        },
        "roles": sorted(caller.roles),
        "permissions": [name for name in PERMISSIONS if has_permission(caller, metadata.roles, name)],
        "entities": {key: _rights(caller, metadata, entity) for key, entity in metadata.entities.items()},
        "flows": startable_flows(caller, metadata.roles, metadata.flows),
        "csrf": csrf,
        "app": {
            "name": "Weft",
            "version": VERSION,
            "metadata_version": metadata.version,
            "timezone": clock.zone().key,
        },
    }


def _rights(caller: Caller, metadata: Metadata, entity: Entity) -> dict[str, Any]:
    rights: dict[str, Any] = {
        action: compile_access(caller, entity, metadata.roles, action, metadata.entities).allowed for action in ACTIONS
    }
    return {**rights, "fields": field_rights(caller, entity, metadata.roles, metadata.entities)}
