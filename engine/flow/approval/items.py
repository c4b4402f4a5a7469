"""Work items: each person's part in a user task, as a tree, and what their decisions come to.

The roots are the signers. Somebody added before or after an item hangs on it, and so do the person it was delegated to and the agents who may act for
its owner; somebody added alongside is a signer too, and only remembers who added them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Statuses. waiting: not yet their turn; open; done; skipped: decided without them; moved: handed to somebody else; removed.
WAITING, OPEN, DONE, SKIPPED, MOVED, REMOVED = "waiting", "open", "done", "skipped", "moved", "removed"
#: Kinds.
ASSIGNEE, BEFORE, AFTER, ALONGSIDE = "assignee", "before", "after", "alongside"
DELEGATE, AGENT, ESCALATION = "delegate", "agent", "escalation"
#: What an outcome counts as.
AGREE, REFUSE, ABSTAIN = "agree", "refuse", "abstain"

SIGNERS = frozenset({ASSIGNEE, ALONGSIDE})


@dataclass(frozen=True, slots=True)
class Item:
    """`id` is its number in the task. `sign` is what its outcome counts as. `parent` is the item it was added to, delegated by, acts for, or
    (alongside, or after a transfer) was given by. `owner` is whom the responsibility was first with. `reason` says why it was decided automatically.
    `veto`: its refusal decides a vote."""

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

    @property
    def counts(self) -> bool:
        """Whether it still has a say."""
        return self.status not in (MOVED, REMOVED)


@dataclass(frozen=True, slots=True)
class Tree:
    """The items of a task, in their order."""

    items: Sequence[Item]

    def signers(self) -> list[Item]:
        """Those whose signs are counted."""
        return [item for item in self.items if item.kind in SIGNERS and item.counts]

    def below(self, item: Item, *kinds: str) -> list[Item]:
        """What hangs on an item."""
        return [each for each in self.items if each.parent == item.id and each.kind in kinds and each.counts]

    def own_sign(self, item: Item) -> str | None:
        """What the item's person, or an agent of theirs, decided."""
        if item.sign is not None and item.status == DONE:
            return item.sign
        acted = (each.sign for each in self.below(item, AGENT) if each.status == DONE and each.sign is not None)
        return next(acted, None)

    def sign(self, item: Item) -> str | None:
        """What the item comes to with everybody added to it: their refusal is its refusal, and it waits for them."""
        before = [self.sign(each) for each in self.below(item, BEFORE)]
        if REFUSE in before:
            return REFUSE
        if None in before:
            return None
        own = self.own_sign(item)
        if own is None or own == REFUSE:
            return own
        after = [self.sign(each) for each in self.below(item, AFTER)]
        if REFUSE in after:
            return REFUSE
        return None if None in after else own

    def may_act(self, item: Item) -> bool:
        """Whether everything that must come before the item has, apart from the order of the signers."""
        if self.own_sign(item) is not None:
            return False
        if any(self.sign(each) is None for each in self.below(item, BEFORE)):
            return False
        if any(each.status != DONE for each in self.below(item, DELEGATE)):
            return False
        parent = self.parent(item)
        if item.kind in (BEFORE, AFTER):
            if parent is None or (item.kind == AFTER and self.own_sign(parent) in (None, REFUSE)):
                return False
            return item.kind == AFTER or self._is_turn_of_parent(parent)
        return True

    def _is_turn_of_parent(self, parent: Item) -> bool:
        above = self.parent(parent)
        return parent.kind in SIGNERS or above is None or self.may_act_but_for_added(parent)

    def may_act_but_for_added(self, item: Item) -> bool:
        """Whether it would be the item's turn if nobody had been added before it."""
        parent = self.parent(item)
        if item.kind == AFTER:
            return parent is not None and self.own_sign(parent) not in (None, REFUSE)
        if item.kind == BEFORE:
            return parent is not None and self._is_turn_of_parent(parent)
        return True

    def parent(self, item: Item) -> Item | None:
        """What the item hangs on."""
        return next((each for each in self.items if each.id == item.parent), None)

    def root(self, item: Item) -> Item:
        """The signer that the item hangs on."""
        current = item
        while current.kind not in SIGNERS:
            above = self.parent(current)
            if above is None:
                return current
            current = above
        return current


def signs(tree: Tree, items: Iterable[Item]) -> list[str | None]:
    """What each of the items comes to."""
    return [tree.sign(item) for item in items]
