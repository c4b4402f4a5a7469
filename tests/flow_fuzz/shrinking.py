"""Making a failing case small: fewer commands, then fewer nodes and edges, as long as the same law is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.definitions import Edge, Flow
from tests.flow_fuzz.laws import Violation

Run = Callable[[Flow, Sequence[int]], object]


def broken_by(run: Run, flow: Flow, picks: Sequence[int]) -> str | None:
    """The law that a case breaks, or the type of the exception it ends in; None when all is well."""
    try:
        run(flow, picks)
    except Violation as violation:
        return violation.law
    except Exception as error:  # noqa: BLE001  # any exception out of the interpreter is what is being looked for
        return type(error).__name__
    return None


def shrink(run: Run, flow: Flow, picks: Sequence[int], rounds: int = 4) -> tuple[Flow, list[int]]:
    """A smaller case that breaks the same law."""
    law = broken_by(run, flow, picks)
    kept = list(picks)
    for _ in range(rounds):
        before = len(kept), len(flow.nodes), len(flow.edges)
        kept = _fewer_picks(run, flow, kept, law)
        flow = _fewer_nodes(run, flow, kept, law)
        flow = _fewer_edges(run, flow, kept, law)
        flow = _plainer(run, flow, kept, law)
        if (len(kept), len(flow.nodes), len(flow.edges)) == before:
            break
    return flow, kept


def _fewer_picks(run: Run, flow: Flow, picks: list[int], law: str | None) -> list[int]:
    size = max(1, len(picks) // 2)
    while size:
        index = 0
        while index < len(picks):
            shorter = picks[:index] + picks[index + size :]
            if broken_by(run, flow, shorter) == law:
                picks = shorter
            else:
                index += size
        size //= 2
    return picks


def _fewer_nodes(run: Run, flow: Flow, picks: list[int], law: str | None) -> Flow:
    for node in reversed(flow.nodes):
        for smaller in (_without(flow, node.id, bridged=False), _without(flow, node.id, bridged=True)):
            if len(smaller.nodes) < len(flow.nodes) and broken_by(run, smaller, picks) == law:
                flow = smaller
                break
    return flow


def _without(flow: Flow, id: str, *, bridged: bool) -> Flow:
    """The flow without a node and what is in it or attached to it; `bridged`: what led to it leads past it."""
    gone = {id}
    for _ in flow.nodes:
        gone |= {n.id for n in flow.nodes if n.parent in gone or n.attached_to in gone}
    kept = [edge for edge in flow.edges if edge.source not in gone and edge.target not in gone]
    following = [edge.target for edge in flow.edges if edge.source == id and edge.target not in gone]
    if bridged and following:
        kept += [
            Edge(edge.id, edge.source, following[0], edge.when, edge.default)
            for edge in flow.edges
            if edge.target == id and edge.source not in gone
        ]
    return replace(flow, nodes=tuple(n for n in flow.nodes if n.id not in gone), edges=tuple(kept))


def _fewer_edges(run: Run, flow: Flow, picks: list[int], law: str | None) -> Flow:
    for edge in flow.edges:
        smaller = replace(flow, edges=tuple(other for other in flow.edges if other.id != edge.id))
        if broken_by(run, smaller, picks) == law:
            flow = smaller
    return flow


def _plainer(run: Run, flow: Flow, picks: list[int], law: str | None) -> Flow:
    """Without loops and with fewer outcomes where that does not matter."""
    for node in flow.nodes:
        for plainer in (
            replace(node, loop=None),
            replace(node, outcomes=node.outcomes[:1]),
            replace(node, type="task"),
        ):
            current = next(n for n in flow.nodes if n.id == node.id)
            if plainer == node or current != node:
                continue
            smaller = replace(flow, nodes=tuple(plainer if n.id == node.id else n for n in flow.nodes))
            if broken_by(run, smaller, picks) == law:
                flow = smaller
                break
    return flow
