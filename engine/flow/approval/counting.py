"""What the signs of a task's signers come to: agreed, refused, or not yet. In integers and fractions, never floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from engine.definitions import Assignment, Vote
from engine.flow.approval.items import ABSTAIN, AGREE, DONE, ESCALATION, REFUSE, Item, Tree


def part_of(text: str) -> tuple[Fraction, bool]:
    """The number that a threshold says, and whether it is a part of the whole: `2/3` and `60%` are, `3` is not. Raises ValueError."""
    written = text.strip()
    try:
        if written.endswith("%"):
            number, is_part = Fraction(written[:-1].strip()) / 100, True
        else:
            number, is_part = Fraction(written), "/" in written
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{text!r} is not a part such as 2/3 or 60%, nor a number of votes") from error
    if number < 0 or (is_part and number > 1) or (not is_part and number.denominator != 1):
        raise ValueError(f"{text!r} is neither a part of a whole nor a whole number")
    return number, is_part


def verdict(assignment: Assignment, tree: Tree) -> str | None:
    """`agree`, `refuse`, or None while it is open. A superior whom the task was escalated to decides in place of the signers."""
    escalated = next((i.sign for i in tree.items if i.kind == ESCALATION and i.status == DONE and i.sign), None)
    if escalated is not None:
        return _as_verdict(escalated)
    signers = tree.signers()
    return _MODES[assignment.mode](assignment, [(item, tree.sign(item)) for item in signers])


def _as_verdict(sign: str) -> str:
    return REFUSE if sign == REFUSE else AGREE


Signed = Sequence[tuple[Item, str | None]]


def _first(_: Assignment, signed: Signed) -> str | None:
    """The first sign decides; somebody's abstaining leaves it to the others, unless there is nobody else."""
    given = [sign for _, sign in signed if sign is not None]
    decided = next((sign for sign in given if sign != ABSTAIN), None)
    if decided is not None:
        return decided
    return AGREE if signed and len(given) == len(signed) else None


def _all(assignment: Assignment, signed: Signed) -> str | None:
    refused = any(sign == REFUSE for _, sign in signed)
    if refused and assignment.refusal == "at_once":
        return REFUSE
    if any(sign is None for _, sign in signed):
        return None
    return REFUSE if refused else AGREE


def _sequence(_: Assignment, signed: Signed) -> str | None:
    if any(sign == REFUSE for _, sign in signed):
        return REFUSE
    return None if any(sign is None for _, sign in signed) else AGREE


def _vote(assignment: Assignment, signed: Signed) -> str | None:
    vote = assignment.vote or Vote("1/2")
    if any(item.veto and sign == REFUSE for item, sign in signed):
        return REFUSE
    count = _Count(signed)
    if not _reaches(vote.quorum, count.voted + count.left, count.everybody):
        return REFUSE
    has_quorum = _reaches(vote.quorum, count.voted, count.everybody)
    veto_left = any(item.veto and sign is None for item, sign in signed)
    worst, best = (count.agreed, count.refused + count.left), (count.agreed + count.left, count.refused)
    if not count.left:
        return AGREE if _passes(vote, *best, count) else REFUSE
    if has_quorum and not veto_left and _is_certain(vote, count, AGREE) and _reached(vote, *worst, count):
        return AGREE
    if _is_certain(vote, count, REFUSE) and not _reached(vote, *best, count):
        return REFUSE
    return None


def _is_certain(vote: Vote, count: _Count, sign: str) -> bool:
    """Whether no tie can come any more that would say otherwise."""
    could_tie = abs(count.agreed - count.refused) <= count.left
    return vote.tie is None or vote.tie == sign or not could_tie


class _Count:
    """Weights of the votes, by what they are."""

    def __init__(self, signed: Signed) -> None:
        weights: dict[str | None, int] = {AGREE: 0, REFUSE: 0, ABSTAIN: 0, None: 0}
        for item, sign in signed:
            weights[sign] += item.weight
        self.agreed, self.refused, self.abstained, self.left = (
            weights[AGREE], weights[REFUSE], weights[ABSTAIN], weights[None],
        )  # fmt: skip
        self.everybody = sum(weights.values())

    @property
    def voted(self) -> int:
        """Whoever gave a sign, abstaining too."""
        return self.agreed + self.refused + self.abstained


def _reaches(wanted: str | None, votes: int, everybody: int) -> bool:
    if wanted is None:
        return True
    number, is_part = part_of(wanted)
    return votes >= (number * everybody if is_part else number)


def _passes(vote: Vote, agreed: int, refused: int, count: _Count) -> bool:
    """Whether it passes when these are all the votes there are."""
    if vote.tie is not None and agreed == refused and agreed > 0:
        return vote.tie == AGREE
    return _reached(vote, agreed, refused, count)


def _reached(vote: Vote, agreed: int, refused: int, count: _Count) -> bool:
    """Whether so many agreed as must."""
    base = agreed + refused if vote.base == "voted" else count.everybody
    number, is_part = part_of(vote.pass_at)
    return agreed > 0 and agreed >= (number * base if is_part else number)


_MODES: Mapping[str, Callable[[Assignment, Signed], str | None]] = {
    "one": _first,
    "any": _first,
    "claim": _first,
    "random": _first,
    "all": _all,
    "sequence": _sequence,
    "vote": _vote,
}
MODES = frozenset(_MODES)
