"""Incidents: what somebody must look at about a rule. One row per rule, code and place while it is open, counting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONPATH, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.access.caller import Caller
from backend.automation.models import RuleDeadline, RuleFiring, RuleIncident
from backend.db import uuid7
from backend.errors import Conflict, NotFound, WeftError
from backend.events.models import SLOTS
from backend.identity.models import User
from backend.metadata.snapshot import Metadata
from engine.definitions import Text

OPEN, RESOLVED = "open", "resolved"
RETRY = "retry"
#: A rule that is published cannot run: what it names is gone, or this version of Weft reads it otherwise.
UNUSABLE = "rule.unusable"
#: The tries of an action that are made without being asked for.
LAST_ATTEMPT = 5
#: Of one incident so many actions are tried again at one request; the rest stay failed on their firings.
MOST_RETRIED = 1_000


class NothingToRetry(Conflict):
    """No action of a firing stands behind the incident."""

    code = "incident.nothing_to_retry"
    zh, en = "此问题没有可以重试的动作", "No action stands behind this incident that could be tried again"


class AlreadyResolved(Conflict):
    """Somebody has resolved the incident."""

    code = "incident.resolved"
    zh, en = "此问题已经解决", "This incident is resolved already"


async def open_incident(
    session: AsyncSession,
    rule: str,
    version: int,
    code: str,
    message: Text,
    *,
    place: str = "",
    suggestion: str | None = None,
    firing_id: UUID | None = None,
    count: int = 1,
) -> None:
    """Open an incident, or count one more (`count` more) of the open one with the same rule, code and place."""
    newest = {
        "rule_version": version,
        "message": {"zh": message.zh, "en": message.en},
        "suggestion": suggestion,
        "firing_id": firing_id,
    }
    statement = insert(RuleIncident).values(
        id=uuid7(), rule=rule, code=code, place=place, count=count, status=OPEN, **newest
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["rule", "code", "place"],
            index_where=RuleIncident.status == OPEN,
            set_={**newest, "count": RuleIncident.count + count, "last_at": func.clock_timestamp()},
        )
    )


def told(error: Exception) -> tuple[str, Text, str | None]:
    """The code, the sentence and the suggestion of a failure: what a person reads of it."""
    if not isinstance(error, WeftError):
        return "internal", Text(f"内部错误：{error!r}", f"Internal error: {error!r}"), None
    body = error.to_json()["error"]
    details = "; ".join(str(problem.get("path") or problem.get("field") or "") for problem in error.problems or [])
    more = f" ({details})" if details else ""
    return error.code, Text(body["message"]["zh"] + more, body["message"]["en"] + more), error.suggestion


async def incidents(
    session: AsyncSession,
    metadata: Metadata,
    *,
    status: str | None,
    rule: str | None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """A page of incidents, newest first; ids are ordered by time."""
    each = RuleIncident
    statement = (
        select(
            each.id, each.rule, each.rule_version, each.code, each.place, each.message, each.suggestion, each.firing_id,
            each.count, each.status, each.first_at, each.last_at, User.name.label("resolved_by"),
        )
        .outerjoin(User, User.id == each.resolved_by)
        .where(*([each.status == status] if status else []), *([each.rule == rule] if rule else []))
        .where(*([each.id < after] if after else []))
        .order_by(each.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    rows = (await session.execute(statement)).mappings().all()
    items = [_shown(row, metadata) for row in rows[:limit]]
    return {"items": items, "next": str(items[-1]["id"]) if len(rows) > limit else None}


def _shown(row: Mapping[Any, Any], metadata: Metadata) -> dict[str, Any]:
    item = dict(row)
    rule = metadata.rules.get(item["rule"])
    item["label"] = {"zh": rule.label.zh, "en": rule.label.en} if rule else {"zh": item["rule"], "en": item["rule"]}
    return item


async def open_counts(session: AsyncSession) -> dict[str, int]:
    """How many incidents of each rule are open."""
    statement = select(RuleIncident.rule, func.count()).where(RuleIncident.status == OPEN).group_by(RuleIncident.rule)
    return {row[0]: row[1] for row in (await session.execute(statement)).all()}


async def resolve(session: AsyncSession, caller: Caller, id: UUID) -> None:
    """Say that an incident is dealt with. Raises NotFound, AlreadyResolved."""
    await _open(session, id)
    await _close(session, caller, id)


async def retry(
    session: AsyncSession, caller: Caller, id: UUID, purposes: Mapping[str, str | None] | None = None
) -> None:
    """Have every action behind an incident tried again now; the incident is resolved, and opens anew if it fails again. `purposes`
    are those of the rules, by key. Raises NotFound, AlreadyResolved, NothingToRetry."""
    incident = await _open(session, id)
    firings = await _failed(session, incident)
    if not firings:
        raise NothingToRetry()
    purpose = (purposes or {}).get(incident.rule)
    rows = [_again(firing, incident.place) | {"purpose": purpose} for firing in firings]
    statement = insert(RuleDeadline).values(rows)
    due = {"due_at": func.now(), "attempts": statement.excluded.attempts}
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=due))
    await _close(session, caller, id)


async def _failed(session: AsyncSession, incident: RuleIncident) -> Sequence[Row[Any]]:
    """The firings whose action at the incident's place failed for good, since the last incident of its kind was dealt with."""
    before = aliased(RuleIncident)
    same = and_(before.rule == incident.rule, before.code == incident.code, before.place == incident.place)
    dealt_with = select(func.max(before.last_at)).where(same, before.status == RESOLVED).scalar_subquery()
    firing = RuleFiring
    failed = func.jsonb_path_exists(
        firing.actions,
        cast("$[*] ? (@.place == $place && exists(@.error))", JSONPATH),
        func.jsonb_build_object("place", incident.place),
    )
    statement = (
        select(firing.id, firing.rule, firing.rule_version, firing.events, firing.person_id, firing.event_id)
        .where(firing.rule == incident.rule, firing.status == "failed", failed)
        .where(or_(firing.id == incident.firing_id, dealt_with.is_(None), firing.at > dealt_with))
        .order_by(firing.id)
        .limit(MOST_RETRIED)
    )
    return (await session.execute(statement)).all()


def _again(firing: Row[Any], place: str) -> dict[str, Any]:
    """One more try, at once. The tries are used up: if it fails again it is an incident again, not after hours."""
    subject = str(firing.person_id or firing.event_id or firing.id)
    return {
        "id": uuid7(),
        "slot": zlib.crc32(subject.encode()) % SLOTS,
        "kind": RETRY,
        "rule": firing.rule,
        "rule_version": firing.rule_version,
        "key": f"{RETRY}:{firing.id}:{place}",
        "due_at": func.now(),
        "firing_id": firing.id,
        "place": place,
        "events": firing.events,
        "person_id": firing.person_id,
        "attempts": LAST_ATTEMPT,
    }


async def _close(session: AsyncSession, caller: Caller, id: UUID) -> None:
    await session.execute(
        update(RuleIncident).where(RuleIncident.id == id).values(status=RESOLVED, resolved_by=caller.user_id)
    )


async def _open(session: AsyncSession, id: UUID) -> RuleIncident:
    incident = await session.scalar(select(RuleIncident).where(RuleIncident.id == id).with_for_update())
    if incident is None:
        raise NotFound(what="incident", key=id)
    if incident.status != OPEN:
        raise AlreadyResolved()
    return incident
