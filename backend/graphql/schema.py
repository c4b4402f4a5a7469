"""The schema of one caller's view: Strawberry types made from the definitions, and how each field gets its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import strawberry
from graphql import GraphQLError, GraphQLObjectType
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types import ExecutionContext
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from backend.graphql import naming, resolve, types, work
from backend.graphql.members import describe, members_of, row_name, value_annotation
from backend.records.fields import SYSTEM, type_of
from backend.records.reading import Reader
from engine.definitions import Entity, Field

_MAX_TOKENS = 10_000
#: Parsed and validated queries of programs that ask the same again and again.
_QUERIES_KEPT = 200
#: Types that stand whole inside records' JSON.
_WHOLE = ("User", "Department", "Money", "Label")
_PAGE_ARGUMENTS: tuple[tuple[str, str, object], ...] = (
    ("filter", "Optional[str]", None),
    ("segment", "Optional[str]", None),
    ("order", "Optional[list[str]]", None),
    ("first", "int", 20),
    ("after", "Optional[str]", None),
    ("search", "Optional[str]", None),
)
#: What the arguments of a page mean, for whoever reads the schema.
_ABOUT_ARGUMENTS: Mapping[str, str] = {
    "filter": (
        "表达式语言写的条件，限定条目和 count · A condition of the expression language, which items and count are held to: "
        '`status = "open" and created_at > now() - 7 days`. Fields you may not read are unknown in it'
    ),
    "segment": "分群的键 · The key of a segment of this type; the filter narrows it further",
    "order": "字段，`-` 为降序 · Fields, `-` before one for descending",
    "first": "条数，至多 500 · How many at most, up to 500",
    "after": "上一页的 next · `next` of the page before",
    "search": "要包含的词 · Words that must stand in the record",
}
Argument = tuple[str, str, object]
_REQUIRED = strawberry.UNSET


@dataclass(frozen=True)
class _Root:
    """A root field of records: name, type, arguments, what it does."""

    name: str
    annotation: str
    arguments: tuple[Argument, ...]
    resolver: resolve.Resolver
    description: str


class RecordSchema(strawberry.Schema):
    """Errors are logged where they are answered, with the request's id; what a user mistyped is not one for the log."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing here: see errors.error_json."""


class SchemaBuilder:
    """Builds the schema of `reader`'s caller over `reader`'s metadata."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.entities = reader.entities
        #: The names that annotations may use; types are added as they are made.
        self.names: dict[str, Any] = {
            **{"Optional": Optional, "ID": strawberry.ID, "JSON": JSON, "Date": types.Date, "DateTime": types.DateTime},
            **{
                "User": types.User,
                "Department": types.Department,
                "Money": types.Money,
                "MoneyInput": types.MoneyInput,
            },
        }
        self.queries: list[_Root] = []
        self.mutations: list[_Root] = []
        self.resolvers: dict[str, dict[str, resolve.Resolver]] = {}
        self._annotated: list[tuple[StrawberryField, str]] = []

    def build(self) -> strawberry.Schema:
        """The schema."""
        for entity in self.entities.values():
            self._add_entity(entity)
        query = create_type("Query", [*work.query_fields(), *map(self._root_field, self.queries)])
        mutation = create_type("Mutation", [*work.mutation_fields(), *map(self._root_field, self.mutations)])
        self._name_types()
        schema = RecordSchema(
            query=query,
            mutation=mutation,
            config=StrawberryConfig(
                auto_camel_case=False, default_resolver=_member, scalar_map=types.SCALARS, sort_schema=True
            ),
            extensions=[
                lambda: MaxTokensLimiter(max_token_count=_MAX_TOKENS),
                lambda: ParserCache(maxsize=_QUERIES_KEPT),
                lambda: ValidationCache(maxsize=_QUERIES_KEPT),
            ],
        )
        self._install_resolvers(schema)
        return schema

    def _add_entity(self, entity: Entity) -> None:
        for field in entity.fields:
            if not type_of(field).stored:
                self._add_row(entity, field)
        self._add_type(entity)
        self._add_page(entity)
        self._add_queries(entity)
        self._add_mutations(entity)

    def _add_type(self, entity: Entity) -> None:
        members = members_of(entity, self.entities)
        fields = [
            self._field(name, member.annotation, member.description, _PAGE_ARGUMENTS if member.is_list else ())
            for name, member in members.items()
        ]
        self._type(naming.type_name(entity.key), fields, f"{entity.label.zh} · {entity.label.en}", resolve.by_key)

    def _add_page(self, entity: Entity) -> None:
        name = naming.type_name(entity.key)
        fields = [
            self._field("items", f"list[{name}]", "The records of this page"),
            self._field("next", "Optional[str]", "Give it as `after` for the next page; null at the end"),
            self._field("count", "int", "How many there are in all"),
        ]
        self._type(f"{name}Page", fields, f"A page of {entity.label.en}", resolve.by_key)
        self.resolvers[f"{name}Page"]["next"] = resolve.next_page

    def _add_row(self, entity: Entity, field: Field) -> None:
        name = row_name(entity, field)
        fields = [self._field("id", "ID", "")]
        fields += [
            self._field(column.key, f"Optional[{value_annotation(entity, column)}]", describe(column))
            for column in field.fields
        ]
        fields.append(self._field("_labels", "Optional[JSON]", "Titles of what the columns point at"))
        self._type(name, fields, f"A row of {field.label.en}", resolve.by_name)
        inputs = [self._input(column.key, _input_annotation(entity, column), column) for column in field.fields]
        self.names[f"{name}Input"] = create_type(f"{name}Input", inputs, is_input=True)

    def _add_queries(self, entity: Entity) -> None:
        type, label = naming.type_name(entity.key), f"{entity.label.zh} · {entity.label.en}"
        id: tuple[Argument, ...] = (("id", "ID", _REQUIRED),)
        # An entity may be called what the list of another is: `tickets` beside `ticket`.
        taken = [root.name for root in self.queries]
        one, many = naming.free(naming.one(entity.key), taken), naming.free(naming.many(entity.key), taken)
        self.queries += [
            _Root(one, f"Optional[{type}]", id, resolve.one(entity), label),
            _Root(many, f"{type}Page", _PAGE_ARGUMENTS, resolve.many(entity), label),
        ]

    def _add_mutations(self, entity: Entity) -> None:
        type, key, label = naming.type_name(entity.key), entity.key, entity.label.en
        id, version = ("id", "ID", _REQUIRED), ("version", "int", _REQUIRED)
        access = {action: self.reader.access(entity, action) for action in ("create", "update", "delete")}
        # Who may close open tickets and read those alone changes a record out of their sight.
        for action, given, answer in (("create", (), type), ("update", (id, version), f"Optional[{type}]")):
            if access[action].allowed and self._add_input(entity, action, access[action].writable):
                data = ("data", f"{action.title()}{type}", _REQUIRED)
                make = {"create": resolve.create, "update": resolve.update}[action]
                self.mutations.append(_Root(f"{action}_{key}", answer, (*given, data), make(entity), label))
        if access["delete"].allowed:
            self.mutations += [
                _Root(f"delete_{key}", "ID", (id, ("version", "Optional[int]", None)), resolve.delete(entity), label),
                _Root(f"restore_{key}", type, (id,), resolve.restore(entity), label),
            ]

    def _add_input(self, entity: Entity, action: str, writable: frozenset[str]) -> bool:
        """The input of a write; False when the caller may write nothing."""
        fields = [field for field in entity.fields if field.key in writable and not type_of(field).server_set]
        fields += [SYSTEM[key] for key in ("owner", "department") if key in writable]
        name = f"{action.title()}{naming.type_name(entity.key)}"
        inputs = [self._input(field.key, _input_annotation(entity, field), field) for field in fields]
        if inputs:
            self.names[name] = create_type(name, inputs, is_input=True, description=f"{entity.label.en}: what to write")
        return bool(inputs)

    def _type(self, name: str, fields: list[StrawberryField], description: str, resolver: Callable[..., Any]) -> None:
        self.names[name] = create_type(name, fields, description=description)
        self.resolvers[name] = {str(field.graphql_name): resolver for field in fields}

    def _root_field(self, root: _Root) -> StrawberryField:
        return self._field(root.name, root.annotation, root.description, root.arguments)

    def _field(
        self, name: str, annotation: str, description: str, arguments: tuple[Argument, ...] = ()
    ) -> StrawberryField:
        field = StrawberryField(
            python_name=f"f_{name}",
            graphql_name=name,
            type_annotation=self._annotation(annotation),
            description=description,
        )
        self._annotated.append((field, annotation))
        field.arguments = [
            StrawberryArgument(key, key, self._annotation(type), default=default, description=_ABOUT_ARGUMENTS.get(key))
            for key, type, default in arguments
        ]
        return field

    def _input(self, name: str, annotation: str, field: Field) -> StrawberryField:
        optional = f"Optional[{annotation}]"
        made = StrawberryField(
            python_name=f"f_{name}",
            graphql_name=name,
            type_annotation=self._annotation(optional),
            description=describe(field),
            default=strawberry.UNSET,
        )
        self._annotated.append((made, optional))
        return made

    def _name_types(self) -> None:
        """Types refer to each other before all are made, and Strawberry forgets where their names are to be found."""
        for field, annotation in self._annotated:
            field.type_annotation = self._annotation(annotation)

    def _annotation(self, text: str) -> StrawberryAnnotation:
        return StrawberryAnnotation(text, namespace=self.names)

    def _install_resolvers(self, schema: strawberry.Schema) -> None:
        """Records' fields are resolved by plain functions on the finished schema: no layer per value in between."""
        graphql = schema._schema
        for name, by_field in self.resolvers.items():
            _install(graphql.get_type(name), by_field)
        for name in _WHOLE:
            type = graphql.get_type(name)
            if isinstance(type, GraphQLObjectType):
                _install(type, dict.fromkeys(type.fields, resolve.by_name))
        _install(graphql.query_type, {root.name: root.resolver for root in self.queries})
        _install(graphql.mutation_type, {root.name: root.resolver for root in self.mutations})


def _install(type: object, resolvers: Mapping[str, resolve.Resolver]) -> None:
    if isinstance(type, GraphQLObjectType):
        for name, resolver in resolvers.items():
            type.fields[name].resolve = resolver


def _input_annotation(entity: Entity, field: Field) -> str:
    """The type of a field's value when it is written."""
    if not type_of(field).stored:
        return f"list[{row_name(entity, field)}Input]"
    annotation = value_annotation(entity, field)
    return f"{annotation}Input" if annotation == "Money" else annotation


def _member(source: Mapping[str, Any], name: str) -> object:
    return source.get(name)
