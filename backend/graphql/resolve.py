"""Resolvers of records. Whole selections are compiled to SQL at the root; below it the JSON is taken apart by response key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLResolveInfo
from sqlalchemy import Select

from backend.errors import NotFound
from backend.graphql.approval import read_id
from backend.graphql.compile import NEXT, Compiler
from backend.graphql.context import Context
from backend.graphql.selection import Selected, selected
from backend.records import service as records
from backend.records.paging import Order
from engine.definitions import Entity

Info = GraphQLResolveInfo[Context]
Resolver = Callable[..., Any]


def by_key(source: Mapping[str, Any], info: Info, **_arguments: Any) -> Any:
    """A member that PostgreSQL wrote under its response key."""
    return source.get(str(info.path.key))


def by_name(source: Mapping[str, Any], info: Info) -> Any:
    """A member of a value that is always written whole."""
    return source.get(info.field_name)


def next_page(source: Mapping[str, Any], _info: Info) -> str | None:
    """The cursor behind a page, if there is more."""
    behind = source.get(NEXT)
    return Order(behind[0], ()).write(behind[1]) if behind else None


def one(entity: Entity) -> Resolver:
    """`ticket(id)`: null when there is none in sight."""

    async def resolve(_: object, info: Info, id: str) -> Any:
        return await _read_one(info, entity, read_id(id))

    return resolve


def many(entity: Entity) -> Resolver:
    """`tickets(filter, order, first, after)`."""

    async def resolve(_: object, info: Info, **arguments: Any) -> Any:
        wanted = Selected(info.field_name, info.field_name, arguments, selected(info))
        return await _fetch(info.context, Compiler(info.context.reader).many(entity, wanted))

    return resolve


def create(entity: Entity) -> Resolver:
    """`create_ticket(data)`."""

    async def write(context: Context, data: Mapping[str, Any]) -> UUID:
        made = await records.create(context.session, context.metadata, context.caller, entity.key, data)
        return UUID(str(made["id"]))

    return _writer(entity, write)


def update(entity: Entity) -> Resolver:
    """`update_ticket(id, version, data)`: null when the change takes the record out of the caller's sight."""

    async def write(context: Context, id: str, version: int, data: Mapping[str, Any]) -> UUID:
        await records.update(
            context.session, context.metadata, context.caller, entity.key, read_id(id), data, version=version
        )
        return read_id(id)

    return _writer(entity, write, leaves=True)


def restore(entity: Entity) -> Resolver:
    """`restore_ticket(id)`."""

    async def write(context: Context, id: str) -> UUID:
        await records.restore(context.session, context.metadata, context.caller, entity.key, read_id(id))
        return read_id(id)

    return _writer(entity, write)


def delete(entity: Entity) -> Resolver:
    """`delete_ticket(id, version)`: moves it to the trash and answers its id."""

    async def resolve(_: object, info: Info, id: str, version: int | None = None) -> str:
        context = info.context
        async with context.turn:
            context.changed = True
            await records.delete(
                context.session, context.metadata, context.caller, entity.key, read_id(id), version=version
            )
        return id

    return resolve


def _writer(entity: Entity, write: Callable[..., Awaitable[UUID]], *, leaves: bool = False) -> Resolver:
    """Writes, then reads what was selected of the record as it is now; `leaves` says that it may be out of sight then."""

    async def resolve(_: object, info: Info, **arguments: Any) -> Any:
        async with info.context.turn:
            info.context.changed = True
            id = await write(info.context, **arguments)
        found = await _read_one(info, entity, id)
        if found is None and not leaves:
            raise NotFound(what=entity.label, key=id)
        return found

    return resolve


async def _read_one(info: Info, entity: Entity, id: UUID) -> Any:
    wanted = Selected(info.field_name, info.field_name, {}, selected(info))
    return await _fetch(info.context, Compiler(info.context.reader).one(entity, id, wanted))


async def _fetch(context: Context, statement: Select[Any]) -> Any:
    context.count_statement()
    async with context.turn:
        found: str | None = (await context.session.execute(statement)).scalar()
    return None if found is None else orjson.loads(found)
