"""Actions on who owns a record: giving it to somebody, and putting it back where everybody may take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import Action, ActionContext, Parameter, Result
from backend.actions.addressees import people
from backend.actions.arguments import record_of
from backend.events.log import NewEvent, append
from backend.identity.models import User
from backend.records import service as records
from backend.records.filters import live
from backend.records.tables import table_for
from engine.definitions import Entity, Text
from engine.language import TEXT, Type, reference

OWNER, POOL = "owner", "pool"
RELEASED = "record.released"
_ENTITY = Parameter("entity", TEXT, Text("实体", "Entity"))
_RECORD = Parameter("record", reference(None), Text("记录", "Record"))


class Assign:
    """Gives a record to somebody. Of several people (a role, a department) the one who owns the fewest records of its kind is
    taken. `superior` is the superior of the present owner."""

    key = "assign"
    label = Text("分配负责人", "Assign")
    parameters = (Parameter("to", Type("unknown"), Text("给谁", "To"), required=True), _RECORD, _ENTITY)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity_key, id = await record_of(self.key, context, arguments)
        record = await records.get(context.session, context.metadata, context.caller, entity_key, id)
        users = await people(self.key, context, arguments.get("to"), record)
        chosen = await _least_busy(context.session, context.metadata.entity(entity_key), users)
        if str(record.get(OWNER) or "") != str(chosen.id):
            data = {OWNER: str(chosen.id)}
            await records.update(
                context.session,
                context.metadata,
                context.caller,
                entity_key,
                id,
                data,
                version=None,
                cause=context.cause,
            )
        return {"entity": entity_key, "record_id": str(id), OWNER: str(chosen.id), "name": chosen.name}


async def _least_busy(session: AsyncSession, entity: Entity, users: Sequence[User]) -> User:
    """The one who owns the fewest live records of the entity; among equals the first named."""
    if len(users) == 1:
        return users[0]
    table = table_for(entity)
    ids = [user.id for user in users]
    statement = (
        select(table.c[OWNER], func.count()).where(live(table), table.c[OWNER].in_(ids)).group_by(table.c[OWNER])
    )
    owned: dict[UUID, int] = {row[0]: row[1] for row in await session.execute(statement)}
    return min(users, key=lambda user: owned.get(user.id, 0))


class ReleaseToPool:
    """Puts a record back into the pool: nobody owns it, its field `pool` (or the stage `pool`, where it has one) says so, and an
    event tells of it."""

    key = "release_to_pool"
    label = Text("放回公海", "Release to pool")
    parameters = (_RECORD, _ENTITY)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity_key, id = await record_of(self.key, context, arguments)
        record = await records.get(context.session, context.metadata, context.caller, entity_key, id)
        data = {OWNER: None, **_in_pool(context.metadata.entity(entity_key))}
        before = record.get(OWNER)
        if any(record.get(key) != value for key, value in data.items()):
            await records.update(
                context.session,
                context.metadata,
                context.caller,
                entity_key,
                id,
                data,
                version=None,
                cause=context.cause,
            )
            told = NewEvent(RELEASED, {"entity": entity_key, "owner": before and str(before)}, entity_key, id)
            await append(context.session, told.caused_by(context.cause))
        return {"entity": entity_key, "record_id": str(id), "owner_before": before and str(before)}


def _in_pool(entity: Entity) -> dict[str, Any]:
    """What marks a record of the entity as lying in the pool."""
    field = entity.field(POOL)
    if field is not None and field.type == "boolean":
        return {POOL: True}
    for each in entity.fields:
        if each.key in ("status", "stage") and any(option.key == POOL for option in each.options):
            return {each.key: POOL}
    return {}


#: The actions of this module, for the list in backend/assembly.py.
OWNERSHIP_ACTIONS: tuple[Action, ...] = (Assign(), ReleaseToPool())
