"""Shrinking: a difference made small, by putting a part or a leaf in place of a piece and by emptying fields of the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from tests.differential.comparison import Difference
from tests.differential.generator import BASE
from tests.differential.pieces import Piece, leaf
from tests.differential.sorts import EMPTY, LITERALS, ROOTS

#: Whether a piece still differs on a row; the difference as it then is.
Try = Callable[[Piece, Mapping[str, Any]], Difference | None]
MOST_TRIES = 250


def shrink(difference: Difference, differs: Try) -> Difference:
    """The smallest difference that replacing goes on to."""
    tries = 0
    found = difference
    while True:
        for piece, row in _smaller(found):
            tries += 1
            smaller = differs(piece, row)
            if smaller is not None:
                found = smaller
                break
            if tries >= MOST_TRIES:
                return found
        else:
            return found


def _smaller(difference: Difference) -> Iterator[tuple[Piece, Mapping[str, Any]]]:
    piece = difference.piece
    # A part alone first: the checker refuses one that needs what is around it.
    for part in sorted(piece.walk(), key=lambda each: len(each.write("en")))[:-1]:
        if part.operands and part.sort in ROOTS:
            yield part, difference.row
    for place in piece.places():
        for simpler in _simpler(piece.at(place)):
            yield piece.put(place, simpler), difference.row
    for key, value in difference.row.items():
        if key in ("id", "version", "created_at", "updated_at") or value is None:
            continue
        yield piece, {**difference.row, key: None}
        if isinstance(value, list) and len(value) > 1:
            for index in range(len(value)):
                yield piece, {**difference.row, key: value[:index] + value[index + 1 :]}


def _simpler(piece: Piece) -> Iterator[Piece]:
    if not piece.operands:
        return
    inner = [each for each in piece.walk() if each is not piece and each.sort == piece.sort]
    yield from sorted(inner, key=lambda each: len(each.write("en")))[:6]
    names = [leaf(piece.sort, *name) for name in dict.fromkeys(BASE.by_sort.get(piece.sort, ()))]
    yield from names[:2]
    literals = LITERALS.get(piece.sort, ())
    yield from Random(len(names)).sample(list(literals), min(3, len(literals)))
    yield leaf(piece.sort, *EMPTY)
