"""Rules and the word lists they name."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `text` is one `rule ... end` in the rule language, whose name must equal `key`."""

    key: str
    label: Text
    text: str
    enabled: bool = True
    description: Text | None = None
    schema: int = 1
    app: str = ""


@dataclass(frozen=True, slots=True)
class WordList:
    """A named list for `keywords("key")`; matching ignores ASCII case."""

    key: str
    label: Text
    words: tuple[str, ...]
    schema: int = 1
    app: str = ""
