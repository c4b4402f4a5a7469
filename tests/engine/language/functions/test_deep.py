"""Functions of functions of functions: as deep as a filter may be, each runs in PostgreSQL, soon, and gives what Python gives."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.language import Checked, check
from tests.engine.language.database import Tables
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import NOW, comparable, values

ROWS: list[dict[str, Any]] = [
    {"title": "weaver 织机 12", "note": "a", "quantity": "144.5", "rate": "7", "status": "open", "amount": "99.99"},
    {"title": "aXa", "note": "A", "quantity": "-3", "rate": "0", "status": "closed", "amount": "-0.05"},
    {"title": None, "note": None, "quantity": None, "rate": None, "status": None, "amount": None},
]
NESTED = [
    ("title", 'replace({}, "a", "b")'), ("title", "substring({}, 2, quantity)"), ("title", "left({}, quantity)"),
    ("title", 'after({}, note) ?? "-"'), ("title", "pad_left({}, 30, note)".replace("note", '"x"')),
    ("title", "mask({}, 1, 1)"), ("title", "to_text(number_of({}))"), ("title", "to_text(count_of({}, note))"),
    ("title", 'to_text(like({}, "*a*"))'), ("quantity", "round_up({}, 2)"), ("quantity", "mod({}, 7)"),
    ("quantity", "div({}, rate)"), ("quantity", "power({}, 1)"), ("quantity", "sqrt({})"),
    ("quantity", "percent_of({}, rate)"), ("quantity", "clamp({}, rate, 5)"),
    ("amount", "round_money({})"), ("amount", "share({}, 2, 3)"), ("amount", "installment({}, 3, 1)"),
    ("status", "next_option({})"),
]  # fmt: skip


@pytest.fixture(scope="module")
def tables(postgres: Any) -> Iterator[tuple[Tables, list[str]]]:
    url = sa.make_url(postgres.ensure_database(f"language_{uuid.uuid4().hex[:8]}"))
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        tables = Tables(connection, "ticket")
        yield tables, tables.store(ROWS)
        connection.rollback()
    engine.dispose()


def _deepest(innermost: str, pattern: str) -> Checked:
    text, accepted = innermost, None
    while True:
        text = pattern.format(f"({text})")
        found = check(text, SCOPE, target="sql")
        if not isinstance(found, Checked):
            break
        accepted = found
    assert accepted is not None
    return accepted


@pytest.mark.parametrize(("innermost", "pattern"), NESTED, ids=lambda part: part)
def test_the_deepest_filter_runs(innermost: str, pattern: str, tables: tuple[Tables, list[str]]) -> None:
    expression, (stored, ids) = _deepest(innermost, pattern), tables
    start = time.perf_counter()
    with stored.savepoint():
        (found,) = stored.values([expression], ids, NOW)
    assert time.perf_counter() - start < 5
    wanted = [expression.evaluate(values(row), NOW, CONTEXT) for row in ROWS]
    assert found == [comparable(expression.type, value) for value in wanted]
