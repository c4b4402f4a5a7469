"""Refusals beside those of test_broken: what is wanted of the whole, limits, templates, and the table of messages."""

from __future__ import annotations

import pytest

from engine.definitions import Text
from engine.language import BOOLEAN, NUMBER, Checked, Problems, Type, check, money
from engine.language.functions import FUNCTIONS
from engine.language.problems import MESSAGES
from engine.language.syntax import EXPRESSION_GRAMMAR, MAX_LENGTH, Keywords, make_parser
from engine.language.words import EXPRESSION_WORDS
from tests.engine.language.scopes import SCOPE


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


@pytest.mark.parametrize("text", ['zzz = "Paris"', '"Paris" = zzz', 'zzz in ["Paris"]', 'zzz contains "Paris"'])
def test_a_field_that_is_missing_is_not_taken_for_a_text(text: str) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["unknown_name"]


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


@pytest.mark.parametrize(
    "text", ["some `$2` in tags satisfies count((lines where `$2` = name)) > 0", "count((tags as `$` where true)) = 1"]
)
def test_nobody_gives_the_names_of_variables_without_name(text: str) -> None:
    found = check(text, SCOPE)
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["unknown_character"]


def _nested(whole: str, start: str, times: int) -> str:
    for _ in range(times):
        start = whole.format(start)
    return start


def test_what_grows_with_each_level_is_limited() -> None:
    cases = "if urgent then 1 " + "else if urgent then 1 " * 400 + "else 2 end"
    between = _nested("(if {} between 1 and 2 then 1 else 0 end)", "quantity", 25)
    for text, code in ((cases, "too_deep"), (between, "too_many_nodes")):
        found = check(text, SCOPE)
        assert isinstance(found, Problems)
        assert [problem.code for problem in found.problems] == [code]


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
