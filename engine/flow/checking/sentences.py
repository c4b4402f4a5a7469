"""What a problem of a flow is told with: the reason, and the way to mend it."""

from __future__ import annotations

from typing import NamedTuple

from engine.definitions import Text


class Sentence(NamedTuple):
    """The reason, and the way to mend it."""

    reason: Text
    mending: Text


def sentence(zh: str, en: str, mend_zh: str, mend_en: str) -> Sentence:
    """What is wrong and how to mend it, in Chinese and English."""
    return Sentence(Text(zh, en), Text(mend_zh, mend_en))


def unknown(zh: str, en: str) -> Sentence:
    """A name that nothing has."""
    return sentence(
        f"没有{zh}“{{key}}”",
        f"There is no {en} “{{key}}”",
        f"换成已有的{zh}，或先建一个",
        f"Name a {en} that exists, or make it first",
    )
