"""Cells: what the short tests of a table mean, and where in them a mistake is."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.cells import Cell
from engine.definitions import Option, Text
from engine.language import BOOLEAN, DATE, NUMBER, TEXT, Checked, Node, Type, choice, list_of, money

GOLD = Option("gold", Text("金牌", "Gold"))
SILVER = Option("silver", Text("银牌", "Silver"))
INPUTS: dict[str, Type] = {
    "level": choice(GOLD, SILVER).named(Text("等级", "Level")),
    "amount": money("CNY").named(Text("金额", "Amount")),
    "times": NUMBER.named(Text("次数", "Times")),
    "vip": BOOLEAN.named(Text("贵宾", "VIP")),
    "tags": list_of(TEXT).named(Text("标签", "Tags")),
    "name": TEXT.named(Text("姓名", "Name")),
    "day": DATE.named(Text("日期", "Day")),
}

#: The input, the cell, values of inputs that meet it, and such that do not.
MEANINGS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("times", "", [1, None], []),
    ("times", " - ", [1, None], []),
    ("times", "3", [3, "3.0"], [4, None]),
    ("times", "-3", [-3], [3]),
    ("times", "3, 5", [3, 5], [4]),
    ("times", "3，5、7", [3, 5, 7], [4]),
    ("times", "< 5", [4], [5, None]),
    ("times", ">= 3 and < 9", [3, 8], [2, 9]),
    ("times", ">= 3 且 < 9", [3, 8], [2, 9]),
    ("times", "< 3 or > 9", [2, 10], [3, 9]),
    ("times", "< 3, > 9", [2, 10], [3, 9]),
    ("times", "between 1 and 5", [1, 5], [0, 6]),
    ("times", "介于 1 且 5", [1, 5], [0, 6]),
    ("times", "not between 1 and 5", [0, 6], [1]),
    ("times", "not < 5", [5], [4]),
    ("times", "not 3", [4, None], [3]),
    ("times", "not (3, 4)", [5], [3, 4]),
    ("times", "[3, 4]", [3], [5]),
    ("times", "in [3, 4]", [3], [5]),
    ("times", "不属于 [3, 4]", [5], [3]),
    ("times", "为空", [None], [3]),
    ("times", "is not empty", [3], [None]),
    ("times", "? * 2 > 6", [4], [3]),
    ("times", "value * 2 > 6", [4], [3]),
    ("times", "1 + 2", [3], [2]),
    ("level", '"gold"', ["gold"], ["silver", None]),
    ("level", '"金牌", "银牌"', ["gold", "silver"], [None]),
    ("level", 'not "gold"', ["silver"], ["gold"]),
    ("name", 'contains "x"', ["axb"], ["ab", None]),
    ("name", '不包含 "x"', ["ab"], ["axb"]),
    ("name", 'contains any of ["x", "y"]', ["ay"], ["ab"]),
    ("name", "length(?) > 2", ["abc"], ["ab"]),
    ("name", '"a, b"', ["a, b"], ["a"]),
    ("vip", "true", [True], [False, None]),
    ("vip", "not true", [False, None], [True]),
    ("vip", "假", [False], [True]),
    ("tags", '"x"', [["x", "y"]], [["y"], None]),
    ("tags", 'contains all of ["x", "y"]', [["x", "y"]], [["x"]]),
    ("amount", ">= 100 元", ["100"], ["99.99"]),
    ("day", "> 2026-01-31", ["2026-02-01"], ["2026-01-31"]),
]


def condition(key: str, text: str) -> Node:
    found = Cell(key, INPUTS).check(text)
    assert isinstance(found, Node), found
    return found


@pytest.mark.parametrize(("key", "text", "met", "unmet"), MEANINGS, ids=lambda part: str(part)[:30])
def test_what_a_cell_means(key: str, text: str, met: list[Any], unmet: list[Any]) -> None:
    test = Checked(condition(key, text))
    assert [test.is_true({key: value}) for value in met] == [True] * len(met)
    assert [test.is_true({key: value}) for value in unmet] == [False] * len(unmet)


def test_a_whole_condition_may_name_other_inputs() -> None:
    test = Checked(condition("level", '金额 > 100 CNY and Level = "gold"'))
    assert test.is_true({"level": "gold", "amount": "101"})
    assert not test.is_true({"level": "gold", "amount": "100"})
    assert Checked(condition("vip", "times > 3")).is_true({"times": 4, "vip": False})


#: The input, the cell, and of each problem the code, the text it stands at, and a suggestion.
MISTAKES: list[tuple[str, str, list[tuple[str, str, str | None]]]] = [
    ("level", "gold", [("text_without_quotes", "gold", '"gold"')]),
    ("level", '"gold", "bronze"', [("unknown_option", '"bronze"', '"gold"')]),
    ("level", '> "gold"', [("not_ordered", '> "gold"', None)]),
    ("times", "3-5", [("range_form", "3-5", "between 3 and 5")]),
    ("amount", "100-200", [("range_form", "100-200", "between 100 CNY and 200 CNY")]),
    ("amount", "< 50 CNY, >= 100", [("money_needs_currency", "100", "100 CNY")]),
    ("times", "< 5 and", [("unexpected_end", "", None)]),
    ("times", "1, 2, nme", [("unknown_name", "nme", "name")]),
    ("day", "2026-2-3", [("date_form", "2026-2-3", "2026-02-03")]),
    ("times", '1, "x"', [("not_comparable", '"x"', None)]),
    ("name", 'not "x', [("unclosed_text", '"x', '"x"')]),
]


@pytest.mark.parametrize(("key", "text", "expected"), MISTAKES, ids=lambda part: str(part)[:30])
def test_mistakes_are_told_where_they_are(key: str, text: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = Cell(key, INPUTS).check(text)
    assert not isinstance(found, Node)
    told = [(each.code, text[each.start : each.end], next(iter(each.suggestions), None)) for each in found]
    assert told == expected


@pytest.mark.parametrize(
    "text", ["(", ")", "\0", "???", "not", ",", ", ,", "a b c", "“", "if", "? ?", "[", "..", "# x"]
)
def test_nothing_written_makes_it_fail(text: str) -> None:
    found = Cell("times", INPUTS).check(text)
    assert isinstance(found, Node) or all(0 <= each.start <= each.end <= len(text) for each in found)
