"""Plans: a filter uses the indexes that the same condition written by hand would, in tables as publishing makes them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from backend.records.tables import TableIndex, tables_of
from engine.definitions import Entity, Field, Option, Text
from engine.language import Checked, check, record_scope

ROWS = 100_000
NOW = dt.datetime.fromisoformat("2026-11-23T09:00:00+08:00")
ME = "018f0000-0000-7000-8000-000000000501"


def _field(key: str, type: str, **more: Any) -> Field:
    return Field(key, type, Text(key, key), indexed=True, **more)


CUSTOMER = Entity("customer", Text("客户", "Customer"), (_field("name", "text"), _field("level", "text")), "name")
ORDER = Entity(
    "order_",
    Text("订单", "Order"),
    (
        _field("code", "text"),
        _field("status", "choice", options=tuple(Option(key, Text(key, key)) for key in ("open", "closed"))),
        _field("amount", "money", currency="CNY"),
        _field("quantity", "number"),
        _field("due", "date"),
        _field("seen", "datetime"),
        _field("urgent", "boolean"),
        _field("tags", "tags"),
        _field("customer", "reference", entity="customer"),
        Field("lines", "sub_table", Text("行", "Lines"), fields=(Field("price", "number", Text("价", "Price")),)),
    ),
    "code",
)
ENTITIES = {"customer": CUSTOMER, "order_": ORDER}
SCOPE = record_scope(ORDER, ENTITIES)

FILL = """
INSERT INTO data.customer (id, name, level)
SELECT md5('c' || n)::uuid, 'Customer ' || n, CASE WHEN n % 1000 = 0 THEN 'vip' ELSE 'normal' END FROM generate_series(1, 20000) n;
INSERT INTO data.order_ (id, created_at, owner, code, status, amount, quantity, due, seen, urgent, tags, customer)
SELECT md5('o' || n)::uuid, timestamptz '2026-11-23 01:00Z' - n * interval '20 minutes',
  CASE WHEN n % 2000 = 0 THEN :me ::uuid ELSE md5('u' || n % 500)::uuid END,
  'T-' || lpad(n::text, 6, '0'), CASE WHEN n % 500 = 0 THEN 'open' WHEN n % 7 = 0 THEN NULL ELSE 'closed' END, n, n % 1000,
  date '2026-11-23' - (n / 50), timestamptz '2026-11-23 01:00Z' - n * interval '1 hour', n % 1000 = 0,
  ARRAY['t' || n % 5000, 'common'], CASE WHEN n % 3000 = 0 THEN NULL ELSE md5('c' || (n % 20000 + 1))::uuid END
FROM generate_series(1, :rows) n;
INSERT INTO data.order___lines (id, parent_id, position, price)
SELECT md5('l' || n)::uuid, md5('o' || n)::uuid, 0, n FROM generate_series(1, :rows) n;
ANALYZE
"""


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Iterator[sa.Connection]:
    """A database with filled tables and the indexes that publishing gives them."""
    url = sa.make_url(postgres.ensure_database(f"plans_{uuid.uuid4().hex[:8]}"))
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS data"))
        for entity in (CUSTOMER, ORDER):
            _create(connection, entity)
        for statement in FILL.split(";"):
            text = sa.text(statement)
            given = {key: value for key, value in {"me": ME, "rows": ROWS}.items() if f":{key}" in statement}
            connection.execute(text, given)
        yield connection
        connection.rollback()
    engine.dispose()


def _create(connection: sa.Connection, entity: Entity) -> None:
    tables = tables_of(entity)
    for table in (tables.main, *tables.subs.values()):
        connection.execute(CreateTable(table))
    for index in tables.indexes.values():
        connection.execute(sa.text(_index(tables.main, index)))
    for table in tables.subs.values():
        connection.execute(sa.text(f"CREATE INDEX ON {table.schema}.{table.name} (parent_id, position)"))


def _index(table: sa.Table, index: TableIndex) -> str:
    unique, where = "UNIQUE " if index.unique else "", f" WHERE {index.where}" if index.where else ""
    return f"CREATE {unique}INDEX {index.name} ON {table.schema}.{table.name} USING {index.method} ({', '.join(index.columns)}){where}"


@dataclass(frozen=True)
class Pair:
    """A filter, and the same by hand; `index` is one that the plan must use."""

    filter: str
    by_hand: str
    index: str | None

    def __str__(self) -> str:
        return self.filter


PAIRS = [
    Pair('code = "T-000042"', "code = 'T-000042'", "ix__order___code"),
    Pair('code in ["T-000042", "T-000043"]', "code IN ('T-000042', 'T-000043')", "ix__order___code"),
    Pair('status = "open"', "status = 'open'", "ix__order___status"),
    Pair("amount > 99990 CNY", "amount > 99990", "ix__order___amount"),
    Pair("amount between 10 CNY and 20 CNY", "amount BETWEEN 10 AND 20", "ix__order___amount"),
    Pair("amount = 2 * 21 CNY", "amount = 42", "ix__order___amount"),
    Pair("due = today()", "due = date '2026-11-23'", "ix__order___due"),
    Pair("due >= today() - 7 days", "due >= date '2026-11-16'", "ix__order___due"),
    Pair("due > today() - 3 business days", "due > date '2026-11-18'", "ix__order___due"),
    Pair("due in [today(), today() - 1 day]", "due IN ('2026-11-23', '2026-11-22')", "ix__order___due"),
    Pair("seen > now() - 30 days", "seen > timestamptz '2026-10-24 01:00Z'", "ix__order___seen"),
    Pair("seen >= today() - 1 month", "seen >= timestamptz '2026-10-22 16:00Z'", "ix__order___seen"),
    Pair("created_at > now() - 2 days", "created_at > timestamptz '2026-11-21 01:00Z'", "ix__order___created_at"),
    Pair("due + 7 days >= today()", "due >= date '2026-11-16' AND due <= '9999-12-24'", "ix__order___due"),
    Pair("seen + 30 days > now()", "seen > timestamptz '2026-10-24 01:00Z'", "ix__order___seen"),
    Pair("now() - seen < 30 days", "seen > timestamptz '2026-10-24 01:00Z'", "ix__order___seen"),
    Pair("36 hours > now() - created_at", "created_at > timestamptz '2026-11-21 13:00Z'", "ix__order___created_at"),
    Pair("today() - due <= 7 days", "due >= date '2026-11-16'", "ix__order___due"),
    Pair("urgent", "urgent", "ix__order___urgent"),
    Pair("urgent = true", "urgent = true", "ix__order___urgent"),
    Pair("owner = me", f"owner = '{ME}'", "ix__order___owner"),
    Pair("customer is empty", "customer IS NULL", "ix__order___customer"),
    Pair('code is empty', "code IS NULL OR code = ''", "ix__order___code"),
    Pair('tags contains "t7"', "tags @> ARRAY['t7']", "ix__order___tags"),
    Pair('tags contains any of ["t7", "t8"]', "tags && ARRAY['t7', 't8']", "ix__order___tags"),
    Pair('tags contains all of ["t7", "common"]', "tags @> ARRAY['t7', 'common']", "ix__order___tags"),
    Pair('"t7" in tags', "tags @> ARRAY['t7']", "ix__order___tags"),
    Pair('code < "T-000100"', """code < 'T-000100' COLLATE "C" AND code <> ''""", None),
    Pair('customer.level = "vip"', "customer IN (SELECT id FROM data.customer WHERE level = 'vip')", "ix__order___customer"),
    Pair('customer.name = "Customer 7"',
         "EXISTS (SELECT 1 FROM data.customer c WHERE c.id = order_.customer AND c.name = 'Customer 7')", "ix__customer__name"),
    Pair('customer.name = "Customer 7" and status = "open"',
         "status = 'open' AND EXISTS (SELECT 1 FROM data.customer c WHERE c.id = order_.customer AND c.name = 'Customer 7')",
         "ix__customer__name"),
    Pair('code = "T-000042" or amount = 7 CNY', "code = 'T-000042' OR amount = 7", "ix__order___amount"),
    Pair('status = "open" and amount < 1000 CNY', "status = 'open' AND amount < 1000", "ix__order___status"),
    Pair('not (code != "T-000042")', "code = 'T-000042'", "ix__order___code"),
    Pair('not (amount <= 99990 CNY) and amount is not empty', "(amount <= 99990) IS NOT TRUE AND amount IS NOT NULL", None),
    Pair('code = "T-000042" and (some line in lines satisfies line.price > 10)',
         "code = 'T-000042' AND EXISTS (SELECT 1 FROM data.order___lines l WHERE l.parent_id = order_.id AND l.price > 10)",
         "ix__order___code"),
]  # fmt: skip


def filter_sql(text: str) -> sa.ColumnElement[Any]:
    """A filter over the table of orders."""
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Checked), found
    return found.sql(tables_of(ORDER).main, NOW, parameters={"me.id": ME, "me.department": None})


def plan(connection: sa.Connection, where: Any) -> dict[str, Any]:
    """How PostgreSQL would answer."""
    table = tables_of(ORDER).main
    compiled = sa.select(table.c.id).where(where).compile(dialect=connection.dialect)
    compiled_text = f"EXPLAIN (FORMAT JSON) {compiled}"
    found = connection.exec_driver_sql(compiled_text, dict(compiled.params)).scalar()
    document = json.loads(found) if isinstance(found, str) else found
    return dict(document[0]["Plan"])  # type: ignore[index]  # EXPLAIN answers one document


def indexes(node: dict[str, Any]) -> set[str]:
    """The indexes that a plan uses."""
    own = {str(node["Index Name"])} if "Index Name" in node else set()
    return own.union(*(indexes(each) for each in node.get("Plans", ())))


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_filter_uses_the_indexes_that_a_hand_would(pair: Pair, connection: sa.Connection) -> None:
    by_hand = plan(connection, sa.text(pair.by_hand))
    translated = plan(connection, filter_sql(pair.filter))
    assert indexes(translated) == indexes(by_hand)
    assert pair.index is None or pair.index in indexes(translated)
    assert translated["Total Cost"] <= by_hand["Total Cost"] * 1.5 + 10


@pytest.mark.parametrize(
    "text",
    ['code < "T-000100"', 'code between "T-000100" and "T-000200"', 'starts_with(code, "T-0001")', 'code = "T-000042"'],
)
def test_order_of_texts_is_served_where_a_column_stands_in_the_order_of_code_points(
    text: str, connection: sa.Connection
) -> None:
    with connection.begin_nested() as savepoint:
        connection.execute(sa.text('ALTER TABLE data.order_ ALTER COLUMN code TYPE text COLLATE "C"'))
        assert indexes(plan(connection, filter_sql(text))) == {"ix__order___code"}
        savepoint.rollback()
