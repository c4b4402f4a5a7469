"""Cells: the short tests of a decision table (`< 5`, `"a", "b"`, `not "x"`) as whole conditions of the expression language.

A cell is a list of alternatives with commas between them. Each is turned into the text of a condition in which `_` stands for
the input of the cell, checked like any other, and its problems told at their places in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lark import Lark, Token
from lark.exceptions import LarkError

from engine.definitions import Text
from engine.language import BOOLEAN, Checked, Node, Problem, Problems, Scope, Type, check
from engine.language.operators import negate
from engine.language.syntax import expression_parser

#: What the input of a cell is called in it; `?` is read as the first.
SUBJECT = "_"
SUBJECT_NAME = "value"
_SUBJECTS = frozenset({SUBJECT, SUBJECT_NAME})
_SUBJECT_LABEL = Text("值", "value")
#: What stands in a cell that any value meets.
ANYTHING = frozenset({"", "-", "—", "–", "－"})
#: Texts, and outside of them what is written otherwise in cells than in expressions, each one character for one.
_OUTSIDE = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”|`[^`\n]+`)|(?<!\?)\?(?!\?)|[，、]""")
_OPENING, _CLOSING = frozenset({"LPAR", "LSQB", "IF"}), frozenset({"RPAR", "RSQB", "END"})
#: Operators that want something before them.
_TESTS = frozenset({"COMPARE", "IN", "BETWEEN", "CONTAINS", "IS"})
#: Those that `not` may stand before.
_NEGATED = frozenset({"IN", "BETWEEN", "CONTAINS"})
_LOGIC = frozenset({"AND", "OR"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cell, and where in the cell it begins."""

    text: str
    start: int

    @property
    def trimmed(self) -> Piece:
        """Without the blanks around it."""
        left = len(self.text) - len(self.text.lstrip())
        return Piece(self.text.strip(), self.start + left)

    def part(self, start: int, end: int | None = None) -> Piece:
        """Some of it."""
        return Piece(self.text[start:end], self.start + start).trimmed


class Cell:
    """The test of one input: `check` answers its condition over the inputs, or what is wrong with its text."""

    def __init__(self, key: str, inputs: Mapping[str, Type]) -> None:
        self._key = key
        self._type = inputs[key]
        subject = self._type.named(_SUBJECT_LABEL)
        self._scope = Scope({**inputs, SUBJECT: subject, SUBJECT_NAME: subject})
        self._parser = expression_parser()
        self._known: dict[str, Node | tuple[Problem, ...]] = {}

    def check(self, text: str) -> Node | tuple[Problem, ...]:
        """The condition that the text stands for; `and` of nothing, which always holds, where any value meets it."""
        if text not in self._known:
            self._known[text] = self._check(text)
        return self._known[text]

    def _check(self, text: str) -> Node | tuple[Problem, ...]:
        written = _OUTSIDE.sub(_plain, text)
        if written.strip() in ANYTHING:
            return Node("and", BOOLEAN)
        found = self._tests(Piece(written, 0).trimmed)
        return tuple(found) if isinstance(found, list) else self._of_input(found)

    # -- alternatives

    def _tests(self, piece: Piece) -> Node | list[Problem]:
        """A condition that holds when one of the alternatives does."""
        tokens = _tokens(self._parser, piece.text)
        if tokens is None:
            return self._checked(piece)
        parts = [piece.part(start, end) for start, end in _between_commas(tokens, len(piece.text))]
        made = [self._test(part) for part in parts]
        problems = [each for found in made if isinstance(found, list) for each in found]
        nodes = [found for found in made if isinstance(found, Node)]
        if problems:
            return problems
        return nodes[0] if len(nodes) == 1 else Node("or", BOOLEAN, tuple(nodes))

    def _test(self, piece: Piece) -> Node | list[Problem]:
        tokens = _tokens(self._parser, piece.text)
        if not tokens:
            return self._checked(piece)
        places = [*_places_for_subject(tokens)]
        if places and places[0] == tokens[0].start_pos:
            return self._checked(piece, places)
        range_problem = self._range(piece, tokens)
        if range_problem is not None:
            return [range_problem]
        return self._value_or_condition(piece, tokens)

    def _value_or_condition(self, piece: Piece, tokens: Sequence[Token]) -> Node | list[Problem]:
        """A condition that names inputs stands for itself; a value is what the input must be."""
        found = check(piece.text, self._scope)
        if isinstance(found, Checked):
            if found.type.kind == "boolean" and (self._type.kind != "boolean" or found.references()):
                return found.tree
            if tokens[0].type != "NOT":
                return self._checked(piece, (0,), self._operator(found))
        if tokens[0].type == "NOT":
            inner = self._tests(_unwrapped(piece.part(tokens[0].end_pos or 0), self._parser))
            return inner if isinstance(inner, list) else negate(inner)
        if _is_condition(tokens):
            return self._checked(piece)
        return self._checked(piece, (0,), "= ")

    def _operator(self, value: Checked) -> str:
        """How an input is compared with a bare value: a list holds it, and is none of the values of a list."""
        if self._type.kind == "list" and value.type.kind != "list":
            return "contains "
        return "in " if self._type.kind != "list" and value.type.kind == "list" else "= "

    def _range(self, piece: Piece, tokens: Sequence[Token]) -> Problem | None:
        """`3-5` computes -2; what is meant is a range."""
        if [token.type for token in tokens] not in (["NUMBER", "MINUS", "NUMBER"], ["MONEY", "MINUS", "MONEY"]):
            return None
        unit = f" {self._type.currency}" if self._type.currency and tokens[0].type == "NUMBER" else ""
        meant = f"between {tokens[0]}{unit} and {tokens[2]}{unit}"
        message = Text(f"范围请写成 {meant}", f"a range is written {meant}")
        return Problem("range_form", piece.start, piece.start + len(piece.text), message, (meant,))

    # -- checking what is written

    def _checked(self, piece: Piece, places: Sequence[int] = (), operator: str = "") -> Node | list[Problem]:
        """The condition of a piece with the subject put in at some places, and an operator behind the first."""
        text, added = _with_subject(piece.text, places, operator)
        found = check(text, self._scope, expects=BOOLEAN)
        if isinstance(found, Problems):
            return [self._moved(told, added, piece) for told in found.problems]
        return found.tree

    def _moved(self, told: Problem, added: Sequence[tuple[int, int]], piece: Piece) -> Problem:
        """A problem at its place in the cell."""
        start, end = (min(_written_at(at, added), len(piece.text)) for at in (told.start, told.end))
        if start >= end and told.start < told.end:  # it is of the subject, which is not written
            start, end = 0, len(piece.text)
        suggestions = tuple(_without_subject(each) for each in told.suggestions)
        return replace(
            told,
            start=piece.start + start,
            end=piece.start + max(start, end),
            suggestions=tuple(filter(None, suggestions)),
        )

    def _of_input(self, node: Node) -> Node:
        """The tree with the subject under the name of its input."""
        args = tuple(self._of_input(arg) for arg in node.args)
        path = (self._key, *node.path[1:]) if node.op == "field" and node.path[0] in _SUBJECTS else node.path
        return replace(node, args=args, path=path)


def _plain(found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1]
    return SUBJECT if found[0] == "?" else ","


def _tokens(parser: Lark, text: str) -> list[Token] | None:
    """The tokens of a text; None where it cannot be read. (`Lark.lex` would make a lexer anew each time.)"""
    parsing = parser.parse_interactive(text)
    try:
        return list(parsing.lexer_thread.lex(parsing.parser_state))  # type: ignore[no-untyped-call]  # none in Lark
    except LarkError:
        return None


def _between_commas(tokens: Sequence[Token], end: int) -> Iterator[tuple[int, int]]:
    start, depth = 0, 0
    for token in tokens:
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if token.type == "COMMA" and depth == 0:
            yield start, token.start_pos or 0
            start = token.end_pos or 0
    yield start, end


def _places_for_subject(tokens: Sequence[Token]) -> Iterator[int]:
    """Where operators stand that have nothing before them: at the beginning, and after an and or an or."""
    before: Token | None = None
    for index, token in enumerate(tokens):
        if before is None or before.type in _LOGIC:
            following = tokens[index + 1] if index + 1 < len(tokens) else token
            if token.type in _TESTS or (token.type == "NOT" and following.type in _NEGATED):
                yield token.start_pos or 0
        before = token


def _is_condition(tokens: Sequence[Token]) -> bool:
    return any(token.type in _TESTS | _LOGIC for token in tokens)


def _unwrapped(piece: Piece, parser: Lark) -> Piece:
    """What stands in the parentheses that hold all of a piece."""
    tokens = _tokens(parser, piece.text) or []
    if not tokens or tokens[0].type != "LPAR" or tokens[-1].type != "RPAR":
        return piece
    depth = 0
    for token in tokens[:-1]:
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if depth == 0:
            return piece
    return piece.part(1, tokens[-1].start_pos)


def _with_subject(text: str, places: Sequence[int], operator: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with the subject put in, and where in it how many characters were added."""
    parts, added, at = [], [], 0
    for place in places:
        inserted = f"{SUBJECT} {operator}"
        parts.append(text[at:place])
        added.append((sum(map(len, parts)), len(inserted)))
        parts.append(inserted)
        at = place
    return "".join([*parts, text[at:]]), added


def _written_at(at: int, added: Sequence[tuple[int, int]]) -> int:
    """A place in the text that was made as one in the text that was written."""
    return at - sum(max(0, min(at - place, length)) for place, length in added)


def _without_subject(suggestion: str) -> str:
    """A suggestion as it can be written in a cell."""
    return re.sub(rf"(?<!\w){SUBJECT}(?!\w)", SUBJECT_NAME, suggestion)
