"""Events that the pipeline could not handle: shown with their reason, handled again on request, never lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db.passing import passes
from backend.errors import Conflict, NotFound
from backend.events.consumers import Handle
from backend.events.models import Event, FailedEvent


class StillFails(Conflict):
    """The event was handled again and failed again; nothing of it was kept."""

    code = "event.still_fails"
    zh, en = "再次处理仍然失败：{error}", "Handled again, it failed again: {error}"


async def failures(session: AsyncSession, *, before: int | None, limit: int) -> dict[str, Any]:
    """A page of events that could not be handled, newest first."""
    statement = (
        select(
            Event.id.label("event_id"), Event.type, Event.channel, Event.occurred_at,
            Event.data["text"].astext.label("text"), FailedEvent.error, FailedEvent.at,
        )
        .join(Event, Event.id == FailedEvent.event_id)
        .order_by(Event.id.desc(), FailedEvent.consumer)
        .limit(limit + 1)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(Event.id < before)
    rows = (await session.execute(statement)).mappings().all()
    items = [dict(row) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["event_id"] if len(rows) > limit else None}


async def handle_again(session: AsyncSession, handlers: Mapping[str, Handle], event_id: int) -> None:
    """Handle a failed event once more by whoever failed at it (`handlers` are by consumer), in the caller's transaction;
    StillFails undoes whatever it began."""
    found = await session.execute(
        select(Event, FailedEvent.consumer)
        .join(FailedEvent, FailedEvent.event_id == Event.id)
        .where(Event.id == event_id, FailedEvent.consumer.in_(handlers))
        .with_for_update(of=FailedEvent)
    )
    failed = found.all()
    if not failed:
        raise NotFound(what="failed event", key=event_id)
    for event, consumer in failed:
        try:
            await handlers[consumer](session, [event])
        except Exception as error:
            if passes(error):
                raise
            raise StillFails(error=repr(error)) from error
    await session.execute(
        delete(FailedEvent).where(FailedEvent.event_id == event_id, FailedEvent.consumer.in_(handlers))
    )
