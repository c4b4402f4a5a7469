"""The back ends: each gives the values of expressions for the rows of a batch, in a form that compares, or says that it failed."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from backend.db.embedded import EmbeddedPostgres
from engine.language import Checked
from engine.language.portability import sql_problems
from tests.engine.language import vectors
from tests.engine.language.database import Tables
from tests.engine.language.scopes import CONTEXT, HOST
from tests.engine.language.vectors import comparable, values

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "frontend" / "scripts" / "language-runner.mjs"
#: Expressions in one statement.
STATEMENT = 25


@dataclass(frozen=True)
class Failed:
    """A back end that raised, which no expression that was accepted may do."""

    reason: str


@dataclass(frozen=True)
class Rows:
    """The rows of a batch and the moment of its evaluations, as the vectors write it; empty when they have none."""

    rows: Sequence[Mapping[str, Any]]
    now: str

    @property
    def moment(self) -> dt.datetime | None:
        """The bound `now`."""
        return vectors.moment(self.now) if self.now else None


#: The values of an expression for each row.
Values = list[object] | Failed


def _failed(error: Exception) -> Failed:
    lines = str(error).splitlines() or [""]
    return Failed(f"{type(error).__name__}: {lines[0][:300]}")


class Python:
    """The compiled evaluation."""

    name = "python"

    def run(self, expressions: Sequence[Checked], rows: Rows) -> list[Values | None]:
        """The values of each expression."""
        now, given = rows.moment, [values(row) for row in rows.rows]
        return [self._run(each, given, now) for each in expressions]

    def _run(self, expression: Checked, given: Sequence[Mapping[str, Any]], now: Any) -> Values:
        try:
            return [shown(expression, self.value(expression, row, now)) for row in given]
        except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
            return _failed(error)

    def value(self, expression: Checked, row: Mapping[str, Any], now: Any) -> object:
        """The value for one row."""
        return expression.evaluate(row, now, CONTEXT)


class Explained(Python):
    """The explaining evaluation."""

    name = "explain"

    def value(self, expression: Checked, row: Mapping[str, Any], now: Any) -> object:
        return expression.explain(row, now, CONTEXT).value


class Browser:
    """The browser's evaluation, run by Node over a pipe."""

    name = "browser"

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        self._input, self._output = process.stdin, process.stdout

    def run(self, expressions: Sequence[Checked], rows: Rows) -> list[Values | None]:
        """The values of each expression that runs in the browser."""
        return [self._run(each, rows) if "browser" in targets(each) else None for each in expressions]

    def _run(self, expression: Checked, rows: Rows) -> Values:
        read = {path[0] for path in expression.references()}
        given = [{key: value for key, value in values(row).items() if key in read} for row in rows.rows]
        line = {"tree": expression.to_json(), "rows": given, "calendar": HOST.json["calendar"]}
        line |= {"now": rows.now} if rows.now else {}
        self._input.write(json.dumps(line) + "\n")
        self._input.flush()
        answer = json.loads(self._output.readline())
        if "error" in answer:
            return Failed(str(answer["error"])[:300])
        return [shown(expression, value) for value in answer["values"]]


class Postgres:
    """The translation to SQL, run by PostgreSQL: many expressions in a statement, and conditions both ways round."""

    name = "sql"

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._tables = Tables(connection)
        self._last: tuple[Sequence[Mapping[str, Any]], list[str]] = ((), [])

    def run(self, expressions: Sequence[Checked], rows: Rows) -> list[Values | None]:
        """The values of each expression that has an SQL."""
        places = [index for index, each in enumerate(expressions) if not sql_problems(each.tree)]
        found: list[Values | None] = [None] * len(expressions)
        for start in range(0, len(places), STATEMENT):
            chosen = places[start : start + STATEMENT]
            answers = self._statement([expressions[place] for place in chosen], rows)
            for place, answer in zip(chosen, answers, strict=True):
                found[place] = answer
        return found

    def _stored(self, rows: Rows) -> list[str]:
        if self._last[0] is not rows.rows:
            self._last = rows.rows, self._tables.store(rows.rows)
            # What reads no row may be worked out before: both ways are tried in turn.
            self._tables.fold = not self._tables.fold
        return self._last[1]

    def _statement(self, expressions: Sequence[Checked], rows: Rows) -> Sequence[Values]:
        ids = self._stored(rows)
        try:
            with self._connection.begin_nested():
                return [list(each) for each in self._tables.values(expressions, ids, rows.moment)]
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            if len(expressions) == 1:
                return [_failed(error)]
        half = len(expressions) // 2
        return [*self._statement(expressions[:half], rows), *self._statement(expressions[half:], rows)]

    def partition(self, expression: Checked, rows: Rows) -> Sequence[int] | Failed:
        """How many rows a condition selects, and its negation: together all of them."""
        ids, now = self._stored(rows), rows.moment
        try:
            with self._connection.begin_nested():
                return [sum(self._tables.matching(expression, ids, now, negated)) for negated in (False, True)]
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            return _failed(error)


Backend = Python | Browser | Postgres


def shown(expression: Checked, value: object) -> object:
    """A value in a form that compares: a condition that is empty is not true everywhere in the product."""
    found = comparable(expression.type, value)
    return found is True if expression.type.kind == "boolean" else found


def targets(expression: Checked) -> frozenset[str]:
    """The back ends that all functions of an expression have."""
    from engine.language.functions import BY_KEY

    nodes = list(expression.tree.walk())
    if any(node.op == "keywords" for node in nodes):
        return frozenset({"python"})
    calls = (BY_KEY[str(node.value)].targets for node in nodes if node.op == "call")
    return frozenset({"python", "sql", "browser"}).intersection(*calls)


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser's evaluation, ended at the end."""
    process = subprocess.Popen(
        ["node", str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        yield Browser(process)
    finally:
        with suppress(BrokenPipeError):
            process.communicate(timeout=30)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, ended at the end."""
    with tempfile.TemporaryDirectory(prefix="weft-differential-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "pg", durable=False)
        postgres.start()
        try:
            yield postgres.url("postgres")
        finally:
            postgres.stop()


@contextmanager
def postgres(url: str, name: str) -> Iterator[Postgres]:
    """A database of its own on a server, in a session whose zone is none of the evaluations'."""
    plain = sa.make_url(url).set(drivername="postgresql+psycopg")
    administration = sa.create_engine(plain, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine = sa.create_engine(plain.set(database=name), query_cache_size=0)
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SET TIME ZONE 'America/New_York'"))
            yield Postgres(connection)
            connection.rollback()
    finally:
        engine.dispose()
        with administration.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        administration.dispose()
