"""What each type of node does with a token that enters it. Adding a type is a function and a line in NODE_TYPES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.definitions import EventDefinition
from engine.flow import compensation, gateways, loops, sub_processes, tasks, throwing
from engine.flow.business import PLAIN
from engine.flow.events import arm, arm_boundaries, reason_of
from engine.flow.program import Place
from engine.flow.run import Run
from engine.flow.state import Token
from engine.flow.tokens import begin, go, leave

Enter = Callable[[Run, Place, Token], None]


@dataclass(frozen=True, slots=True)
class NodeType:
    """`enter` acts on an arriving token; `starts` and `ends` say whether edges may not come in or go out; an `activity` may loop, be
    compensated, and have boundary events."""

    enter: Enter
    starts: bool = False
    ends: bool = False
    activity: bool = False


def enter(run: Run, token: Token) -> None:
    """Let a token enter the node it was sent to."""
    if not run.is_within_budget():
        run.stop(token, "step_budget", token.node)
        return
    token.since = run.now
    run.record("node_entered", token)
    place = run.program.places[token.node]
    if place.boundaries:
        arm_boundaries(run, token)
    if place.node.loop is not None:
        loops.begin(run, place, token)
    else:
        _BEHAVIOURS[place.node.type](run, place, token)


def perform(run: Run, token: Token) -> None:
    """Let the token of a loop's child do the node's work."""
    if not run.is_within_budget():
        run.stop(token, "step_budget", token.node)
        return
    place = run.program.places[token.node]
    _BEHAVIOURS[place.node.type](run, place, token)


def _pass(run: Run, _: Place, token: Token) -> None:
    run.soon(leave, token)


def _catch(run: Run, place: Place, token: Token) -> None:
    if any(event.kind == "link" for event in place.node.events):
        run.soon(leave, token)
        return
    run.wait(token, reason_of(place.node))
    arm(run, place.node, token.scope, token)


def _throw(run: Run, _: Place, token: Token) -> None:
    run.soon(_thrown, token)


def _thrown(run: Run, token: Token) -> None:
    """What a throw or end event does: what it sends first, then the one that takes the token itself; else it leaves."""
    if not throwing.throw(run, token):
        return
    for event in run.program.nodes[token.node].events:
        if event.kind in _TAKING:
            _TAKING[event.kind](run, token, event)
            return
    leave(run, token)


def _link(run: Run, token: Token, _: EventDefinition) -> None:
    targets = run.program.link_targets(run.program.nodes[token.node])
    if not targets:
        leave(run, token)
        return
    run.record("node_left", token)
    for target in targets[1:]:
        begin(run, target.id, token.scope, token)
    token.edge = None
    go(run, token, targets[0].id)


#: Events after which the token does not simply leave; check() allows one of them at a node.
_TAKING: Mapping[str, Callable[[Run, Token, EventDefinition], None]] = {
    "error": throwing.error_event,
    "compensation": compensation.throw,
    "cancel": lambda run, token, _: compensation.cancel_transaction(run, token),
    "terminate": lambda run, token, _: throwing.terminate(run, token),
    "link": _link,
}


def _end(run: Run, _: Place, token: Token) -> None:
    run.soon(_ended, token)


def _ended(run: Run, token: Token) -> None:
    node = run.program.nodes[token.node]
    if node.outcome is not None:
        token.outcome = node.outcome
        if _ends_the_process(run, token):
            run.outcome = node.outcome
    _thrown(run, token)


def _ends_the_process(run: Run, token: Token) -> bool:
    """Whether the token is in the process itself, or in an event sub-process of it."""
    scope = run.scopes[token.scope]
    while scope.parent is not None and scope.host is None and scope.compensation is None:
        scope = run.scopes[scope.parent]
    return scope.parent is None


NODE_TYPES: Mapping[str, NodeType] = {
    # events
    "start_event": NodeType(_pass, starts=True),
    "end_event": NodeType(_end, ends=True),
    "intermediate_catch_event": NodeType(_catch),
    "intermediate_throw_event": NodeType(_throw),
    "boundary_event": NodeType(_pass, starts=True),
    # tasks
    "task": NodeType(tasks.none, activity=True),
    "user_task": NodeType(tasks.user, activity=True),
    "service_task": NodeType(tasks.service, activity=True),
    "send_task": NodeType(tasks.service, activity=True),
    "receive_task": NodeType(tasks.receive, activity=True),
    "script_task": NodeType(tasks.script, activity=True),
    "rule_task": NodeType(tasks.rule, activity=True),
    "manual_task": NodeType(tasks.none, activity=True),
    "call_activity": NodeType(tasks.call, activity=True),
    # gateways
    "exclusive_gateway": NodeType(gateways.exclusive),
    "parallel_gateway": NodeType(gateways.parallel),
    "inclusive_gateway": NodeType(gateways.inclusive),
    "event_based_gateway": NodeType(gateways.event_based),
    "complex_gateway": NodeType(gateways.complex_),
    # sub-processes
    "sub_process": NodeType(sub_processes.enter, activity=True),
    "transaction": NodeType(sub_processes.enter, activity=True),
    "ad_hoc_sub_process": NodeType(sub_processes.enter_ad_hoc, activity=True),
    # It is started by its start event, never entered.
    "event_sub_process": NodeType(_pass, starts=True, ends=True),
    # for business people; the rest of them is in business.py
    "cc": NodeType(tasks.copy, activity=True),
    "jump": NodeType(tasks.jump, ends=True),
}

_BEHAVIOURS: Mapping[str, Enter] = {name: type_.enter for name, type_ in NODE_TYPES.items()}

#: Every type that a definition may have.
ALL_TYPES: frozenset[str] = frozenset(NODE_TYPES) | frozenset(PLAIN)
