"""The flow as a whole: nodes that nothing leads to, ways that end silently, loops that wait for nothing, and what the exploration finds."""

from __future__ import annotations

from engine.definitions import Node
from engine.flow.checking.graph import reachable
from engine.flow.checking.problem import Checking
from engine.flow.checking.vocabulary import SCOPES


def check_soundness(checking: Checking) -> None:
    """Whether every instance can come to an end, and every node has a use."""
    entered = reachable(checking, None)
    for node in checking.nodes.values():
        if node.id not in entered:
            checking.at(node, "flow.unreachable")
        elif _ends_silently(checking, node):
            checking.at(node, "flow.no_way_on", severity="warning")


def _ends_silently(checking: Checking, node: Node) -> bool:
    if node.type in ("end_event", "event_sub_process", "jump") or node.for_compensation or checking.outgoing[node.id]:
        return False
    if any(event.kind in ("link", "compensation") for event in node.events):
        return False
    parent = checking.nodes.get(node.parent or "")
    return parent is None or (parent.type not in ("ad_hoc_sub_process",) and parent.type in SCOPES)
