"""Checks of entities: keys, settings of field types, references, stages, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.metadata.checks.expressions import expression_problems
from backend.metadata.checks.problem import ENTITY, FIELD, OPTION, CheckContext, Found, twice, unknown
from engine.definitions import SYSTEM_FIELDS, Entity, Field, Text
from engine.definitions.field_types import FIELD_TYPES, TYPE_SETTINGS
from engine.language import record_scope

#: Names that mean something else wherever a field can be named: columns, the caller, GraphQL's and REST's own members.
RESERVED_FIELDS = frozenset({*SYSTEM_FIELDS, "me", "record", "outcome", "initiator", "kind", "parent_id", "position"})
RESERVED_ENTITIES = frozenset(
    {
        "user",
        "department",
        "social",
        "task",
        "instance",
        "rule",
        "message",
        "metadata",
        "notification",
        "record",
        "event",
    }
)
TITLE_TYPES = frozenset({"text", "auto_number", "phone", "email", "choice", "date", "datetime", "long_text"})


def check_entity(entity: Entity, context: CheckContext) -> Iterator[Found]:
    """Everything the schema cannot say about an entity."""
    if entity.key in RESERVED_ENTITIES:
        yield _reserved("/key", entity.key)
    yield from _type_names(entity, context)
    yield from _fields("/fields", entity.fields, context, parent=None)
    yield from _title(entity)
    yield from _unique_keys(entity)
    if all(field.type in FIELD_TYPES for field in entity.fields):
        yield from _conditions(entity, context)


def _reserved(path: str, key: str) -> Found:
    message = Text(f"“{key}”是系统保留名，请换一个", f"“{key}” is reserved; choose another key")
    return Found(path, "reserved_key", message, f"{key}_1")


def _type_names(entity: Entity, context: CheckContext) -> Iterator[Found]:
    """GraphQL joins the words of a key, so that `form_1` and `form1` would be one type, and so would their rows."""
    taken: dict[str, str] = {}
    for other in context.metadata.entities.values():
        if other.key != entity.key:
            taken |= {name: other.key for name, _ in _types(other)}
    for name, place in _types(entity):
        if name in taken:
            message = Text(
                f"在 GraphQL 中与“{taken[name]}”同名（{name}），请换一个",
                f"In GraphQL this has the name of “{taken[name]}” ({name}); choose another key",
            )
            yield Found(place, "graphql_name_taken", message)
        taken[name] = entity.key


def _types(entity: Entity) -> Iterator[tuple[str, str]]:
    """The types that GraphQL makes of an entity, by the place of their key: the record's and its sub-tables' rows."""
    name = _joined(entity.key)
    yield name, "/key"
    for number, field in enumerate(entity.fields):
        if field.fields:
            yield f"{name}{_joined(field.key)}Row", f"/fields/{number}/key"


def _joined(key: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in key.split("_"))


def _fields(path: str, fields: Sequence[Field], context: CheckContext, parent: Field | None) -> Iterator[Found]:
    seen: set[str] = set()
    for number, field in enumerate(fields):
        place = f"{path}/{number}"
        if field.key in RESERVED_FIELDS:
            yield _reserved(f"{place}/key", field.key)
        if field.key in seen:
            yield twice(f"{place}/key", FIELD, field.key)
        seen.add(field.key)
        yield from _field(place, field, context, parent)


def _field(place: str, field: Field, context: CheckContext, parent: Field | None) -> Iterator[Found]:
    yield from _settings(place, field)
    if parent is not None and not FIELD_TYPES[field.type].scalar:
        message = Text(f"子表里不能有“{field.type}”字段", f"A sub-table cannot have a field of type {field.type}")
        yield Found(f"{place}/type", "not_in_sub_table", message, "text")
    if field.entity is not None and field.entity not in context.metadata.entities:
        yield unknown(f"{place}/entity", ENTITY, field.entity, context.metadata.entities)
    yield from _options(place, field)
    if field.fields:
        yield from _fields(f"{place}/fields", field.fields, context, parent=field)


def _settings(place: str, field: Field) -> Iterator[Found]:
    type = FIELD_TYPES[field.type]
    for name in TYPE_SETTINGS:
        given = bool(getattr(field, name)) or (name == "scale" and field.scale is not None)
        if name in type.needs and not given:
            message = Text(f"{type.label.zh}字段需要“{name}”", f"A field of type {field.type} needs “{name}”")
            yield Found(place, "setting_missing", message, name)
        if given and name not in type.needs + type.takes:
            message = Text(f"{type.label.zh}字段不使用“{name}”", f"A field of type {field.type} does not use “{name}”")
            yield Found(f"{place}/{name}", "setting_unused", message, severity="warning")


def _options(place: str, field: Field) -> Iterator[Found]:
    keys: set[str] = set()
    for number, option in enumerate(field.options):
        if option.key in keys:
            yield twice(f"{place}/options/{number}/key", OPTION, option.key)
        keys.add(option.key)
    for source, targets in field.transitions.items():
        for key in (source, *targets):
            if key not in keys:
                yield unknown(f"{place}/transitions/{source}", OPTION, key, keys)
    if field.type in ("choice", "stage") and isinstance(field.default, str) and field.default not in keys:
        yield unknown(f"{place}/default", OPTION, field.default, keys)


def _title(entity: Entity) -> Iterator[Found]:
    field = entity.field(entity.title)
    if field is None:
        yield unknown("/title", FIELD, entity.title, [f.key for f in entity.fields])
    elif field.type not in TITLE_TYPES:
        message = Text(f"“{field.type}”字段不能作标题", f"A field of type {field.type} cannot name a record")
        fitting = next((f.key for f in entity.fields if f.type in TITLE_TYPES), None)
        yield Found("/title", "title_type", message, fitting)


def _unique_keys(entity: Entity) -> Iterator[Found]:
    keys = [field.key for field in entity.fields if field.type != "sub_table"]
    for number, unique in enumerate(entity.unique):
        for position, key in enumerate(unique.fields):
            if key not in keys and key not in SYSTEM_FIELDS:
                yield unknown(f"/unique/{number}/fields/{position}", FIELD, key, keys)


def _conditions(entity: Entity, context: CheckContext) -> Iterator[Found]:
    scope = record_scope(entity, context.metadata.entities)
    for number, check in enumerate(entity.checks):
        yield from expression_problems(f"/checks/{number}/expression", check.expression, scope)
        if check.field is not None and entity.field(check.field) is None:
            yield unknown(f"/checks/{number}/field", FIELD, check.field, [f.key for f in entity.fields])
