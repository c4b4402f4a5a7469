"""The first dashboard. Definitions of its figures:

volume, sentiment: social posts that occurred in the last `days` days (days of the installation's zone), by day and channel.
open_tickets, tickets_by_stage: tickets within the caller's sight that are not in the trash; open means not in a closing stage.
first_response: from a ticket's creation to its first reply, of tickets in sight created in those days and answered.
tasks: open tasks in the caller's sight; overdue when past due. instances: started in those days, in sight, by status. As
elsewhere, operators see all of them, others those they have a part in, started, or may see the record of.
rules: firings in those days that were not held back; operators and builders see all, who reads the wall those on posts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Select, and_, cast, false, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.automation.models import RuleFiring
from backend.flows.models import Instance
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader
from backend.records.tables import table_for
from backend.social.models import SocialPost
from backend.tasks.models import Task, TaskItem
from engine.definitions import Entity

TICKET = "ticket"
SENTIMENTS = ("positive", "neutral", "negative")
#: Stages in which a ticket asks for nothing more.
_CLOSING = ("closed", "rejected", "cancelled", "resolved")


async def dashboard(
    session: AsyncSession, metadata: Metadata, caller: Caller, days: int, timezone: str
) -> dict[str, Any]:
    """Every figure of the dashboard; about ten statements however much there is."""
    since = _since(days, timezone)
    return {
        "days": days,
        "since": since,
        **await _social(session, since, timezone),
        **await _tickets(session, metadata, caller, since),
        "tasks": await _tasks(session, metadata, caller),
        "instances": await _instances(session, metadata, caller, since),
        "rules": await _rules(session, metadata, caller, since),
    }


def _since(days: int, timezone: str) -> datetime:
    """The midnight with which the first of the last `days` days began."""
    zone = ZoneInfo(timezone)
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=days - 1)).astimezone(UTC)


async def _social(session: AsyncSession, since: datetime, timezone: str) -> dict[str, Any]:
    post = SocialPost
    day = cast(func.timezone(timezone, post.occurred_at), Date).label("day")
    statement = (
        select(day, post.channel, post.sentiment, func.count().label("count"))
        .where(post.occurred_at >= since)
        .group_by(text("1"), post.channel, post.sentiment)
        .order_by(text("1"), post.channel)
    )
    rows = (await session.execute(statement)).all()
    volume: dict[tuple[str, str], int] = {}
    by_day: dict[str, dict[str, int]] = {}
    total = dict.fromkeys(SENTIMENTS, 0)
    for row in rows:
        count = int(row[3])
        key = row.day.isoformat()
        volume[key, row.channel] = volume.get((key, row.channel), 0) + count
        by_day.setdefault(key, dict.fromkeys(SENTIMENTS, 0))[row.sentiment] += count
        total[row.sentiment] += count
    return {
        "volume": [{"day": key[0], "channel": key[1], "count": count} for key, count in volume.items()],
        "sentiment": total,
        "sentiment_by_day": [{"day": key, **counts} for key, counts in by_day.items()],
    }


async def _tickets(session: AsyncSession, metadata: Metadata, caller: Caller, since: datetime) -> dict[str, Any]:
    none: dict[str, Any] = {
        "open_tickets": 0,
        "tickets_by_stage": [],
        "first_response": {"median_seconds": None, "p90_seconds": None, "count": 0},
    }
    entity = metadata.entities.get(TICKET)
    reader = Reader(metadata, caller)
    if entity is None or not reader.access(entity).allowed:
        return none
    readable = reader.access(entity).readable
    stages = await _stages(session, reader, entity) if "status" in readable else []
    response = none["first_response"]
    if {"first_response_at", "created_at"} <= readable and entity.field("first_response_at"):
        response = await _first_response(session, reader, entity, since)
    return {
        "open_tickets": sum(stage["count"] for stage in stages if stage["key"] not in _CLOSING),
        "tickets_by_stage": stages,
        "first_response": response,
    }


async def _stages(session: AsyncSession, reader: Reader, entity: Entity) -> list[dict[str, Any]]:
    """Tickets by stage, in the order of the stages, empty ones too."""
    field = entity.field("status")
    if field is None:
        return []
    table = table_for(entity)
    live = table.c["deleted_at"].is_(None)
    statement = (
        select(table.c["status"], func.count())
        .where(live, reader.access(entity).predicate(table))
        .group_by(table.c["status"])
    )
    counted: dict[str, int] = {row[0]: row[1] for row in await session.execute(statement)}
    return [
        {
            "key": option.key,
            "label": {"zh": option.label.zh, "en": option.label.en},
            "color": option.color,
            "count": counted.get(option.key, 0),
        }
        for option in field.options
    ]


async def _first_response(session: AsyncSession, reader: Reader, entity: Entity, since: datetime) -> dict[str, Any]:
    table = table_for(entity)
    seconds = func.extract("epoch", table.c["first_response_at"] - table.c["created_at"])
    statement = select(
        func.percentile_cont(0.5).within_group(seconds).label("median"),
        func.percentile_cont(0.9).within_group(seconds).label("p90"),
        func.count().label("answered"),
    ).where(
        table.c["deleted_at"].is_(None),
        table.c["created_at"] >= since,
        table.c["first_response_at"] >= table.c["created_at"],
        reader.access(entity).predicate(table),
    )
    row = (await session.execute(statement)).one()
    return {
        "median_seconds": None if row.median is None else round(float(row.median), 1),
        "p90_seconds": None if row.p90 is None else round(float(row.p90), 1),
        "count": row.answered,
    }


async def _tasks(session: AsyncSession, metadata: Metadata, caller: Caller) -> dict[str, int]:
    overdue = Task.due_at < func.now()
    statement = select(func.count(), func.count().filter(overdue)).where(Task.status == "open")
    if not has_permission(caller, metadata.roles, "operate"):
        mine = or_(Task.id.in_(_tasks_of(caller)), Task.instance_id.in_(_started_by(caller)))
        statement = statement.where(or_(mine, _about_visible(metadata, caller, Task)))
    row = (await session.execute(statement)).one()
    return {"open": row[0], "overdue": row[1]}


async def _instances(session: AsyncSession, metadata: Metadata, caller: Caller, since: datetime) -> dict[str, int]:
    statement = select(Instance.status, func.count()).where(Instance.started_at >= since).group_by(Instance.status)
    if not has_permission(caller, metadata.roles, "operate"):
        of_tasks = select(Task.instance_id).where(Task.id.in_(_tasks_of(caller)))
        mine = or_(Instance.initiator_id == _person(caller), Instance.id.in_(of_tasks))
        statement = statement.where(or_(mine, _about_visible(metadata, caller, Instance)))
    return {row[0]: row[1] for row in await session.execute(statement)}


def _tasks_of(caller: Caller) -> Select[UUID]:
    return select(TaskItem.task_id).where(TaskItem.user_id == _person(caller))


def _started_by(caller: Caller) -> Select[UUID]:
    return select(Instance.id).where(Instance.initiator_id == _person(caller))


def _person(caller: Caller) -> UUID | None:
    """Whose tasks and flows the caller has: nobody's, for a key that was not made for them."""
    return caller.user_id if caller.tasks else None


def _about_visible(metadata: Metadata, caller: Caller, of: type[Task] | type[Instance]) -> ColumnElement[bool]:
    """Whether a task or an instance is about a record that the caller may see."""
    reader = Reader(metadata, caller)
    conditions = []
    for key in sorted({flow.entity for flow in metadata.flows.values()} & set(reader.entities)):
        access, table = reader.access(metadata.entities[key]), table_for(metadata.entities[key])
        seen = of.record_id.in_(select(table.c["id"]).where(access.predicate(table)))
        conditions.append(of.entity == key if access.everything else and_(of.entity == key, seen))
    return or_(false(), *conditions)


async def _rules(session: AsyncSession, metadata: Metadata, caller: Caller, since: datetime) -> list[dict[str, Any]]:
    """Firings by rule, most first; a rule that has been removed keeps its key as label."""
    firing = RuleFiring
    statement = (
        select(firing.rule, func.count().label("fired"))
        .where(firing.at >= since, firing.status != "limited", _visible_firings(metadata, caller))
        .group_by(firing.rule)
        .order_by(func.count().desc(), firing.rule)
        .limit(20)
    )
    counted = []
    for row in await session.execute(statement):
        rule = metadata.rules.get(row.rule)
        label = {"zh": rule.label.zh, "en": rule.label.en} if rule else {"zh": row.rule, "en": row.rule}
        counted.append({"key": row.rule, "label": label, "count": row.fired})
    return counted


def _visible_firings(metadata: Metadata, caller: Caller) -> ColumnElement[bool]:
    if any(has_permission(caller, metadata.roles, permission) for permission in ("operate", "build")):
        return true()
    if has_permission(caller, metadata.roles, "social"):
        return RuleFiring.event_id.in_(select(SocialPost.event_id))
    return false()
