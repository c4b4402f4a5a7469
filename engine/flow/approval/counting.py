"""What the signs of a task's signers come to: agreed, refused, or not yet. In integers and fractions, never floats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

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


def verdict(assignment: Assignment, tree: Tree, *, abstaining: bool = True) -> str | None:
    """`agree`, `refuse`, or None while it is open. A superior whom the task was escalated to decides in place of the signers. `abstaining`:
    whether the node lets people abstain, so that a vote is not over while that could still change it."""
    escalated = (i.sign for i in tree.items if i.kind == ESCALATION and i.status == DONE)
    decided = next((sign for sign in escalated if sign in (AGREE, REFUSE)), None)
    if decided is not None:
        return decided
    signed = [(item, tree.sign(item)) for item in tree.signers]
    return _MODES[assignment.mode](_Signed(assignment, tree, signed, abstaining))


@dataclass(frozen=True, slots=True)
class _Signed:
    """The signers with what each comes to, in their order."""

    assignment: Assignment
    tree: Tree
    each: Sequence[tuple[Item, str | None]]
    abstaining: bool

    @property
    def signs(self) -> list[str | None]:
        return [sign for _, sign in self.each]

    @property
    def slots(self) -> list[str | None]:
        """What those come to who stand alongside each other: a refusal refuses, and all must have a sign."""
        found: dict[int, list[str | None]] = {}
        for item, sign in self.each:
            found.setdefault(self.tree.top(item).id, []).append(sign)
        return [_together(signs) for signs in found.values()]


def _together(signs: Sequence[str | None]) -> str | None:
    return next((sign for sign in (REFUSE, None, AGREE) if sign in signs), ABSTAIN)


def _first(signs: Sequence[str | None]) -> str | None:
    """The first to agree or refuse decides; whoever abstains leaves it to the others."""
    decided = next((sign for sign in signs if sign in (AGREE, REFUSE)), None)
    return decided or _none_left(signs)


def _none_left(signs: Sequence[str | None]) -> str | None:
    """An approval that nobody gave is none."""
    return REFUSE if signs and None not in signs else None


def _any(signed: _Signed) -> str | None:
    return _first(signed.signs)


def _single(signed: _Signed) -> str | None:
    """One person decides, with whoever they brought in alongside."""
    return _first(signed.slots)


def _all(signed: _Signed) -> str | None:
    waits = signed.assignment.refusal == "wait" and None in signed.signs
    if REFUSE in signed.signs and not waits:
        return REFUSE
    if None in signed.signs:
        return None
    return AGREE if AGREE in signed.signs else _none_left(signed.signs)


def _sequence(signed: _Signed) -> str | None:
    together = _together(signed.signs)
    return _none_left(signed.signs) if together == ABSTAIN else together


# -- votes


def _vote(signed: _Signed) -> str | None:
    """What every way of voting that is left comes to, once somebody has voted."""
    vote = signed.assignment.vote or Vote("1/2")
    if any(item.veto and sign == REFUSE for item, sign in signed.each):
        return REFUSE
    if all(sign is None for sign in signed.signs):
        return None
    count = _Count(vote, signed)
    return next(iter(ends)) if len(ends := count.ends()) == 1 else None


class _Count:
    """The weights of the votes given, and what each of the others can still come to."""

    def __init__(self, vote: Vote, signed: _Signed) -> None:
        self.vote = vote
        weights = dict.fromkeys((AGREE, REFUSE, ABSTAIN, None), 0)
        for item, sign in signed.each:
            weights[sign] += item.weight
        self.agreed, self.refused, self.left = weights[AGREE], weights[REFUSE], weights[None]
        self.everybody = sum(weights.values())
        everything = (AGREE, REFUSE, ABSTAIN) if signed.abstaining else (AGREE, REFUSE)
        self.open: list[tuple[Item, Sequence[str]]] = []
        for item, sign in signed.each:
            if sign is None:
                own = signed.tree.own_sign(item)
                self.open.append((item, everything if own is None else (own, REFUSE)))
        self._pass_at, self._quorum = part_of(vote.pass_at), part_of(vote.quorum) if vote.quorum else None

    def ends(self) -> set[str]:
        """The verdicts that are still possible. Where everybody left is free and no tie can come, agreeing never does harm, so that the
        extremes tell; else every combination is looked at."""
        found = {REFUSE} if any(item.veto for item, _ in self.open) else set()
        is_free = all(AGREE in can for _, can in self.open)
        could_tie = self.vote.tie is not None and abs(self.agreed - self.refused) <= self.left
        every = self._ways() if could_tie or not is_free else iter(())
        for more, less in chain(self._extremes() if is_free else (), every):
            found.add(self._verdict(self.agreed + more, self.refused + less))
            if len(found) == 2:
                break
        return found

    def _extremes(self) -> Iterator[tuple[int, int]]:
        yield self.left, 0
        if any(item.veto for item, _ in self.open):
            return  # a veto that is used decides, and is no vote that could make a tie
        yield 0, self.left
        yield 0, sum(item.weight for item, can in self.open if ABSTAIN not in can)

    def _ways(self) -> Iterator[tuple[int, int]]:
        """How much more can agree and refuse, in every combination: for each sum that agrees, the sums that refuse, as the bits of a
        number. That a veto is used is a case of its own."""
        found = {0: 1}
        for item, can in self.open:
            further: dict[int, int] = {}
            for agreed, refused in found.items():
                if AGREE in can:
                    further[agreed + item.weight] = further.get(agreed + item.weight, 0) | refused
                if REFUSE in can and not item.veto:
                    further[agreed] = further.get(agreed, 0) | refused << item.weight
                if ABSTAIN in can:
                    further[agreed] = further.get(agreed, 0) | refused
            found = further
        for agreed, sums in found.items():
            yield from ((agreed, refused) for refused in range(sums.bit_length()) if sums >> refused & 1)

    def _verdict(self, agreed: int, refused: int) -> str:
        """When these are all the votes there are."""
        voted = agreed + refused
        if self._quorum is not None and not _reaches(self._quorum, voted, self.everybody):
            return REFUSE
        if self.vote.tie is not None and agreed == refused and agreed > 0:
            return AGREE if self.vote.tie == AGREE else REFUSE
        base = voted if self.vote.base == "voted" else self.everybody
        return AGREE if agreed > 0 and _reaches(self._pass_at, agreed, base) else REFUSE


def _reaches(wanted: tuple[Fraction, bool], votes: int, everybody: int) -> bool:
    number, is_part = wanted
    return votes >= (number * everybody if is_part else number)


_MODES: Mapping[str, Callable[[_Signed], str | None]] = {
    "one": _single,
    "any": _any,
    "claim": _single,
    "random": _single,
    "all": _all,
    "sequence": _sequence,
    "vote": _vote,
}
MODES = frozenset(_MODES)
