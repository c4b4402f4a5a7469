"""What is wrong with a text, in words a person can act on: one table of messages, by code, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.definitions import Text
from engine.language.messages import MESSAGES
from engine.language.nearness import nearest


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a stable `code`, the half-open span of characters it concerns, a sentence, and what would be legal."""

    code: str
    start: int
    end: int
    message: Text
    suggestions: tuple[str, ...] = ()


#: More mistakes than this are one mistake; the rest are not told.
MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problems:
    """Why a text was refused."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "; ".join(f"{p.code} at {p.start}: {p.message.en}" for p in self.problems)


def problem(code: str, start: int, end: int, /, suggestions: Iterable[str] = (), **params: str | int | Text) -> Problem:
    """A problem whose message comes from the table; a parameter that is a Text is put in by language.

    A message under `code.parameter` is preferred where that parameter is given.
    """
    template = next((MESSAGES[f"{code}.{name}"] for name in params if f"{code}.{name}" in MESSAGES), MESSAGES[code])
    zh = template.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in params.items()})
    en = template.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in params.items()})
    return Problem(code, start, max(end, start), Text(zh, en), tuple(suggestions))


__all__ = ["MAX_PROBLEMS", "MESSAGES", "Problem", "Problems", "nearest", "problem"]
