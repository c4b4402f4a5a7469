"""What a stretch of work left in a database: the rows, table by table, so that they can be written again without the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import StrDumperUnknown, TextLoader

from backend.tables import metadata

_JSON = ("json", "jsonb")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table in the order they were written."""

    schema: str
    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def insert(self) -> sql.Composed:
        """A plain INSERT; a row that is there already (a consumer's position) is left alone."""
        return sql.SQL("INSERT INTO {}.{} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING").format(
            sql.Identifier(self.schema),
            sql.Identifier(self.table),
            sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            sql.SQL(", ").join([sql.Placeholder()] * len(self.columns)),
        )

    def part(self, number: int, of: int) -> Sequence[tuple[Any, ...]]:
        """The rows of one of `of` equal parts."""
        return self.rows[len(self.rows) * number // of : len(self.rows) * (number + 1) // of]


def as_written(connection: psycopg.BaseConnection[Any]) -> None:
    """Pass JSON through as text, both ways: neither side of the comparison should pay for taking it apart."""
    for name in _JSON:
        connection.adapters.register_loader(name, TextLoader)
    connection.adapters.register_dumper(str, StrDumperUnknown)


def transaction_id(url: str) -> int:
    """A mark: what is written from now on carries a greater one."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None
    return int(row[0])


def written_since(url: str, mark: int) -> list[Rows]:
    """Every row of the product's tables that transactions after the mark wrote, referred-to tables first."""
    with psycopg.connect(url, autocommit=True) as connection:
        as_written(connection)
        found = [_of_table(connection, schema, table, mark) for schema, table in _tables(connection)]
    return [each for each in found if each.rows]


def _tables(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    system = [(table.schema or "weft", table.name) for table in metadata.sorted_tables]
    data = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'data' ORDER BY length(tablename), tablename"
    )
    return system + [("data", name) for (name,) in data]


def _of_table(connection: psycopg.Connection[Any], schema: str, table: str, mark: int) -> Rows:
    statement = sql.SQL("SELECT * FROM {}.{} WHERE xmin::text::bigint > %s ORDER BY ctid")
    cursor = connection.execute(statement.format(sql.Identifier(schema), sql.Identifier(table)), [mark])
    return Rows(schema, table, tuple(column.name for column in cursor.description or ()), cursor.fetchall())
