"""Laws, tried on generated expressions, on the values of no type, and on texts that are no expressions: nothing raises, the
stored and the printed form give the tree back, logic is classical, and all back ends agree."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import Checked, Problems, check
from tests.differential.backends import Backend, Explained, Postgres, Python, Rows, browser
from tests.differential.comparison import checked, compare
from tests.differential.generator import Generator
from tests.differential.laws import LAWS
from tests.differential.rows import NOWS, RowMaker, written
from tests.differential.signatures import calls
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import NOW

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SEEDS = st.integers(0, 2**32)
_PARTS = (
    "quantity", "and", "(", ")", "not", '"a"', "1", "=", "contains", "in", "[", "]", "如果", "为空", "{", "now()", "3 天", "-", ".",
    "some", "x", "satisfies", "where", "lines", "for", "return", "else", "if", "end", "09:30", "3 business days", ":", "lookup(", ",",
)  # fmt: skip


def generated(seed: int) -> Checked | None:
    """The expression of a seed; None when the checker refuses it, as it does for one in fifty."""
    keys = list(calls().by_key)
    random = Random(seed)
    found = checked(Generator(random, calls()).root(random.choice([None, *keys])), random.choice(("en", "zh")))
    return found if isinstance(found, Checked) else None


@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PARTS), max_size=12).map(" ".join)))
@QUICK
def test_any_text_is_accepted_or_refused_and_never_raises(text: str) -> None:
    found = check(text, SCOPE, target="sql", templates=True)
    if isinstance(found, Problems):
        assert all(0 <= problem.start <= problem.end <= len(text) for problem in found.problems)
    else:
        found.evaluate({}, NOW, CONTEXT)


_JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("2026-99-99")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["id", "amount", "level", "price"]), inner)
    ),
    max_leaves=4,
)


@given(seed=SEEDS, row=st.dictionaries(st.sampled_from([*SCOPE.variables]), _JUNK))
@QUICK
def test_no_value_makes_evaluation_raise(seed: int, row: dict[str, Any]) -> None:
    expression = generated(seed)
    if expression is not None:
        assert expression.evaluate(row, NOW, CONTEXT) == expression.explain(row, NOW, CONTEXT).value


@given(seed=SEEDS)
@QUICK
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law(law: Any, seed: int) -> None:
    expression, random = generated(seed), Random(seed)
    if expression is not None:
        maker = RowMaker(random, 1)
        rows = Rows([maker.row() for _ in range(3)], written(*random.choice(NOWS)))
        assert next(law(expression, rows, random), None) is None


@given(left=SEEDS, right=SEEDS, row=SEEDS)
@QUICK
def test_conditions_joined_keep_de_morgan(left: int, right: int, row: int) -> None:
    found = [each for each in (generated(left), generated(right)) if each is not None and each.type.kind == "boolean"]
    if len(found) < 2 or any(len(each.text) > 600 for each in found):
        return
    values = RowMaker(Random(row), 1).row()

    def truth(text: str) -> bool:
        joined = check(text, SCOPE, templates=True)
        assert not isinstance(joined, Problems), joined
        return joined.is_true(values, NOW, CONTEXT)

    one, other = (each.text for each in found)
    assert truth(f"({one}) and ({other})") == truth(f"not (not ({one}) or not ({other}))")


@pytest.fixture(scope="module")
def database(postgres: Any) -> Any:
    """The back end in PostgreSQL, in a session whose zone is nobody's."""
    url = sa.make_url(postgres.ensure_database("language_laws")).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("SET TIME ZONE 'Asia/Tokyo'"))
        yield Postgres(connection)
        connection.rollback()
    engine.dispose()


def test_back_ends_agree(database: Postgres) -> None:
    random = Random("agree")
    maker = RowMaker(random, 77)
    rows = Rows([maker.row() for _ in range(10)], written(*NOWS[0]))
    generator = Generator(random, calls())
    pieces = [generator.root(key) for key in calls().by_key] + [generator.root(None) for _ in range(150)]
    with browser() as node:
        backends: list[Backend] = [Python(), Explained(), node, database]
        result = compare(pieces, rows, backends, random)
    assert [str(each) for each in result.differences] == []
    assert len(result.refused) < len(pieces) / 20
