"""A record's history, read from the event log: who changed which of the fields that the caller may read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Select,
    String,
    Subquery,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import NotFound
from backend.events.models import Event
from backend.identity.models import User
from backend.records.reading import Reader
from backend.records.tables import table_for
from engine.definitions import Entity

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


async def history_json(
    session: AsyncSession,
    reader: Reader,
    entity: Entity,
    id: UUID,
    *,
    after: int | None = None,
    limit: int,
    fields: Collection[str] | None = None,
) -> bytes:
    """A page of changes, the newest first, as the bytes of `{"items": [{"id", "at", "actor", "type", "changes",
    "causation"}], "next"}`; it begins behind the event `after`.

    An update that touched only fields hidden from the caller is not shown. Raises NotFound, Forbidden.
    """
    access = reader.access(entity).require()
    table = table_for(entity)
    there = select(table.c["id"]).where(table.c["id"] == id, access.predicate(table))
    if (await session.execute(there)).first() is None:
        raise NotFound(what=entity.label, key=id)
    readable = access.readable if fields is None else access.readable & set(fields)
    statement = _page(_told(entity, id, sorted(readable)), after, limit)
    items, behind = (await session.execute(statement)).one()
    return b'{"items":%b,"next":%b}' % (items.encode(), b"null" if behind is None else b'"%d"' % behind)


def _told(entity: Entity, id: UUID, readable: list[str]) -> Subquery:
    """The record's events with what the caller may read of their changes; none that would say nothing."""
    pairs = func.jsonb_each(Event.data["changes"]).table_valued("key", "value")
    shown = (
        select(func.coalesce(func.jsonb_object_agg(pairs.c["key"], pairs.c["value"]), literal_column("'{}'::jsonb")))
        .where(pairs.c["key"] == func.any(cast(readable, ARRAY(Text))))
        .scalar_subquery()
    )
    events = (
        select(Event.id, Event.occurred_at, Event.type, Event.actor_id, Event.causation_id, shown.label("changes"))
        .where(Event.subject_entity == entity.key, Event.subject_id == id, Event.type.startswith(f"{entity.key}."))
        .subquery("t")
    )
    something = or_(
        events.c.type != literal(f"{entity.key}.updated"), events.c.changes != literal_column("'{}'::jsonb")
    )
    return select(events).where(something).subquery("told")


def _page(told: Subquery, after: int | None, limit: int) -> Select[Any]:
    """The items as text, and the last of them if there are more."""
    some = select(told).order_by(told.c.id.desc()).limit(limit + 1)
    if after is not None:
        some = some.where(told.c.id < after)
    within = some.subquery("s")
    events = select(within, func.row_number().over(order_by=within.c.id.desc()).label("place")).subquery("e")
    actor = case((events.c.actor_id.is_(None), null()), else_=func.json_build_object("id", User.id, "name", User.name))
    item = func.json_build_object(
        "id", events.c.id, "at", events.c.occurred_at, "actor", actor, "type", events.c.type,
        "changes", events.c.changes, "causation", events.c.causation_id,
    )  # fmt: skip
    shown, more = events.c.place <= limit, func.bool_or(events.c.place > limit)
    ordered = func.json_agg(aggregate_order_by(item, events.c.place)).filter(shown)
    return select(
        cast(func.coalesce(ordered, literal_column("'[]'::json")), String),
        case((more, func.min(events.c.id).filter(shown))),
    ).select_from(events.outerjoin(User, User.id == events.c.actor_id))
