"""Reading firings: the log of what rules did, and how often each fired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.automation.models import RuleFiring
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader
from engine.definitions import Field, Text

_PERSON_FIELD = Field("person_id", "reference", Text("客户", "Person"), entity=PERSON)


async def firings(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    rule: str | None,
    status: str | None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """A page of firings, newest first; ids are ordered by time."""
    firing = RuleFiring
    reader = Reader(metadata, caller)
    name = reader.record_label(_PERSON_FIELD, firing.__table__.c.person_id, 3) if PERSON in metadata.entities else None
    conditions = [
        *([firing.rule == rule] if rule else []),
        *([firing.status == status] if status else []),
        *([firing.id < after] if after else []),
    ]
    statement = (
        select(
            firing.id, firing.rule, firing.rule_version, firing.at, firing.branch, firing.status, firing.error,
            firing.actions, firing.trace, firing.subject, firing.event_id, firing.person_id,
            Event.type.label("event_type"), Event.data["text"].astext.label("event_text"),
            *([name.label("person_name")] if name is not None else []),
        )
        .outerjoin(Event, Event.id == firing.event_id)
        .where(and_(True, *conditions))
        .order_by(firing.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    rows = (await session.execute(statement)).mappings().all()
    shown = rows[:limit]
    items = [_firing_json(row, metadata) for row in shown]
    return {"items": items, "next": str(shown[-1]["id"]) if len(rows) > limit else None}


def _firing_json(row: Mapping[Any, Any], metadata: Metadata) -> dict[str, Any]:
    item = {key: value for key, value in row.items() if key not in ("event_type", "event_text")}
    rule = metadata.rules.get(row["rule"])
    item["label"] = {"zh": rule.label.zh, "en": rule.label.en} if rule else {"zh": row["rule"], "en": row["rule"]}
    item["event"] = {"type": row["event_type"], "text": row["event_text"]}
    item.setdefault("person_name", None)
    return item


async def counts(session: AsyncSession) -> dict[str, dict[str, Any]]:
    """How often each rule acted, was held back or failed, and when last."""
    firing = RuleFiring
    statement = select(
        firing.rule,
        func.count().filter(firing.status != "limited").label("fired"),
        func.count().filter(firing.status == "limited").label("limited"),
        func.count().filter(firing.status == "failed").label("failed"),
        func.max(firing.at).filter(firing.status != "limited").label("last_fired_at"),
    ).group_by(firing.rule)
    return {row["rule"]: dict(row) for row in (await session.execute(statement)).mappings()}
