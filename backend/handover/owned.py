"""Records that somebody owns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from backend.access.caller import SYSTEM
from backend.errors import NotFound
from backend.handover.errors import Changed, MovedOn
from backend.handover.part import Json, Plan, Result, Subject, Work, id_of, label
from backend.identity.models import User
from backend.records import service as records
from backend.records.filters import live
from backend.records.reading import reader_for
from backend.records.tables import tables_of
from engine.definitions import Entity

_OWNER = "owner"


class OwnedRecords:
    """Their owner becomes the other person."""

    key, kind = "records", "record"

    async def plan(self, plan: Plan) -> list[Json]:
        found: list[Json] = []
        for entity in plan.metadata.entities.values():
            found += await self._of(plan, entity)
        return found

    async def _of(self, plan: Plan, entity: Entity) -> list[Json]:
        reader = reader_for(plan.metadata, SYSTEM)
        table = tables_of(entity).alias(depth=1)
        statement = select(table.c["id"], reader.title(entity, table).label("title"))
        statement = statement.where(table.c[_OWNER] == plan.person.id, live(table)).order_by(table.c["id"])
        rows = (await plan.session.execute(statement)).all()
        return [_subject(entity, str(row.id), row.title) for row in rows]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        await _give(work, subject, MovedOn(name=work.giver.name))
        return Result()

    async def take_back(self, work: Work, subject: Subject, _before: Mapping[str, Any], /) -> Result:
        await _give(work, subject, Changed())
        return Result()


def _subject(entity: Entity, id: str, title: str | None) -> Json:
    named = title or id
    return {
        "label": label(f"{entity.label.zh}:{named}", f"{entity.label.en}: {named}"),
        "link": f"/records/{entity.key}/{id}",
        "entity": entity.key,
        "record_id": id,
    }


async def _give(work: Work, subject: Subject, otherwise: Exception) -> None:
    entity, id = str(subject["entity"]), id_of(subject, "record_id")
    if not await _owns(work, entity, subject, work.giver):
        raise otherwise
    data = {_OWNER: str(work.taker.id)}
    await records.update(work.session, work.metadata, SYSTEM, entity, id, data, version=None, cause=work.cause)


async def _owns(work: Work, entity: str, subject: Subject, user: User) -> bool:
    if entity not in work.metadata.entities:
        return False
    try:
        record = await records.get(work.session, work.metadata, SYSTEM, entity, id_of(subject, "record_id"))
    except NotFound:
        return False
    return bool(record.get(_OWNER) == str(user.id))
