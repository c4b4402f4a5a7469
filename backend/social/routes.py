"""`/api/channels`: signed intake and the list of channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.settings import Settings
from backend.social import intake

router = APIRouter(prefix="/api", tags=["social"])


@router.post("/channels/{channel}/events", status_code=202)
async def receive(channel: str, request: Request, session: Session) -> dict[str, Any]:
    """Take one event or a list of up to 1,000, signed; each `external_id` once. Answers before anything is processed."""
    settings: Settings = request.app.state.settings
    body = await intake.read_body(request.stream())
    accepted = await intake.accept(session, settings.secret, channel, request.headers, body, datetime.now(UTC))
    return accepted.to_json()


@router.get("/channels")
async def channels(session: Session, caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, Any]:
    """The channels and what came in through each."""
    require_permission(caller, metadata.roles, "operate")
    return {"items": await intake.list_channels(session)}
