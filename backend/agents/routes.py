"""`/api/agents`: one's own standing agents; anybody's for whoever may administer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from backend.agents import service
from backend.agents.open_work import appoint_open, dismiss_ended
from backend.agents.schemas import NewAgentBody
from backend.auth.dependencies import CurrentCaller
from backend.db import Database, Session
from backend.flows.steering import Host
from backend.metadata.dependencies import CurrentMetadata

router = APIRouter(prefix="/api", tags=["agents"])


@router.get("/agents")
async def list_agents(
    session: Session, caller: CurrentCaller, metadata: CurrentMetadata, user: UUID | None = None
) -> dict[str, Any]:
    """Whom the caller gave as agents, and for whom they act; `user`: somebody else, for administrators."""
    return await service.listed(session, metadata, caller, user)


@router.post("/agents", status_code=201)
async def appoint(
    body: NewAgentBody, request: Request, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Give somebody an agent: for tasks that open from now on and, with `open_tasks`, for those that are open."""
    database: Database = request.app.state.database
    new = service.NewAgent(**body.model_dump(exclude={"open_tasks"}))
    # Committed before tasks are given: nobody has a task as an agent who does not stand for anybody.
    async with database.transaction() as session:
        made = await service.appoint(session, metadata, caller, new, begun=body.open_tasks)
    applied = await appoint_open(database, host, caller, made["id"]) if body.open_tasks else None
    return {**made, "applied": applied}


@router.post("/agents/{id}/apply")
async def apply(
    id: UUID, request: Request, caller: CurrentCaller, metadata: CurrentMetadata, host: Host
) -> dict[str, Any]:
    """Let an agent act on the tasks that are open now, too."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        await service.require_standing(session, metadata, caller, id)
    return {"applied": await appoint_open(database, host, caller, id)}


@router.delete("/agents/{id}", status_code=204)
async def revoke(id: UUID, request: Request, caller: CurrentCaller, metadata: CurrentMetadata, host: Host) -> None:
    """Take an agent back; what they have open for the other goes back at once."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        await service.revoke(session, metadata, caller, id)
    await dismiss_ended(database, host)
