"""Pieces: expressions as they are generated, by sort, before anybody has parsed them. They are written in either surface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

#: What a piece yields: the code of a type; `choice:status` and `record:lines` say which.
Sort = str


@dataclass(frozen=True, slots=True)
class Form:
    """How an operation is written: `{0}`, `{1}`.. stand for operands. `name` tells forms apart in counts and messages."""

    name: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A form with its operands."""

    sort: Sort
    form: Form
    operands: tuple[Piece, ...] = ()

    def write(self, surface: str) -> str:
        """The text in English (`en`) or Chinese (`zh`)."""
        template: str = getattr(self.form, surface)
        if not self.operands:
            return template
        return template.format(*(operand.write(surface) for operand in self.operands))

    def walk(self) -> Iterator[Piece]:
        """This piece and all in it."""
        yield self
        for operand in self.operands:
            yield from operand.walk()

    def places(self) -> Iterator[tuple[int, ...]]:
        """Where the pieces in it stand, the outermost first."""
        yield ()
        for index, operand in enumerate(self.operands):
            yield from ((index, *place) for place in operand.places())

    def at(self, place: tuple[int, ...]) -> Piece:
        """The piece at a place."""
        return self.operands[place[0]].at(place[1:]) if place else self

    def put(self, place: tuple[int, ...], piece: Piece) -> Piece:
        """The same with another piece at a place."""
        if not place:
            return piece
        operands = list(self.operands)
        operands[place[0]] = operands[place[0]].put(place[1:], piece)
        return replace(self, operands=tuple(operands))


def leaf(sort: Sort, en: str, zh: str | None = None) -> Piece:
    """A piece without operands."""
    return Piece(sort, Form("leaf", en, en if zh is None else zh))
