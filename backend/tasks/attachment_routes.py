"""Attachments of tasks and runs over HTTP: the body of an upload is the file itself, and is read as it comes."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.tasks import attachments, files
from backend.tasks.attachment_places import Asking, AtInstance, AtTask

router = APIRouter(prefix="/api", tags=["tasks"])

#: Where a body may be longer than elsewhere: a little more than a file, so that it is refused as one.
LARGER_BODIES = {re.compile(r"/api/(tasks|instances)/[^/]+/attachments"): files.MOST_BYTES + 1024 * 1024}
_FILE = {"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}


async def _asking(session: Session, metadata: CurrentMetadata, caller: CurrentCaller) -> Asking:
    return Asking(session, metadata, caller)


async def _upload(
    name: Annotated[str, Query(max_length=1000)],
    command_id: Annotated[str, Query(max_length=100)],
    request: Request,
) -> attachments.Upload:
    def receive(name: str) -> Awaitable[files.File]:
        headers = request.headers
        return files.received(
            request.stream(), name, headers.get("content-type", ""), headers.get("content-length", "")
        )

    return attachments.Upload(name, command_id, receive)


Who = Annotated[Asking, Depends(_asking)]
Sent = Annotated[attachments.Upload, Depends(_upload)]


@router.post("/tasks/{id}/attachments", status_code=201, openapi_extra=_FILE)
async def attach_file(id: UUID, upload: Sent, who: Who) -> dict[str, Any]:
    """Attach a file, for everybody who sees the task or another of its instance."""
    return await attachments.attach(who, AtTask, id, upload)


@router.post("/instances/{id}/attachments", status_code=201, openapi_extra=_FILE)
async def attach_file_to_instance(id: UUID, upload: Sent, who: Who) -> dict[str, Any]:
    """Attach a file to what one started, while it runs; for everybody with a part in it."""
    return await attachments.attach(who, AtInstance, id, upload)


@router.get("/attachments/{id}", response_class=Response)
async def get_attachment(id: UUID, who: Who) -> Response:
    """The file, to be saved, for whoever may see its task or has part in its instance."""
    found = await attachments.read(who, id)
    return Response(found.content, headers=files.headers_of(found.name, found.media_type))


@router.delete("/attachments/{id}", status_code=204)
async def remove_attachment(id: UUID, who: Who) -> None:
    """Take one's own file away: one of a task while that is open, one of a run until its next task is decided."""
    await attachments.detach(who, id)
