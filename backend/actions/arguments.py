"""Reading arguments: the language's run-time values turned into what the records service takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.actions.action import ActionArgument, ActionContext, missing


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
    """The person an action is about: its argument `person`, else the context's."""
    person = id_of(arguments.get("person")) or context.person_id
    if person is None:
        raise missing(key, "person")
    return person


def record_of(key: str, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[str, UUID]:
    """The record an action is about: its arguments `entity` and `record`, else the context's."""
    entity = str(arguments.get("entity") or context.entity or "")
    record = id_of(arguments.get("record")) or (context.record_id if entity == context.entity else None)
    if not entity:
        raise missing(key, "entity")
    if record is None:
        raise ActionArgument(
            key=key, reason=f"no {entity} to change", reason_zh=f"没有要修改的 {entity}", path="record"
        )
    return entity, record
