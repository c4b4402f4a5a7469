"""A filter over a hundred thousand records: the statement made from an expression, and the one somebody would write."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from backend.db.embedded import EmbeddedPostgres
from engine.language import Checked, check
from tests.bench.figures import Figure, Figures, scratch
from tests.bench.language_turns import in_turns
from tests.engine.language.database import Tables
from tests.engine.language.scopes import SCOPE

ROWS = 100_000
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PLAIN = 'status = "open" and quantity between 3 and 20 and amount > 100 CNY and created_at > now() - 30 days'
PLAIN_BY_HAND = """
SELECT id FROM data.ticket
WHERE status = 'open' AND quantity BETWEEN 3 AND 20 AND amount > 100 AND created_at > :now - interval '30 days'
"""
#: An expression, and the query somebody would write for it.
FILTERS: Mapping[str, tuple[str, str]] = {
    "filter_100000_rows": (PLAIN, PLAIN_BY_HAND),
    "filter_100000_rows_text": (
        f'{PLAIN} and title contains "refund"',
        f"{PLAIN_BY_HAND} AND title ILIKE '%refund%'",
    ),
}
_FILL = f"""
INSERT INTO data.ticket (id, status, quantity, amount, created_at, updated_at, title, urgent)
SELECT gen_random_uuid(), (ARRAY['open', 'triaged', 'closed'])[1 + n % 3], n % 40, (n % 500)::numeric,
  :now - (n % 400) * interval '1 day', :now, CASE WHEN n % 4 = 0 THEN 'Please Refund ' ELSE 'Question ' END || n, n % 2 = 0
FROM generate_series(1, {ROWS}) AS n
"""


def against_query(rounds: int) -> Figures:
    """On a server of its own, with an index on what is selective."""
    with scratch() as home:
        server = EmbeddedPostgres(home / "pg", durable=False)
        try:
            server.start()
            engine = sa.create_engine(sa.make_url(server.url("postgres")).set(drivername="postgresql+psycopg"))
            with engine.connect() as connection:
                return _measured(connection, rounds)
        finally:
            server.stop()


def _measured(connection: sa.Connection, rounds: int) -> Figures:
    tables = Tables(connection)
    connection.execute(sa.text(_FILL), {"now": NOW})
    connection.execute(sa.text("CREATE INDEX ON data.ticket (created_at)"))
    connection.execute(sa.text("ANALYZE data.ticket"))
    return {name: _filter(connection, tables, rounds, *texts) for name, texts in FILTERS.items()}


def _filter(connection: sa.Connection, tables: Tables, rounds: int, text: str, by_hand: str) -> Figure:
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Checked), found
    ours = sa.select(tables.table.c.id).where(tables.sql(found, NOW))
    theirs = sa.text(by_hand)
    assert _ids(connection, ours) == _ids(connection, theirs) != set()
    mine, others = in_turns(rounds, _milliseconds(connection, ours), _milliseconds(connection, theirs))
    return Figure(mine, "ms", others, "the same filter written by hand, same rows")


def _ids(connection: sa.Connection, statement: Any) -> set[object]:
    values = {"now": NOW} if isinstance(statement, sa.TextClause) else {}
    return set(connection.execute(statement, values).scalars())


def _milliseconds(connection: sa.Connection, statement: Any) -> Callable[[], float]:
    def measured() -> float:
        begun = time.perf_counter()
        _ids(connection, statement)
        return (time.perf_counter() - begun) * 1000

    return measured
