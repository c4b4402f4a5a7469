"""Does a flow always end? Its drawing is explored as a net: tokens on edges, every choice taken both ways, up to a limit.

Found are joins that wait for a token that cannot come, nodes that no path ever enters, and tokens that multiply. Data is ignored:
a gateway may take any of its edges. Sending back needs no exploring, because it restores an earlier marking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.definitions import Flow, Node

#: Markings looked at before giving up; what was found until then still holds.
LIMIT = 4_000
#: More tokens than this on one edge is a flow that multiplies its tokens.
CROWD = 4

Marking = frozenset[tuple[str, int]]


@dataclass(slots=True)
class Findings:
    """`stuck` joins, `crowded` edges, `entered` nodes; `complete` when everything reachable was looked at."""

    stuck: set[str] = field(default_factory=set)
    crowded: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    complete: bool = True


class _Net:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.nodes: Mapping[str, Node] = {node.id: node for node in flow.nodes}
        self.incoming = {n: [e.id for e in flow.edges if e.target == n] for n in self.nodes}
        self.outgoing = {n: [e.id for e in flow.edges if e.source == n] for n in self.nodes}
        self.target = {e.id: e.target for e in flow.edges}
        self.boundaries = {n: [b for b in flow.nodes if b.attached_to == n] for n in self.nodes}

    def start(self) -> Marking:
        starts = (node.id for node in self.flow.nodes if node.type == "start_event")
        return _marking(Counter(edge for node in starts for edge in self.outgoing[node]))

    def moves(self, marking: Marking) -> Iterator[tuple[str, Marking]]:
        """Every node that can act now, with the marking after it."""
        tokens = Counter(dict(marking))
        for node in dict.fromkeys(self.target[edge] for edge in sorted(tokens)):
            for consumed in self._consumptions(node, tokens):
                for produced in self._productions(self.nodes[node]):
                    after = tokens.copy()
                    after.subtract(consumed)
                    after.update(produced)
                    yield node, _marking(after)

    def _consumptions(self, node: str, tokens: Counter[str]) -> list[list[str]]:
        incoming = self.incoming[node]
        if self.nodes[node].type == "parallel_gateway":
            return [incoming] if all(tokens[edge] for edge in incoming) else []
        return [[edge] for edge in incoming if tokens[edge]]

    def _productions(self, node: Node) -> list[list[str]]:
        outgoing = self.outgoing[node.id]
        if node.type == "exclusive_gateway":
            return [[edge] for edge in outgoing]
        found = [outgoing]
        for boundary in self.boundaries[node.id]:
            beside = self.outgoing[boundary.id]
            found += [beside] if boundary.interrupting else [[*made, *beside] for made in found]
        return found


def _marking(tokens: Counter[str]) -> Marking:
    return frozenset((edge, count) for edge, count in tokens.items() if count > 0)


def explore(flow: Flow) -> Findings:
    """Walk through the markings of the flow, breadth first."""
    net, findings = _Net(flow), Findings()
    findings.entered |= {n.id for n in flow.nodes if n.type == "start_event"}
    waiting, seen = [net.start()], {net.start()}
    for marking in waiting:
        if len(seen) > LIMIT:
            findings.complete = False
            break
        moved = False
        for node, after in net.moves(marking):
            moved = True
            findings.entered |= {node, *(boundary.id for boundary in net.boundaries[node])}
            crowd = {edge for edge, count in after if count > CROWD}
            findings.crowded |= crowd
            if after not in seen and not crowd:
                seen.add(after)
                waiting.append(after)
        if not moved:
            findings.stuck |= {net.target[edge] for edge, _ in marking}
    return findings
