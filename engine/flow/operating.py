"""What operators do to an instance: move tokens, let events happen, try again, hold and resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.flow import sub_processes
from engine.flow.approval import clock
from engine.flow.commands import Activate, FinishAdHoc, Instruction, Modify, Refused, Retry, Suspend, Trigger
from engine.flow.events import VALUE_UNFIT, at_boundary, fire, start_inside
from engine.flow.gateways import LEAVING
from engine.flow.registering import compensation_start
from engine.flow.run import Run
from engine.flow.state import (
    EVENT,
    INCIDENT,
    MESSAGE,
    ROOT,
    SIGNAL,
    Json,
    Scope,
    Token,
)
from engine.flow.tokens import begin, cancel, go, leave, tokens_at

# -- letting something happen


def trigger(run: Run, command: Trigger) -> None:
    """An armed event happens, whether or not its time or message has come. Raises Refused when nothing waits there."""
    node = _node(run, command.node)
    for each in list(run.subscriptions.values()):
        if each.node == node.id and not each.happened and command.scope in (None, each.scope):
            fire(run, each, command.payload)
            return
    if any(event.kind == "compensation" for event in node.events):
        raise Refused("event.not_waiting", node=node.id)
    if node.type == "boundary_event" and node.attached_to is not None:
        for host in tokens_at(run, node.attached_to, command.scope):
            if run.scopes[host.scope].index is None and host.waiting:
                at_boundary(run, host, node, node.events[0].kind if node.events else "none")
                return
    elif node.type == "start_event" and node.parent is not None:
        start = _scope_of_start(run, node.parent, command.scope)
        if start is not None:
            start_inside(run, start, node, node.events[0].kind if node.events else "none")
            return
    else:
        waiting = [t for t in tokens_at(run, node.id, command.scope) if t.waiting in (MESSAGE, SIGNAL, EVENT)]
        if waiting:
            run.disarm(waiting[0].id)
            waiting[0].waiting = ""
            run.soon(leave, waiting[0])
            return
    raise Refused("event.not_waiting", node=node.id)


def _scope_of_start(run: Run, sub_process: str, scope: int | None) -> Scope | None:
    """The running scope that an event sub-process would start in; compensation starts its own by itself."""
    around = run.program.nodes[sub_process].parent
    if run.program.nodes[sub_process].type != "event_sub_process" or compensation_start(run, sub_process):
        return None
    found = (s for s in run.scopes.values() if s.node == around and s.loop is None and s.index is None)
    return next((each for each in found if scope in (None, each.id)), None)


def activate(run: Run, command: Activate) -> None:
    """Somebody starts an activity of an ad-hoc sub-process."""
    node = _node(run, command.node)
    scope = _ad_hoc_scope(run, node.parent, command.scope)
    ad_hoc = run.program.nodes[node.parent or ""].ad_hoc
    if not run.program.is_implicit_start(node):
        raise Refused("flow.not_ad_hoc", node=node.id)
    if ad_hoc is not None and ad_hoc.ordering == "sequential" and run.population[scope.id]:
        raise Refused("flow.ad_hoc_busy", node=node.id)
    sub_processes.activate(run, scope, node.id)


def finish_ad_hoc(run: Run, command: FinishAdHoc) -> None:
    """Somebody says that enough was done."""
    sub_processes.finish_ad_hoc(run, _ad_hoc_scope(run, _node(run, command.node).id, command.scope))


def _ad_hoc_scope(run: Run, node: str | None, scope: int | None) -> Scope:
    found = [s for s in run.scopes.values() if s.node == node and s.host is not None and node in run.program.ad_hoc]
    found = [each for each in found if each.loop is None and scope in (None, each.id)]
    if not found:
        raise Refused("flow.not_ad_hoc", node=node or "")
    return found[0]


def _node(run: Run, id: str | None) -> Any:
    if id not in run.program.nodes:
        raise Refused("flow.unknown_node", node=id or "")
    return run.program.nodes[id or ""]


# -- moving tokens


def modify(run: Run, command: Modify) -> None:
    """An operator's changes, in their order. Raises Refused when one cannot be made."""
    _set(run, command.variables)
    for instruction in command.instructions:
        if instruction.kind not in _INSTRUCTIONS:
            raise Refused("flow.cannot_modify", kind=instruction.kind)
        _INSTRUCTIONS[instruction.kind](run, instruction)
    run.note("modified", None, instructions=[each.kind for each in command.instructions])


def _cancel(run: Run, instruction: Instruction) -> None:
    for token in _meant(run, instruction):
        if token.id in run.tokens:
            scope = run.scopes[token.scope]
            cancel(run, token)
            run.emptied_later.append(scope.id)


def _start_before(run: Run, instruction: Instruction) -> None:
    node = _node(run, instruction.node)
    begin(run, node.id, _scope_for(run, node.parent, instruction).id)


def _start_after(run: Run, instruction: Instruction) -> None:
    node = _node(run, instruction.node)
    token = run.token(node.id, _scope_for(run, node.parent, instruction).id)
    run.soon(leave, token)


def _move(run: Run, instruction: Instruction) -> None:
    node = _node(run, instruction.node)
    token = run.tokens.get(instruction.token or -1)
    if token is None:
        raise Refused("flow.cannot_modify", kind="move", token=str(instruction.token))
    scope = _scope_for(run, node.parent, instruction)
    begin(run, node.id, scope.id, token)
    old = token.scope
    cancel(run, token)
    run.emptied_later.append(old)


def _meant(run: Run, instruction: Instruction) -> list[Token]:
    if instruction.token is not None:
        found = [token for token in run.tokens.values() if token.id == instruction.token]
    else:
        found = list(tokens_at(run, instruction.node or "", instruction.scope))
    if not found:
        raise Refused("flow.cannot_modify", kind=instruction.kind, node=str(instruction.node or instruction.token))
    return found


def _scope_for(run: Run, parent: str | None, instruction: Instruction) -> Scope:
    """The running scope that a token at a child of `parent` belongs to."""
    running = [s for s in run.scopes.values() if s.node == parent and s.loop is None and s.index is None]
    if parent is None:
        running = [run.scopes[ROOT]]
    wanted = [each for each in running if instruction.scope in (None, each.id)]
    if len(wanted) != 1:
        raise Refused("flow.cannot_modify", kind=instruction.kind, node=instruction.node or "")
    return wanted[0]


_INSTRUCTIONS: Mapping[str, Callable[[Run, Instruction], None]] = {
    "cancel": _cancel,
    "start_before": _start_before,
    "start_after": _start_after,
    "move": _move,
}


# -- trying again, holding, resuming

#: Incidents of a token whose work is done.
_DONE = frozenset({"no_path", "outputs_too_long", VALUE_UNFIT})


def retry(run: Run, command: Retry) -> None:
    """What stopped enters its node again, with variables mended."""
    _set(run, command.variables)
    stopped = [t for t in run.tokens.values() if t.waiting == INCIDENT and command.node in (None, t.node)]
    if not stopped:
        raise Refused("flow.nothing_to_retry")
    for token in stopped:
        run.note("retried", token.node, token.scope, token=token.id)
        run.disarm(token.id)
        scope, type_ = run.scopes[token.scope], run.program.nodes[token.node].type
        left = token.problem is not None and token.problem.code in _DONE
        token.problem = None
        if left:  # its work is done: only the way on is looked for again
            token.waiting = ""
            run.soon(LEAVING.get(type_, leave), token)
        elif scope.index is not None and scope.node == token.node:
            token.waiting = ""
            run.soon(run.hooks.perform, token)
        else:
            go(run, token, token.node)


def _set(run: Run, values: Mapping[str, Json]) -> None:
    """Variables as an operator wants them. Raises Refused for a value that does not fit."""
    for name in run.take(values)[:1]:
        raise Refused("flow.variable_unfit", variable=name)


def suspend(run: Run, _: Suspend) -> None:
    """Nothing happens until Resume."""
    if run.suspended is not None:
        raise Refused("flow.suspended")
    run.suspended = run.now
    run.note("suspended", None)


def resume(run: Run) -> None:
    """Timers that count time take up where they stood; those that name a date do not move."""
    if run.suspended is None:
        raise Refused("flow.not_suspended")
    held = run.now - run.suspended
    clock.move(run, run.suspended)
    for each in list(run.subscriptions.values()):
        if each.due is not None and not each.held and not clock.is_clock(run, each):
            run.subscriptions[each.id] = replace(each, due=each.due + held)
    run.suspended = None
    run.note("resumed", None)
