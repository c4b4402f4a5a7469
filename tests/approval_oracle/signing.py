"""One task as a bag of facts: who is asked, who signed what, who was added below whom.

Nothing is kept up to date here: whose turn it is, what is settled and whether it is decided are found out anew from the facts each time
somebody asks, by trying every way the rest could still sign. Written from flows.md and the definitions' own words; it shares no
code with the interpreter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

AGREE, REFUSE, ABSTAIN = "agree", "refuse", "abstain"
#: Kinds of parts: found for the task; added; asked by somebody who decides afterwards; given it beside somebody (a superior).
FOUND, BEFORE, AFTER, ALONGSIDE, DELEGATE, ESCALATED = (
    "assignee",
    "before",
    "after",
    "alongside",
    "delegate",
    "escalation",
)
ADDED = (BEFORE, AFTER, ALONGSIDE)
SIGNING = (FOUND, *ADDED)


@dataclass
class Part:
    """One person's part. `gone` is moved or removed; `agents` act for `user`, who may not where `only_agents`. `by` signed it, as the `at`th to sign;
    `former`: whose it was before. `stands`: it was signed before somebody else took theirs back. `followed`: somebody has acted on its sign."""

    user: str
    kind: str = FOUND
    parent: int | None = None
    weight: int = 1
    veto: bool = False
    agents: tuple[str, ...] = ()
    only_agents: bool = False
    sign: str | None = None
    by: str | None = None
    gone: str | None = None
    automatic: bool = False
    former: tuple[str, ...] = ()
    at: int = 0
    stands: bool = False
    followed: bool = False


@dataclass(frozen=True)
class Rules:
    """How the signs make a decision. `pass_at` and `quorum` as of Vote."""

    mode: str
    wait: bool = False
    pass_at: str = "1"
    base: str = "all"
    quorum: str | None = None
    tie: str | None = None
    abstaining: bool = False


Signs = Mapping[int, str]


@dataclass
class Board:
    """The facts of a task. `claimed` is the part that took it from its group. `verdict` once it is over."""

    rules: Rules
    parts: list[Part] = field(default_factory=list)
    claimed: int | None = None
    verdict: str | None = None

    @property
    def signs(self) -> Signs:
        return {i: part.sign for i, part in enumerate(self.parts) if part.sign is not None}

    def stands(self, index: int) -> tuple[str, int | None]:
        """Where a part stands: among the people found, or before or after another part. Beside somebody is where that one stands."""
        part = self.parts[index]
        if part.kind == ALONGSIDE and part.parent is not None:
            return self.stands(part.parent)
        return part.kind, part.parent

    def standing(self, kind: str, at: int | None) -> list[int]:
        found = (i for i, part in enumerate(self.parts) if not part.gone and part.kind in SIGNING)
        return [i for i in found if self.stands(i) == (kind, at)]

    def signers(self) -> list[int]:
        return self.standing(FOUND, None)

    def slot(self, index: int) -> int:
        """The person found whom somebody was brought in by, however deep."""
        while (parent := self.parts[index].parent) is not None:
            index = parent
        return index

    def comes_to(self, index: int, signs: Signs) -> str | None:
        """A part together with those who sign before and after it: a refusal among them is its refusal, and it waits for them."""
        before = [self.comes_to(i, signs) for i in self.standing(BEFORE, index)]
        own = signs.get(index)
        after = [self.comes_to(i, signs) for i in self.standing(AFTER, index)]
        if REFUSE in before:
            return REFUSE
        if None in before or own in (None, REFUSE):
            return None if None in before else own
        if REFUSE in after:
            return REFUSE
        return None if None in after else own

    def due(self, index: int) -> bool:
        """Whether the place of a part has come, whoever is asked before it."""
        if self.parts[index].gone or index in self.signs or self.comes_to(index, self.signs) is not None:
            return False
        kind, host = self.stands(index)
        if host is None:
            return self._in_turn(index)
        if self.comes_to(host, self.signs) is not None:
            return False
        return host in self.signs if kind == AFTER else self.due(host)

    def _in_turn(self, index: int) -> bool:
        slot = self.slot(index)
        if self.claimed is not None:
            return slot == self.slot(self.claimed)
        if self.rules.mode != "sequence":
            return True
        earlier = [i for i in self.signers() if self.slot(i) < slot]
        return all(self.comes_to(i, self.signs) is not None for i in earlier)

    def is_open(self, index: int) -> bool:
        part = self.parts[index]
        if self.verdict is not None or part.gone or part.sign is not None:
            return False
        if part.kind == ESCALATED:
            return True
        if part.kind == DELEGATE:
            assert part.parent is not None
            return self.due(part.parent)
        delegated = [p for p in self.parts if p.kind == DELEGATE and p.parent == index and not p.gone]
        before = [self.comes_to(i, self.signs) for i in self.standing(BEFORE, index)]
        return self.due(index) and None not in before and all(p.sign for p in delegated)

    def is_waiting(self, index: int) -> bool:
        part = self.parts[index]
        return self.verdict is None and part.sign is None and not part.gone and not self.is_open(index)

    def actors(self, index: int) -> tuple[str, ...]:
        """Who may act on a part when it is open."""
        part = self.parts[index]
        return part.agents if part.only_agents else (part.user, *part.agents)

    def open_for(self, user: str) -> list[int]:
        """What somebody can act on: their own before what they do for others."""
        found = [i for i in range(len(self.parts)) if self.is_open(i) and user in self.actors(i)]
        return sorted(found, key=lambda i: self.parts[i].user != user)

    # -- taking back

    def sign(self, index: int, sign: str, by: str) -> None:
        part = self.parts[index]
        part.sign, part.by, part.at = sign, by, 1 + max(each.at for each in self.parts)

    def acts(self, index: int) -> None:
        """The person of an open part does something: on those signs they act without which it would not be their turn."""
        for other, part in enumerate(self.parts):
            if part.sign is not None and not self._is_open_without(other, index):
                part.followed = True

    def _is_open_without(self, signed: int, index: int) -> bool:
        part = self.parts[signed]
        sign, part.sign = part.sign, None
        found = self.is_open(index)
        part.sign = sign
        return found

    def signed_by(self, user: str) -> list[int]:
        """What somebody signed, or an agent for them, the last first."""
        given = (i for i, part in enumerate(self.parts) if part.sign and (part.stands or not part.automatic))
        mine = [i for i in given if user in (self.parts[i].user, self.parts[i].by)]
        return sorted(mine, key=lambda i: (self.parts[i].at, i), reverse=True)

    def can_take_back(self, index: int) -> bool:
        """Nobody has acted on the sign, and there would be a place for another one."""
        return not self.parts[index].followed and self._is_open_without(index, index)

    def take_back(self, index: int) -> None:
        part = self.parts[index]
        part.sign, part.by, part.automatic, part.stands, part.at = None, None, False, False, 0

    # -- the decision

    def decision(self) -> str | None:
        """The verdict that the facts have made certain, or None."""
        above = [p.sign for p in self.parts if p.kind == ESCALATED and p.sign in (AGREE, REFUSE)]
        return above[0] if above else _DECIDED[self.rules.mode](self)


def _signs(board: Board) -> list[str | None]:
    return [board.comes_to(i, board.signs) for i in board.signers()]


def _everybody(board: Board) -> str | None:
    signs = _signs(board)
    if REFUSE in signs and not (board.rules.wait and None in signs):
        return REFUSE
    if None in signs or not signs:
        return None
    return AGREE if AGREE in signs else REFUSE


def _first(board: Board) -> str | None:
    signs = _signs(board)
    if REFUSE in signs or AGREE in signs:
        return REFUSE if REFUSE in signs else AGREE
    return None if None in signs or not signs else REFUSE


def _one_of_group(board: Board) -> str | None:
    """Whoever decides for the group, with those they brought in beside them; all of these must have signed."""
    slots = {board.slot(i) for i in board.signers()}
    if not slots:
        return None
    verdicts: list[str | None] = []
    for slot in slots:
        signs = [board.comes_to(i, board.signs) for i in board.signers() if board.slot(i) == slot]
        if REFUSE in signs:
            return REFUSE
        if None in signs:
            verdicts.append(None)
        else:
            verdicts.append(AGREE if AGREE in signs else ABSTAIN)
    if AGREE in verdicts:
        return AGREE
    return None if None in verdicts else REFUSE


def _voted(board: Board) -> str | None:
    if all(sign is None for sign in _signs(board)):
        return None
    possible = [[(i, sign) for sign in _possible(board, i)] for i in board.signers()]
    found = {_tally(board, dict(signs)) for signs in product(*possible)}
    return found.pop() if len(found) == 1 else None


def _possible(board: Board, index: int) -> set[str]:
    """All that a signer can still come to: every way to sign of the part and of those before and after it."""
    concerned = [index]
    for part in concerned:
        concerned += [i for kind in (BEFORE, AFTER) for i in board.standing(kind, part)]
    left = [i for i in concerned if i not in board.signs]
    choices = (AGREE, REFUSE, ABSTAIN) if board.rules.abstaining else (AGREE, REFUSE)
    completions = (
        {**board.signs, **dict(zip(left, signs, strict=True))} for signs in product(choices, repeat=len(left))
    )
    return {sign for completion in completions if (sign := board.comes_to(index, completion)) is not None}


def _tally(board: Board, signs: Mapping[int, str]) -> str:
    if any(sign == REFUSE and board.parts[i].veto for i, sign in signs.items()):
        return REFUSE
    agreed, refused, abstained = (_weight(board, signs, sign) for sign in (AGREE, REFUSE, ABSTAIN))
    total, voted, rules = agreed + refused + abstained, agreed + refused, board.rules
    if rules.quorum is not None and voted < _needed(rules.quorum, total):
        return REFUSE
    if rules.tie is not None and agreed == refused and voted:
        return rules.tie
    base = total if rules.base == "all" else voted
    return AGREE if agreed and agreed >= _needed(rules.pass_at, base) else REFUSE


def _weight(board: Board, signs: Mapping[int, str], sign: str) -> int:
    return sum(board.parts[i].weight for i, given in signs.items() if given == sign)


def _needed(text: str, base: int) -> Fraction:
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100 * base
    return Fraction(text) * base if "/" in text else Fraction(text)


def votes_needed(rules: Rules) -> int:
    """How many votes one person needs who stands in for everybody."""
    wanted = [text for text in (rules.pass_at, rules.quorum) if text and rules.mode == "vote"]
    return max([1, *(int(text) for text in wanted if text.isdigit())])


_DECIDED = {
    "one": _one_of_group,
    "random": _one_of_group,
    "claim": _one_of_group,
    "any": _first,
    "all": _everybody,
    "sequence": _everybody,
    "vote": _voted,
}


def once(people: Sequence[Part]) -> list[Part]:
    """Each person once, where they were first; with a veto where they were found with one."""
    kept: dict[str, Part] = {}
    for part in people:
        same = kept.setdefault(part.user, part)
        same.veto = same.veto or part.veto
    return list(kept.values())
