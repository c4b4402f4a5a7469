"""Scopes from definitions: what the expressions of an entity, a flow or a form may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definitions import SYSTEM_FIELDS, Entity, Field, Flow, Form, Text
from engine.language import types
from engine.language.types import Scope, Type

DEFAULT_CURRENCY = "CNY"

_SYSTEM_LABELS: Mapping[str, Text] = {
    "id": Text("编号", "ID"),
    "version": Text("版本", "Version"),
    "created_at": Text("创建时间", "Created at"),
    "created_by": Text("创建人", "Created by"),
    "updated_at": Text("更新时间", "Updated at"),
    "updated_by": Text("更新人", "Updated by"),
    "owner": Text("负责人", "Owner"),
    "department": Text("所属部门", "Department"),
    "deleted_at": Text("删除时间", "Deleted at"),
}

#: System fields that every stored record has.
_NEVER_EMPTY = frozenset({"id", "version", "created_at", "updated_at"})

_SUPPORT_RECORDS: Mapping[str, Type] = {
    "user": types.record(
        {
            "id": types.reference("user"),
            "name": types.TEXT.named(Text("姓名", "Name")),
            "email": types.TEXT.named(Text("邮箱", "E-mail")),
            "department": types.reference("department").named(Text("部门", "Department")),
        }
    ),
    "department": types.record(
        {
            "id": types.reference("department"),
            "key": types.TEXT,
            "name": types.TEXT.named(Text("名称", "Name")),
        }
    ),
}


def _money(field: Field) -> Type:
    return types.money(field.currency or DEFAULT_CURRENCY)


def _choice(field: Field) -> Type:
    return types.choice(*field.options)


def _sub_table(field: Field) -> Type:
    return types.list_of(types.record({column.key: field_type(column) for column in field.fields}))


#: What each field type is in the language.
FIELD_TYPES: Mapping[str, Callable[[Field], Type]] = {
    "id": lambda field: types.reference(field.entity),
    "text": lambda _: types.TEXT,
    "long_text": lambda _: types.TEXT,
    "phone": lambda _: types.TEXT,
    "email": lambda _: types.TEXT,
    "auto_number": lambda _: types.TEXT,
    "number": lambda _: types.NUMBER,
    "money": _money,
    "boolean": lambda _: types.BOOLEAN,
    "date": lambda _: types.DATE,
    "datetime": lambda _: types.DATETIME,
    "choice": _choice,
    "stage": _choice,
    "multi_choice": lambda field: types.list_of(_choice(field)),
    "tags": lambda _: types.list_of(types.TEXT),
    "reference": lambda field: types.reference(field.entity),
    "user": lambda _: types.reference("user"),
    "department": lambda _: types.reference("department"),
    "sub_table": _sub_table,
}


def field_type(field: Field) -> Type:
    """The type of a field, under its label. Raises ValueError for a field type the language does not know."""
    make = FIELD_TYPES.get(field.type)
    if make is None:
        raise ValueError(f"the language has no type for fields of type {field.type!r}")
    return make(field).named(field.label)


#: The types of entities seen lately, by identity: definitions never change, and every check of an expression asks for all of them.
_KNOWN: dict[int, tuple[Entity, Type]] = {}
_MOST_KNOWN = 500


def record_type(entity: Entity) -> Type:
    """A record of the entity: its own fields and the system's."""
    known = _KNOWN.get(id(entity))
    if known is not None and known[0] is entity:
        return known[1]
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    type = _record_type(entity)
    _KNOWN[id(entity)] = entity, type
    return type


def _record_type(entity: Entity) -> Type:
    system = {
        key: replace(
            field_type(Field(key, type, _SYSTEM_LABELS[key], entity=entity.key)), nullable=key not in _NEVER_EMPTY
        )
        for key, type in SYSTEM_FIELDS.items()
    }
    return types.record(system | {field.key: field_type(field) for field in entity.fields}, entity.label)


#: What a server gives an evaluation: records, departments, roles.
HOSTED = frozenset({"lookup", "directory", "roles"})


def records_of(entities: Mapping[str, Entity], provides: frozenset[str] = HOSTED) -> Mapping[str, Type]:
    """What lies behind references, by entity key; users and departments included. E-mail addresses, which people log in with, are
    named only where roles are."""
    user = _SUPPORT_RECORDS["user"]
    if "roles" not in provides:
        user = replace(user, fields={key: type for key, type in user.fields.items() if key != "email"})
    return {**_SUPPORT_RECORDS, "user": user, **{key: record_type(entity) for key, entity in entities.items()}}


def caller_type() -> Type:
    """`me`: the user on whose behalf an expression is evaluated."""
    return types.reference("user").named(Text("我", "me"))


def record_scope(entity: Entity, entities: Mapping[str, Entity], provides: frozenset[str] = HOSTED) -> Scope:
    """The fields of one record as bare names, and `me`."""
    return Scope({**record_type(entity).fields, "me": caller_type()}, records_of(entities, provides), provides)


def form_scope(
    form: Form, entity: Entity, entities: Mapping[str, Entity], provides: frozenset[str] = frozenset()
) -> Scope:
    """The values on a form as bare names: the fields it shows (all of the record's can be read), and `me`. Its checks are made
    by the server too, which `provides`; whatever else there is on a form the browser evaluates alone."""
    labels = {item.field: item.label for item in form.items if item.label is not None}
    fields = {
        key: type.named(labels[key]) if key in labels else type for key, type in record_type(entity).fields.items()
    }
    return Scope({**fields, "me": caller_type()}, records_of(entities, provides), provides)


def flow_scope(
    flow: Flow,
    entities: Mapping[str, Entity],
    provides: frozenset[str] = HOSTED,
    decisions: Mapping[str, Type] | None = None,
) -> Scope:
    """A flow's variables, `record` (what the flow is about), `outcome` (of the last task) and `initiator`; where `decisions` are
    known, decision tables."""
    variables: dict[str, Type] = {
        "outcome": types.TEXT.named(Text("结果", "Outcome")),
        "initiator": types.reference("user").named(Text("发起人", "Initiator")),
        "record": types.reference(flow.entity).named(Text("记录", "Record")),
    }
    for variable in flow.variables:
        field = Field(variable.key, variable.type, variable.label, entity=variable.entity, currency=variable.currency)
        variables[variable.key] = field_type(field)
    asked = provides if decisions is None else provides | {"decisions"}
    return Scope(variables, records_of(entities, provides), asked, decisions or {})
