"""After a step nothing is left that would happen by itself: joins that can fire have fired, conditions that hold were noticed.

The joins' rules are stated here a second time, from the definition of BPMN and over the drawing, not taken from the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from engine.definitions import Node
from engine.flow import Program
from engine.flow.expressions import Key
from engine.flow.state import JOIN, RUNNING, Scope, State, Token
from engine.language import NOTHING

#: Where a refusal leads that names no node.
_WORDS = (None, "end", "initiator", "previous")
#: The conditions of random flows do not ask for the time.
_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def joins(program: Program, state: State) -> Iterator[str]:
    """Joins that could fire and have not."""
    if state.suspended is not None or state.status != RUNNING:
        return
    here: dict[tuple[int, str], set[str]] = {}
    for token in state.tokens:
        if token.waiting == JOIN and token.edge is not None:
            here.setdefault((token.scope, token.node), set()).add(token.edge)
    for (scope, node), filled in here.items():
        if _CAN_FIRE[program.nodes[node].type](program, state, scope, node, filled):
            yield f"{node} in scope {scope} has tokens on {sorted(filled)} and could fire"


def _parallel(program: Program, _: State, __: int, node: str, filled: set[str]) -> bool:
    return {edge.id for edge in program.places[node].incoming} <= filled


def _complex(program: Program, state: State, scope: int, node: str, filled: set[str]) -> bool:
    incoming = program.places[node].incoming
    required = program.nodes[node].required or len(incoming)
    return f"{scope}:{node}" not in state.resets and len(filled) >= required


def _inclusive(program: Program, state: State, scope: int, node: str, filled: set[str]) -> bool:
    """Every token that can come to an empty edge without passing the join can also come to a filled one so."""
    ways = _ways_to(program, node)
    to_filled = frozenset().union(*(places for edge, places in ways.items() if edge in filled))
    to_empty = frozenset().union(*(places for edge, places in ways.items() if edge not in filled))
    return not any(
        token.scope == scope and token.node != node and token.node in to_empty - to_filled for token in state.tokens
    )


_CAN_FIRE = {"parallel_gateway": _parallel, "complex_gateway": _complex, "inclusive_gateway": _inclusive}


@lru_cache(maxsize=64)
def _ways_to(program: Program, join: str) -> Mapping[str, frozenset[str]]:
    """By incoming edge, the nodes from which a token can come to it without passing the join: searched forward from each node."""
    parent = program.nodes[join].parent
    around = [node for node in program.nodes.values() if node.parent == parent and node.id != join]
    reached = {node.id: _edges_behind(program, node.id, join) for node in around}
    return {
        edge.id: frozenset(id for id, edges in reached.items() if edge.id in edges)
        for edge in program.places[join].incoming
    }


def _edges_behind(program: Program, begin: str, join: str) -> set[str]:
    """The edges that a token at `begin` can still take, the join itself not passed."""
    edges: set[str] = set()
    seen, waiting = {begin}, [begin]
    while waiting:
        id = waiting.pop()
        edges |= {edge.id for edge in program.places[id].outgoing}
        for target in _following(program, program.nodes[id]) - seen - {join}:
            seen.add(target)
            waiting.append(target)
    return edges


def _following(program: Program, node: Node) -> set[str]:
    following: set[str | None] = {edge.target for edge in program.places[node.id].outgoing}
    following |= {boundary.id for boundary in program.nodes.values() if boundary.attached_to == node.id}
    if node.type == "jump" and node.target is not None:
        following.add(node.target)
    following |= {each.target for each in node.outcomes if each.kind == "refuse" and each.target not in _WORDS}
    following |= {rule.target for rule in (node.assignment.overdue if node.assignment else ()) if rule.action == "jump"}
    thrown = {e.name for e in node.events if e.kind == "link"} if node.type == "intermediate_throw_event" else set()
    following |= {
        other.id
        for other in program.nodes.values()
        if other.type == "intermediate_catch_event"
        and other.parent == node.parent
        and any(event.kind == "link" and event.name in thrown for event in other.events)
    }
    return {id for id in following if id is not None}


def conditions(program: Program, state: State) -> Iterator[str]:
    """Armed conditions of which what was noticed last is not what they are now."""
    if state.suspended is not None:
        return
    scopes = {scope.id: scope for scope in state.scopes}
    tokens = {token.id: token for token in state.tokens}
    for each in state.subscriptions:
        if each.kind != "conditional" or each.happened:
            continue
        key = Key(each.node, "event_condition", str(each.event))
        values = _values(state, scopes, each.scope, tokens.get(each.token or 0))
        if program.holds(key, values, _NOW.astimezone(program.zone), program.timed(NOTHING)) != each.held:
            yield f"the condition of {each.node} is {not each.held}, and nothing came of it: {values}"


def _values(state: State, scopes: Mapping[int, Scope], scope: int, token: Token | None) -> dict[str, object]:
    around, current = [], scopes.get(scope)
    while current is not None:
        around.append(current.locals)
        current = scopes.get(current.parent) if current.parent is not None else None
    values: dict[str, object] = {**state.context, **state.variables}
    for names in reversed(around):
        values.update(names)
    return {**values, "outcome": None if token is None else token.outcome}
