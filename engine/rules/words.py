"""Word lists at run time: all words of all lists in one Aho-Corasick automaton, so that a text is read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ahocorasick

from engine.language.values import ascii_lower


class WordIndex:
    """Finds the words of every list in a text; ASCII case is ignored."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        owners: dict[str, tuple[str, list[str]]] = {}
        for key, words in lists.items():
            for word in words:
                folded = ascii_lower(word.strip())
                if folded:
                    owners.setdefault(folded, (word.strip(), []))[1].append(key)
        self._automaton = ahocorasick.Automaton()
        for folded, owner in owners.items():
            self._automaton.add_word(folded, owner)
        self._empty = not owners
        if owners:
            self._automaton.make_automaton()

    def find(self, text: str) -> dict[str, frozenset[str]]:
        """The words found, by list."""
        if self._empty:
            return {}
        found: dict[str, set[str]] = {}
        for _, (word, lists) in self._automaton.iter(ascii_lower(text)):
            for key in lists:
                found.setdefault(key, set()).add(word)
        return {key: frozenset(words) for key, words in found.items()}


class WordReading:
    """The words of the texts met during one match: each text is read once."""

    def __init__(self, index: WordIndex) -> None:
        self._index = index
        self._read: dict[str, dict[str, frozenset[str]]] = {}
        #: What was asked for, by list.
        self.asked: dict[str, frozenset[str]] = {}

    def __call__(self, list_key: str, text: str) -> frozenset[str]:
        if text not in self._read:
            self._read[text] = self._index.find(text)
        words = self._read[text].get(list_key, frozenset())
        self.asked[list_key] = self.asked.get(list_key, frozenset()) | words
        return words
