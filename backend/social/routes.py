"""`/api/channels`: signed intake and the list of channels. `/api/social/posts`: the wall. `/api/people`: time lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.settings import Settings
from backend.social import intake, timeline, wall

router = APIRouter(prefix="/api", tags=["social"])

#: Texts that go into SQL: PostgreSQL cannot hold U+0000.
Words = Annotated[str, Query(max_length=200, pattern="^[^\\x00]*$")]
Cursor = Annotated[str, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=wall.MAX_LIMIT)]


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


@router.get("/social/posts")
async def posts(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    sentiment: Literal["positive", "neutral", "negative"] | None = None,
    channel: Words | None = None,
    search: Words | None = None,
    rule: Words | None = None,
    person: UUID | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> Response:
    """What people said, newest first."""
    require_permission(caller, metadata.roles, "social")
    query = wall.WallQuery(sentiment, channel, search, rule, person, after, limit)
    return _json(await wall.wall_json(session, metadata, caller, query))


@router.get("/people/{id}/timeline")
async def person_timeline(
    id: UUID,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> Response:
    """Everything about a person that the caller may see, newest first."""
    return _json(await timeline.timeline_json(session, metadata, caller, id, after=after, limit=limit))


@router.get("/people/{id}/identities")
async def person_identities(
    id: UUID, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """The person's handles on channels."""
    return {"items": await timeline.identities(session, metadata, caller, id)}


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
