"""The members of a record's GraphQL type: each knows its type in the schema and its SQL in a selection.

The explicit list is made by `members_of`; the schema and the compiler both go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, FromClause

from backend.graphql import naming
from backend.graphql.selection import Selected
from backend.records.fields import SYSTEM, type_of
from engine.definitions import Entity, Field

if TYPE_CHECKING:
    from backend.graphql.compile import Compiler

Sql = ColumnElement[Any]
#: What a field is in the schema, by the `graphql` of its type, where that is not a scalar of the same name.
_ANNOTATIONS: Mapping[str, str] = {"String": "str", "Float": "float", "Boolean": "bool", "[String!]": "list[str]"}
#: System columns that are there in every record.
_NEVER_EMPTY: Mapping[str, str] = {"version": "int", "created_at": "DateTime", "updated_at": "DateTime"}


class Member(Protocol):
    """One field of a record's type."""

    @property
    def annotation(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def is_list(self) -> bool: ...
    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql: ...


@dataclass(frozen=True, slots=True)
class Id:
    """The record's own id."""

    annotation: str = "ID"
    description: str = "编号 · ID"
    is_list: bool = False

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:  # noqa: ARG002  # Member's shape
        return table.c["id"]


@dataclass(frozen=True, slots=True)
class Title:
    """What names the record to people."""

    entity: Entity
    annotation: str = "Optional[str]"
    description: str = "标题 · What names the record"
    is_list: bool = False

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:  # noqa: ARG002  # Member's shape
        return compiler.reader.title(self.entity, table)


@dataclass(frozen=True, slots=True)
class Value:
    """A field as it stands in the record's JSON."""

    entity: Entity
    field: Field
    is_list: bool = False

    @property
    def annotation(self) -> str:
        return _NEVER_EMPTY.get(self.field.key) or f"Optional[{value_annotation(self.entity, self.field)}]"

    @property
    def description(self) -> str:
        return describe(self.field)

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:  # noqa: ARG002  # Member's shape
        return compiler.reader.value(self.entity, self.field, table)


@dataclass(frozen=True, slots=True)
class PointerId:
    """The id a field points at, without looking behind it."""

    field: Field
    annotation: str = "Optional[ID]"
    is_list: bool = False

    @property
    def description(self) -> str:
        return describe(self.field)

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:  # noqa: ARG002  # Member's shape
        return table.c[self.field.key]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The record, user or department a field points at; null when the caller may not see it."""

    field: Field
    target: Entity | None
    is_list: bool = False

    @property
    def annotation(self) -> str:
        names = {"user": "User", "department": "Department"}
        name = naming.type_name(self.target.key) if self.target else names[str(type_of(self.field).points_at)]
        return f"Optional[{name}]"

    @property
    def description(self) -> str:
        return describe(self.field)

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:
        id = table.c[self.field.key]
        if self.target is not None:
            return compiler.pointed_at(self.target, id, wanted)
        return compiler.PEOPLE[str(type_of(self.field).points_at)](compiler, id)


@dataclass(frozen=True, slots=True)
class Backward:
    """The records of `entity` whose `field` points here, a page at a time."""

    entity: Entity
    field: Field
    is_list: bool = True

    @property
    def annotation(self) -> str:
        return f"{naming.type_name(self.entity.key)}Page"

    @property
    def description(self) -> str:
        plural = self.entity.plural or self.entity.label
        return f"{plural.zh} · {plural.en} ({self.field.key})"

    def compile(self, compiler: Compiler, table: FromClause, wanted: Selected) -> Sql:
        return compiler.page(self.entity, wanted, parent=(self.field.key, table))


def members_of(entity: Entity, entities: Mapping[str, Entity]) -> dict[str, Member]:
    """The members of `entity` by name. `entities` are those the caller can see, narrowed to what may be read."""
    members: dict[str, Member] = {"id": Id(), "_title": Title(entity)}
    for field in (*SYSTEM.values(), *entity.fields):
        for name, member in _members_of_field(entity, field, entities):
            members[naming.free(name, members)] = member
    for child in entities.values():
        for field in child.fields:
            if type_of(field).points_at == "record" and field.entity == entity.key:
                members[naming.free(naming.backward(child.key, field.key, entity.key), members)] = Backward(
                    child, field
                )
    return members


def describe(field: Field) -> str:
    """The labels in both languages, and the options of a choice."""
    options = " | ".join(option.key for option in field.options)
    return f"{field.label.zh} · {field.label.en}" + (f" ({options})" if options else "")


def value_annotation(entity: Entity, field: Field) -> str:
    """The schema's type of a field's value when it is not empty."""
    if not type_of(field).stored:
        return f"list[{row_name(entity, field)}]"
    graphql = type_of(field).graphql
    return _ANNOTATIONS.get(graphql, graphql)


def row_name(entity: Entity, field: Field) -> str:
    """The type of a sub-table's rows."""
    return f"{naming.type_name(entity.key)}{naming.type_name(field.key)}Row"


def _members_of_field(entity: Entity, field: Field, entities: Mapping[str, Entity]) -> list[tuple[str, Member]]:
    points_at = type_of(field).points_at if field.key not in _NEVER_EMPTY else None
    if points_at is None:
        return [(field.key, Value(entity, field))]
    target = entities.get(str(field.entity)) if points_at == "record" else None
    if points_at == "record" and target is None:
        return [(f"{field.key}_id", PointerId(field))]
    return [(field.key, Pointer(field, target)), (f"{field.key}_id", PointerId(field))]
