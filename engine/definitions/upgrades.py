"""Documents of earlier schema versions in today's form, one function per step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def events_of_flows(document: Document) -> Document:
    """Flows, 1 to 2: `timer_event` and `boundary_timer` become BPMN's events with a timer definition."""
    return {**document, "nodes": [_with_events(node) for node in document.get("nodes", ())]}


def _with_events(node: Any) -> Any:
    names = {"timer_event": "intermediate_catch_event", "boundary_timer": "boundary_event"}
    if not isinstance(node, Mapping) or node.get("type") not in names:
        return node
    kept = {name: value for name, value in node.items() if name != "timer"}
    events = [{"kind": "timer", "timer": node["timer"]}] if node.get("timer") is not None else []
    return {**kept, "type": names[node["type"]], "events": events}
