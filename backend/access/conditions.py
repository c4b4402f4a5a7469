"""Conditions of grants: which rows they give beside the scope, as SQL.

A condition is the author's, not the reader's: it reads every field and every row, so that a role may be narrowed by what those
who hold it cannot see.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, FromClause

from backend import clock
from backend.access.caller import Caller
from engine.definitions import Entity
from engine.language import BOOLEAN, NOTHING, Checked, Context, Problems, check, record_scope

#: Compiled conditions by text and the entities they were compiled among, which are kept so that their id() stays theirs.
_compiled: OrderedDict[tuple[str, str, int], tuple[Mapping[str, Entity], Checked]] = OrderedDict()
_COMPILED_KEPT = 500


def compiled(text: str, entity: Entity, entities: Mapping[str, Entity]) -> Checked:
    """The condition over records of `entity`. Raises ValueError for one that publishing should have refused."""
    address = (text, entity.key, id(entities))
    if address not in _compiled:
        found = check(text, record_scope(entity, entities), target="sql", expects=BOOLEAN)
        if isinstance(found, Problems):
            raise ValueError(f"the condition {text!r} of a grant on {entity.key} cannot be evaluated: {found}")
        _compiled[address] = (entities, found)
        while len(_compiled) > _COMPILED_KEPT:
            _compiled.popitem(last=False)
    return _compiled[address][1]


def holds(
    condition: Checked,
    caller: Caller,
    table: FromClause,
    relations: Mapping[str, FromClause],
    context: Context = NOTHING,
) -> ColumnElement[bool]:
    """True for the rows of `table` that meet the condition, for this caller and at this moment."""
    parameters = caller_parameters(caller)
    return condition.sql(table, clock.now(), relations=relations, parameters=parameters, context=context)


def caller_parameters(caller: Caller) -> Mapping[str, object]:
    """What is known of `me` in an expression that is turned into SQL; the rest is read of the user."""
    return {"me.id": caller.user_id, "me.department": caller.department_id}
