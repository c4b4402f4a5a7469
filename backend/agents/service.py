"""Giving and taking back standing agents. People give their own; administrators give anybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import has_permission, require_tasks
from backend.agents import repository
from backend.agents.chains import Path, Scope, Standing, circle, longest
from backend.agents.errors import (
    AgentAlready,
    AgentCycle,
    AgentInactive,
    ChainTooLong,
    NotBegun,
    OwnAgent,
    WindowInvalid,
)
from backend.agents.finding import LONGEST_CHAIN
from backend.agents.models import StandingAgent
from backend.db import uuid7
from backend.errors import Forbidden, Invalid, NotFound
from backend.events.log import Cause, NewEvent, append
from backend.identity import service as identity
from backend.identity.models import User
from backend.messaging.notices import notify
from backend.metadata.snapshot import Metadata

BOTH, AGENT_ONLY = "both", "agent_only"
APPOINTED, REVOKED = "agent.appointed", "agent.revoked"
#: What clocks of every zone can show.
_YEARS = range(1900, 9000)
PLANNED, ACTIVE, ENDED = "planned", "active", "ended"


@dataclass(frozen=True, slots=True)
class NewAgent:
    """Who is to act for whom (None: for the caller), how, in which flows (None: all), from when (None: now) until when."""

    agent_id: UUID
    principal_id: UUID | None = None
    mode: str = BOTH
    flows: Sequence[str] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


async def listed(session: AsyncSession, metadata: Metadata, caller: Caller, user: UUID | None = None) -> dict[str, Any]:
    """Whom somebody gave (`given`) and for whom they act (`received`); their own, or anybody's for administrators."""
    whose = _whose(metadata, caller, user)
    rows = await repository.of_user(session, whose)
    items = [_json(metadata, caller, row) for row in rows]
    return {
        "given": [item for item in items if item["principal"]["id"] == whose],
        "received": [item for item in items if item["agent"]["id"] == whose],
    }


async def appoint(
    session: AsyncSession, metadata: Metadata, caller: Caller, new: NewAgent, *, begun: bool = False
) -> dict[str, Any]:
    """Give somebody an agent; `begun`: only from now on. Raises Forbidden, NotFound, OwnAgent, AgentInactive, WindowInvalid,
    NotBegun, AgentAlready, AgentCycle, ChainTooLong."""
    principal = await identity.get_user(session, _whose(metadata, caller, new.principal_id))
    if principal.is_admin and not caller.unrestricted and principal.id != caller.user_id:
        raise Forbidden(action="give an administrator an agent")
    agent = await identity.get_user(session, new.agent_id)
    _require_people(principal, agent)
    now = clock.now()
    scope = _scope(metadata, new, now)
    if begun and scope.starts_at > now:
        raise NotBegun(path="open_tasks")
    await repository.lock(session)
    await _require_fitting(session, Standing(principal.id, agent.id, scope), now)
    row = StandingAgent(
        id=uuid7(),
        principal_id=principal.id,
        agent_id=agent.id,
        mode=new.mode,
        flows=None if scope.flows is None else sorted(scope.flows),
        starts_at=scope.starts_at,
        ends_at=scope.ends_at,
        created_by=caller.user_id,
    )
    session.add(row)
    await session.flush()
    await _tell(session, APPOINTED, row, principal, caller)
    return _json(metadata, caller, await repository.one(session, row.id))


async def revoke(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> StandingAgent:
    """Take an agent back at once: the principal, whoever made it, or an administrator. One that was taken back stays so.

    Raises NotFound for what the caller has no part in, Forbidden for the agent.
    """
    row = await _given(session, metadata, caller, id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        await session.flush()
        await _tell(session, REVOKED, row, await identity.get_user(session, row.principal_id), caller)
    return row


async def require_standing(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> None:
    """Raises NotBegun for an agent whose time has not begun or is over, NotFound, Forbidden."""
    row, now = await _given(session, metadata, caller, id), clock.now()
    if row.revoked_at is not None or row.starts_at > now or (row.ends_at is not None and row.ends_at <= now):
        raise NotBegun(path="id")


async def _given(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> StandingAgent:
    """An agent that the caller may do something about."""
    require_tasks(caller)
    row = await repository.get(session, id)
    if row is None or not (_administers(metadata, caller) or _has_part(caller, row)):
        raise NotFound(what="agent", key=id)
    if not _may_revoke(metadata, caller, row.principal_id, row.created_by):
        raise Forbidden(action="take back an agent that somebody else gave")
    return row


def moment(written: str | None, path: str) -> datetime | None:
    """A moment as people write it: ISO 8601 with a zone. Raises Invalid."""
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(
            path=path, reason=f"{written!r} is no moment with a zone", suggestion=clock.now().isoformat("minutes")
        )
    return found


def _whose(metadata: Metadata, caller: Caller, user: UUID | None) -> UUID:
    require_tasks(caller)
    whose = user or caller.user_id
    if whose is None:
        raise NotFound(what="user", key="")
    if whose != caller.user_id and not _administers(metadata, caller):
        raise Forbidden(action="look after somebody else's agents")
    return whose


def _administers(metadata: Metadata, caller: Caller) -> bool:
    return has_permission(caller, metadata.roles, "administer")


def _has_part(caller: Caller, row: StandingAgent) -> bool:
    return caller.user_id in (row.principal_id, row.agent_id, row.created_by)


def _may_revoke(metadata: Metadata, caller: Caller, principal: UUID, maker: UUID | None) -> bool:
    mine = caller.user_id is not None and caller.user_id in (principal, maker)
    return mine or _administers(metadata, caller)


# -- what a new one must be


def _require_people(principal: User, agent: User) -> None:
    if principal.id == agent.id:
        raise OwnAgent(path="agent_id")
    for user, path in ((principal, "principal_id"), (agent, "agent_id")):
        if not user.active:
            raise AgentInactive(path=path, name=user.name)


def _scope(metadata: Metadata, new: NewAgent, now: datetime) -> Scope:
    if new.mode not in (BOTH, AGENT_ONLY):
        raise Invalid(path="mode", reason=f"{new.mode!r} is none of both, agent_only", suggestion=BOTH)
    for path, given in (("starts_at", new.starts_at), ("ends_at", new.ends_at)):
        if given is not None and given.year not in _YEARS:
            raise Invalid(path=path, reason=f"no year {given.year}")
    starts = new.starts_at or now
    if new.ends_at is not None and new.ends_at <= max(starts, now):
        raise WindowInvalid(path="ends_at")
    if new.flows is not None and not new.flows:
        raise Invalid(path="flows", reason="name a flow, or leave flows out for all")
    for key in new.flows or ():
        metadata.flow(key)  # raises NotFound
    return Scope(starts, new.ends_at, None if new.flows is None else frozenset(new.flows))


async def _require_fitting(session: AsyncSession, new: Standing, now: datetime) -> None:
    rows = await repository.unrevoked(session, now)
    standing = [Standing(row.principal_id, row.agent_id, _scope_of(row)) for row in rows]
    same = (each for each in standing if (each.principal, each.agent) == (new.principal, new.agent))
    if any(each.scope.meet(new.scope) is not None for each in same):
        named = await repository.names(session, [new.principal, new.agent])
        raise AgentAlready(path="agent_id", principal=named[new.principal], agent=named[new.agent])
    found = circle(standing, new)
    if found is not None:
        raise AgentCycle(path="agent_id", chain=await _shown(session, found))
    chain = longest(standing, new)
    if len(chain) > LONGEST_CHAIN + 1:
        raise ChainTooLong(path="agent_id", limit=LONGEST_CHAIN, chain=await _shown(session, chain))


def _scope_of(row: StandingAgent) -> Scope:
    return Scope(row.starts_at, row.ends_at, None if row.flows is None else frozenset(row.flows))


async def _shown(session: AsyncSession, chain: Path) -> str:
    named = await repository.names(session, chain)
    return " → ".join(named[each] for each in chain)


# -- telling


async def _tell(session: AsyncSession, type: str, row: StandingAgent, principal: User, caller: Caller) -> None:
    """In the log, and to the other of the two; to both when an administrator did it."""
    data = {
        "principal": str(row.principal_id),
        "agent": str(row.agent_id),
        "mode": row.mode,
        "flows": row.flows,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at and row.ends_at.isoformat(),
    }
    cause = Cause(actor_id=caller.user_id, actor_kind=caller.kind)
    await append(session, NewEvent(type, data, "standing_agent", row.id).caused_by(cause))
    text = _sentence(type, row, principal.name)
    told = [user for user in (row.principal_id, row.agent_id) if user != caller.user_id]
    await notify(session, told, text, key=f"{type}:{row.id}", link="/agents", cause=cause)


def _sentence(type: str, row: StandingAgent, principal: str) -> Mapping[str, str]:
    if type == REVOKED:
        return {"zh": f"{principal}的委托已收回", "en": f"Acting for {principal} has ended"}
    starts = row.starts_at.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M")
    ends = row.ends_at.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M") if row.ends_at else None
    return {
        "zh": f"{principal}的任务自 {starts} 起由代理人处理" + (f"，至 {ends}" if ends else ""),
        "en": f"An agent acts for {principal} from {starts}" + (f" until {ends}" if ends else ""),
    }


def _json(metadata: Metadata, caller: Caller, row: Mapping[str, Any]) -> dict[str, Any]:
    maker = row["created_by"]
    return {
        "id": row["id"],
        "principal": {"id": row["principal_id"], "name": row["principal"]},
        "agent": {"id": row["agent_id"], "name": row["agent"], "active": row["agent_active"]},
        "mode": row["mode"],
        "flows": row["flows"],
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "revoked_at": row["revoked_at"],
        "status": _status(row),
        "created_by": {"id": maker, "name": row["maker"]} if maker is not None else None,
        "created_at": row["created_at"],
        "mine": row["revoked_at"] is None and _may_revoke(metadata, caller, row["principal_id"], maker),
    }


def _status(row: Mapping[str, Any]) -> str:
    now = clock.now()
    if row["revoked_at"] is not None:
        return "revoked"
    if row["ends_at"] is not None and row["ends_at"] <= now:
        return ENDED
    return PLANNED if row["starts_at"] > now else ACTIVE
