"""Waiting for events and what happens when one arrives: subscriptions of catch events, boundary events and event sub-processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import cast

from engine.definitions import EventDefinition, Node
from engine.flow.duration import parse_cycle, parse_duration
from engine.flow.effects import Subscribe
from engine.flow.expressions import Key, is_iso
from engine.flow.run import Run
from engine.flow.state import CONDITION, EVENT, MESSAGE, SIGNAL, TIMER, Json, Scope, Subscription, Token
from engine.flow.tokens import begin, clear, go, interrupt, leave

#: Kinds of events that are waited for (the others are searched for when they are thrown), with the reason a token waits.
REASONS: Mapping[str, str] = {"timer": TIMER, "message": MESSAGE, "signal": SIGNAL, "conditional": CONDITION}

#: The incident of values that came from outside and do not fit their variables.
VALUE_UNFIT = "value_unfit"
#: Timers that happen in one step at most.
MISSED = 1_000


def reason_of(node: Node) -> str:
    """Why a token waits at a catching node."""
    reasons = {REASONS[event.kind] for event in node.events if event.kind in REASONS}
    return reasons.pop() if len(reasons) == 1 and len(node.events) == 1 else EVENT


# -- arming


def arm(run: Run, node: Node, scope: int, token: Token | None) -> None:
    """Wait for the events of `node` on behalf of a token, or of a scope."""
    values = run.values(token) if token is not None else run.around(scope)
    for index, event in enumerate(node.events):
        if event.kind not in REASONS:
            continue
        made = Subscription(run.number(), node.id, event.kind, scope, token.id if token is not None else None, index)
        if event.kind == "timer":
            made = _timed(run, node, event, made, values)
        elif event.kind == "conditional":
            run.changed = True
        else:
            correlation = run.program.value(Key(node.id, "event_correlation", str(index)), values, run.moment, run.host)
            made = replace(made, name=event.name, correlation=None if correlation is None else str(correlation))
        run.subscriptions[made.id] = made
        if event.kind != "timer":
            run.effects.append(Subscribe(made.id, node.id, made.kind, made.name, made.correlation))


def _timed(
    run: Run, node: Node, event: EventDefinition, made: Subscription, values: Mapping[str, Json]
) -> Subscription:
    timer, key = event.timer, str(made.event)
    now = run.suspended or run.now  # one that an operator begins while all is held counts from Resume, which moves it
    if timer is None:
        return made  # a drawing that says no time: an operator lets it go on
    if timer.cycle is not None:
        times, period = parse_cycle(timer.cycle)
        left = None if times is None else times - 1
        return replace(made, due=now + period, period=period.total_seconds(), left=left)
    if timer.date is not None:
        found = run.program.raw(Key(node.id, "date", key), values, run.moment, run.host)
        return replace(made, due=_moment(run, found), held=True)
    if timer.duration is not None and is_iso(timer.duration):
        return replace(made, due=now + parse_duration(timer.duration))
    length = run.program.raw(Key(node.id, "duration", key), values, run.moment, run.host)
    return replace(made, due=now + cast(timedelta, length or timedelta(0)))


def _moment(run: Run, found: object) -> datetime:
    """When a date is: the beginning of the day where only a day is given; at once where there is none."""
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    if isinstance(found, date):
        return datetime.combine(found, time(), run.program.zone).astimezone(UTC)
    return run.now


def arm_boundaries(run: Run, token: Token) -> None:
    """Wait for the boundary events of the activity that the token enters."""
    for boundary in run.program.places[token.node].boundaries:
        arm(run, boundary, token.scope, token)


def arm_starts(run: Run, scope: Scope) -> None:
    """Wait for what starts the event sub-processes of a scope."""
    for start in run.program.armed_starts[scope.node]:
        arm(run, start, scope.id, None)


# -- happening


def fire(run: Run, subscription: Subscription, payload: Mapping[str, Json]) -> None:
    """The event happened."""
    node = run.program.nodes[subscription.node]
    if node.type == "user_task":  # a clock of the task itself
        run.hooks.overdue(run, subscription)
        return
    unfit = take_in(run, node.events[subscription.event], payload)
    if node.parallel_multiple and not _is_complete(run, node, subscription):
        return
    if node.type == "boundary_event":
        host = run.tokens[cast(int, subscription.token)]
        _again(run, node, subscription)
        doubt(run, at_boundary(run, host, node, subscription.kind), unfit)
    elif node.type == "start_event":
        _again(run, node, subscription)
        doubt(run, start_inside(run, run.scopes[subscription.scope], node, subscription.kind), unfit)
    else:
        token = run.tokens[cast(int, subscription.token)]
        _go_on(run, node, token, subscription.kind)
        if unfit:
            stop_unfit(run, token, unfit)


def take_in(run: Run, event: EventDefinition, payload: Mapping[str, Json]) -> list[str]:
    """Copy what arrived into variables; returns those that cannot hold it."""
    return run.take({variable: read(payload, member) for variable, member in event.outputs.items()})


def doubt(run: Run, token: Token, unfit: Sequence[str]) -> None:
    """A token begins with values that did not fit: it stops where it begins."""
    if unfit:
        run.soon(partial(stop_unfit, unfit=unfit), token)


def stop_unfit(run: Run, token: Token, unfit: Sequence[str]) -> None:
    """The token stops until somebody gives the variables values that fit; its node's work is done."""
    run.stop(token, VALUE_UNFIT, ", ".join(unfit))


def read(value: Json, member: str) -> Json:
    """What stands under a member of a payload or result; dots reach inside, numbers into lists; None where nothing stands."""
    for part in member.split(".") if member else ():
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _is_complete(run: Run, node: Node, subscription: Subscription) -> bool:
    """Whether this was the last of the events that must all happen."""
    run.subscriptions[subscription.id] = replace(subscription, happened=True, due=None)
    together = _together(run, subscription)
    if not all(each.happened for each in together):
        run.note("event_caught", node.id, subscription.scope, kind=subscription.kind)
        return False
    return True


def _together(run: Run, subscription: Subscription) -> list[Subscription]:
    address = (subscription.node, subscription.token, subscription.scope)
    return [each for each in run.subscriptions.values() if (each.node, each.token, each.scope) == address]


def _again(run: Run, node: Node, subscription: Subscription) -> None:
    """What becomes of the subscription of an event that does not interrupt: a cycle counts from the time it was due, a message is
    waited for again, any other timer has happened, and several events that must all happen do so once."""
    if node.interrupting:
        return
    if node.parallel_multiple:
        for each in _together(run, subscription):
            run.unsubscribe(each.id)
    elif subscription.kind == "timer":
        if subscription.period is None or subscription.left == 0 or subscription.due is None:
            run.subscriptions[subscription.id] = replace(subscription, due=None, happened=True)
            return
        left = None if subscription.left is None else subscription.left - 1
        due = subscription.due + timedelta(seconds=subscription.period)
        run.subscriptions[subscription.id] = replace(subscription, due=due, left=left)


def at_boundary(run: Run, host: Token, boundary: Node, kind: str) -> Token:
    """A boundary event happens to the activity that `host` is in; returns the token that leaves by it."""
    about = next((task.id for task in run.tasks.values() if task.token == host.id), None) if run.tasks else None
    _tell(run, boundary, host.scope, kind)
    if boundary.interrupting:
        interrupt(run, host, boundary.id)
        host.about, host.edge = about, None
        go(run, host, boundary.id)
        return host
    made = begin(run, boundary.id, host.scope, host)
    made.about = about
    return made


def start_inside(run: Run, scope: Scope, start: Node, kind: str) -> Token:
    """An event sub-process of `scope` starts; returns the token at its start event."""
    _tell(run, start, scope.id, kind)
    like = next((t for t in run.tokens.values() if t.id == scope.host), None)
    if start.interrupting:
        clear(run, scope)
        scope.interrupted = True
    inner = run.open(start.parent, scope.id)
    arm_starts(run, inner)
    begun = {node: begin(run, node, inner.id, like) for node in run.program.starts(start.parent, start.id)}
    return begun[start.id]


def _go_on(run: Run, node: Node, token: Token, kind: str) -> None:
    run.disarm(token.id)
    if token.node != node.id:  # an event-based gateway: the first event decides
        run.record("node_left", token)
        token.edge = next(e.id for e in run.program.places[token.node].outgoing if e.target == node.id)
        token.node = node.id
        run.record("node_entered", token)
    _tell(run, node, token.scope, kind)
    token.waiting = ""
    run.soon(leave, token)


def _tell(run: Run, node: Node, scope: int, kind: str) -> None:
    run.note("timer_fired" if kind == "timer" else "event_caught", node.id, scope, kind=kind)


# -- looking for what happened


def signal(run: Run, name: str | None, payload: Mapping[str, Json]) -> None:
    """Everything that waits for the signal gets it, from the inside outward; an activity whose event sub-process takes it does not get
    it at its boundary as well."""
    waiting = [each for each in run.subscriptions.values() if each.kind == "signal" and each.name == name]
    taken: set[int | None] = set()
    for subscription in sorted(waiting, key=lambda each: (-len(list(run.above(each.scope))), each.id)):
        current = run.subscriptions.get(subscription.id)
        if current is None or current.happened or (current.token is not None and current.token in taken):
            continue
        if current.token is None:
            taken.add(run.scopes[current.scope].host)
        fire(run, current, payload)


def due(run: Run) -> None:
    """Everything that is due, in order of time; what an earlier one disarmed does not happen. A cycle that was missed several times
    happens as often; past a number that no host sleeps through, the rest is for the next time it wakes."""
    for _ in range(MISSED):
        waiting = [(each.due, each.id) for each in run.subscriptions.values() if each.due and each.due <= run.now]
        if not waiting:
            return
        fire(run, run.subscriptions[min(waiting)[1]], {})


def conditions(run: Run) -> bool:
    """Look at the conditions that events wait for; lets one happen that has become true. Whether one did."""
    if not run.changed:
        return False
    run.changed = False
    for subscription in [each for each in run.subscriptions.values() if each.kind == "conditional"]:
        token = run.tokens.get(subscription.token) if subscription.token is not None else None
        values = run.values(token) if token is not None else run.around(subscription.scope)
        key = Key(subscription.node, "event_condition", str(subscription.event))
        holds = run.program.holds(key, values, run.moment, run.host)
        if holds == subscription.held or subscription.happened:
            continue
        run.subscriptions[subscription.id] = replace(subscription, held=holds)
        if holds:
            run.changed = True
            fire(run, run.subscriptions[subscription.id], {})
            return True
    return False
