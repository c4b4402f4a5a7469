"""The vectors in PostgreSQL: the value of each expression over a row of a real table, and conditions both ways round; what is
refused; and how a filter is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.language import Problems, check
from engine.language.types import Scope
from tests.engine.language.database import Tables
from tests.engine.language.scopes import SCOPE, SCOPES
from tests.engine.language.vectors import CASES, NOW, ROW_SETS, Case, checked, comparable, values

PARAMETERS = {f"me.{key}": value for key, value in SCOPES["ticket"].parameters["me"].items()}
SQL_CASES = [case for case in CASES if "sql" in case.targets]


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Iterator[sa.Connection]:
    """A database of its own, in a session whose zone is nobody's."""
    url = sa.make_url(postgres.ensure_database(f"language_{uuid.uuid4().hex[:8]}"))
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.text("SET LOCAL TIME ZONE 'America/New_York'"))
        yield connection
        connection.rollback()
    engine.dispose()


class Stored:
    """The rows of the vectors, each set of them in the tables from its first use on."""

    def __init__(self, connection: sa.Connection) -> None:
        self._tables = {key: Tables(connection, key) for key in SCOPES}
        self._ids: dict[tuple[str, int], list[str]] = {}

    def of(self, case: Case) -> tuple[Tables, list[str]]:
        """The tables of a case and the ids of its rows."""
        tables, address = self._tables[case.scope], (case.scope, id(case.rows))
        if address not in self._ids:
            self._ids[address] = tables.store(case.rows)
        return tables, self._ids[address]

    def set(self, name: str) -> tuple[Tables, list[str]]:
        """The tables and rows of a row set."""
        return self.of(Case("", "", "ticket", ROW_SETS[name], (), (), NOW, None))


@pytest.fixture(scope="module")
def stored(connection: sa.Connection) -> Stored:
    return Stored(connection)


@pytest.mark.parametrize("case", SQL_CASES, ids=str)
def test_value_in_postgres(case: Case, stored: Stored) -> None:
    tables, ids = stored.of(case)
    expression = checked(case.text, case.scope, "sql")
    with tables.savepoint():
        (found,) = tables.values([expression], ids, case.now)
    truth = expression.type.kind == "boolean"
    assert found == [value is True if truth else comparable(expression.type, value) for value in case.expect]


CONDITIONS = [case for case in SQL_CASES if checked(case.text, case.scope).type.kind == "boolean"]


@pytest.mark.parametrize("case", CONDITIONS, ids=str)
def test_condition_and_its_negation_part_the_rows(case: Case, stored: Stored) -> None:
    tables, ids = stored.of(case)
    expression = checked(case.text, case.scope, "sql")
    with tables.savepoint():
        matching, others = (tables.matching(expression, ids, case.now, negated) for negated in (False, True))
    assert matching == [value is True for value in case.expect]
    assert others == [value is not True for value in case.expect]
