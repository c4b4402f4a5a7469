"""How a rule is mended where the parser stops: words that look like those of its clauses, words that say the same elsewhere, and
words run together. What is missing or one too many stands in `missing` and `misplaced`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lark import Token

from engine.language.mending import REPAIRS, Mend
from engine.language.nearness import edits
from engine.language.parsing import made
from engine.language.problems import problem
from engine.language.stops import HOLE, Repair, Stop, spread
from engine.language.synonyms import folded
from engine.language.words import EXPRESSION_WORDS, RULE_WORDS, Words
from engine.rules.misplaced import MISPLACED
from engine.rules.missing import MISSING, is_chinese
from engine.rules.synonyms import OTHERWISE
from engine.rules.syntax import RULE_CONTEXTS

_LONGEST_PHRASE = 3


def _spellings() -> Mapping[str, tuple[str, ...]]:
    """Every word of rules, and the symbols it stands for."""
    tables: list[Words] = [EXPRESSION_WORDS, RULE_WORDS, *(each.words for each in RULE_CONTEXTS)]
    found = {word: symbols for table in tables for word, symbols in table.items() if symbols}
    return {**found, "within": ("WITHIN",), "where": ("WHERE",), "as": ("AS",), "其中": ("WHERE",), "记作": ("AS",),
            "by": ("BY",), "baseline": ("BASELINE",), "基线": ("BASELINE",), "for": ("FOR",), "对": ("FOR",)}  # fmt: skip


_SPELLINGS = _spellings()


def _tokens(symbols: tuple[str, ...] | list[str], word: str, at: tuple[int, int]) -> tuple[Token, ...]:
    return tuple(made(symbol, word, *at) for symbol in symbols)


def rekeyed(stop: Stop) -> Repair | None:
    """A word that means something here only now that what stands before it is mended; nothing is told."""
    for place in (stop.index, stop.index - 1):
        symbols = _SPELLINGS.get(stop.word(place).lower(), ()) if stop.type(place) == "NAME" else ()
        if place >= 0 and symbols and symbols[0] in stop.accepts(place) and stop.type(place - 1) != "DOT":
            return Repair(place, place + 1, _tokens(symbols, stop.word(place), stop.span(place, place + 1)), None)
    return None


def misspelt(stop: Stop) -> Repair | None:
    """`wehn social.post`: a word that looks like one that could stand there."""
    for place in (stop.index, stop.index - 1):
        word = stop.word(place)
        is_name = stop.type(place) == "NAME" and stop.type(place - 1) != "DOT" and stop.type(place + 1) != "DOT"
        if place < 0 or not is_name or word == HOLE or stop.type(place + 1) == "LPAR":
            continue
        meant = _looks_like(word, stop.accepts(place), is_chinese(stop))
        if meant is not None:
            span = stop.span(place, place + 1)
            told = problem("misspelt", *span, (meant,), found=word, meant=meant)
            return Repair(place, place + 1, _tokens(_SPELLINGS[meant], meant, span), told)
    return None


def _looks_like(word: str, legal: frozenset[str], chinese: bool) -> str | None:
    """The word of a legal symbol that is only a slip away."""
    written = word.lower()
    words = [each for each, symbols in _SPELLINGS.items() if symbols[0] in legal and each.isascii() == word.isascii()]
    ranked = [(steps, each) for each in words if (steps := edits(written, each, _slips(written))) is not None]
    near = [found for found in ranked if (len(written) > 2 and written.isascii()) or _alike(written, found[1])]
    return min(near)[1] if near and (chinese or written.isascii()) else None


def _alike(written: str, word: str) -> bool:
    """Whether what two letters share is enough to tell what was meant: the first, the last in Chinese, or both in another order."""
    return written[0] == word[0] or sorted(written) == sorted(word) or (not word.isascii() and written[-1] == word[-1])


def _slips(word: str) -> int:
    """How many letters may be wrong in a word of this length."""
    return 2 if len(word) > 5 and word.isascii() else 1


def said_otherwise(stop: Stop) -> Repair | None:
    """`wait 24 hours`, `becomes "vip"`: words for what rules have a word for."""
    for first in (stop.index, stop.index - 1):
        for count in range(_LONGEST_PHRASE, 0, -1):
            end = first + count
            if first < 0 or end > len(stop.tokens) or stop.type(first - 1) == "DOT":
                continue
            if first < stop.index and stop.type(first) != "NAME":  # a word of rules, in its place
                continue
            for symbols, meant in _meant(stop, first, end):
                span = stop.span(first, end)
                told = problem("word_operator", *span, (meant,), found=stop.source(first, end), meant=meant)
                return Repair(first, end, _tokens(symbols, meant, span), told)
    return None


def _meant(stop: Stop, first: int, end: int) -> Iterator[tuple[list[str], str]]:
    """What a run of words means there."""
    words = [stop.word(place) for place in range(first, end)]
    if not all(word.replace("_", "").isalpha() for word in words) or stop.type(end) in ("LPAR", "DOT"):
        return
    for symbols, meant in OTHERWISE.get(folded("".join(words)), ()):
        wanted = symbols.split()
        is_length = stop.type(end) in ("DURATION", "PERIOD", "BUSINESS")
        if wanted[0] in stop.accepts(first) and (wanted[0] not in ("AFTER", "WITHIN") or is_length):
            yield wanted, meant


def run_together(stop: Stop) -> Repair | None:
    """`如果客户`, `限制1次`: a word of rules at the beginning of a name."""
    for place in (stop.index, stop.index - 1):
        name = stop.word(place)
        if place < 0 or stop.type(place) != "NAME" or name.isascii() or stop.type(place - 1) == "DOT":
            continue
        split = _taken_apart(name, stop.accepts(place))
        if split is None:
            continue
        word, rest = split
        span = stop.span(place, place + 1)
        told = problem("missing_space", *span, (f"{word} {rest}",), found=name, split=f"{word} {rest}")
        tokens = (*_tokens(_SPELLINGS[word], word, span), *spread(stop.lex(rest), stop.text, *span))
        return Repair(place, place + 1, tokens, told)
    return None


def _taken_apart(name: str, legal: frozenset[str]) -> tuple[str, str] | None:
    """The longest word with which a name begins, of those that could stand there, and the rest."""
    words = [each for each, symbols in _SPELLINGS.items() if symbols[0] in legal and not each.isascii()]
    found = [word for word in words if name.startswith(word) and len(word) < len(name)]
    return (max(found, key=len), name[len(max(found, key=len)) :]) if found else None


#: Behind a number that a unit belongs to: `7天内那么`.
_GLUED_LENGTH = re.compile(r"((?:天|周|个?小时|分钟|个月|年|个?工作日|工作分钟|个?工作小时)(?:以?内|之?后)?)(\w+)")


def length_run_together(stop: Stop) -> Repair | None:
    """`7天内那么`: a length of time and the word behind it."""
    for place in (stop.index, stop.index - 1):
        found = _GLUED_LENGTH.fullmatch(stop.word(place + 1)) if stop.type(place) == "NUMBER" else None
        if found is None or found[2] not in _SPELLINGS:
            continue
        written = f"{stop.word(place)} {found[1]} {found[2]}"
        span = stop.span(place, place + 2)
        told = problem("missing_space", *span, (written,), found=stop.source(place, place + 2), split=written)
        ending = "WITHIN" if found[1].endswith("内") and "WITHIN" in stop.accepts(place) else None
        tokens = [token for token in stop.lex(f"x {written}")[1:] if token.type != "WITHIN"]
        made_first = (made(ending, "内", *span),) if ending else ()
        return Repair(place, place + 2, (*made_first, *(made(t.type, str(t), *span) for t in tokens)), told)
    return None


#: The first that gives a repair is taken; those of expressions come last.
RULE_REPAIRS: tuple[Mend, ...] = (
    rekeyed, length_run_together, run_together, *MISSING, *MISPLACED, said_otherwise, misspelt, *REPAIRS,
)  # fmt: skip
