"""REST of BPMN files: read one into drafts, write a flow as one.

Refusals: `unauthenticated` (401), `forbidden` (403), `not_found` (404), `bpmn.*` (413, 422), `invalid` (422).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import StringConstraints

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata import bpmn
from backend.metadata.service import Publishing

router = APIRouter(prefix="/api", tags=["metadata"])

Key = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
#: `old:new`, the key that a flow would get and the one that it gets instead.
Renaming = Annotated[str, StringConstraints(max_length=121, pattern=r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$")]

_FILE = {"requestBody": {"content": {"application/xml": {"schema": {"type": "string"}}}, "required": True}}


@router.post("/flows/import", summary="The flows of a BPMN 2.0 file", openapi_extra=_FILE)
async def import_file(
    request: Request,
    session: Session,
    caller: CurrentCaller,
    entity: Annotated[str, Query(max_length=60, description="what flows are about that do not say it")] = "",
    key: Annotated[tuple[Renaming, ...], Query(max_length=100, description="other keys, each `old:new`")] = (),
    save: Annotated[bool, Query(description="keep the flows as drafts")] = False,
) -> dict[str, Any]:
    publishing = _require_build(request, caller)
    if entity:
        publishing.store.current.entity(entity)
    keys = dict(each.split(":") for each in key)
    imported = await bpmn.read_file(await request.body(), entity, keys)
    if save:
        await bpmn.save(session, publishing, caller, imported)
    return await bpmn.imported_json(session, imported, saved=save)


@router.get("/flows/{key}/bpmn", summary="A flow as a BPMN 2.0 file", response_class=Response)
async def export_file(
    key: Key,
    request: Request,
    session: Session,
    caller: CurrentCaller,
    draft: Annotated[bool, Query(description="what is being edited, where somebody does")] = False,
    locale: Annotated[Literal["zh", "en"], Query(description="the language of names")] = "zh",
) -> Response:
    publishing = _require_build(request, caller)
    data = await bpmn.write_file(session, publishing, key, draft=draft, locale=locale)
    headers = {"Content-Disposition": f'attachment; filename="{key}.bpmn"'}
    return Response(data, media_type="application/xml", headers=headers)


def _require_build(request: Request, caller: CurrentCaller) -> Publishing:
    publishing: Publishing = request.app.state.services.publishing
    require_permission(caller, publishing.store.current.roles, "build")
    return publishing
