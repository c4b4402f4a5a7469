"""REST of metadata: what is published, drafts, publishing.

Refusals: `unauthenticated` (401), `forbidden` (403), `not_found` (404), `definition.draft_outdated` (409), and 422
`definition.key_mismatch`, `definition.not_a_document`, `definition.not_storable`, `publish.invalid`, `publish.nothing`, `invalid`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Database, Session
from backend.identity.named import people_by_email
from backend.metadata import catalogue, service
from backend.metadata.presentation import metadata_json
from backend.metadata.schemas import DraftIn, PublishIn
from backend.metadata.service import Publishing

router = APIRouter(prefix="/api", tags=["metadata"])

#: A kind or key in an address.
Key = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
#: E-mails of colleagues as a definition has them, with commas between them.
Emails = Annotated[str, Query(max_length=10_000, pattern=r"^[^\x00]*$")]


def _publishing(request: Request) -> Publishing:
    publishing: Publishing = request.app.state.services.publishing
    return publishing


def _require_build(request: Request, caller: Caller) -> Publishing:
    publishing = _publishing(request)
    require_permission(caller, publishing.store.current.roles, "build")
    return publishing


@router.get("/metadata", summary="What is published and the caller may see")
async def get_metadata(request: Request, session: Session, caller: CurrentCaller) -> Response:
    body, tag = await metadata_json(session, _publishing(request).store.current, caller)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/metadata/people", summary="Whom the e-mails in a definition name")
async def get_people(session: Session, _caller: CurrentCaller, emails: Emails) -> dict[str, Any]:
    return {"items": await people_by_email(session, [each for each in emails.split(",") if each])}


@router.get("/definitions", summary="Every definition, published or drafted")
async def list_definitions(request: Request, session: Session, caller: CurrentCaller) -> list[dict[str, Any]]:
    _require_build(request, caller)
    return await catalogue.listing(session)


@router.get("/definitions/{kind}/{key}", summary="One definition with its draft, versions and problems")
async def get_definition(
    kind: Key, key: Key, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    return await catalogue.one(session, _require_build(request, caller), kind, key)


@router.get("/definitions/{kind}/{key}/versions/{version}", summary="An earlier version")
async def get_definition_version(
    kind: Key, key: Key, version: int, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    _require_build(request, caller)
    return await catalogue.version(session, kind, key, version)


@router.put("/definitions/{kind}/{key}", summary="Save a draft")
async def put_draft(
    kind: Key, key: Key, body: DraftIn, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    publishing = _require_build(request, caller)
    await service.save_draft(session, publishing, caller, kind, key, body.content, body.base_version)
    return await catalogue.one(session, publishing, kind, key)


@router.delete("/definitions/{kind}/{key}", summary="Draft the removal of a definition")
async def delete_definition(
    kind: Key, key: Key, request: Request, session: Session, caller: CurrentCaller
) -> dict[str, Any]:
    publishing = _require_build(request, caller)
    await service.save_draft(session, publishing, caller, kind, key, None)
    return await catalogue.one(session, publishing, kind, key)


@router.delete("/definitions/{kind}/{key}/draft", status_code=204, summary="Discard a draft")
async def delete_draft(kind: Key, key: Key, request: Request, session: Session, caller: CurrentCaller) -> None:
    _require_build(request, caller)
    await service.discard_draft(session, kind, key)


@router.post("/publish", summary="Publish drafts, or only plan it")
async def publish(body: PublishIn, request: Request, caller: CurrentCaller) -> dict[str, Any]:
    publishing = _require_build(request, caller)
    database: Database = request.app.state.database
    keys = None if body.keys is None else [(each.kind, each.key) for each in body.keys]
    async with database.transaction() as session:
        plan = await service.publish(session, publishing, caller, keys, dry_run=body.dry_run)
    if plan.published:
        await publishing.store.refresh()
    return plan.to_json()


@router.get("/publications", summary="What was published, newest first")
async def list_publications(
    request: Request,
    session: Session,
    caller: CurrentCaller,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    _require_build(request, caller)
    return {"items": await catalogue.publications(session, limit)}
