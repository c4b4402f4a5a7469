"""Laws, tried on generated expressions and rows: nothing raises, JSON loses nothing, logic is classical, and Python and
PostgreSQL agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import BOOLEAN, Problems, Type, check, load
from engine.language.sql import column_type
from tests.engine.language.generated import CONDITIONS, FIELDS, GENERATED_PATH, NUMBERS, ROWS, TEXTS, accepted
from tests.engine.language.vectors import NOW, SCOPE, checked, comparable

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(
    ["quantity", "and", "(", ")", "not", '"a"', "1", "=", "contains", "in", "[", "]", "如果", "为空", "{", "now()", "3 天", "-", "."]
), max_size=12).map(" ".join)))  # fmt: skip
@QUICK
def test_any_text_isaccepted_or_refused_and_never_raises(text: str) -> None:
    found = check(text, SCOPE, target="sql", templates=True)
    if isinstance(found, Problems):
        assert all(0 <= problem.start <= problem.end <= len(text) for problem in found.problems)
    else:
        found.evaluate({}, NOW)


_JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("2026-99-99")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["id", "amount", "level"]), inner)
    ),
    max_leaves=4,
)


@given(text=CONDITIONS, row=st.dictionaries(st.sampled_from([*FIELDS, "customer"]), _JUNK))
@QUICK
def test_no_value_makes_evaluation_raise(text: str, row: dict[str, Any]) -> None:
    expression = accepted(text)
    if expression is not None:
        assert expression.evaluate(row, NOW) in (True, False, None)


@given(text=st.one_of(CONDITIONS, NUMBERS, TEXTS), row=ROWS)
@QUICK
def test_the_stored_form_loses_nothing(text: str, row: dict[str, Any]) -> None:
    expression = accepted(text)
    if expression is not None:
        again = load(json.loads(json.dumps(expression.to_json())))
        assert again == expression
        assert again.evaluate(row, NOW) == expression.evaluate(row, NOW)


def test_the_generated_vectors_hold() -> None:
    for case in json.loads(GENERATED_PATH.read_text(encoding="utf-8")):
        expression = load(case["tree"])
        found = comparable(expression.type, expression.evaluate(case["row"], NOW))
        assert found == comparable(expression.type, case["expect"]), case["tree"]["text"]


@given(left=CONDITIONS, right=CONDITIONS, row=ROWS)
@QUICK
def test_logic_is_classical(left: str, right: str, row: dict[str, Any]) -> None:
    def truth(text: str) -> bool:
        expression = accepted(text)
        return expression is not None and expression.is_true(row, NOW)

    if accepted(f"not (not ({left}) or not ({right}))") is None:
        return
    assert truth(f"not not ({left})") == truth(left)
    assert truth(f"({left}) and ({right})") == truth(f"not (not ({left}) or not ({right}))")
    assert truth(left) != truth(f"not ({left})")


def _column(key: str, value: object) -> Any:
    type: Type = SCOPE.variables[key]
    return sa.cast(sa.literal(value, column_type(type)), column_type(type)).label(key)


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Any:
    engine = sa.create_engine(sa.make_url(postgres.url("postgres")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.text("SET TIME ZONE 'Asia/Tokyo'"))
        yield connection
    engine.dispose()


@given(text=st.one_of(CONDITIONS, NUMBERS), rows=st.lists(ROWS, min_size=1, max_size=4))
@settings(QUICK, max_examples=300, suppress_health_check=list(HealthCheck))
def test_python_and_postgres_agree(text: str, rows: list[dict[str, Any]], connection: sa.Connection) -> None:
    if accepted(text) is None:
        return
    expression = checked(text, target="sql")
    for row in rows:
        table = sa.select(*(_column(key, value) for key, value in row.items())).subquery()
        found = connection.execute(sa.select(expression.sql(table, NOW)).select_from(table)).scalar()
        wanted = expression.evaluate(row, NOW)
        if expression.type == BOOLEAN:
            negated = connection.execute(
                sa.select(expression.sql(table, NOW, negated=True)).select_from(table)
            ).scalar()
            assert (found is True) == (wanted is True), (text, row)
            assert (negated is True) == (wanted is not True), (text, row)
        else:
            assert comparable(expression.type, found) == comparable(expression.type, wanted), (text, row)
