"""`/api/dashboard`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from backend.access.compiler import require_permission
from backend.analytics import dashboard as figures
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.settings import Settings

router = APIRouter(prefix="/api", tags=["analytics"])


@router.get("/dashboard")
async def dashboard(
    request: Request,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> dict[str, Any]:
    """Volume, sentiment, tickets, first response, tasks, instances and rules over the last days."""
    require_permission(caller, metadata.roles, "analytics")
    settings: Settings = request.app.state.settings
    return await figures.dashboard(session, metadata, caller, days, settings.timezone)
