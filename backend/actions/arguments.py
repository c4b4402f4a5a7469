"""Reading arguments: the language's run-time values turned into what the records service takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, literal, select, union_all

from backend.actions.action import ActionArgument, ActionContext, missing
from backend.records.tables import table_for


def to_input(value: Any) -> Any:
    """A run-time value of the language as record input: JSON, with Decimals left exact."""
    if isinstance(value, tuple | list):
        return [to_input(item) for item in value]
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping) and "id" in value:
        return str(value["id"])
    return value


def fields_of(arguments: Mapping[str, Any], *named: str) -> dict[str, Any]:
    """The arguments that are fields of a record: all but the `named` parameters of the action itself."""
    return {name: to_input(value) for name, value in arguments.items() if name not in named}


def id_of(value: Any) -> UUID | None:
    """The id in a reference value: an id, its text, or a mapping with a member `id`; None when empty or no id."""
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def texts(value: Any) -> list[str]:
    """A list of texts, from a list or from one text with commas between (ASCII or Chinese)."""
    if value is None:
        return []
    items = value.replace("，", ",").replace("、", ",").split(",") if isinstance(value, str) else list(value)
    return list(dict.fromkeys(text for item in items if (text := str(item).strip())))


def person_of(key: str, context: ActionContext, arguments: Mapping[str, Any]) -> UUID:
    """The person an action is about: its argument `person`, else the context's. One that is given and empty is nobody."""
    person = id_of(arguments["person"]) if "person" in arguments else context.person_id
    if person is None:
        raise missing(key, "person")
    return person


async def record_of(key: str, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[str, UUID]:
    """The record an action is about; ActionArgument when there is none."""
    found = await record_meant(context, arguments)
    if found is not None:
        return found
    entity = str(arguments.get("entity") or context.entity or "")
    if not entity and id_of(arguments.get("record")) is None:
        raise missing(key, "record")
    raise ActionArgument(key=key, reason=f"no {entity} to change", reason_zh=f"没有要修改的 {entity}", path="record")


async def record_meant(
    context: ActionContext, arguments: Mapping[str, Any], entity: str | None = None
) -> tuple[str, UUID] | None:
    """The record that the arguments `record` and `entity` name (`entity` where they do not say of which), else the context's; None
    when there is none. A `record` that is given and empty means none: it does not fall back to another."""
    named = str(arguments.get("entity") or entity or "")
    id = id_of(arguments.get("record"))
    if id is None:
        same = "record" not in arguments and context.record_id is not None and named in ("", context.entity)
        return (context.entity, context.record_id) if same and context.entity and context.record_id else None
    if named:
        return named, id
    if context.entity is not None and id == context.record_id:
        return context.entity, id
    if id == context.person_id:
        return "person", id
    found = await _entity_with(context, id)
    return (found, id) if found is not None else None


async def _entity_with(context: ActionContext, id: UUID) -> str | None:
    """The entity that has a record of this id; ids are unique everywhere."""
    looks = [
        select(literal(key)).where(exists().where(table_for(entity).c["id"] == id))
        for key, entity in context.metadata.entities.items()
    ]
    return (await context.session.execute(union_all(*looks).limit(1))).scalar_one_or_none() if looks else None
