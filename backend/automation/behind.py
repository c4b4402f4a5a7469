"""What lies behind the references of many records at once, as far as the paths of a rule go: one statement for each entity and step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import any_, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.relations import PEOPLE
from backend.records.query import record_text
from backend.records.reading import Reader
from backend.records.tables import tables_of
from engine.language import Type

Path = tuple[str, ...]
Values = dict[str, Any]
#: Ids of one statement.
_TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Looker:
    """One who looks behind references: with whose eyes, and the types of the fields of each entity's records."""

    reader: Reader
    records: Mapping[str, Type]

    async def attach(
        self, session: AsyncSession, types: Mapping[str, Type], values: Collection[Values], paths: Iterable[Path]
    ) -> None:
        """Put in place of each reference that a path goes on through the record behind it, also from the trash. `types` are
        those of the fields of `values`; what is not there, or not to be seen, stays an id."""
        wanted = list(paths)
        for key in {path[0] for path in wanted if len(path) > 1}:
            type = types.get(key)
            if type is None or type.kind != "reference" or type.entity is None:
                continue
            ids = {id for each in values if (id := id_of(each.get(key))) is not None}
            found = await records(session, self.reader, type.entity, ids)
            deeper = {path[1:] for path in wanted if path[0] == key and len(path) > 2}
            await self.attach(session, self.fields(type.entity), list(found.values()), deeper)
            for each in values:
                id = id_of(each.get(key))
                if id in found:
                    each[key] = found[id]

    def fields(self, entity: str) -> Mapping[str, Type]:
        """The types of the fields of an entity's records, of a user or a department."""
        found = self.records.get(entity)
        return found.fields if found is not None else {}


async def records(
    session: AsyncSession, reader: Reader, entity: str, ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """Records by id, those in the trash included; users and departments as expressions read them."""
    if entity in PEOPLE:
        rows = (await session.execute(PEOPLE[entity].where(literal_column("id").in_(ids)))).mappings()
        return {row["id"]: dict(row) for row in rows}
    target = reader.metadata.entities.get(entity)
    if target is None or not reader.access(target).allowed:
        return {}
    found: dict[UUID, dict[str, Any]] = {}
    table, record = tables_of(target).shown, record_text(reader, target)
    wanted = sorted(ids)
    for start in range(0, len(wanted), _TOGETHER):
        chosen = table.c["id"] == any_(bindparam("ids", wanted[start : start + _TOGETHER], ARRAY(PgUUID(as_uuid=True))))
        statement = select(table.c["id"], record).select_from(table)
        rows = await session.execute(statement.where(chosen, reader.access(target).predicate(table)))
        found |= {row[0]: orjson.loads(row[1]) for row in rows}
    return found


def id_of(value: Any) -> UUID | None:
    """The id of what a reference stands for, given as such or with its record; None for what is no id."""
    if isinstance(value, Mapping):
        value = value.get("id")
    try:
        return UUID(str(value))
    except ValueError:
        return None
