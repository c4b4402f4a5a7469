"""Votes against every way the rest could still vote, and what a threshold may be."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import Assignment, Candidate, Vote
from engine.flow.approval.counting import part_of, verdict
from engine.flow.approval.items import ABSTAIN, AGREE, DONE, OPEN, REFUSE, Item, Tree

_PARTS = ("1/2", "2/3", "60%", "2", "100%", "1/3", "1", "5")


@pytest.mark.parametrize(
    ("text", "number", "is_part"),
    [
        ("2/3", Fraction(2, 3), True),
        ("60%", Fraction(3, 5), True),
        ("33.3%", Fraction(333, 1000), True),
        (" 3 ", Fraction(3), False),
    ],
)
def test_a_threshold_is_a_part_or_a_number(text: str, number: Fraction, is_part: bool) -> None:
    assert part_of(text) == (number, is_part)


@pytest.mark.parametrize("text", ["", "x", "3/2", "101%", "-1", "1.5", "1/0", "%", "1/2/3"])
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"part|number"):
        part_of(text)


@st.composite
def _votes(draw: st.DrawFn) -> tuple[Vote, list[Item], bool]:
    vote = Vote(
        draw(st.sampled_from(_PARTS)),
        draw(st.sampled_from(("all", "voted"))),
        draw(st.none() | st.sampled_from(_PARTS)),
        tie=draw(st.none() | st.sampled_from((AGREE, REFUSE))),
    )
    abstaining = draw(st.booleans())
    signs = st.sampled_from((None, None, AGREE, REFUSE, *((ABSTAIN,) if abstaining else ())))
    items = []
    for number in range(draw(st.integers(1, 5))):
        sign = draw(signs)
        weight, veto = draw(st.integers(1, 4)), draw(st.integers(0, 5)) == 0
        items.append(Item(number + 1, f"u{number}", DONE if sign else OPEN, sign=sign, weight=weight, veto=veto))
    return vote, items, abstaining


def _final(vote: Vote, items: list[Item], signs: tuple[str, ...]) -> str:
    """When everybody has signed so."""
    if any(item.veto and sign == REFUSE for item, sign in zip(items, signs, strict=True)):
        return REFUSE
    of = {
        kind: sum(i.weight for i, s in zip(items, signs, strict=True) if s == kind) for kind in (AGREE, REFUSE, ABSTAIN)
    }
    voted, everybody = of[AGREE] + of[REFUSE], sum(of.values())
    if vote.quorum is not None and voted < _of(vote.quorum, everybody):
        return REFUSE
    if vote.tie is not None and of[AGREE] == of[REFUSE] > 0:
        return vote.tie
    return (
        AGREE if of[AGREE] and of[AGREE] >= _of(vote.pass_at, voted if vote.base == "voted" else everybody) else REFUSE
    )


def _of(text: str, whole: int) -> Fraction:
    number, is_part = part_of(text)
    return number * whole if is_part else number


@settings(max_examples=600, deadline=None)
@given(_votes())
def test_a_vote_is_over_exactly_when_no_other_end_is_possible(drawn: tuple[Vote, list[Item], bool]) -> None:
    vote, items, abstaining = drawn
    choices = (AGREE, REFUSE, ABSTAIN) if abstaining else (AGREE, REFUSE)
    ends = {_final(vote, items, signs) for signs in product(*((i.sign,) if i.sign else choices for i in items))}
    wanted = ends.pop() if len(ends) == 1 and any(item.sign for item in items) else None
    found = verdict(Assignment((Candidate(role="x"),), "vote", vote=vote), Tree(items), abstaining=abstaining)
    assert found == wanted


def test_a_veto_that_is_still_open_makes_no_tie() -> None:
    """Two agree, one refuses, and all must: whatever whoever holds the veto does, it is refused."""
    signs = ("agree", "agree", "refuse")
    done = [Item(n, f"u{n}", status="done", outcome=sign, sign=sign) for n, sign in enumerate(signs, 1)]
    vote = Vote("100%", base="voted", quorum="2", tie="agree")
    assert verdict(Assignment((), mode="vote", vote=vote), Tree((*done, Item(4, "u4", veto=True)))) == "refuse"
