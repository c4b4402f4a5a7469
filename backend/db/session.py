"""The unit of work: one request, one activity, one batch is one transaction, committed before its answer is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

import orjson
from fastapi import Depends, Request
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

#: For the connections of requests: nobody's list or forgotten transaction holds one of the pool for ever.
REQUEST_LIMITS = {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}


#: A transaction that writes, or locks rows, has an id.
_HAS_WRITTEN = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")


def driver_url(url: str) -> str:
    """`url` with psycopg 3 named as its driver, whatever `postgres` spelling it came in."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class Database:
    """One PostgreSQL database and its connection pool; `limits` are settings of PostgreSQL for each connection."""

    def __init__(
        self, url: str, *, limits: Mapping[str, str] | None = None, pool_size: int = 10, max_overflow: int = 20
    ) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            connect_args=_options(url, limits) if limits else {},
            # What a statement carried (people's words, hashes) does not belong in a log or on a failed message.
            hide_parameters=True,
            json_serializer=lambda value: orjson.dumps(value, default=str).decode(),
            json_deserializer=orjson.loads,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends, or rolled back when it raises."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session
            await session.commit()

    async def ping(self) -> None:
        """Raise unless the database answers."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def _options(url: str, limits: Mapping[str, str]) -> dict[str, str]:
    """The limits as PostgreSQL's `options`, before those that the address brings: who runs the database has the last word."""
    own = make_url(driver_url(url)).query.get("options", ())
    given = [own] if isinstance(own, str) else list(own)
    return {"options": " ".join([*(f"-c {name}={value}" for name, value in limits.items()), *given])}


async def let_go(session: AsyncSession) -> None:
    """Give the connection back before something else is waited for: requests that wait must not keep those from working that they wait
    for. One that has written, has changes to write, or holds rows keeps its own; an advisory lock alone is not seen, and would be lost."""
    if session.in_nested_transaction() or not session.in_transaction() or _has_changes(session):
        return
    if (await session.execute(_HAS_WRITTEN)).scalar_one() is False:
        await session.commit()


def _has_changes(session: AsyncSession) -> bool:
    """Whether objects were changed that are not written yet: to commit would write them, half-way."""
    return bool(session.new or session.deleted or session.dirty)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """The request's unit of work."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


#: Inject as `session: Session`; the scope makes FastAPI commit before the answer leaves.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
