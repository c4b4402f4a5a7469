"""Who is meant by the people an action names: references, e-mails, roles, departments, user fields of the record, superiors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import ActionArgument, ActionContext
from backend.actions.arguments import id_of, texts
from backend.actions.errors import UserInactive
from backend.identity import service as identity
from backend.identity.models import User
from backend.identity.superiors import superior_of
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from engine.definitions import Candidate

#: How the superior of whoever a name means is asked for: `superior` alone is that of the record's owner.
SUPERIOR = "superior"


async def people(key: str, context: ActionContext, to: Any, record: Mapping[str, Any]) -> list[User]:
    """The active users that `to` names, each once. `record` gives the values of user fields. Raises ActionArgument for
    nobody, UserInactive when those named are deactivated."""
    names = list(_names(to))
    users: dict[UUID, User] = {}
    for name in names:
        for user in await _named(context.session, context.metadata, name, record):
            users.setdefault(user.id, user)
    if not users:
        raise await _nobody(key, context.session, names)
    return list(users.values())


async def record_about(context: ActionContext) -> Mapping[str, Any]:
    """The record the action is about, for user fields of it (`owner`)."""
    if context.entity is None or context.record_id is None or context.entity not in context.metadata.entities:
        return {}
    return await records.get(context.session, context.metadata, context.caller, context.entity, context.record_id)


def _names(to: Any) -> Iterator[str]:
    """Each name in a text with commas, a reference, or a list of such."""
    if isinstance(to, Mapping):
        if to.get("id"):
            yield str(to["id"])
    elif isinstance(to, list | tuple | set | frozenset):
        for each in to:
            yield from _names(each)
    elif to is not None:
        yield from texts(str(to))


async def _named(session: AsyncSession, metadata: Metadata, name: str, record: Mapping[str, Any]) -> Sequence[User]:
    kind, _, rest = name.partition(":")
    if name == SUPERIOR or kind == SUPERIOR:
        return await _superiors(session, metadata, rest or "owner", record)
    candidates = await _candidates(session, metadata, name)
    return await identity.resolve_candidates(session, candidates, record=record)


async def _superiors(session: AsyncSession, metadata: Metadata, of: str, record: Mapping[str, Any]) -> list[User]:
    below = await _named(session, metadata, of, record)
    return [found for user in below if (found := await superior_of(session, user.id)) is not None]


async def _candidates(session: AsyncSession, metadata: Metadata, name: str) -> list[Candidate]:
    """What a name means: `role:`, `department:` and `team:` (either) say so, otherwise the first that there is."""
    kind, _, key = name.partition(":")
    if kind == "role":
        return [Candidate(role=key)]
    if kind == "department":
        return [Candidate(department=key)]
    bare = key if kind == "team" else name
    if "@" in bare or id_of(bare) is not None:
        return [Candidate(user=bare)]
    if bare in metadata.roles:
        return [Candidate(role=bare)]
    if bare in {department["key"] for department in await identity.list_departments(session)}:
        return [Candidate(department=bare)]
    return [] if kind == "team" else [Candidate(record_field=bare)]


async def _nobody(key: str, session: AsyncSession, names: Sequence[str]) -> ActionArgument | UserInactive:
    """Why nobody is reached: those named are deactivated, or there are none."""
    for name in names:
        user = await _known(session, name)
        if user is not None and not user.active:
            return UserInactive(key=key, name=user.name, path="to")
    named = ", ".join(names) or "-"
    return ActionArgument(
        key=key,
        reason=f"nobody to notify or give it to ({named})",
        reason_zh=f"没有可通知或分配的人（{named}）",
        path="to",
    )


async def _known(session: AsyncSession, name: str) -> User | None:
    if "@" in name:
        return await identity.user_by_email(session, name)
    id = id_of(name)
    return await identity.find_user(session, id) if id is not None else None
