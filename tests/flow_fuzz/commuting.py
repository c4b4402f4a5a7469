"""Independent branches commute: two commands that touch different nodes lead to the same state in either order, up to numbering.

Left aside is what may depend on the order by right: in which order activities are compensated later, and the outcome of the one that
came to its end last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.flow import (
    CompleteTask,
    Deliver,
    Effect,
    OpenTask,
    Program,
    Record,
    Refused,
    ServiceResult,
    State,
    Trigger,
    step,
)
from engine.flow.state import Scope, Token
from tests.flow_fuzz.approving import people
from tests.flow_fuzz.laws import Violation
from tests.flow_fuzz.moves import Chosen
from tests.flow_people import with_people

LAW = "independent branches commute"
_LOCAL = (CompleteTask, Deliver, ServiceResult, Trigger)
#: Records that no node stands in.
_WIDE = frozenset({"escalation_thrown", "error_thrown", "sent_back", "compensated"})


@dataclass(frozen=True, slots=True)
class _Done:
    """A state after some steps, and which nodes the last one touched."""

    state: State
    touched: frozenset[str]


def check_commuting(program: Program, state: State, now: datetime, some: Chosen, other: Chosen) -> bool:
    """Whether the two were found to be independent. Raises Violation when they are and their order matters."""
    if not (isinstance(some.command, _LOCAL) and isinstance(other.command, _LOCAL)) or state.suspended is not None:
        return False
    first, second = _do(program, state, now, some), _do(program, state, now, other)
    if first is None or second is None or first.touched & second.touched:
        return False
    then_second, then_first = _do(program, first.state, now, other), _do(program, second.state, now, some)
    if then_second is None or then_first is None:
        return False
    if then_second.touched != second.touched or then_first.touched != first.touched:
        return False
    one, two = canonical(then_second.state), canonical(then_first.state)
    if one != two:
        differing = [f"{name}: {one[name]} / {two[name]}" for name in one if one[name] != two[name]]
        raise Violation(LAW, f"{some.command} and {other.command}: {differing}")
    return True


def _do(program: Program, state: State, now: datetime, chosen: Chosen) -> _Done | None:
    """The step, if it can be made and stays in its branch: no variable set, nothing thrown, nothing ended, nobody drawn."""
    try:
        after, effects = step(program, state, chosen.command, now)
        if _is_wide(effects) or after.status != "running" or dict(after.variables) != dict(state.variables):
            return None
        after, effects = with_people(program, after, effects, now, lambda node: people(program, node))
    except Refused:
        return None
    return None if _is_drawn(program, effects) else _Done(after, _touched(program, effects))


def _is_drawn(program: Program, effects: Sequence[Effect]) -> bool:
    """Whether somebody was chosen at random: by the task's number, which is another in the other order."""
    opened = (program.nodes[each.node].assignment for each in effects if isinstance(each, OpenTask))
    return any(each is not None and each.mode == "random" for each in opened)


def _is_wide(effects: Sequence[Effect]) -> bool:
    return any(isinstance(effect, Record) and effect.type in _WIDE for effect in effects)


def _touched(program: Program, effects: Sequence[Effect]) -> frozenset[str]:
    """The nodes that effects are about, with the activity that an event is attached to or an event sub-process is in."""
    found = {node for effect in effects if (node := getattr(effect, "node", None)) is not None}
    found |= {host for id in list(found) if (host := program.nodes[id].attached_to) is not None}
    inside = [program.nodes[id].parent for id in found if program.nodes[id].type == "start_event"]
    return frozenset(found | {program.nodes[id].parent or "" for id in inside if id is not None})


# -- states up to numbering


def canonical(state: State) -> dict[str, Any]:
    """What a state says without its numbers."""
    scopes = {scope.id: scope for scope in state.scopes}
    tokens = {token.id: token for token in state.tokens}
    rounds: Mapping[str, Hashable] = {task.id: (task.node, task.round) for task in state.tasks}

    def at(scope: int) -> Hashable:
        return _path(scopes, scope)

    def of(token: int | None) -> Hashable:
        return None if token is None else (tokens[token].node, at(tokens[token].scope))

    return {
        "status": state.status,
        "variables": state.variables,
        "rounds": state.rounds,
        "tokens": Counter(_token(state, token, at(token.scope)) for token in state.tokens),
        "scopes": Counter((at(scope.id), of(scope.host), scope.interrupted, scope.entered) for scope in state.scopes),
        "tasks": Counter((rounds[task.id], task.items, of(task.token)) for task in state.tasks),
        "subscriptions": Counter(
            (each.node, each.event, at(each.scope), of(each.token), each.correlation, each.due, each.left, each.held, each.happened)
            for each in state.subscriptions
        ),
        "calls": Counter((call.node, call.kind, call.action, str(call.arguments), of(call.token)) for call in state.calls),
        "registrations": Counter((each.node, each.handler, at(each.scope)) for each in state.registrations),
        "compensations": Counter((of(each.token), len(each.pending), each.active) for each in state.compensations),
        "resets": Counter(_reset(key, edges, at) for key, edges in state.resets.items()),
    }  # fmt: skip


def _path(scopes: Mapping[int, Scope], id: int | None) -> Hashable:
    found = []
    while id is not None:
        scope = scopes[id]
        found.append((scope.node, scope.index, scope.compensation is not None))
        id = scope.parent
    return tuple(found)


def _token(state: State, token: Token, place: Hashable) -> Hashable:
    behind = frozenset(Counter((state.origins[n].node, state.origins[n].is_join) for n in token.lineage).items())
    problem = (token.problem.code, token.problem.detail) if token.problem else None
    return token.node, place, token.waiting, token.edge, token.outcome, token.about is not None, problem, behind


def _reset(key: str, edges: Sequence[str], at: Any) -> Hashable:
    scope, node = key.split(":", 1)
    return at(int(scope)), node, frozenset(edges)
