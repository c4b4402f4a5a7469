"""The single steps of a table change. Each looks at what is there first, because removed fields and entities leave theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import CreateTable

from backend.records.tables import SCHEMA, TableIndex, identifier

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves the dialect's constructor untyped
_quote = _DIALECT.identifier_preparer.quote_identifier


class Statement(Protocol):
    """One step."""

    async def run(self, session: AsyncSession) -> None:
        """Carry it out."""
        ...


@dataclass(frozen=True, slots=True)
class EnsureTable:
    """The table with all its columns, new or found."""

    table: Table

    async def run(self, session: AsyncSession) -> None:
        if not await _columns(session, self.table):
            await session.execute(CreateTable(self.table))
            return
        for column in self.table.columns:
            await EnsureColumn(self.table, column).run(session)


@dataclass(frozen=True, slots=True)
class EnsureColumn:
    """The column, new or found. One of another type that an earlier field left is renamed, never overwritten."""

    table: Table
    column: Column[Any]

    async def run(self, session: AsyncSession) -> None:
        wanted = self.column.type.compile(_DIALECT)
        columns = await _columns(session, self.table)
        found = columns.get(self.column.name)
        if found == wanted.lower():
            return
        if found is not None:
            await self._set_aside(session, columns)
        await session.execute(text(f"ALTER TABLE {_full(self.table)} ADD COLUMN {_quote(self.column.name)} {wanted}"))

    async def _set_aside(self, session: AsyncSession, columns: dict[str, str]) -> None:
        number = next(n for n in range(1, len(columns) + 2) if identifier(self.column.name, f"old{n}") not in columns)
        aside = identifier(self.column.name, f"old{number}")
        rename = f"ALTER TABLE {_full(self.table)} RENAME COLUMN {_quote(self.column.name)} TO {_quote(aside)}"
        await session.execute(text(rename))


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """An index, unless there is one of its name."""

    table: Table
    index: TableIndex

    async def run(self, session: AsyncSession) -> None:
        unique = "UNIQUE " if self.index.unique else ""
        columns = ", ".join(_quote(column) for column in self.index.columns)
        where = f" WHERE {self.index.where}" if self.index.where else ""
        await session.execute(
            text(
                f"CREATE {unique}INDEX IF NOT EXISTS {_quote(self.index.name)} ON {_full(self.table)} "
                f"USING {self.index.method} ({columns}){where}"
            )
        )


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index that nothing asks for any more."""

    name: str

    async def run(self, session: AsyncSession) -> None:
        await session.execute(text(f"DROP INDEX IF EXISTS {SCHEMA}.{_quote(self.name)}"))


async def _columns(session: AsyncSession, table: Table) -> dict[str, str]:
    """The columns there are with their types as PostgreSQL writes them; empty when there is no such table."""
    rows = await session.execute(
        text(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped"
        ),
        {"schema": table.schema, "table": table.name},
    )
    return {name: type for name, type in rows}  # noqa: C416  # a Result of rows, not of pairs


def _full(table: Table) -> str:
    return f"{_quote(table.schema or SCHEMA)}.{_quote(table.name)}"
