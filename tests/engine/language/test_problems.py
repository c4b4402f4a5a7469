"""Refusals: each mistake has its code, its place in the text and, where one can be guessed, what was meant."""

from __future__ import annotations

import pytest

from engine.definitions import Text
from engine.language import BOOLEAN, NUMBER, Checked, Problems, Type, check, money
from engine.language.functions import FUNCTIONS
from engine.language.problems import MESSAGES
from engine.language.syntax import EXPRESSION_GRAMMAR, MAX_LENGTH, Keywords, make_parser
from engine.language.words import EXPRESSION_WORDS
from tests.engine.language.vectors import SCOPE

#: text, code, the part of the text it is about, a suggestion it makes
REFUSED = [
    ('stauts = "open"', "unknown_name", "stauts", "status"),
    ('状太 = "open"', "unknown_name", "状太", "状态"),
    ('customer.levl = "vip"', "unknown_member", "levl", "level"),
    ("title.length > 3", "no_members", "length", None),
    ('status = "opne"', "unknown_option", 'status = "opne"', "open"),
    ('channels contains "weibao"', "unknown_option", 'channels contains "weibao"', "weibo"),
    ("amount > 100", "money_needs_currency", "amount > 100", "100 CNY"),
    ("amount + 1 > 2 CNY", "money_needs_currency", "amount + 1", "1 CNY"),
    ("amount > 100 USD", "currency_mismatch", "amount > 100 USD", None),
    ("amount * amount", "no_operation", "amount * amount", None),
    ('quantity > "3"', "not_comparable", 'quantity > "3"', "3"),
    ('due = "2026-01-01"', "not_comparable", 'due = "2026-01-01"', "2026-01-01"),
    ("urgent > false", "not_ordered", "urgent > false", None),
    ("tags = tags", "not_comparable", "tags = tags", None),
    ("title and urgent", "type_mismatch", "title", None),
    ("not quantity", "type_mismatch", "quantity", None),
    ("-title", "type_mismatch", "-title", None),
    ("title - 3", "no_operation", "title - 3", None),
    ('customer = "nobody"', "bad_id", 'customer = "nobody"', None),
    ("customer = owner", "not_comparable", "customer = owner", None),
    ("quantity in 3", "type_mismatch", "quantity in 3", None),
    ('if urgent then 1 else "a" end', "branches_differ", 'if urgent then 1 else "a" end', None),
    ('[1, "a"] is empty', "items_differ", '[1, "a"]', None),
    ("due > 2026-02-30", "bad_date", "2026-02-30", None),
    ("lenght(title) > 3", "unknown_function", "lenght", "length"),
    ("length() > 3", "argument_count", "length()", "length(text)"),
    ("length(quantity) > 3", "type_mismatch", "quantity", None),
    ("round(quantity, quantity)", "must_be_literal", "round(quantity, quantity)", None),
    ("round(quantity, 13)", "out_of_range", "round(quantity, 13)", None),
    ("count(tags) > 3", "not_supported_yet", "count", None),
    ("seen > now() - 3 months", "not_supported_yet", "3 months", None),
    ("seen > now() - 15 business minutes", "not_supported_yet", "15 business minutes", None),
    ("seen > now() - 40000 days", "out_of_range", "40000 days", None),
    ('title contains all of keywords("x")', "not_supported_yet", 'title contains all of keywords("x")', None),
    ('title contains keywords("x")', "only_in_rules", 'title contains keywords("x")', None),
    ("title contains keywords()", "argument_count", "title contains keywords()", None),
    ('status == "open"', "double_equals", "==", "="),
    ("urgent && urgent", "ampersands", "&&", "and"),
    ("urgent || urgent", "bars", "||", "or"),
    ("!urgent", "exclamation", "!", "not"),
    ("quantity => 3", "arrow", "=>", ">="),
    ("quantity <> 3", "not_equal_sign", "<>", "!="),
    ("1 < quantity < 3", "chained", "<", None),
    ("quantity （3）", "full_width", "（", "("),
    ("quantity ＞ 3", "full_width", "＞", ">"),
    ("quantity ≥ 3", "full_width", "≥", ">="),
    ("状态为空", "missing_space", "状态为空", "状态 为空"),
    ('title = "open', "unclosed_text", '"open', None),
    ("quantity > $3", "unknown_character", "$", None),
    ("quantity >", "unexpected_end", "", None),
    ("", "unexpected_end", "", None),
    ("quantity quantity", "syntax", "quantity", None),
    ("(quantity", "unexpected_end", "", None),
    ('title = "a\x00b"', "unknown_character", "\x00", None),
    ('title = "\ud800"', "unknown_character", "\ud800", None),
]


@pytest.mark.parametrize(("text", "code", "place", "suggestion"), REFUSED, ids=lambda part: str(part))
def test_refused(text: str, code: str, place: str, suggestion: str | None) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems), f"{text} was accepted"
    assert [problem.code for problem in found.problems] == [code]
    problem = found.problems[0]
    assert text[problem.start : problem.end] == place
    assert suggestion is None or suggestion in problem.suggestions
    assert "{" not in problem.message.zh + problem.message.en


def test_several_mistakes_are_told_at_once() -> None:
    found = check('stauts = "open" and amount > 100 and customer.levl = "x" and quantity > 3', SCOPE)
    assert isinstance(found, Problems)
    assert [p.code for p in found.problems] == ["unknown_name", "money_needs_currency", "unknown_member"]


@pytest.mark.parametrize(
    ("text", "expects", "code"),
    [
        ("quantity", BOOLEAN, "type_mismatch"),
        ("urgent", BOOLEAN, None),
        ("empty", BOOLEAN, None),
        ("quantity > 3", NUMBER, "type_mismatch"),
        ("amount", money("CNY"), None),
        ("amount", money("USD"), "type_mismatch"),
    ],
)
def test_the_whole_must_be_of_the_wanted_type(text: str, expects: Type, code: str | None) -> None:
    found = check(text, SCOPE, expects=expects)
    assert (found.problems[0].code if isinstance(found, Problems) else None) == code


def test_length_depth_and_size_are_limited() -> None:
    codes = []
    for text in (
        "1" * (MAX_LENGTH + 1),
        "(" * 200 + "1" + ")" * 200,
        " + ".join(["1"] * 2000),
        "not " * 500 + "true",
        " or ".join(["id"] * 1200),
    ):
        found = check(text, SCOPE)
        assert isinstance(found, Problems)
        codes.append(found.problems[0].code)
    assert codes == ["too_long", "too_deep", "too_deep", "too_deep", "too_many_nodes"]


def test_a_long_flat_expression_is_fine() -> None:
    assert isinstance(check(" or ".join(f"quantity = {n}" for n in range(150)), SCOPE), Checked)
    assert isinstance(check(" + ".join(["quantity"] * 70), SCOPE), Checked)


def test_the_grammar_has_no_conflicts() -> None:
    make_parser(EXPRESSION_GRAMMAR, "expression", Keywords(EXPRESSION_WORDS), strict=True)


def test_every_message_is_in_both_languages() -> None:
    for message in MESSAGES.values():
        assert isinstance(message, Text)
        assert message.zh
        assert message.en


def test_every_function_has_documentation_and_examples() -> None:
    for function in FUNCTIONS:
        assert function.doc.zh
        assert function.doc.en
        assert function.examples
        assert function.key in function.names


@pytest.mark.parametrize("text", ['"{title}: {amount}"', '"{{x}} {title}"'])
def test_templates_are_text_unless_asked_for(text: str) -> None:
    plain, template = check(text, SCOPE), check(text, SCOPE, templates=True)
    assert isinstance(plain, Checked)
    assert isinstance(template, Checked)
    assert plain.references() == ()
    assert ("title",) in template.references()


def test_templates_write_values_for_people() -> None:
    found = check(
        '"{{{title}}} {amount}, {quantity}; {due} {seen} {urgent} {tags} {customer.name}."', SCOPE, templates=True
    )
    assert isinstance(found, Checked)
    values = {
        "title": "T", "amount": {"amount": "12.30", "currency": "CNY"}, "quantity": "2.50", "due": "2026-01-02",
        "seen": "2026-01-02T03:04:05Z", "urgent": True, "tags": ["a", "b"],
    }  # fmt: skip
    assert found.evaluate(values) == "{T} 12.30 CNY, 2.5; 2026-01-02 2026-01-02 03:04 true a, b ."
