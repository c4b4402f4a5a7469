"""Reading instances: lists and one instance, as JSON that PostgreSQL builds, limited to what the caller may see.

An instance is seen by its initiator, by everybody with a part in one of its tasks (keys of theirs only with the right to their tasks),
by operators, and by whoever may see its record.
Those last see how it goes, but none of the words in it: opinions, files, variables that are no field, reasons and errors may tell what
is hidden from them. Variables that carry a field of the record are shown to those who may read that field.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import compile_access, has_permission
from backend.errors import Invalid, NotFound
from backend.flows import history, repository, titles
from backend.flows.incidents import described
from backend.flows.models import Instance
from backend.flows.possible import possible
from backend.flows.titles import KEPT
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.tasks.file_lists import files_of
from backend.tasks.repository import READING
from engine.definitions import Flow
from engine.definitions.codec import encode
from engine.flow.state import ROOT

#: What a token waits for, without names of messages, correlation keys and what errors said.
_PLAIN_WAITING = frozenset({"task", "due", "call", "filled", "missing", "scope", "completed", "total"})
STATUSES = ("starting", "running", "completed", "cancelled", "failed")

_LIST = text(
    f"""
WITH found AS (
    SELECT n.started_at, n.id, jsonb_build_object(
        'id', n.id, 'flow', n.flow, 'flow_label', CAST(:flows AS jsonb) -> n.flow, 'flow_version', n.flow_version,
        'status', n.status, 'outcome', n.outcome, 'title', CASE WHEN {KEPT} THEN '' ELSE n.title END,
        'entity', n.entity, 'record_id', n.record_id, 'suspended', n.suspended, 'voided', n.voided_at IS NOT NULL, 'parent_id', n.parent_instance_id,
        'incident', CASE
            WHEN :operates OR jsonb_typeof(n.incident) IS DISTINCT FROM 'object' THEN n.incident
            ELSE jsonb_build_object('node_id', n.incident -> 'node_id', 'code', n.incident -> 'code', 'blocking', n.incident -> 'blocking')
        END,
        'started_at', n.started_at, 'ended_at', n.ended_at,
        'waiting_at', (SELECT coalesce(jsonb_agg(token -> 'node_id'), '[]') FROM jsonb_array_elements(n.tokens) token),
        'initiator', (SELECT jsonb_build_object('id', u.id, 'name', u.name) FROM weft."user" u WHERE u.id = n.initiator_id)
    ) AS item
    FROM weft.instance n
    WHERE (CAST(:flow AS text) IS NULL OR n.flow = :flow)
      AND (CAST(:status AS text) IS NULL OR n.status = :status)
      AND (CAST(:record AS uuid) IS NULL OR n.record_id = :record)
      AND (CAST(:after AS uuid) IS NULL OR (n.started_at, n.id) < (SELECT m.started_at, m.id FROM weft.instance m WHERE m.id = :after))
      AND (:all OR :tasks AND (n.initiator_id = :me OR EXISTS (
        SELECT FROM weft.task t JOIN weft.task_item i ON i.task_id = t.id WHERE t.instance_id = n.id AND i.user_id = :me AND i.status <> 'removed')))
    ORDER BY n.started_at DESC, n.id DESC LIMIT :limit + 1
), page AS (SELECT * FROM found ORDER BY started_at DESC, id DESC LIMIT :limit)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(item ORDER BY started_at DESC, id DESC), '[]') FROM page),
    'next', CASE WHEN (SELECT count(*) FROM found) > :limit THEN (SELECT id FROM page ORDER BY started_at, id LIMIT 1) END
)::text
"""
)

_ONE = text(
    """
SELECT jsonb_build_object(
    'id', n.id, 'flow', n.flow, 'flow_version', n.flow_version, 'status', n.status, 'outcome', n.outcome, 'title', n.title,
    'entity', n.entity, 'record_id', n.record_id, 'person_id', n.person_id, 'variables', n.variables, 'tokens', n.tokens,
    'incident', n.incident, 'started_at', n.started_at, 'ended_at', n.ended_at,
    'initiator', (SELECT jsonb_build_object('id', u.id, 'name', u.name) FROM weft."user" u WHERE u.id = n.initiator_id),
    'suspended', n.suspended, 'parent_id', n.parent_instance_id,
    'voided_at', n.voided_at, 'void_reason', n.void_reason, 'reopened_from', n.reopened_from,
    'voided_by', (SELECT jsonb_build_object('id', u.id, 'name', u.name) FROM weft."user" u WHERE u.id = n.voided_by),
    'reopened_as', (
        SELECT r.id FROM weft.instance r WHERE r.reopened_from = n.id
        ORDER BY r.started_at DESC LIMIT 1),
    'parent', (SELECT jsonb_build_object('id', p.id, 'flow', p.flow, 'status', p.status) FROM weft.instance p WHERE p.id = n.parent_instance_id),
    'children', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', c.id, 'flow', c.flow, 'status', c.status, 'outcome', c.outcome, 'call', c.parent_call) ORDER BY c.started_at, c.id), '[]')
        FROM weft.instance c WHERE c.parent_instance_id = n.id),
    'tasks', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', t.id, 'node_id', t.node_id, 'title', t.title, 'status', t.status, 'outcome', t.outcome, 'round', t.round,
            'escalated', t.escalated, 'opened_at', t.opened_at, 'due_at', t.due_at, 'closed_at', t.closed_at,
            'assignees', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'user', jsonb_build_object('id', u.id, 'name', u.name), 'kind', i.kind, 'status', i.status,
                    'outcome', i.outcome, 'comment', i.comment, 'at', i.acted_at) ORDER BY i.created_at, u.name), '[]')
                FROM weft.task_item i JOIN weft."user" u ON u.id = i.user_id WHERE i.task_id = t.id)
            ) ORDER BY t.opened_at, t.id), '[]')
        FROM weft.task t WHERE t.instance_id = n.id),
    'listeners', (
        SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'node', l -> 'node', 'kind', l -> 'kind', 'name', l -> 'name', 'correlation', l -> 'correlation', 'due', l -> 'due',
            'scope', coalesce(l -> 'scope', to_jsonb(:root))))), '[]')
        FROM jsonb_array_elements(coalesce(n.state -> 'subscriptions', '[]')) l
        WHERE l ->> 'token' IS NULL AND (l ->> 'happened') IS DISTINCT FROM 'true' AND n.ended_at IS NULL)
)
FROM weft.instance n WHERE n.id = :id
"""
)


async def list_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    flow: str | None = None,
    status: str | None = None,
    record_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> bytes:
    """A page of instances, newest first: the bytes of `{"items", "next"}`. Raises NotFound for an unknown flow."""
    if flow is not None:
        metadata.flow(flow)
    if status is not None and status not in STATUSES:
        raise Invalid(path="status", reason=f"no status {status!r}", suggestion="running")
    labels = {key: {"zh": each.label.zh, "en": each.label.en} for key, each in metadata.flows.items()}
    told = titles.parameters(metadata, caller)
    parameters = {
        **told,
        "flows": orjson.dumps(labels).decode(),
        "flow": flow,
        "status": status,
        "record": record_id,
        "after": after,
        "all": told["operates"] or (record_id is not None and await _sees_record(session, metadata, caller, record_id)),
        "tasks": caller.tasks,
        "limit": limit,
    }
    found: str = (await session.execute(_LIST, parameters)).scalar_one()
    return found.encode()


async def detail(session: AsyncSession, store: MetadataStore, caller: Caller, id: UUID) -> dict[str, Any]:
    """One instance with its drawing, tokens, tasks and history. Raises NotFound, also for what the caller may not see."""
    metadata = store.current
    instance, takes_part = await visible(session, metadata, caller, id)
    found: dict[str, Any] = (await session.execute(_ONE, {"id": id, "root": ROOT})).scalar_one()
    told = await history.lines(session, id)
    found |= {"history": told["items"], "history_next": told["next"], "trail": await history.trail(session, id)}
    flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    found["allowed"] = await _allowed(session, metadata, caller, flow, id)
    found["title"] = await titles.title_for(session, metadata, caller, instance)
    found["variables"] = _readable(metadata, caller, instance, takes_part=takes_part)
    found["attachments"] = (await files_of(session, metadata, caller, [id])).get(id, [])
    found["may_attach"] = instance.ended_at is None and caller.stands_for(instance.initiator_id)
    if not takes_part:
        _hush(found)
    _tell_waiting(metadata, found)
    if found["incident"] is not None:
        found["incident"] = described(found["incident"]) | {"all": [described(one) for one in found["incident"]["all"]]}
    definition = encode(replace(flow, extensions={}))  # what an imported file said beyond it is for its authors
    return {**found, "flow_label": {"zh": flow.label.zh, "en": flow.label.en}, "definition": definition}


async def _allowed(session: AsyncSession, metadata: Metadata, caller: Caller, flow: Flow, id: UUID) -> dict[str, Any]:
    """What the caller may do with the instance as a whole."""
    instance = await repository.instance(session, id)
    assert instance is not None, "it was just read"
    return await possible(session, metadata, caller, instance, flow)


async def history_page(
    session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID, *, before: int | None, limit: int, steps: bool
) -> dict[str, Any]:
    """`{"items", "next"}`: what happened before a line (None: last of all), oldest first. Raises NotFound as `detail` does."""
    _, takes_part = await visible(session, metadata, caller, id)
    found = await history.lines(session, id, before=before, limit=limit, steps=steps)
    if not takes_part:
        history.hush(found["items"])
    return found


async def visible(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> tuple[Instance, bool]:
    """An instance that the caller may see, and whether also the words in it. Raises NotFound."""
    instance = await repository.bare_instance(session, id)
    if instance is None:
        raise NotFound(what="instance", key=id)
    takes_part = await _takes_part(session, metadata, caller, instance)
    if not takes_part and not await _sees_about(session, metadata, caller, instance):
        raise NotFound(what="instance", key=id)
    return instance, takes_part


async def _sees_record(session: AsyncSession, metadata: Metadata, caller: Caller, id: UUID) -> bool:
    """Whether it is a record that flows are about and the caller may see: then they see its instances too."""
    for entity in sorted({flow.entity for flow in metadata.flows.values()}):
        if await records.visible_ids(session, metadata, caller, entity, [id]):
            return True
    return False


async def _takes_part(session: AsyncSession, metadata: Metadata, caller: Caller, instance: Instance) -> bool:
    """Operators, whoever started it, and those with a part in one of its tasks."""
    if has_permission(caller, metadata.roles, "operate") or caller.stands_for(instance.initiator_id):
        return True
    part = text(
        "SELECT EXISTS (SELECT FROM weft.task t JOIN weft.task_item i ON i.task_id = t.id"
        " WHERE t.instance_id = :id AND i.user_id = :me AND i.status <> 'removed')"
    )
    return caller.tasks and bool((await session.execute(part, {"id": instance.id, "me": caller.user_id})).scalar_one())


async def _sees_about(session: AsyncSession, metadata: Metadata, caller: Caller, instance: Instance) -> bool:
    if instance.record_id is None:
        return False
    return bool(await records.visible_ids(session, metadata, caller, instance.entity, [instance.record_id]))


def _readable(metadata: Metadata, caller: Caller, instance: Instance, *, takes_part: bool) -> dict[str, Any]:
    entity = metadata.entities.get(instance.entity)
    if entity is None:
        return dict(instance.variables) if takes_part else {}
    readable = compile_access(caller, entity, metadata.roles, "read", metadata.entities).readable
    return {
        key: value
        for key, value in instance.variables.items()
        if key in readable or (takes_part and entity.field(key) is None)
    }


def _tell_waiting(metadata: Metadata, found: dict[str, Any]) -> None:
    """Say of each token whom it waits for: the people of its task, the instance that was called. Called and calling flows get their
    labels."""
    people = {
        task["id"]: [
            each["user"] for each in task["assignees"] if each["status"] == "open" and each["kind"] not in READING
        ]
        for task in found["tasks"]
    }
    calls = {child["call"]: child for child in found["children"]}
    for relative in (*found["children"], *filter(None, [found["parent"]])):
        flow = metadata.flows.get(relative["flow"])
        relative["flow_label"] = {"zh": flow.label.zh, "en": flow.label.en} if flow is not None else None
    for token in found["tokens"]:
        detail = token.setdefault("detail", {})
        if detail.get("task") in people:
            detail["people"] = people[detail["task"]]
        if detail.get("call") in calls:
            detail["instance"] = calls[detail["call"]]


def _hush(found: dict[str, Any]) -> None:
    """Take the words out: what people wrote and what errors said."""
    found["void_reason"] = None
    for task in found["tasks"]:
        for assignee in task["assignees"]:
            assignee["comment"] = None
    history.hush(found["history"])
    for each in found["listeners"]:
        each.pop("name", None)
        each.pop("correlation", None)
    for token in found["tokens"]:
        detail = token.get("detail") or {}
        token["detail"] = {key: value for key, value in detail.items() if key in _PLAIN_WAITING}
    incident = found["incident"]
    if incident is not None:
        found["incident"] = _without_detail(incident) | {"all": [_without_detail(one) for one in incident["all"]]}


def _without_detail(incident: dict[str, Any]) -> dict[str, Any]:
    return {**incident, "detail": None}
