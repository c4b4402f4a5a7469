"""The situation of an instance: its state without the numbers and times that say only how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.flow.state import JOIN, Scope, State, Subscription, Token

Fired = Mapping[tuple[str, int, str], int]
Place = tuple[tuple[str, ...], ...]


class Situation(NamedTuple):
    """`whole`: comparable; `status` of the instance."""

    status: str
    whole: tuple[Any, ...]

    @property
    def places(self) -> Counter[Place]:
        """How many tokens stand at each place (the scopes around it, and what it waits for), and how many scopes there are."""
        found: Counter[Place] = Counter()
        _places(self.whole, (), found)
        return found


def _places(scope: tuple[Any, ...], path: Place, found: Counter[Place]) -> None:
    marks, tokens, inner = scope[0], scope[1], scope[2]
    within = (*path, marks)
    found[within] += 1
    for token in tokens:
        found[(*within, token[0])] += 1
        for hosted in token[1]:
            _places(hosted, (*within, token[0]), found)
    for each in inner:
        _places(each, within, found)


def situation(state: State, fired: Fired) -> Situation:
    """The situation of a state, of which some things were played so often."""
    return Situation(state.status, _Reading(state, fired).whole())


class _Reading:
    def __init__(self, state: State, fired: Fired) -> None:
        self.state, self.fired = state, fired
        self.tokens: dict[int, list[Token]] = {}
        for token in state.tokens:
            self.tokens.setdefault(token.scope, []).append(token)
        self.hosted: dict[int, list[Scope]] = {}
        self.inner: dict[int, list[Scope]] = {}
        for scope in state.scopes:
            if scope.host is not None:
                self.hosted.setdefault(scope.host, []).append(scope)
            elif scope.parent is not None:
                self.inner.setdefault(scope.parent, []).append(scope)
        self.armed: dict[int, list[Subscription]] = {}
        for each in state.subscriptions:
            if each.token is not None:
                self.armed.setdefault(each.token, []).append(each)

    def whole(self) -> tuple[Any, ...]:
        root = next((scope for scope in self.state.scopes if scope.parent is None), None)
        return self._scope(root) if root is not None else ((), (), ())

    def _scope(self, scope: Scope) -> tuple[Any, ...]:
        state, key = self.state, f"{scope.id}:"
        marks = (
            scope.node or "",
            f"{scope.index is not None:d}{scope.interrupted:d}{scope.entered:d}{scope.compensation is not None:d}",
            *sorted(self._subscription(s) for s in state.subscriptions if s.token is None and s.scope == scope.id),
            *sorted({f"done {each.node}" for each in state.registrations if each.scope == scope.id}),
            *sorted(f"{name.removeprefix(key)} {seen}" for name, seen in state.resets.items() if name.startswith(key)),
            *sorted(
                f"{name} {n}" for (kind, id, name), n in self.fired.items() if kind == "activity" and id == scope.id
            ),
        )
        tokens = sorted(self._token(token) for token in self.tokens.get(scope.id, ()))
        return marks, tuple(tokens), tuple(sorted(self._scope(each) for each in self.inner.get(scope.id, ())))

    def _token(self, token: Token) -> tuple[Any, ...]:
        compensating = (c for c in self.state.compensations if c.token == token.id)
        marks = (
            token.node,
            token.waiting,
            (token.edge or "") if token.waiting == JOIN else "",
            *sorted(self._subscription(each) for each in self.armed.get(token.id, ())),
            *(f"{c.active} {c.cancels} {[each.node for each in c.pending]}" for c in compensating),
        )
        return marks, tuple(sorted(self._scope(scope) for scope in self.hosted.get(token.id, ())))

    def _subscription(self, each: Subscription) -> str:
        number = self.fired.get(("subscription", each.id, ""), 0)
        return f"{each.node} {each.event} {each.happened:d} {number}"
