"""The conditions a record must meet when it is written, evaluated over its new values and the records it refers to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.metadata.snapshot import Metadata
from backend.records.behind import behind_references, caller_values
from backend.records.errors import problem
from backend.records.hosted import context_for
from backend.records.reading import reader_for
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
    context = {**values, **await caller_values(session, caller, paths)}
    context.update(await behind_references(session, reader_for(metadata, SYSTEM), entity, values, paths))
    now = clock.now()
    hosted = await context_for(session, reader_for(metadata, SYSTEM), [checked for _, checked in checks], context, now)
    return [
        problem(check.field, "check", zh=check.message.zh, en=check.message.en)
        for check, checked in checks
        if not checked.is_true(context, now, hosted)
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
