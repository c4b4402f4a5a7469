"""What people do with tasks and runs beside deciding: root fields that answer what REST answers, by the same functions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import strawberry
from graphql import FieldNode
from strawberry.scalars import JSON

from backend.agents import open_work
from backend.agents import service as agents
from backend.errors import Invalid
from backend.flows import prediction, returning
from backend.flows.operating import Operations
from backend.flows.returning import Returning
from backend.graphql.approval_types import (
    InstanceOrder,
    InstanceOutlook,
    InstanceReopened,
    InstanceVoided,
    TaskAgent,
    TaskAgents,
    TaskAnswer,
    TaskDecision,
    TaskDone,
    TaskDraftKept,
    TaskHandover,
    TaskHandoverPage,
)
from backend.graphql.context import Context
from backend.graphql.types import DateTime
from backend.handover import service as handovers
from backend.tasks import bulk, drafting, operating, service
from backend.tasks.drafts import Draft

Info = strawberry.Info[Context, None]
_MOST_AT_ONCE, _PAGE_LIMIT = 100, 200
#: A prediction costs as much as this many statements.
_PREDICTION = 10


def read_id(value: str, path: str = "id") -> UUID:
    """An id argument. Raises Invalid."""
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(path=path, reason=f"{value!r} is not an id") from None


def require_alone(info: Info) -> None:
    """What a running flow was told cannot be undone because another mutation of the request fails. Raises Invalid."""
    selections, name = info.operation.selection_set.selections, info.field_name
    if len(selections) > 1 or not isinstance(selections[0], FieldNode):
        raise Invalid(reason=f"{name} must be the only mutation of its request", path=name)


@asynccontextmanager
async def _alone(info: Info) -> AsyncIterator[Context]:
    require_alone(info)
    async with info.context.turn:
        yield info.context


@asynccontextmanager
async def _asked(info: Info, statements: int = 1) -> AsyncIterator[Context]:
    for _ in range(statements):
        info.context.count_statement()
    async with info.context.turn:
        yield info.context


# -- tasks


async def act_on_task(
    info: Info,
    id: strawberry.ID,
    operation: str,
    command_id: str,
    users: list[strawberry.ID] | None = None,
    item: int | None = None,
    comment: str | None = None,
) -> TaskAnswer:
    """Do something else with a task than deciding it: one of its `allowed` operations. Repeating a `command_id` changes nothing."""
    named = [read_id(user, "users") for user in users or ()]
    host = await info.context.host()
    async with _alone(info) as context:
        request = operating.Request(operation, command_id, named, item, comment)
        found: Any = await operating.operate(context.session, context.store, context.caller, host, read_id(id), request)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def complete_tasks(info: Info, decisions: list[TaskDecision]) -> list[TaskDone]:
    """Decide many tasks at once; each has its own answer, or error."""
    if not 1 <= len(decisions) <= _MOST_AT_ONCE:
        raise Invalid(path="decisions", reason=f"1 to {_MOST_AT_ONCE} decisions")
    given = [
        (read_id(each.task, "task"), service.Decision(each.outcome, each.command_id, {}, each.comment))
        for each in decisions
    ]
    host = await info.context.host()
    async with _alone(info) as context:
        services = context.services
        found: Any = await bulk.complete_many(services.database, context.store, context.caller, host, given)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def save_task_draft(
    info: Info, id: strawberry.ID, data: JSON | None = None, comment: str | None = None, outcome: str | None = None
) -> TaskDraftKept:
    """Keep what the caller has written so far, in place of what was kept before."""
    if data is not None and not isinstance(data, dict):
        raise Invalid(path="data", reason="data must be an object")
    info.context.changed = True
    async with _asked(info) as context:
        draft = Draft(data or {}, comment, outcome)
        found: Any = await drafting.save(context.session, context.store, context.caller, read_id(id), draft)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def discard_task_draft(info: Info, id: strawberry.ID) -> strawberry.ID:
    """Throw the caller's draft away; none is nothing wrong."""
    info.context.changed = True
    async with _asked(info) as context:
        await drafting.discard(context.session, context.caller, read_id(id))
    return id


# -- runs


def _returning(context: Context) -> Returning:
    return Returning(context.session, context.store, context.caller)


async def reclaim_decision(
    info: Info, instance_id: strawberry.ID, node_id: str, command_id: str, task_id: strawberry.ID | None = None
) -> InstanceOrder:
    """Take back one's own decision at a node, or in one of its tasks, while nobody has acted on what followed."""
    instance, task = read_id(instance_id, "instance_id"), read_id(task_id, "task_id") if task_id else None
    host = await info.context.host()
    async with _alone(info) as context:
        found: Any = await returning.reclaim(_returning(context), host, instance, node_id, command_id, task)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def withdraw_instance(info: Info, id: strawberry.ID, command_id: str, reason: str | None = None) -> InstanceOrder:
    """Take back what one started, as far as its flow allows."""
    host = await info.context.host()
    async with _alone(info) as context:
        found: Any = await returning.withdraw(_returning(context), host, read_id(id), command_id, reason)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def urge_instance(info: Info, id: strawberry.ID, command_id: str) -> InstanceOrder:
    """Ask all for haste whom a run waits for."""
    host = await info.context.host()
    async with _alone(info) as context:
        found: Any = await returning.urge(_returning(context), host, read_id(id), command_id)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def void_instance(info: Info, id: strawberry.ID, reason: str) -> InstanceVoided:
    """Declare that what came of a run counts no more; operators may."""
    reason = reason.strip()
    if not 1 <= len(reason) <= 1_000 or "\x00" in reason:
        raise Invalid(path="reason", reason="1 to 1000 characters that can be stored")
    info.context.changed = True
    async with _asked(info) as context:
        found: Any = await returning.void(_returning(context), read_id(id), reason)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def reopen_instance(
    info: Info, id: strawberry.ID, command_id: str, node_id: str | None = None
) -> InstanceReopened:
    """Go on with a run that is over, as another one."""
    info.context.changed = True
    async with _asked(info) as context:
        actions = context.services.actions
        found: Any = await returning.reopen(_returning(context), actions, read_id(id), command_id, node_id)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def instance_prediction(info: Info, id: strawberry.ID) -> InstanceOutlook:
    """Who gets a run next, and why."""
    async with _asked(info, _PREDICTION) as context:
        found: Any = await prediction.of_instance(_operations(context), context.caller, read_id(id))
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def flow_prediction(
    info: Info, flow: str, record_id: strawberry.ID | None = None, data: JSON | None = None
) -> InstanceOutlook:
    """Who would get a run of a flow, about a record or one with these values."""
    if data is not None and not isinstance(data, dict):
        raise Invalid(path="data", reason="data must be an object")
    about = read_id(record_id, "record_id") if record_id else None
    async with _asked(info, _PREDICTION) as context:
        supposed = prediction.Supposed(flow, about, data or {})
        found: Any = await prediction.of_start(_operations(context), context.caller, supposed)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


def _operations(context: Context) -> Operations:
    return Operations(context.session, context.store, context.services.actions)


# -- agents


async def task_agents(info: Info, user: strawberry.ID | None = None) -> TaskAgents:
    """The caller's standing agents; somebody else's for administrators."""
    whose = read_id(user, "user") if user else None
    async with _asked(info) as context:
        found: Any = await agents.listed(context.session, context.metadata, context.caller, whose)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def appoint_agent(
    info: Info,
    agent: strawberry.ID,
    principal: strawberry.ID | None = None,
    mode: str = "both",
    flows: list[str] | None = None,
    starts_at: DateTime | None = None,
    ends_at: DateTime | None = None,
    open_tasks: bool = False,
) -> TaskAgent:
    """Give somebody an agent: for tasks that open from now on and, with `open_tasks`, for those that are open."""
    new = agents.NewAgent(
        read_id(agent, "agent"),
        read_id(principal, "principal") if principal else None,
        mode,
        flows,
        agents.moment(starts_at, "starts_at"),
        agents.moment(ends_at, "ends_at"),
    )
    host = await info.context.host() if open_tasks else None
    async with _alone(info) as context:
        database = context.services.database
        async with database.transaction() as session:
            made = await agents.appoint(session, context.metadata, context.caller, new, begun=open_tasks)
        applied = await open_work.appoint_open(database, host, context.caller, made["id"]) if host else None
        found: Any = {**made, "applied": applied}
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def revoke_agent(info: Info, id: strawberry.ID) -> strawberry.ID:
    """Take an agent back; what they have open for the other goes back at once."""
    host = await info.context.host()
    async with _alone(info) as context:
        database = context.services.database
        async with database.transaction() as session:
            await agents.revoke(session, context.metadata, context.caller, read_id(id))
        await open_work.dismiss_ended(database, host)
    return id


# -- hand-overs


async def task_handovers(info: Info, first: int = 50, after: strawberry.ID | None = None) -> TaskHandoverPage:
    """Hand-overs, the newest first, for whoever may administer."""
    since, limit = read_id(after, "after") if after else None, max(1, min(first, _PAGE_LIMIT))
    async with _asked(info) as context:
        found: Any = await handovers.listed(context.session, context.metadata, context.caller, after=since, limit=limit)
        found["items"] = [_handover(each) for each in found["items"]]
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def task_handover(
    info: Info, id: strawberry.ID, status: str | None = None, first: int = 200, after: int | None = None
) -> TaskHandover:
    """One hand-over with its lines: while it runs, how far it is."""
    limit = max(1, min(first, 500))
    async with _asked(info) as context:
        found = await handovers.detail(
            context.session, context.metadata, context.caller, read_id(id), status=status, after=after, limit=limit
        )
    return _handover(found)


async def prepare_handover(
    info: Info, from_user: strawberry.ID, to_user: strawberry.ID, parts: list[str]
) -> TaskHandover:
    """A preview of what would be handed over, a line each. Nothing changes yet."""
    giver, taker = read_id(from_user, "from_user"), read_id(to_user, "to_user")
    info.context.changed = True
    async with _asked(info) as context:
        found = await handovers.prepare(context.session, context.metadata, context.caller, giver, taker, parts)
    return _handover(found)


async def run_handover(info: Info, id: strawberry.ID) -> TaskHandover:
    """Begin, or try again what could not be done."""
    info.context.changed = True
    async with _asked(info) as context:
        found = await handovers.run(context.session, context.metadata, context.caller, read_id(id))
    return _handover(found)


async def reverse_handover(info: Info, id: strawberry.ID) -> TaskHandover:
    """Take back what was handed over, as far as it was not changed since."""
    info.context.changed = True
    async with _asked(info) as context:
        found = await handovers.reverse(context.session, context.metadata, context.caller, read_id(id))
    return _handover(found)


def _handover(found: dict[str, Any]) -> TaskHandover:
    """`from` is no name that every client could use."""
    shown: Any = {**found, "giver": found["from"], "taker": found["to"]}
    return shown  # type: ignore[no-any-return]  # resolvers read dicts


QUERIES = (instance_prediction, flow_prediction, task_agents, task_handovers, task_handover)
MUTATIONS = (
    act_on_task,
    complete_tasks,
    save_task_draft,
    discard_task_draft,
    reclaim_decision,
    withdraw_instance,
    urge_instance,
    void_instance,
    reopen_instance,
    appoint_agent,
    revoke_agent,
    prepare_handover,
    run_handover,
    reverse_handover,
)
