"""Throwing: errors and escalations look for who catches them, from the innermost scope outward; messages and signals leave.

In a scope its event sub-processes come before the boundary events of its activity, a handler of the very code before one of every
code, and a handler does not catch what it throws itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions import EventDefinition, Node
from engine.flow.effects import EscalateToParent, Publish
from engine.flow.events import at_boundary, doubt, signal, start_inside, take_in
from engine.flow.expressions import Key
from engine.flow.run import Run, is_too_long
from engine.flow.state import FAILED, ROOT, Json, Scope, Token
from engine.flow.tokens import cancel, cancel_scope, clear, leave

Payload = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Handler:
    """What catches: a boundary event `node` of the activity of `host`, or the start `node` of an event sub-process in `scope`."""

    node: Node
    event: EventDefinition
    host: Token | None = None
    scope: Scope | None = None


def error(run: Run, token: Token, code: str | None, detail: str = "", *, own: bool = False) -> bool:
    """An error at a token; `own`: the boundary events of its own node catch too. Whether something caught it; nothing is changed if not."""
    handler = _find(run, "error", token, code, own=own)
    if handler is None:
        return False
    run.record("error_thrown", token, code=code)
    _catch(run, handler, {"code": code, "message": detail})
    return True


def error_event(run: Run, token: Token, event: EventDefinition) -> None:
    """A token reaches an error end event. What nothing catches ends a called flow with it, and is an incident elsewhere."""
    payload = payload_of(run, token, event)
    if payload is None:
        return
    detail = str(payload.get("message") or "")
    if error(run, token, event.code, detail):
        return
    uncaught(run, token, event.code, detail)


def uncaught(run: Run, token: Token, code: str | None, detail: str = "") -> None:
    """Nothing here catches the error."""
    if run.called:
        run.record("error_thrown", token, code=code)
        clear(run, run.scopes[ROOT])
        run.end(FAILED, code, detail)
        return
    known = sorted(
        {e.code for n in run.program.nodes.values() if _catches(n) for e in n.events if e.kind == "error" and e.code}
    )
    caught = f"caught here: {', '.join(known)}" if known else "no error is caught here"
    run.stop(token, "error_uncaught", f"{code or '(no code)'}; {caught}{'; ' + detail if detail else ''}")


def _catches(node: Node) -> bool:
    return node.type in ("boundary_event", "start_event")


def escalation(run: Run, token: Token, code: str | None, payload: Payload, *, own: bool = False) -> None:
    """An escalation; that nothing catches it is nothing wrong, and goes to the instance that called this one."""
    run.record("escalation_thrown", token, code=code)
    handler = _find(run, "escalation", token, code, own=own)
    if handler is not None:
        _catch(run, handler, {**payload, "code": code})
    elif run.called:
        run.effects.append(EscalateToParent(code, payload))


def publish(run: Run, token: Token, event: EventDefinition, index: int = 0) -> bool:
    """A message or signal leaves; a signal also reaches what waits in this instance. Whether it could: else the token has stopped."""
    payload = payload_of(run, token, event, index)
    if payload is None:
        return False
    key = Key(token.node, "event_correlation", str(index))
    correlation = run.program.value(key, run.values(token), run.moment, run.host) if run.program.has(key) else None
    told = None if correlation is None else str(correlation)
    run.effects.append(Publish(event.kind, token.node, event.name, told, payload))
    if event.kind == "signal":
        signal(run, event.name, payload)
    return True


def payload_of(run: Run, token: Token, event: EventDefinition, index: int = 0) -> dict[str, Json] | None:
    """The values of what an event sends; None, and an incident, when they are longer than what catches them could keep."""
    if not event.arguments:
        return {}
    values = run.values(token)
    payload = {
        name: run.program.value(Key(token.node, "event_arguments", f"{index}/{name}"), values, run.moment, run.host)
        for name in event.arguments
    }
    if is_too_long(payload):
        run.stop(token, "value_too_long", event.name or event.code or "")
        return None
    return payload


# -- looking for who catches


def _find(run: Run, kind: str, token: Token, code: str | None, *, own: bool) -> Handler | None:
    for handlers in _levels(run, kind, token, own=own):
        exact = [each for each in handlers if each.event.code is not None and each.event.code == code]
        found = next(iter(exact), None) or next((each for each in handlers if each.event.code is None), None)
        if found is not None:
            return found
    return None


def _levels(run: Run, kind: str, token: Token, *, own: bool) -> Iterator[Sequence[Handler]]:
    """The handlers to ask, level by level."""
    if own and not _is_loop_child(run, token):
        yield _on_boundary(run, kind, token)
    inside: Scope | None = None
    for scope in run.above(token.scope):
        yield _in_scope(run, kind, scope, inside)
        if scope.host is not None and scope.host in run.tokens:
            yield _on_boundary(run, kind, run.tokens[scope.host])
        inside = scope


def _is_loop_child(run: Run, token: Token) -> bool:
    scope = run.scopes[token.scope]
    return scope.index is not None and scope.node == token.node


def _on_boundary(run: Run, kind: str, host: Token) -> list[Handler]:
    if _is_loop_child(run, host):
        return []  # the boundary events are those of the whole loop
    boundaries = run.program.places[host.node].boundaries
    return [Handler(node, event, host=host) for node in boundaries for event in node.events if event.kind == kind]


def _in_scope(run: Run, kind: str, scope: Scope, inside: Scope | None) -> list[Handler]:
    if scope.loop is not None or scope.index is not None or scope.compensation is not None or scope.interrupted:
        return []
    throwing = inside.node if inside is not None and inside.host is None else None
    return [
        Handler(start, event, scope=scope)
        for sub_process, start in run.program.event_sub_processes(scope.node)
        for event in start.events
        if event.kind == kind and sub_process.id != throwing
    ]


def _catch(run: Run, handler: Handler, payload: Payload) -> None:
    unfit = take_in(run, handler.event, payload)
    if handler.host is not None:
        doubt(run, at_boundary(run, handler.host, handler.node, handler.event.kind), unfit)
    elif handler.scope is not None:
        doubt(run, start_inside(run, handler.scope, handler.node, handler.event.kind), unfit)


# -- throw and end events


def throw(run: Run, token: Token) -> bool:
    """A token at a throw or end event sends what its event definitions say. Whether it goes on from there: somebody who catches it may
    interrupt its own scope, and what is too long to be sent stops it."""
    node = run.program.nodes[token.node]
    for index, event in enumerate(node.events):
        if event.kind in ("message", "signal"):
            if not publish(run, token, event, index):
                return False
        elif event.kind == "escalation":
            payload = payload_of(run, token, event, index)
            if payload is None:
                return False
            escalation(run, token, event.code, payload)
        if run.tokens.get(token.id) is not token or token.node != node.id:
            return False
    return True


def terminate(run: Run, token: Token) -> None:
    """Everything else in the token's scope is cancelled; the scope then ends as if it had come to its end."""
    scope = run.home(token.scope)
    scope.interrupted = True
    for other in [each for each in run.tokens.values() if each.scope == scope.id and each is not token]:
        if other.id in run.tokens:
            cancel(run, other)
    for inner in [each for each in run.scopes.values() if each.parent == scope.id]:
        if inner.id in run.scopes:
            cancel_scope(run, inner)
    leave(run, token)
