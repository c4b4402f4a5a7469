"""Work items: each person's part in a user task, as a tree, and what their decisions come to.

The roots are the signers. Somebody added before or after an item hangs on it, and so do the person it was delegated to and the agents who may act for
its owner. Somebody added alongside stands where the item stands that they were added to: beside a signer they are one too, beside somebody who
signs before or after another they sign before or after that one too. Items that stand alongside each other are one slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

#: Statuses. waiting: not yet their turn; open; done; skipped: decided without them; moved: handed to somebody else; removed.
WAITING, OPEN, DONE, SKIPPED, MOVED, REMOVED = "waiting", "open", "done", "skipped", "moved", "removed"
#: Kinds.
ASSIGNEE, BEFORE, AFTER, ALONGSIDE = "assignee", "before", "after", "alongside"
DELEGATE, AGENT, ESCALATION = "delegate", "agent", "escalation"
#: What an outcome counts as.
AGREE, REFUSE, ABSTAIN = "agree", "refuse", "abstain"

#: Kinds whose signs are counted, by themselves or with the item they hang on.
SIGNING = frozenset({ASSIGNEE, BEFORE, AFTER, ALONGSIDE})
#: Kinds that one person adds to a task for another to sign.
ADDED = frozenset({BEFORE, AFTER, ALONGSIDE})


@dataclass(frozen=True, slots=True)
class Item:
    """`id` is its number in the task. `sign` is what its outcome counts as. `parent` is the item it was added to, delegated by, acts for, or
    (alongside, or after a transfer) was given by. `owner` is whom the responsibility was first with. `reason` says why it was decided automatically.
    `veto`: its refusal decides a vote. `alone` of an agent's: only they act, not the owner."""

    id: int
    user: str
    status: str = OPEN
    kind: str = ASSIGNEE
    outcome: str | None = None
    sign: str | None = None
    weight: int = 1
    parent: int | None = None
    owner: str | None = None
    reason: str | None = None
    veto: bool = False
    alone: bool = False

    @property
    def counts(self) -> bool:
        """Whether it still has a say."""
        return self.status not in (MOVED, REMOVED)


class Tree:
    """The items of a task, in their order. An item comes to one sign with everybody added to it; a refusal among them is its refusal."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self._by_id = {item.id: item for item in items}
        self._signs: dict[int, str | None] = {}
        #: With those moved and removed: somebody may stand alongside them who has signed.
        self._below: dict[int, list[Item]] = {}
        for item in items:
            if item.parent is not None:
                self._below.setdefault(item.parent, []).append(item)

    def parent(self, item: Item) -> Item | None:
        """What the item hangs on, or stands beside."""
        return self._by_id.get(item.parent) if item.parent is not None else None

    def below(self, item: Item, *kinds: str) -> list[Item]:
        """What was added to an item directly, and has a say."""
        return [each for each in self._all_below(item) if each.kind in kinds and each.counts]

    def _all_below(self, item: Item) -> Sequence[Item]:
        return self._below.get(item.id, ())

    def top(self, item: Item) -> Item:
        """The first of those who stand alongside each other: the item that says where all of them stand."""
        while item.kind == ALONGSIDE and (beside := self.parent(item)) is not None:
            item = beside
        return item

    def host(self, item: Item) -> Item | None:
        """The item that somebody added before or after signs for; None of a signer."""
        top = self.top(item)
        return self.parent(top) if top.kind in (BEFORE, AFTER) else None

    def signer(self, item: Item) -> Item:
        """The signer that an item hangs on, however deep."""
        while (above := self.parent(item)) is not None:
            item = above
        return item

    @cached_property
    def signers(self) -> tuple[Item, ...]:
        """Those whose signs are counted."""
        return tuple(i for i in self.items if i.counts and i.kind in SIGNING and self.top(i).kind == ASSIGNEE)

    def own_sign(self, item: Item) -> str | None:
        """What the item's person, or an agent of theirs, decided."""
        if item.sign is not None and item.status == DONE:
            return item.sign
        acted = (each.sign for each in self.below(item, AGENT) if each.status == DONE and each.sign is not None)
        return next(acted, None)

    def sign(self, item: Item) -> str | None:
        """What the item comes to with everybody who signs before and after it."""
        if item.id not in self._signs:
            self._signs[item.id] = self._sign(item)
        return self._signs[item.id]

    def _sign(self, item: Item) -> str | None:
        before = self._hung(item, BEFORE)
        if REFUSE in before or None in before:
            return REFUSE if REFUSE in before else None
        own = self.own_sign(item)
        if own is None or own == REFUSE:
            return own
        after = self._hung(item, AFTER)
        if REFUSE in after or None in after:
            return REFUSE if REFUSE in after else None
        return own

    def _hung(self, item: Item, kind: str) -> list[str | None]:
        """What those come to who sign before (or after) an item, with whoever was added alongside them."""
        found: list[str | None] = []
        level = [each for each in self._all_below(item) if each.kind == kind]
        while level:
            found += [self.sign(each) for each in level if each.counts]
            level = [other for each in level for other in self._all_below(each) if other.kind == ALONGSIDE]
        return found

    def is_due(self, item: Item) -> bool:
        """Whether an item has still something to sign and its place has come: before its host decides, or after it agreed or abstained;
        the order of the signers left aside."""
        host = self.host(item)
        if self.sign(item) is not None or self.own_sign(item) is not None:
            return False
        if host is None:
            return True
        if self.sign(host) is not None:
            return False
        return self.own_sign(host) is not None if self.top(item).kind == AFTER else self.is_due(host)

    def advises(self, item: Item) -> bool:
        """Whether what the item's person says goes to whoever delegated to them: their own word, or an agent's in their place."""
        asked = self.parent(item) if item.kind == AGENT else item
        return asked is not None and asked.kind == DELEGATE

    def is_held(self, item: Item) -> bool:
        """Whether somebody is asked first: added before, or delegated to."""
        delegated = any(each.status in (OPEN, WAITING) for each in self.below(item, DELEGATE))
        return delegated or None in self._hung(item, BEFORE)
