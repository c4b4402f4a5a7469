"""Text of user-defined things, in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass

_SIBILANTS = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True)
class Text:
    """A label in Chinese and English; JSON shape `{"zh": ..., "en": ...}`."""

    zh: str
    en: str

    def to(self, locale: str) -> str:
        """The text in `locale` (`zh...` gives Chinese, anything else English), falling back to the other."""
        first, second = (self.zh, self.en) if locale.startswith("zh") else (self.en, self.zh)
        return first or second


def plural(word: str) -> str:
    """The English plural of a noun or a key, by the regular rules."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_SIBILANTS) else f"{word}s"
