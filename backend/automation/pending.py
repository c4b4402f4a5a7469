"""What rules will still do: ends of absences, blocks of `after`, further tries; shown to operators, who may cancel each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.automation.models import RuleDeadline
from backend.errors import NotFound
from backend.events.log import NewEvent, append
from backend.events.models import OutboxMessage
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.errors import CursorInvalid
from backend.records.reading import Reader
from engine.definitions import Field, Text

#: The event that tells that somebody cancelled what a rule was going to do.
CANCELLED = "rule.pending_cancelled"
_PERSON_FIELD = Field("person_id", "reference", Text("客户", "Person"), entity=PERSON)


async def pending(
    session: AsyncSession, metadata: Metadata, caller: Caller, *, rule: str | None, after: str | None, limit: int
) -> dict[str, Any]:
    """A page of what is due, soonest first. Raises CursorInvalid."""
    due = RuleDeadline
    statement = (
        select(
            due.id, due.kind, due.rule, due.rule_version, due.due_at, due.firing_id, due.person_id, due.purpose,
            due.place, due.attempts, due.created_at, person_name(metadata, caller, due.__table__.c.person_id),
        )
        .where(*([due.rule == rule] if rule else []))
        .order_by(due.due_at, due.id)
        .limit(limit + 1)
    )  # fmt: skip
    if after:
        statement = statement.where(tuple_(due.due_at, due.id) > tuple_(*_place(after)))
    rows = (await session.execute(statement)).mappings().all()
    items = [{**row, "label": label(metadata, row["rule"])} for row in rows[:limit]]
    following = f"{items[-1]['due_at'].isoformat()}~{items[-1]['id']}" if len(rows) > limit else None
    return {"items": items, "next": following}


def person_name(metadata: Metadata, caller: Caller, person_id: Any) -> Any:
    """The person's name as a column `person_name`; empty where the caller may not see the person."""
    if PERSON not in metadata.entities:
        return null().label("person_name")
    return Reader(metadata, caller).record_label(_PERSON_FIELD, person_id, 3).label("person_name")


def label(metadata: Metadata, rule: str) -> dict[str, str]:
    """What a rule is called; its key when it is gone."""
    found = metadata.rules.get(rule)
    return {"zh": found.label.zh, "en": found.label.en} if found else {"zh": rule, "en": rule}


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, _, id = cursor.partition("~")
    try:
        moment, found = datetime.fromisoformat(at), UUID(id)
    except ValueError as error:
        raise CursorInvalid(path="after") from error
    if moment.tzinfo is None:
        raise CursorInvalid(path="after")
    return moment, found


async def cancel(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> None:
    """Take back what a rule was going to do; the log tells who did. Raises NotFound when it was done meanwhile."""
    due = RuleDeadline
    statement = delete(due).where(due.id == id)
    columns = (due.rule, due.kind, due.place, due.due_at, due.person_id, due.firing_id)
    row = (await session.execute(statement.returning(*columns))).one_or_none()
    if row is None:
        raise NotFound(what="pending action", key=id)
    data = {
        "rule": row.rule,
        "title": label(metadata, row.rule)["zh"],
        "kind": row.kind,
        "place": row.place,
        "due_at": row.due_at.isoformat(),
        "firing_id": str(row.firing_id) if row.firing_id else None,
    }
    told = NewEvent(CANCELLED, data, person_id=row.person_id, actor_id=caller.user_id, actor_kind=caller.kind)
    await append(session, told)


async def counts(session: AsyncSession) -> dict[str, int]:
    """How much is pending of each rule."""
    statement = select(RuleDeadline.rule, func.count()).group_by(RuleDeadline.rule)
    return {row[0]: row[1] for row in (await session.execute(statement)).all()}


async def counts_by_purpose(session: AsyncSession) -> dict[str, int]:
    """How much is pending for each purpose: blocks of rules, and messages that wait to leave."""
    purpose = OutboxMessage.payload["purpose"].astext
    blocks = select(RuleDeadline.purpose, func.count()).where(RuleDeadline.purpose.is_not(None))
    messages = select(purpose, func.count()).where(OutboxMessage.status == "pending", purpose.is_not(None))
    found: dict[str, int] = {}
    for statement in (blocks.group_by(RuleDeadline.purpose), messages.group_by(purpose)):
        for key, count in (await session.execute(statement)).all():
            found[key] = found.get(key, 0) + count
    return found
