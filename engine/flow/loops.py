"""Loops and multi-instance: an activity that runs several times inside one token.

The token that entered the activity waits; in a scope of the loop each child has a scope of its own, with the element and the loop
counter as names, and one token at the same node that does the activity's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.definitions import Loop
from engine.flow.approval.returning import come_back
from engine.flow.expressions import COUNTERS, LOOP_COUNTER, Key
from engine.flow.program import Place
from engine.flow.registering import register
from engine.flow.run import Run, is_too_long
from engine.flow.state import LOOP, Decided, Json, LoopState, Origin, Scope, Token
from engine.flow.tokens import cancel_scope, close, leave, remove

#: Children of one multi-instance activity: each is a token, a scope and perhaps a task, some 400 characters of the state together,
#: which the state has room for beside variables.
MOST_CHILDREN = 500


def begin(run: Run, place: Place, token: Token) -> None:
    """The token enters an activity that loops."""
    loop = place.node.loop
    assert loop is not None, "only activities with a loop come here"
    state = LoopState() if loop.kind == "standard" else _counted(run, loop, token)
    if state is None:
        return
    run.wait(token, LOOP)
    scope = run.open(token.node, token.scope, host=token.id, loop=state)
    if loop.kind == "standard":
        _again(run, scope, loop)
    elif state.total == 0:
        _finish(run, scope)
    else:
        for index in range(state.total if loop.kind == "parallel" and state.total else 1):
            _start_child(run, scope, loop, index)


def _counted(run: Run, loop: Loop, token: Token) -> LoopState | None:
    """The items to go through, as they are now; None, and an incident, when that makes no sense."""
    values = run.values(token)
    if loop.collection is not None:
        found = run.program.value(Key(token.node, "loop", "collection"), values, run.moment, run.host)
        items = tuple(found) if isinstance(found, list | tuple) else () if found is None else (found,)
        total = len(items)
    else:
        found = run.program.value(Key(token.node, "loop", "cardinality"), values, run.moment, run.host)
        items, total = (), max(0, int(found)) if isinstance(found, int | float) else 0
    if total > MOST_CHILDREN:
        run.stop(token, "too_many_instances", f"{total}; at most {MOST_CHILDREN}")
        return None
    return LoopState(items, total)


def _start_child(run: Run, scope: Scope, loop: Loop, index: int) -> Token:
    state = _state(scope)
    names: dict[str, Json] = {LOOP_COUNTER: index}
    if loop.element is not None:
        names[loop.element] = state.items[index] if index < len(state.items) else None
    scope.loop = replace(state, started=max(state.started, index + 1))
    child = run.open(scope.node, scope.id, index=index, locals=names)
    host = run.tokens[_host(scope)]
    token = run.token(host.node, child.id, host)
    token.edge = host.edge
    run.soon(run.hooks.perform, token)
    return token


def child_again(run: Run, scope: Scope, index: int) -> Token:
    """A child that was done is asked once more: where they come one after the other, in place of the one that has begun since."""
    node, state = run.program.nodes[scope.node or ""], _state(scope)
    assert node.loop is not None, "the scope of a loop"
    begun = state.started
    if node.loop.kind != "parallel":
        begun = index
        for child in [each for each in run.scopes.values() if each.parent == scope.id]:
            cancel_scope(run, child)
    outputs = {each: output for each, output in state.outputs.items() if each != index}
    decided = {each: by for each, by in state.decided.items() if each != index}
    scope.loop = replace(state, started=begun, completed=state.completed - 1, outputs=outputs, decided=decided)
    return _start_child(run, scope, node.loop, index)


def child_left(run: Run, child: Scope, token: Token | None) -> None:
    """A child is done with its work: count it, ask whether that is enough, start the next."""
    scope = run.scopes[child.parent or 0]
    node = run.program.nodes[scope.node or ""]
    loop, state = node.loop, _state(scope)
    assert loop is not None, "the scope of a loop"
    outputs = dict(state.outputs)
    if loop.output is not None and token is not None:
        key = Key(node.id, "loop", "output")
        outputs[child.index or 0] = run.program.value(key, run.values(token), run.moment, run.host)
        if is_too_long(outputs):
            run.stop(token, "outputs_too_long", loop.output_collection or node.id)
            return
    decided = _decided(run, child, token) if token is not None and node.type == "user_task" else {}
    if token is not None and run.program.places[node.id].compensated:
        register(run, run.program.places[node.id], token)
    decided = {**state.decided, **decided}
    scope.loop = state = replace(state, completed=state.completed + 1, outputs=outputs, decided=decided)
    counted = _values(run, scope, child, token)
    if token is not None:
        scope.outcome = token.outcome if token.outcome is not None else scope.outcome
        remove(run, token)
    close(run, child)
    if loop.kind == "standard":
        _again(run, scope, loop, counted)
    elif _is_enough(run, scope, loop, counted) or state.completed == state.total:
        _finish(run, scope)
    elif state.total is not None and loop.kind == "sequential" and state.started < state.total:
        _start_child(run, scope, loop, state.started)


def _decided(run: Run, child: Scope, token: Token) -> dict[int, Decided]:
    """Who completed a child's task, by its index: they can take it back, unless it can be compensated."""
    number = max((n for n in token.lineage & run.origins.keys() if run.origins[n].scope == child.id), default=None)
    by = run.origins[number] if number is not None else None
    if number is None or by is None or by.actor is None or run.program.places[by.node].compensated:
        return {}
    return {child.index or 0: Decided(number, by.actor, by.agreed, by.principal, by.task)}


def _values(run: Run, scope: Scope, child: Scope, token: Token | None) -> dict[str, Json]:
    """What the completion condition reads: what the child read, and how many there are."""
    state = _state(scope)
    values = run.values(token) if token is not None else run.around(child.id)
    numbers = (state.total, state.started - state.completed, state.completed)
    return {**values, **dict(zip(COUNTERS, numbers, strict=True))}


def _is_enough(run: Run, scope: Scope, loop: Loop, values: Mapping[str, Any]) -> bool:
    return loop.completion is not None and run.program.holds(
        Key(scope.node or "", "loop", "completion"), values, run.moment, run.host
    )


def _again(run: Run, scope: Scope, loop: Loop, values: Mapping[str, Any] | None = None) -> None:
    """Go round a standard loop once more, or be done. The first time its condition is looked at only where it is tested before."""
    state = _state(scope)
    first = state.started == 0
    if loop.maximum is not None and state.started >= loop.maximum:
        again = False
    elif first and not loop.test_before:
        again = True
    else:
        host = run.tokens[_host(scope)]
        read = {**run.values(host), **(values or {}), LOOP_COUNTER: state.started}
        again = run.program.holds(Key(scope.node or "", "loop", "condition"), read, run.moment, run.host)
    if again:
        _start_child(run, scope, loop, state.started)
    else:
        _finish(run, scope)


def _finish(run: Run, scope: Scope) -> None:
    """The activity is done; children still at work are cancelled."""
    node, state = run.program.nodes[scope.node or ""], _state(scope)
    token = run.tokens[_host(scope)]
    if node.loop is not None and node.loop.output_collection is not None:
        run.assign({node.loop.output_collection: [state.outputs[index] for index in sorted(state.outputs)]})
    token.outcome = scope.outcome if scope.outcome is not None else token.outcome
    cancel_scope(run, scope)
    if token.returns is not None:
        come_back(run, token)
        return
    if node.type == "user_task":  # what was decided by several people can be sent back to as a whole
        run.cause(token, Origin(node.id, token.scope, before=token.lineage))
    token.waiting = ""
    run.soon(leave, token)


def _state(scope: Scope) -> LoopState:
    assert scope.loop is not None, "the scope of a loop"
    return scope.loop


def _host(scope: Scope) -> int:
    assert scope.host is not None, "a loop has a token that waits for it"
    return scope.host
