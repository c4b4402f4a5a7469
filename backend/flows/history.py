"""What happened in an instance: the latest lines, older ones page by page, and the trail that a drawing of any run needs.

A line that says only that a node was entered or left is a step; readers ask for them where they want every detail. The trail is what
the drawing is coloured by: of each node the last time that it was entered, left or withdrawn, and the last time something was sent
back to it, in order. It is as long as the drawing, however long the run was.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: What a line holds beside what people wrote and errors said.
WORDLESS = frozenset(
    {"task", "round", "user", "users", "outcome", "target", "code", "action", "edge", "operation", "policy"}
)
#: Lines whose reason is the engine's, and nothing that somebody wrote.
_REASONED = frozenset({"agreed_automatically"})
#: Lines that the detail of an instance begins with, and the most that one page may have.
LINES = 200

_LINES = text(
    """
WITH found AS (
    SELECT h.id, h.at, h.type, h.node_id, h.data, h.actor_id
    FROM weft.instance_history h
    WHERE h.instance_id = :id AND (CAST(:before AS bigint) IS NULL OR h.id < :before)
      AND (:steps OR h.type NOT IN ('node_entered', 'node_left'))
    ORDER BY h.id DESC LIMIT :limit + 1
), page AS (SELECT * FROM found ORDER BY id DESC LIMIT :limit)
SELECT jsonb_build_object(
    'items', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'at', p.at, 'type', p.type, 'node_id', p.node_id, 'data', p.data,
        'actor', CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name) END) ORDER BY p.id), '[]')
        FROM page p LEFT JOIN weft."user" u ON u.id = p.actor_id),
    'next', CASE WHEN (SELECT count(*) FROM found) > :limit THEN (SELECT min(id) FROM page) END)
"""
)

_TRAIL = text(
    """
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'at', t.at, 'type', t.type, 'node_id', t.node_id,
    'data', jsonb_strip_nulls(jsonb_build_object('edge', t.edge, 'target', t.target))) ORDER BY t.id), '[]')
FROM (
    SELECT DISTINCT ON (h.type, h.node_id, h.data ->> 'edge', h.data ->> 'target')
        h.id, h.at, h.type, h.node_id, h.data ->> 'edge' AS edge, h.data ->> 'target' AS target
    FROM weft.instance_history h
    WHERE h.instance_id = :id AND h.node_id IS NOT NULL
    ORDER BY h.type, h.node_id, h.data ->> 'edge', h.data ->> 'target', h.id DESC
) t
"""
)


async def lines(
    session: AsyncSession, id: UUID, *, before: int | None = None, limit: int = LINES, steps: bool = True
) -> dict[str, Any]:
    """`{"items", "next"}`: the last lines before a line, oldest first; `next` is the line to ask for those before them."""
    members = {"id": id, "before": before, "limit": limit, "steps": steps}
    found: dict[str, Any] = (await session.execute(_LINES, members)).scalar_one()
    return found


async def trail(session: AsyncSession, id: UUID) -> list[dict[str, Any]]:
    """The last time that each thing happened at each node, in order."""
    found: list[dict[str, Any]] = (await session.execute(_TRAIL, {"id": id})).scalar_one()
    return found


def hush(items: list[dict[str, Any]]) -> None:
    """Take out what people wrote and errors said."""
    for line in items:
        kept = WORDLESS | {"reason"} if line["type"] in _REASONED else WORDLESS
        line["data"] = {key: value for key, value in line["data"].items() if key in kept}
