"""Reading tasks: the inbox and one task, as JSON that PostgreSQL builds. One statement each."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.errors import Invalid, NotFound
from backend.metadata.snapshot import Metadata

#: Which rows a box holds (`i` is the reader's part, `t` the task, `n` its instance if it has one), and by what time they are ordered.
_BOXES: Mapping[str, tuple[str, str]] = {
    "todo": ("i.kind NOT IN ('cc', 'consult') AND i.status = 'open' AND t.status = 'open'", "t.opened_at"),
    "done": ("i.kind NOT IN ('cc', 'consult') AND i.status = 'done'", "i.acted_at"),
    "cc": ("i.kind = 'cc'", "t.opened_at"),
    "started": ("n.initiator_id = :me", "t.opened_at"),
}

_ITEM = """
    'id', t.id, 'title', t.title, 'subject', t.subject, 'flow', n.flow, 'flow_label', CAST(:flows AS jsonb) -> n.flow,
    'instance_id', t.instance_id, 'node_id', t.node_id, 'entity', t.entity, 'record_id', t.record_id,
    'status', t.status, 'outcome', t.outcome, 'priority', t.priority, 'due_at', t.due_at, 'opened_at', t.opened_at,
    'closed_at', t.closed_at, 'overdue', t.status = 'open' AND coalesce(t.due_at < now(), false),
    'escalated', t.escalated, 'round', t.round,
    'outcome_label', (SELECT o -> 'label' FROM jsonb_array_elements(t.outcomes) o WHERE o ->> 'key' = t.outcome)
"""

_LIST = """
WITH mine AS MATERIALIZED (
    SELECT {part} AS read, {at} AS at, t.id, t.subject, t.title,
           t.status = 'open' AND coalesce(t.due_at < now(), false) AS overdue,
           jsonb_build_object({item}) AS item
    FROM {source} LEFT JOIN weft.instance n ON n.id = t.instance_id
    WHERE {where}
      AND (CAST(:search AS text) IS NULL OR t.subject ILIKE :search OR t.title ->> 'zh' ILIKE :search OR t.title ->> 'en' ILIKE :search)
      AND (CAST(:at AS timestamptz) IS NULL OR ({at}, t.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
    ORDER BY {at} DESC, t.id DESC
    LIMIT :limit + 1
), page AS (SELECT * FROM mine ORDER BY at DESC, id DESC LIMIT :limit), last AS (SELECT at, id FROM page ORDER BY at, id LIMIT 1)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(item || jsonb_build_object('read', read) ORDER BY at DESC, id DESC), '[]') FROM page),
    'next', CASE WHEN (SELECT count(*) FROM mine) > :limit
            THEN (SELECT translate(encode(convert_to(at::text || '|' || id, 'UTF8'), 'base64'), E'+/\n', '-_') FROM last) END,
    'counts', (
        SELECT json_build_object(
            'todo', count(*),
            'overdue', count(*) FILTER (WHERE t.due_at < now()),
            'unread', count(*) FILTER (WHERE i.read_at IS NULL))
        FROM weft.task_item i JOIN weft.task t ON t.id = i.task_id
        WHERE i.user_id = :me AND {todo})
)::text
"""

_MINE = "weft.task_item i JOIN weft.task t ON t.id = i.task_id AND i.user_id = :me"
_STATEMENTS = {
    box: text(
        _LIST.format(
            item=_ITEM,
            at=at,
            where=where,
            todo=_BOXES["todo"][0],
            source="weft.task t" if box == "started" else _MINE,
            part="true" if box == "started" else "i.read_at IS NOT NULL",
        )
    )
    for box, (where, at) in _BOXES.items()
}

_ONE = text(
    f"""
SELECT jsonb_build_object({_ITEM},
    'read', true,
    'mode', t.mode,
    'outcomes', t.outcomes,
    'can_act', t.status = 'open' AND EXISTS (
        SELECT FROM weft.task_item i WHERE i.task_id = t.id AND i.user_id = :me AND i.status = 'open'
            AND i.kind NOT IN ('cc', 'consult')),
    'note', t.note,
    'instance', CASE WHEN n.id IS NOT NULL THEN jsonb_build_object('id', n.id, 'flow', n.flow, 'status', n.status) END,
    'assignees', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'user', jsonb_build_object('id', u.id, 'name', u.name), 'kind', i.kind, 'status', i.status, 'outcome', i.outcome
            ) ORDER BY i.created_at, u.name), '[]')
        FROM weft.task_item i JOIN weft."user" u ON u.id = i.user_id WHERE i.task_id = t.id),
    'decisions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'node_id', d.node_id, 'title', d.title, 'user', jsonb_build_object('id', u.id, 'name', u.name),
            'outcome', i.outcome, 'outcome_label',
            (SELECT o -> 'label' FROM jsonb_array_elements(d.outcomes) o WHERE o ->> 'key' = i.outcome),
            'comment', i.comment, 'at', i.acted_at, 'round', d.round) ORDER BY i.acted_at), '[]')
        FROM weft.task d JOIN weft.task_item i ON i.task_id = d.id JOIN weft."user" u ON u.id = i.user_id
        WHERE (d.instance_id = t.instance_id OR d.id = t.id) AND i.status = 'done')
) AS item
FROM weft.task t LEFT JOIN weft.instance n ON n.id = t.instance_id WHERE t.id = :task
"""
)


async def list_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    box: str = "todo",
    search: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> bytes:
    """A page of a box: the bytes of `{"items", "next", "counts"}`. Raises Invalid for an unknown box or cursor, Forbidden."""
    require_tasks(caller)
    if box not in _STATEMENTS:
        raise Invalid(path="box", reason=f"no box {box!r}", suggestion="todo")
    at, id = _cursor(after) if after else (None, None)
    parameters = {
        "me": caller.user_id,
        "flows": _flow_labels(metadata),
        "search": f"%{_escaped(search.strip())}%" if search and search.strip() else None,
        "at": at,
        "id": id,
        "limit": limit,
    }
    found: str = (await session.execute(_STATEMENTS[box], parameters)).scalar_one()
    return found.encode()


async def task_json(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> dict[str, Any]:
    """One task with its people and what was decided in its instance. Raises NotFound."""
    parameters = {"me": caller.user_id, "task": id, "flows": _flow_labels(metadata)}
    found: dict[str, Any] | None = (await session.execute(_ONE, parameters)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="task", key=id)
    return found


async def relation(session: AsyncSession, id: UUID, user_id: UUID | None) -> str | None:
    """What the task is to the user: `part` (assignee, escalated to, or copied), `started` (their instance), or None."""
    statement = text(
        "SELECT CASE WHEN EXISTS (SELECT FROM weft.task_item WHERE task_id = :task AND user_id = :me) THEN 'part'"
        " WHEN EXISTS (SELECT FROM weft.task t JOIN weft.instance n ON n.id = t.instance_id"
        " WHERE t.id = :task AND n.initiator_id = :me) THEN 'started' END"
    )
    found: str | None = (await session.execute(statement, {"task": id, "me": user_id})).scalar_one()
    return found


def _flow_labels(metadata: Metadata) -> str:
    labels = {key: {"zh": flow.label.zh, "en": flow.label.en} for key, flow in metadata.flows.items()}
    return orjson.dumps(labels).decode()


def _escaped(search: str) -> str:
    if "\x00" in search or len(search) > 200:
        raise Invalid(path="search", reason="at most 200 characters that can be stored")
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        at, _, id = base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(id)
    except (ValueError, binascii.Error) as error:
        raise Invalid(path="after", reason="the cursor does not belong to this list") from error
