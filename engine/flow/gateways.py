"""Gateways: which edges a token takes, and when tokens that wait for one another go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.flow.events import arm
from engine.flow.expressions import Key
from engine.flow.program import Place
from engine.flow.run import Run
from engine.flow.state import JOIN, RACE, Consumed, Origin, Token
from engine.flow.tokens import chosen, consume, leave, remove, tokens_at


def exclusive(run: Run, _: Place, token: Token) -> None:
    """One edge: the first whose condition holds, else the default."""
    run.soon(_leave_exclusive, token)


def _leave_exclusive(run: Run, token: Token) -> None:
    place = run.program.places[token.node]
    edges = place.outgoing
    told = run.choose(place.node, edges) if run.choose is not None else None
    if told is not None:
        leave(run, token, told)
    elif len(edges) <= 1 and not place.conditional:
        leave(run, token, edges)  # a gateway that only merges
    else:
        values = run.values(token)
        taken = next(
            (e for e in edges if not e.default and run.program.holds(Key(e.id, "when"), values, run.moment, run.host)),
            None,
        ) or next((edge for edge in edges if edge.default), None)
        if taken is None:
            run.stop(token, "no_path", token.node)
        else:
            leave(run, token, (taken,))


# -- joins


def parallel(run: Run, place: Place, token: Token) -> None:
    """A token from every edge; what is left over on an edge stays for the next time."""
    if len(place.incoming) <= 1 or token.edge is None:
        run.soon(_leave_by_all, token)
        return
    run.wait(token, JOIN)
    standing = _standing(run, token.node, token.scope)
    if all(edge.id in standing for edge in place.incoming):
        run.soon(_leave_by_all, _merge(run, [standing[edge.id] for edge in place.incoming], token))


def _leave_by_all(run: Run, token: Token) -> None:
    leave(run, token, run.program.places[token.node].outgoing)


def _standing(run: Run, node: str, scope: int) -> dict[str, Token]:
    """The token that has waited longest at a join, on each edge that has one."""
    standing: dict[str, Token] = {}
    for token in tokens_at(run, node, scope):
        if token.waiting == JOIN and token.edge is not None:
            standing.setdefault(token.edge, token)
    return standing


def _merge(run: Run, consumed: Sequence[Token], last: Token) -> Token:
    """The tokens become one, the last that came; `consumed` is in the order of the edges."""
    if len(consumed) == 1:
        consumed[0].waiting = ""
        return consumed[0]
    outcome, scope, node = last.outcome, last.scope, last.node
    taken = tuple(Consumed(token.edge or "", token.lineage) for token in consumed)
    merged = consumed[0]
    for other in consumed[1:]:
        remove(run, other)
    merged.outcome, merged.waiting = outcome, ""
    merged.lineage = frozenset[int]().union(*(each.lineage for each in taken))
    if merged.lineage:
        run.cause(merged, Origin(node, scope, consumed=taken))
    run.record("joined", merged, tokens=len(taken))
    return merged


# -- inclusive and complex


def inclusive(run: Run, place: Place, token: Token) -> None:
    """Splits at once where it does not join; joins are looked at when nothing moves any more (fire_one)."""
    if len(place.incoming) <= 1 or token.edge is None:
        run.soon(_leave_by_conditions, token)
    else:
        run.wait(token, JOIN)


def _leave_by_conditions(run: Run, token: Token) -> None:
    place = run.program.places[token.node]
    taken = chosen(run, place, token) if place.conditional or run.choose is not None else place.outgoing
    if taken is None:
        run.stop(token, "no_path", token.node)
    else:
        leave(run, token, taken)


def complex_(run: Run, place: Place, token: Token) -> None:
    """Fires with the first `required` edges; those that come later, one from each other edge, change nothing, and then it is as new."""
    if len(place.incoming) <= 1 or token.edge is None:
        run.soon(_leave_by_conditions, token)
        return
    key = _key(token)
    seen = run.resets.get(key)
    run.wait(token, JOIN)
    if seen is None:
        _fire_complex(run, place, token)
    elif token.edge not in seen:
        run.resets[key] = (*seen, token.edge)
        is_new = _reset(run, place, key)
        left = [each for each in tokens_at(run, token.node, token.scope) if each is not token] if is_new else []
        consume(run, token)
        if left:
            _fire_complex(run, place, left[0])


def _key(token: Token) -> str:
    return f"{token.scope}:{token.node}"


def _fire_complex(run: Run, place: Place, token: Token) -> None:
    standing = _standing(run, token.node, token.scope)
    filled = [edge.id for edge in place.incoming if edge.id in standing]
    if len(filled) < (place.node.required or len(place.incoming)):
        return
    key = _key(token)
    run.resets[key] = tuple(filled)
    merged = _merge(run, [standing[edge] for edge in filled], token)
    _reset(run, place, key)
    run.soon(_leave_by_conditions, merged)


def _reset(run: Run, place: Place, key: str) -> bool:
    """The gateway is as new when every edge was seen; whether it is."""
    if len(run.resets[key]) < len(place.incoming):
        return False
    del run.resets[key]
    return True


def fire_one(run: Run) -> bool:
    """Let one inclusive join fire that can, in the order of the drawing; complex gateways for whose edges nothing will come any more are
    as new again. Whether anything happened."""
    if not run.program.reaching:
        return False
    return _fire_inclusive(run) or _reset_hopeless(run)


def _fire_inclusive(run: Run) -> bool:
    waiting = {
        (token.scope, token.node)
        for token in run.tokens.values()
        if token.waiting == JOIN and run.program.nodes[token.node].type == "inclusive_gateway"
    }
    if not waiting:
        return False
    order = {id: number for number, id in enumerate(run.program.places)}
    for scope, node in sorted(waiting, key=lambda address: (address[0], order[address[1]])):
        standing = _standing(run, node, scope)
        if _may_fire(run, node, scope, standing):
            consumed = [standing[edge.id] for edge in run.program.places[node].incoming if edge.id in standing]
            run.soon(_leave_by_conditions, _merge(run, consumed, max(consumed, key=lambda token: token.since)))
            return True
    return False


def _may_fire(run: Run, node: str, scope: int, standing: Mapping[str, Token]) -> bool:
    """Whether every token that can still come to an empty edge can also come to a filled one."""
    reaching = run.program.reaching[node]
    to_filled = [nodes for edge, nodes in reaching.items() if edge in standing]
    to_empty = [nodes for edge, nodes in reaching.items() if edge not in standing]
    elsewhere = {token.node for token in run.tokens.values() if token.scope == scope and token.node != node}
    return not any(
        any(each in nodes for nodes in to_empty) and not any(each in nodes for nodes in to_filled) for each in elsewhere
    )


def _reset_hopeless(run: Run) -> bool:
    for key, seen in list(run.resets.items()):
        scope, node = key.split(":", 1)
        missing = [nodes for edge, nodes in run.program.reaching[node].items() if edge not in seen]
        if any(
            token.scope == int(scope) and any(token.node in nodes for nodes in missing) for token in run.tokens.values()
        ):
            continue
        del run.resets[key]
        waiting = [token for token in tokens_at(run, node, int(scope)) if token.waiting == JOIN]
        if waiting:
            _fire_complex(run, run.program.places[node], waiting[0])
        return True
    return False


#: How a token leaves a gateway that could not let it go on, when that is tried again.
LEAVING: Mapping[str, Callable[[Run, Token], None]] = {
    "exclusive_gateway": _leave_exclusive,
    "parallel_gateway": _leave_by_all,
    "inclusive_gateway": _leave_by_conditions,
    "complex_gateway": _leave_by_conditions,
}


# -- event-based


def event_based(run: Run, place: Place, token: Token) -> None:
    """Wait for the first of the events behind it."""
    run.wait(token, RACE)
    for edge in place.outgoing:
        arm(run, run.program.nodes[edge.target], token.scope, token)
