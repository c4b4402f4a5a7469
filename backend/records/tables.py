"""The tables of an entity as SQLAlchemy sees them: `data.<entity>`, `data.<entity>__<field>` for its sub-tables, and indexes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, Table, func, text
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.sql.selectable import NamedFromClause

from backend.records.fields import type_of
from engine.definitions import Entity, Field

SCHEMA = "data"
#: PostgreSQL cuts longer names off, silently.
NAME_BYTES = 63


def identifier(*parts: str) -> str:
    """The parts joined to a name that PostgreSQL keeps whole; a long one ends in a hash of all of it."""
    name = "__".join(parts)
    encoded = name.encode()
    if len(encoded) <= NAME_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:10]
    return f"{encoded[: NAME_BYTES - 11].decode(errors='ignore')}_{digest}"


@dataclass(frozen=True, slots=True)
class TableIndex:
    """An index of an entity's table. `fields` are what a violation of a unique one is reported at."""

    name: str
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    unique: bool = False
    method: str = "btree"
    where: str | None = None


@dataclass(frozen=True)
class EntityTables:
    """All tables of one entity, and the aliases that statements use again and again: making one costs more than a query."""

    main: Table
    subs: Mapping[str, Table]
    indexes: Mapping[str, TableIndex]
    _aliases: dict[tuple[str, int], NamedFromClause] = dataclasses.field(default_factory=dict)

    @cached_property
    def shown(self) -> NamedFromClause:
        """The entity's table as `p`, under which a record's JSON is made."""
        return self.main.alias("p")

    def alias(self, key: str = "", depth: int = 0) -> NamedFromClause:
        """The alias of the entity's table, or of its sub-table `key`, at a depth of nesting: one that stands within
        another must be of another depth."""
        if (key, depth) not in self._aliases:
            self._aliases[(key, depth)] = (self.subs[key] if key else self.main).alias()
        return self._aliases[(key, depth)]


#: Tables made for entities in use; the entity is kept so that its id() cannot be given to another.
_made: OrderedDict[int, tuple[Entity, EntityTables]] = OrderedDict()
_MADE_KEPT = 1_000


def tables_of(entity: Entity) -> EntityTables:
    """The tables of `entity`, made once per version of it."""
    known = _made.get(id(entity))
    if known is not None and known[0] is entity:
        return known[1]
    made = _make(entity)
    _made[id(entity)] = (entity, made)
    while len(_made) > _MADE_KEPT:
        _made.popitem(last=False)
    return made


def table_for(entity: Entity) -> Table:
    """`data.<entity>` with a column per stored field and the system columns."""
    return tables_of(entity).main


def sub_table_for(entity: Entity, field: str) -> Table:
    """`data.<entity>__<field>`: id, parent_id, position and the columns of a sub-table field."""
    return tables_of(entity).subs[field]


def _make(entity: Entity) -> EntityTables:
    metadata = MetaData(schema=SCHEMA)
    stored = [field for field in entity.fields if type_of(field).stored]
    main = Table(identifier(entity.key), metadata, *_system_columns(), *(_column(field) for field in stored))
    subs = {
        field.key: _sub_table(metadata, main, entity, field) for field in entity.fields if not type_of(field).stored
    }
    return EntityTables(main, subs, {index.name: index for index in _indexes(entity)})


def _system_columns() -> Iterator[Column[object]]:
    yield Column("id", PgUUID(as_uuid=True), primary_key=True)
    yield Column("version", Integer, nullable=False, server_default=text("1"))
    yield Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())
    yield Column("created_by", PgUUID(as_uuid=True))
    yield Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now())
    yield Column("updated_by", PgUUID(as_uuid=True))
    yield Column("owner", PgUUID(as_uuid=True))
    yield Column("department", PgUUID(as_uuid=True))
    yield Column("deleted_at", DateTime(timezone=True))


def _column(field: Field) -> Column[object]:
    return Column(field.key, type_of(field).column_type(field))


def _sub_table(metadata: MetaData, main: Table, entity: Entity, field: Field) -> Table:
    return Table(
        identifier(entity.key, field.key),
        metadata,
        Column("id", PgUUID(as_uuid=True), primary_key=True),
        Column("parent_id", ForeignKey(main.c["id"], ondelete="CASCADE"), nullable=False, index=False),
        Column("position", Integer, nullable=False),
        *(_column(column) for column in field.fields),
    )


def _indexes(entity: Entity) -> Iterator[TableIndex]:
    live = "deleted_at IS NULL"
    key = entity.key
    yield TableIndex(identifier("ix", key, "created_at"), (), ("created_at", "id"))
    yield TableIndex(identifier("ix", key, "owner"), (), ("owner",))
    yield TableIndex(identifier("ix", key, "department"), (), ("department",))
    for field in entity.fields:
        type = type_of(field)
        here = (field.key,)
        if type.server_set:
            yield TableIndex(identifier("uq", key, field.key), here, here, unique=True)
        elif field.unique and type.stored and type.index_method == "btree":
            yield TableIndex(identifier("uq", key, field.key), here, here, unique=True, where=live)
        elif type.stored and (field.indexed or type.always_indexed):
            yield TableIndex(identifier("ix", key, field.key), here, here, method=type.index_method)
    for unique in entity.unique:
        yield TableIndex(identifier("uq", key, *unique.fields), unique.fields, unique.fields, unique=True, where=live)
