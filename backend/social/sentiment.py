"""Reading the sentiment of a text. `WordListReader` is a word list with negation and intensity, and named for it; a trained
model takes its place behind `SentimentReader`.

How it reads: every listed word found (longest first, left to right) carries a weight from -3 to 3. In the few characters
before it within the same clause, a negation turns it around and weakens it, and an intensifier strengthens or weakens it.
An exclamation mark strengthens its clause; after "but" words count more. The sum is squashed into -1..1, and within a narrow
band around zero the text is called neutral.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import ahocorasick

POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
#: A sum of weights of this size gives a score of about 0.76.
_SCALE = 3.0
#: Scores closer to zero than this are neutral.
_NEUTRAL_BAND = 0.15
#: A turned-around word is weaker than its opposite: "not good" is less than "bad".
_NEGATED = -0.8
_AFTER_BUT = 1.5
_EXCLAIMED = 1.25
#: How far before a word its negation or intensifier may stand: Chinese characters, and English words.
_REACH_ZH, _REACH_EN = 6, 3
#: "If not mended, then I return it": a negation before "then" does not reach the word after it.
_THEN_ZH = "就"
_CLAUSE = re.compile(r"[^,，.。;；!！?？\n…~～]+[!！]?")
_REPOSTED = re.compile(r"//@[^:：]{1,40}[:：]")
_NOISE = re.compile(r"https?://\S+|@[\w\-·]+|回复@[^:：]{1,40}[:：]")
_ASCII_WORD = re.compile(r"[a-z0-9']")
_DATA = Path(__file__).with_name("sentiment_words.json")


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`label` is positive, neutral or negative; `score` -1..1; `words` those that counted, in the order they stand."""

    label: str
    score: float
    words: tuple[str, ...] = ()


class SentimentReader(Protocol):
    """Reads texts. Synchronous and pure: the same text always reads the same."""

    def read(self, texts: Sequence[str]) -> list[Sentiment]:
        """The sentiment of each text, in order."""
        ...


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    word: str
    weight: float


class WordListReader:
    """Reads by the lexicon given, or by the one shipped: `words` (weight -> words), `negations`, `not_negations` (phrases that only look like one),
    `intensifiers` (word -> factor), `but` (conjunctions after which words count more)."""

    def __init__(self, lexicon: Mapping[str, object] | None = None) -> None:
        lexicon = shipped_lexicon() if lexicon is None else lexicon
        self._intensifiers: Mapping[str, float] = _mapping(lexicon, "intensifiers")
        self._negations = frozenset(_list(lexicon, "negations"))
        self._but = tuple(_list(lexicon, "but"))
        self._not_negations = tuple(_list(lexicon, "not_negations"))
        self._automaton = ahocorasick.Automaton()
        for weight, words in _mapping(lexicon, "words").items():
            for word in words:
                self._automaton.add_word(word.lower(), (word, float(weight)))
        self._automaton.make_automaton()

    def read(self, texts: Sequence[str]) -> list[Sentiment]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Sentiment:
        own = _REPOSTED.split(text, maxsplit=1)[0] or text
        clean = _NOISE.sub(" ", own.lower())
        total = 0.0
        words: list[str] = []
        turned = 1.0
        for match in _CLAUSE.finditer(clean):
            clause = match.group()
            if any(clause.lstrip().startswith(but) for but in self._but):
                turned = _AFTER_BUT
            emphasis = _EXCLAIMED if clause[-1] in "!！" else 1.0
            for hit in self._hits(clause):
                total += hit.weight * self._context(clause, hit) * emphasis * turned
                words.append(hit.word)
        return _sentiment(total, tuple(dict.fromkeys(words)))

    def _hits(self, clause: str) -> Iterable[_Hit]:
        """The listed words of a clause: at each place the longest, none overlapping."""
        found = sorted(
            (_Hit(end + 1 - len(word), end + 1, word, weight) for end, (word, weight) in self._automaton.iter(clause)),
            key=lambda hit: (hit.start, -hit.end),
        )
        reached = 0
        for hit in found:
            if hit.start >= reached and _whole_word(clause, hit):
                reached = hit.end
                yield hit

    def _context(self, clause: str, hit: _Hit) -> float:
        """What the words before a hit make of it."""
        before = _before(clause, hit)
        factor = 1.0
        for word, strength in self._intensifiers.items():
            if word in before:
                factor = max(factor, strength) if strength > 1 else min(factor, strength)
        for phrase in self._not_negations:
            before = before.replace(phrase, "")
        negations = sum(before.count(word) for word in self._negations)
        return factor * (_NEGATED if negations % 2 else 1.0)


def _before(clause: str, hit: _Hit) -> str:
    """The text before a word in which its negation is looked for; words are set between spaces in English."""
    preceding = clause[: hit.start]
    if preceding and hit.word[0].isascii() and hit.word[0].isalpha():
        return " " + " ".join(preceding.split()[-_REACH_EN:]) + " "
    return preceding[-_REACH_ZH:].rpartition(_THEN_ZH)[2]


def _whole_word(clause: str, hit: _Hit) -> bool:
    """Whether an ASCII word stands by itself ("bad" is not in "badge"); Chinese has no such borders."""
    before = clause[hit.start - 1] if hit.start else " "
    after = clause[hit.end] if hit.end < len(clause) else " "
    return not (
        (_ASCII_WORD.match(hit.word[0].lower()) and _ASCII_WORD.match(before))
        or (_ASCII_WORD.match(hit.word[-1].lower()) and _ASCII_WORD.match(after))
    )


def _sentiment(total: float, words: tuple[str, ...]) -> Sentiment:
    score = round(math.tanh(total / _SCALE), 3)
    if abs(score) < _NEUTRAL_BAND:
        return Sentiment(NEUTRAL, score, words)
    return Sentiment(POSITIVE if score > 0 else NEGATIVE, score, words)


def _mapping(lexicon: Mapping[str, object], name: str) -> Mapping[str, Any]:
    found = lexicon[name]
    if not isinstance(found, Mapping):
        raise ValueError(f"{name} must be an object")
    return found


def _list(lexicon: Mapping[str, object], name: str) -> Sequence[str]:
    found = lexicon[name]
    if not isinstance(found, list):
        raise ValueError(f"{name} must be a list of words")
    return found


@cache
def shipped_lexicon() -> Mapping[str, object]:
    """Our own word list."""
    lexicon: Mapping[str, object] = json.loads(_DATA.read_text(encoding="utf-8"))
    return lexicon
