"""Preparing a hand-over, starting it, taking it back, and looking at it: for whoever may administer.

What runs is done by the worker, line by line (backend/handover/running.py); the request only says that it is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.agents.models import Handover
from backend.db import uuid7
from backend.errors import Forbidden, Invalid, NotFound
from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import enqueue
from backend.handover import repository
from backend.handover.errors import NotNow, PersonInactive, SamePerson
from backend.handover.part import Plan
from backend.handover.parts import PARTS
from backend.handover.states import DONE, FAILED, FINISHED, PLANNED, PREVIEW, REVERSED, RUNNING, SKIPPED
from backend.identity import service as identity
from backend.identity.models import User
from backend.metadata.snapshot import Metadata

RUN_HANDOVER = "run_handover"
STARTED, FINISHED_EVENT, UNDONE_EVENT = "handover.started", "handover.finished", "handover.reversed"
_LINE_STATES = (PLANNED, DONE, FAILED, SKIPPED, REVERSED)


async def prepare(
    session: AsyncSession, metadata: Metadata, caller: Caller, giver: UUID, taker: UUID, parts: Sequence[str]
) -> dict[str, Any]:
    """A preview: everything that would be handed over, a line each. Raises SamePerson, PersonInactive, Invalid, NotFound, Forbidden."""
    require_permission(caller, metadata.roles, "administer")
    chosen = _parts(parts)
    person, other = await identity.get_user(session, giver), await identity.get_user(session, taker)
    _require_two(caller, person, other)
    row = Handover(id=uuid7(), from_user=giver, to_user=taker, parts=chosen, status=PREVIEW, created_by=caller.user_id)
    session.add(row)
    await session.flush()
    found: list[dict[str, Any]] = []
    for key in chosen:
        part = PARTS[key]
        found += [
            {"kind": part.kind, "subject": each} for each in await part.plan(Plan(session, metadata, person, chosen))
        ]
    await repository.add_lines(session, row.id, found)
    return await detail(session, metadata, caller, row.id)


async def run(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> dict[str, Any]:
    """Begin, or try again what could not be done. Raises NotNow, PersonInactive, NotFound, Forbidden."""
    row = await _locked(session, metadata, caller, id)
    if row.status not in (PREVIEW, FINISHED):
        raise NotNow(status=row.status)
    _require_two(caller, *await _people(session, row))
    await repository.renew(session, id)
    return await _begin(session, metadata, caller, row, reverse=False)


async def reverse(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> dict[str, Any]:
    """Take back what was handed over. Raises NotNow, PersonInactive, NotFound, Forbidden."""
    row = await _locked(session, metadata, caller, id)
    if row.status != FINISHED:
        raise NotNow(status=row.status)
    person, other = await _people(session, row)
    _require_two(caller, other, person)
    return await _begin(session, metadata, caller, row, reverse=True)


async def _begin(
    session: AsyncSession, metadata: Metadata, caller: Caller, row: Handover, *, reverse: bool
) -> dict[str, Any]:
    row.status, row.finished_at = RUNNING, None
    await session.flush()
    key = f"handover:{row.id}:{uuid7()}"
    asked_by = str(caller.user_id) if caller.user_id is not None else None
    await enqueue(session, RUN_HANDOVER, key, {"handover": str(row.id), "reverse": reverse, "by": asked_by})
    data = {"from": str(row.from_user), "to": str(row.to_user), "parts": row.parts, "reverse": reverse}
    cause = Cause(actor_id=caller.user_id, actor_kind=caller.kind)
    await append(session, NewEvent(STARTED, data, "handover", row.id).caused_by(cause))
    return await detail(session, metadata, caller, row.id)


async def listed(
    session: AsyncSession, metadata: Metadata, caller: Caller, *, after: UUID | None, limit: int
) -> dict[str, Any]:
    """A page of hand-overs, the newest first, with how their lines stand."""
    require_permission(caller, metadata.roles, "administer")
    rows = await repository.page(session, after=after, limit=limit + 1)
    counted = await repository.counts(session, [row["id"] for row in rows[:limit]])
    items = [_json(row, counted.get(row["id"], {})) for row in rows[:limit]]
    return {"items": items, "next": str(items[-1]["id"]) if len(rows) > limit else None}


async def detail(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    id: UUID,
    *,
    status: str | None = None,
    after: int | None = None,
    limit: int = 200,
) -> dict[str, Any]:
    """One hand-over with a page of its lines. Raises NotFound, Forbidden."""
    require_permission(caller, metadata.roles, "administer")
    rows = await repository.page(session, id=id)
    if not rows:
        raise NotFound(what="hand-over", key=id)
    lines = await repository.lines(session, id, status=status, after=after, limit=limit + 1)
    shown = [_line(line.id, line.kind, line.status, line.subject, line.detail or {}) for line in lines[:limit]]
    counted = await repository.counts(session, [id])
    return {
        **_json(rows[0], counted.get(id, {})),
        "lines": shown,
        "next": str(shown[-1]["id"]) if len(lines) > limit else None,
    }


def _parts(parts: Sequence[str]) -> list[str]:
    unknown = next((key for key in parts if key not in PARTS), None)
    if unknown is not None or not parts:
        raise Invalid(path="parts", reason=f"no part {unknown!r}", suggestion=", ".join(PARTS))
    return [key for key in PARTS if key in parts]


def _require_two(caller: Caller, giver: User, taker: User) -> None:
    if giver.id == taker.id:
        raise SamePerson(path="to_user")
    if not taker.active:
        raise PersonInactive(path="to_user", name=taker.name)
    # Whoever only holds the permission does not get into the hands what somebody has who may do everything.
    if not caller.unrestricted and giver.is_admin:
        raise Forbidden(action="hand over the work of an administrator")


async def _locked(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> Handover:
    require_permission(caller, metadata.roles, "administer")
    row = await repository.locked(session, id)
    if row is None:
        raise NotFound(what="hand-over", key=id)
    return row


async def _people(session: AsyncSession, row: Handover) -> tuple[User, User]:
    return await identity.get_user(session, row.from_user), await identity.get_user(session, row.to_user)


def _json(row: Mapping[str, Any], counted: Mapping[str, int]) -> dict[str, Any]:
    maker = row["created_by"]
    return {
        "id": row["id"],
        "from": {"id": row["from_user"], "name": row["giver"]},
        "to": {"id": row["to_user"], "name": row["taker"]},
        "parts": row["parts"],
        "status": row["status"],
        "counts": {state: counted.get(state, 0) for state in _LINE_STATES},
        "created_by": {"id": maker, "name": row["maker"]} if maker is not None else None,
        "created_at": row["created_at"],
        "finished_at": row["finished_at"],
    }


def _line(id: int, kind: str, status: str, subject: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "kind": kind,
        "status": status,
        "label": subject["label"],
        "link": subject.get("link"),
        "code": detail.get("code"),
        "detail": detail.get("message"),
        "migrated": detail.get("migrated"),
        "not_migrated": detail.get("not_migrated"),
    }
