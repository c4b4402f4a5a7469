"""Who is behind a handle: identities on channels, and the `person` records they belong to.

Resolving a batch takes two statements whatever its size. Two workers that meet the same new handle at once agree: the
second one's upsert waits for the first one's transaction and is answered with the person that one made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime, Text

from backend.db import uuid7
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.fields import type_of
from backend.records.tables import table_for
from backend.social.errors import PersonEntityMissing
from backend.social.models import Identity
from engine.definitions import Entity, Field

#: Types a person's name may be kept in.
_NAME_TYPES = {"text", "long_text"}


@dataclass(frozen=True, slots=True)
class Handle:
    """One handle seen on a channel, and when."""

    channel: str
    external_id: str
    name: str
    seen_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one and the same."""
        return (self.channel, self.external_id)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Persons by handle, and the records made for those met for the first time (id -> JSON)."""

    persons: Mapping[tuple[str, str], UUID]
    made: Mapping[UUID, Mapping[str, Any]]


_UPSERT = text(
    """
    INSERT INTO weft.identity (channel, external_id, person_id, name, first_seen_at, last_seen_at)
    SELECT h.channel, h.external_id, h.person_id, h.name, h.seen_at, h.seen_at
    FROM unnest(:channels, :external_ids, :person_ids, :names, :seen)
        AS h(channel, external_id, person_id, name, seen_at)
    ON CONFLICT (channel, external_id) DO UPDATE
        SET name = excluded.name, last_seen_at = greatest(identity.last_seen_at, excluded.last_seen_at)
    RETURNING channel, external_id, person_id
    """
).bindparams(
    bindparam("channels", type_=ARRAY(Text)),
    bindparam("external_ids", type_=ARRAY(Text)),
    bindparam("person_ids", type_=ARRAY(PgUUID(as_uuid=True))),
    bindparam("names", type_=ARRAY(Text)),
    bindparam("seen", type_=ARRAY(DateTime(timezone=True))),
)


def person_entity(metadata: Metadata) -> Entity:
    """The entity `person` with a name that can be kept, or PersonEntityMissing."""
    entity = metadata.entities.get(PERSON)
    if entity is None or name_field(entity) is None:
        raise PersonEntityMissing()
    return entity


def name_field(entity: Entity) -> Field | None:
    """Where the name of somebody new is kept: `name`, else the title field."""
    fields = (entity.field(key) for key in ("name", entity.title))
    return next((field for field in fields if field is not None and field.type in _NAME_TYPES), None)


async def resolve(session: AsyncSession, metadata: Metadata, handles: Iterable[Handle]) -> Resolved:
    """The persons behind `handles`, made where a handle is new. The order of locks is fixed, so workers cannot deadlock."""
    entity = person_entity(metadata)
    latest: dict[tuple[str, str], Handle] = {}
    for handle in sorted(handles, key=lambda handle: (handle.key, handle.seen_at)):
        latest[handle.key] = handle
    if not latest:
        return Resolved({}, {})
    proposed = {key: uuid7() for key in latest}
    arrays = {
        "channels": [handle.channel for handle in latest.values()],
        "external_ids": [handle.external_id for handle in latest.values()],
        "person_ids": list(proposed.values()),
        "names": [handle.name for handle in latest.values()],
        "seen": [handle.seen_at for handle in latest.values()],
    }
    rows = (await session.execute(_UPSERT, arrays)).all()
    persons = {(row.channel, row.external_id): row.person_id for row in rows}
    new = {id: latest[key].name for key, id in proposed.items() if persons[key] == id}
    return Resolved(persons, await _make_persons(session, entity, new))


async def _make_persons(session: AsyncSession, entity: Entity, names: Mapping[UUID, str]) -> dict[UUID, dict[str, Any]]:
    field = name_field(entity)
    assert field is not None, "person_entity asks for it"
    if not names:
        return {}
    defaults = _defaults(entity)
    length = field.max_length or 200
    rows = {id: defaults | {field.key: name[:length]} for id, name in names.items()}
    await session.execute(insert(table_for(entity)), [{"id": id, **row} for id, row in rows.items()])
    return {
        id: {"id": str(id), "version": 1, **row, "_title": row[field.key], "_labels": {}} for id, row in rows.items()
    }


def _defaults(entity: Entity) -> dict[str, Any]:
    """What a new record starts with, in the form the columns take."""
    values: dict[str, Any] = {}
    for field in entity.fields:
        type = type_of(field)
        default = None if type.server_set or not type.stored else type.default(field)
        if not type.is_empty(default):
            values[field.key] = type.coerce(field, default)
    return values


_LOAD = text("SELECT p.id, to_jsonb(p) AS record FROM data.person AS p WHERE p.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(PgUUID(as_uuid=True)))
)


async def load_persons(session: AsyncSession, metadata: Metadata, ids: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The persons' fields as rules read them. One statement; those in the trash are there too."""
    wanted = sorted(set(ids))
    if not wanted or PERSON not in metadata.entities:
        return {}
    return {row.id: row.record for row in await session.execute(_LOAD, {"ids": wanted})}


async def link_identities(session: AsyncSession, links: Sequence[Mapping[str, Any]]) -> None:
    """Say which handle belongs to which person: `channel, external_id, person_id, name`. A handle known before stays."""
    if links:
        rows = [{key: link[key] for key in ("channel", "external_id", "person_id", "name")} for link in links]
        await session.execute(pg_insert(Identity).values(rows).on_conflict_do_nothing())
