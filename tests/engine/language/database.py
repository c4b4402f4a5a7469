"""The rows of tests in PostgreSQL: tables as publishing makes them, for the entities of a scope, with sub-tables."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from engine.language import TEXT, Checked, Type
from engine.language.sql import Translator, column_type
from engine.language.types import reference
from engine.language.values import normalise
from tests.engine.language.scopes import CONTEXT, HOST, SCOPES, TestScope
from tests.engine.language.vectors import comparable

#: People are no entities; publishing finds their tables, and `relations` names them.
PEOPLE = ("user", "department", "user_role")
#: What functions read of them and no path names.
DIRECTORY: Mapping[str, Mapping[str, Type]] = {
    "user": {"superior": reference("user")},
    "department": {"parent": reference("department")},
}
ROLES = {"user": reference("user"), "role": TEXT}
_ids = itertools.count(1)


def new_id() -> str:
    """An id that no row of the vectors has."""
    return str(UUID(int=0x018F0000_0000_7000_9000_000000000000 + next(_ids)))


class Tables:
    """The tables of a scope, filled through one connection. `fold` False leaves it to PostgreSQL to work out what reads no row,
    so that it is tested there too."""

    def __init__(self, connection: sa.Connection, scope: str = "ticket", fold: bool = False) -> None:
        self.fold = fold
        self._connection = connection
        self.scope: TestScope = SCOPES[scope]
        self._metadata = sa.MetaData()
        self._kept: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._tables: dict[str, sa.Table] = {}
        for key in self.scope.scope.records:
            self._make(key, self._fields(key))
        roles = [sa.Column(name, column_type(type), primary_key=True) for name, type in ROLES.items()]
        self._tables["user_role"] = sa.Table("user_role", self._metadata, *roles, schema="data")
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS data"))
        self._metadata.create_all(connection)
        self._store_host()

    @property
    def table(self) -> sa.Table:
        """The table of the scope's entity."""
        return self._tables[self.scope.entity.key]

    @property
    def relations(self) -> Mapping[str, sa.Table]:
        """The tables that have no name of their own in expressions."""
        return {key: self._tables[key] for key in PEOPLE}

    @property
    def parameters(self) -> Mapping[str, object]:
        """Who asks, as SQL gets it."""
        return {f"{owner}.{key}": value for owner, each in self.scope.parameters.items() for key, value in each.items()}

    def _fields(self, key: str) -> Mapping[str, Type]:
        """The columns of an entity, and the variables of the scope beside those of its own."""
        extra = self.scope.extra if key == self.scope.entity.key else DIRECTORY.get(key, {})
        return {**self.scope.scope.records[key].fields, **extra}

    def _make(self, key: str, fields: Mapping[str, Type]) -> None:
        plain = {name: type for name, type in fields.items() if not _is_sub_table(type)}
        columns = [sa.Column(name, column_type(type), primary_key=name == "id") for name, type in plain.items()]
        self._tables[key] = sa.Table(key, self._metadata, *columns, schema="data")
        for name in fields.keys() - plain.keys():
            self._make_sub_table(f"{key}__{name}", _columns(fields[name]))

    def _make_sub_table(self, key: str, fields: Mapping[str, Type]) -> None:
        columns = [sa.Column(name, column_type(type)) for name, type in fields.items()]
        own = (
            sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.func.gen_random_uuid()),
            sa.Column("parent_id", sa.Uuid(), nullable=False, index=True),
            sa.Column("position", sa.Integer(), nullable=False),
        )
        self._tables[key] = sa.Table(key, self._metadata, *own, *columns, schema="data")

    def _store_host(self) -> None:
        for entity, rows in HOST.json["records"].items():
            for row in rows:
                self._insert(entity, row)
        for id, department in HOST.json["departments"].items():
            self._insert("department", {"id": id, **department})
        for id, user in HOST.json["users"].items():
            self._insert("user", {"id": id, **user})
            for role in user["roles"]:
                self._write("user_role", {"user": UUID(id), "role": role})

    def store(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Puts rows into the table of the scope's entity; their ids, made up where a row has none."""
        key = self.scope.entity.key
        complete = [{"id": new_id(), **self.scope.defaults, **row} for row in rows]
        for row in complete:
            self._insert(key, row)
        return [str(row["id"]) for row in complete]

    def _insert(self, key: str, row: Mapping[str, Any]) -> None:
        id = str(row["id"]).lower()
        fields = self._fields(key)
        kept = self._kept.get((key, id))
        if kept is not None:
            for name in fields.keys() & kept.keys() & row.keys():
                if normalise(fields[name], kept[name]) != normalise(fields[name], row[name]):
                    raise ValueError(f"two rows of {key} have the id {id} and differ in {name}")
            return
        self._kept[key, id] = row
        for name, type in fields.items():
            if _is_sub_table(type):
                self._insert_lines(f"{key}__{name}", id, _columns(type), normalise(type, row.get(name)))
        plain = {name: type for name, type in fields.items() if not _is_sub_table(type)}
        self._write(key, self._stored(plain, row))

    def _write(self, key: str, row: Mapping[str, Any]) -> None:
        """Scopes over one entity share its tables: what another put there stays."""
        self._connection.execute(insert(self._tables[key]).values(row).on_conflict_do_nothing())

    def _insert_lines(self, key: str, parent: str, fields: Mapping[str, Type], lines: Any) -> None:
        for position, line in enumerate(lines or ()):
            own = {"id": uuid5(UUID(parent), f"{key} {position}"), "parent_id": UUID(parent), "position": position}
            self._write(key, {**self._stored(fields, line), **own})

    def _stored(self, fields: Mapping[str, Type], row: Mapping[str, Any]) -> dict[str, Any]:
        for name, type in fields.items():
            target = row.get(name)
            if type.kind == "reference" and isinstance(target, Mapping) and target.get("id"):
                self._insert(str(type.entity), target)
        return {name: stored(type, normalise(type, row.get(name))) for name, type in fields.items()}

    def values(self, expressions: Sequence[Checked], ids: Sequence[str], now: dt.datetime | None) -> list[list[object]]:
        """The value of each expression for each row, in the form of `comparable`; a condition is true or not."""
        columns = [readable(each.type, self._value(each, now)).label(f"v{n}") for n, each in enumerate(expressions)]
        found = self._connection.execute(sa.select(self.table.c.id, *columns).where(self._among(ids)))
        by_id = {str(row[0]): row[1:] for row in found}
        return [[comparable(each.type, by_id[id][n]) for id in ids] for n, each in enumerate(expressions)]

    def matching(
        self, expression: Checked, ids: Sequence[str], now: dt.datetime | None, negated: bool = False
    ) -> list[bool]:
        """For each row whether a condition selects it."""
        condition = self.sql(expression, now, negated)
        found = self._connection.execute(sa.select(self.table.c.id).where(self._among(ids), condition)).scalars()
        selected = {str(id) for id in found}
        return [id in selected for id in ids]

    def sql(self, expression: Checked, now: dt.datetime | None, negated: bool = False) -> sa.ColumnElement[Any]:
        """The translation over the tables of the scope."""
        return self._translator(now).translate(expression.tree, negated)

    def _translator(self, now: dt.datetime | None) -> Translator:
        return Translator(self.table, now, self.relations, self.parameters, CONTEXT, self.fold)

    def _value(self, expression: Checked, now: dt.datetime | None) -> sa.ColumnElement[Any]:
        """The translation; durations as numbers, which they are inside, for a column holds none beyond 292,000 years."""
        translator, tree = self._translator(now), expression.tree
        if tree.type.kind == "duration":
            return translator.value(tree)
        if tree.type.item is not None and tree.type.item.kind == "duration":
            each = translator.source(tree)
            return each.made(tree.type.item, each.value()).array(sa.ARRAY(sa.Numeric()))
        return translator.translate(tree)

    def _among(self, ids: Sequence[str]) -> sa.ColumnElement[bool]:
        return self.table.c.id == sa.any_(sa.literal([UUID(id) for id in ids], sa.ARRAY(sa.Uuid())))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """So that a statement that fails does not fail the next."""
        with self._connection.begin_nested() as savepoint:
            yield
            savepoint.rollback()


def _is_sub_table(type: Type) -> bool:
    return type.kind == "list" and type.item is not None and type.item.kind == "record"


def _columns(type: Type) -> Mapping[str, Type]:
    assert type.item is not None, "a sub-table is a list of records"
    return type.item.fields


def stored(type: Type, value: object) -> Any:
    """A value in its run-time form, as the driver takes it."""
    if value is None:
        return None
    if isinstance(value, tuple):
        return [stored(type.item or type, item) for item in value]
    if isinstance(value, dt.timedelta):
        micros = sa.literal(value // dt.timedelta(microseconds=1), sa.BigInteger())
        return micros * sa.text("interval '1 microsecond'")
    return UUID(str(value)) if type.kind == "reference" else value


def readable(type: Type, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column as the driver can read it whatever the zone of the session: the first and last days of the calendar are
    outside it in some zones."""
    if type.kind == "boolean":
        return column.is_(sa.true())
    if type.kind == "datetime":
        return sa.cast(sa.func.timezone("UTC", column), sa.DateTime())
    if type.kind == "list" and type.item is not None and type.item.kind == "datetime":
        each = sa.func.unnest(column).table_valued("value", with_ordinality="place").render_derived()
        moment = sa.cast(sa.func.timezone("UTC", each.c.value), sa.DateTime())
        return sa.select(sa.func.array_agg(aggregate_order_by(moment, each.c.place))).scalar_subquery()
    return column
