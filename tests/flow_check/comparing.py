"""One flow judged twice: by the checker, and by playing through everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from engine.definitions import Edge, EventDefinition, Flow, Node, Outcome, Text
from engine.flow.checking.abstraction import abstract, turning
from engine.flow.checking.problem import Checking, FlowProblem, Known
from engine.flow.checking.shape import may_be_jumped_to
from engine.flow.checking.soundness import check_soundness
from engine.flow.targets import END
from engine.rules import ActionSignature
from tests.engine.flow.generating import ENTITIES, random_flow
from tests.flow_check.exhaustive import Played, TooLarge, play

_TEXT = Text("文", "text")
_OUTSIDE = ("outside.ask",)
_ACTIONS = {key: ActionSignature(key, open=True, external=key.startswith("outside.")) for key in ("ask", "outside.ask")}


@dataclass(frozen=True)
class Comparison:
    """`outcome`: agree, differ or too large."""

    outcome: str
    differences: tuple[str, ...] = ()
    unsound: bool = False


def drawn(seed: int, nodes: int = 12) -> Flow:
    """The flow of a seed, of at most so many nodes."""
    number = 0
    while len((flow := random_flow(seed * 1_000 + number, nodes)).nodes) > nodes:
        number += 1
    return patient(flow)


def patient(flow: Flow) -> Flow:
    """The flow with somebody to wait for in each cycle in which nothing waits, because such a cycle has no last step to play to, and
    with something to do in each loop: the checker plays loops once."""
    flow = replace(flow, nodes=tuple(_busy(node) for node in flow.nodes))
    turns = {edge.id for edge in turning(abstract(flow, _OUTSIDE, with_waits=False))}
    nodes, edges = list(flow.nodes), []
    for edge in flow.edges:
        if edge.id not in turns:
            edges.append(edge)
            continue
        wait = f"wait_{edge.id}"
        target = flow.node(edge.target)
        nodes.append(
            Node(
                wait,
                "receive_task",
                _TEXT,
                target.parent if target else None,
                events=(EventDefinition("message", "go"),),
            )
        )
        edges += [replace(edge, target=wait), Edge(f"{edge.id}_on", wait, edge.target)]
    return replace(flow, nodes=tuple(nodes), edges=tuple(edges))


def refusing(flow: Flow, seed: int) -> Flow:
    """The flow with refusals that lead somewhere: to the end, back, or on to another node of the same scope."""
    random = Random(seed)
    return replace(flow, nodes=tuple(_refusing(flow, node, random) for node in flow.nodes))


def _refusing(flow: Flow, node: Node, random: Random) -> Node:
    targets = [END, *(each.id for each in flow.nodes if each.id != node.id and may_be_jumped_to(node, each))]
    if node.type != "user_task" or node.loop is not None or node.for_compensation or random.random() < 0.4:
        return node
    refusal = Outcome("refused", _TEXT, "refuse", target=random.choice(targets))
    return replace(node, outcomes=(*node.outcomes, refusal))


def _busy(node: Node) -> Node:
    if node.loop is None or node.loop.cardinality != "0":
        return node
    return replace(node, loop=replace(node.loop, cardinality="1"))


def problems(flow: Flow) -> list[FlowProblem]:
    """What the checker says about the flow as a whole."""
    checking = Checking(flow, Known(ENTITIES, {}, _ACTIONS))
    check_soundness(checking)
    return checking.problems


def compare(flow: Flow, limit: int) -> Comparison:
    """Both verdicts on the flow."""
    told = problems(flow)
    try:
        played = play(flow, limit)
    except TooLarge:
        return Comparison("too large")
    if any(problem.code == "flow.too_large_to_prove" for problem in told):
        return Comparison("too large")
    differences = tuple(_differences(flow, told, played))
    return Comparison("differ" if differences else "agree", differences, not played.sound)


def _differences(flow: Flow, told: list[FlowProblem], played: Played) -> list[str]:
    by_code = {code: {p.node for p in told if p.code == f"flow.{code}"} for code in _CODES}
    found = []
    if bool(by_code["multiplies"]) != played.grows:
        found.append(f"grows: {played.grows}, told {by_code['multiplies']}")
    if played.grows:
        return found
    if by_code["stuck_join"] < played.stuck:
        found.append(f"stuck at {played.stuck}, told {by_code['stuck_join']}")
    sound = not any(by_code[code] for code in ("stuck_join", "deadlock", "never_ends"))
    if sound != played.sound:
        found.append(f"sound: {played.sound} ({played}), told {by_code}")
    if played.sound and sound:
        unentered = {node.id for node in flow.nodes if _may_be_entered(flow, node.id)} - played.entered
        never = by_code["unreachable"] | by_code["never_happens"]
        if unentered != never:
            found.append(f"never entered {unentered}, told {never}")
    return found


_CODES = ("multiplies", "stuck_join", "deadlock", "never_ends", "unreachable", "never_happens")


def _may_be_entered(flow: Flow, id: str) -> bool:
    """All but boundary compensation events, event sub-processes and what compensates."""
    node = flow.node(id)
    while node is not None:
        if node.for_compensation or (node.id == id and node.type == "event_sub_process"):
            return False
        if node.id == id and any(event.kind == "compensation" for event in node.events):
            return False
        node = flow.node(node.parent or "")
    return True
