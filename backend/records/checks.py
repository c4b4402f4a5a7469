"""The conditions a record must meet when it is written, evaluated over its new values and the records it refers to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.errors import NotFound
from backend.identity.relations import PEOPLE
from backend.metadata.snapshot import Metadata
from backend.records import query
from backend.records.errors import problem
from backend.records.fields import field_of
from backend.records.reading import Reader, reader_for
from engine.definitions import Check, Entity
from engine.language import BOOLEAN, Checked, Problems, check, record_scope

_Compiled = tuple[tuple[Check, Checked], ...]
#: Compiled checks by entity and the entities it was compiled among, both kept so that their id() stays theirs.
_compiled: OrderedDict[tuple[int, int], tuple[Entity, Mapping[str, Entity], _Compiled]] = OrderedDict()
_COMPILED_KEPT = 300


async def check_problems(
    session: AsyncSession, metadata: Metadata, caller: Caller, entity: Entity, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The problems of conditions that `values` (a whole record by field key) do not meet."""
    checks = compiled_checks(entity, metadata.entities)
    if not checks:
        return []
    paths = [path for _, checked in checks for path in checked.references()]
    context = {**values, "me": {"id": caller.user_id, "department": caller.department_id, "name": caller.name}}
    context.update(await behind_references(session, reader_for(metadata, SYSTEM), entity, values, paths))
    now = clock.now()
    return [
        problem(check.field, "check", zh=check.message.zh, en=check.message.en)
        for check, checked in checks
        if not checked.is_true(context, now)
    ]


def compiled_checks(entity: Entity, entities: Mapping[str, Entity]) -> _Compiled:
    """The entity's checks ready to run. Raises ValueError for a definition that publishing should have refused."""
    address = (id(entity), id(entities))
    if address not in _compiled:
        scope = record_scope(entity, entities) if entity.checks else None
        made = tuple(
            (each, _compile(each, check(each.expression, scope, expects=BOOLEAN))) for each in entity.checks if scope
        )
        _compiled[address] = (entity, entities, made)
        while len(_compiled) > _COMPILED_KEPT:
            _compiled.popitem(last=False)
    return _compiled[address][2]


def _compile(each: Check, found: Checked | Problems) -> Checked:
    if isinstance(found, Problems):
        raise ValueError(f"the check {each.expression!r} cannot be evaluated: {found}")
    return found


async def behind_references(
    session: AsyncSession, reader: Reader, entity: Entity, values: Mapping[str, Any], paths: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """For each path that goes on through a reference, what the reader may see behind it, as far as the paths go."""
    found: dict[str, Any] = {}
    for key in {path[0] for path in paths if len(path) > 1}:
        field = field_of(entity, key)
        if field is None or values.get(key) is None:
            continue
        target = reader.metadata.entities.get(field.entity or "")
        if target is None:
            found[key] = await _person(session, field.type, values[key])
            continue
        try:
            record = await query.get(session, reader, target, UUID(str(values[key])))
        except NotFound:
            continue
        deeper = [path[1:] for path in paths if path[0] == key and len(path) > 2]
        found[key] = {**record, **await behind_references(session, reader, target, record, deeper)}
    return found


async def _person(session: AsyncSession, type: str, id: Any) -> dict[str, Any]:
    """What an expression may read of a user or a department."""
    row = (await session.execute(PEOPLE[type].where(literal_column("id") == id))).mappings().first()
    return dict(row) if row else {"id": id}
