"""The files of tasks and runs as JSON that PostgreSQL builds: a part of a task's page, and those of many runs in one statement.

Every task of a run shows all files of the run, so that lists go by what they are about: an instance, or a task that stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.metadata.snapshot import Metadata

#: The files that are there (`f`), each with its task (`o`) or, of a file of the run itself, none. `removable` is what
#: `Place.require_removable` says.
FILES = """
    coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id, 'name', f.name, 'size', f.size, 'media_type', f.media_type, 'url', concat('/api/attachments/', f.id),
        'by', CASE WHEN fu.id IS NOT NULL THEN jsonb_build_object('id', fu.id, 'name', fu.name) END, 'at', f.created_at,
        'task', CASE WHEN o.id IS NOT NULL THEN jsonb_build_object('id', o.id, 'node_id', o.node_id, 'title', o.title) END,
        'removable', coalesce(f.uploaded_by = :me AND CASE
            WHEN o.id IS NOT NULL THEN o.status = 'open'
            ELSE fn.ended_at IS NULL AND NOT EXISTS (
                SELECT FROM weft.task d WHERE d.instance_id = fn.id AND d.status = 'completed' AND d.closed_at > f.created_at)
        END, false)) ORDER BY f.created_at, f.id), '[]')
"""
FROM = """
    weft.task_attachment f LEFT JOIN weft.task o ON o.id = f.task_id LEFT JOIN weft.instance fn ON fn.id = f.instance_id
    LEFT JOIN weft."user" fu ON fu.id = f.uploaded_by
"""

_MANY = text(
    f"""
    WITH seen AS (
        SELECT n.id FROM weft.instance n WHERE n.id = ANY(CAST(:abouts AS uuid[])) AND (:operates OR n.initiator_id = :me OR EXISTS (
            SELECT FROM weft.task t JOIN weft.task_item i ON i.task_id = t.id
            WHERE t.instance_id = n.id AND i.user_id = :me AND i.status <> 'removed'))
        UNION ALL
        SELECT t.id FROM weft.task t WHERE t.id = ANY(CAST(:abouts AS uuid[])) AND t.instance_id IS NULL AND (:all OR EXISTS (
            SELECT FROM weft.task_item i WHERE i.task_id = t.id AND i.user_id = :me AND i.status <> 'removed'))
    )
    SELECT seen.id, {FILES} AS files
    FROM seen JOIN ({FROM}) ON f.instance_id = seen.id OR (f.instance_id IS NULL AND f.task_id = seen.id)
    WHERE f.removed_at IS NULL GROUP BY seen.id
    """
)


async def files_of(
    session: AsyncSession, metadata: Metadata, caller: Caller, abouts: Sequence[UUID]
) -> Mapping[UUID, list[dict[str, Any]]]:
    """The files of these instances, and of these tasks that stand alone, as far as the caller has part in them; where there are none,
    none of them is named."""
    if not caller.tasks:
        return {}
    parameters = {
        "abouts": list(abouts),
        "me": caller.user_id,
        "operates": has_permission(caller, metadata.roles, "operate"),
        "all": caller.unrestricted,
    }
    return {row.id: row.files for row in await session.execute(_MANY, parameters)}
