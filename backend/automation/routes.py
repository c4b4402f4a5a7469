"""`/api/rules` for those who operate them: what runs and why, firings, what is pending, incidents, kill switches.

Refusals: `forbidden` (403), `not_found` (404), `incident.resolved`, `incident.nothing_to_retry`, `event.still_fails` (409),
`cursor.invalid` (422).
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request

from backend.access.caller import Caller
from backend.access.compiler import has_permission, require_permission
from backend.auth.dependencies import CurrentCaller
from backend.automation import evidence, failures, listing, pipeline, repository, runtime, switches
from backend.automation import incidents as incidents_of
from backend.automation import pending as pending_of
from backend.automation.author import Author
from backend.automation.author import router as author
from backend.automation.listing import CurrentBook
from backend.automation.schemas import Cursor, FiringStatus, IncidentStatus, Limit, Switch, Words
from backend.db import Session
from backend.errors import Forbidden
from backend.events.consumers import Handle
from backend.metadata.dependencies import CurrentMetadata

router = APIRouter(prefix="/api/rules", tags=["rules"])
EventId = Annotated[int, Query(ge=0, lt=2**63)]
#: The key of a rule or a purpose in an address.
Key = Annotated[str, Path(max_length=200, pattern="^[^\\x00]*$")]


async def operator(caller: CurrentCaller, metadata: CurrentMetadata) -> Caller:
    """The caller, if they may operate."""
    require_permission(caller, metadata.roles, "operate")
    return caller


async def concerned(caller: CurrentCaller, metadata: CurrentMetadata) -> Caller:
    """The caller, if they may operate or build."""
    if not any(has_permission(caller, metadata.roles, permission) for permission in ("operate", "build")):
        raise Forbidden(action="operate")
    return caller


Operator = Annotated[Caller, Depends(operator)]
Concerned = Annotated[Caller, Depends(concerned)]


@router.get("")
async def rules(
    session: Session, _caller: Concerned, metadata: CurrentMetadata, book: CurrentBook
) -> list[dict[str, Any]]:
    """Every rule with its text and trigger, how often it fired, what is pending, and why it cannot run if it cannot."""
    return await listing.rules(session, metadata, book)


@router.get("/firings")
async def firings(
    session: Session,
    caller: Operator,
    metadata: CurrentMetadata,
    rule: Words | None = None,
    status: FiringStatus | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """What rules did, newest first, with the values each saw."""
    return await repository.firings(session, metadata, caller, rule=rule, status=status, after=after, limit=limit)


@router.get("/firings/{id}/counted")
async def counted(
    id: UUID, request: Request, session: Session, _caller: Operator, metadata: CurrentMetadata
) -> dict[str, Any]:
    """The events that a rule counted when it fired, by its windows."""
    services = request.app.state.services
    return await evidence.counted(session, services.metadata, services.rules.library, metadata, id)


@router.get("/incidents")
async def incidents(
    session: Session,
    _caller: Operator,
    metadata: CurrentMetadata,
    status: IncidentStatus | None = None,
    rule: Words | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """What somebody must look at, newest first."""
    return await incidents_of.incidents(session, metadata, status=status, rule=rule, after=after, limit=limit)


@router.post("/incidents/{id}/retry", status_code=204)
async def retry_incident(id: UUID, session: Session, caller: Operator, book: CurrentBook) -> None:
    """Try again, now, what failed; the incident is resolved, and opens anew if it fails again."""
    purposes = {rule.key: rule.purpose for rule in book.compiled.values()}
    await incidents_of.retry(session, caller, id, purposes)


@router.post("/incidents/{id}/resolve", status_code=204)
async def resolve_incident(id: UUID, session: Session, caller: Operator) -> None:
    """Say that an incident is dealt with."""
    await incidents_of.resolve(session, caller, id)


@router.get("/pending")
async def pending(
    session: Session,
    caller: Operator,
    metadata: CurrentMetadata,
    rule: Words | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """What rules will still do, soonest first."""
    return await pending_of.pending(session, metadata, caller, rule=rule, after=after, limit=limit)


@router.delete("/pending/{id}", status_code=204)
async def cancel_pending(id: UUID, session: Session, caller: Operator, metadata: CurrentMetadata) -> None:
    """Take back what a rule was going to do."""
    await pending_of.cancel(session, metadata, caller, id)


@router.get("/purposes")
async def purposes(
    session: Session, _caller: Operator, metadata: CurrentMetadata, book: CurrentBook
) -> list[dict[str, Any]]:
    """The purposes that rules send for, and which are switched off."""
    return await listing.purposes(session, metadata, book)


@router.put("/purposes/{key}/switch")
async def switch_purpose(
    key: Key, body: Switch, session: Session, caller: Operator, book: CurrentBook
) -> dict[str, Any]:
    """Stop everything that is sent for a purpose, or let it go on."""
    await listing.known_purpose(session, book, key)
    return await _turned(session, "purpose", key, body, caller)


@router.get("/failed-events")
async def failed_events(
    session: Session, _caller: Operator, before: EventId | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """Events that could not be handled, with the reason, newest first."""
    return await failures.failures(session, before=before, limit=limit)


@router.post("/failed-events/{event_id}/retry", status_code=204)
async def retry_event(
    event_id: Annotated[int, Path(ge=0, lt=2**63)], request: Request, session: Session, _caller: Operator
) -> None:
    """Handle a failed event again."""
    services = request.app.state.services
    handlers: dict[str, Handle] = {pipeline.NAME: services.pipeline.handle, runtime.NAME: services.rules.handle}
    await failures.handle_again(session, handlers, event_id)


router.include_router(author)


@router.put("/{key}/switch")
async def switch_rule(
    key: Key, body: Switch, session: Session, caller: Operator, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Stop a rule at once, or let it run again."""
    metadata.rule(key)
    return await _turned(session, "rule", key, body, caller)


@router.get("/{key}/versions")
async def versions(key: Key, session: Session, _caller: Author, metadata: CurrentMetadata) -> list[dict[str, Any]]:
    """The rule's published versions, newest first."""
    found = await repository.versions(session, key)
    if not found:
        metadata.rule(key)
    return found


@router.get("/{key}")
async def rule(
    key: Key, session: Session, _caller: Concerned, metadata: CurrentMetadata, book: CurrentBook
) -> dict[str, Any]:
    """One rule as in the list, with its test cases, and whether there is a draft of it."""
    return await listing.rule(session, metadata, book, key)


async def _turned(session: Session, kind: switches.Kind, key: str, body: Switch, caller: Caller) -> dict[str, Any]:
    await switches.turn(session, kind, key, off=body.off, reason=body.reason or None, by=caller)
    return {"key": key, **(await switches.states(session, kind, (key,)))[key]}
