"""The pipeline: how fast a backlog of social events is worked off, against inserting what that leaves behind as raw rows.

In process, with the shipped templates and their sample data: persons found or made, sentiment read, rules matched, tickets
opened, flows put into the outbox, the log and the wall written, positions advanced, all committed. Each round works off
one copy of a database and writes the resulting rows into another copy, in as many transactions.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from backend.assembly import Services, build_services
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.consumers import Consumer, drain, ensure_positions
from backend.events.log import NewEvent, append_external
from backend.events.models import Event
from backend.settings import Settings
from backend.social.replay_file import default_posts, read_posts
from backend.templates import install_app
from tests.bench.figures import Figure, Figures, run, scratch
from tests.bench.final_rows import Rows, as_written, transaction_id, written_since
from tests.product import ROOT

ROUNDS = 3
_RAW = "raw INSERTs of the same final rows, psycopg async, as many commits"
_PREPARED = "prepared"


@dataclass(frozen=True, slots=True)
class Round:
    """One backlog worked off, and its rows written raw."""

    seconds: float
    raw_seconds: float
    events: int
    handled: int
    rows: int
    batches: int


def backlog(count: int) -> list[NewEvent]:
    """Posts as the intake appends them: the template's own texts, four by each author."""
    texts = [post.text for post in read_posts(default_posts(), None)]
    begun = datetime.now(UTC) - timedelta(seconds=count)
    found = []
    for number in range(count):
        author = {"id": f"bench-{number // 4}", "name": f"路人{number // 4}"}
        at = begun + timedelta(seconds=number)
        data = {"external_id": f"bench-{number}", "type": "social.post", "author": author, "target": None}
        data |= {"text": texts[number % len(texts)], "occurred_at": at.isoformat()}
        event = NewEvent("social.post", data, channel="weibo", external_id=f"bench-{number}", actor_kind="channel")
        found.append(NewEvent(**{name: getattr(event, name) for name in event.__slots__} | {"occurred_at": at}))
    return found


async def prepare(url: str, count: int) -> None:
    """The templates with their sample data, everything in the log worked off, then the backlog."""
    services = await _services(url)
    for app in ("crm", "scrm"):
        folder = ROOT / "builtin_templates" / app
        await install_app(services.database, services.publishing, folder, sample_data=True, password_hash=None)
    await work_off(services, services.pipeline.consumer())
    events = backlog(count)
    for start in range(0, count, 100):
        async with services.database.transaction() as session:
            await append_external(session, events[start : start + 100])
    await services.close()


async def _services(url: str) -> Services:
    services = build_services(Settings(database_url=url, secret="bench" * 8))
    await services.metadata.load()
    return services


async def work_off(services: Services, consumer: Consumer) -> int:
    """Handle all there is and all that makes; returns how many events that were."""
    await ensure_positions(services.database, consumer.name)
    handled = 0
    while found := await drain(services.database, consumer):
        handled += found
    return handled


async def warm_up(services: Services) -> None:
    """What a worker does once in its life: connect, and compile the rules."""
    async with services.database.transaction() as session:
        await services.pipeline.handle(session, [])


async def timed_work(url: str) -> tuple[float, int, int]:
    """Seconds, events handled and transactions of working a backlog off."""
    services = await _services(url)
    inner = services.pipeline.consumer()
    batches = 0

    async def counted(session: object, events: Sequence[Event]) -> None:
        nonlocal batches
        batches += 1
        await inner.handle(session, events)  # type: ignore[arg-type]  # passed on as it came

    await warm_up(services)
    try:
        begun = time.perf_counter()
        handled = await work_off(services, Consumer(inner.name, counted, inner.batch))
        return time.perf_counter() - begun, handled, batches
    finally:
        await services.close()


async def timed_raw(url: str, tables: Sequence[Rows], transactions: int) -> float:
    """Seconds of writing the rows in so many transactions, spread evenly."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        as_written(connection)
        begun = time.perf_counter()
        for number in range(transactions):
            async with connection.transaction(), connection.cursor() as cursor:
                for table in tables:
                    part = table.part(number, transactions)
                    if part:
                        await cursor.executemany(table.insert(), part)
        return time.perf_counter() - begun


def one_round(server: EmbeddedPostgres, number: int, count: int) -> Round:
    """Work one copy off, write its rows into another."""
    worked, written = (copy_of(server, _PREPARED, f"{name}_{number}") for name in ("worked", "written"))
    mark = transaction_id(worked)
    seconds, handled, batches = asyncio.run(timed_work(worked))
    tables = written_since(worked, mark)
    raw_seconds = asyncio.run(timed_raw(written, tables, batches))
    return Round(seconds, raw_seconds, count, handled, sum(len(table.rows) for table in tables), batches)


def copy_of(server: EmbeddedPostgres, prepared: str, name: str) -> str:
    """Another database with the same in it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(prepared)))
    return server.url(name)


def measure(count: int) -> Figures:
    """Three rounds over a backlog of `count` posts."""
    with scratch() as folder:
        return _measure(folder, count)


def _measure(folder: Path, count: int) -> Figures:
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        url = server.ensure_database(_PREPARED)
        migrate(url)
        asyncio.run(prepare(url, count))
        rounds = [one_round(server, number, count) for number in range(ROUNDS)]
    finally:
        server.stop()
    middle = partial(_median, rounds)
    return {
        "pipeline_rate": Figure(
            middle(lambda r: r.events / r.seconds), "posts/s", middle(lambda r: r.events / r.raw_seconds), _RAW
        ),
        "pipeline_log_rate": Figure(middle(lambda r: r.handled / r.seconds), "log entries/s"),
        "pipeline_row_rate": Figure(middle(lambda r: r.rows / r.seconds), "rows/s"),
        "pipeline_rows_per_post": Figure(middle(lambda r: r.rows / r.events), "rows"),
        "pipeline_posts_per_batch": Figure(middle(lambda r: r.events / r.batches), "posts"),
    }


def _median(rounds: Sequence[Round], of: Callable[[Round], float]) -> float:
    return statistics.median(of(each) for each in rounds)


if __name__ == "__main__":
    run("The pipeline", measure, count=800, counted="posts in the backlog of each round")
