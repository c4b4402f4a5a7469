"""`/api/rules`: the rules as they run, and `/api/rules/firings`: what they did and why."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from backend.access.compiler import has_permission, require_permission
from backend.actions.registry import ActionRegistry
from backend.auth.dependencies import CurrentCaller
from backend.automation import failures, repository
from backend.automation.pipeline import Pipeline
from backend.automation.rule_book import RuleLibrary
from backend.db import Session
from backend.errors import Forbidden
from backend.metadata.dependencies import CurrentMetadata

router = APIRouter(prefix="/api/rules", tags=["rules"])
EventId = Annotated[int, Query(ge=0, lt=2**63)]


@router.get("/firings")
async def firings(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    rule: Annotated[str, Query(max_length=200, pattern="^[^\\x00]*$")] | None = None,
    status: Literal["done", "limited", "failed"] | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What rules did, newest first, with the values each saw."""
    require_permission(caller, metadata.roles, "operate")
    return await repository.firings(session, metadata, caller, rule=rule, status=status, after=after, limit=limit)


@router.get("")
async def rules(
    request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> list[dict[str, Any]]:
    """Every rule with its text, how often it fired, and why it cannot run if it cannot."""
    if not any(has_permission(caller, metadata.roles, permission) for permission in ("operate", "build")):
        raise Forbidden(action="operate")
    actions: ActionRegistry = request.app.state.services.actions
    broken = _library(request, actions).book(metadata).broken
    counted = await repository.counts(session)
    return [
        {
            "key": key,
            "label": {"zh": rule.label.zh, "en": rule.label.en},
            "description": rule.description and {"zh": rule.description.zh, "en": rule.description.en},
            "text": rule.text,
            "enabled": rule.enabled,
            "version": metadata.versions.get(("rule", key), 0),
            "problem": broken.get(key),
            **{name: counted.get(key, {}).get(name, 0) for name in ("fired", "limited", "failed")},
            "last_fired_at": counted.get(key, {}).get("last_fired_at"),
        }
        for key, rule in sorted(metadata.rules.items())
    ]


@router.get("/failed-events")
async def failed_events(
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
    before: EventId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Events that could not be handled, with the reason, newest first."""
    require_permission(caller, metadata.roles, "operate")
    return await failures.failures(session, before=before, limit=limit)


@router.post("/failed-events/{event_id}/retry", status_code=204)
async def retry_event(
    event_id: Annotated[int, Path(ge=0, lt=2**63)],
    request: Request,
    session: Session,
    caller: CurrentCaller,
    metadata: CurrentMetadata,
) -> None:
    """Handle a failed event again."""
    require_permission(caller, metadata.roles, "operate")
    pipeline: Pipeline = request.app.state.services.pipeline
    await failures.handle_again(session, pipeline, event_id)


def _library(request: Request, actions: ActionRegistry) -> RuleLibrary:
    """The process's compiled rules, kept on the application."""
    state = request.app.state
    if not hasattr(state, "rule_library"):
        state.rule_library = RuleLibrary(actions)
    library: RuleLibrary = state.rule_library
    return library
