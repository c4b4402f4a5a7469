"""Expressions of other languages: what is plain becomes ours, everything else stays what it is."""

from __future__ import annotations

import pytest

from engine.bpmn.translating import translate


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("${approved}", "approved"),
        ("${!approved}", "not approved"),
        ("#{clarified == 'yes'}", 'clarified = "yes"'),
        ("= not(approved)", "not (approved)"),
        ("=fraud", "fraud"),
        ("amount > 100 && status != 'open'", 'amount > 100 and status != "open"'),
        ("a === 1 || b !== 2", "a = 1 or b != 2"),
        ("amount ge 5 and amount lt 10", "amount >= 5 and amount < 10"),
        ("order.total <> 0", "order.total != 0"),
        ("owner == null", "owner is empty"),
        ("owner != null", "owner is not empty"),
        ("not(bpmn:getDataObject('approved'))", "not (approved)"),
        ("bpmn:getDataObject('clarified') = 'no'", 'clarified = "no"'),
        ("(a + b) * 2 - -c >= 1.5", "(a + b) * 2 - -c >= 1.5"),
        ('金额 = "高"', '金额 = "高"'),
        ("true", "true"),
    ],
)
def test_what_is_plain_is_translated(text: str, ours: str) -> None:
    assert translate(text) == ours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "${}",
        'Vacation Approval = "Approved"',
        'some risk in riskLevels satisfies risk = "red"',
        "execution.getVariable('x')",
        "items[0] > 1",
        "a ? b : c",
        "!a == b",
        "a < b < c",
        "name + 'x' == 'yx'",
        "'it\\'s'",
        "x = 'a' in b",
        "(" * 200 + "a" + ")" * 200,
        "not " * 200 + "a",
        "a = 1 #",
        "in = 1",
        "x" * 5000,
    ],
)
def test_what_is_not_plain_stays(text: str) -> None:
    assert translate(text) is None
