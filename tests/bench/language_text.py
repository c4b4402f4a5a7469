"""Checking and completing a text of sixty lines, as the editor asks for at a pause in typing."""

from __future__ import annotations

import time
from collections.abc import Callable

from lark import Lark

from engine.language import Checked, check
from engine.language.complete import complete
from engine.language.syntax import EXPRESSION_GRAMMAR, Keywords
from engine.language.words import EXPRESSION_WORDS
from tests.bench.figures import Figure, Figures
from tests.bench.language_turns import in_turns
from tests.engine.language.scopes import SCOPE

LINES = 60
_BEGINNING = ["# 今天要看的投诉", 'status in ["open", "triaged"]']
_PART = [
    "and (amount > 100 CNY or quantity between 3 and 20 or urgent)",
    'and (title contains any of ["refund", "broken", "漏水"] or note contains "退款")',
    'and (customer.level = "vip" or customer.budget >= 5000 CNY or customer.region.tax > 0.1)',
    "and (some line in lines satisfies (line.price > 50 CNY and line.quantity > 2))",
    "and now() - created_at < 7 days and (due is empty or due + 3 days > today())",
    "and (if paid then amount / quantity else fee * 2 end) > 5 CNY",
    "and length(trim(title)) > 3 and round(rate * 100, 2) <= 75",
    'and not (tags contains all of ["done", "closed"] or channels contains "phone")',
]
TEXT = "\n".join((_BEGINNING + _PART * LINES)[:LINES])


def _milliseconds(act: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        begun = time.perf_counter()
        act()
        return (time.perf_counter() - begun) * 1000

    return measured


def long_text(rounds: int) -> Figures:
    """Checking against Lark's parser alone, as it is made without our loops; completing at the end, where most of it is read."""
    assert isinstance(check(TEXT, SCOPE), Checked)
    lark = Lark(
        EXPRESSION_GRAMMAR,
        parser="lalr",
        lexer="basic",
        start="expression",
        postlex=Keywords(EXPRESSION_WORDS),
        propagate_positions=True,
    )
    typed = f"{TEXT}\nand customer.bu"
    checked, parsed = in_turns(
        rounds, _milliseconds(lambda: check(TEXT, SCOPE)), _milliseconds(lambda: lark.parse(TEXT))
    )
    completed, _ = in_turns(
        rounds, _milliseconds(lambda: complete(typed, len(typed), SCOPE)), _milliseconds(lambda: lark.parse(TEXT))
    )
    return {
        "check_60_lines": Figure(checked, "ms", parsed, "Lark's parser alone, without names and types, same text"),
        "complete_60_lines": Figure(completed, "ms"),
    }
