"""Where a parser stopped, and how its tokens are mended: what all repairs of unreadable texts work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lark import Token

from engine.language.parsing import made
from engine.language.problems import Problem

#: Whether a name stands for something.
Knows = Callable[[str], bool]

OPENING = {"LPAR": "RPAR", "LSQB": "RSQB"}
CLOSING = frozenset(OPENING.values())
#: Tokens an operand can end with.
OPERAND_ENDS = frozenset(
    ["NAME", "RPAR", "RSQB", "STRING", "NUMBER", "MONEY", "PERCENT", "DATE", "TIME", "DATETIME", "DURATION", "PERIOD",
     "BUSINESS", "TRUE", "FALSE", "EMPTY", "END"]
)  # fmt: skip
#: Tokens an operand can begin with, apart from the signs of arithmetic.
OPERAND_STARTS = (OPERAND_ENDS - {"RPAR", "RSQB", "END"}) | {"LPAR", "LSQB", "IF", "SOME", "EVERY", "FOR"}
#: Tokens that end whatever stands before them, as long as no bracket has been opened in between.
CLAUSES = frozenset(
    ["AND", "OR", "COMMA", "IF", "THEN", "ELSE", "ELSEIF", "END", "WHERE", "SATISFIES", "RETURN", "WITHIN", "BY", "BASELINE", "PER",
     "RULE", "PRIORITY", "VALID", "PURPOSE", "CALENDAR", "WHEN", "FOLLOWED", "WITHOUT", "CHANGES", "ENTERS", "EXITS", "SEGMENT", "WATCH",
     "EACH", "AT", "DO", "AFTER", "SPLIT", "STOP", "LIMIT", "ONCE", "QUIET"]
)  # fmt: skip
#: Operators between two values.
INFIX = frozenset(
    ["COMPARE", "IN", "CONTAINS", "BETWEEN", "PLUS", "MINUS", "TIMES", "OVER", "JOIN", "COALESCE", "AND", "OR", "IS"]
)

#: The name of what could not be read. No text can hold it.
HOLE = "\0"


def hole(start: int, end: int) -> Token:
    """What stands for something that could not be read; its type is unknown."""
    return made("NAME", HOLE, start, end)


def placed(tokens: Iterable[Token], start: int, end: int) -> list[Token]:
    """Tokens as if they stood at a place of the text."""
    return [made(token.type, str(token), start, end) for token in tokens]


def spread(tokens: Iterable[Token], text: str, start: int, end: int) -> list[Token]:
    """Tokens of a piece written otherwise, each where its word stands in the text, as far as it does."""
    found: list[Token] = []
    for token in tokens:
        place = text.find(str(token), start, end)
        at = (place, place + len(str(token))) if place >= 0 else (start, end)
        found.append(made(token.type, str(token), *at))
    return found


def padded(text: str, start: int, end: int, written: str) -> str:
    """What is written in a place of a text, with blanks where it would run into what stands beside it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    is_sign = not any(letter.isalnum() for letter in text[start:end])
    left = (
        " " if written and (_runs(before, written[0]) or (is_sign and written[0].isalpha() and before in _ENDS)) else ""
    )
    closely = is_sign and written[-1:].isalpha() and bool(after) and after not in _SEPARATE
    return left + written + (" " if written and (closely or _runs(written[-1], after)) else "")


#: Ends of operands, and what may follow a word without a blank.
_ENDS = frozenset("\"'”)]`")
_SEPARATE = frozenset(" \t\r\n\u3000()[],")


def _runs(one: str, other: str) -> bool:
    return bool(one and other) and (one.isalnum() or one == "_") and (other.isalnum() or other == "_")


@dataclass(frozen=True, slots=True)
class Repair:
    """The tokens from `start` to `end` are written otherwise; nothing is told when it follows from what was told before."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Stop:
    """The parser stopped before the token at `index` of `tokens` (or at the end). `accepts` gives the types of tokens that it would
    have taken at a place up to there, `lex` the tokens of a piece of text."""

    tokens: Sequence[Token]
    index: int
    accepts: Callable[[int], frozenset[str]]
    text: str
    knows: Knows
    lex: Callable[[str], list[Token]]

    @property
    def expected(self) -> frozenset[str]:
        """The types of tokens that could have stood there."""
        return self.accepts(self.index)

    def type(self, index: int) -> str:
        """The type of a token; empty beyond both ends."""
        return self.tokens[index].type if 0 <= index < len(self.tokens) else ""

    def word(self, index: int) -> str:
        """What a token is written as; empty beyond both ends."""
        return str(self.tokens[index]) if 0 <= index < len(self.tokens) else ""

    def span(self, first: int, end: int) -> tuple[int, int]:
        """The characters from one token up to, and without, another."""
        if not self.tokens or first >= len(self.tokens):
            return len(self.text.rstrip()), len(self.text.rstrip())
        end = max(min(end, len(self.tokens)), first + 1)
        return self.tokens[first].start_pos or 0, max(token.end_pos or 0 for token in self.tokens[first:end])

    def source(self, first: int, end: int) -> str:
        """The text of those tokens."""
        start, stop = self.span(first, end)
        return self.text[start:stop] if first < end else ""

    def is_hole(self, index: int) -> bool:
        """Whether a token stands for what could not be read."""
        return self.word(index) == HOLE

    def opened(self, index: int) -> list[int]:
        """The brackets and `if`s still open before a token, the innermost last."""
        open: list[int] = []
        for place, token in enumerate(self.tokens[:index]):
            if token.type in OPENING or token.type == "IF":
                open.append(place)
            elif open and (token.type in CLOSING or token.type == "END"):
                open.pop()
        return open

    def bracket(self, index: int) -> int | None:
        """The innermost bracket open before a token."""
        return next((place for place in reversed(self.opened(index)) if self.type(place) in OPENING), None)

    def closing(self, index: int) -> int | None:
        """The token that closes the bracket at `index`."""
        depth = 0
        for place in range(index, len(self.tokens)):
            depth += (self.type(place) in OPENING) - (self.type(place) in CLOSING)
            if depth == 0:
                return place
        return None

    def segment(self, index: int) -> tuple[int, int]:
        """From the last clause word or open bracket before a token to the next one behind it, of the same depth."""
        return self.segment_start(index), self.segment_end(index)

    def segment_start(self, index: int, ends: frozenset[str] = CLAUSES) -> int:
        """Where what stands before a token begins."""
        depth, place = 0, min(index, len(self.tokens))
        while place > 0:
            type = self.type(place - 1)
            depth += (type in CLOSING) - (type in OPENING)
            if depth < 0 or (depth == 0 and type in ends):
                return place
            place -= 1
        return 0

    def segment_end(self, index: int, ends: frozenset[str] = CLAUSES) -> int:
        """Where what begins with a token ends."""
        depth, place = 0, index
        while place < len(self.tokens):
            type = self.type(place)
            if depth == 0 and (type in ends or type in CLOSING):
                return place
            depth += (type in OPENING) - (type in CLOSING)
            place += 1
        return len(self.tokens)

    def operand_start(self, index: int) -> int:
        """Where the name, value, call or bracket that ends right before a token begins."""
        place = index - 1
        if self.type(place) in CLOSING:
            depth = 0
            while place >= 0:
                depth += (self.type(place) in CLOSING) - (self.type(place) in OPENING)
                if depth == 0:
                    break
                place -= 1
        while place > 0 and self.type(place - 1) == "DOT":
            place -= 2
        if self.type(place) in OPENING and self.type(place - 1) == "NAME":
            place -= 1
            while self.type(place - 1) == "DOT":
                place -= 2
        return max(place, 0)

    def operand_end(self, index: int) -> int:
        """Where the name, value, call or bracket ends that begins with a token."""
        place = index + 1
        if self.type(index) in OPENING:
            return (self.closing(index) or len(self.tokens) - 1) + 1
        while self.type(place) == "DOT":
            place += 2
        if self.type(place) == "LPAR" and self.type(place - 1) == "NAME":
            place = (self.closing(place) or len(self.tokens) - 1) + 1
        return min(place, len(self.tokens))

    def arguments(self, bracket: int) -> list[tuple[int, int]] | None:
        """The spans of tokens between the commas of a bracket; None when it is not closed."""
        end = self.closing(bracket)
        if end is None:
            return None
        spans, first, depth = [], bracket + 1, 0
        for place in range(bracket + 1, end):
            depth += (self.type(place) in OPENING) - (self.type(place) in CLOSING)
            if depth == 0 and self.type(place) == "COMMA":
                spans.append((first, place))
                first = place + 1
        return [*spans, (first, end)] if end > bracket + 1 else []

    def made(self, written: str, first: int, end: int) -> tuple[Token, ...]:
        """The tokens of a text, placed where others stand."""
        return tuple(placed(self.lex(written), *self.span(first, end)))
