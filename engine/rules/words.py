"""The words that rules look for in texts: those of all word lists, and the texts written in conditions, in one Aho-Corasick
automaton, so that a text is read once however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ahocorasick

from engine.language.operations import ascii_folded

#: What is found: a text by itself, folded, and a word list by its key in a tuple.
Hit = str | tuple[str]


@dataclass(slots=True, eq=False)
class _Word:
    """A word of the automaton as its first list writes it, the lists that have it, and what finding it means."""

    written: str
    lists: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds: words by their lists, and every hit."""

    words: Mapping[str, frozenset[str]]
    hits: frozenset[Hit]


_NOTHING = Found({}, frozenset())


class WordIndex:
    """Finds the words of every list, and `texts`, in a text; ASCII case is ignored."""

    def __init__(self, lists: Mapping[str, Iterable[str]], texts: Iterable[str] = ()) -> None:
        known: dict[str, _Word] = {}
        for key, words in lists.items():
            for word in words:
                folded = ascii_folded(word.strip())
                if folded:
                    entry = known.setdefault(folded, _Word(word.strip()))
                    entry.lists.append(key)
                    entry.hits.append((key,))
        for folded in dict.fromkeys(map(ascii_folded, texts)):
            if folded:
                known.setdefault(folded, _Word(folded)).hits.append(folded)
        self._automaton = ahocorasick.Automaton()
        for folded, entry in known.items():
            self._automaton.add_word(folded, entry)
        self._empty = not known
        if known:
            self._automaton.make_automaton()

    def read(self, text: str) -> Found:
        """Everything found in a text."""
        if self._empty:
            return _NOTHING
        met: set[_Word] = {word for _, word in self._automaton.iter(ascii_folded(text))}
        if not met:
            return _NOTHING
        words: dict[str, set[str]] = {}
        hits: set[Hit] = set()
        for word in met:
            hits.update(word.hits)
            for key in word.lists:
                words.setdefault(key, set()).add(word.written)
        return Found({key: frozenset(each) for key, each in words.items()}, frozenset(hits))

    def find(self, text: str) -> Mapping[str, frozenset[str]]:
        """The words found, by list."""
        return self.read(text).words


class WordReading:
    """The words of the texts met during one match: each text is read once."""

    def __init__(self, index: WordIndex) -> None:
        self.index = index
        self._read: dict[str, Found] = {}
        #: What was asked for, by list.
        self.asked: dict[str, frozenset[str]] = {}

    def read(self, text: str) -> Found:
        """Everything found in a text."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = self.index.read(text)
        return found

    def __call__(self, list_key: str, text: str) -> frozenset[str]:
        words = self.read(text).words.get(list_key, frozenset())
        self.asked[list_key] = self.asked.get(list_key, frozenset()) | words
        return words
