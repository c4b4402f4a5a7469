"""What happened: nodes entered and exited, in the reference simulator's terms, from its traces and from our history; and the difference.

The simulator does not *enter* what an event starts (start and boundary events, event sub-processes, link targets, what stands
behind an event-based gateway); it does not *exit* event-based gateways, nor what is destroyed; it exits the activity
that a boundary event interrupts, an error end event that nothing catches, and a sub-process once more when it has been compensated.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.definitions import Node
from tests.conformance.model import SCOPES, Model
from tests.conformance.world import Line

ENTERED, EXITED = "entered", "exited"
#: The simulator draws the inside of a collapsed sub-process on a plane of its own.
_PLANE = "_plane"
_STARTED_BY_EVENTS = frozenset({"start_event", "boundary_event", "event_sub_process"})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`scope` tells one running scope from another; None where that is not known."""

    action: str
    node: str
    scope: Hashable = None


@dataclass
class Traces:
    """Reads the traces of one case, one after another. Scopes have letters: `enter` names the scope the node is in, everything
    else the node's own, which was created just before in the order of `createScope`."""

    model: Model
    _created: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _parents: dict[str, str] = field(default_factory=dict)

    def read(self, step: Mapping[str, Any]) -> list[Occurrence]:
        """What the simulator did by an `expect` step; without a trace, its lists."""
        if not step.get("trace"):
            return [Occurrence(action, node) for action in (ENTERED, EXITED) for node in step.get(action) or ()]
        found = [self._occurrence(*entry.split(":")) for entry in step["trace"]]
        return [each for each in found if each is not None and each.node in self.model.nodes]

    def _occurrence(self, action: str, element: str, letter: str) -> Occurrence | None:
        if element not in self.model.nodes:
            element = element.removesuffix(_PLANE)
        if action == "createScope":
            self._created[element].append(letter)
            return None
        if action == "enter":
            return Occurrence(ENTERED, element, letter)
        if letter not in self._parents and self._created[element]:
            self._parents[letter] = self._created[element].popleft()
        return Occurrence(EXITED, element, self._parents.get(letter)) if action == "exit" else None


def occurrences(lines: Iterable[Line], model: Model) -> list[Occurrence]:
    """What our history says, in the simulator's terms."""
    reader = _History(model)
    return [found for line in lines for found in reader.read(line)]


class _History:
    """Reads our history line by line. `_raced` are tokens that just left an event-based gateway, `_closed` sub-processes that are
    done, `_compensable` what compensation would reopen, `_reopened` what it has, the innermost last."""

    def __init__(self, model: Model) -> None:
        self._nodes, self._holds = model.nodes, model.holds
        self._raced: set[tuple[int, int]] = set()
        self._closed: set[str] = set()
        self._compensable: set[str] = set()
        self._reopened: list[str] = []

    def read(self, line: Line) -> list[Occurrence]:
        node = self._nodes.get(line.node)
        if node is None:
            return []
        scope = (line.instance, line.data.get("scope", 0))
        if node.id in self._holds:  # standing before a sub-process is being in it
            return [Occurrence(ENTERED, self._holds[node.id], scope)] if line.type == "node_entered" else []
        token = (line.instance, line.data.get("token", 0))
        if line.type == "node_entered":
            return self._entered(node, scope, token)
        if line.type == "node_left" or line.data.get("code") == "error_uncaught":
            return self._left(node, scope, token)
        return []

    def _entered(self, node: Node, scope: Hashable, token: tuple[int, int]) -> list[Occurrence]:
        self._reopen(node)
        behind_a_race = token in self._raced
        self._raced.discard(token)
        if node.type == "boundary_event" and node.interrupting:
            return [Occurrence(EXITED, node.attached_to or "", scope)]
        if (
            behind_a_race
            or node.id in self._holds.values()
            or node.type in _STARTED_BY_EVENTS
            or _is(node, "link", "intermediate_catch_event")
        ):
            return []
        return [Occurrence(ENTERED, node.id, scope)]

    def _left(self, node: Node, scope: Hashable, token: tuple[int, int]) -> list[Occurrence]:
        if node.type == "event_based_gateway":
            self._raced.add(token)
            return []
        if node.type in SCOPES:
            self._closed.add(node.id)
        if self._can_be_compensated(node):
            self._compensable |= {node.id, *self._around(node)}
        if _is(node, "terminate", "end_event"):
            return []
        return [*self._close_again(node, scope), Occurrence(EXITED, node.id, scope)]

    def _reopen(self, node: Node) -> None:
        """Something happens in a sub-process that is done: it is being compensated. Entering one anew opens it as usual."""
        self._closed.discard(node.id)
        around = [each for each in self._around(node) if each in self._closed and each not in self._reopened]
        self._reopened += reversed(around)

    def _close_again(self, node: Node, scope: Hashable) -> list[Occurrence]:
        """Who asked for the compensation goes on: it is done."""
        if not any(event.kind == "compensation" for event in node.events):
            return []
        named = [e.activity for e in node.events if e.activity in self._closed and e.activity in self._compensable]
        self._reopened += [each for each in named if each is not None and each not in self._reopened]
        done = [each for each in reversed(self._reopened) if each not in self._around(node)]
        self._reopened = [each for each in self._reopened if each not in done]
        self._compensable -= set(done)
        return [Occurrence(EXITED, each, scope) for each in done]

    def _can_be_compensated(self, node: Node) -> bool:
        """Whether something compensates it: a boundary event, or an event sub-process in it."""
        of_it = (
            other
            for other in self._nodes.values()
            if other.attached_to == node.id
            or (other.type == "start_event" and other.parent and self._nodes[other.parent].parent == node.id)
        )
        return any(event.kind == "compensation" for other in of_it for event in other.events)

    def _around(self, node: Node) -> list[str]:
        """The sub-processes around a node, the innermost first."""
        return [] if node.parent is None else [node.parent, *self._around(self._nodes[node.parent])]


def _is(node: Node, kind: str, type_: str) -> bool:
    return node.type == type_ and any(event.kind == kind for event in node.events)


def difference(expected: Sequence[Occurrence], found: Sequence[Occurrence], model: Model) -> str | None:
    """What differs, in a few words; None when the same nodes were entered and exited, in the same order within every scope."""
    for action in (ENTERED, EXITED):
        wanted = [each for each in expected if each.action == action]
        got = [each for each in found if each.action == action]
        said = _missing_or_more(wanted, got) or _other_order(wanted, got, model)
        if said:
            return f"{action}: {said}"
    return None


def _missing_or_more(wanted: Sequence[Occurrence], got: Sequence[Occurrence]) -> str | None:
    expected, found = Counter(each.node for each in wanted), Counter(each.node for each in got)
    parts = [("missing", expected - found), ("too many", found - expected)]
    return "; ".join(f"{word} {', '.join(sorted(counts.elements()))}" for word, counts in parts if counts) or None


def _other_order(wanted: Sequence[Occurrence], got: Sequence[Occurrence], model: Model) -> str | None:
    """Scopes have other names here and there: they are told apart by what happens in them."""
    if any(each.scope is None for each in wanted) or _by_scope(wanted, model) == _by_scope(got, model):
        return None
    expected, found = _by_container(wanted, model), _by_container(got, model)
    ways = Ways(model)
    other = next((key for key in expected if not ways.same_order(expected[key], found[key])), None)
    if other is None:
        return None
    return f"order in {other}: expected {', '.join(expected[other])}; got {', '.join(found[other])}"


class Ways:
    """Which nodes of a model lead to which: what happens on parallel branches may happen in any order."""

    def __init__(self, model: Model) -> None:
        self._next: dict[str, set[str]] = defaultdict(set)
        for flow in model.flows.values():
            for edge in flow.edges:
                self._next[edge.source].add(edge.target)
        for node in model.nodes.values():
            if node.attached_to is not None:
                self._next[node.attached_to].add(node.id)

    def same_order(self, wanted: Sequence[str], got: Sequence[str]) -> bool:
        """Whether every two nodes of which one leads to the other took turns in the same way, or, where several tokens pass both, in a
        way that puts the same one ahead."""
        nodes = list(dict.fromkeys(wanted))
        pairs = [
            (a, b) for index, a in enumerate(nodes) for b in nodes[index:] if self._leads(a, b) or self._leads(b, a)
        ]
        return all(_same_turns(wanted, got, a, b) for a, b in pairs)

    def _leads(self, start: str, end: str) -> bool:
        seen, ahead = set[str](), [start]
        while ahead:
            for node in self._next[ahead.pop()] - seen:
                seen.add(node)
                ahead.append(node)
        return end in seen


def _same_turns(wanted: Sequence[str], got: Sequence[str], a: str, b: str) -> bool:
    expected, found = ([node for node in each if node in (a, b)] for each in (wanted, got))
    if expected == found:
        return True
    return any(_is_ahead(expected, x, y) and _is_ahead(found, x, y) for x, y in ((a, b), (b, a)))


def _is_ahead(sequence: Sequence[str], first: str, second: str) -> bool:
    """Whether `second` never happened more often than `first`."""
    balance = 0
    for node in sequence:
        balance += (node == first) - (node == second)
        if balance < 0:
            return False
    return True


def _by_scope(occurrences: Iterable[Occurrence], model: Model) -> list[tuple[str, ...]]:
    sequences: dict[Hashable, list[str]] = defaultdict(list)
    for each in occurrences:
        sequences[each.scope].append(each.node)
    return sorted(tuple(_settled(sequence, model)) for sequence in sequences.values())


def _by_container(occurrences: Iterable[Occurrence], model: Model) -> dict[str, list[str]]:
    sequences: dict[str, list[str]] = defaultdict(list)
    for each in occurrences:
        sequences[model.nodes[each.node].parent or model.process_of[each.node]].append(each.node)
    return {container: _settled(sequence, model) for container, sequence in sequences.items()}


def _settled(sequence: Sequence[str], model: Model) -> list[str]:
    """A boundary event and the activity it interrupts are exited together, by the simulator in either order: the activity first."""
    found = list(sequence)
    for index in range(len(found) - 1):
        if model.nodes[found[index]].attached_to == found[index + 1]:
            found[index : index + 2] = found[index + 1], found[index]
    return found
