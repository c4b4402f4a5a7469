"""Why an instance stands where it stands: for every live token, what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.flow.program import Program
from engine.flow.state import JOIN, TASK, Json, State, Token


@dataclass(frozen=True, slots=True)
class Waiting:
    """`reason` as of Token.waiting, or the code of the incident. `detail` by reason: task (`task`), timer (`due`), message and signal
    (`name`, `correlation`), event and race (`events`: each kind, name, due), join (`filled`, `missing` edges), service and child
    (`call`, `action`), scope, loop, ad_hoc (`scope`; of a loop `completed`, `total`; of ad_hoc `choices`), incident (`detail`)."""

    token: int
    node: str
    scope: int
    reason: str
    since: datetime
    detail: Mapping[str, Json] = field(default_factory=dict)


def waiting(program: Program, state: State) -> tuple[Waiting, ...]:
    """What each live token waits for, in their order."""
    return tuple(_of(program, state, token) for token in state.tokens)


def _of(program: Program, state: State, token: Token) -> Waiting:
    if token.problem is not None:
        detail: Mapping[str, Json] = {"detail": token.problem.detail}
        return Waiting(token.id, token.node, token.scope, token.problem.code, token.since, detail)
    detail = _DETAILS[token.waiting](program, state, token) if token.waiting in _DETAILS else {}
    events = _events(state, token)
    if events and token.waiting not in _EVENTS:
        detail = {**detail, "events": events}
    return Waiting(token.id, token.node, token.scope, token.waiting, token.since, detail)


def _events(state: State, token: Token) -> list[dict[str, Json]]:
    """What the token listens to: of an activity, its boundary events; of a task its own clocks too."""
    return [
        {
            "node": each.node,
            "kind": each.kind,
            **({"name": each.name} if each.name is not None else {}),
            **({"correlation": each.correlation} if each.correlation is not None else {}),
            **({"due": each.due.isoformat()} if each.due is not None else {}),
            **({"happened": True} if each.happened else {}),
            # A clock of the task itself: the number of its rule for what is late.
            **({"rule": each.event} if token.waiting == TASK and each.node == token.node else {}),
        }
        for each in state.subscriptions
        if each.token == token.id
    ]


def _task(_: Program, state: State, token: Token) -> dict[str, Json]:
    return {"task": next((task.id for task in state.tasks if task.token == token.id), None)}


def _event(_: Program, state: State, token: Token) -> dict[str, Json]:
    events = _events(state, token)
    first = events[0] if len(events) == 1 else {}
    return {**{name: first[name] for name in ("name", "correlation", "due") if name in first}, "events": events}


def _join(program: Program, state: State, token: Token) -> dict[str, Json]:
    here = {t.edge for t in state.tokens if t.node == token.node and t.scope == token.scope and t.waiting == JOIN}
    edges = [edge.id for edge in program.places[token.node].incoming]
    return {
        "filled": [edge for edge in edges if edge in here],
        "missing": [edge for edge in edges if edge not in here],
    }


def _call(_: Program, state: State, token: Token) -> dict[str, Json]:
    call = next((call for call in state.calls if call.token == token.id), None)
    return {} if call is None else {"call": call.id, "action": call.action}


def _inside(program: Program, state: State, token: Token) -> dict[str, Json]:
    scope = next((scope for scope in state.scopes if scope.host == token.id), None)
    if scope is None:
        return {}
    found: dict[str, Json] = {"scope": scope.id}
    if scope.loop is not None:
        found |= {"completed": scope.loop.completed, "total": scope.loop.total}
    if token.node in program.ad_hoc:
        choices = (node for node in program.children.get(token.node, ()) if program.is_implicit_start(node))
        found["choices"] = [node.id for node in choices]
    return found


def _compensation(_: Program, state: State, token: Token) -> dict[str, Json]:
    found = [each for each in state.compensations if each.token == token.id]
    return {"pending": [r.node for each in found for r in each.pending], "active": sum(e.active for e in found)}


_EVENTS = frozenset({"timer", "message", "signal", "condition", "event", "race"})
_DETAILS: Mapping[str, Callable[[Program, State, Token], Mapping[str, Json]]] = {
    "task": _task,
    **dict.fromkeys(_EVENTS, _event),
    JOIN: _join,
    "service": _call,
    "child": _call,
    "scope": _inside,
    "loop": _inside,
    "ad_hoc": _inside,
    "compensation": _compensation,
}
