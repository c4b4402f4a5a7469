"""The boxes of the inbox, as JSON that PostgreSQL builds: one statement for a page, with the numbers beside the boxes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.errors import Invalid
from backend.metadata.snapshot import Metadata

STATUSES = ("open", "completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Box:
    """Which rows a box holds: `t` is the task, `n` its instance if it has one, `i` the reader's part, `d` their draft. `at` is the time
    that orders them. Of several parts in one task the first is shown: `part` says of an item `o` whether it belongs in the box."""

    where: str
    at: str
    source: str = "weft.task_item i JOIN weft.task t ON t.id = i.task_id AND i.user_id = :me"
    part: str | None = None
    about: str = ""


_DECIDES = "{o}.kind NOT IN ('cc', 'consult')"
_TODO, _DONE = f"{_DECIDES} AND {{o}}.status = 'open'", f"{_DECIDES} AND {{o}}.status = 'done'"
_COPY = "{o}.kind IN ('cc', 'consult') AND ({o}.kind = 'cc' OR {o}.status IN ('open', 'done'))"
#: What the reader has to do with the task, by their part in it.
_PART = """ || jsonb_build_object('part', i.kind, 'on_behalf_of', CASE WHEN i.kind = 'agent' THEN (
        SELECT jsonb_build_object('id', u.id, 'name', u.name) FROM weft."user" u WHERE u.id = i.owner_id) END)"""
#: What agreeing to several tasks at once sends: the first outcome that wants neither opinion nor signature; nothing must be filled in.
_APPROVE = """ || jsonb_build_object('approve', (
        SELECT jsonb_build_object('key', o -> 'key', 'label', o -> 'label')
        FROM jsonb_array_elements(t.outcomes) WITH ORDINALITY AS x(o, place)
        WHERE o ->> 'kind' = 'complete' AND NOT coalesce((o ->> 'comment')::bool, false) AND NOT coalesce((o ->> 'signature')::bool, false)
            AND NOT EXISTS (SELECT FROM jsonb_each_text(t.rights) r WHERE r.value = 'required')
        ORDER BY place LIMIT 1))"""
BOXES: Mapping[str, Box] = {
    "todo": Box(f"{_TODO} AND t.status = 'open'", "t.opened_at", part=_TODO, about=_PART + _APPROVE),
    "done": Box(_DONE, "i.acted_at", part=_DONE, about=_PART),
    "cc": Box(_COPY, "t.opened_at", part=_COPY, about=_PART),
    "started": Box("n.initiator_id = :me", "t.opened_at", source="weft.task t"),
    "drafts": Box(
        "t.status = 'open'",
        "d.updated_at",
        source="weft.task_draft d JOIN weft.task t ON t.id = d.task_id AND d.user_id = :me",
        about=" || jsonb_build_object('draft', jsonb_build_object('updated_at', d.updated_at))",
    ),
}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: rows come by `first` where there is one, by `at` (in braces: the time of their box), then by id, all rising or falling."""

    at: str = "{at}"
    first: str | None = None
    falls: bool = True


#: `first` is a whole number, `at` a moment; a cursor holds both.
SORTS: Mapping[str, Sort] = {
    "newest": Sort(),
    "oldest": Sort(falls=False),
    "due": Sort("coalesce(t.due_at, '9999-12-31 00:00Z')", falls=False),
    "priority": Sort(first="t.priority"),
}

ITEM = """
    'id', t.id, 'title', t.title, 'subject', t.subject, 'flow', n.flow, 'flow_label', CAST(:flows AS jsonb) -> n.flow,
    'instance_id', t.instance_id, 'node_id', t.node_id, 'entity', t.entity, 'record_id', t.record_id,
    'status', t.status, 'outcome', t.outcome, 'priority', t.priority, 'due_at', t.due_at, 'opened_at', t.opened_at,
    'closed_at', t.closed_at, 'overdue', t.status = 'open' AND coalesce(t.due_at < now(), false),
    'escalated', t.escalated, 'round', t.round,
    'outcome_label', (SELECT o -> 'label' FROM jsonb_array_elements(t.outcomes) o WHERE o ->> 'key' = t.outcome),
    'outcome_kind', (SELECT o -> 'kind' FROM jsonb_array_elements(t.outcomes) o WHERE o ->> 'key' = t.outcome),
    'claimed_by', CASE WHEN t.claimed IS NOT NULL THEN (
        SELECT jsonb_build_object('id', u.id, 'name', u.name)
        FROM weft.task_item c JOIN weft."user" u ON u.id = c.user_id WHERE c.task_id = t.id AND c.item = t.claimed) END
"""

_LIST = """
WITH mine AS MATERIALIZED (
    SELECT {first} AS first, {at} AS at, t.id, jsonb_build_object('read', {read}, {item}){about} AS item
    FROM {source} LEFT JOIN weft.instance n ON n.id = t.instance_id
    WHERE {where}
      AND (CAST(:search AS text) IS NULL OR t.subject ILIKE :search OR t.title ->> 'zh' ILIKE :search OR t.title ->> 'en' ILIKE :search)
      AND (CAST(:flow AS text) IS NULL OR n.flow = :flow)
      AND (CAST(:node AS text) IS NULL OR t.node_id = :node)
      AND (CAST(:status AS text) IS NULL OR t.status = :status)
      AND (CAST(:priority AS int) IS NULL OR t.priority >= :priority)
      AND (NOT CAST(:overdue AS bool) OR t.status = 'open' AND t.due_at < now())
      AND (NOT CAST(:unread AS bool) OR NOT {read})
      AND (CAST(:id AS uuid) IS NULL OR {beyond})
    ORDER BY {order}
    LIMIT :limit + 1
), page AS (SELECT * FROM mine ORDER BY {placed} LIMIT :limit), last AS (SELECT * FROM page ORDER BY {reversed} LIMIT 1)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(item ORDER BY {placed}), '[]') FROM page),
    'next', CASE WHEN (SELECT count(*) FROM mine) > :limit THEN (
        SELECT translate(encode(convert_to(concat_ws('|', first, at, id), 'UTF8'), 'base64'), E'+/\n', '-_') FROM last) END,
    'counts', (
        SELECT jsonb_build_object(
            'todo', count(DISTINCT t.id),
            'overdue', count(DISTINCT t.id) FILTER (WHERE t.due_at < now()),
            'unread', count(DISTINCT t.id) FILTER (WHERE i.read_at IS NULL))
        FROM weft.task_item i JOIN weft.task t ON t.id = i.task_id AND t.status = 'open'
        WHERE i.user_id = :me AND i.status = 'open' AND i.kind NOT IN ('cc', 'consult')
    ) || jsonb_build_object(
        'cc_unread', (SELECT count(*) FROM weft.task_item i WHERE i.user_id = :me AND i.read_at IS NULL
            AND i.kind IN ('cc', 'consult') AND (i.kind = 'cc' OR i.status = 'open')),
        'drafts', (SELECT count(*) FROM weft.task_draft d JOIN weft.task t ON t.id = d.task_id
                   WHERE d.user_id = :me AND t.status = 'open')
            + (SELECT count(*) FROM weft.start_draft d WHERE d.user_id = :me),
        'started_open', (SELECT count(*) FROM weft.instance n WHERE n.initiator_id = :me AND n.ended_at IS NULL))
)::text
"""


def _statement(box: Box, sort: Sort) -> TextClause:
    at, way, back = sort.at.format(at=box.at), *(("DESC", "ASC") if sort.falls else ("ASC", "DESC"))
    keys = {"CAST(:first AS int)": sort.first, "CAST(:at AS timestamptz)": at, "CAST(:id AS uuid)": "t.id"}
    given = {parameter: key for parameter, key in keys.items() if key is not None}
    where, read = box.where.format(o="i"), "true"
    if box.part is not None:
        earlier = f"o.task_id = i.task_id AND o.user_id = :me AND o.id < i.id AND {box.part.format(o='o')}"
        where, read = (
            f"{where} AND NOT EXISTS (SELECT FROM weft.task_item o WHERE {earlier})",
            "(i.read_at IS NOT NULL)",
        )
    return text(
        _LIST.format(
            first=sort.first or 0,
            at=at,
            read=read,
            item=ITEM,
            about=box.about,
            source=box.source,
            where=where,
            beyond=f"({', '.join(given.values())}) {'<' if sort.falls else '>'} ({', '.join(given)})",
            order=", ".join(f"{key} {way}" for key in given.values()),
            placed=f"first {way}, at {way}, id {way}",
            reversed=f"first {back}, at {back}, id {back}",
        )
    )


_STATEMENTS = {(box, sort): _statement(BOXES[box], SORTS[sort]) for box in BOXES for sort in SORTS}


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a box; each that is set must hold. `priority`: this or more urgent."""

    search: str | None = None
    flow: str | None = None
    node: str | None = None
    status: str | None = None
    priority: int | None = None
    overdue: bool = False
    unread: bool = False

    def parameters(self) -> dict[str, Any]:
        """For the statement. Raises Invalid."""
        if self.status not in (None, *STATUSES):
            raise Invalid(path="status", reason=f"no status {self.status!r}", suggestion="open")
        for name, value in (("search", self.search), ("flow", self.flow), ("node", self.node)):
            if value is not None and ("\x00" in value or len(value) > 200):
                raise Invalid(path=name, reason="at most 200 characters that can be stored")
        search = (self.search or "").strip()
        return {
            "search": f"%{_escaped(search)}%" if search else None,
            "flow": self.flow,
            "node": self.node,
            "status": self.status,
            "priority": self.priority,
            "overdue": self.overdue,
            "unread": self.unread,
        }


async def list_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    box: str = "todo",
    search: str | None = None,
    filter: Filter | None = None,
    sort: str = "newest",
    after: str | None = None,
    limit: int = 50,
) -> bytes:
    """A page of a box: the bytes of `{"items", "next", "counts"}`. Raises Invalid for an unknown box, order or cursor, Forbidden."""
    require_tasks(caller)
    if box not in BOXES:
        raise Invalid(path="box", reason=f"no box {box!r}", suggestion="todo")
    if sort not in SORTS:
        raise Invalid(path="sort", reason=f"no order {sort!r}", suggestion="newest")
    first, at, id = _cursor(after) if after else (None, None, None)
    parameters = {
        **(filter or Filter(search=search)).parameters(),
        "me": caller.user_id,
        "flows": flow_labels(metadata),
        "first": first,
        "at": at,
        "id": id,
        "limit": limit,
    }
    found: str = (await session.execute(_STATEMENTS[box, sort], parameters)).scalar_one()
    return found.encode()


async def relation(session: AsyncSession, id: UUID, user_id: UUID | None) -> str | None:
    """What the task is to the user: `part` (assignee, escalated to, copied, asked; also who handed theirs on), `started` (their instance),
    or None: also for whoever was taken away from it."""
    statement = text(
        "SELECT CASE WHEN EXISTS (SELECT FROM weft.task_item WHERE task_id = :task AND user_id = :me AND status <> 'removed') THEN 'part'"
        " WHEN EXISTS (SELECT FROM weft.task t JOIN weft.instance n ON n.id = t.instance_id"
        " WHERE t.id = :task AND n.initiator_id = :me) THEN 'started' END"
    )
    found: str | None = (await session.execute(statement, {"task": id, "me": user_id})).scalar_one()
    return found


def flow_labels(metadata: Metadata) -> str:
    """The labels of all flows by key, as JSON."""
    labels = {key: {"zh": flow.label.zh, "en": flow.label.en} for key, flow in metadata.flows.items()}
    return orjson.dumps(labels).decode()


def _escaped(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(after: str) -> tuple[int, datetime, UUID]:
    try:
        first, at, id = base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)).decode().split("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or abs(int(first)) > 2**31 - 1:
            raise ValueError(after)
        return int(first), moment, UUID(id)
    except (ValueError, binascii.Error) as error:
        raise Invalid(path="after", reason="the cursor does not belong to this list") from error
