"""Going on under another version of the flow: everything live is given its place in the new one, or the migration is refused.

Timers keep when they are due, and what has happened does not happen again. Boundary events and event sub-processes that are gone are not
waited for any more; those that are new are waited for from now on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definitions import Node
from engine.flow.commands import Migrate, Refused
from engine.flow.events import REASONS, arm
from engine.flow.run import Run
from engine.flow.state import (
    AD_HOC,
    CHILD,
    COMPENSATION,
    JOIN,
    LOOP,
    RACE,
    SCOPE,
    SENT_BACK,
    SERVICE,
    TASK,
    Registration,
    Scope,
    Subscription,
    Token,
)

_CATCHING = frozenset({"intermediate_catch_event", "receive_task"})
#: What the new node of a token that waits for something must be.
_TYPES: Mapping[str, frozenset[str]] = {
    TASK: frozenset({"user_task"}),
    SCOPE: frozenset({"sub_process", "transaction"}),
    RACE: frozenset({"event_based_gateway"}),
    CHILD: frozenset({"call_activity"}),
    SERVICE: frozenset({"service_task", "send_task"}),
    AD_HOC: frozenset({"ad_hoc_sub_process"}),
    JOIN: frozenset({"parallel_gateway", "inclusive_gateway", "complex_gateway"}),
    COMPENSATION: frozenset({"intermediate_throw_event", "end_event", "transaction"}),
    **dict.fromkeys((*REASONS.values(), "event"), _CATCHING),
}


def migrate(run: Run, command: Migrate) -> None:
    """Everything live is now at the nodes of the program that this step was given.

    Raises Refused when something live has no node there, one of another type, or one in another parent.
    """
    to = {**{node: node for node in run.program.nodes}, **command.nodes}
    run.registrations = {id: _registration(run, each, to) for id, each in run.registrations.items()}
    run.compensations = {
        id: replace(each, pending=tuple(_registration(run, one, to) for one in each.pending))
        for id, each in run.compensations.items()
    }
    for scope in sorted(run.scopes.values(), key=lambda scope: scope.id):
        _scope(run, scope, to)
    for token in run.tokens.values():
        _token(run, token, to)
    run.tasks = {id: replace(task, node=_target(run, task.node, to)) for id, task in run.tasks.items()}
    run.calls = {id: replace(call, node=_target(run, call.node, to)) for id, call in run.calls.items()}
    _subscriptions(run, to)
    run.origins = {n: replace(o, node=to.get(o.node, o.node)) for n, o in run.origins.items()}
    run.rounds = {_mapped(to, spot): round for spot, round in run.rounds.items()}
    run.returned = {_mapped(to, spot): times for spot, times in run.returned.items()}
    run.resets = {_renamed(key, to): edges for key, edges in run.resets.items()}
    for variable in run.program.flow.variables:
        run.variables.setdefault(variable.key, variable.default)
    run.changed = True
    run.note("migrated", None, nodes=dict(command.nodes))


def _target(run: Run, id: str, to: Mapping[str, str], fits: Callable[[Node], bool] = lambda _: True) -> str:
    new = to.get(id)
    if new is None or new not in run.program.nodes:
        raise Refused("flow.cannot_migrate", node=id)
    if not fits(run.program.nodes[new]):
        raise Refused("flow.cannot_migrate", node=id, target=new)
    return new


def _registration(run: Run, registration: Registration, to: Mapping[str, str]) -> Registration:
    handler = registration.handler
    return replace(
        registration,
        node=_target(run, registration.node, to),
        handler=None if handler is None else _target(run, handler, to),
        inside=tuple(_registration(run, each, to) for each in registration.inside),
    )


def _scope(run: Run, scope: Scope, to: Mapping[str, str]) -> None:
    if scope.node is None or scope.parent is None:
        return

    def fits(node: Node) -> bool:
        looped = scope.loop is not None or scope.index is not None
        if looped and (node.loop is None or (node.loop.kind == "standard") != _is_standard(run, scope)):
            return False
        if scope.host is None and scope.index is None and scope.compensation is None:
            return node.type == "event_sub_process" and node.parent == run.home(scope.parent or 0).node
        return True

    scope.node = _target(run, scope.node, to, fits)


def _is_standard(run: Run, scope: Scope) -> bool:
    """Whether the loop under way has no number of children."""
    around = scope if scope.loop is not None else run.scopes[scope.parent or 0]
    return around.loop is not None and around.loop.total is None


def _token(run: Run, token: Token, to: Mapping[str, str]) -> None:
    def fits(node: Node) -> bool:
        if token.waiting == LOOP:
            return node.loop is not None
        return token.waiting not in _TYPES or node.type in _TYPES[token.waiting]

    token.node = _target(run, token.node, to, fits)
    incoming = [edge.id for edge in run.program.places[token.node].incoming]
    if token.edge is not None and token.edge not in incoming:
        token.edge = next(iter(incoming), None)
    if run.program.nodes[token.node].parent != _parent(run, token):
        raise Refused("flow.cannot_migrate", node=token.node)


def _parent(run: Run, token: Token) -> str | None:
    """What the node of a token must be in: a compensation handler is beside what it undoes."""
    home = run.home(token.scope)
    if home.compensation is not None and run.program.places[home.node or ""].handler == token.node:
        return run.program.nodes[home.node or ""].parent
    return home.node


def _renamed(key: str, to: Mapping[str, str]) -> str:
    scope, node = key.split(":", 1)
    return f"{scope}:{to.get(node, node)}"


# -- what is waited for


def _subscriptions(run: Run, to: Mapping[str, str]) -> None:
    for each in list(run.subscriptions.values()):
        moved = replace(each, node=to.get(each.node, each.node))
        if _has_a_place(run, moved):
            run.subscriptions[each.id] = moved
        else:
            run.unsubscribe(each.id)
    for token in list(run.tokens.values()):
        _wait_on(run, token)
    for scope in list(run.scopes.values()):
        if not scope.interrupted and scope.loop is None and scope.index is None and scope.compensation is None:
            for start in run.program.armed_starts[scope.node]:
                _arm_if_new(run, start, scope.id, None)


def _has_a_place(run: Run, subscription: Subscription) -> bool:
    """Whether the event is still there, where the token or scope would wait for it."""
    node = run.program.nodes.get(subscription.node)
    if node is not None and node.assignment is not None:  # the clock of a task, which is not set anew
        return subscription.event < len(node.assignment.overdue)
    if (
        node is None
        or subscription.event >= len(node.events)
        or node.events[subscription.event].kind != subscription.kind
    ):
        return False
    if subscription.token is None:
        around = run.scopes[subscription.scope].node
        return any(start.id == node.id for start in run.program.armed_starts[around])
    token = run.tokens[subscription.token]
    if node.type == "boundary_event":
        return node.attached_to == token.node
    return node.id == token.node or any(e.target == node.id for e in run.program.places[token.node].outgoing)


def _wait_on(run: Run, token: Token) -> None:
    """A token must still have what it waits for; its activity's new boundary events are waited for too."""
    place, scope = run.program.places[token.node], run.scopes[token.scope]
    if token.waiting in (*REASONS.values(), "event"):
        held = {each.event for each in run.subscriptions.values() if (each.token, each.node) == (token.id, token.node)}
        if held != {index for index, event in enumerate(place.node.events) if event.kind in REASONS}:
            raise Refused("flow.cannot_migrate", node=token.node)
    if token.waiting == RACE:
        for edge in place.outgoing:
            _arm_if_new(run, run.program.nodes[edge.target], token.scope, token)
    stopped_before = token.problem is not None and token.problem.code == "step_budget"  # it has not entered the node
    entered = token.waiting not in ("", SENT_BACK) and not stopped_before
    if entered and not (scope.index is not None and scope.node == token.node):
        for boundary in place.boundaries:
            _arm_if_new(run, boundary, token.scope, token)


def _arm_if_new(run: Run, node: Node, scope: int, token: Token | None) -> None:
    address = (node.id, scope, token.id if token is not None else None)
    if not any((each.node, each.scope, each.token) == address for each in run.subscriptions.values()):
        arm(run, node, scope, token)


def _mapped(to: Mapping[str, str], spot: str) -> str:
    """A spot (see Run.spot), or one with an outcome, in the new version."""
    end = next((n for n, sign in enumerate(spot) if sign in "#:"), len(spot))
    return to.get(spot[:end], spot[:end]) + spot[end:]
