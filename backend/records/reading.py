"""The pieces of SQL that every road to records is made of: a caller's view of an entity, its JSON, titles and labels.

A Reader is one caller with one snapshot of the metadata. Its SQL never names a field or a row that the caller may not
read, behind references too. GraphQL and lists are built from the same pieces.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import JSON, ColumnElement, FromClause, Label, Text, and_, cast, func, literal_column, null, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from backend.access.caller import Caller
from backend.access.compiler import Access, compile_access, provided
from backend.identity.models import Department, User
from backend.identity.relations import TABLES
from backend.metadata.snapshot import Metadata
from backend.records.fields import SYSTEM, field_of, type_of
from backend.records.tables import table_for, tables_of
from engine.definitions import Entity, Field
from engine.language import Checked

Sql = ColumnElement[Any]
Made = TypeVar("Made")
#: A record's title may be a reference, whose title may be one again; this far it is followed.
_TITLE_DEPTH = 3
_READERS_KEPT = 500
#: Filters and column choices a reader remembers; whoever asks for ever new ones gains nothing and costs little.
_KEPT_PER_READER = 50
_LONGEST_KEPT = 500
_STATEMENTS_KEPT = 500
#: A dialect that writes a percent sign as one: what it makes is put into other statements.
_WRITTEN = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
_USERS = User.__table__.alias()
_DEPARTMENTS = Department.__table__.alias()
#: Users and departments with the fields that expressions name.


class Columns(Protocol):
    """Something whose columns are named: a table, an alias, a sub-select."""

    @property
    def c(self) -> Any:
        """The columns by name."""


class _Row:
    """The columns of an entity's table as those of a FROM called `p`."""

    def __init__(self, entity: Entity) -> None:
        quote = _WRITTEN.identifier_preparer.quote_identifier
        self.c: Mapping[str, Sql] = {
            column.name: literal_column(f"p.{quote(column.name)}", column.type) for column in table_for(entity).columns
        }


class Reader:
    """What `caller` can see. `entities` are the entities as the caller knows them: only readable ones and readable fields."""

    def __init__(self, metadata: Metadata, caller: Caller) -> None:
        self.metadata = metadata
        self.caller = caller
        self._accesses: dict[tuple[str, str], Access] = {}
        self._records: dict[tuple[str, ...], str] = {}
        self._filters: dict[tuple[str, str], Checked] = {}
        self._statements: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    def kept(self, address: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """A statement without values, put together once: that costs more than carrying it out."""
        if address not in self._statements:
            self._statements[address] = make()
            while len(self._statements) > _STATEMENTS_KEPT:
                self._statements.popitem(last=False)
        made: Made = self._statements[address]
        return made

    def access(self, entity: Entity, action: str = "read") -> Access:
        """The caller's access to `entity` by `action`."""
        address = (entity.key, action)
        if address not in self._accesses:
            metadata = self.metadata
            self._accesses[address] = compile_access(
                self.caller,
                entity,
                metadata.roles,
                action,
                metadata.entities,
                self._whole_relations,
                metadata.context,
            )
        return self._accesses[address]

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """The entities this caller may read, without the fields hidden from them."""
        if self.caller.unrestricted:
            return self.metadata.entities
        readable = (entity for entity in self.metadata.entities.values() if self.access(entity).allowed)
        return {entity.key: self._narrowed(entity) for entity in readable}

    def _narrowed(self, entity: Entity) -> Entity:
        readable = self.access(entity).readable
        return replace(entity, fields=tuple(field for field in entity.fields if field.key in readable))

    @cached_property
    def provides(self) -> frozenset[str]:
        """What expressions of this caller's own may ask beside values."""
        return provided(self.caller, self.metadata.roles)

    @property
    def relations(self) -> Mapping[str, FromClause]:
        """For each entity the rows this caller may read: what a filter meets behind a reference. Users and departments are
        known to everybody."""
        return self._narrowed_relations() if self.conditional else self._lasting_relations

    @cached_property
    def conditional(self) -> bool:
        """Whether conditions say what this caller may read. They may ask for the time, so no SQL made of them is kept."""
        if self.caller.unrestricted:
            return False
        return any(self.access(entity).conditional for entity in self.metadata.entities.values())

    @cached_property
    def _lasting_relations(self) -> Mapping[str, FromClause]:
        return self._narrowed_relations()

    def _narrowed_relations(self) -> Mapping[str, FromClause]:
        if self.caller.unrestricted:
            return self._whole_relations
        return {**self._whole_relations, **{key: self.visible(self.metadata.entities[key]) for key in self.entities}}

    @cached_property
    def _whole_relations(self) -> Mapping[str, FromClause]:
        """Tables that are not found by the names of their entities alone."""
        return {**TABLES, **self._cut_names()}

    def _cut_names(self) -> dict[str, FromClause]:
        """The tables whose names PostgreSQL would have cut off, so that they are called otherwise than their entities."""
        found: dict[str, FromClause] = {}
        for entity in self.metadata.entities.values():
            tables = tables_of(entity)
            if tables.main.name != entity.key:
                found[entity.key] = tables.main
            for field, sub in tables.subs.items():
                if sub.name != f"{entity.key}__{field}":
                    found |= {f"{entity.key}__{field}": sub, f"{tables.main.name}__{field}": sub}
        return found

    @property
    def _chinese(self) -> bool:
        return self.caller.locale.startswith("zh")

    def visible(self, entity: Entity) -> FromClause:
        """The rows and columns of `entity` within the caller's sight, as a sub-select."""
        table = table_for(entity)
        access = self.access(entity)
        columns = [column for column in table.columns if column.name in access.readable | {"id", "deleted_at"}]
        return select(*columns).where(access.predicate(table)).subquery()

    def record(self, entity: Entity, fields: Iterable[Field]) -> Sql:
        """The JSON of the row of a FROM called `p`, as SQL that was written out before: building it anew for each request
        would take longer than running it."""
        chosen = list(fields)
        if self.conditional:
            return self.json(entity, _Row(entity), chosen)
        address = (entity.key, *(field.key for field in chosen))
        if address not in self._records:
            if len(self._records) >= _KEPT_PER_READER:
                self._records.clear()
            compiled = self.json(entity, _Row(entity), chosen).compile(
                dialect=_WRITTEN, compile_kwargs={"literal_binds": True}
            )
            self._records[address] = str(compiled)
        return literal_column(self._records[address], JSON())

    def checked(self, entity: Entity, text: str, check: Callable[[], Checked]) -> Checked:
        """A filter that was checked before, or is now by `check`."""
        address = (entity.key, text)
        if len(text) > _LONGEST_KEPT:
            return check()
        if address not in self._filters:
            if len(self._filters) >= _KEPT_PER_READER:
                self._filters.clear()
            self._filters[address] = check()
        return self._filters[address]

    # -- the parts of a record's JSON

    def fields(self, entity: Entity, columns: Iterable[str] | None = None) -> list[Field]:
        """The readable fields, system columns first; `columns` narrows them to those keys."""
        readable = self.access(entity).readable
        wanted = None if columns is None else set(columns)
        everything = [*SYSTEM.values(), *entity.fields]
        return [f for f in everything if f.key in readable and (wanted is None or f.key in wanted)]

    def json(self, entity: Entity, table: Columns, fields: Iterable[Field]) -> Sql:
        """One record of `table` (the entity's table or an alias) as a JSON object: its fields, `_title` and `_labels`."""
        chosen = list(fields)
        members = [table.c["id"].label("id"), *(self.value(entity, field, table).label(field.key) for field in chosen)]
        labels = [(field.key, label) for field in chosen if (label := self.label(field, table.c)) is not None]
        return row_json(*members, self.title(entity, table).label("_title"), _object(labels).label("_labels"))

    def value(self, entity: Entity, field: Field, table: Columns) -> Sql:
        """A field as it stands in the JSON."""
        type = type_of(field) if field is not SYSTEM.get(field.key) else None
        if type is not None and not type.stored:
            return self.rows(entity, field, table)
        column: Sql = table.c[field.key]
        return column if type is None else type.to_json(field, column)

    def rows(self, entity: Entity, field: Field, table: Columns) -> Sql:
        """The rows of a sub-table in order, as a JSON array; null when there are none."""
        sub = tables_of(entity).alias(field.key)
        members = [sub.c["id"].label("id")]
        members += [type_of(column).to_json(column, sub.c[column.key]).label(column.key) for column in field.fields]
        labels = [(column.key, label) for column in field.fields if (label := self.label(column, sub.c)) is not None]
        row = row_json(*members, *([_object(labels).label("_labels")] if labels else []))
        ordered = func.json_agg(aggregate_order_by(row, sub.c["position"]))
        return select(ordered).where(sub.c["parent_id"] == table.c["id"]).correlate_except(sub).scalar_subquery()

    def title(self, entity: Entity, table: Columns, depth: int = _TITLE_DEPTH) -> Sql:
        """What names the record to people, as text; null when the caller may not read it."""
        field = field_of(entity, entity.title)
        if field is None or field.key not in self.access(entity).readable or not type_of(field).stored or not depth:
            return cast(null(), Text)
        label = self.label(field, table.c, depth - 1)
        return cast(table.c[field.key], Text) if label is None else label

    def label(self, field: Field, columns: Any, depth: int = _TITLE_DEPTH) -> Sql | None:
        """What names the thing a field points at; None for a field that points at nothing."""
        points_at = type_of(field).points_at
        return None if points_at is None else _LABELS[points_at](self, field, columns[field.key], depth)

    def record_label(self, field: Field, id: Sql, depth: int) -> Sql:
        """The title of the record an id points at, if the caller may see it."""
        target = self.metadata.entities.get(str(field.entity))
        if target is None or not self.access(target).allowed or not depth:
            return cast(null(), Text)
        table = tables_of(target).alias(depth=depth)
        visible = and_(table.c["id"] == id, self.access(target).predicate(table))
        return _scalar(select(self.title(target, table, depth)).where(visible), table)

    def user_label(self, _field: Field, id: Sql, _depth: int) -> Sql:
        """A user's name."""
        return _scalar(select(_USERS.c["name"]).where(_USERS.c["id"] == id), _USERS)

    def department_label(self, _field: Field, id: Sql, _depth: int) -> Sql:
        """A department's name in the caller's language."""
        name = _DEPARTMENTS.c["label_zh" if self._chinese else "label_en"]
        return _scalar(select(name).where(_DEPARTMENTS.c["id"] == id), _DEPARTMENTS)


_readers: OrderedDict[tuple[int, Caller], Reader] = OrderedDict()


def reader_for(metadata: Metadata, caller: Caller) -> Reader:
    """The reader of a caller; the same one as long as the metadata and the caller's rights stay the same."""
    address = (id(metadata), caller)
    reader = _readers.get(address)
    if reader is None or reader.metadata is not metadata:
        reader = _readers[address] = Reader(metadata, caller)
    _readers.move_to_end(address)
    while len(_readers) > _READERS_KEPT:
        _readers.popitem(last=False)
    return reader


_LABELS = {"record": Reader.record_label, "user": Reader.user_label, "department": Reader.department_label}


class row_json(FunctionElement[Any]):
    """A JSON object of labelled columns. Not json_build_object, which takes fifty members and no more."""

    type = JSON()
    inherit_cache = True


@compiles(row_json)
def _row_json(element: row_json, compiler: SQLCompiler, **options: Any) -> str:
    members = ", ".join(
        f"{compiler.process(member.element, **options)} AS {compiler.preparer.quote(member.name)}"
        for member in element.clauses
        if isinstance(member, Label)
    )
    return f"(SELECT row_to_json(r) FROM (SELECT {members}) AS r)"


def _object(members: list[tuple[str, Sql]]) -> Sql:
    if not members:
        return literal_column("'{}'::json")
    return func.json_strip_nulls(row_json(*(value.label(key) for key, value in members)))


def _scalar(statement: Select[Any], table: FromClause) -> Sql:
    return statement.correlate_except(table).scalar_subquery()
