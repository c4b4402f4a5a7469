"""Why a condition is not true: the smallest honest reasons, as sentences in both languages, from its explained parts."""

from __future__ import annotations

import datetime as dt

from engine.definitions import Text
from engine.language.explain import Part


def reasons(part: Part, zone: dt.tzinfo) -> tuple[Text, ...]:
    """The reasons, each a sentence."""
    return ()
