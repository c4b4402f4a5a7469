"""Compensation: undoing completed activities in reverse order of their completion, once each, with the variables as they were then.

A handler runs in a scope of its own beside what it undoes. A completed sub-process is undone by its compensation event sub-process, or else
by undoing what was completed in it. Cancelling a transaction interrupts it, undoes it and leaves by the cancel boundary event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.definitions import EventDefinition
from engine.flow.registering import compensation_start
from engine.flow.run import Run
from engine.flow.state import COMPENSATION, ROOT, Compensation, Registration, Scope, Token
from engine.flow.tokens import begin, cancel_scope, clear, close, go, leave


def throw(run: Run, token: Token, event: EventDefinition) -> None:
    """The token asks for compensation of its scope, or of one activity in it, and waits until that is done."""
    scope = _compensated_scope(run, token)
    found = [
        each for each in run.registrations.values() if each.scope == scope.id and event.activity in (None, each.node)
    ]
    _begin(run, token, found, parallel=event.parallel)


def _compensated_scope(run: Run, token: Token) -> Scope:
    """The scope whose activities are undone: an event sub-process undoes those of the scope that it belongs to."""
    scope = run.home(token.scope)
    while scope.host is None and scope.id != ROOT and scope.compensation is None and scope.parent is not None:
        scope = run.home(scope.parent)
    return scope


def _begin(
    run: Run, token: Token, found: Iterable[Registration], *, parallel: bool = False, cancels: bool = False
) -> None:
    taken = list(found)
    for registration in taken:
        del run.registrations[registration.id]
    pending = tuple(_flattened(run, sorted(taken, key=lambda each: each.id)))
    made = Compensation(run.number(), token.id, pending, cancels=cancels)
    run.compensations[made.id] = made
    run.wait(token, COMPENSATION)
    _advance(run, made.id)
    if parallel:
        for _ in pending[1:]:
            _advance(run, made.id)


def _flattened(run: Run, registrations: Iterable[Registration]) -> Iterable[Registration]:
    """What is undone one by one: the inside of a sub-process that has no handler of its own in the place of it, and where it was."""
    for each in registrations:
        if each.handler is None and compensation_start(run, each.node) is None:
            yield from _flattened(run, [replace(inner, scope=each.scope) for inner in each.inside])
        else:
            yield each


def _advance(run: Run, id: int) -> None:
    """Undo the next, or go on when everything is done."""
    current = run.compensations[id]
    if current.pending:
        *rest, following = current.pending
        run.compensations[id] = replace(current, pending=tuple(rest), active=current.active + 1)
        _undo(run, current, following)
    elif not current.active:
        del run.compensations[id]
        _done(run, current)


def _undo(run: Run, compensation: Compensation, registration: Registration) -> None:
    token = run.tokens[compensation.token]
    parent = registration.scope if registration.scope in run.scopes else token.scope
    names = {**registration.values, **registration.locals}
    scope = run.open(registration.node, parent, compensation=compensation.id, locals=names)
    run.note("compensated", registration.node, scope.id)
    if registration.handler is not None:
        begin(run, registration.handler, scope.id, token)
        return
    for inner in registration.inside:
        run.registrations[inner.id] = replace(inner, scope=scope.id)
    found = compensation_start(run, registration.node)
    assert found is not None, "a sub-process without a handler of its own was flattened"
    sub_process, start = found
    inside = run.open(sub_process, scope.id)
    for node in run.program.starts(sub_process, start):
        begin(run, node, inside.id, token)


def handled(run: Run, scope: Scope) -> None:
    """One handler is done."""
    id = scope.compensation
    close(run, scope)
    if id is None or id not in run.compensations:
        return
    current = run.compensations[id]
    run.compensations[id] = replace(current, active=current.active - 1)
    if current.pending or current.active == 1:
        _advance(run, id)


def _done(run: Run, compensation: Compensation) -> None:
    token = run.tokens[compensation.token]
    token.waiting = ""
    if compensation.cancels:
        _leave_cancelled(run, token)
    else:
        run.soon(leave, token)


# -- transactions


def cancel_transaction(run: Run, token: Token) -> None:
    """A cancel end event: the transaction around it is interrupted, undone, and left by its cancel boundary event."""
    transaction = next(
        (
            scope
            for scope in run.above(token.scope)
            if scope.host is not None and scope.node and run.program.nodes[scope.node].type == "transaction"
        ),
        None,
    )
    if transaction is None or transaction.host is None:
        run.stop(token, "no_transaction", token.node)
        return
    host = run.tokens[transaction.host]
    clear(run, transaction)
    transaction.interrupted = True
    run.disarm(host.id)
    mine = [each for each in run.registrations.values() if each.scope == transaction.id]
    _begin(run, host, mine, cancels=True)


def _leave_cancelled(run: Run, host: Token) -> None:
    """The transaction is left by its cancel boundary event; of a multi-instance one that is the whole, with all its children."""
    around = run.scopes[host.scope]
    if around.index is not None and around.node == host.node and around.parent is not None:
        host = run.tokens[run.scopes[around.parent].host or 0]
    boundaries = run.program.places[host.node].boundaries
    boundary = next((node for node in boundaries if any(e.kind == "cancel" for e in node.events)), None)
    run.record("node_cancelled", host, by=boundary.id if boundary is not None else None)
    for scope in [each for each in run.scopes.values() if each.host == host.id]:
        cancel_scope(run, scope)
    if boundary is None:
        leave(run, host)
        return
    run.note("event_caught", boundary.id, host.scope, kind="cancel")
    host.edge = None
    go(run, host, boundary.id)
