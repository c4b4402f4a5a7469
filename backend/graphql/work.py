"""Tasks and instances: the root fields that are the same whatever is defined. They answer what REST answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from backend.errors import Invalid
from backend.flows import reading
from backend.graphql import approval
from backend.graphql.approval import read_id, require_alone
from backend.graphql.context import Context
from backend.graphql.types import User
from backend.graphql.work_types import InstanceDetail, InstancePage, TaskCompletion, TaskDetail, TaskPage
from backend.tasks import inbox, service

Info = strawberry.Info[Context, None]
_PAGE_LIMIT = 200


async def me(info: Info) -> User:
    """Who asks."""
    caller = info.context.caller
    found: Any = {"id": caller.user_id, "name": caller.name, "email": caller.email}
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def tasks(
    info: Info,
    box: str = "todo",
    search: str | None = None,
    flow: str | None = None,
    node: str | None = None,
    status: str | None = None,
    priority: int | None = None,
    overdue: bool = False,
    unread: bool = False,
    sort: str = "newest",
    first: int = 50,
    after: str | None = None,
) -> TaskPage:
    """A page of one of the caller's boxes: todo, done, started, cc, drafts. `priority`: this or more urgent; `sort`: newest, oldest,
    due, priority."""
    context = info.context
    context.count_statement()
    async with context.turn:
        found = await inbox.list_json(
            context.session,
            context.metadata,
            context.caller,
            box=box,
            filter=inbox.Filter(search, flow, node, status, priority, overdue, unread),
            sort=sort,
            after=after,
            limit=_limit(first),
        )
    return orjson.loads(found)  # type: ignore[no-any-return]  # resolvers read dicts


async def task(info: Info, id: strawberry.ID) -> TaskDetail:
    """One task that the caller has a part in."""
    context = info.context
    context.count_statement()
    async with context.turn:
        found: Any = await service.detail(context.session, context.store, context.caller, read_id(id))
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def instances(
    info: Info, flow: str | None = None, status: str | None = None, first: int = 50, after: strawberry.ID | None = None
) -> InstancePage:
    """A page of the runs that the caller may see, newest first."""
    context = info.context
    context.count_statement()
    async with context.turn:
        found = await reading.list_json(
            context.session,
            context.metadata,
            context.caller,
            flow=flow,
            status=status,
            after=read_id(after) if after else None,
            limit=_limit(first),
        )
    return orjson.loads(found)  # type: ignore[no-any-return]  # resolvers read dicts


async def instance(info: Info, id: strawberry.ID) -> InstanceDetail:
    """One run."""
    context = info.context
    context.count_statement()
    async with context.turn:
        found: Any = await reading.detail(context.session, context.store, context.caller, read_id(id))
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def complete_task(
    info: Info,
    id: strawberry.ID,
    outcome: str,
    command_id: str,
    data: JSON | None = None,
    comment: str | None = None,
    record_version: int | None = None,
    item: int | None = None,
    target: str | None = None,
    signature: str | None = None,
    chosen: JSON | None = None,
) -> TaskCompletion:
    """Decide a task. Repeating a `command_id` changes nothing and answers the same. The only mutation of its request. `item`: with
    which of one's parts; `target`: where to send it back to; `signature`: a drawn one (`data:image/png;base64,…`); `chosen`: the ids of
    people for the tasks that this leads to, by node."""
    require_alone(info)
    if data is not None and not isinstance(data, dict):
        raise Invalid(path="data", reason="data must be an object")
    context = info.context
    picked = _chosen(chosen)
    decision = service.Decision(
        outcome, command_id, data or {}, comment, record_version, signature, item, target, picked
    )
    host = await context.host()
    async with context.turn:
        found: Any = await service.complete(context.session, context.store, context.caller, host, read_id(id), decision)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


def _chosen(value: Any) -> dict[str, list[UUID]]:
    """People by node. Raises Invalid."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(users, list) for users in value.values()):
        raise Invalid(path="chosen", reason="chosen must be lists of ids by node")
    return {str(node): [read_id(str(user), "chosen") for user in users] for node, users in value.items()}


def _limit(first: int) -> int:
    return max(1, min(first, _PAGE_LIMIT))


def query_fields() -> list[StrawberryField]:
    """The root fields of queries."""
    return [_root(each) for each in (me, tasks, task, instances, instance, *approval.QUERIES)]


def mutation_fields() -> list[StrawberryField]:
    """The root fields of mutations."""
    return [_root(each) for each in (complete_task, *approval.MUTATIONS)]


def _root(resolver: Callable[..., Any]) -> StrawberryField:
    return StrawberryField(
        python_name=resolver.__name__,
        graphql_name=resolver.__name__,
        description=inspect.getdoc(resolver),
        base_resolver=StrawberryResolver(resolver),
    )
