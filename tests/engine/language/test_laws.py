"""Laws, tried on generated expressions and rows: nothing raises, JSON loses nothing, logic is classical, and Python and
PostgreSQL agree."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import BOOLEAN, Checked, Problems, Type, check, load
from engine.language.sql import column_type
from tests.engine.language.vectors import NOW, SCOPE, checked, comparable

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Boundary values of each field that generated rows hold.
FIELDS: Mapping[str, list[Any]] = {
    "title": [None, "", "a", "Ab", "漏水", "%", "z😀", "a b"],
    "note": [None, "", "AB", "漏"],
    "status": [None, "open", "closed"],
    "quantity": [None, Decimal(0), Decimal("-1.5"), Decimal("0.3"), Decimal(7)],
    "version": [None, Decimal(0), Decimal("3"), Decimal("-0.3")],
    "amount": [None, Decimal(0), Decimal("99.99"), Decimal(-20)],
    "urgent": [None, True, False],
    "due": [None, dt.date(2026, 11, 23), dt.date(2024, 2, 29), dt.date(1999, 12, 31)],
    "seen": [None, NOW, NOW - dt.timedelta(hours=9), dt.datetime(2024, 2, 29, 23, 59, 59, 999999, dt.UTC)],
    "tags": [None, [], ["a"], ["a", "漏水", "Ab"]],
}  # fmt: skip

NUMBERS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["quantity", "version", "0", "1", "0.3", "-1.5", "7", "12.5%", "length(title)", "year(due)"]),
        st.builds("({} {} {})".format, NUMBERS, st.sampled_from("+-*/"), NUMBERS),
        st.builds("round({}, {})".format, NUMBERS, st.sampled_from("02")),
        st.builds("({} ?? {})".format, NUMBERS, NUMBERS),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), NUMBERS, NUMBERS),
        st.builds("if {} then {} else {} end".format, CONDITIONS, NUMBERS, NUMBERS),
        st.builds("days_between({}, {})".format, TIMES, TIMES),
    )
)
TEXTS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["title", "note", "status", '"a"', '"漏水"', '"open"', "empty", '"Ab"']),
        st.builds("{}({})".format, st.sampled_from(["lower", "upper", "trim"]), st.sampled_from(["title", "note"])),
        st.builds("(title & {})".format, st.sampled_from(["note", '" "'])),
        st.builds("(note ?? {})".format, st.sampled_from(["title", '"a"'])),
    )
)
TIMES = st.sampled_from(
    [
        "due",
        "seen",
        "now()",
        "today()",
        "2026-11-23",
        "2024-02-29T23:59Z",
        "due + 1 day",
        "seen - 9 hours",
        "due + 36 hours",
    ]
)
CONDITIONS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["urgent", "true", "urgent = false", 'status in ["open", empty]', 'amount >= 99.99 CNY']),
        st.builds("({} {} {})".format, NUMBERS, COMPARISONS, NUMBERS),
        st.builds("(title {} {})".format, st.sampled_from(["=", "!=", "<", ">="]), st.sampled_from(["note", '"a"', '"Ab"'])),
        st.builds("({} {} {})".format, TIMES, COMPARISONS, TIMES),
        st.builds("title contains {}".format, st.sampled_from(["note", '"A"', '"漏水"', '"%"'])),
        st.builds("title contains {} of [\"a\", note]".format, QUANTIFIERS),
        st.builds("tags contains {} of [\"a\", note, title]".format, QUANTIFIERS),
        st.builds("({} is empty)".format, st.one_of(NUMBERS, TEXTS, st.just("tags"))),
        st.builds("({} between {} and {})".format, NUMBERS, NUMBERS, NUMBERS),
        st.builds("({} in [{}, {}])".format, NUMBERS, NUMBERS, NUMBERS),
        st.builds("title in tags".format),
        st.builds("starts_with(title, {})".format, st.sampled_from(["note", '"a"'])),
        st.builds("not ({})".format, CONDITIONS),
        st.builds("({} {} {})".format, CONDITIONS, st.sampled_from(["and", "or"]), CONDITIONS),
    )
)  # fmt: skip
COMPARISONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
QUANTIFIERS = st.sampled_from(["any", "all", "none"])
ROWS = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in FIELDS.items()})


def _accepted(text: str) -> Checked | None:
    found = check(text, SCOPE)
    if not isinstance(found, Problems):
        return found
    assert {problem.code for problem in found.problems} <= {"too_deep", "too_many_nodes", "too_long"}, (
        f"{text}: {found}"
    )
    return None


@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(
    ["quantity", "and", "(", ")", "not", '"a"', "1", "=", "contains", "in", "[", "]", "如果", "为空", "{", "now()", "3 天", "-", "."]
), max_size=12).map(" ".join)))  # fmt: skip
@QUICK
def test_any_text_is_accepted_or_refused_and_never_raises(text: str) -> None:
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
    expression = _accepted(text)
    if expression is not None:
        assert expression.evaluate(row, NOW) in (True, False, None)


@given(text=st.one_of(CONDITIONS, NUMBERS, TEXTS), row=ROWS)
@QUICK
def test_the_stored_form_loses_nothing(text: str, row: dict[str, Any]) -> None:
    expression = _accepted(text)
    if expression is not None:
        again = load(json.loads(json.dumps(expression.to_json())))
        assert again == expression
        assert again.evaluate(row, NOW) == expression.evaluate(row, NOW)


@given(left=CONDITIONS, right=CONDITIONS, row=ROWS)
@QUICK
def test_logic_is_classical(left: str, right: str, row: dict[str, Any]) -> None:
    def truth(text: str) -> bool:
        expression = _accepted(text)
        return expression is not None and expression.is_true(row, NOW)

    if _accepted(f"not (not ({left}) or not ({right}))") is None:
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
    if _accepted(text) is None:
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
