"""The vectors in PostgreSQL: the value of each expression over a row of a real table, and conditions both ways round."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.language import Problems, check
from engine.language.sql import column_type
from engine.language.types import Scope
from tests.engine.language.vectors import CASES, DOCUMENT, ENTITIES, NOW, ROWS, SCOPE, checked, comparable

PARAMETERS = {"me.id": DOCUMENT["parameters"]["me"]["id"], "me.department": DOCUMENT["parameters"]["me"]["department"]}


def _tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
    tables = {}
    for key in ENTITIES:
        fields = SCOPE.records[key].fields
        columns = [sa.Column(name, column_type(type), primary_key=name == "id") for name, type in fields.items()]
        tables[key] = sa.Table(key, metadata, *columns, schema="data")
    return tables


def _stored(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("amount", value.get("id"))
    return value


def _insert(connection: sa.Connection, tables: dict[str, sa.Table], entity: str, row: dict[str, Any]) -> None:
    plain = {}
    for key, type in SCOPE.records[entity].fields.items():
        value = _stored(row.get(key))
        if isinstance(row.get(key), dict) and type.kind == "reference":
            _insert(connection, tables, str(type.entity), row[key])
        if type.kind in ("date", "datetime", "number", "money", "reference") and value is not None:
            value = sa.cast(sa.literal(str(value), sa.Text()), column_type(type))
        plain[key] = value
    connection.execute(tables[entity].insert().values(**plain))


@pytest.fixture(scope="module")
def connected(postgres: Any) -> Iterator[tuple[sa.Connection, sa.Table]]:
    """A database with the rows of the vectors in tables as publishing makes them."""
    name = f"language_{uuid.uuid4().hex[:8]}"
    url = sa.make_url(postgres.ensure_database(name))
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    metadata = sa.MetaData()
    tables = _tables(metadata)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS data"))
        metadata.create_all(connection)
        for row in ROWS:
            _insert(connection, tables, "ticket", row)
        connection.execute(sa.text("SET LOCAL TIME ZONE 'America/New_York'"))
        yield connection, tables["ticket"]
        connection.rollback()
    engine.dispose()


@pytest.fixture
def stored(connected: tuple[sa.Connection, sa.Table]) -> Iterator[tuple[sa.Connection, sa.Table]]:
    """The same, with a savepoint, so that a statement that fails does not fail the next."""
    savepoint = connected[0].begin_nested()
    yield connected
    savepoint.rollback()


SQL_CASES = [case for case in CASES if "sql" in case.targets]


@pytest.mark.parametrize("case", SQL_CASES, ids=lambda case: case.text)
def test_value_in_postgres(case: Any, stored: tuple[sa.Connection, sa.Table]) -> None:
    connection, table = stored
    expression = checked(case.text, target="sql")
    column = expression.sql(table, NOW, parameters=PARAMETERS)
    if expression.type.kind == "boolean":
        column = column.is_(sa.true())
    found = connection.execute(sa.select(column).select_from(table).order_by(table.c.id)).scalars().all()
    wanted = [value is True if expression.type.kind == "boolean" else value for value in case.expect]
    assert [comparable(expression.type, value) for value in found] == [
        comparable(expression.type, value) for value in wanted
    ]


@pytest.mark.parametrize(
    "case", [case for case in SQL_CASES if checked(case.text).type.kind == "boolean"], ids=lambda case: case.text
)
def test_condition_and_its_negation_part_the_rows(case: Any, stored: tuple[sa.Connection, sa.Table]) -> None:
    connection, table = stored
    expression = checked(case.text, target="sql")

    def matching(negated: bool) -> set[str]:
        condition = expression.sql(table.c.__getitem__, NOW, parameters=PARAMETERS, negated=negated)
        return {
            str(id) for id in connection.execute(sa.select(table.c.id).select_from(table).where(condition)).scalars()
        }

    wanted = {row["id"] for row, value in zip(ROWS, case.expect, strict=True) if value is True}
    assert matching(False) == wanted
    assert matching(True) == {row["id"] for row in ROWS} - wanted


@pytest.mark.parametrize(
    "text",
    ['owner.name = "x"', 'me.name = "x"', "customer.owner.email is empty"],
)
def test_what_has_no_sql_is_refused_at_check(text: str) -> None:
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["not_in_sql"]
    assert not isinstance(check(text, SCOPE), Problems)


def test_unchecked_tree_is_refused_when_translated() -> None:
    expression = checked('owner.name = "x"')
    with pytest.raises(ValueError, match="cannot be used in a filter"):
        expression.sql(sa.table("ticket", sa.column("title")), NOW)


def test_missing_parameter_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"me\.id"):
        checked("owner = me.id", target="sql").sql(sa.table("ticket", sa.column("owner")), NOW)


def test_everything_is_bound() -> None:
    expression = checked('title = "\'; drop table x" and quantity > 3', target="sql")
    statement = str(expression.sql(sa.table("ticket", sa.column("title"), sa.column("quantity")), NOW))
    assert "drop" not in statement
    assert "3" not in statement.replace(":param_3", "")


def test_equality_with_a_constant_stays_plain_so_that_an_index_serves_it() -> None:
    table = sa.table("ticket", sa.column("status", sa.Text()))
    statement = str(checked('status = "open"', target="sql").sql(table, NOW))
    assert statement.startswith("ticket.status = ")


def test_the_caller_is_compared_plainly_when_known() -> None:
    table = sa.table("ticket", sa.column("owner", sa.Uuid()))
    statement = str(checked("owner = me.id", target="sql").sql(table, NOW, parameters=PARAMETERS))
    assert statement.startswith("ticket.owner = ")


def test_scope_without_fields_behind_a_reference_has_no_path() -> None:
    found = check("customer.name is empty", Scope(SCOPE.variables), target="sql")
    assert isinstance(found, Problems)
    assert found.problems[0].code == "no_members"


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["quantity"] * 70) + " > 3",
        "not " * 70 + "urgent",
        "(" * 70 + "urgent" + ")" * 70,
        "abs(" * 70 + "quantity" + ")" * 70 + " > 3",
        "if urgent then " * 70 + "1" + " else 2 end" * 70 + " = 1",
        " or ".join(f"quantity = {n}" for n in range(150)),
        " and ".join(["(urgent or quantity > 1)"] * 100),
    ],
)
def test_the_largest_that_is_accepted_runs(text: str, stored: tuple[sa.Connection, sa.Table]) -> None:
    connection, table = stored
    expression = checked(text, target="sql")
    expression.to_json()
    condition = expression.sql(table, NOW)
    found = {str(id) for id in connection.execute(sa.select(table.c.id).where(condition)).scalars()}
    assert found == {row["id"] for row in ROWS if expression.is_true(row, NOW)}
