"""The words that rules look for in texts: those of all word lists, and the texts written in conditions, in one Aho-Corasick
automaton, so that a text is read once however many there are.

The automaton works on the bytes of UTF-8: a state of it has at most 256 ways on, where one over characters has thousands of them
in Chinese, and goes through them one by one. No character's bytes stand within those of others, so what it finds is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ahocorasick

#: What is found: a text by itself, folded, and a word list by its key in a tuple.
Hit = str | tuple[str]


@dataclass(slots=True, eq=False)
class _Word:
    """A word of the automaton as its first list writes it, the lists that have it, and what finding it means."""

    written: str
    lists: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)


class Found:
    """What a text holds."""

    __slots__ = ("_words", "hits")

    def __init__(self, words: Iterable[_Word]) -> None:
        self._words = words
        #: Every text and every list of which something was found.
        self.hits: frozenset[Hit] = frozenset(hit for word in words for hit in word.hits)

    def of(self, list_key: str) -> frozenset[str]:
        """The words of a list."""
        if (list_key,) not in self.hits:
            return frozenset()
        return frozenset(word.written for word in self._words if list_key in word.lists)

    @property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words by their lists."""
        return {key: self.of(key) for key in dict.fromkeys(key for word in self._words for key in word.lists)}


_NOTHING = Found(())


class WordIndex:
    """Finds the words of every list, and `texts`, in a text; ASCII case is ignored."""

    def __init__(self, lists: Mapping[str, Iterable[str]], texts: Iterable[str] = ()) -> None:
        known: dict[str, _Word] = {}
        for key, words in lists.items():
            for word in words:
                entry = known.setdefault(_folded(word.strip()), _Word(word.strip()))
                entry.lists.append(key)
                entry.hits.append((key,))
        for text in dict.fromkeys(texts):
            known.setdefault(_folded(text), _Word(text)).hits.append(text)
        known.pop("", None)
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
        met = {word for _, word in self._automaton.iter(_folded(text))}
        return Found(met) if met else _NOTHING

    def find(self, text: str) -> Mapping[str, frozenset[str]]:
        """The words found, by list."""
        return self.read(text).words


def _folded(text: str) -> str:
    """The bytes of a text, A to Z in lower case, each as a character."""
    return text.encode("utf-8", "surrogatepass").lower().decode("latin-1")


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
        words = self.read(text).of(list_key)
        self.asked[list_key] = self.asked.get(list_key, frozenset()) | words
        return words
