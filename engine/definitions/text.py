"""Text of user-defined things, in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A label in Chinese and English; JSON shape `{"zh": ..., "en": ...}`."""

    zh: str
    en: str

    def to(self, locale: str) -> str:
        """The text in `locale` (`zh...` gives Chinese, anything else English), falling back to the other."""
        first, second = (self.zh, self.en) if locale.startswith("zh") else (self.en, self.zh)
        return first or second
