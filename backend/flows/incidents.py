"""Incidents of instances: what each code means and how it is mended; a list of them, and trying many again at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.errors import WeftError
from backend.flows.beginning import require_variables
from backend.flows.models import Instance
from backend.flows.starting import NOT_STARTED
from backend.flows.steering import one_of, refusal
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.definitions import Flow, Text
from engine.flow import Retry, command_to_json
from engine.host import CommandInput, HostClient, HostRefused, HostUnavailable, InstanceGone

#: Of one request so many instances are tried again; the rest are told as left.
MOST_RETRIED = 200
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code says, and how it is mended."""

    message: Text
    mending: Text


KINDS: Mapping[str, Kind] = {
    "action_failed": Kind(
        Text("动作失败", "An action failed"),
        Text(
            "按所说的原因改好记录、设置或变量后重试",
            "Mend the record, the settings or the variables as it says, then try again",
        ),
    ),
    "error_uncaught": Kind(
        Text("出错而没有处理它的事件", "An error that nothing catches"),
        Text(
            "排除原因后重试；要由流程处理，就在步骤上加一个错误边界事件",
            "Mend the cause and try again; to have the flow handle it, put an error boundary event on the step",
        ),
    ),
    "no_path": Kind(
        Text("没有一条出口的条件成立", "No way out has a condition that holds"),
        Text(
            "改正变量后重试，或在新版本里给网关加默认出口",
            "Mend the variables and try again, or give the gateway a default",
        ),
    ),
    "step_budget": Kind(
        Text("自动步骤循环不止", "Automatic steps go round without end"),
        Text(
            "改变让循环继续的变量后重试，或在新版本里改正循环并迁移",
            "Change the variables that keep the loop going and try again, or mend the loop in a new version and migrate",
        ),
    ),
    "value_too_long": Kind(
        Text("算出的值太长", "A step makes a value that is too long"),
        Text(
            "改短变量后重试，或在新版本里改正让它越来越长的步骤或循环",
            "Shorten the variable and try again, or mend the step or loop that makes it ever longer in a new version",
        ),
    ),
    "outputs_too_long": Kind(
        Text("多实例收集的结果太长", "The results that a loop collects are too long"),
        Text(
            "改短变量后重试，或在新版本里让每次交出的结果短一些，再迁移",
            "Shorten the variables and try again, or let each round give less in a new version and migrate",
        ),
    ),
    "value_unfit": Kind(
        Text("收到的值放不进变量", "What arrived does not fit its variable"),
        Text("给变量填上合适的值后重试", "Give the variables values that fit, then try again"),
    ),
    "too_many_instances": Kind(
        Text("多实例的数量太多", "Too many instances of a step"),
        Text("缩短集合或减小数量后重试", "Shorten the collection or the number, then try again"),
    ),
    "flow_unknown": Kind(
        Text("要调用的流程不存在", "The flow to call does not exist"),
        Text(
            "发布该流程，或改正给出它的变量，然后重试", "Publish it, or mend the variable that names it, then try again"
        ),
    ),
    "no_transaction": Kind(
        Text("取消没有发生在事务里", "A cancellation outside of a transaction"),
        Text("在新版本里改正流程并迁移", "Mend the flow in a new version and migrate"),
    ),
    "deadlock": Kind(
        Text("汇合处等不到任何分支", "A join waits for branches that will never come"),
        Text(
            "用“修改”把令牌移到汇合之后，或在新版本里改正流程并迁移",
            "Move the token behind the join, or mend the flow in a new version and migrate",
        ),
    ),
    "nobody_found": Kind(
        Text("没有找到可以处理任务的人", "Nobody fitting was found for a task"),
        Text(
            "任务已交给管理员：由他处理，或给角色、部门配上人",
            "An administrator has the task: let them decide it, or put people into the role or department",
        ),
    ),
    NOT_STARTED: Kind(
        Text("流程还没有启动", "The flow has not started yet"),
        Text("流程引擎恢复后自动启动，不必处理", "It starts by itself when the flow engine is back"),
    ),
}
#: Of a code that has no line above.
_OTHER = Kind(
    Text("流程停在这一步", "The flow has stopped at this step"),
    Text("排除原因后重试", "Mend the cause and try again"),
)

_LIST = text(
    """
WITH stopped AS (
    SELECT n.id, n.started_at, n.tokens, one.place, one.incident,
        coalesce((one.incident ->> 'blocking')::boolean, TRUE) AS blocking
    FROM weft.instance n,
        jsonb_array_elements(n.incident -> 'all') WITH ORDINALITY AS one(incident, place)
    WHERE jsonb_typeof(n.incident) = 'object' AND n.ended_at IS NULL
      AND (CAST(:flow AS text) IS NULL OR n.flow = :flow)
), meant AS (
    SELECT * FROM stopped WHERE CAST(:code AS text) IS NULL OR incident ->> 'code' = :code
), instances AS (
    SELECT id, started_at, bool_or(blocking) AS blocking FROM meant GROUP BY id, started_at
), page AS (
    SELECT i.* FROM instances i
    WHERE CAST(:after AS uuid) IS NULL
       OR (i.blocking, i.started_at, i.id) < (
            SELECT coalesce((SELECT blocking FROM instances b WHERE b.id = a.id), TRUE), a.started_at, a.id
            FROM weft.instance a WHERE a.id = :after)
    ORDER BY i.blocking DESC, i.started_at DESC, i.id DESC LIMIT :limit + 1
), shown AS (SELECT * FROM page ORDER BY blocking DESC, started_at DESC, id DESC LIMIT :limit)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(jsonb_build_object(
            'instance_id', n.id, 'flow', n.flow, 'flow_version', n.flow_version, 'title', n.title, 'entity', n.entity,
            'record_id', n.record_id, 'status', n.status, 'suspended', n.suspended, 'started_at', n.started_at,
            'since', coalesce(
                (SELECT min((token ->> 'since')::timestamptz) FROM jsonb_array_elements(m.tokens) token
                 WHERE token ->> 'node_id' = m.incident ->> 'node_id' AND token ->> 'waiting_for' = m.incident ->> 'code'),
                (SELECT min(t.opened_at) FROM weft.task t
                 WHERE t.instance_id = n.id AND t.status = 'open' AND t.node_id = m.incident ->> 'node_id'),
                (SELECT min((token ->> 'since')::timestamptz) FROM jsonb_array_elements(m.tokens) token
                 WHERE token ->> 'node_id' = m.incident ->> 'node_id'),
                n.started_at)
        ) || m.incident ORDER BY s.blocking DESC, s.started_at DESC, s.id DESC, m.blocking DESC, m.place), '[]')
        FROM shown s JOIN meant m USING (id) JOIN weft.instance n USING (id)),
    'next', CASE WHEN (SELECT count(*) FROM page) > :limit
        THEN (SELECT id FROM shown ORDER BY blocking, started_at, id LIMIT 1) END,
    'counts', (SELECT coalesce(json_object_agg(code, number), '{}') FROM (
        SELECT incident ->> 'code' AS code, count(*) AS number FROM stopped GROUP BY 1) counted)
)
"""
)


def described(incident: Mapping[str, Any]) -> dict[str, Any]:
    """The incident with what its code says and how it is mended."""
    kind = KINDS.get(str(incident.get("code")), _OTHER)
    said = {"message": _both(kind.message), "mending": _both(kind.mending)}
    return {**incident, **said}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


async def list_json(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    *,
    flow: str | None,
    code: str | None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """A page of incidents, of what cannot go on first, then of the newest instances; and how many there are of each code in all. For
    operators."""
    require_permission(caller, metadata.roles, "operate")
    members = {"flow": flow, "code": code, "after": after, "limit": limit}
    found: dict[str, Any] = (await session.execute(_LIST, members)).scalar_one()
    labels = {key: _both(each.label) for key, each in metadata.flows.items()}
    items = [
        {**described(item), "flow_label": labels.get(item["flow"]), "node_title": _title(metadata, item)}
        for item in found["items"]
    ]
    return {**found, "items": items}


def _title(metadata: Metadata, incident: Mapping[str, Any]) -> dict[str, str] | None:
    """What the flow, as it is published now, calls the step."""
    flow = metadata.flows.get(incident["flow"])
    node = flow.node(str(incident.get("node_id"))) if flow is not None else None
    return None if node is None else _both(node.title)


@dataclass(frozen=True, slots=True)
class Retrying:
    """What to try again: these instances, or those of a flow or with an incident of a code; at a node, with variables mended."""

    command_id: str
    ids: Sequence[UUID] | None = None
    flow: str | None = None
    code: str | None = None
    node: str | None = None
    variables: Mapping[str, Any] | None = None


async def retry_many(
    session: AsyncSession, store: MetadataStore, caller: Caller, host: HostClient, retrying: Retrying
) -> dict[str, Any]:
    """Try many again: what became of each, and how many are left. Repeating the command changes nothing."""
    require_permission(caller, store.current.roles, "operate")
    meant = await _meant(session, retrying)
    taken = meant[:MOST_RETRIED]
    flows = {each: await store.definition(session, "flow", *each) for each in {each for _, each in taken}}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(id: UUID, flow: Flow) -> dict[str, Any]:
        async with gate:
            return {"id": id, **await _retried(flow, caller, host, retrying, id)}

    items = await asyncio.gather(*(one(id, flows[each]) for id, each in taken))
    return {"items": items, "left": len(meant) - len(taken)}


async def _meant(session: AsyncSession, retrying: Retrying) -> list[tuple[UUID, tuple[str, int]]]:
    """Instances, each with the flow and the version that it runs."""
    stopped = func.jsonb_typeof(Instance.incident) == "object"
    statement = select(Instance.id, Instance.flow, Instance.flow_version).where(Instance.ended_at.is_(None))
    statement = statement.where(Instance.id.in_(retrying.ids) if retrying.ids is not None else stopped)
    if retrying.flow is not None:
        statement = statement.where(Instance.flow == retrying.flow)
    if retrying.code is not None:
        statement = statement.where(Instance.incident["all"].contains([{"code": retrying.code}]))
    rows = await session.execute(statement.order_by(Instance.started_at, Instance.id))
    return [(row.id, (row.flow, row.flow_version)) for row in rows]


async def _retried(flow: Flow, caller: Caller, host: HostClient, retrying: Retrying, id: UUID) -> dict[str, Any]:
    """What became of one: its answer, or why it was refused. `flow` is as the instance runs it."""
    variables = dict(retrying.variables or {})
    command = command_to_json(Retry(retrying.node, variables))
    user = str(caller.user_id) if caller.user_id is not None else None
    command_id = one_of(retrying.command_id, id)
    try:
        require_variables(flow, variables)
        answer = await host.command(str(id), CommandInput(command_id, command, user))
    except WeftError as error:
        return {"ok": False, **error.to_json()}
    except (HostRefused, InstanceGone, HostUnavailable) as error:
        return {"ok": False, **refusal(error).to_json()}
    return {"ok": True, "status": answer.get("instance_status")}
