"""Published metadata as one caller may see it: the answer of GET /api/metadata."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import compile_access, provided
from backend.identity import service as identity
from backend.metadata.snapshot import Metadata
from engine.definitions import SYSTEM_FIELDS, Entity, Form, View
from engine.definitions.codec import Document, encode
from engine.definitions.field_types import FIELD_TYPES
from engine.language import BOOLEAN, Checked, Scope, Type, check, form_scope, record_scope
from engine.language.scopes import field_type


async def metadata_json(session: AsyncSession, metadata: Metadata, caller: Caller) -> tuple[bytes, str]:
    """The body and its entity tag. Entities, fields, forms and views that the caller may not read are left out, and so are
    conditions that name such a field, and views that are filtered by one."""
    readable = readable_fields(metadata, caller)
    known = narrowed(metadata, readable)
    provides = provided(caller, metadata.roles)
    users = await identity.list_users(session)
    body = {
        "version": metadata.version,
        "entities": {key: entity_json(metadata.entities[key], fields) for key, fields in readable.items()},
        "forms": {
            key: form_json(form, known, readable[form.entity])
            for key, form in metadata.forms.items()
            if form.entity in known
        },
        "views": {
            key: view_json(view, readable[view.entity])
            for key, view in sorted(metadata.views.items(), key=_listed)
            if view.entity in known and _readable_filter(view, known, provides)
        },
        "flows": {
            key: {"key": key, "label": label(flow), "entity": flow.entity}
            for key, flow in metadata.flows.items()
            if flow.entity in readable
        },
        "field_types": field_types_json(),
        "calendar": None if metadata.default_calendar is None else metadata.default_calendar.to_json(),
        "users": [
            {name: user[name] for name in ("id", "name", "department_id", "position")}
            for user in users
            if user["active"]
        ],
        "departments": [
            {name: department[name] for name in ("id", "key", "label", "parent_id")}
            for department in await identity.list_departments(session)
        ],
        "roles": [{"key": key, "label": label(role)} for key, role in metadata.roles.items()],
    }
    answer = orjson.dumps(body, default=str)
    return answer, f'"{metadata.version}-{hashlib.sha256(answer).hexdigest()[:16]}"'


def readable_fields(metadata: Metadata, caller: Caller) -> dict[str, frozenset[str]]:
    """The fields the caller may read, by entity; entities they may not read at all are absent."""
    found = {}
    for key, entity in sorted(metadata.entities.items(), key=_listed):
        access = compile_access(caller, entity, metadata.roles, "read", metadata.entities)
        if access.allowed:
            found[key] = access.readable
    return found


def narrowed(metadata: Metadata, readable: Mapping[str, frozenset[str]]) -> Mapping[str, Entity]:
    """The entities as somebody knows who may read these fields: what expressions shown to them may name."""
    return {
        key: replace(entity, fields=tuple(field for field in entity.fields if field.key in readable[key]))
        for key, entity in metadata.entities.items()
        if key in readable
    }


def _readable_filter(view: View, known: Mapping[str, Entity], provides: frozenset[str]) -> bool:
    """Whether all that chooses the rows of a view is known."""
    scope = record_scope(known[view.entity], known, provides)
    return view.filter is None or isinstance(check(view.filter, scope), Checked)


def _listed(item: tuple[str, Any]) -> tuple[int, str]:
    """Where an entity or view stands in lists."""
    key, definition = item
    return definition.position, key


def label(definition: Any) -> dict[str, str]:
    """A definition's label as JSON."""
    return {"zh": definition.label.zh, "en": definition.label.en}


def entity_json(entity: Entity, readable: frozenset[str]) -> Document:
    """An entity with the fields that may be read."""
    named = readable | SYSTEM_FIELDS.keys()
    document = encode(entity)
    document["fields"] = [field for field in document["fields"] if field["key"] in readable]
    document.pop("checks", None)
    if "unique" in document:
        document["unique"] = [each for each in document["unique"] if named.issuperset(each["fields"])]
    return document


def view_json(view: View, readable: frozenset[str]) -> Document:
    """A view with the columns that may be read, in an order by such."""
    named = readable | SYSTEM_FIELDS.keys()
    document = encode(view)
    document["columns"] = [key for key in view.columns if key in named]
    if "sort" in document:
        document["sort"] = [key for key in view.sort if key.removeprefix("-") in named]
    return document


def form_json(form: Form, known: Mapping[str, Entity], readable: frozenset[str]) -> Document:
    """A form whose conditions stand beside their checked trees (`visible_when_tree`, `required_when_tree`, `computed_tree`, a
    check's `expression_tree`), which is what the browser evaluates. Conditions that name what is not known are left to the server."""
    scope = form_scope(form, known[form.entity], known)
    document = encode(form)
    for section in document["sections"]:
        items = [item for item in section["items"] if item["field"] in readable]
        section["items"] = [_item_json(item, known[form.entity], scope) for item in items]
    checks = [_with_trees(each, {"expression": BOOLEAN}, scope) for each in document.get("checks", [])]
    document["checks"] = [each for each in checks if "expression" in each]
    return document


def _item_json(item: Mapping[str, Any], entity: Entity, scope: Scope) -> Document:
    field = entity.field(item["field"])
    members = {"visible_when": BOOLEAN, "required_when": BOOLEAN}
    return _with_trees(item, members if field is None else members | {"computed": field_type(field)}, scope)


def _with_trees(document: Mapping[str, Any], members: Mapping[str, Type], scope: Scope) -> Document:
    found = dict(document)
    for member, type in members.items():
        text = found.pop(member, None)
        checked = check(text, scope, expects=type) if text else None
        if isinstance(checked, Checked):
            found |= {member: text, f"{member}_tree": checked.to_json()}
    return found


def field_types_json() -> list[Document]:
    """The field types there are, for designers and editors."""
    return [
        {
            "type": type.key,
            "label": {"zh": type.label.zh, "en": type.label.en},
            "needs": list(type.needs),
            "takes": list(type.takes),
        }
        for type in FIELD_TYPES.values()
    ]
