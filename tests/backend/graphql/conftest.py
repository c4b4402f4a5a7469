"""The whole application over a database with the crm template installed; everybody signs in as a browser does."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql
from sqlalchemy import event

from backend.assembly import Services, build_services
from backend.auth.secrets import hash_password
from backend.db.embedded import EmbeddedPostgres
from backend.identity import service as identity
from backend.identity.people import import_people
from backend.main import create_app
from backend.settings import Settings
from backend.templates import install_app

CRM = Path(__file__).resolve().parents[3] / "builtin_templates" / "crm"
PASSWORD = "weft for everybody"
ADMIN = "admin@weft.local"
AGENT, QUALITY = "wang.wei@weft.local", "chen.jie@weft.local"
_TEMPLATE = "weft_test_graphql"
_numbers = itertools.count(1)


def settings_for(url: str) -> Settings:
    return Settings(database_url=url, temporal_address="127.0.0.1:1", secret="only for tests", log_level="error")


async def install_crm(url: str) -> None:
    services = build_services(settings_for(url))
    hashed = hash_password(PASSWORD)
    async with services.database.transaction() as session:
        await identity.create_user(session, email=ADMIN, name="管理员", password_hash=hashed, is_admin=True)
    await services.metadata.load()
    await install_app(services.database, services.publishing, CRM, sample_data=False, password_hash=None)
    async with services.database.transaction() as session:
        await import_people(session, json.loads((CRM / "people.json").read_text(encoding="utf-8")), hashed)
    await services.close()


def clone(postgres: EmbeddedPostgres, name: str, template: str) -> str:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return postgres.url(name)


@pytest.fixture(scope="session")
def crm(postgres: EmbeddedPostgres) -> str:
    """A template database with crm in it. A folder that imports this fixture has it as one of its own: each has its name."""
    name = f"{_TEMPLATE}_{next(_numbers)}"
    asyncio.run(install_crm(clone(postgres, name, "weft_test_template")))
    return name


@pytest.fixture
def crm_url(postgres: EmbeddedPostgres, crm: str) -> Iterator[str]:
    name = f"graphql_{os.getpid()}_{next(_numbers)}"
    yield clone(postgres, name, crm)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def app(crm_url: str) -> AsyncIterator[FastAPI]:
    app = create_app(settings_for(crm_url))
    services: Services = app.state.services
    await services.metadata.load()
    yield app
    await services.close()


class Browser:
    """Somebody signed in."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://weft")

    async def sign_in(self, email: str) -> Browser:
        answer = await self.client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        answer.raise_for_status()
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return self

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]
        return found

    async def code(self, query: str, **variables: Any) -> str:
        """The code of the first error; the data must be null."""
        answer = await self.ask(query, **variables)
        assert answer["data"] is None, answer
        return str(answer["errors"][0]["extensions"]["code"])

    async def make(self, entity: str, **values: Any) -> str:
        """A new record's id, by REST."""
        answer = await self.client.post(f"/api/records/{entity}", json=values)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[Browser]:
    browser = await Browser(app).sign_in(ADMIN)
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def agent(app: FastAPI) -> AsyncIterator[Browser]:
    browser = await Browser(app).sign_in(AGENT)
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def quality(app: FastAPI) -> AsyncIterator[Browser]:
    browser = await Browser(app).sign_in(QUALITY)
    yield browser
    await browser.client.aclose()


@contextmanager
def statements(app: FastAPI) -> Iterator[list[str]]:
    """The SQL statements that are executed inside the block."""
    engine = app.state.database.engine.sync_engine
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
