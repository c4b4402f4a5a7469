"""Texts of messages that admins keep as records of the entity `message_template` (`key`, `text`), filled in for one person; in
the language of their field `language`, if the template has a text of that (`text_en`).

A template's text is a text of the expression language: `{person.name}` and the like are read of `person` (also called
`customer`), of `record` (what the rule or flow is about) and of `event` (what happened).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext
from backend.actions.errors import TargetGone, TemplateInvalid
from backend.metadata.event_scopes import PERSON
from backend.records import service as records
from backend.records.behind import behind_references
from backend.records.filters import live
from backend.records.reading import reader_for
from backend.records.tables import table_for
from engine.definitions.schemas import nearest
from engine.language import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    Checked,
    Problems,
    Scope,
    Type,
    check,
    describe,
    record,
    record_type,
    records_of,
    reference,
)

TEMPLATE = "message_template"
_CUSTOMER, _EVENT, _RECORD = "customer", "event", "record"
_LANGUAGE = "language"
#: The types of an event's values, by what they are; anything else is read as text.
_TYPES: tuple[tuple[type | tuple[type, ...], Type], ...] = (
    (bool, BOOLEAN),
    ((int, float, Decimal), NUMBER),
    (dt.datetime, DATETIME),
    (dt.date, DATE),
)


async def text_of_template(context: ActionContext, action: str, key: str, person: UUID | None) -> str:
    """The text of the template with this key, filled in. Raises TargetGone, TemplateInvalid."""
    written = await _written(context, action, key, await _language(context, person))
    made = check(_as_literal(written), _scope(context), expects=TEXT, templates=True)
    if isinstance(made, Problems):
        problem = describe(made)
        raise TemplateInvalid(template=key, problem=problem.en, problem_zh=problem.zh, path="template")
    values = await _values(context, made, person)
    return str(made.evaluate(values, context.now, context.metadata.context) or "").strip()


async def _language(context: ActionContext, person: UUID | None) -> str | None:
    """The language that the person is written to in, where their record says so."""
    entity = context.metadata.entities.get(PERSON)
    if person is None or entity is None or entity.field(_LANGUAGE) is None:
        return None
    record = await records.get(context.session, context.metadata, SYSTEM, PERSON, person)
    return str(record.get(_LANGUAGE) or "") or None


async def _written(context: ActionContext, action: str, key: str, language: str | None) -> str:
    texts = await _texts(context, f"text_{language}")
    if key not in texts:
        suggestion = nearest(key, texts)
        raise TargetGone(
            key=action, what="message template", what_zh="消息模板", name=key, path="template", suggestion=suggestion
        )
    return texts[key]


async def _texts(context: ActionContext, own: str) -> Mapping[str, str]:
    """The texts of all templates by key: those of the field `own` where there is such a field and it is filled in."""
    entity = context.metadata.entities.get(TEMPLATE)
    if entity is None or entity.field("key") is None or entity.field("text") is None:
        return {}
    table = table_for(entity)
    first = table.c[own if entity.field(own) is not None else "text"]
    text = func.coalesce(func.nullif(first, ""), table.c["text"])
    rows = await context.session.execute(select(table.c["key"], text).where(live(table)))
    return {row[0]: row[1] for row in rows if row[0] and row[1]}


def _as_literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n")
    return f'"{escaped}"'


def _scope(context: ActionContext) -> Scope:
    entities = context.metadata.entities
    variables = {_EVENT: _type_of(context.event or {})}
    if PERSON in entities:
        variables |= dict.fromkeys((PERSON, _CUSTOMER), reference(PERSON))
    if context.entity is not None and context.entity in entities:
        variables[_RECORD] = record_type(entities[context.entity])
    return Scope(variables, records_of(entities))


def _type_of(value: object) -> Type:
    if isinstance(value, Mapping):
        return record({str(name): _type_of(each) for name, each in value.items()})
    return next((type for kinds, type in _TYPES if isinstance(value, kinds)), TEXT)


async def _values(context: ActionContext, text: Checked, person: UUID | None) -> dict[str, Any]:
    paths = text.references()
    values: dict[str, Any] = {_EVENT: context.event or {}}
    for name, entity, id in (
        (PERSON, PERSON, person),
        (_CUSTOMER, PERSON, person),
        (_RECORD, context.entity, context.record_id),
    ):
        behind = [path[1:] for path in paths if path[0] == name and len(path) > 1]
        if behind and entity is not None and id is not None:
            values[name] = await _read(context, entity, id, behind)
    return values


async def _read(context: ActionContext, entity: str, id: UUID, paths: list[tuple[str, ...]]) -> dict[str, Any]:
    found = await records.get(context.session, context.metadata, SYSTEM, entity, id)
    reader = reader_for(context.metadata, SYSTEM)
    behind = await behind_references(
        context.session, reader, context.metadata.entity(entity), found, [path for path in paths if len(path) > 1]
    )
    return {**found, **behind}
