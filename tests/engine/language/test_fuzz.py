"""Two thousand broken texts: nothing fails, nothing hangs, every problem has its place, and suggestions leave nothing worse."""

from __future__ import annotations

from tests.engine.language.fuzz import MOST_SECONDS, run


def test_broken_texts_do_no_harm() -> None:
    found = run(2000, 7)
    assert found.complaints == []
    assert found.accepted > 50
    assert found.slowest[0] < MOST_SECONDS
