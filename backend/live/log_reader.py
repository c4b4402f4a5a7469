"""Reading the log for live updates: in the order (transaction, id), and only what can no longer be overtaken."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.live.signals import LogEntry

Place = tuple[int, int]

_END = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 AS xid")

_AFTER = text(
    """
    SELECT e.xid, e.id, e.type, e.subject_entity, e.subject_id,
        coalesce(e.data -> 'users', e.data -> 'user_ids') AS users,
        (e.data ->> 'event_id')::bigint AS about, e.data ->> 'version' AS version
    FROM weft.event AS e
    WHERE (e.xid, e.id) > (:xid, :id) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      AND e.channel IS NULL
    ORDER BY e.xid, e.id LIMIT :limit
    """
)


async def end_of_log(session: AsyncSession) -> Place:
    """The place before everything that is still to come."""
    return (int((await session.execute(_END)).scalar_one()), 2**62)


async def read_after(session: AsyncSession, place: Place, limit: int) -> list[LogEntry]:
    """The settled entries after a place, in order."""
    rows = await session.execute(_AFTER, {"xid": place[0], "id": place[1], "limit": limit})
    return [_entry(row) for row in rows]


def _entry(row: Any) -> LogEntry:
    users = row.users if isinstance(row.users, list) else []
    version = row.version if row.type == "metadata.published" else None
    return LogEntry(
        xid=row.xid,
        id=row.id,
        type=row.type,
        subject_entity=row.subject_entity,
        subject_id=row.subject_id,
        users=frozenset(str(user) for user in users),
        about=row.about,
        version=int(version) if version and version.isdigit() else None,
    )
