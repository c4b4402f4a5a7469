"""Predictions over HTTP: who gets an instance next, and who would get one that nobody has started.

Refusals: `unauthenticated` (401), `forbidden` (403), `not_found` (404), `flow.invalid`, `flow.drawing_invalid`, `invalid` (422).
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows import prediction
from backend.flows.operating import Operations
from backend.flows.prediction import Supposed
from backend.metadata import service as definitions
from backend.metadata.dependencies import CurrentMetadata
from engine.definitions import Flow

router = APIRouter(prefix="/api", tags=["flows"])


def _operations(request: Request, session: Session) -> Operations:
    services = request.app.state.services
    return Operations(session, services.metadata, services.actions)


Dry = Annotated[Operations, Depends(_operations)]


class SupposedStart(BaseModel):
    """A start that nobody made: about a record, or one with these values; of the published flow, or of the one being drawn."""

    model_config = ConfigDict(extra="forbid")

    record_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, max_length=500)
    document: dict[str, Any] | None = None


@router.get("/instances/{id}/prediction", summary="Who gets an instance next, and why")
async def predict_instance(id: UUID, operations: Dry, caller: CurrentCaller) -> dict[str, Any]:
    return await prediction.of_instance(operations, caller, id)


@router.post("/flows/{key}/prediction", summary="Who would get an instance of a flow, and why")
async def predict_start(
    key: str,
    body: SupposedStart,
    request: Request,
    operations: Dry,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
) -> dict[str, Any]:
    flow: Flow | None = None
    if body.document is not None:
        require_permission(caller, metadata.roles, "build")
        definitions.require_storable(body.document)
        document = {**body.document, "kind": "flow", "key": key}
        publishing = request.app.state.services.publishing
        found = await definitions.draft_problems(session, publishing, "flow", key, document)
        flow = prediction.drawn(document, found)
    return await prediction.of_start(operations, caller, Supposed(key, body.record_id, body.data, flow))
