"""Tables: every hit policy by hand and against a naive reading, and every mistake that a table can have."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions import Tables, decide, outputs_json
from engine.definitions.codec import decode, encode
from engine.language import NOTHING, Calendar, Context
from tests.engine.decisions.documents import Json, column, compiled, options, problems, table

LEVEL = column("level", "choice", options=options("gold", "silver"))
TIMES = column("times")
GRADE = column("grade", "text", values=["high", "middle", "low"])
POINTS = column("points")

ROWS: list[tuple[Json, Json]] = [
    ({"level": '"gold"'}, {"grade": '"middle"', "points": "1"}),
    ({"times": ">= 5"}, {"grade": '"high"', "points": "times * 2"}),
    ({"level": '"gold"', "times": "< 3"}, {"grade": '"middle"', "points": "1"}),
    ({"times": "> 90"}, {"grade": '"low"'}),
]


def answer(inputs: Json, hit: str, *rows: tuple[Json, Json], outputs: list[Json] | None = None, **more: Any) -> Any:
    made = compiled(table([LEVEL, TIMES], outputs or [GRADE, POINTS], *(rows or ROWS), hit=hit, **more))
    found = decide(made, inputs)
    return found.problem.code if found.problem else outputs_json(made, found.outputs)


GOLD, MUCH = {"level": "gold", "times": 4}, {"level": "gold", "times": 6}
HIGH, MIDDLE = {"grade": "high", "points": 12}, {"grade": "middle", "points": 1}


def test_a_single_row_may_match() -> None:
    assert answer(GOLD, "unique") == MIDDLE
    assert answer(MUCH, "unique") == "several_rows"
    assert answer({"level": "silver", "times": 1}, "unique") is None


def test_rows_that_match_may_have_to_agree() -> None:
    assert answer({"level": "gold", "times": 1}, "any") == MIDDLE
    assert answer(MUCH, "any") == "rows_disagree"


def test_the_first_row_or_the_highest_answer_counts() -> None:
    assert answer(MUCH, "first") == MIDDLE
    assert answer(MUCH, "priority") == HIGH


def test_all_rows_answer_in_their_order_or_that_of_the_values() -> None:
    assert answer(MUCH, "rule_order") == [MIDDLE, HIGH]
    assert answer(MUCH, "collect") == [MIDDLE, HIGH]
    assert answer(MUCH, "output_order") == [HIGH, MIDDLE]
    assert answer({"level": "silver", "times": 1}, "rule_order") == []


def test_what_is_collected_can_be_one_value() -> None:
    rows = [(when, {"points": then["points"]}) for when, then in ROWS[:3]]
    found = {
        each: answer(MUCH, "collect", *rows, outputs=[POINTS], aggregate=each)
        for each in ("sum", "min", "max", "count")
    }
    assert found == {"sum": 13, "min": 1, "max": 12, "count": 2}
    nothing = {"level": "silver", "times": 0}
    assert answer(nothing, "collect", *rows, outputs=[POINTS], aggregate="count") == 0
    assert answer(nothing, "collect", *rows, outputs=[POINTS], aggregate="sum") is None


def test_defaults_answer_when_no_row_does() -> None:
    outputs = [GRADE | {"default": '"low"'}, POINTS]
    nothing = {"level": "silver", "times": 2}
    low = {"grade": "low", "points": None}
    assert answer(nothing, "first", outputs=outputs) == low
    assert answer(nothing, "rule_order", outputs=outputs) == [low]
    assert answer(GOLD, "first", *ROWS, outputs=outputs) == MIDDLE
    summed = [POINTS | {"default": "times"}]
    row: tuple[Json, Json] = ({"times": "> 5"}, {"points": "1"})
    assert answer(nothing, "collect", row, outputs=summed, aggregate="sum") == 2
    assert answer(nothing, "collect", row, outputs=summed, aggregate="count") == 0


def test_a_cell_left_empty_answers_the_default() -> None:
    outputs = [GRADE, POINTS | {"default": "7"}]
    assert answer({"level": "silver", "times": 99}, "first", ROWS[3], outputs=outputs) == {"grade": "low", "points": 7}


def test_lengths_and_amounts_are_summed_with_all_their_digits() -> None:
    made = compiled(
        table([TIMES], [column("wait", "duration")], ({}, {"wait": "2 hours"}), ({}, {"wait": "30 minutes"}),
              hit="collect", aggregate="sum")
    )  # fmt: skip
    assert decide(made, {"times": 1}).outputs == dt.timedelta(hours=2, minutes=30)
    made = compiled(
        table([TIMES], [column("fee", "money:CNY")], ({}, {"fee": "0.10 CNY"}), ({}, {"fee": "0.20 CNY"}),
              hit="collect", aggregate="sum")
    )  # fmt: skip
    assert decide(made, {"times": 1}).outputs == Decimal("0.30")


def test_cells_read_the_clock_and_the_calendar_of_the_evaluation() -> None:
    """A host gives both, so that a decision of the past can be made again."""
    day = column("day", "date")
    made = compiled(table([day], [GRADE], ({"day": "is_business_day(?) and ? > today()"}, {"grade": '"high"'})))
    now = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    holidays = Context(calendar=Calendar(holidays=frozenset({dt.date(2026, 10, 5)})))
    assert decide(made, {"day": "2026-10-05"}, now).matched == (0,)
    assert decide(made, {"day": "2026-10-05"}, now, holidays).matched == ()
    assert decide(made, {"day": "2026-09-30"}, now).matched == ()


def test_a_document_is_read_and_written_alike() -> None:
    document = table([LEVEL], [GRADE], ({"level": '"gold"'}, {"grade": '"high"'}), hit="first")
    assert encode(decode("decision_table", document)) == document


def test_all_tables_of_an_installation_are_asked_by_key() -> None:
    good = decode("decision_table", table([TIMES], [POINTS], ({}, {"points": "times"})))
    broken = decode("decision_table", table([TIMES], [POINTS], ({}, {"points": "nothing"})))
    tables = Tables({"good": good, "broken": broken})
    assert tables("good", {"times": 3}, None, NOTHING) == {"points": Decimal(3)}
    assert tables("broken", {"times": 3}, None, NOTHING) is None
    assert tables("other", {}, None, NOTHING) is None


# -- against a naive reading

NAIVE_TIMES = st.integers(0, 6)
NAIVE_VALUES = ["high", "middle", "low"]
_ROW = st.tuples(
    st.sampled_from(["gold", "silver", None]),
    NAIVE_TIMES,
    NAIVE_TIMES,
    st.sampled_from(NAIVE_VALUES),
    st.integers(0, 3),
)
_POLICIES = [
    *((hit, None) for hit in ("unique", "any", "first", "priority", "rule_order", "output_order", "collect")),
    *(("collect", aggregate) for aggregate in ("sum", "min", "max", "count")),
]


def naive(rows: list[Any], hit: str, aggregate: str | None, level: str, times: int) -> Any:
    """DMN's hit policies as their definitions say, one row after another."""
    matching = [
        (grade, points) for wanted, low, high, grade, points in rows if wanted in (None, level) and low <= times <= high
    ]
    if aggregate is not None:
        points = [each[1] for each in matching]
        if aggregate == "count":
            return len(points)
        return {"sum": sum, "min": min, "max": max}[aggregate](points) if points else None  # type: ignore[operator]  # of ints
    order = sorted(matching, key=lambda each: NAIVE_VALUES.index(each[0]))
    if hit in ("rule_order", "collect"):
        return matching
    if hit == "output_order":
        return order
    if not matching:
        return None
    if (hit == "unique" and len(matching) > 1) or (hit == "any" and len(set(matching)) > 1):
        return "problem"
    return order[0] if hit == "priority" else matching[0]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(_ROW, max_size=6),
    asked=st.lists(st.tuples(st.sampled_from(["gold", "silver"]), NAIVE_TIMES), min_size=1, max_size=4),
    policy=st.sampled_from(_POLICIES),
)
def test_every_policy_means_what_a_naive_reading_does(rows: list[Any], asked: list[Any], policy: Any) -> None:
    hit, aggregate = policy
    written: list[tuple[Json, Json]] = [
        (
            {"times": f"between {low} and {high}"} | ({} if level is None else {"level": f'"{level}"'}),
            {"points": str(points)} | ({} if aggregate else {"grade": f'"{grade}"'}),
        )
        for level, low, high, grade, points in rows
    ]
    outputs = [POINTS] if aggregate else [GRADE, POINTS]
    more = {"aggregate": aggregate} if aggregate else {}
    made = compiled(table([LEVEL, TIMES], outputs, *written, hit=hit, **more))
    for level, times in asked:
        found = decide(made, {"level": level, "times": times})
        expected = naive(rows, hit, aggregate, level, times)
        if expected == "problem":
            assert found.problem is not None
            assert found.outputs is None
        else:
            assert found.problem is None
            assert outputs_json(made, found.outputs) == _shaped(expected)


def _shaped(expected: Any) -> Any:
    if isinstance(expected, list):
        return [_shaped(each) for each in expected]
    return {"grade": expected[0], "points": expected[1]} if isinstance(expected, tuple) else expected


# -- mistakes

ONE: tuple[Json, Json] = ({}, {"points": "1"})
MISTAKES: list[tuple[Json, list[tuple[str, str, str | None]]]] = [
    (table([TIMES, TIMES], [POINTS], ONE), [("/inputs/1/key", "duplicate_key", None)]),
    (table([column("value")], [POINTS], ONE), [("/inputs/0/key", "reserved_key", "value_1")]),
    (table([column("a", "numbr")], [POINTS], ONE), [("/inputs/0/type", "unknown_type", "number")]),
    (table([column("a", "money")], [POINTS], ONE), [("/inputs/0/type", "unknown_type", "money:CNY")]),
    (table([column("a", "reference:user")], [POINTS], ONE), [("/inputs/0/type", "unknown_type", None)]),
    (table([TIMES], [POINTS], ({"tims": "1"}, {"points": "1"})), [("/rules/0/when/tims", "unknown_input", "times")]),
    (
        table([TIMES], [POINTS], ({}, {"point": "1"})),
        [("/rules/0/then/point", "unknown_output", "points"), ("/rules/0/then/points", "answer_missing", None)],
    ),
    (table([TIMES], [POINTS], ({}, {"points": '"a"'})), [("/rules/0/then/points", "expression.type_mismatch", None)]),
    (table([TIMES], [POINTS | {"default": "tims"}], ONE), [("/outputs/0/default", "expression.unknown_name", "times")]),
    (table([TIMES], [POINTS], ONE, aggregate="sum"), [("/aggregate", "aggregate_unused", "collect")]),
    (
        table([TIMES], [POINTS, GRADE], ({}, {"points": "1", "grade": '"low"'}), hit="collect", aggregate="sum"),
        [("/aggregate", "aggregate_outputs", None)],
    ),
    (
        table([TIMES], [GRADE], ({}, {"grade": '"low"'}), hit="collect", aggregate="sum"),
        [("/outputs/0/type", "aggregate_type", "number")],
    ),
    (table([TIMES], [POINTS], ONE, hit="priority"), [("/outputs/0/values", "values_missing", None)]),
    (
        table([TIMES], [POINTS | {"values": [1, "x", 1]}], ONE, hit="priority"),
        [("/outputs/0/values/1", "value_type", None), ("/outputs/0/values/2", "duplicate_value", None)],
    ),
    (
        table([TIMES], [GRADE], ({}, {"grade": '"hihg"'}), hit="priority"),
        [("/rules/0/then/grade", "value_not_listed", "high")],
    ),
    (table([TIMES], [POINTS], ({}, {})), [("/rules/0/then/points", "answer_missing", None)]),
]


@pytest.mark.parametrize(("document", "expected"), MISTAKES, ids=lambda part: str(part)[-50:])
def test_mistakes_are_told_with_their_place(document: Json, expected: list[tuple[str, str, str | None]]) -> None:
    assert [(each.path, each.code, each.suggestion) for each in problems(document)] == expected


def test_a_table_has_an_end() -> None:
    wide = table([column(f"a{number}") for number in range(10)], [POINTS], *[ONE] * 500)
    assert [each.code for each in problems(wide)] == ["too_large"]


def test_problems_of_cells_say_where_in_the_text() -> None:
    (found,) = problems(table([TIMES], [POINTS], ({"times": '1, "x"'}, {"points": "1"})))
    assert (found.path, found.span) == ("/rules/0/when/times", (3, 6))


def test_labels_are_names_too() -> None:
    chinese = {"key": "times", "label": {"zh": "次数", "en": "Times"}, "type": "number"}
    made = compiled(table([chinese], [POINTS], ({"times": "次数 > 3"}, {"points": "次数 + 1"})))
    assert decide(made, {"times": 4}).outputs == {"points": Decimal(5)}
