"""Gateways: what may follow an event-based one, and how many edges a complex one waits for."""

from __future__ import annotations

from engine.definitions import Node
from engine.flow.checking.problem import Checking
from engine.flow.checking.vocabulary import ARMED


def check_gateways(checking: Checking) -> None:
    """Event-based and complex gateways."""
    for node in checking.nodes.values():
        if node.type == "event_based_gateway":
            _check_event_based(checking, node)
        elif node.type == "complex_gateway":
            _check_complex(checking, node)


def _check_event_based(checking: Checking, node: Node) -> None:
    edges = checking.outgoing[node.id]
    if len(edges) < 2:
        checking.at(node, "flow.event_gateway_edges")
    for edge in edges:
        target = checking.nodes[edge.target]
        waits = target.type == "receive_task" or (
            target.type == "intermediate_catch_event" and all(event.kind in ARMED for event in target.events)
        )
        if not waits:
            checking.report(
                "flow.event_gateway_target", checking.edge_paths[edge.id], node=node.id, id=node.id, target=target.id
            )
        elif len(checking.incoming[target.id]) > 1:
            checking.report("flow.event_gateway_shared", checking.edge_paths[edge.id], node=target.id, id=target.id)
        elif checking.boundaries[target.id] or target.loop is not None:
            checking.report(
                "flow.event_gateway_target", checking.edge_paths[edge.id], node=node.id, id=node.id, target=target.id
            )


def _check_complex(checking: Checking, node: Node) -> None:
    incoming = len(checking.incoming[node.id])
    if (node.required is None and incoming > 1) or (
        node.required is not None and not 1 <= node.required <= max(1, incoming)
    ):
        checking.at(node, "flow.complex_required", "required", incoming=incoming)
