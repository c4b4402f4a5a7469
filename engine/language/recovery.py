"""Reading on after a mistake: what stopped the parser is told and mended or left out, and the rest is read, so that one reading
finds every mistake.

The tokens keep the places of the text as written, so what is checked afterwards points there. What cannot be mended becomes a
hole, which goes with everything: one mistake is one problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from engine.language.glued import joined_at_end, taken_apart
from engine.language.habits import FULL_WIDTH, habit_at
from engine.language.mending import REPAIRS, Mend
from engine.language.parsing import made
from engine.language.problems import MAX_PROBLEMS, Problem, problem
from engine.language.stops import HOLE, Knows, Stop, hole, padded, placed, spread
from engine.language.words import EXPRESSION_WORDS

#: Repairs tried before the rest of a text is given up.
MOST_REPAIRS = 60
#: What nobody sees and the lexer does not pass over.
_INVISIBLE = "\ufeff\u00a0\u200b\u200c\u200d\u2028\u2029\u202f\x0b\x0c\x85"
_BLANK = " \t\r\n\u3000" + _INVISIBLE
#: Literals that are right as they stand, though a habit begins like them.
_WHOLE = frozenset(["STRING", "MONEY", "PERCENT", "DATE", "TIME", "DATETIME", "DURATION", "PERIOD", "BUSINESS"])


@dataclass(frozen=True, slots=True)
class Recovered:
    """What is wrong with the writing, and the tree of what could be read; its holes are in place of what could not."""

    problems: tuple[Problem, ...]
    syntax: Tree[Token] | None


def nothing_known(_: str) -> bool:
    """Of a text that is read without a scope."""
    return False


def recover(parser: Lark, text: str, knows: Knows = nothing_known, repairs: Sequence[Mend] = REPAIRS) -> Recovered:
    """Reads a text that the parser refused. `knows` tells whether a name stands for something; the first of the `repairs` that
    fits is made, and the last always does."""
    found: list[Problem] = []
    tokens = list(keyed(parser, _scan(parser, text, found, knows)))
    syntax = _read(parser, text, tokens, found, knows, repairs)
    wider = [each for each in found if each.code in ("ternary", "extra_comma")]
    told = [replace(each, suggestions=_fitting(text, each)) for each in found if not _within(each, wider)]
    told = [each for each in told if HOLE not in each.message.en] or told  # one that names a hole follows from another
    return Recovered(tuple(sorted(told, key=lambda each: (each.start, each.end)))[:MAX_PROBLEMS], syntax)


def _within(told: Problem, wider: Sequence[Problem]) -> bool:
    """Whether a sign is wrong only as part of what is written otherwise as a whole."""
    return told.code == "full_width" and any(each.start <= told.start and told.end <= each.end for each in wider)


def _fitting(text: str, told: Problem) -> tuple[str, ...]:
    return tuple(padded(text, told.start, told.end, each) for each in told.suggestions if HOLE not in each)


def keyed(parser: Lark, tokens: Iterable[Token]) -> Iterable[Token]:
    """Tokens with keywords in place of the names that are keywords."""
    lexer: Any = parser.parser.lexer
    return list(lexer.postlexer.process(iter(tokens)))


def _scan(parser: Lark, text: str, found: list[Problem], knows: Knows) -> list[Token]:
    """The tokens of a text, with what its strange signs mean in their places."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        token, end = _token_at(parser, text, position)
        habit = habit_at(text, position)
        if habit is not None and not (token is not None and token.type in _WHOLE and end >= habit[2]):
            told, start, position, meant = habit
            shown = meant.strip()
            _tell(found, problem(told.code, start, position, (shown,), found=text[start:position], meant=shown))
            tokens += placed(_plain_tokens(parser, meant), start, position)
            continue
        if token is not None and token.type == "NAME" and not token.isascii():
            glued, end = _glued(parser, text, token, knows, found)
            tokens += glued
        elif end == position:
            mended, end = _strange(parser, text, position, tokens, found)
            tokens += mended
        elif token is not None:
            tokens.append(token)
        position = end
    return tokens


def _glued(parser: Lark, text: str, name: Token, knows: Knows, found: list[Problem]) -> tuple[list[Token], int]:
    """A name, or what it says where words have run together in it, and where reading goes on."""
    start, end = name.start_pos or 0, name.end_pos or 0
    if knows(str(name)) or text[:start].rstrip().endswith("."):
        return [name], end
    written = str(name)
    apart = taken_apart(written, knows)
    before = written.rstrip("0123456789")
    if before != written:  # what follows may be part of the number: a date, a time, a unit
        apart, written = joined_at_end(before, knows) or apart, before if joined_at_end(before, knows) else written
    if apart is None:
        return [name], end
    end = start + len(written)
    _tell(found, problem("missing_space", start, end, (apart,), found=written, split=apart))
    return spread(_plain_tokens(parser, apart), text, start, end), end


def _tell(found: list[Problem], told: Problem) -> None:
    if len(found) < MAX_PROBLEMS:
        found.append(told)


def _token_at(parser: Lark, text: str, position: int) -> tuple[Token | None, int]:
    """The token at a place and where it ends; no token where blanks or a comment stand, and no step on where nothing fits."""
    lexer: Any = parser.parser.lexer
    lexer = lexer.lexer
    for pattern in lexer.scanner._mres:
        match = pattern.match(text, position)
        if match is not None and match.end() > position:
            kind = match.lastgroup
            return (None if kind in lexer.ignore_types else made(kind, match[0], position, match.end())), match.end()
    return None, position


def _plain_tokens(parser: Lark, text: str) -> list[Token]:
    tokens, position = [], 0
    while position < len(text):
        token, end = _token_at(parser, text, position)
        if token is not None:
            tokens.append(token)
        position = max(end, position + 1)
    return tokens


def _strange(parser: Lark, text: str, start: int, before: list[Token], found: list[Problem]) -> tuple[list[Token], int]:
    """What stands where no token can begin: told, and the tokens it stands for."""
    sign = text[start]
    if sign in _INVISIBLE:
        end = start + len(text[start:]) - len(text[start:].lstrip(_INVISIBLE))
        _tell(found, problem("invisible_character", start, end))
        return [], end
    if sign in "\"'“‘「『＂`":
        return _unclosed(text, start, before, found)
    if sign in "。；;．" and not text[start + 1 :].strip(_BLANK + "。；;．"):
        first = before[-1].start_pos or 0 if before else start
        _tell(
            found,
            problem(
                "trailing_sign", first, start + 1, (text[first:start].rstrip(),) if first < start else (), found=sign
            ),
        )
        return [], len(text)
    if sign in FULL_WIDTH:
        ascii_sign = FULL_WIDTH[sign]
        _tell(found, problem("full_width", start, start + 1, (ascii_sign,), found=sign, ascii=ascii_sign))
        return placed(
            _plain_tokens(parser, ascii_sign) or [made("MODULO", "%", start, start + 1)], start, start + 1
        ), start + 1
    if sign in _OTHERS:
        return [made(_OTHERS[sign], sign, start, start + 1)], start + 1
    end = start + 1
    while end < len(text) and text[end] == sign:
        end += 1
    _tell(found, problem("unknown_character", start, end, found=text[start:end]))
    return [], end


#: Signs that have no meaning, but whose place among others tells what was meant: see mending.
_OTHERS = {"%": "MODULO", "^": "POWER", "?": "QUESTION", "？": "QUESTION", ";": "SEMICOLON", "；": "SEMICOLON"}


def _unclosed(text: str, start: int, before: list[Token], found: list[Problem]) -> tuple[list[Token], int]:
    """A text or name without its closing mark: it ends with its first word where another kind of word follows, else with the line.

    A mark that closes nothing may be the last of an odd number; then a text before it that runs into a word has none of its own.
    """
    line = text.rfind("\n", 0, start) + 1
    for place, token in enumerate(before):
        end = token.end_pos or 0
        if (
            token.type == "STRING"
            and (token.start_pos or 0) >= line
            and token[-1] == text[start]
            and text[end].isalnum()
        ):
            start = token.start_pos or 0
            del before[place:]
            break
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    words = text[start + 1 : end].split(maxsplit=1)
    first = words[0].rstrip(",，)）]") if words and text[start + 1] not in _BLANK else ""
    stop = start + 1 + len(first)
    opening, closing = _MARKS.get(text[start], ('"', '"'))
    code = "unclosed_name" if closing == "`" else "unclosed_text"
    _tell(found, problem(code, start, stop, (opening + first + closing,)))
    following = re.match(r"\s*(\w+|[,)\]])", text[stop:end])
    goes_on = following is not None and (following[1].lower() in EXPRESSION_WORDS or not following[1].isalnum())
    return [hole(start, stop)], stop if goes_on else end


#: The marks that texts and names stand between, by the one they open with.
_MARKS = {"`": ("`", "`"), "“": ("“", "”"), "'": ("'", "'")}


def _read(
    parser: Lark, text: str, tokens: list[Token], found: list[Problem], knows: Knows, repairs: Sequence[Mend]
) -> Tree[Token] | None:
    """The tree of the tokens, mended wherever they stop the parser; None when nothing could be kept."""
    for _ in range(MOST_REPAIRS):
        stopped = _parse(parser, tokens)
        if isinstance(stopped, Tree):
            return stopped
        accepts = cache(partial(_accepted, parser, tuple(tokens)))
        stop = Stop(
            tokens, stopped, accepts, text, knows, lambda written: list(keyed(parser, _plain_tokens(parser, written)))
        )
        repair = next(done for each in repairs if (done := each(stop)) is not None)
        if repair.problem is not None:
            _tell(found, repair.problem)
        if tokens[repair.start : repair.end] == list(repair.tokens) and _same_types(
            tokens, repair.start, repair.tokens
        ):
            return None
        tokens = [*tokens[: repair.start], *repair.tokens, *tokens[repair.end :]]
    return None


def _same_types(tokens: Sequence[Token], start: int, others: Sequence[Token]) -> bool:
    return [token.type for token in tokens[start : start + len(others)]] == [token.type for token in others]


def _parse(parser: Lark, tokens: Sequence[Token]) -> Tree[Token] | int:
    """The tree, or the index of the token where the parser stops."""
    parsing = parser.parse_interactive("")
    for index, token in enumerate(tokens):
        try:
            parsing.feed_token(token)
        except UnexpectedToken:
            return index
    try:
        tree: Tree[Token] = parsing.feed_eof(tokens[-1] if tokens else None)  # type: ignore[no-untyped-call]  # without annotations in Lark
    except UnexpectedToken:
        return len(tokens)
    return tree


def _accepted(parser: Lark, tokens: Sequence[Token], place: int) -> frozenset[str]:
    """What may stand at a place behind tokens that have been read."""
    parsing = parser.parse_interactive("")
    for token in tokens[:place]:
        parsing.feed_token(token)
    return frozenset(parsing.accepts())  # type: ignore[no-untyped-call]  # ditto
