"""How tokens move: to a node, out of it by its edges, to their end, or away with all that depends on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.definitions import Edge
from engine.flow.expressions import Key
from engine.flow.program import Place
from engine.flow.registering import register
from engine.flow.run import Run
from engine.flow.state import SENT_BACK, Scope, Token


def go(run: Run, token: Token, node: str) -> None:
    """Let the token enter `node` in its turn."""
    token.node, token.waiting = node, ""
    run.turns.append((run.hooks.enter, token))


def begin(run: Run, node: str, scope: int, like: Token | None = None) -> Token:
    """A new token that enters `node` in its turn."""
    token = run.token(node, scope, like)
    run.turns.append((run.hooks.enter, token))
    return token


def leave(run: Run, token: Token, edges: Sequence[Edge] | None = None) -> None:
    """The node is done with the token: it goes along `edges`, or those that the node's conditions choose, a copy of it on each after
    the first; where there are none it ends here."""
    place = run.program.places[token.node]
    if place.boundaries and run.subscriptions:
        run.disarm(token.id)
    scope = run.scopes[token.scope]
    if scope.index is not None and scope.node == token.node:
        run.hooks.child_left(run, scope, token)
        return
    taken = _ways_out(run, place, token) if edges is None else edges
    if taken is None:
        run.stop(token, "no_path", token.node)
        return
    if place.compensated and place.node.loop is None:
        register(run, place, token)
    run.record("node_left", token)
    _take(run, token, taken)
    if taken and scope.node in run.program.ad_hoc and not place.node.type.endswith(("_gateway", "_event")):
        run.hooks.progressed(run, scope)


def _take(run: Run, token: Token, taken: Sequence[Edge]) -> None:
    if not taken:
        consume(run, token)
        return
    enter, scope = run.hooks.enter, token.scope
    copies = [run.token(edge.target, scope, token) for edge in taken[1:]]
    for moving, edge in zip((token, *copies), taken, strict=True):
        moving.node, moving.edge, moving.waiting, moving.problem = edge.target, edge.id, "", None
        run.turns.append((enter, moving))


def _ways_out(run: Run, place: Place, token: Token) -> Sequence[Edge] | None:
    """The edges that a token leaves an activity or event by; None when all have conditions and none holds."""
    if not place.conditional:
        return place.outgoing
    return chosen(run, place, token)


def chosen(run: Run, place: Place, token: Token) -> Sequence[Edge] | None:
    """The edges whose conditions hold and those without one, else the default; None when there is no default either."""
    if run.choose is not None:
        told = run.choose(place.node, place.outgoing)
        if told is not None:
            return told
    values = run.values(token)
    taken = [edge for edge in place.outgoing if not edge.default and _is_open(run, edge, values)]
    return taken or [edge for edge in place.outgoing if edge.default] or (None if place.outgoing else ())


def _is_open(run: Run, edge: Edge, values: dict[str, object]) -> bool:
    return edge.when is None or run.program.holds(Key(edge.id, "when"), values, run.moment, run.host)


def consume(run: Run, token: Token) -> None:
    """The token ends here; its scope too, when nothing is left in it."""
    del run.tokens[token.id]
    scope = run.scopes[token.scope]
    scope.outcome = token.outcome if token.outcome is not None else scope.outcome
    run.population[scope.id] -= 1
    if not run.population[scope.id]:
        run.hooks.emptied(run, scope)
    elif scope.node in run.program.ad_hoc:
        run.hooks.progressed(run, scope)


def remove(run: Run, token: Token) -> None:
    """The token is taken out without anything following from it."""
    del run.tokens[token.id]
    run.population[token.scope] -= 1


def interrupt(run: Run, token: Token, by: str | None = None) -> None:
    """What goes on at the token's node is cancelled, with all inside it, by a boundary event or because more is; the token itself
    stays, to be sent elsewhere."""
    if by is None:
        run.record("node_cancelled", token)
    else:
        run.record("node_cancelled", token, by=by)
        run.forget_turns(token)
    compensating = {each.id for each in run.compensations.values() if each.token == token.id}
    for scope in list(run.scopes.values()):
        hosted = scope.host == token.id or (scope.compensation is not None and scope.compensation in compensating)
        if hosted and scope.id in run.scopes:
            cancel_scope(run, scope)
    if token.waiting == SENT_BACK:  # what it asked again is not wanted any more
        for asked in [each for each in run.tokens.values() if each.returns == token.id]:
            cancel(run, asked)
    run.release(token)
    token.problem = None


def cancel(run: Run, token: Token) -> None:
    """The token goes, with everything at its node."""
    interrupt(run, token)
    remove(run, token)


def clear(run: Run, scope: Scope) -> None:
    """Cancel everything in a scope; the scope stays."""
    for token in [each for each in run.tokens.values() if each.scope == scope.id]:
        if token.id in run.tokens:
            cancel(run, token)
    for inner in [each for each in run.scopes.values() if each.parent == scope.id]:
        if inner.id in run.scopes:
            cancel_scope(run, inner)
    forget_starts(run, scope)


def cancel_scope(run: Run, scope: Scope) -> None:
    """Cancel a scope with everything in it."""
    clear(run, scope)
    close(run, scope)


def close(run: Run, scope: Scope) -> None:
    """The scope is over; nothing is left in it."""
    forget_starts(run, scope)
    for registration in [each for each in run.registrations.values() if each.scope == scope.id]:
        del run.registrations[registration.id]
    for key in [key for key in run.resets if key.startswith(f"{scope.id}:")]:
        del run.resets[key]
    del run.scopes[scope.id], run.population[scope.id]
    if scope.parent is not None:
        run.population[scope.parent] -= 1


def forget_starts(run: Run, scope: Scope) -> None:
    """Event sub-processes of the scope cannot start any more."""
    for each in [each for each in run.subscriptions.values() if each.token is None and each.scope == scope.id]:
        run.unsubscribe(each.id)


def tokens_at(run: Run, node: str, scope: int | None = None) -> Iterable[Token]:
    """The tokens at a node, in a scope or everywhere."""
    return [token for token in run.tokens.values() if token.node == node and (scope is None or token.scope == scope)]
