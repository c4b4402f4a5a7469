"""The public face of records: every function takes the caller, and answers only what that caller may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.events.log import Cause
from backend.metadata.snapshot import Metadata
from backend.records import conflicts, history, query, write
from backend.records.conflicts import Change
from backend.records.query import ListQuery
from backend.records.reading import reader_for

__all__ = [
    "ListQuery", "create", "delete", "get", "get_json", "history_json", "list_json", "restore", "update", "visible_ids",
]  # fmt: skip


async def create(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    entity_key: str,
    data: Mapping[str, Any],
    *,
    cause: Cause | None = None,
    id: UUID | None = None,
) -> dict[str, Any]:
    """A new record. Raises RecordInvalid, RecordNotUnique, RecordExists, Forbidden."""
    entity = metadata.entity(entity_key)
    return await write.create(session, reader_for(metadata, caller), entity, data, cause=cause, id=id)


async def get(session: AsyncSession, metadata: Metadata, caller: Caller, entity_key: str, id: UUID) -> dict[str, Any]:
    """One record with its sub-tables. Raises NotFound (also for what the caller may not see), Forbidden."""
    return await query.get(session, reader_for(metadata, caller), metadata.entity(entity_key), id)


async def get_json(session: AsyncSession, metadata: Metadata, caller: Caller, entity_key: str, id: UUID) -> bytes:
    """The same as bytes, as PostgreSQL made them."""
    return await query.get_json(session, reader_for(metadata, caller), metadata.entity(entity_key), id)


async def update(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    entity_key: str,
    id: UUID,
    data: Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]],
    *,
    version: int | None,
    cause: Cause | None = None,
) -> dict[str, Any]:
    """The changed record; what is changed may be made of the stored row, which nobody else changes meanwhile. `version` None
    changes whatever version there is. Raises NotFound, Forbidden, RecordConflict,
    RecordInvalid, RecordNotUnique."""
    reader = reader_for(metadata, caller)
    return await write.change(session, reader, metadata.entity(entity_key), id, data, version=version, cause=cause)


async def delete(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    entity_key: str,
    id: UUID,
    *,
    version: int | None = None,
    cause: Cause | None = None,
) -> None:
    """Moves the record to the trash. Raises NotFound, Forbidden, and RecordConflict when it is not at `version`."""
    reader = reader_for(metadata, caller)
    await write.move_to_trash(session, reader, metadata.entity(entity_key), id, version=version, cause=cause)


async def restore(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    entity_key: str,
    id: UUID,
    *,
    cause: Cause | None = None,
) -> dict[str, Any]:
    """Takes the record out of the trash. Raises NotFound, NotInTrash, Forbidden, RecordNotUnique."""
    return await write.restore(session, reader_for(metadata, caller), metadata.entity(entity_key), id, cause=cause)


async def list_json(
    session: AsyncSession, metadata: Metadata, caller: Caller, entity_key: str, wanted: ListQuery
) -> bytes:
    """A page of records: the bytes of `{"items", "next", "count", "count_exact"}`. Raises Forbidden, FilterInvalid,
    SortInvalid, CursorInvalid, ColumnsInvalid, SearchInvalid."""
    return await query.list_json(session, reader_for(metadata, caller), metadata.entity(entity_key), wanted)


async def history_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    entity_key: str,
    id: UUID,
    *,
    after: int | None = None,
    limit: int = history.DEFAULT_LIMIT,
    fields: Collection[str] | None = None,
) -> bytes:
    """A page of the record's changes (of these `fields` only, where they are given), newest first: the bytes of `{"items", "next"}`.
    Raises NotFound, Forbidden."""
    reader, entity = reader_for(metadata, caller), metadata.entity(entity_key)
    return await history.history_json(session, reader, entity, id, after=after, limit=limit, fields=fields)


async def changes_since(
    session: AsyncSession, metadata: Metadata, entity_key: str, id: UUID, version: int
) -> list[Change]:
    """What was changed of a record after `version`, by whom; for parts that have checked who may know."""
    return await conflicts.changes_since(session, metadata.entity(entity_key), id, version)


async def visible_ids(
    session: AsyncSession, metadata: Metadata, caller: Caller, entity_key: str, ids: Iterable[UUID]
) -> set[UUID]:
    """Which of the records the caller may see, those in the trash included; nothing for an entity that is gone."""
    entity = metadata.entities.get(entity_key)
    return await query.visible_ids(session, reader_for(metadata, caller), entity, ids) if entity else set()
