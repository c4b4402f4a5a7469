"""Start events of published flows that wait for something: which flows a message or a signal starts, and which the clock."""

from __future__ import annotations

from dataclasses import dataclass

from backend.metadata.snapshot import Metadata
from engine.definitions import EventDefinition, Flow


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A start event of a flow, outside of any sub-process, with one of its event definitions."""

    flow: Flow
    node: str
    event: EventDefinition


class _Index:
    """The start events of one publication."""

    def __init__(self, metadata: Metadata) -> None:
        self.metadata = metadata
        self.by_name: dict[tuple[str, str], list[StartEvent]] = {}
        self.timed: list[StartEvent] = []
        for _, flow in sorted(metadata.flows.items()):
            for found in _of(flow):
                if found.event.kind == "timer":
                    self.timed.append(found)
                else:
                    self.by_name.setdefault((found.event.kind, found.event.name or ""), []).append(found)


def _of(flow: Flow) -> list[StartEvent]:
    nodes = [node for node in flow.nodes if node.type == "start_event" and node.parent is None]
    return [StartEvent(flow, node.id, event) for node in nodes for event in node.events]


#: The index of the newest publication asked about.
_newest: list[_Index] = []


def _index(metadata: Metadata) -> _Index:
    if not _newest or _newest[0].metadata is not metadata:
        _newest[:] = [_Index(metadata)]
    return _newest[0]


def starts_of(metadata: Metadata, kind: str, name: str) -> list[StartEvent]:
    """The start events that a message or signal of this name starts."""
    return _index(metadata).by_name.get((kind, name), [])


def timed_starts(metadata: Metadata) -> list[StartEvent]:
    """The start events that the clock starts."""
    return _index(metadata).timed
