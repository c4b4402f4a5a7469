"""The differential test itself: the same numbers draw the same expressions, and a back end that lies is found out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from engine.language import Checked
from tests.differential.backends import Backend, Python, Rows
from tests.differential.comparison import Difference, Result, compare
from tests.differential.generator import Generator
from tests.differential.pieces import Piece
from tests.differential.rows import NOWS, RowMaker, written
from tests.differential.run import by_cause, differs
from tests.differential.shrinking import shrink
from tests.differential.signatures import calls


class Liar(Python):
    """A back end that takes a list with items for an empty one."""

    name = "liar"

    def value(self, expression: Checked, row: Mapping[str, Any], now: Any) -> object:
        if any(node.op == "is_empty" and node.args[0].type.kind == "list" for node in expression.tree.walk()):
            return True
        return super().value(expression, row, now)


class Broken(Python):
    """A back end that raises."""

    name = "broken"

    def value(self, *_: object) -> object:
        raise ZeroDivisionError("somewhere")


def drawn(seed: int, count: int) -> list[Piece]:
    generator = Generator(Random(seed), calls("none"))
    return [generator.root(None) for _ in range(count)]


def rows(seed: int) -> Rows:
    random = Random(seed)
    maker = RowMaker(random, seed)
    return Rows([maker.row() for _ in range(4)], written(*NOWS[0]))


def test_the_same_seed_draws_the_same_expressions() -> None:
    texts = [[piece.write(surface) for piece in drawn(5, 50)] for surface in ("en", "zh", "en")]
    assert texts[0] == texts[2] != texts[1]
    assert rows(5) == rows(5)


def test_most_of_what_is_drawn_is_accepted() -> None:
    result = compare(drawn(7, 300), rows(7), [Python()], Random(7))
    assert len(result.refused) < 15
    assert result.agreed + len(result.refused) == 300


def test_a_back_end_that_lies_is_found_out_and_the_difference_made_small() -> None:
    backends: list[Backend] = [Python(), Liar()]
    result = compare(drawn(11, 400), rows(11), backends, Random(11))
    assert result.differences
    worst = max(result.differences, key=lambda each: len(each.piece.write("en")))
    small = shrink(worst, partial(differs, worst.now, backends))
    assert len(small.piece.write("en")) <= 60
    assert "empty" in small.piece.write("en")


def test_a_back_end_that_raises_is_told_with_its_reason() -> None:
    result: Result = compare(drawn(13, 20), rows(13), [Python(), Broken()], Random(13))
    (told,) = by_cause(result.differences)
    assert "ZeroDivisionError: somewhere" in told[0]
    assert isinstance(told[1][0], Difference)
