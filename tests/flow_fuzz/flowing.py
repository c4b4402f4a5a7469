"""Conservation in one step: what leaves a node by its edges enters the nodes behind them, neither more nor less.

Told from the history alone. Only edges of nodes whose number of ways out is certain are counted exactly; a node that chooses gives a
lower and an upper bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from engine.definitions import Node
from engine.flow import Command, Effect, Modify, Program, Record, Retry
from engine.flow.program import Place
from tests.flow_fuzz.laws import Violation

#: Records after which tokens that were on their way may be gone, or come from elsewhere.
_UNCERTAIN = frozenset({"node_cancelled", "sent_back", "modified", "migrated", "resumed", "incident"})


def check_flow(program: Program, command: Command, effects: Sequence[Effect]) -> None:
    """Raises Violation when tokens came to nodes by edges that no token left by, or the other way round."""
    records = [effect for effect in effects if isinstance(effect, Record)]
    uncertain = any(record.type in _UNCERTAIN or record.data.get("back") for record in records)
    if uncertain or isinstance(command, Modify | Retry):
        return
    entered, low, high = 0, 0, 0
    known = _plain(program)
    for record in records:
        if record.type == "node_entered" and record.node in known:
            entered += 1
        elif record.type == "node_left" and record.node is not None:
            least, most = _ways_out(program.places[record.node], known)
            low, high = low + least, high + most
    if not low <= entered <= high:
        flow = Counter(f"{record.type} {record.node}" for record in records)
        raise Violation("what leaves by edges enters behind them", f"{entered} entered, {low} to {high} left: {flow}")


@lru_cache(maxsize=4)
def _plain(program: Program) -> frozenset[str]:
    """The nodes that are entered by edges only."""
    elsewhere = {node.target for node in program.nodes.values() if node.type == "jump"}
    elsewhere |= {outcome.target for node in program.nodes.values() for outcome in node.outcomes}
    elsewhere |= {rule.target for node in program.nodes.values() if node.assignment for rule in node.assignment.overdue}
    elsewhere |= {id for node in program.nodes.values() if node.ad_hoc is not None for id in node.ad_hoc.start}
    return frozenset(
        id
        for id, place in program.places.items()
        if place.incoming
        and id not in elsewhere
        and not any(program.places[edge.source].node.type == "event_based_gateway" for edge in place.incoming)
        and not _is_in_ad_hoc(program, place)
    )


def _leads_elsewhere(node: Node) -> bool:
    """Whether a refusal or a missed deadline may take the token off its way."""
    late = node.assignment is not None and any(rule.target is not None for rule in node.assignment.overdue)
    return late or any(outcome.kind == "refuse" and outcome.target is not None for outcome in node.outcomes)


def _is_in_ad_hoc(program: Program, place: Place) -> bool:
    return place.node.parent is not None and program.nodes[place.node.parent].type == "ad_hoc_sub_process"


def _ways_out(place: Place, known: frozenset[str]) -> tuple[int, int]:
    targets = [edge.target in known for edge in place.outgoing]
    if place.node.type == "exclusive_gateway" and targets:
        return (1 if all(targets) else 0), (1 if any(targets) else 0)
    if place.node.type in ("jump", "event_based_gateway", "event_sub_process"):
        return 0, 0
    if place.conditional or _leads_elsewhere(place.node):
        return 0, sum(targets)
    return sum(targets), sum(targets)
