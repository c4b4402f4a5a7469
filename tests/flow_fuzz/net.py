"""Flows of gateways and tasks played a second time as a plain net of tokens on edges, and compared after every command.

The net knows nothing of the interpreter: it has the rules of BPMN's gateways, over edges. What it is compared by is how many tokens stand
at which task and on which edge of which join.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.definitions import Edge, Flow, Node
from engine.flow.state import JOIN, TASK, State
from tests.flow_fuzz.laws import Violation

#: Moves after which a net is given up: a loop of gateways.
MOST = 2_000


class Endless(Exception):
    """A loop of gateways that does not come to rest."""


@dataclass
class Net:
    """`tasks` are tokens at tasks, `joins` those on the edges that lead into joins."""

    flow: Flow
    n: int
    flag: bool
    tasks: Counter[str] = field(default_factory=Counter)
    joins: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.nodes = {node.id: node for node in self.flow.nodes}
        self.outgoing = {id: [e for e in self.flow.edges if e.source == id] for id in self.nodes}
        self.incoming = {id: [e for e in self.flow.edges if e.target == id] for id in self.nodes}
        self._moving: deque[Edge] = deque()
        self._moves = 0

    def start(self) -> None:
        """A token at each start event."""
        for node in self.flow.nodes:
            if node.type == "start_event":
                self._moving.extend(self.outgoing[node.id])
        self._rest()

    def complete(self, task: str) -> None:
        """A task is done."""
        self.tasks[task] -= 1
        self._moving.extend(self.outgoing[task])
        self._rest()

    def _rest(self) -> None:
        while self._moving or self._fire_one():
            while self._moving:
                self._moves += 1
                if self._moves > MOST:
                    raise Endless
                self._enter(self._moving.popleft())

    def _enter(self, edge: Edge) -> None:
        node = self.nodes[edge.target]
        if node.type in ("parallel_gateway", "inclusive_gateway") and len(self.incoming[node.id]) > 1:
            self.joins[edge.id] += 1
            if node.type == "parallel_gateway":
                self._fire_parallel(node)
        elif node.type == "handle":
            self.tasks[node.id] += 1
        else:
            self._leave(node)

    def _leave(self, node: Node) -> None:
        edges = self.outgoing[node.id]
        open_ = [e for e in edges if not e.default and (e.when is None or _CONDITIONS[e.when](self.n, self.flag))]
        if node.type == "exclusive_gateway":
            open_ = open_[:1]
        self._moving.extend(open_ or [e for e in edges if e.default])

    def _fire_parallel(self, node: Node) -> None:
        incoming = [edge.id for edge in self.incoming[node.id]]
        if all(self.joins[edge] for edge in incoming):
            self.joins.subtract(incoming)
            self._leave(node)

    def _fire_one(self) -> bool:
        """The first inclusive join in the drawing that may fire."""
        for node in self.flow.nodes:
            filled = [edge.id for edge in self.incoming[node.id] if self.joins[edge.id]]
            if node.type == "inclusive_gateway" and filled and self._may_fire(node, filled):
                self.joins.subtract(filled)
                self._leave(node)
                return True
        return False

    def _may_fire(self, join: Node, filled: Sequence[str]) -> bool:
        for place in self._places():
            if place == join.id:
                continue
            reached = self._edges_behind(place, join.id)
            into = {edge.id for edge in self.incoming[join.id]} & reached
            if into - set(filled) and not into & set(filled):
                return False
        return True

    def _places(self) -> set[str]:
        """The nodes where tokens are."""
        waiting = {edge.target for edge in self.flow.edges if self.joins[edge.id]}
        return waiting | {task for task, count in self.tasks.items() if count}

    def _edges_behind(self, begin: str, join: str) -> set[str]:
        """The edges that a token at `begin` can come to without passing the join."""
        found: set[str] = set()
        waiting = list(self.outgoing[begin])
        while waiting:
            edge = waiting.pop()
            if edge.id not in found:
                found.add(edge.id)
                waiting += [] if edge.target == join else self.outgoing[edge.target]
        return found


#: The conditions of generating.Gates.
_CONDITIONS: Mapping[str, Callable[[int, bool], bool]] = {
    "true": lambda _n, _flag: True,
    "flag": lambda _n, flag: flag,
    "n > 1": lambda n, _flag: n > 1,
    "n = 0": lambda n, _flag: n == 0,
}


def compare(net: Net, state: State) -> None:
    """Raises Violation where the interpreter's tokens stand elsewhere than the net's."""
    tasks = Counter(token.node for token in state.tokens if token.waiting == TASK)
    joins = Counter(token.edge for token in state.tokens if token.waiting == JOIN)
    if tasks != +net.tasks or joins != +net.joins:
        raise Violation("tokens move as in a net", f"{tasks} {joins}; the net has {+net.tasks} {+net.joins}")
