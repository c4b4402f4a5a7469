"""What belongs to a task's form over HTTP: drafts, and the pictures of signatures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.store import MetadataStore
from backend.tasks import drafting, signatures
from backend.tasks.drafts import Draft
from backend.tasks.schemas import DraftBody

router = APIRouter(prefix="/api", tags=["tasks"])

#: Somebody's signature is in nobody's cache, and nothing in it runs.
_PICTURE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": "inline; filename=signature.png",
}


@router.put("/tasks/{id}/draft")
async def save_draft(
    id: UUID, body: DraftBody, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    """Keep what the caller has written so far, in place of what was kept before."""
    store: MetadataStore = request.app.state.metadata
    return await drafting.save(session, store, caller, id, Draft(body.data, body.comment, body.outcome))


@router.delete("/tasks/{id}/draft", status_code=204)
async def discard_draft(id: UUID, session: Session, caller: CurrentCaller) -> None:
    """Throw the caller's draft away; none is nothing wrong."""
    await drafting.discard(session, caller, id)


@router.get("/tasks/{id}/signatures/{item}", response_class=Response)
async def get_signature(id: UUID, item: int, session: Session, caller: CurrentCaller) -> Response:
    """The picture of the signature on one part of a task, for whoever may see the task."""
    picture = await drafting.signature(session, caller, id, item)
    return Response(signatures.picture_of(picture), media_type="image/png", headers=_PICTURE)
