"""Tasks and instances: the root fields that are the same whatever is defined. They answer what REST answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import strawberry
from graphql import FieldNode
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from backend.errors import Invalid
from backend.flows import reading
from backend.graphql.context import Context
from backend.graphql.types import InstanceDetail, InstancePage, TaskCompletion, TaskDetail, TaskPage, User
from backend.tasks import inbox, service

Info = strawberry.Info[Context, None]
_PAGE_LIMIT = 200


async def me(info: Info) -> User:
    """Who asks."""
    caller = info.context.caller
    found: Any = {"id": caller.user_id, "name": caller.name, "email": caller.email}
    return found  # type: ignore[no-any-return]  # resolvers read dicts


async def tasks(
    info: Info, box: str = "todo", search: str | None = None, first: int = 50, after: str | None = None
) -> TaskPage:
    """A page of one of the caller's boxes: todo, done, started, cc."""
    context = info.context
    context.count_statement()
    async with context.turn:
        found = await inbox.list_json(
            context.session,
            context.metadata,
            context.caller,
            box=box,
            search=search,
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
) -> TaskCompletion:
    """Decide a task. Repeating a `command_id` changes nothing and answers the same. The only mutation of its request."""
    selections = info.operation.selection_set.selections
    if len(selections) > 1 or not isinstance(selections[0], FieldNode):
        raise Invalid(reason="complete_task must be the only mutation of its request", path="complete_task")
    if data is not None and not isinstance(data, dict):
        raise Invalid(path="data", reason="data must be an object")
    context = info.context
    decision = service.Decision(outcome, command_id, data or {}, comment, record_version)
    host = await context.host()
    async with context.turn:
        found: Any = await service.complete(context.session, context.store, context.caller, host, read_id(id), decision)
    return found  # type: ignore[no-any-return]  # resolvers read dicts


def read_id(value: str) -> UUID:
    """An id argument. Raises Invalid."""
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(path="id", reason=f"{value!r} is not an id") from None


def _limit(first: int) -> int:
    return max(1, min(first, _PAGE_LIMIT))


def query_fields() -> list[StrawberryField]:
    """The root fields of queries."""
    return [_root(each) for each in (me, tasks, task, instances, instance)]


def mutation_fields() -> list[StrawberryField]:
    """The root fields of mutations."""
    return [_root(complete_task)]


def _root(resolver: Callable[..., Any]) -> StrawberryField:
    return StrawberryField(
        python_name=resolver.__name__,
        graphql_name=resolver.__name__,
        description=inspect.getdoc(resolver),
        base_resolver=StrawberryResolver(resolver),
    )
