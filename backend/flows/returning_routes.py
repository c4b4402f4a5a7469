"""Taking back, asking for haste, voiding and reopening instances over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows import returning
from backend.flows.returning import Returning
from backend.flows.schemas import Order, ReclaimNode, ReopenInstance, VoidInstance, WithdrawInstance
from backend.flows.steering import Host

router = APIRouter(prefix="/api", tags=["flows"])


async def _returning(request: Request, session: Session, caller: CurrentCaller) -> Returning:
    return Returning(session, request.app.state.metadata, caller)


Who = Annotated[Returning, Depends(_returning)]


@router.post("/instances/{id}/reclaim")
async def reclaim_decision(id: UUID, body: ReclaimNode, who: Who, host: Host) -> dict[str, Any]:
    """Take back one's own decision, while nobody has acted on what followed: also one's sign while others are still to sign."""
    return await returning.reclaim(who, host, id, body.node_id, body.command_id, body.task_id)


@router.post("/instances/{id}/withdraw")
async def withdraw_instance(id: UUID, body: WithdrawInstance, who: Who, host: Host) -> dict[str, Any]:
    """Take back what one started, as far as its flow allows."""
    return await returning.withdraw(who, host, id, body.command_id, body.reason)


@router.post("/instances/{id}/urge")
async def urge_instance(id: UUID, body: Order, who: Who, host: Host) -> dict[str, Any]:
    """Ask all for haste whom the instance waits for."""
    return await returning.urge(who, host, id, body.command_id)


@router.post("/instances/{id}/void")
async def void_instance(id: UUID, body: VoidInstance, who: Who) -> dict[str, Any]:
    """Declare that what came of an instance counts no more; operators may."""
    return await returning.void(who, id, body.reason.strip())


@router.post("/instances/{id}/reopen", status_code=201)
async def reopen_instance(id: UUID, body: ReopenInstance, request: Request, who: Who) -> dict[str, Any]:
    """Go on with an instance that is over, as another one; operators may, and from its beginning whoever started it, where the flow lets
    them withdraw."""
    return await returning.reopen(who, request.app.state.services.actions, id, body.command_id, body.node_id)
