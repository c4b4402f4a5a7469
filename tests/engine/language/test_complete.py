"""Completion: what is offered at a place, what first, and what takes its place. `|` is where the person stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import Problems, check, complete
from engine.language.complete import Completion
from engine.language.pinyin import initials
from tests.engine.language.scopes import SCOPES

SCOPE = SCOPES["ticket"].scope

#: text, surface, what is offered (the first of them before everything else), what is not
OFFERED = [
    ("|", "en", ["Title", "length(", "not", "if"], ["and", "="]),
    ("|", "zh", ["标题", "长度(", "非", "如果"], ["且"]),
    ("sta|", "en", ["Status"], ["Title"]),
    ("zt|", "zh", ["状态"], ["标题"]),
    ("bt|", "zh", ["标题"], ["状态"]),
    ("状|", "zh", ["状态"], ["标题"]),
    ("status = |", "en", ['"Open"', '"Closed"', "Status", "empty"], []),
    ("状态 = |", "zh", ['"处理中"', '"已关闭"', "空"], []),
    ('status = "o|', "en", ['"Open"', '"Closed"'], ["Title"]),
    ('status in ["open", |', "en", ['"Open"', '"Closed"'], []),
    ('status not in [|', "en", ['"Open"'], []),
    ("customer.|", "en", ["Name", "Level", "ID"], ["Title", "length("]),
    ("customer.region.|", "en", ["Name", "ID"], ["Title"]),
    ("title |", "en", ["=", "contains", "contains any of", "is empty", "in"], ["title", "and", "where"]),
    ("title contains |", "en", ["Title", "any of", "keywords(\"\")"], []),
    ("urgent |", "en", ["and", "or", "="], [">", "contains"]),
    ("urgent = |", "en", ["true", "false"], []),
    ("if urgent |", "en", ["and", "then"], ["end"]),
    ("if urgent then 1 |", "en", ["minutes", "else", "else if"], ["then", "and"]),
    ("due between today() |", "en", ["and"], []),
    ("seen > now() - 3 |", "en", ["minutes", "hours", "days"], []),
    ("seen > now() - 3 |", "zh", ["分钟", "小时", "天", "个月"], []),
    ("lines |", "en", ["=", "is empty"], ["<", "where"]),
    ("length(lines |", "en", ["=", "where", "as"], ["<"]),
    ("some x in lines satisfies x.|", "en", ["Product", "Price", "Pieces"], ["Title"]),
    ("some x in lines satisfies |", "en", ["x"], []),
    ("(some x in lines satisfies x.price > 1 CNY) and |", "en", ["Title"], ["x"]),
    ("some x in lines satisfies x.price > 1 CNY and |", "en", ["Title"], ["x"]),
    ("length(lines where pr|", "en", ["Urgency", "Price", "Product"], []),
    ("length(for line in lines return line.|", "en", ["Name", "Product", "Price"], ["Title"]),
    ("round(|", "en", ["Amount", "Version"], []),
    ("title = title # com|", "en", [], ["Title"]),
]  # fmt: skip


def at(marked: str, surface: str) -> Completion:
    """What is offered at the mark."""
    position = marked.index("|")
    return complete(marked.replace("|", ""), position, SCOPE, surface)  # type: ignore[arg-type]


@pytest.mark.parametrize(("marked", "surface", "offered", "absent"), OFFERED, ids=lambda part: str(part)[:40])
def test_offered(marked: str, surface: str, offered: list[str], absent: list[str]) -> None:
    found = [item.insert for item in at(marked, surface).items]
    assert [name for name in offered if name not in found] == []
    assert found[:1] == offered[:1]
    assert [name for name in absent if name in found] == []


@pytest.mark.parametrize(
    ("marked", "chosen", "whole"),
    [
        ("sta|", "Status", "Status"),
        ("urgent and zt|", "状态", "urgent and 状态"),
        ('status = "o|', '"Open"', 'status = "Open"'),
        ("customer.na|", "Name", "customer.Name"),
        ("`Seen a|", "`Seen at`", "`Seen at`"),
        ("sta| = 1", "Status", "Status = 1"),
    ],
)
def test_what_is_chosen_takes_the_place_of_the_word(marked: str, chosen: str, whole: str) -> None:
    completion = at(marked, "zh" if "zt" in marked else "en")
    text = marked.replace("|", "")
    assert chosen in [item.insert for item in completion.items]
    assert text[: completion.start] + chosen + text[completion.end :] == whole


def test_every_field_that_is_offered_is_understood() -> None:
    for surface in ("en", "zh"):
        for item in at("|", surface).items:
            if item.kind == "field":
                assert not isinstance(check(f"{item.insert} is empty", SCOPE), Problems), item.insert


def test_initials_are_those_of_pinyin() -> None:
    assert [initials(word) for word in ("客户", "负责人", "创建时间", "渠道VIP", "😀")] == [
        "kh",
        "fzr",
        "cjsj",
        "qdvip",
        "😀",
    ]


@given(st.text("abc状态 .,()[]\"'“”`#=<>+-0123456789\n{}", max_size=30), st.integers(-1, 31))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_is_completed_without_failing(text: str, position: int) -> None:
    found = complete(text, position, SCOPE, "zh")
    assert 0 <= found.start <= found.end <= len(text)
