"""Reading of rules: the log of what they did, how often each fired, and their earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.automation.models import RuleFiring
from backend.automation.pending import label, person_name
from backend.events.models import Event
from backend.identity.models import User
from backend.metadata.models import DefinitionVersion, Publication
from backend.metadata.snapshot import Metadata


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
    conditions = [
        *([firing.rule == rule] if rule else []),
        *([firing.status == status] if status else []),
        *([firing.id < after] if after else []),
    ]
    statement = (
        select(
            firing.id, firing.rule, firing.rule_version, firing.cause, firing.happened_at, firing.at, firing.branch,
            firing.status, firing.error, firing.actions, firing.trace, firing.subject, firing.event_id, firing.events,
            firing.person_id, firing.retracted_at, firing.retracted_by,
            Event.type.label("event_type"), Event.data["text"].astext.label("event_text"),
            person_name(metadata, caller, firing.__table__.c.person_id),
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
    item["label"] = label(metadata, row["rule"])
    item["event"] = {"type": row["event_type"], "text": row["event_text"]}
    return item


async def counts(session: AsyncSession, rule: str | None = None) -> dict[str, dict[str, Any]]:
    """How often each rule (or one) acted, was held back, failed or was taken back, and when last."""
    firing = RuleFiring
    quiet = firing.status.in_(("limited", "switched_off"))
    statement = select(
        firing.rule,
        func.count().filter(not_(quiet)).label("fired"),
        *(func.count().filter(firing.status == status).label(status) for status in ("limited", "failed", "retracted")),
        func.max(firing.at).filter(not_(quiet)).label("last_fired_at"),
    ).group_by(firing.rule)
    if rule is not None:
        statement = statement.where(firing.rule == rule)
    return {row["rule"]: dict(row) for row in (await session.execute(statement)).mappings()}


async def versions(session: AsyncSession, key: str) -> list[dict[str, Any]]:
    """Every version of a rule that was published, newest first, with its text and who published it."""
    version = DefinitionVersion
    statement = (
        select(
            version.version, version.content, version.current, version.created_at, Publication.published_at,
            User.name.label("published_by"),
        )
        .outerjoin(Publication, Publication.id == version.publication_id)
        .outerjoin(User, User.id == Publication.published_by)
        .where(version.kind == "rule", version.key == key)
        .order_by(version.version.desc())
    )  # fmt: skip
    rows = (await session.execute(statement)).mappings().all()
    return [
        {
            "version": row["version"],
            "text": row["content"].get("text", ""),
            "label": row["content"].get("label"),
            "published_at": row["published_at"] or row["created_at"],
            "published_by": row["published_by"],
            "current": row["current"],
        }
        for row in rows
    ]
