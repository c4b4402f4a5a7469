"""What somebody may have meant: the names that look most like what was written, or have its pinyin initials."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from engine.language.pinyin import initials

#: Longer words are not compared letter by letter.
_LONGEST = 40


def nearest(name: str, candidates: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The candidates that look most like `name`, best first."""
    written = _folded(name)
    if not written or len(written) > _LONGEST:
        return ()
    ranked: dict[str, tuple[float, int]] = {}
    for place, candidate in enumerate(dict.fromkeys(candidates)):
        far = _far(written, _folded(candidate))
        if far is not None:
            ranked[candidate] = (far, place)
    best = sorted(ranked, key=lambda each: ranked[each])
    closest = ranked[best[0]][0] if best else 0
    return tuple(each for each in best if ranked[each][0] <= closest + 1)[:count]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip("` ").lower().replace("_", "").replace(" ", "")


def _far(written: str, candidate: str) -> float | None:
    """How far a candidate is from what was written; None when it is out of the question."""
    if written == candidate:
        return 0
    if len(written) > 1 and (candidate.startswith(written) or (written.startswith(candidate) and len(candidate) > 2)):
        return 1
    if written.isascii() and not candidate.isascii() and len(written) > 1 and initials(candidate).startswith(written):
        return 1.5
    longest = max(len(written), len(candidate))
    steps = edits(written, candidate, max(1, longest // 3 if written.isascii() else longest // 2))
    if steps is not None and steps < len(written):
        return 1 + steps / 2
    inside = len(written) > (2 if written.isascii() else 1) and written in candidate
    return 2.5 if inside else None


def edits(one: str, other: str, most: int) -> int | None:
    """Letters to add, drop, change or swap with the next; None when they are more than `most`."""
    if abs(len(one) - len(other)) > most or len(other) > _LONGEST:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                steps = min(steps, older[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
