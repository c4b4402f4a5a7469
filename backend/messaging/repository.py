"""Reading the outbox, sent messages and notices. Ids are ordered by time, so a page goes on after an id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.events.models import OutboxMessage
from backend.messaging.gate import REASONS, consent_field, refusal
from backend.messaging.models import Notification, SentMessage
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader
from engine.definitions import Field, Text

_PERSON_FIELD = Field("person_id", "reference", Text("客户", "Person"), entity=PERSON)


async def _page(
    session: AsyncSession, statement: Select[Any], id: Any, after: UUID | None, limit: int
) -> dict[str, Any]:
    if after is not None:
        statement = statement.where(id < after)
    rows = (await session.execute(statement.order_by(id.desc()).limit(limit + 1))).mappings().all()
    items = [dict(row) for row in rows[:limit]]
    return {"items": items, "next": str(items[-1]["id"]) if len(rows) > limit else None}


async def outbox(session: AsyncSession, *, status: str | None, after: UUID | None, limit: int) -> dict[str, Any]:
    """A page of the outbox, with how many there are in each state."""
    message = OutboxMessage
    statement = select(
        message.id, message.kind, message.key, message.payload, message.status, message.attempts,
        message.next_attempt_at, message.last_error, message.result, message.event_id, message.created_at,
        message.done_at,
    )  # fmt: skip
    if status:
        statement = statement.where(message.status == status)
    page = await _page(session, statement, message.id, after, limit)
    counted = await session.execute(select(message.status, func.count()).group_by(message.status))
    return {
        **page,
        "counts": {"pending": 0, "done": 0, "failed": 0, "cancelled": 0} | {row[0]: row[1] for row in counted},
    }


async def messages(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    person: UUID | None,
    status: str | None = None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """A page of messages, those refused with the reason; the person's name where the caller may see the person."""
    sent = SentMessage
    person_id = sent.__table__.c.person_id
    name = Reader(metadata, caller).record_label(_PERSON_FIELD, person_id, 3) if PERSON in metadata.entities else null()
    statement = select(
        sent.id, sent.key, sent.channel, sent.via, sent.person_id, sent.recipient, sent.text, sent.context,
        sent.status, sent.reason, sent.purpose, sent.sent_at, sent.read_at, name.label("person_name"),
    )  # fmt: skip
    if person is not None:
        statement = statement.where(sent.person_id == person)
    if status == "refused":
        statement = statement.where(sent.status == "refused")
    elif status == "sent":
        statement = statement.where(sent.status != "refused")
    page = await _page(session, statement, sent.id, after, limit)
    for item in page["items"]:
        item["reason_text"] = _sentence(item["reason"], item)
    return page


def _sentence(reason: str | None, item: dict[str, Any]) -> dict[str, str] | None:
    """The reason of a refusal in words."""
    if reason is None or reason not in REASONS:
        return None
    told = refusal(reason, purpose=item["purpose"], field=consent_field(item["purpose"] or ""), channel=item["channel"])
    return {"zh": told.reason.zh, "en": told.reason.en}


async def message_of(session: AsyncSession, key: str) -> dict[str, Any] | None:
    """A message as rules read it (`message` in the blocks of `after`), by the key that its action answered: {id, channel, text,
    status, reason, sent_at, read_at}. What has not left yet has the status of its place in the outbox, and no times."""
    sent = SentMessage
    statement = select(sent.id, sent.channel, sent.text, sent.status, sent.reason, sent.sent_at, sent.read_at).where(
        sent.key == key
    )
    found = (await session.execute(statement)).mappings().one_or_none()
    if found is not None:
        message = dict(found) | {"id": str(found["id"])}
        return message | ({"sent_at": None} if found["status"] == "refused" else {})
    queued = OutboxMessage
    waiting = (await session.execute(select(queued.payload, queued.status).where(queued.key == key))).one_or_none()
    if waiting is None:
        return None
    payload = waiting.payload
    empty: dict[str, Any] = {"id": None, "reason": None, "sent_at": None, "read_at": None}
    return empty | {"channel": payload["channel"], "text": payload["text"], "status": waiting.status}


async def notifications(session: AsyncSession, user: UUID | None, *, after: UUID | None, limit: int) -> dict[str, Any]:
    """A page of one user's notices and the number unread."""
    notice = Notification
    statement = select(notice.id, notice.text, notice.link, notice.created_at, notice.read_at).where(
        notice.user_id == user
    )
    page = await _page(session, statement, notice.id, after, limit)
    unread = select(func.count()).where(notice.user_id == user, notice.read_at.is_(None))
    return {**page, "unread": (await session.execute(unread)).scalar_one()}


async def mark_read(session: AsyncSession, user: UUID | None, ids: Sequence[UUID] | None) -> int:
    """Mark a user's unread notices (None: all) as read; returns how many."""
    statement = (
        update(Notification)
        .where(Notification.user_id == user, Notification.read_at.is_(None))
        .values(read_at=func.now())
        .returning(Notification.id)
    )
    if ids is not None:
        statement = statement.where(Notification.id.in_(ids))
    return len((await session.execute(statement)).all())
