"""Flows that start flows: one that starts itself again without waiting, and several that start one another in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.definitions import Flow, Node
from engine.flow.checking.abstraction import abstract, waits
from engine.flow.checking.graph import successors
from engine.flow.checking.problem import Checking, Known
from engine.flow.checking.shape import check_shape
from engine.flow.checking.vocabulary import DECIDES, THROWING

#: How an instance comes about: a call (no name), or a message or signal of a name.
Cause = tuple[str, str]
_CALL: Cause = ("call", "")
_BROADCAST = ("message", "signal")


def check_starting(checking: Checking) -> None:
    """Ways on which nothing waits from the start of an instance to the start of another of the same flow."""
    around = _Around(checking)
    told: set[str] = set()
    for cause in _causes(checking.flow):
        for node, thrown, sure in around.leads(checking.flow.key, cause):
            if node.id in told:
                continue
            if thrown == cause and cause != _CALL:
                told.add(node.id)
                code, severity = ("flow.starts_itself", "error") if sure else ("flow.may_start_itself", "warning")
                checking.at(node, code, "events", severity=severity, name=cause[1])
            elif (other := around.circle(cause, node, thrown)) is not None:
                told.add(node.id)
                checking.at(node, "flow.start_one_another", severity="warning", flow=other)


def _causes(flow: Flow) -> list[Cause]:
    """What starts the flow."""
    starts = [node for node in flow.nodes if node.type == "start_event" and node.parent is None]
    plain = [_CALL] if any(not node.events for node in starts) else []
    named = [(e.kind, e.name) for node in starts for e in node.events if e.kind in _BROADCAST and e.name]
    return list(dict.fromkeys([*plain, *named]))


@dataclass
class _Around:
    """The flows around the one that is checked, each looked at when a way leads to it."""

    checking: Checking
    _known: dict[str, Checking | None] = field(default_factory=dict)
    _found: dict[tuple[str, Cause], list[tuple[Node, Cause, bool]]] = field(default_factory=dict)

    def leads(self, key: str, cause: Cause) -> list[tuple[Node, Cause, bool]]:
        """What an instance starts before it waits: the node, what it calls or throws, and whether no choice is on the way."""
        if (key, cause) not in self._found:
            flow = self._flow(key)
            self._found[key, cause] = list(_leads(flow, cause)) if flow is not None else []
        return self._found[key, cause]

    def circle(self, cause: Cause, node: Node, thrown: Cause) -> str | None:
        """Of another flow that the node starts and that comes back to this one, the key."""
        own = self.checking.flow.key
        for first in self._started(node, thrown):
            seen: set[tuple[str, Cause]] = set()
            waiting = [(first, thrown)] if first != own else []
            while waiting:
                at = waiting.pop()
                if at == (own, cause):
                    return first
                if at not in seen:
                    seen.add(at)
                    waiting += [(key, to) for each, to, _ in self.leads(*at) for key in self._started(each, to)]
        return None

    def _started(self, node: Node, thrown: Cause) -> Iterator[str]:
        """The flows that a node starts."""
        if thrown == _CALL:
            yield from [node.call.flow] if node.call is not None and node.call.flow is not None else []
            return
        flows = {**(self.checking.known.flows or {}), self.checking.flow.key: self.checking.flow}
        yield from (key for key, flow in flows.items() if thrown in _causes(flow))

    def _flow(self, key: str) -> Checking | None:
        """A flow whose parts hang together, with its index; None where there is none."""
        if key not in self._known:
            flow = self.checking.flow if key == self.checking.flow.key else (self.checking.known.flows or {}).get(key)
            made = Checking(flow, Known(self.checking.known.entities, {}, {})) if flow is not None else None
            if made is not None:
                check_shape(made)
            self._known[key] = made if made is not None and not made.failed else None
        return self._known[key]


def _leads(checking: Checking, cause: Cause) -> Iterator[tuple[Node, Cause, bool]]:
    starts = [node for node in checking.children.get(None, ()) if node.type == "start_event"]
    begins = [
        node.id
        for node in starts
        if (not node.events if cause == _CALL else any((e.kind, e.name) == cause for e in node.events))
    ]
    sure = _passed(checking, begins, choosing=False)
    for id in _passed(checking, begins, choosing=True):
        node = checking.nodes[id]
        if node.type == "call_activity":
            yield node, _CALL, id in sure
        for event in node.events if node.type in THROWING and node.action is None else ():
            if event.kind in _BROADCAST and event.name:
                yield node, (event.kind, event.name), id in sure


def _passed(checking: Checking, begins: list[str], *, choosing: bool) -> dict[str, None]:
    """The nodes that are come to before anything waits, on ways with or without choices."""
    bare = {node.id: node for node in abstract(checking.flow, with_waits=False).nodes}
    found: dict[str, None] = {}
    waiting = list(begins)
    while waiting:
        id = waiting.pop()
        if id in found:
            continue
        found[id] = None
        chooses = checking.nodes[id].type in DECIDES and len(checking.outgoing[id]) > 1
        if not waits(bare[id]) and (choosing or not chooses):
            nexts = successors(checking, id)
            waiting += [
                each for each in nexts if checking.nodes[each].type not in ("boundary_event", "event_sub_process")
            ]
    return found
