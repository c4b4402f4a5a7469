"""Circles and chains of agents count only where all of them hold at one moment and for one flow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.agents.chains import Scope, Standing, circle, longest

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
ANN, BOB, CID, DAN, EVE = (UUID(int=number) for number in range(1, 6))


def stand(principal: UUID, agent: UUID, *flows: str, week: int | None = None) -> Standing:
    """For one week, or from Monday without end; in these flows, or in all."""
    starts = MONDAY if week is None else MONDAY + week * WEEK
    ends = None if week is None else starts + WEEK
    return Standing(principal, agent, Scope(starts, ends, frozenset(flows) or None))


def test_two_who_stand_in_for_each_other_close_a_circle() -> None:
    assert circle([stand(BOB, ANN)], stand(ANN, BOB)) == (ANN, BOB, ANN)
    assert circle([stand(BOB, CID), stand(CID, ANN)], stand(ANN, BOB)) == (ANN, BOB, CID, ANN)


def test_in_different_weeks_or_flows_they_may() -> None:
    assert circle([stand(BOB, ANN, week=1)], stand(ANN, BOB, week=0)) is None
    assert circle([stand(BOB, ANN, week=0)], stand(ANN, BOB, week=0)) is not None
    assert circle([stand(BOB, ANN, "leave")], stand(ANN, BOB, "orders")) is None
    assert circle([stand(BOB, ANN, "leave")], stand(ANN, BOB)) is not None


def test_a_circle_must_hold_as_a_whole_at_one_moment() -> None:
    others = [stand(BOB, CID, week=0), stand(CID, ANN, week=1)]
    assert circle(others, stand(ANN, BOB)) is None


def test_windows_that_touch_do_not_overlap() -> None:
    assert stand(ANN, BOB, week=0).scope.meet(stand(ANN, BOB, week=1).scope) is None


def test_the_longest_chain_goes_both_ways_from_the_new_one() -> None:
    others = [stand(ANN, BOB), stand(CID, DAN), stand(DAN, EVE, week=3)]
    assert longest(others, stand(BOB, CID)) == (ANN, BOB, CID, DAN, EVE)
    assert longest(others, stand(BOB, CID, week=0)) == (ANN, BOB, CID, DAN)
    assert longest([], stand(ANN, BOB)) == (ANN, BOB)


def test_chains_end_where_a_circle_begins() -> None:
    """Circles are refused elsewhere; here they only must not hang."""
    others = [stand(BOB, CID), stand(CID, BOB), stand(DAN, ANN), stand(ANN, DAN)]
    assert len(longest(others, stand(ANN, BOB))) <= 5
