"""Words run together, as Chinese is written: `金额大于100元且状态为空` taken apart into what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from engine.language.synonyms import OPERATORS
from engine.language.words import EXPRESSION_WORDS

_LONGEST = 60
_VALUE = re.compile(r"\d+(?:\.\d+)?(?:元|微秒|毫秒|秒钟?|分钟|个?小时|天|周|个月|年|个?工作日|个?工作小时|工作分钟|%)?")
_CJK = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=1)
def _joints() -> dict[str, str]:
    """Chinese words between values, and what they are written as."""
    words = {word: word for word in EXPRESSION_WORDS if not word.isascii()}
    others = {word: meant for word, meant in OPERATORS.items() if _CJK.search(word) and word.isalpha()}
    return {**others, **words, "是": "=", "为": "=", "不是": "!=", "不为": "!="}


def taken_apart(name: str, knows: Callable[[str], bool]) -> str | None:
    """`状态为空` as `状态 为空`: the name in pieces that are known, words between values and values; None when it has none."""
    if not _CJK.search(name) or len(name) > _LONGEST:
        return None
    pieces = _pieces(name, knows)
    if pieces is None or not any(kind == "joint" for kind, _ in pieces) or len(pieces) < 2:
        return None
    return " ".join(written for _, written in pieces)


def joined_at_end(name: str, knows: Callable[[str], bool]) -> str | None:
    """`金额大于`, in front of a number: in pieces of which the last goes between values; None when it is none."""
    if len(name) > _LONGEST:
        return None
    pieces = _pieces(name, knows)
    return " ".join(written for _, written in pieces) if pieces and pieces[-1][0] == "joint" else None


def _pieces(name: str, knows: Callable[[str], bool]) -> list[tuple[str, str]] | None:
    """The fewest pieces that make up a name; names and values do not stand side by side."""
    best: list[list[tuple[str, str]] | None] = [[], *[None] * len(name)]
    for end in range(1, len(name) + 1):
        for start in range(end):
            before = best[start]
            kind = _kind(name[start:end], knows) if before is not None else None
            if before is None or kind is None or (before and before[-1][0] == kind[0] == "value"):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = [*before, kind]
    return best[-1]


def _kind(piece: str, knows: Callable[[str], bool]) -> tuple[str, str] | None:
    joint = _joints().get(piece)
    if joint is not None:
        return "joint", joint
    return ("value", piece) if _VALUE.fullmatch(piece) or knows(piece) else None


def at_its_ends(name: str) -> tuple[str, str, str] | None:
    """A name, of which nothing is known, with a Chinese word at its end or beginning: what stands before it, the word as it is
    written here, what stands after it."""
    words = sorted((word for word in _joints() if len(word) < len(name)), key=len, reverse=True)
    for word in words:
        if name.endswith(word):
            return name[: -len(word)], _joints()[word], ""
        if name.startswith(word) and len(word) > 1:
            return "", _joints()[word], name[len(word) :]
    return None
