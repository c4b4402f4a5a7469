"""Explaining an evaluation: the value of every part, warnings with their places, and why a condition is not true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from engine.language import Checked
from engine.language.context import Context
from engine.language.explain import MESSAGES, MOST_ITEMS, Explanation, Part
from engine.language.functions import FUNCTIONS
from engine.language.operations import OPERATIONS
from tests.engine.language.scopes import CONTEXT
from tests.engine.language.vectors import CASES, NOW, checked, values

ROW: Mapping[str, Any] = {
    "status": "open",
    "quantity": 7,
    "rate": "0",
    "amount": Decimal("80"),
    "title": "Please Refund",
    "note": "漏水",
    "urgent": False,
    "due": "2026-01-31",
    "tags": ["x"],
    "pause": 5_400_000_000,
    "lines": [{"name": "a", "price": 5, "quantity": 2}, {"name": "b", "price": "200", "quantity": 0}],
    "customer": {"id": "c", "level": "vip"},
}


def explained(text: str, row: Mapping[str, Any] = ROW, context: Context = CONTEXT) -> Explanation:
    return checked(text).explain(row, NOW, context)


def english(text: str, row: Mapping[str, Any] = ROW) -> list[str]:
    return [why.en for why in explained(text, row).why_not]


def chinese(text: str, row: Mapping[str, Any] = ROW) -> list[str]:
    return [why.zh for why in explained(text, row).why_not]


def every_part(part: Part) -> Iterator[Part]:
    yield part
    for inner in (*part.parts, *(each for _, each in part.items)):
        yield from every_part(inner)


# -- parts


def test_every_part_has_its_text_and_value() -> None:
    found = explained("quantity * 2 + length(title) > 100")
    values = {part.text: part.value for part in every_part(found.part)}
    assert values == {
        "quantity * 2 + length(title) > 100": False,
        "quantity * 2 + length(title)": 27,
        "quantity * 2": 14,
        "quantity": 7,
        "2": 2,
        "length(title)": 13,
        "title": "Please Refund",
        "100": 100,
    }


def test_parts_that_were_left_out_are_evaluated_and_marked() -> None:
    part = explained('urgent and quantity > 3 and status = "open"').part
    assert [(each.value, each.reached) for each in part.parts] == [(False, True), (True, False), (True, False)]
    part = explained("if urgent then quantity else rate end").part
    assert [(each.value, each.reached) for each in part.parts] == [(False, True), (7, False), (0, True)]
    part = explained("quantity ?? rate").part
    assert [(each.value, each.reached) for each in part.parts] == [(7, True), (0, False)]


def test_an_operation_through_a_list_keeps_its_first_items() -> None:
    part = explained("some x in lines satisfies x.quantity < 3").part
    assert [(each.value, each.reached) for _, each in part.items] == [(True, True), (True, False)]
    row = {"lines": [{"quantity": n} for n in range(50)]}
    part = explained("every x in lines satisfies x.quantity < 40", row).part
    assert part.value is False
    assert len(part.items) == MOST_ITEMS
    assert all(each.value for _, each in part.items)
    assert explained("length(lines where quantity < 40)", row).value == 40


def test_the_value_is_the_compiled_one_on_every_vector() -> None:
    for case in CASES:
        if case.wanted_targets is None or "python" in case.wanted_targets:
            expression = checked(case.text, case.scope)
            for row in case.rows:
                given = values(row, case.scope)
                found = expression.explain(given, case.now, CONTEXT).value
                assert found == expression.evaluate(given, case.now, CONTEXT), (case.text, row)


# -- warnings


@pytest.mark.parametrize(
    ("text", "row", "told"),
    [
        ("1 + rate / quantity > 1", {"rate": 1, "quantity": 0}, [("division_by_zero", "rate / quantity")]),
        ("quantity > 1", {"quantity": "many"}, [("wrong_type", "quantity")]),
        ("quantity > 1", {"quantity": None}, []),
        ("quantity > 1", {"quantity": ""}, []),
        ("quantity between 1 and 2", {"quantity": True}, [("wrong_type", "quantity")]),
        ("amount > 1 CNY", {"amount": {"amount": 5, "currency": "USD"}}, [("wrong_type", "amount")]),
        ("amount > 1 CNY", {"amount": {"amount": None, "currency": "CNY"}}, []),
        ('tags contains "a"', {"tags": ["a", {}, None]}, []),
        ('tags contains "a"', {"tags": ["a", {"b": 1}]}, [("wrong_type", "tags")]),
        ('customer.level = "vip"', {"customer": "018f0000-0000-7000-8000-000000000001"}, [("missing_record", "customer.level")]),
        ('customer.level = "vip"', {"customer": None}, []),
        ('customer.level = "vip"', {"customer": {"id": "x"}}, []),
        ("customer.region.tax > 1", {"customer": {"region": "r"}}, [("missing_record", "customer.region.tax")]),
        ("due + 1 day > due", {"due": "9999-12-31"}, [("out_of_calendar", "due + 1 day")]),
        ("due - 24000 months > due", {"due": "2000-01-31"}, [("out_of_calendar", "due - 24000 months")]),
        ("due + 1 month * quantity > due", {"due": "2000-01-31", "quantity": "1.5"}, [("not_whole_months", "1 month * quantity")]),
        ("pause / quantity > pause", {"pause": 5, "quantity": 0}, [("division_by_zero", "pause / quantity")]),
        ("if quantity = 0 then 0 else 1 / quantity end", {"quantity": 0}, []),
        ("quantity != 0 and 1 / quantity > 1", {"quantity": 0}, []),
        ("(1 / quantity) ?? 0", {"quantity": 0}, [("division_by_zero", "(1 / quantity)")]),
        ("lines where 1 / quantity > 0", {"lines": [{"quantity": 0}, {"quantity": 0}]}, [("division_by_zero", "1 / quantity")]),
    ],
)  # fmt: skip
def test_warnings_say_what_is_empty_and_where(text: str, row: Mapping[str, Any], told: list[tuple[str, str]]) -> None:
    written = f"({text}) is empty" if text.startswith("lines") else text
    found = explained(written, row).warnings
    assert [(each.code, written[each.start : each.end]) for each in found] == told
    assert all(told[0][1] in each.message.en and told[0][1] in each.message.zh for each in found)


def test_a_stored_expression_without_text_names_its_parts_canonically() -> None:
    stored = {**checked("amount / quantity > 1 CNY").to_json(), "text": ""}
    found = Checked.from_json(stored).explain({"amount": 1, "quantity": 0}, NOW)
    assert [(each.code, each.message.en) for each in found.warnings] == [
        ("division_by_zero", "“amount / quantity” divides by zero and is empty")
    ]


def test_every_warning_has_a_sentence() -> None:
    codes = {each.warning for each in (*OPERATIONS.values(), *FUNCTIONS) if each.warning is not None}
    assert codes <= set(MESSAGES)


# -- why not


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("amount > 100 CNY", ["amount is 80 CNY, not > 100 CNY"]),
        ("100 CNY < amount", ["amount is 80 CNY, not > 100 CNY"]),
        ("not (amount < 100 CNY)", ["amount is 80 CNY, which is < 100 CNY"]),
        ('amount > 100 CNY and status = "open" and urgent', ["amount is 80 CNY, not > 100 CNY", "urgent is false"]),
        ('urgent or status = "closed"', ["urgent is false", "status is Open, not Closed"]),
        ('not (urgent or status = "open")', ["status is Open"]),
        ('status != "open"', ["status is Open"]),
        ("seen > now()", ["seen is empty"]),
        ("quantity = rate", ["quantity is 7, not rate (0)"]),
        ("quantity between 10 and 20", ["quantity is 7, not >= 10"]),
        ('status in ["closed", "triaged"]', ["status is Open, not one of Closed, Triaged"]),
        ("quantity not in [7, 8]", ["quantity is 7, one of 7, 8"]),
        ("note is empty", ["note is “漏水”, not empty"]),
        ("seen is not empty", ["seen is empty"]),
        ('title contains "invoice"', ["title does not contain “invoice”"]),
        ('title contains none of ["REFUND", "x"]', ["title contains “REFUND”"]),
        ('tags contains all of ["x", "y", "z"]', ["tags does not contain “y”, “z”"]),
        ('channels contains "weibo"', ["channels is empty"]),
        ('title contains any of keywords("praise")', ['title contains none of keywords("praise")']),
        ('title contains none of keywords("complaints")', ["title contains “refund”"]),
        ("pause > 2 hours", ["pause is 1 hour 30 minutes, not > 2 hours"]),
        ("if quantity > 3 then urgent else true end", ["urgent is false"]),
        ("if urgent then true else false end", ["urgent is false"]),
        ("urgent ?? true", ["urgent is false"]),
        ("(seen is not empty) ?? true", ["seen is empty"]),
        ('starts_with(title, "x")', ['starts_with(title, "x") is false']),
        ("some x in lines satisfies x.price > 1000 CNY", ["none of the 2 items of lines satisfies “x.price > 1000 CNY”"]),
        ("every x in lines satisfies x.quantity > 1", ["item 2 of lines: x.quantity is 0, not > 1"]),
        ("not (some x in lines satisfies x.quantity > 1)", ["item 1 of lines: x.quantity is 2, which is > 1"]),
        ("not (every x in lines satisfies x.quantity < 9)", ["all 2 items of lines satisfy “x.quantity < 9”"]),
        ("quantity > 3", []),
    ],
)  # fmt: skip
def test_why_a_condition_is_not_true(text: str, reasons: list[str]) -> None:
    assert english(text) == reasons


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("金额 > 100 元", ["金额是 80 CNY，不满足 > 100 CNY"]),
        ('状态 = "已关闭"', ["状态是处理中，不是已关闭"]),
        ("note 为空", ["note 是“漏水”，不是空"]),
        ("所有 x 属于 明细 满足 x.件数 > 1", ["明细第 2 项：x.件数是 0，不满足 > 1"]),
        ("pause > 2 小时", ["pause 是 1 小时 30 分钟，不满足 > 2 小时"]),
    ],
)
def test_why_not_in_chinese(text: str, reasons: list[str]) -> None:
    assert chinese(text) == reasons


def test_only_a_condition_that_is_not_true_has_reasons() -> None:
    for case in CASES:
        if case.wanted_targets is None or "python" in case.wanted_targets:
            expression: Checked = checked(case.text, case.scope)
            for row in case.rows[:4]:
                found = expression.explain(values(row, case.scope), case.now, CONTEXT)
                asked = expression.type.kind == "boolean" and found.value is not True
                assert bool(found.why_not) is asked, (case.text, row)
                assert all(why.en and why.zh for why in found.why_not)
