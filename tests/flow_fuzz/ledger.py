"""The books of one instance, kept from its effects alone: where each token is, which tasks, calls and subscriptions are open.

They must agree with the state after every step: whatever the state holds came by an effect, and whatever went was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.flow import (
    CallService,
    CancelCall,
    CloseTask,
    Command,
    Effect,
    End,
    OpenTask,
    Program,
    Record,
    RunAction,
    ServiceFailed,
    ServiceResult,
    StartChild,
    State,
    Subscribe,
    Unsubscribe,
)
from engine.flow.commands import ChildEnded, Modify
from engine.flow.state import ACTION, TIMER
from tests.flow_fuzz.laws import Violation


@dataclass
class Ledger:
    """`at` is the scope and node where each token is by the history; `calls` and `actions` are those whose answer is outstanding."""

    program: Program
    at: dict[int, tuple[int, str]] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    calls: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    retried: set[int] = field(default_factory=set)
    subscriptions: dict[int, str] = field(default_factory=dict)
    ended: bool = False

    def copy(self) -> Ledger:
        """The same books, to go on differently."""
        return replace(
            self,
            at=dict(self.at),
            tasks=dict(self.tasks),
            calls=set(self.calls),
            actions=set(self.actions),
            answered=set(self.answered),
            retried=set(self.retried),
            subscriptions=dict(self.subscriptions),
        )

    def book(self, command: Command, effects: Sequence[Effect], after: State, was_suspended: bool) -> None:
        """Book a step's effects; raises Violation where they do not lead to the state."""
        self._answer(command, after, was_suspended)
        merged: Counter[tuple[int, str]] = Counter()
        for effect in effects:
            if isinstance(effect, Record):
                self._move(effect, merged, isinstance(command, Modify))
            else:
                self._open_or_close(effect)
        self._agree_on_tokens(after, merged)
        self._agree("tasks", self.tasks, {task.id: task.node for task in after.tasks})
        awaited = {call.id for call in after.calls if call.kind == ACTION}
        self.actions &= awaited  # nobody outside has to be told that the result of an action is not wanted any more
        self._agree("calls", self.calls | self.actions, {call.id for call in after.calls})
        kept = {each.id: each.kind for each in after.subscriptions if each.kind != TIMER}
        self._agree("subscriptions", self.subscriptions, kept)
        self._agree("end", self.ended, after.status != "running")

    def _answer(self, command: Command, after: State, was_suspended: bool) -> None:
        """An answer closes its call: at once, or at Resume where it came while the instance was suspended."""
        if isinstance(command, ServiceResult | ServiceFailed | ChildEnded):
            self.answered.add(command.call)
        if not was_suspended or after.suspended is None:
            self.calls -= self.answered
            self.actions -= self.answered

    def _agree(self, what: str, booked: object, held: object) -> None:
        if booked != held:
            raise Violation(f"the effects account for the {what} of the state", f"told {booked}, held {held}")

    def _open_or_close(self, effect: Effect) -> None:
        match effect:
            case OpenTask():
                self._new(effect.task not in self.tasks, effect)
                self.tasks[effect.task] = effect.node
            case CloseTask():
                self._new(effect.task in self.tasks, effect)
                del self.tasks[effect.task]
            case CallService() | StartChild():
                self._new(effect.id not in self.calls, effect)
                self.calls.add(effect.id)
            case RunAction(awaited=True):
                self._new(effect.id not in self.actions, effect)
                self.actions.add(effect.id)
            case CancelCall():
                self._new(effect.id in self.calls | self.answered, effect)
                self.calls.discard(effect.id)
            case Subscribe():
                self._new(effect.id not in self.subscriptions, effect)
                self.subscriptions[effect.id] = effect.kind
            case Unsubscribe():
                self._new(effect.id in self.subscriptions, effect)
                del self.subscriptions[effect.id]
            case End():
                self._new(not self.ended, effect)
                self.ended = True

    def _new(self, is_right: bool, effect: Effect) -> None:
        if not is_right:
            raise Violation("nothing is opened or closed twice", str(effect))

    # -- tokens

    def _move(self, record: Record, merged: Counter[tuple[int, str]], modifies: bool) -> None:
        token, node = record.data.get("token"), record.node
        if token is None or node is None:
            return
        place = (record.data.get("scope", 0), node)
        if record.type == "node_entered":
            self._enter(token, place)
        elif record.type == "node_left":
            left = self.at.pop(token, None)
            if left != place and not (modifies and left is None):  # an operator starts a token after a node
                raise Violation("no token is invented", f"{token} leaves {place}, and is at {left}")
        elif record.type == "sent_back" and record.data["straight"]:
            self.retried.add(token)  # it waits there, and enters once more with the answer
        elif record.type in ("node_cancelled", "sent_back"):
            self.at.pop(token, None)
        elif record.type == "retried":
            self.retried.add(token)
        elif record.type == "incident" and (modifies or record.data["code"] == "step_budget"):
            self.at[token] = place  # it stops without having entered
        elif record.type == "joined":
            merged[place] += record.data["tokens"] - 1

    def _enter(self, token: int, place: tuple[int, str]) -> None:
        """A token enters from nowhere or from an edge; after an incident perhaps where it is."""
        if token in self.at and not (token in self.retried and self.at[token] == place):
            raise Violation("no token is invented", f"{token} enters {place}, and is at {self.at[token]}")
        self.retried.discard(token)
        self.at[token] = place

    def _agree_on_tokens(self, after: State, merged: Counter[tuple[int, str]]) -> None:
        """Those that the state does not hold any more were taken by joins; those that it holds have entered where they are."""
        scopes = {scope.id: scope for scope in after.scopes}
        # The children of loops are nowhere by themselves: the token that waits for them is.
        held = {
            token.id: (token.scope, token.node)
            for token in after.tokens
            if scopes[token.scope].index is None or scopes[token.scope].node != token.node
        }
        children = {token.id for token in after.tokens} - held.keys()
        for token, place in list(self.at.items()):
            if token in children or (token not in held and self._was_taken(place, merged)):
                del self.at[token]
        if self.at != held:
            lost, invented = _difference(self.at, held), _difference(held, self.at)
            raise Violation("no token is lost or invented", f"told but not held: {lost}; held but not told: {invented}")

    def _was_taken(self, place: tuple[int, str], merged: Counter[tuple[int, str]]) -> bool:
        """Whether a join took it, or a complex gateway that had fired already."""
        if merged[place]:
            merged[place] -= 1
            return True
        return self.program.nodes[place[1]].type == "complex_gateway"


def _difference(some: dict[int, tuple[int, str]], others: dict[int, tuple[int, str]]) -> Iterable[object]:
    return [item for item in some.items() if item not in others.items()]
