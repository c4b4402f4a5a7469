"""Reading on after mistakes: places in the text as written, fixes that do not run into their neighbours, names that look alike."""

from __future__ import annotations

import pytest

from engine.language import Problem, Problems, check
from engine.language.nearness import nearest
from engine.rules.compile import compile_rule
from tests.engine.language.scopes import SCOPE
from tests.engine.rules.programs import SCOPES


def _told(text: str) -> tuple[Problem, ...]:
    found = check(text, SCOPE)
    return found.problems if isinstance(found, Problems) else ()


def _fixed(text: str) -> str:
    """A text after the first suggestion of each problem, from the end on."""
    for told in reversed(_told(text)):
        if told.suggestions:
            text = text[: told.start] + told.suggestions[0] + text[told.end :]
    return text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('urgent&&!paid||status=="opne"', 'urgent and not paid or status="open"'),
        ("金额大于100元且状态等于“open”", "金额 > 100元 且 状态 =“open”"),
        ("round(rate，2)＞3 and (quantity=>1)", "round(rate,2)>3 and (quantity>=1)"),
        ("due>2026年1月5日 and opens<9:30", "due>2026-01-05 and opens<09:30"),
        ("if(urgent,1,2)=1", "if urgent then 1 else 2 end=1"),
    ],
)
def test_all_fixes_together_make_the_text_right(text: str, fixed: str) -> None:
    assert " ".join(_fixed(text).split()) == fixed
    assert _told(fixed) == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("length(", ["unclosed_bracket"]),
        ('length("abc', ["unclosed_text"]),
        ("a b c d", ["missing_operator"]),
        ("foo(bar(", ["unknown_function", "unclosed_bracket", "unknown_function", "unclosed_bracket"]),
        ("quantity > 3) and urgent", ["unmatched_bracket"]),
        ("stauts = 1 and quantity >", ["unknown_name", "unexpected_end"]),
        ("(stauts = 1) and (quantity > ) and urgnt", ["unknown_name", "nothing_behind", "unknown_name"]),
    ],
)
def test_one_mistake_is_one_problem(text: str, codes: list[str]) -> None:
    assert [told.code for told in _told(text)] == codes


def test_what_is_wrong_with_the_writing_of_a_rule_is_told_at_once() -> None:
    text = 'rule a when social.post as p if p.text == "a" && p.channel in ("x", "y") then tag（"x") end'
    found = compile_rule(text, SCOPES)
    assert isinstance(found, Problems)
    told = [(each.code, text[each.start : each.end]) for each in found.problems]
    assert told == [
        ("double_equals", "=="),
        ("ampersands", "&&"),
        ("list_in_parentheses", '("x", "y")'),
        ("full_width", "（"),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("stauts", "status"),
        ("STATUS", "status"),
        ("ｓｔａｔｕｓ", "status"),
        ("zt", "状态"),
        ("状太", "状态"),
        ("due date", "due_date"),
        ("xyz", None),
        ("", None),
        ("q" * 500, None),
    ],
)
def test_names_that_look_alike(written: str, meant: str | None) -> None:
    assert next(iter(nearest(written, ["status", "due_date", "状态", "priority"])), None) == meant


def test_at_most_three_names_the_nearest_first() -> None:
    assert nearest("name", ["names", "named", "name", "namer", "same", "rename"]) == ("name", "names", "named")
