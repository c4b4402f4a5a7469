"""The compiled evaluation: the same as the explained one on any value, lazy, each field read once, and of any depth."""

from __future__ import annotations

import ast
import datetime as dt
import gc
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import TEXT, Checked
from engine.language.context import Context
from engine.language.operations import lowers_plainly
from engine.language.python import Compiler, compile_tree
from engine.language.tree import Node
from engine.language.types import BOOLEAN, NUMBER
from tests.engine.language.scopes import CONTEXT
from tests.engine.language.vectors import CASES, NOW, Case, checked, values

QUICK = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.just(10**61), st.floats(), st.text(max_size=3),
    st.decimals(), st.decimals(-10, 10, places=2), st.sampled_from([
        "", "a", "7", "-0", "1e3", "open", "Ab", "漏水", "2026-02-29", "2026-03-29T02:30:00+01:00", "0001-01-01", "09:30", "1" * 61,
        Decimal("Infinity"), Decimal("NaN"), Decimal("-0"), Decimal("0." + "3" * 61), Decimal("1E+60"), Decimal("1E-99"), Decimal("sNaN"), UUID(int=7),
        dt.date.max, dt.date.min, dt.datetime.max, dt.datetime.min.replace(tzinfo=dt.UTC), dt.time(1), dt.timedelta.max, 3_600_000_000,
    ]),
)  # fmt: skip
_KEYS = ["id", "amount", "currency", "price", "quantity", "name", "level", "region"]
_JUNK = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3)),
    max_leaves=6,
)


@cache
def _expressions() -> Mapping[str, Checked]:
    return {case.text: checked(case.text, case.scope) for case in CASES if case.scope == "ticket" and _in_python(case)}


def _in_python(case: Case) -> bool:
    return case.wanted_targets is None or "python" in case.wanted_targets


def _same(left: object, right: object) -> bool:
    return left == right and type(left) is type(right)


@given(data=st.data())
@QUICK
def test_the_compiled_evaluation_is_the_explained_one_on_any_values(data: st.DataObject) -> None:
    expression = _expressions()[data.draw(st.sampled_from(sorted(_expressions())))]
    keys = sorted({path[0] for path in expression.references()})
    row = {key: data.draw(_JUNK, label=key) for key in keys}
    found = expression.evaluate(row, NOW, CONTEXT)
    assert _same(found, expression.explain(row, NOW, CONTEXT).value)
    assert _same(found, Compiler(expression.tree, careful=True).compiled()(row, NOW, CONTEXT))


@pytest.mark.filterwarnings("error::SyntaxWarning")
def test_every_vector_is_the_same_compiled_the_careful_way() -> None:
    for case in CASES:
        if _in_python(case):
            expression = checked(case.text, case.scope)
            careful = Compiler(expression.tree, careful=True).compiled()
            for row in case.rows:
                given = values(row, case.scope)
                found = expression.evaluate(given, case.now, CONTEXT)
                assert _same(found, careful(given, case.now, CONTEXT)), (case.text, row)


class Counted(dict[str, Any]):
    """Values that count how often each is read."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__(row)
        self.reads: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.reads.append(key)
        return super().get(key, default)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("quantity between 1 and 9", ["quantity"]),
        ("quantity + quantity * quantity", ["quantity"]),
        ("quantity > 5 and amount > 1 CNY", ["quantity"]),
        ("quantity < 5 or amount > 1 CNY", ["quantity"]),
        ("if quantity > 5 then amount else fee end", ["quantity", "fee"]),
        ("quantity ?? rate ?? 0", ["quantity"]),
        ("note + title + note", ["note"]),
        ('status = "open" and (status = "closed" or quantity = 3)', ["status", "quantity"]),
        ("some x in lines satisfies x.quantity > quantity", ["lines", "quantity"]),
        ("if quantity > 5 then rate else rate end", ["quantity", "rate"]),
    ],
)
def test_fields_are_read_once_and_only_when_they_matter(text: str, reads: list[str]) -> None:
    lines = [{"quantity": 1}, {"quantity": 2}]
    row = Counted({"quantity": 3, "status": "open", "amount": "5", "lines": lines, "fee": 1, "rate": 2})
    checked(text).evaluate(row, NOW)
    assert row.reads == reads


def test_a_word_list_is_asked_only_when_it_matters() -> None:
    asked: list[str] = []

    def words(key: str, _: str) -> frozenset[str]:
        asked.append(key)
        return frozenset({"漏水"})

    expression = checked('urgent and title contains any of keywords("complaints")')
    context = Context(words=words)
    assert expression.evaluate({"urgent": False, "title": "漏水"}, NOW, context) is False
    assert asked == []
    assert expression.evaluate({"urgent": True, "title": "漏水"}, NOW, context) is True
    assert asked == ["complaints"]


def _deep() -> Iterator[str]:
    yield "(" * 70 + "quantity" + ")" * 70 + " > 1"
    yield "not (" * 37 + "quantity > 1" + ")" * 37
    yield "(" * 36 + "quantity" + " * 2)" * 36 + " > 1"
    yield " and ".join(f"quantity < {n}" for n in range(300))
    yield "if urgent then 1 " + " ".join(f"else if quantity > {n} then {n}" for n in range(60)) + " else 0 end"
    yield f"quantity in [{', '.join(map(str, range(490)))}]"


@pytest.mark.parametrize("text", list(_deep()), ids=lambda text: f"{text[:20]}… {len(text)}")
def test_what_is_deep_or_big_compiles(text: str) -> None:
    expression = checked(text)
    for row in ({}, {"quantity": 2}, {"quantity": "x"}, {"quantity": Decimal("7.5"), "urgent": True}):
        assert _same(expression.evaluate(row, NOW), expression.explain(row, NOW).value)


def test_a_tree_deeper_than_any_text_compiles() -> None:
    node = Node("field", NUMBER, path=("n",))
    for _ in range(150):
        node = Node("+", NUMBER, (node, Node("const", NUMBER, value=Decimal(1))))
    assert compile_tree(node)({"n": 1}) == 151


def test_a_variable_that_hides_another_is_not_that_of_a_loop_inside() -> None:
    text = "some x in [false] satisfies some x in [false] satisfies some y in [urgent] satisfies x"
    assert checked(text).evaluate({"urgent": True}, NOW) is False
    assert checked(text.replace("satisfies x", "satisfies y")).evaluate({"urgent": True}, NOW) is True


@pytest.mark.parametrize("text", ["title", 'starts_with(title, "1")', 'title contains "1"', "length(title & title)"])
def test_an_integer_too_long_for_python_to_write_is_no_text(text: str) -> None:
    assert not checked(text).evaluate({"title": 10**5_000}, NOW)


def test_no_text_of_a_user_becomes_source() -> None:
    nasty = "') or __import__('os').getcwd() #\n\"\\"
    field = Node("field", TEXT, path=(nasty, nasty))
    holds = compile_tree(Node("=", BOOLEAN, (field, Node("const", TEXT, value=nasty))))
    assert holds({nasty: {nasty: nasty}}) is True
    assert holds({nasty: {nasty: "x"}}) is False
    written = [line for line in holds.source.splitlines() if not line.startswith("#")]  # type: ignore[attr-defined]  # kept for debugging
    assert not any("import" in line for line in written)


def test_constants_that_are_equal_keep_their_own_digits() -> None:
    parts = (Node("const", NUMBER, value=Decimal("1.50")), Node("const", NUMBER, value=Decimal("1.5")))
    listed = compile_tree(Node("list", replace(NUMBER, kind="list", item=NUMBER), parts))({})
    assert [str(item) for item in listed] == ["1.50", "1.5"]  # type: ignore[attr-defined]  # a tuple


@pytest.mark.filterwarnings("error::SyntaxWarning")
@pytest.mark.parametrize("text", ["1 is empty", '["a"] is empty', "not (today() is empty)", "true and 1 is not empty"])
def test_conditions_on_constants_compile_without_a_warning(text: str) -> None:
    assert isinstance(compile_tree(checked(text).tree)({}, NOW), bool)


def test_moments_with_the_rules_of_a_zone_move_by_what_passes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    row = {
        "seen": dt.datetime(2026, 3, 29, 1, 30, tzinfo=berlin),
        "solved": dt.datetime(2026, 3, 29, 3, 30, tzinfo=berlin),
    }
    assert checked("solved - seen = 1 hour and seen + 1 hour = solved").evaluate(row, NOW) is True


@pytest.mark.parametrize(
    ("text", "seen", "value"),
    [
        ("seen", "0001-01-01T05:00:00+08:00", None),
        ("seen is empty", "9999-12-31T23:30:00-08:00", True),
        ("seen - 1 hour", "0001-01-01T08:30:00+08:00", None),
        ("seen + 1 hour", "9999-12-31T23:30:00+08:00", "9999-12-31T16:30:00+00:00"),
        ("seen + 366 days", "9998-12-31T03:00:00+08:00", "9999-12-31T19:00:00+00:00"),
    ],
)
def test_the_calendar_ends_in_utc(text: str, seen: str, value: object) -> None:
    expression = checked(text)
    wanted = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    assert expression.evaluate({"seen": seen}, NOW) == expression.explain({"seen": seen}, NOW).value == wanted


def test_only_i_and_k_are_made_of_letters_that_are_not_theirs() -> None:
    others = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    lowered = {low for char in others for low in char.lower() if low != char}
    assert not [low for low in lowered if lowers_plainly(low)]
    assert {"i", "k"} <= lowered


@pytest.mark.parametrize(
    ("part", "held", "not_held"),
    [
        ("refund", ["Please REFUND", "refund", "İrefund漏"], ["ref und", "ｒefund"]),
        ("vip", ["VIP", "ViP客户"], ["Vİp", "vıp"]),
        ("kg", ["5 KG"], ["5 \u212ag"]),
        ("漏水", ["洗衣机漏水了"], ["漏"]),
        ("École", ["École", "ÉCOLE"], ["école"]),
        ("école", ["éCOLE"], ["École"]),
    ],
)
def test_only_the_case_of_ascii_letters_is_ignored(part: str, held: list[str], not_held: list[str]) -> None:
    for text in (
        f'title contains "{part}"',
        f'title contains any of ["{part}", "zzz"]',
        f'title contains any of ["{part}"]',
    ):
        expression = checked(text)
        assert all(expression.evaluate({"title": title}) is True for title in held)
        assert not any(expression.evaluate({"title": title}) for title in not_held)
        assert [expression.explain({"title": title}, NOW).value for title in (*held, *not_held)] == [
            *(True for _ in held),
            *(False for _ in not_held),
        ]


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ValueError, match="no operation is called 'frobnicate'"):
        compile_tree(Node("frobnicate", BOOLEAN))


def test_expressions_are_compiled_while_another_thread_parses() -> None:
    """As whoever builds a GraphQL schema does, wherever Python lets another thread run: here, at the end of what the collector finds."""
    tree = checked(" and ".join(f"({'(' * 20}quantity > {number}{')' * 20})" for number in range(20))).tree

    class Circle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            time.sleep(0)

    def parse_often() -> None:
        for _ in range(200):
            _ = [Circle() for _ in range(20)]
            ast.parse("(" * 40 + "x" + ")" * 40 + " + 1" * 40)

    def compile_often() -> list[object]:
        answers = []
        for _ in range(200):
            _ = [Circle() for _ in range(20)]
            answers.append(compile_tree(tree)({"quantity": 30}))
        return answers

    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(20)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(3) as pool:
            parsing, *compiling = pool.submit(parse_often), pool.submit(compile_often), pool.submit(compile_often)
            assert [each.result() for each in compiling] == [[True] * 200] * 2
            parsing.result()
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)
