"""Rules end to end: a backlog of posts understood (persons, sentiment, products), matched against a thousand rules of which fifty count
windows, and what they do committed; by one worker process and by three, against inserting what that leaves behind as raw rows.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import psycopg

from backend.automation.deadlines import CONSUMER
from backend.db import Database
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.consumers import ensure_positions
from backend.events.log import append_external
from tests.bench.figures import Figure, Figures
from tests.bench.final_rows import transaction_id, written_since
from tests.bench.pipeline import copy_of, timed_raw
from tests.bench.rules_company import posts, publish, rules, services
from tests.product import ROOT

RULES, WINDOWS = 1_000, 50
_PREPARED = "rules_prepared"
_RAW = "raw INSERTs of the same final rows, psycopg async, as many commits"
_ONE = "one worker"
_GIVE_UP_SECONDS = 300.0
_POLL_SECONDS = 0.02

_LEFT = """
    SELECT EXISTS (
        SELECT FROM weft.event AS e JOIN weft.consumer_position AS p
            ON p.slot = e.slot AND p.consumer = CASE WHEN e.channel IS NULL THEN 'rules' ELSE 'pipeline' END
        WHERE (e.xid, e.id) > (p.xid, p.event_id)
    )
"""
_TRANSACTIONS = "SELECT count(DISTINCT xid) FROM weft.event WHERE xid > %s"
_FIRED = "SELECT count(*), count(DISTINCT event_id) FROM weft.rule_firing WHERE status = 'done'"


async def _prepare(url: str, count: int, rules_count: int, windows: int) -> None:
    company = services(Database(url))
    await company.store.load()
    await publish(company, list(rules(rules_count, windows)))
    for consumer in (company.consumer.name, company.rules.consumer().name, CONSUMER):
        await ensure_positions(company.database, consumer)
    await company.process()
    backlog = posts(count, rules_count, windows)
    for start in range(0, count, 100):
        async with company.database.transaction() as session:
            await append_external(session, backlog[start : start + 100])
    await company.database.close()


def worked(url: str, workers: int) -> float:
    """Seconds until so many worker processes have nothing left."""
    command = [sys.executable, "-m", "tests.bench.rules_worker", url]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    try:
        for process in processes:
            assert process.stdout is not None, "it is a pipe"
            assert process.stdout.readline().strip() == "ready", "the worker did not start"
        begun = time.perf_counter()
        for process in processes:
            assert process.stdin is not None, "it is a pipe"
            process.stdin.write("go\n")
            process.stdin.flush()
        _wait(url, begun)
        return time.perf_counter() - begun
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _wait(url: str, begun: float) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while _one(connection, _LEFT):
            if time.perf_counter() - begun > _GIVE_UP_SECONDS:
                raise TimeoutError("the workers did not come to an end")
            time.sleep(_POLL_SECONDS)


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: str, *values: object) -> object:
    row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None, "there is always a row"
    return row[0]


def pipeline(server: EmbeddedPostgres, count: int, rules_count: int = RULES, windows: int = WINDOWS) -> Figures:
    """Posts a second with one worker and with three."""
    url = server.ensure_database(_PREPARED)
    migrate(url)
    asyncio.run(_prepare(url, count, rules_count, windows))
    alone, together, written = (copy_of(server, _PREPARED, f"rules_{name}") for name in ("one", "three", "raw"))
    mark = transaction_id(alone)
    one = worked(alone, 1)
    tables = written_since(alone, mark)
    with psycopg.connect(alone, autocommit=True) as connection:
        transactions = int(str(_one(connection, _TRANSACTIONS, mark)))
        firings, firing = connection.execute(_FIRED).fetchone() or (0, 0)
    raw = asyncio.run(timed_raw(written, tables, max(transactions, 1)))
    three = worked(together, 3)
    found = {
        "rules_pipeline_1_worker": Figure(count / one, "posts/s", count / raw, _RAW),
        "rules_pipeline_3_workers": Figure(count / three, "posts/s", count / one, _ONE),
        "rules_pipeline_rows_per_post": Figure(sum(len(table.rows) for table in tables) / count, "rows"),
    }
    if firing:
        found["rules_pipeline_firings_per_firing_post"] = Figure(firings / firing, "firings")
        found["rules_pipeline_share_firing"] = Figure(100 * firing / count, "%")
    return found
