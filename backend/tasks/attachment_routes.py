"""Attachments of tasks over HTTP: the body of an upload is the file itself, and is read as it comes."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.store import MetadataStore
from backend.tasks import attachments, files

router = APIRouter(prefix="/api", tags=["tasks"])

#: Where a body may be longer than elsewhere: a little more than a file, so that it is refused as one.
LARGER_BODIES = {re.compile(r"/api/tasks/[^/]+/attachments"): files.MOST_BYTES + 1024 * 1024}
_FILE = {"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/tasks/{id}/attachments", status_code=201, openapi_extra=_FILE)
async def attach_file(
    id: UUID,
    name: Annotated[str, Query(max_length=1000)],
    command_id: Annotated[str, Query(max_length=100)],
    request: Request,
    session: Session,
    caller: CurrentCaller,
) -> dict[str, Any]:
    """Attach a file, for everybody who sees the task or another of its instance."""

    def receive(name: str) -> Awaitable[files.File]:
        headers = request.headers
        return files.received(
            request.stream(), name, headers.get("content-type", ""), headers.get("content-length", "")
        )

    return await attachments.attach(session, caller, id, attachments.Upload(name, command_id, receive))


@router.get("/attachments/{id}", response_class=Response)
async def get_attachment(id: UUID, request: Request, session: Session, caller: CurrentCaller) -> Response:
    """The file, to be saved, for whoever may see its task or has part in its instance."""
    store: MetadataStore = request.app.state.metadata
    found = await attachments.read(session, store.current, caller, id)
    return Response(found.content, headers=files.headers_of(found.name, found.media_type))


@router.delete("/attachments/{id}", status_code=204)
async def remove_attachment(id: UUID, request: Request, session: Session, caller: CurrentCaller) -> None:
    """Take one's own file away while its task is open."""
    store: MetadataStore = request.app.state.metadata
    await attachments.detach(session, store.current, caller, id)
