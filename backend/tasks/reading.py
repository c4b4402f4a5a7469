"""One task as JSON that PostgreSQL builds, in one statement: its people, what they decided, and what was decided before it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.errors import NotFound
from backend.metadata.snapshot import Metadata
from backend.tasks.file_lists import FILES, FROM
from backend.tasks.inbox import ITEM, flow_labels

_NAMED = """CASE WHEN {u}.id IS NOT NULL THEN jsonb_build_object('id', {u}.id, 'name', {u}.name) END"""
#: What somebody said with their part. `{t}` is the task.
_SAID = """
    'outcome', i.outcome,
    'outcome_label', (SELECT o -> 'label' FROM jsonb_array_elements({t}.outcomes) o WHERE o ->> 'key' = i.outcome),
    'outcome_kind', (SELECT o -> 'kind' FROM jsonb_array_elements({t}.outcomes) o WHERE o ->> 'key' = i.outcome),
    'sign', i.sign, 'comment', i.comment, 'kind', i.kind, 'at', i.acted_at,
    'signature', CASE WHEN i.signature IS NOT NULL THEN concat('/api/tasks/', {t}.id, '/signatures/', i.item) END,
    'reason', CASE WHEN i.kind NOT IN ('cc', 'consult') THEN i.reason END
"""

_ONE = text(
    f"""
SELECT jsonb_build_object({ITEM},
    'read', true,
    'mode', t.mode,
    'outcomes', t.outcomes,
    'can_act', t.status = 'open' AND EXISTS (
        SELECT FROM weft.task_item i WHERE i.task_id = t.id AND i.user_id = :me AND i.status = 'open'
            AND i.kind NOT IN ('cc', 'consult')),
    'note', t.note,
    'attachments', (SELECT {FILES} FROM {FROM} WHERE f.removed_at IS NULL AND (f.task_id = t.id OR f.instance_id = t.instance_id)),
    'instance', CASE WHEN n.id IS NOT NULL THEN jsonb_build_object('id', n.id, 'flow', n.flow, 'status', n.status) END,
    'initiator', (SELECT {_NAMED.format(u="u")} FROM weft."user" u WHERE u.id = n.initiator_id),
    'assignees', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'user', {_NAMED.format(u="u")}, 'kind', i.kind, 'status', i.status, 'outcome', i.outcome
            ) ORDER BY i.created_at, u.name), '[]')
        FROM weft.task_item i JOIN weft."user" u ON u.id = i.user_id WHERE i.task_id = t.id AND i.status <> 'removed'),
    'items', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'item', i.item, 'user', {_NAMED.format(u="u")}, 'status', i.status, 'weight', i.weight, 'veto', i.veto, 'parent', i.parent,
            'owner', {_NAMED.format(u="w")}, 'asked_by', {_NAMED.format(u="a")}, 'read', i.read_at IS NOT NULL,
            'question', i.question, {_SAID.format(t="t")}
            ) ORDER BY i.item NULLS LAST, i.id), '[]')
        FROM weft.task_item i LEFT JOIN weft."user" u ON u.id = i.user_id LEFT JOIN weft."user" w ON w.id = i.owner_id
            LEFT JOIN weft."user" a ON a.id = i.asked_by
        WHERE i.task_id = t.id),
    'decisions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'node_id', d.node_id, 'title', d.title, 'user', {_NAMED.format(u="u")}, 'owner', {_NAMED.format(u="w")},
            'round', d.round, {_SAID.format(t="d")}) ORDER BY i.acted_at, i.id), '[]')
        FROM weft.task d JOIN weft.task_item i ON i.task_id = d.id
            LEFT JOIN weft."user" u ON u.id = i.user_id LEFT JOIN weft."user" w ON w.id = i.owner_id
        WHERE (d.instance_id = t.instance_id OR d.id = t.id) AND i.status = 'done' AND i.kind NOT IN ('cc', 'consult'))
) AS item
FROM weft.task t LEFT JOIN weft.instance n ON n.id = t.instance_id WHERE t.id = :task
"""
)


async def task_json(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> dict[str, Any]:
    """One task with its people and what was decided in its instance. Raises NotFound."""
    parameters = {"me": caller.user_id, "task": id, "flows": flow_labels(metadata)}
    found: dict[str, Any] | None = (await session.execute(_ONE, parameters)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="task", key=id)
    return found
