"""What must be written as a plain value, and what of a call is not written at all."""

from __future__ import annotations

import pytest

from engine.language import Problems, check
from engine.language.functions import BY_KEY, FUNCTIONS
from engine.language.printer import print_tree
from tests.engine.language.scopes import SCOPE
from tests.engine.language.vectors import NOW, checked

REFUSED = [
    ("repeat(title, 101)", "out_of_range"),
    ("repeat(title, -1)", "out_of_range"),
    ("repeat(title, 1.5)", "out_of_range"),
    ("repeat(title, empty)", "out_of_range"),
    ("repeat(title, quantity)", "must_be_literal"),
    ("pad_left(title, 101)", "out_of_range"),
    ('pad_left(title, 5, "ab")', "out_of_range"),
    ('pad_right(title, 5, "")', "out_of_range"),
    ('split(title, "")', "out_of_range"),
    ("split(title, note)", "must_be_literal"),
    ('replace(title, "", "x")', "out_of_range"),
    ('replace(title, "x", note)', "must_be_literal"),
    (f'replace(title, "x", "{"y" * 101}")', "out_of_range"),
    ("like(title, note)", "must_be_literal"),
    ('like(title, "")', "out_of_range"),
    ("mask(title, 3)", "argument_count"),
    ("mask(title, -1, 2)", "out_of_range"),
    ("round(quantity, 13)", "out_of_range"),
    ("round_up(quantity, -1)", "out_of_range"),
    ("round_down(quantity, rate)", "must_be_literal"),
    ("power(quantity, 11)", "out_of_range"),
    ("power(quantity, 0.5)", "out_of_range"),
    ('mod(amount, 2)', "type_mismatch"),
    ("percent_of(quantity, amount)", "money_needs_currency"),
    ("percent_of(amount, deposit)", "currency_mismatch"),
    ("clamp(quantity, 1 CNY, 2)", "money_needs_currency"),
    ('money(quantity, "RMB!")', "unknown_option"),
    ('convert(amount, "usd", rate)', "unknown_option"),
    ("convert(amount, note, rate)", "must_be_literal"),
    ("installment(amount, 0, 1)", "out_of_range"),
    ("installment(amount, 121, 1)", "out_of_range"),
    ("round_money(quantity)", "type_mismatch"),
    ('label_of(status, "fr")', "unknown_option"),
    ("label_of(title)", "type_mismatch"),
    ('option_index("open")', "type_mismatch"),
    ('is_before(status, "opne")', "unknown_option"),
    ("is_before(status, empty)", "must_be_literal"),
    ("is_before(status, priority)", "must_be_literal"),
    ("next_option(amount)", "type_mismatch"),
    ("to_text(tags)", "type_mismatch"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=lambda part: str(part)[:60])
def test_what_does_not_fit_is_refused(text: str, code: str) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == [code]


def test_a_currency_in_small_letters_is_guessed() -> None:
    found = check('convert(amount, "usd", rate)', SCOPE)
    assert isinstance(found, Problems)
    assert found.problems[0].suggestions == ('"USD"',)


IMPLIED = [
    ("round_money(amount)", "round_money(Amount)", "金额取整到分(金额)"),
    ("currency_of(deposit)", "currency_of(Deposit)", "币种(押金)"),
    ("installment(amount, 3, 1)", "installment(Amount, 3, 1)", "分期(金额, 3, 1)"),
    ("to_text(amount)", "to_text(Amount)", "转文本(金额)"),
    ("label_of(status)", 'label_of(Status, "zh")', '选项名称(状态, "zh")'),
    ('has_reached(status, "closed")', 'has_reached(Status, "Closed")', '已到(状态, "已关闭")'),
    ("next_option(priority)", "next_option(Urgency)", "下一选项(优先)"),
]


@pytest.mark.parametrize(("text", "english", "chinese"), IMPLIED, ids=lambda text: text)
def test_what_the_checker_adds_is_not_written(text: str, english: str, chinese: str) -> None:
    expression = checked(text)
    assert print_tree(expression.tree, "en", SCOPE) == english
    assert print_tree(expression.tree, "zh", SCOPE) == chinese
    assert checked(english).tree == checked(chinese).tree == expression.tree


def test_what_the_checker_adds_is_not_explained() -> None:
    part = checked('label_of(status, "en")').explain({"status": "open"}, NOW).part
    assert part.value == "Open"
    assert [each.value for each in part.parts] == ["open", "en"]


def test_names_are_plain_and_lead_to_one_function() -> None:
    names = [name for function in FUNCTIONS for name in function.names]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)
    assert all(BY_KEY[function.names[0]] is function for function in FUNCTIONS)
