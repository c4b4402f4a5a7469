"""Start forms over HTTP: what may be started, the form, the start, and drafts of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows.operating import Operations
from backend.metadata.dependencies import CurrentMetadata
from backend.start_forms import drafts, service
from backend.start_forms.schemas import DraftBody, FilledForm
from backend.start_forms.service import Filled

router = APIRouter(prefix="/api", tags=["start forms"])


@router.get("/start-forms")
async def list_start_forms(caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, list[dict[str, Any]]]:
    """The flows that the caller may start by hand, with a new record or only about one that is there (`creates`)."""
    return {"items": service.listed(metadata, caller)}


@router.get("/start-forms/{flow}")
async def get_start_form(
    flow: str, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """What is to be filled in to start a flow: its form, and the values that it has at first."""
    return await service.shown(session, metadata, caller, flow)


@router.post("/start-forms/{flow}", status_code=201)
async def start_with_form(
    flow: str, body: FilledForm, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    """Create the record and start the flow, both or neither; `task.choose_people` asks for people, and is answered with `chosen`."""
    services = request.app.state.services
    operations = Operations(session, services.metadata, services.actions)
    chosen = {node: [str(user) for user in users] for node, users in body.chosen.items()}
    return await service.start(operations, caller, flow, Filled(body.id, body.data, chosen))


@router.get("/start-drafts")
async def list_start_drafts(
    session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, list[dict[str, Any]]]:
    """The caller's drafts of starts, the latest first."""
    return {"items": await drafts.listed(session, metadata, caller)}


@router.get("/start-drafts/{id}")
async def get_start_draft(
    id: UUID, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """What the caller has filled in of a start."""
    return await drafts.read(session, metadata, caller, id)


@router.put("/start-drafts/{id}")
async def save_start_draft(
    id: UUID, body: DraftBody, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Keep what the caller has filled in so far; `id` is the one that the start will have."""
    return await drafts.save(session, metadata, caller, id, body.flow, body.data)


@router.delete("/start-drafts/{id}", status_code=204)
async def discard_start_draft(id: UUID, session: Session, caller: CurrentCaller) -> None:
    """Throw a draft away; none is nothing wrong."""
    await drafts.discard(session, caller, id)
