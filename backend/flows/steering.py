"""Giving commands to running instances, and turning what the host says into the product's errors."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import let_go
from backend.errors import NotFound, WeftError
from backend.flows import repository
from backend.flows.errors import (
    REFUSALS,
    CommandIdInvalid,
    CommandIdReused,
    EngineFailed,
    EngineUnavailable,
    InstanceEnded,
    InvalidData,
    Relayed,
)
from backend.flows.models import Command
from backend.flows.starting import host_of
from engine.host import HostClient, HostRefused, HostUnavailable, InstanceGone

_COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{8,100}")

Answer = dict[str, Any]


async def get_host(request: Request) -> HostClient:
    """The running instances, through this process's Temporal client."""
    return await host_of(request.app.state.services)


Host = Annotated[HostClient, Depends(get_host)]


async def command(
    session: AsyncSession,
    id: str,
    instance_id: UUID,
    actor_id: UUID | None,
    give: Callable[[], Awaitable[Answer]],
    *,
    task_id: str | None = None,
) -> Answer:
    """Give a command that `answered` does not know yet, and its answer; the session's connection is free meanwhile.

    A refusal is looked at again: when this very command was applied by a worker that died before it could say so, its
    answer is kept, and is the one that counts.
    """
    await let_go(session)
    try:
        return await give()
    except (HostRefused, InstanceGone) as error:
        kept = await answered(session, id, instance_id, actor_id, task_id)
        if kept is not None:
            return kept
        raise refusal(error) from error
    except HostUnavailable as error:
        raise refusal(error) from error


async def answered(
    session: AsyncSession, id: str, instance_id: UUID, actor_id: UUID | None, task_id: str | None = None
) -> Answer | None:
    """The answer kept for a command id, or None. Raises CommandIdInvalid, and CommandIdReused for somebody else's."""
    if not _COMMAND_ID.fullmatch(id):
        raise CommandIdInvalid(path="command_id")
    kept: Command | None = await repository.command(session, id)
    if kept is None:
        return None
    other = kept.instance_id != instance_id or kept.actor_id != actor_id
    if other or (task_id is not None and kept.answer.get("task_id") != task_id):
        raise CommandIdReused(path="command_id")
    return kept.answer


def one_of(command_id: str, instance_id: UUID) -> str:
    """The id of the command that one instance gets, of a command to many."""
    return f"many-{uuid5(instance_id, command_id).hex}"


def refusal(error: HostRefused | InstanceGone | HostUnavailable) -> WeftError:
    """The product's error for what the host says."""
    if isinstance(error, InstanceGone):
        return InstanceEnded()
    if isinstance(error, HostUnavailable):
        return EngineUnavailable()
    if error.code in REFUSALS and not error.detail.get("message"):  # what the backend refuses brings its words
        return REFUSALS[error.code](**error.detail)
    detail = dict(error.detail)
    status = int(detail.pop("status", 422))
    if error.code == "record.invalid":
        problems = detail.get("problems") or []
        return InvalidData(count=len(problems), problems=problems, path=detail.get("path"))
    if error.code == "not_found":
        return NotFound(**detail.get("params", {}))
    if "code" not in detail:  # nothing that a person did wrong
        told = " ".join([error.code, *map(str, detail.values())])
        # What the database says further on repeats the statement and its values, which may be hidden from this person.
        return EngineFailed(detail=told.partition("\n")[0])
    return Relayed(status, detail)
