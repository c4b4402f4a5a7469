"""A record's history, read from the event log: who changed which of the fields that the caller may read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, Text, case, cast, func, literal, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import NotFound
from backend.events.models import Event
from backend.identity.models import User
from backend.records.reading import Reader
from backend.records.tables import table_for
from engine.definitions import Entity

LIMIT = 200


async def history_json(session: AsyncSession, reader: Reader, entity: Entity, id: UUID) -> bytes:
    """The newest changes first, as the bytes of `{"items": [{"id", "at", "actor", "type", "changes", "causation"}]}`.

    An update that touched only fields hidden from the caller is not shown. Raises NotFound, Forbidden.
    """
    access = reader.access(entity).require()
    table = table_for(entity)
    there = select(table.c["id"]).where(table.c["id"] == id, access.predicate(table))
    if (await session.execute(there)).first() is None:
        raise NotFound(what=entity.label.en, key=id)
    found: str = (await session.execute(_statement(entity, id, sorted(access.readable)))).scalar_one()
    return b'{"items":%b}' % found.encode()


def _statement(entity: Entity, id: UUID, readable: list[str]) -> Select[Any]:
    pairs = func.jsonb_each(Event.data["changes"]).table_valued("key", "value")
    shown = (
        select(func.coalesce(func.jsonb_object_agg(pairs.c["key"], pairs.c["value"]), literal_column("'{}'::jsonb")))
        .where(pairs.c["key"] == func.any(cast(readable, ARRAY(Text))))
        .scalar_subquery()
    )
    events = (
        select(Event.id, Event.occurred_at, Event.type, Event.actor_id, Event.causation_id, shown.label("changes"))
        .where(Event.subject_entity == entity.key, Event.subject_id == id, Event.type.startswith(f"{entity.key}."))
        .order_by(Event.id.desc())
        .limit(LIMIT)
        .subquery("e")
    )
    actor = case((events.c.actor_id.is_(None), null()), else_=func.json_build_object("id", User.id, "name", User.name))
    item = func.json_build_object(
        "id", events.c.id, "at", events.c.occurred_at, "actor", actor, "type", events.c.type,
        "changes", events.c.changes, "causation", events.c.causation_id,
    )  # fmt: skip
    something = or_(
        events.c.type != literal(f"{entity.key}.updated"), events.c.changes != literal_column("'{}'::jsonb")
    )
    ordered = func.json_agg(aggregate_order_by(item, events.c.id.desc()))
    return (
        select(cast(func.coalesce(ordered, literal_column("'[]'::json")), String))
        .select_from(events.outerjoin(User, User.id == events.c.actor_id))
        .where(something)
    )
