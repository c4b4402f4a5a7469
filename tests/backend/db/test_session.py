"""A request's connection gives up by itself: what it asks, and what it forgets to end."""

from __future__ import annotations

import asyncio

import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.assembly import build_services
from backend.db import Database, let_go, uuid7
from backend.failures import DatabaseUnavailable, TooSlow, database_refusal
from backend.identity.models import Department
from backend.main import create_app
from backend.settings import Settings


async def _shown(database: Database, name: str) -> str:
    async with database.transaction() as session:
        return str((await session.execute(text(f"SHOW {name}"))).scalar_one())


async def test_requests_are_limited_and_the_worker_is_not(database_url: str) -> None:
    settings = Settings(database_url=database_url, secret="s" * 32, temporal_address="x:1")
    requests, worker = create_app(settings).state.services, build_services(settings)
    for services, statement, idle in ((requests, "30s", "1min"), (worker, "0", "0")):
        assert await _shown(services.database, "statement_timeout") == statement
        assert await _shown(services.database, "idle_in_transaction_session_timeout") == idle
        await services.close()


async def test_a_statement_that_takes_too_long_is_stopped_and_named(database_url: str) -> None:
    database = Database(database_url, limits={"statement_timeout": "100ms"})
    with pytest.raises(DBAPIError) as stopped:
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_sleep(5)"))
    assert isinstance(stopped.value.orig, QueryCanceled)
    assert isinstance(database_refusal(stopped.value), TooSlow)
    await database.ping()
    await database.close()


async def _forget(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
        await asyncio.sleep(0.4)
        await session.execute(text("SELECT 1"))


async def test_a_transaction_that_nobody_ends_is_ended(database_url: str) -> None:
    database = Database(database_url, limits={"idle_in_transaction_session_timeout": "100ms"})
    with pytest.raises(DBAPIError) as ended:
        await _forget(database)
    assert isinstance(database_refusal(ended.value), DatabaseUnavailable)
    await database.ping()
    await database.close()


async def test_the_address_has_the_last_word(database_url: str) -> None:
    own = f"{database_url}{'&' if '?' in database_url else '?'}options=-c%20statement_timeout%3D7s"
    database = Database(own, limits={"statement_timeout": "30s"})
    assert await _shown(database, "statement_timeout") == "7s"
    await database.close()


async def _backend_pid(session: AsyncSession) -> int:
    return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def test_whoever_waits_lets_the_connection_go_unless_it_has_written(database_url: str) -> None:
    database = Database(database_url, pool_size=1, max_overflow=0)
    async with database.transaction() as session:
        await _backend_pid(session)
        await let_go(session)
        async with asyncio.timeout(5), database.transaction() as other:
            await _backend_pid(other)
        await session.execute(text("CREATE TABLE kept (id int)"))
        await let_go(session)
        assert session.in_transaction()
        await session.rollback()
        await let_go(session)
        assert (await session.execute(text("SELECT to_regclass('kept')"))).scalar_one() is None
    await database.close()


async def test_changes_that_are_not_written_yet_are_not_committed_half_way(database_url: str) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        session.add(Department(id=uuid7(), key="half", label_zh="半", label_en="Half", path=[]))
        await let_go(session)
        assert session.new
        await session.rollback()
    async with database.transaction() as session:
        await _backend_pid(session)
        session.add(Department(id=uuid7(), key="half", label_zh="半", label_en="Half", path=[]))
        await let_go(session)
        assert (session.in_transaction(), bool(session.new)) == (True, True)
        await session.rollback()
    async with database.transaction() as session:
        assert (
            await session.execute(text("SELECT count(*) FROM weft.department WHERE key = 'half'"))
        ).scalar_one() == 0
    await database.close()


async def _give_up_half_way(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE half (id int)"))
        raise ZeroDivisionError


async def test_a_unit_of_work_is_whole_or_nothing(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(ZeroDivisionError):
        await _give_up_half_way(database)
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT to_regclass('half')"))).scalar_one() is None
        await session.execute(text("CREATE TABLE whole (id int)"))
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT to_regclass('whole')"))).scalar_one() == "whole"
    await database.close()
