"""A few co-signers at once; `python -m tests.approval_race` is the same with two hundred."""

from __future__ import annotations

from tests.approval_race.ground import ground
from tests.approval_race.racing import race


def test_co_signers_at_once() -> None:
    with ground(12) as ready:
        results = [race(ready, mode, seed=1) for mode in ("all", "vote", "any", "claim")]
    assert [(each.mode, list(each.wrong), each.retried) for each in results if not each.is_well] == []
