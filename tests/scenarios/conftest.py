"""A database with the apps of the timelines installed, copied for each of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from psycopg import sql

from backend.db import Database
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from tests.scenarios.hosted import install

_INSTALLED = "weft_scenarios_template"


@pytest.fixture(scope="session")
def installed(postgres: EmbeddedPostgres) -> str:
    """The name of a database in which both apps are installed, for copying."""
    url = postgres.ensure_database(_INSTALLED)
    migrate(url)

    async def prepare() -> None:
        database = Database(url)
        await install(database)
        await database.close()

    asyncio.run(prepare())
    return _INSTALLED


@pytest.fixture
def installed_url(postgres: EmbeddedPostgres, installed: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A copy of it."""
    name = f"scenario_{os.getpid()}_{abs(hash(request.node.name))}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(installed))
        )
    yield postgres.url(name)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def installation(installed_url: str) -> AsyncIterator[Database]:
    """The unit-of-work maker on the copy."""
    database = Database(installed_url)
    yield database
    await database.close()
