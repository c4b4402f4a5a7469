"""A person's time line: what they said, what happened to them and to the records about them, tasks, messages.

One statement: a union of one branch per source, each already narrowed to what the caller may see. A record's event shows
which of the readable fields changed, never values; a post or message needs the permission `social`; a task is shown to those
who had a part in it and to operators.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.automation.models import RuleFiring
from backend.errors import NotFound
from backend.events.models import Event
from backend.flows.models import Instance
from backend.messaging.models import SentMessage
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.fields import type_of
from backend.records.reading import Reader
from backend.records.tables import table_for
from backend.social.models import Identity, SocialPost
from backend.social.wall import PageInvalid
from backend.tasks.models import Task, TaskItem
from engine.definitions import Entity
from engine.definitions import Text as Label

MAX_LIMIT = 200
_HAPPENINGS = {
    "created": Label("新建", "created"),
    "updated": Label("修改", "updated"),
    "deleted": Label("移入回收站", "moved to the trash"),
    "restored": Label("恢复", "restored"),
}
_TASK_STATES = {
    "open": Label("待办", "task open"),
    "completed": Label("任务完成", "task completed"),
    "cancelled": Label("任务取消", "task cancelled"),
}
_MESSAGE = Label("发出消息", "Message sent")
_REFUSED = Label("消息未发出", "Message not sent")
_POST = Label("社交动态", "Social post")
_RULE = Label("规则触发", "Rule fired")


async def timeline_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    person: UUID,
    *,
    after: str | None = None,
    limit: int = 50,
) -> bytes:
    """A page of the time line, newest first, as the bytes of `{"items", "next"}`. NotFound for a person out of sight."""
    await require_person(session, metadata, caller, person)
    limit = max(1, min(limit, MAX_LIMIT))
    branches = union_all(*_branches(metadata, caller, person)).subquery("b")
    entries = select(*branches.c)
    if after:
        entries = entries.where(tuple_(branches.c.at, branches.c.key) < tuple_(*_read_cursor(after)))
    newest = entries.order_by(branches.c.at.desc(), branches.c.key.desc()).limit(limit + 1).subquery("n")
    place = func.row_number().over(order_by=(newest.c.at.desc(), newest.c.key.desc())).label("place")
    page = select(*newest.c, place).subquery("p")
    item = func.json_build_object(
        "id", page.c.key, "at", page.c.at, "type", page.c.type, "title", page.c.title, "text", page.c.text,
        "link", page.c.link, "data", page.c.data,
    )  # fmt: skip
    last = page.c.place == limit
    listed = func.json_agg(aggregate_order_by(item, page.c.place)).filter(page.c.place <= limit)
    statement = select(
        cast(func.coalesce(listed, literal_column("'[]'::json")), String),
        func.max(page.c.at).filter(last),
        func.max(page.c.key).filter(last),
        func.count(),
    )
    items, at, key, count = (await session.execute(statement)).one()
    following = _write_cursor(at, key) if count > limit else None
    return b'{"items":%b,"next":%b}' % (str(items).encode(), orjson.dumps(following))


async def require_person(session: AsyncSession, metadata: Metadata, caller: Caller, person: UUID) -> None:
    """NotFound unless the caller may see the person."""
    if person not in await records.visible_ids(session, metadata, caller, PERSON, [person]):
        raise NotFound(what=PERSON, key=person)


async def identities(session: AsyncSession, metadata: Metadata, caller: Caller, person: UUID) -> list[dict[str, Any]]:
    """The person's handles, the last used first."""
    await require_person(session, metadata, caller, person)
    statement = (
        select(Identity.channel, Identity.external_id, Identity.name, Identity.first_seen_at, Identity.last_seen_at)
        .where(Identity.person_id == person)
        .order_by(Identity.last_seen_at.desc(), Identity.channel)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


def _branches(metadata: Metadata, caller: Caller, person: UUID) -> Iterator[Select[Any]]:
    reader = Reader(metadata, caller)
    operates = has_permission(caller, metadata.roles, "operate")
    for entity in metadata.entities.values():
        if reader.access(entity).allowed and (about := _about(reader, entity, person)) is not None:
            yield _record_events(reader, entity, about)
    yield _tasks(caller, person, everything=operates)
    yield _tasks(caller, person, everything=operates, alone=True)
    if has_permission(caller, metadata.roles, "social"):
        yield _posts(person)
        yield _messages(person)
    if operates:
        yield _firings(metadata, person)


def _entry(at: Any, key: Any, type: Any, title: Any, text: Any, link: Any, data: Any) -> Select[Any]:
    return select(
        cast(at, DateTime(timezone=True)).label("at"),
        cast(key, Text).label("key"),
        cast(type, Text).label("type"),
        cast(title, JSONB).label("title"),
        cast(text, Text).label("text"),
        cast(link, Text).label("link"),
        cast(data, JSONB).label("data"),
    )


def _label(label: Label) -> ColumnElement[Any]:
    return literal({"zh": label.zh, "en": label.en}, JSONB)


def _about(reader: Reader, entity: Entity, person: UUID) -> ColumnElement[bool] | None:
    """Which records of the entity are about the person: the person itself, or those that refer to it by a readable field."""
    table = table_for(entity)
    if entity.key == PERSON:
        return table.c["id"] == person
    readable = reader.access(entity).readable
    references = [
        table.c[field.key] == person
        for field in entity.fields
        if field.type == "reference" and field.entity == PERSON and field.key in readable and type_of(field).stored
    ]
    return or_(*references) if references else None


def _record_events(reader: Reader, entity: Entity, about: ColumnElement[bool]) -> Select[Any]:
    table = table_for(entity)
    access = reader.access(entity)
    pair = func.jsonb_each(Event.data["changes"]).table_valued("key", "value")
    readable = cast(sorted(access.readable), ARRAY(Text))
    keys = func.coalesce(func.array_agg(pair.c["key"]), cast([], ARRAY(Text)))
    changed = select(keys).where(pair.c["key"] == func.any(readable)).correlate(Event).scalar_subquery()
    types = {f"{entity.key}.{happening}": label for happening, label in _HAPPENINGS.items()}
    title = case(
        *(
            (Event.type == type, _label(Label(f"{entity.label.zh} · {label.zh}", f"{entity.label.en} {label.en}")))
            for type, label in types.items()
        )
    )
    page = literal("/people/" if entity.key == PERSON else f"/records/{entity.key}/")
    data = func.jsonb_build_object(
        "entity", literal(entity.key, Text), "record_id", Event.subject_id, "changed", func.to_jsonb(changed),
        "event_id", Event.id,
    )  # fmt: skip
    entry = _entry(
        Event.occurred_at,
        func.concat("event:", func.lpad(cast(Event.id, Text), 20, "0")),
        Event.type,
        title,
        reader.title(entity, table),
        page + cast(Event.subject_id, Text),
        data,
    )
    hidden_change = and_(Event.type == f"{entity.key}.updated", func.cardinality(changed) == 0)
    return (
        entry.select_from(Event)
        .join(table, table.c["id"] == Event.subject_id)
        .where(Event.subject_entity == entity.key, Event.type.in_(types), about, access.predicate(table))
        .where(~hidden_change)
    )


def _tasks(caller: Caller, person: UUID, *, everything: bool, alone: bool = False) -> Select[Any]:
    """The tasks of flows about the person, or those that stand alone."""
    title = case(
        *(
            (
                Task.status == status,
                func.jsonb_build_object(
                    "zh", func.concat(label.zh, " · ", Task.title["zh"].astext),
                    "en", func.concat(label.en, " · ", Task.title["en"].astext),
                ),
            )
            for status, label in _TASK_STATES.items()
        )
    )  # fmt: skip
    data = func.jsonb_build_object(
        "task_id", Task.id, "status", Task.status, "outcome", Task.outcome, "instance_id", Task.instance_id,
        "flow", null() if alone else Instance.flow, "escalated", Task.escalated,
    )  # fmt: skip
    entry = _entry(
        func.coalesce(Task.closed_at, Task.opened_at),
        func.concat("task:", Task.id),
        func.concat("task.", Task.status),
        title,
        Task.subject,
        func.concat("/tasks/", Task.id),
        data,
    ).select_from(Task)
    if alone:
        entry = entry.where(Task.instance_id.is_(None), Task.entity == PERSON, Task.record_id == person)
    else:
        entry = entry.join(Instance, Instance.id == Task.instance_id).where(Instance.person_id == person)
    if everything:
        return entry
    mine = select(TaskItem.task_id).where(TaskItem.user_id == caller.user_id, TaskItem.task_id == Task.id)
    return entry.where(mine.exists())


def _posts(person: UUID) -> Select[Any]:
    post = SocialPost
    data = func.jsonb_build_object(
        "event_id", post.event_id, "channel", post.channel, "sentiment", post.sentiment, "sentiment_score",
        post.sentiment_score, "sentiment_words", post.sentiment_words, "rules", post.rules, "author_name", post.author_name,
    )  # fmt: skip
    key = func.concat("post:", func.lpad(cast(post.event_id, Text), 20, "0"))
    entry = _entry(post.occurred_at, key, post.type, _label(_POST), post.text, null(), data)
    return entry.select_from(post).where(post.person_id == person)


def _messages(person: UUID) -> Select[Any]:
    sent = SentMessage
    data = func.jsonb_build_object(
        "message_id", sent.id, "channel", sent.channel, "via", sent.via, "recipient", sent.recipient,
        "status", sent.status, "reason", sent.reason, "purpose", sent.purpose, "read_at", sent.read_at, "context", sent.context,
    )  # fmt: skip
    refused = sent.status == "refused"
    type = case((refused, "message.refused"), else_="message.sent")
    title = case((refused, _label(_REFUSED)), else_=_label(_MESSAGE))
    key = func.concat("message:", sent.id)
    entry = _entry(sent.sent_at, key, type, title, sent.text, null(), data)
    return entry.select_from(sent).where(sent.person_id == person)


def _firings(metadata: Metadata, person: UUID) -> Select[Any]:
    labels = {key: {"zh": rule.label.zh, "en": rule.label.en} for key, rule in metadata.rules.items()}
    # Cast, because a bare bound value followed by a subscript does not parse.
    named = cast(literal(labels, JSONB), JSONB)
    firing = RuleFiring
    text = func.coalesce(named[firing.rule]["zh"].astext, firing.rule)
    data = func.jsonb_build_object(
        "firing_id", firing.id, "rule", firing.rule, "status", firing.status, "label",
        named[firing.rule], "event_id", firing.event_id,
    )  # fmt: skip
    key = func.concat("firing:", firing.id)
    entry = _entry(firing.at, key, literal("rule.fired"), _label(_RULE), text, null(), data)
    return entry.select_from(firing).where(firing.person_id == person, firing.status != "limited")


def _write_cursor(at: datetime, key: str) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{key}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        at, _, key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise PageInvalid(path="after", reason="cursor") from error
    if moment.tzinfo is None or "\0" in key:
        raise PageInvalid(path="after", reason="cursor")
    return moment, key
