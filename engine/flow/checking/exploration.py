"""Everything that may happen in a flow: an abstract flow is played by the interpreter itself, every choice both ways, every wait ended
at every moment that it could be, until no new situation comes up.

Two situations are the same when the same tokens wait for the same things in the same scopes. Events that may happen again and again
without interrupting anything are played twice, and so are the activities of ad-hoc sub-processes. A situation that holds all of an
earlier one on its way and more is one in which tokens multiply; it is not followed further.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from engine.definitions import Edge, Flow, Node
from engine.flow.checking.abstraction import OUTSIDE
from engine.flow.checking.situation import Situation, situation
from engine.flow.commands import (
    Activate,
    ChildEnded,
    ChildEscalated,
    Command,
    Deliver,
    FinishAdHoc,
    Refused,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    Trigger,
)
from engine.flow.effects import Effect, Record, RunAction
from engine.flow.interpreter import step
from engine.flow.program import Program
from engine.flow.state import AD_HOC, EVENT, INCIDENT, JOIN, RUNNING, Scope, State, Subscription

#: Steps played before giving up; what was found until then still holds.
LIMIT = 4_000
#: How often an event that does not interrupt, or an activity of an ad-hoc sub-process, is played in one situation.
TWICE = 2
#: More tokens than this at a place where they may multiply show nothing new.
_CROWD = 2
#: Ways of one step through its choices before giving up.
_MOST_WAYS = 600
#: Choices in one step before giving up; and so many effects count as a further step.
_MOST_CHOICES = 100
_LONG_STEP = 50
#: Edges of an inclusive choice of which every combination is played; of more, single ones, pairs and all.
_MOST_COMBINED = 6
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_INSTANCE = "00000000-0000-4000-8000-000000000000"
#: Stands for every error code that only a handler of all codes catches.
_ANY_CODE = "any"

Fired = Mapping[tuple[str, int, str], int]


@dataclass(slots=True)
class Visit:
    """A situation as it was first met: the state, from where, and the nodes entered on the step to it."""

    state: State
    fired: Fired
    situation: Situation
    before: int | None
    entered: tuple[str, ...]
    after: set[int] = field(default_factory=set)
    closed: bool = True  # whether all that may follow was played


@dataclass(slots=True)
class Explored:
    """What there is: the situations met, in order; `entered` and `left` nodes; where tokens multiply (node -> visit);
    `complete` when nothing was left out."""

    visits: list[Visit] = field(default_factory=list)
    entered: dict[str, int] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    crowded: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    def trace(self, visit: int) -> list[str]:
        """The nodes entered on the way to a visit, in order."""
        found: list[tuple[str, ...]] = []
        current: int | None = visit
        while current is not None:
            found.append(self.visits[current].entered)
            current = self.visits[current].before
        return [node for entered in reversed(found) for node in entered]


def explore(flow: Flow, limit: int = LIMIT, piles_up: Callable[[str], bool] = lambda _: True) -> Explored:
    """All situations of an abstract flow, breadth first. `piles_up` tells whether tokens that multiply at a node get in the way of
    others; where they do not, a few of them are followed."""
    return _Exploration(flow, limit, piles_up).run()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way that a step may go."""

    state: State
    effects: Sequence[Effect]


class _Exploration:
    def __init__(self, flow: Flow, limit: int, piles_up: Callable[[str], bool]) -> None:
        self.piles_up = piles_up
        self.program = Program(flow, {}, external=(OUTSIDE,))
        self.found = Explored()
        self.known: dict[Situation, int] = {}
        self.left = limit
        self.errors = _codes(flow, "error")
        self.escalations = _codes(flow, "escalation")

    def run(self) -> Explored:
        for command in self._starts():
            self._play(None, State(_INSTANCE), {}, command, ())
        for index, visit in enumerate(self.found.visits):  # grows while it is walked through
            if self.left <= 0:
                self.found.complete = visit.closed = False
            elif visit.state.status == RUNNING and visit.closed:
                for command, counted in self._commands(visit):
                    self._play(index, visit.state, visit.fired, command, counted)
        return self.found

    def _starts(self) -> Iterator[Command]:
        top = [node for node in self.program.flow.nodes if node.type == "start_event" and node.parent is None]
        if not top or any(not node.events for node in top):
            yield Start()
        yield from (Start(node=node.id) for node in top if node.events)

    # -- what may happen

    def _commands(self, visit: Visit) -> Iterator[tuple[Command, tuple[Any, ...]]]:
        """Each command with what it counts as, where it is played only so often."""
        state = visit.state
        yield from self._events(state, visit.fired)
        own = {each.token for each in state.subscriptions if self.program.nodes[each.node].type != "boundary_event"}
        plain = {(t.node, t.scope) for t in state.tokens if t.waiting == EVENT and t.id not in own}
        yield from ((Trigger(node, scope), ()) for node, scope in sorted(plain))
        for call in state.calls:
            yield from ((command, ()) for command in self._answers(call.id, call.kind))
        for token in state.tokens:
            if token.waiting == AD_HOC:
                scope = next(each for each in state.scopes if each.host == token.id)
                yield from self._ad_hoc(scope, visit.fired)

    def _events(self, state: State, fired: Fired) -> Iterator[tuple[Command, tuple[Any, ...]]]:
        signals: dict[str | None, list[Subscription]] = {}
        for each in state.subscriptions:
            if each.happened:
                continue
            if each.kind == "signal":
                signals.setdefault(each.name, []).append(each)
            elif self._may_fire(each, fired):
                yield Deliver(each.id), self._counted(each)
        for name, waiting in signals.items():
            if any(self._may_fire(each, fired) for each in waiting):
                yield Signal(name), tuple(key for each in waiting for key in self._counted(each))

    def _counted(self, each: Subscription) -> tuple[Any, ...]:
        node = self.program.nodes[each.node]
        counts = not node.interrupting and node.type in ("boundary_event", "start_event")
        return (("subscription", each.id, ""),) if counts else ()

    def _may_fire(self, each: Subscription, fired: Fired) -> bool:
        return all(fired.get(key, 0) < TWICE for key in self._counted(each))

    def _answers(self, call: str, kind: str) -> Iterator[Command]:
        if kind == "child":
            yield ChildEnded(call, "completed")
            yield from (ChildEnded(call, "failed", code=code) for code in self.errors)
            yield from (ChildEscalated(call, code) for code in self.escalations)
        else:
            yield ServiceResult(call)
            yield from (ServiceFailed(call, code) for code in self.errors)

    def _ad_hoc(self, scope: Scope, fired: Fired) -> Iterator[tuple[Command, tuple[Any, ...]]]:
        for node in self.program.children.get(scope.node, ()):
            key = ("activity", scope.id, node.id)
            if self.program.is_implicit_start(node) and fired.get(key, 0) < TWICE:
                yield Activate(node.id, scope.id), (key,)
        yield FinishAdHoc(scope.node or "", scope.id), ()

    # -- playing it

    def _play(self, before: int | None, state: State, fired: Fired, command: Command, counted: tuple[Any, ...]) -> None:
        for way in self._ways(state, command):
            self._met(before, way, _count(fired, counted, way.state))

    def _ways(self, state: State, command: Command) -> Iterator[_Way]:
        """Every way that the command may go: through the choices of gateways, and with actions that fail."""
        pending: list[tuple[tuple[int, ...], dict[str, str]]] = [((), {})]
        played = 0
        while pending:
            path, failures = pending.pop()
            played, self.left = played + 1, self.left - 1
            if played > _MOST_WAYS or self.left < 0 or len(path) > _MOST_CHOICES:
                self.found.complete = False
                return
            chooser = _Chooser(path)
            try:
                after, effects = step(self.program, state, command, _NOW, failures, choose=chooser)
            except Refused:
                return
            self.left -= len(effects) // _LONG_STEP
            pending += [(each, failures) for each in chooser.others()]
            if failures and _unhandled(after):
                continue
            yield _Way(after, effects)
            asked = [
                e.id for e in effects if isinstance(e, RunAction) and e.id not in failures and self._later(e, failures)
            ]
            taken = chooser.taken()
            pending += [(taken, {**failures, id: f"{code}: "}) for id in asked for code in self.errors]

    def _later(self, effect: RunAction, failures: Mapping[str, str]) -> bool:
        """Failures are added in the order of the actions, so that no set of them is played twice."""
        return all(_number(id) < _number(effect.id) for id in failures)

    def _met(self, before: int | None, way: _Way, fired: Fired) -> None:
        found = self.found
        entered = []
        for effect in way.effects:
            if isinstance(effect, Record) and effect.node is not None:
                if effect.type in _ENTERING:
                    entered.append(effect.node)
                elif effect.type == "node_left":
                    found.left.add(effect.node)
        met = situation(way.state, fired)
        index = self.known.get(met)
        if index is None:
            index = self.known[met] = len(found.visits)
            found.visits.append(Visit(way.state, fired, met, before, tuple(entered)))
            self._look_for_growth(index)
        if before is not None:
            found.visits[before].after.add(index)
        for node in entered:
            found.entered.setdefault(node, index)

    def _look_for_growth(self, index: int) -> None:
        """Whether the situation holds all of one before it on its way, and more."""
        visits = self.found.visits
        new = visits[index]
        here = new.situation.places
        current = new.before
        while current is not None:
            earlier = visits[current].situation.places
            if sum(earlier.values()) < sum(here.values()) and earlier <= here:
                grown = here - earlier
                piled = [place for place in grown if self.piles_up(place[-1][0])]
                for place in piled:
                    self.found.crowded.setdefault(place[-1][0], index)
                if piled or any(here[place] > _CROWD for place in grown):
                    new.closed = False
                    return
            current = visits[current].before


_ENTERING = frozenset({"node_entered", "event_caught", "timer_fired"})


def _number(call: str) -> int:
    return int(call.rsplit(":", 1)[1])


def _unhandled(state: State) -> bool:
    """Whether an action failed and nothing caught it: then it is as if it were not there."""
    return any(token.problem is not None and token.problem.code == "action_failed" for token in state.tokens)


def _count(fired: Fired, counted: tuple[Any, ...], state: State) -> Fired:
    """What was played how often, of what is still there."""
    if not fired and not counted:
        return fired
    now = Counter(fired) + Counter(counted)
    subscriptions, scopes = {each.id for each in state.subscriptions}, {each.id for each in state.scopes}
    return {
        key: number for key, number in now.items() if key[1] in (subscriptions if key[0] == "subscription" else scopes)
    }


def _codes(flow: Flow, kind: str) -> tuple[str, ...]:
    """The codes that something catches, and one for all others where something catches every code."""
    caught = [
        event.code
        for node in flow.nodes
        if node.type in ("boundary_event", "start_event")
        for event in node.events
        if event.kind == kind
    ]
    return tuple(dict.fromkeys(code if code is not None else _ANY_CODE for code in caught))


class _Chooser:
    """Takes the choices of a path, then the first of each, and tells which others there would have been."""

    def __init__(self, path: tuple[int, ...]) -> None:
        self._path = path
        self._made: list[tuple[int, int]] = []

    def __call__(self, node: Node, edges: tuple[Edge, ...]) -> Sequence[Edge] | None:
        ways = choices(node, edges)
        if len(ways) == 1:
            return ways[0]
        number = len(self._made)
        taken = self._path[number] if number < len(self._path) else 0
        self._made.append((taken, len(ways)))
        return ways[taken]

    def taken(self) -> tuple[int, ...]:
        """The choices made."""
        return tuple(number for number, _ in self._made)

    def others(self) -> Iterator[tuple[int, ...]]:
        """Paths that part from this one at a choice that it was not told."""
        for number in range(len(self._path), len(self._made)):
            before = tuple(taken for taken, _ in self._made[:number])
            yield from ((*before, other) for other in range(1, self._made[number][1]))


def choices(node: Node, edges: tuple[Edge, ...]) -> list[tuple[Edge, ...]]:
    """The sets of edges that a token may leave a node by, whatever the data."""
    if node.type == "exclusive_gateway":
        return [(edge,) for edge in edges] or [()]
    if node.type in ("parallel_gateway", "event_based_gateway"):
        return [edges]
    return _combinations(node, edges)


def _combinations(node: Node, edges: tuple[Edge, ...]) -> list[tuple[Edge, ...]]:
    """Any of the edges that have a condition with all that have none, or the default alone."""
    gateway = node.type in ("inclusive_gateway", "complex_gateway") and len(edges) > 1
    open_ = {edge.id for edge in edges if edge.when is not None or (gateway and not edge.default)}
    always = [edge for edge in edges if edge.id not in open_ and not edge.default]
    default = [(edge,) for edge in edges if edge.default]
    free = [edge for edge in edges if edge.id in open_]
    sizes = range(len(free) + 1) if len(free) <= _MOST_COMBINED else (0, 1, 2, len(free))
    found = [
        tuple(e for e in edges if e in taken or e in always) for size in sizes for taken in combinations(free, size)
    ]
    return [each for each in found if each] + ([] if always else default) or [()]


def stuck(visit: Visit) -> bool:
    """Whether somebody would be told: a stopped token is an incident, not a dead end."""
    return any(token.waiting == INCIDENT for token in visit.state.tokens)


def joins(visit: Visit) -> set[str]:
    """The joins at which tokens wait."""
    return {token.node for token in visit.state.tokens if token.waiting == JOIN}
