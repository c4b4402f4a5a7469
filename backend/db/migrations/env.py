"""Alembic's environment: system tables only; user-defined tables (schema `data`) are never looked at."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text

from backend.db.base import SYSTEM_SCHEMA
from backend.db.session import driver_url
from backend.tables import metadata


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    return name == SYSTEM_SCHEMA if kind == "schema" else True


engine = create_engine(driver_url(context.config.get_main_option("sqlalchemy.url") or ""))
with engine.connect() as connection:
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SYSTEM_SCHEMA}"))
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS data"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=include_name,
        version_table_schema=SYSTEM_SCHEMA,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
