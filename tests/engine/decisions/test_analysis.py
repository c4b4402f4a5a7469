"""Gaps and overlaps: each with an example that bears it out, and none left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions import analyse, decide
from tests.engine.decisions.documents import Json, column, compiled, options, table

LEVEL = column("level", "choice", options=options("gold", "silver", "none"))
TIMES, DAY = column("times"), column("day", "date")
GRADE = column("grade", "text")
YES = {"grade": '"yes"'}


def rows(*whens: Json) -> list[tuple[Json, Json]]:
    return [(when, YES) for when in whens]


def gaps(inputs: list[Json], *whens: Json, **settings: Any) -> list[dict[str, str]]:
    return [dict(gap.when) for gap in analyse(compiled(table(inputs, [GRADE], *rows(*whens), **settings))).gaps]


def test_what_no_row_answers_is_told() -> None:
    assert gaps([TIMES], {"times": "< 3"}, {"times": ">= 3"}) == []
    assert gaps([TIMES], {"times": "< 3"}, {"times": "> 3"}) == [{"times": "3"}]
    assert gaps([TIMES], {"times": "between 3 and 5"}) == [{"times": "< 3, > 5"}]
    assert gaps([TIMES], {"times": "< 3"}, {"times": ">= 5 and < 9"}) == [{"times": ">= 3 and < 5, >= 9"}]
    assert gaps([LEVEL], {"level": '"gold"'}) == [{"level": '"silver", "none"'}]
    assert gaps([LEVEL, TIMES], {"level": '"gold"'}, {"times": "> 3"}) == [
        {"level": '"silver", "none"', "times": "<= 3"}
    ]
    assert gaps([column("vip", "boolean")], {"vip": "true"}) == [{"vip": "false"}]
    assert gaps([column("name", "text")], {"name": '"a", "b"'}) == [{"name": 'not ("a", "b")'}]
    assert gaps([column("name", "text")], {"name": 'not "a"'}) == [{"name": '"a"'}]
    assert gaps([column("sum", "money:CNY")], {"sum": "< 9.5 CNY"}) == [{"sum": ">= 9.5 CNY"}]
    assert gaps([column("at", "time")], {"at": ">= 09:00"}) == [{"at": "< 09:00"}]


def test_days_have_nothing_between_them() -> None:
    assert gaps([DAY], {"day": "<= 2026-01-31"}, {"day": ">= 2026-02-01"}) == []
    assert gaps([DAY], {"day": "< 2026-01-31"}, {"day": "> 2026-02-01"}) == [{"day": ">= 2026-01-31 and <= 2026-02-01"}]


def test_a_default_leaves_no_gaps() -> None:
    made = compiled(table([TIMES], [GRADE | {"default": '"no"'}], ({"times": "> 3"}, YES)))
    assert analyse(made).gaps == ()


def test_rows_that_match_together_are_told_where_they_may_not() -> None:
    whens = {"times": "< 5"}, {"times": "> 3"}
    (found,) = analyse(compiled(table([TIMES], [GRADE], *rows(*whens)))).overlaps
    assert (found.rows, found.example) == ((0, 1), {"times": 4})
    assert found.message.en == "Rows 1 and 2 both answer Times = 4"
    assert analyse(compiled(table([TIMES], [GRADE], *rows(*whens), hit="first"))).overlaps == ()
    assert analyse(compiled(table([TIMES], [GRADE], *rows(*whens), hit="any"))).overlaps == ()
    differing = [({"times": "< 5"}, {"grade": '"a"'}), ({"times": "> 3"}, {"grade": '"b"'})]
    assert len(analyse(compiled(table([TIMES], [GRADE], *differing, hit="any"))).overlaps) == 1


@pytest.mark.parametrize("cell", ["? * 2 > 3", "> other", "> round(?)", 'level = "gold"'])
def test_what_cannot_be_looked_through_is_said(cell: str) -> None:
    inputs = [TIMES, column("other"), LEVEL]
    found = analyse(compiled(table(inputs, [GRADE], *rows({"times": cell}, {"times": "< 3"}, {"times": "< 9"}))))
    assert found.skipped == ("/rules/0/when/times",)
    assert found.gaps == ()
    assert [each.rows for each in found.overlaps] == [(1, 2)]


def test_what_is_too_much_is_given_up() -> None:
    inputs = [column(f"a{number}") for number in range(6)]
    whens = [{f"a{n}": f"between {row * 7 % 31} and {row * 7 % 31 + 9}" for n in range(6)} for row in range(120)]
    assert not analyse(compiled(table(inputs, [GRADE], *rows(*whens), hit="first"))).complete


_CELL = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.integers(0, 4)),
    st.builds("between {} and {}".format, st.integers(0, 2), st.integers(2, 4)),
    st.builds("not ({}, {})".format, st.integers(0, 4), st.integers(0, 4)),
    st.builds("{}, > {}".format, st.integers(0, 2), st.integers(2, 4)),
)
_LEVEL = st.sampled_from(["-", '"gold"', '"silver", "none"', 'not "none"', 'in ["gold", "none"]'])
_WHEN = st.fixed_dictionaries({"level": _LEVEL, "times": _CELL})
#: Whole and half numbers, which reach every stretch between the whole ones.
_GRID = [{"level": level, "times": half / 2} for level in ("gold", "silver", "none") for half in range(-2, 12)]


@settings(max_examples=60, deadline=None)
@given(whens=st.lists(_WHEN, max_size=6))
def test_gaps_and_overlaps_are_all_there_are(whens: list[Json]) -> None:
    made = compiled(table([LEVEL, TIMES], [GRADE], *rows(*whens)))
    found = analyse(made)
    matched = [decide(made, inputs).matched for inputs in _GRID]
    assert found.complete
    assert bool(found.gaps) == (() in matched)
    for gap in found.gaps:
        assert decide(made, gap.example).matched == ()
    told = {each.rows for each in found.overlaps}
    assert told == {(one, other) for each in matched for one in each for other in each if one < other}
    for overlap in found.overlaps:
        assert set(overlap.rows) <= set(decide(made, overlap.example).matched)


@settings(max_examples=60, deadline=None)
@given(whens=st.lists(_WHEN, max_size=5))
def test_rows_for_the_gaps_leave_none_and_overlap_nothing(whens: list[Json]) -> None:
    before = analyse(compiled(table([LEVEL, TIMES], [GRADE], *rows(*whens), hit="any")))
    closing = [dict(gap.when) for gap in before.gaps]
    after = analyse(compiled(table([LEVEL, TIMES], [GRADE], *rows(*whens, *closing))))
    assert after.gaps == ()
    assert all(each.rows[1] < len(whens) for each in after.overlaps)
