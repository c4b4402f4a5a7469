"""Playing through everything that may happen to an instance of a small flow, as it is: people, timers, messages, services, loops.

Nothing is folded and nothing of the checker is used: the real interpreter runs the compiled flow, only the conditions of edges and
of conditional events are left open. Slow, and meant for flows of a dozen nodes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from engine.definitions import Edge, Flow, Node
from engine.flow import (
    Activate,
    ChildEnded,
    ChildEscalated,
    Command,
    CompleteTask,
    Deliver,
    FinishAdHoc,
    Program,
    Record,
    Refused,
    RunAction,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    State,
    compile_flow,
    step,
)
from tests.engine.flow.generating import ENTITIES
from tests.flow_people import with_people

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: More live tokens than a sound flow of a dozen nodes can have.
CROWD = 24
_OUTSIDE = ("outside.ask",)
_REPEATED = 2
#: More tokens at one node than this are a pile.
_PILE = 6
#: More choices in one step than this are those of a cycle that signals keep going.
_MOST_CHOICES = 60
#: Parts whose expressions are left out, because what they say is left open.
_OPEN = ("when", "event_condition", "ad_hoc")


class TooLarge(Exception):
    """There is more than can be played through."""


@dataclass
class Played:
    """What was found: `stuck` joins where nothing goes on, whether it can stand still elsewhere (`still`), turn for ever (`turns`) or
    grow (`grows`), and the nodes that were `entered`."""

    stuck: set[str] = field(default_factory=set)
    still: bool = False
    turns: bool = False
    grows: bool = False
    entered: set[str] = field(default_factory=set)

    @property
    def sound(self) -> bool:
        return not (self.stuck or self.still or self.turns or self.grows)


Counts = tuple[tuple[str, int], ...]


def play(flow: Flow, limit: int) -> Played:
    """Everything that may happen. Raises TooLarge after so many steps."""
    return _Play(flow, limit).run()


class _Play:
    def __init__(self, flow: Flow, limit: int) -> None:
        compiled = compile_flow(flow, ENTITIES, external=_OUTSIDE)
        kept = {key: value for key, value in compiled._expressions.items() if key.part not in _OPEN}
        self.program = Program(compiled.flow, kept, external=_OUTSIDE)
        self.limit = limit
        self.played = Played()
        self.numbers: dict[str, int] = {}
        self.after: dict[int, set[int]] = {}
        self.ended: set[int] = set()
        self.left: set[str] = set()
        self.waiting_joins: dict[int, set[str]] = {}
        self.codes = {kind: self._codes(kind) for kind in ("error", "escalation")}

    def _codes(self, kind: str) -> list[str]:
        found = [
            e.code
            for n in self.program.nodes.values()
            for e in n.events
            if e.kind == kind and n.type in ("boundary_event", "start_event")
        ]
        return sorted({code or "other" for code in found})

    def run(self) -> Played:
        todo: list[tuple[int, State, Mapping[str, int]]] = []
        for after in self._ways(State("00000000-0000-4000-8000-000000000001"), Start()):
            self._meet(None, after, {}, todo)
        while todo and not self.played.grows:
            number, state, counts = todo.pop()
            for command, counted in self._commands(state, counts):
                now = dict(counts)
                for name in counted:
                    now[name] = now.get(name, 0) + 1
                for after in self._ways(state, command):
                    self._meet(number, after, now, todo)
        if not self.played.grows:
            self._judge()
        return self.played

    def _meet(self, before: int | None, state: State, counts: Mapping[str, int], todo: list[Any]) -> None:
        alive = {f"s{each.id}" for each in state.subscriptions} | {f"a{scope.id}" for scope in state.scopes}
        counts = {name: count for name, count in counts.items() if name.split(" ")[0] in alive}
        key = json.dumps(_picture(state, counts), sort_keys=True)
        number = self.numbers.setdefault(key, len(self.numbers))
        if before is not None:
            self.after[before].add(number)
        if number in self.after:
            return
        self.after[number] = set()
        self.waiting_joins[number] = {t.node for t in state.tokens if t.waiting == "join"}
        if len(state.tokens) > CROWD:
            self._grown(state)
        elif state.status != "running" or any(token.waiting == "incident" for token in state.tokens):
            self.ended.add(number)
        if state.status == "running":
            todo.append((number, state, counts))

    def _grown(self, state: State) -> None:
        """Tokens pile up on the way itself; what boundary events that do not interrupt start only makes too much to play."""
        count = Counter(token.node for token in state.tokens if token.waiting not in ("scope", "loop"))
        if not any(number > _PILE and node in self._main_way() for node, number in count.items()):
            raise TooLarge
        self.played.grows = True

    def _main_way(self) -> set[str]:
        places = self.program.places
        waiting = [id for id, place in places.items() if not place.incoming and place.node.type != "boundary_event"]
        seen: set[str] = set()
        while waiting:
            place = places[waiting.pop()]
            seen.add(place.node.id)
            after = {edge.target for edge in place.outgoing} | {b.id for b in place.boundaries if b.interrupting}
            after |= {place.node.target} if place.node.target else set()
            after |= {each.id for each in self.program.link_targets(place.node)}
            waiting += after - seen
        return {id for id in seen if self._is_main(id, seen)}

    def _is_main(self, id: str, seen: set[str]) -> bool:
        node = self.program.nodes[id]
        while node.parent is not None:
            node = self.program.nodes[node.parent]
            starts = [each for each in self.program.children.get(node.id, ()) if each.type == "start_event"]
            if node.type == "event_sub_process":
                if not all(start.interrupting for start in starts):
                    return False
            elif node.id not in seen:
                return False
        return True

    # -- what may happen

    def _commands(self, state: State, counts: Mapping[str, int]) -> Iterator[tuple[Command, tuple[str, ...]]]:
        for task in state.tasks:
            user = next((item.user for item in task.items if item.outcome is None), None)
            for outcome in self._outcomes(task.node) if user is not None else ():
                yield CompleteTask(task.id, user or "", outcome), ()
        signals: dict[str | None, list[str]] = {}
        for each in state.subscriptions:
            node = self.program.nodes[each.node]
            names = (f"s{each.id}",) if not node.interrupting and node.type in ("boundary_event", "start_event") else ()
            spent = any(counts.get(name, 0) >= _REPEATED for name in names)
            if each.kind == "signal" and not each.happened and not (spent and each.name in signals):
                signals.setdefault(each.name, []).extend(() if spent else names or ("",))
            elif not each.happened and each.kind != "signal" and not spent:
                yield Deliver(each.id), names
        yield from ((Signal(name), tuple(n for n in names if n)) for name, names in signals.items() if names)
        for call in state.calls:
            yield from ((command, ()) for command in self._answers(call.id, call.kind))
        for token in state.tokens:
            if token.waiting == "ad_hoc":
                yield from self._ad_hoc(state, token.id, counts)

    def _outcomes(self, node: str) -> list[str]:
        """One that agrees, and the refusals that lead somewhere."""
        outcomes = self.program.nodes[node].outcomes
        agreeing = [each.key for each in outcomes if each.kind == "complete"][:1]
        return agreeing + [each.key for each in outcomes if each.kind == "refuse" and each.target is not None]

    def _answers(self, call: str, kind: str) -> Iterator[Command]:
        if kind == "child":
            yield ChildEnded(call, "completed")
            yield from (ChildEnded(call, "failed", code=code) for code in self.codes["error"])
            yield from (ChildEscalated(call, code) for code in self.codes["escalation"])
        else:
            yield ServiceResult(call, {})
            yield from (ServiceFailed(call, code) for code in self.codes["error"])

    def _ad_hoc(self, state: State, host: int, counts: Mapping[str, int]) -> Iterator[tuple[Command, tuple[str, ...]]]:
        scope = next(each for each in state.scopes if each.host == host)
        for node in self.program.children.get(scope.node, ()):
            name = f"a{scope.id} {node.id}"
            if self.program.is_implicit_start(node) and counts.get(name, 0) < _REPEATED:
                yield Activate(node.id, scope.id), (name,)
        yield FinishAdHoc(scope.node or "", scope.id), ()

    # -- playing

    def _ways(self, state: State, command: Command) -> Iterator[State]:
        """Every state that the command may lead to, by recursion over what is decided in the step."""
        yield from self._decided(state, command, [], {})

    def _decided(self, state: State, command: Command, path: list[int], failing: dict[str, str]) -> Iterator[State]:
        open_: list[int] = []

        def choose(node: Node, edges: tuple[Edge, ...]) -> Sequence[Edge] | None:
            ways = _ways_out(node, edges)
            if ways is None:
                return None
            number = len(open_)
            open_.append(len(ways))
            return ways[path[number]] if number < len(path) else ways[0]

        self.limit -= 1
        if self.limit < 0 or len(path) > _MOST_CHOICES:
            raise TooLarge
        try:
            after, effects = step(self.program, state, command, NOW, failing, choose=choose)
        except Refused:
            return
        if len(open_) > len(path):
            for way in range(open_[len(path)]):
                yield from self._decided(state, command, [*path, way], failing)
            return
        if failing and any(t.problem is not None and t.problem.code == "action_failed" for t in after.tokens):
            return
        entered = {
            e.node
            for e in effects
            if isinstance(e, Record) and e.type in ("node_entered", "event_caught", "timer_fired")
        }
        self.played.entered |= {node for node in entered if node is not None}
        self.left |= {e.node for e in effects if isinstance(e, Record) and e.type == "node_left" and e.node is not None}
        yield with_people(self.program, after, effects, NOW, self._people)[0]
        last = max((_order(id) for id in failing), default=-1)
        for effect in effects:
            if isinstance(effect, RunAction) and effect.id not in failing and _order(effect.id) > last:
                for code in self.codes["error"]:
                    yield from self._decided(state, command, path, {**failing, effect.id: f"{code}: it broke"})

    def _people(self, node: str) -> list[str]:
        assignment = self.program.nodes[node].assignment
        return ["ann", "bob"] if assignment is not None and assignment.mode == "all" else ["ann"]

    # -- judging

    def _judge(self) -> None:
        bad = set(self.after) - self._reaching(self.ended)
        still = {number for number in bad if not self.after[number]}
        for number in still:
            self.played.stuck |= self.waiting_joins[number]
            self.played.still |= not self.waiting_joins[number]
        turning = bad - self._reaching(still)
        self.played.turns = bool(turning)
        self.played.stuck |= set().union(*self.waiting_joins.values()) - self.left

    def _reaching(self, targets: set[int]) -> set[int]:
        found = set(targets)
        while True:
            more = {number for number, after in self.after.items() if number not in found and after & found}
            if not more:
                return found
            found |= more


def _order(id: str) -> int:
    return int(id.rsplit(":", 1)[1])


def _ways_out(node: Node, edges: tuple[Edge, ...]) -> list[tuple[Edge, ...]] | None:
    if node.type == "exclusive_gateway":
        return [(edge,) for edge in edges] or [()]
    if node.type in ("inclusive_gateway", "complex_gateway") and len(edges) > 1:
        free = [edge for edge in edges if not edge.default]
        some = [way for size in range(1, len(free) + 1) for way in combinations(free, size)]
        return some + [(edge,) for edge in edges if edge.default]
    return None if not any(edge.when or edge.default for edge in edges) else _conditional(edges)


def _conditional(edges: tuple[Edge, ...]) -> list[tuple[Edge, ...]]:
    always = [edge for edge in edges if edge.when is None and not edge.default]
    free = [edge for edge in edges if edge.when is not None]
    some = [(*always, *way) for size in range(len(free) + 1) for way in combinations(free, size)]
    return [way for way in some if way] + ([] if always else [(e,) for e in edges if e.default])


def _picture(state: State, counts: Mapping[str, int]) -> Any:
    """What the state is, whatever its numbers."""
    return [state.status, [_scope(state, scope.id, counts) for scope in state.scopes if scope.parent is None]]


def _scope(state: State, id: int, counts: Mapping[str, int]) -> Any:
    scope = next(each for each in state.scopes if each.id == id)
    inner = [s.id for s in state.scopes if s.parent == id and s.host is None and s.id != id]
    loop = [scope.loop.started, scope.loop.completed, scope.loop.total] if scope.loop else None
    return {
        "node": [scope.node, scope.index, loop, scope.interrupted, scope.entered, scope.compensation is not None],
        "tokens": sorted(
            (_token(state, token.id, counts) for token in state.tokens if token.scope == id), key=json.dumps
        ),
        "inner": sorted((_scope(state, each, counts) for each in inner), key=json.dumps),
        "armed": sorted(
            (_armed(s, counts) for s in state.subscriptions if s.scope == id and s.token is None), key=json.dumps
        ),
        "done": sorted({each.node for each in state.registrations if each.scope == id}),
        "resets": sorted([key.split(":")[1], *seen] for key, seen in state.resets.items() if key.startswith(f"{id}:")),
        "counts": sorted([name.split(" ")[1], n] for name, n in counts.items() if name.startswith(f"a{id} ")),
    }


def _token(state: State, id: int, counts: Mapping[str, int]) -> Any:
    token = next(each for each in state.tokens if each.id == id)
    return {
        "at": [token.node, token.waiting, token.edge if token.waiting == "join" else None],
        "decided": sorted(
            item.user for t in state.tasks if t.token == id for item in t.items if item.outcome is not None
        ),
        "armed": sorted((_armed(each, counts) for each in state.subscriptions if each.token == id), key=json.dumps),
        "inside": sorted((_scope(state, s.id, counts) for s in state.scopes if s.host == id), key=json.dumps),
        "compensating": [
            [c.active, c.cancels, [r.node for r in c.pending]] for c in state.compensations if c.token == id
        ],
    }


def _armed(each: Any, counts: Mapping[str, int]) -> Any:
    return [each.node, each.event, each.happened, each.left, counts.get(f"s{each.id}", 0)]
