"""Tasks: what people, actions, other systems, scripts and other flows do for a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.flow.effects import READ_ANEW, RUN_RULES, CallService, Copy, OpenTask, RunAction, StartChild
from engine.flow.events import arm, read, reason_of, stop_unfit
from engine.flow.expressions import Key
from engine.flow.program import Place
from engine.flow.run import Run, is_too_long
from engine.flow.state import ACTION, CHILD, FLOW, OUTSIDE, SERVICE, TASK, Call, Json, Task, Token
from engine.flow.throwing import error, publish
from engine.flow.tokens import go, leave


def none(run: Run, _: Place, token: Token) -> None:
    """Nothing to do: the token goes on."""
    run.soon(leave, token)


# -- people


def user(run: Run, place: Place, token: Token) -> None:
    """Open a task, and wait until it is decided."""
    run.wait(token, TASK)
    round = _round(run, token)
    task = Task(run.task_id(token, round), token.node, token.id, round)
    run.tasks[task.id] = task
    run.effects.append(OpenTask(task.id, token.node, round, run.locals(token.scope), _candidates(run, place, token)))


def _round(run: Run, token: Token) -> int:
    """The how-manieth time it is. All children of a loop belong to one round; one that was asked again has had one more."""
    spot = run.spot(token.node, token.scope)
    again = run.rounds.get(spot, 0) if spot != token.node else 0
    if not again and all(not each.index for each in run.above(token.scope)):
        run.rounds[token.node] = run.rounds.get(token.node, 0) + 1
    return run.rounds.get(token.node, 1) + again


def copy(run: Run, place: Place, token: Token) -> None:
    """Tell people, who have nothing to do about it."""
    id = run.task_id(token, 0)
    run.effects.append(Copy(id, token.node, run.locals(token.scope), _candidates(run, place, token)))
    run.soon(leave, token)


def _candidates(run: Run, place: Place, token: Token) -> dict[str, Json]:
    """The people that expressions name."""
    assignment = place.node.assignment
    if assignment is None:
        return {}
    found: dict[str, Json] = {}
    for member, candidates in (("candidates", assignment.candidates), ("cc", assignment.cc)):
        for index, candidate in enumerate(candidates):
            if candidate.expression is not None:
                key = Key(token.node, member, str(index))
                found[f"{member}/{index}"] = run.program.value(key, run.values(token), run.moment, run.host)
    return found


# -- actions and other systems


def service(run: Run, place: Place, token: Token) -> None:
    """Run an action: in the transaction, or outside where it is a call to another system."""
    if place.node.action is None and any(event.kind == "message" for event in place.node.events):
        run.soon(_send, token)
    else:
        run.soon(_act, token)


def _send(run: Run, token: Token) -> None:
    for index, event in enumerate(run.program.nodes[token.node].events):
        if not publish(run, token, event, index):
            return
    leave(run, token)


def _act(run: Run, token: Token) -> None:
    node, id = run.program.nodes[token.node], run.call_id()
    if _failed_before(run, token, id):
        return
    if run.stale and node.id in run.program.reading:
        _await(run, token, RunAction(id, node.id, READ_ANEW, awaited=True))
        return
    action, values = node.action or "", run.values(token) if node.arguments else {}
    arguments = {
        name: run.program.value(Key(node.id, "arguments", name), values, run.moment, run.host)
        for name in node.arguments
    }
    if action in run.program.external:
        _call(run, token, Call(id, token.id, node.id, OUTSIDE, action, arguments), SERVICE)
        run.effects.append(CallService(id, node.id, action, arguments))
        return
    _perform(run, token, RunAction(id, node.id, action, arguments, token.about))


def _perform(run: Run, token: Token, effect: RunAction) -> None:
    """An action in the transaction: the token goes on at once, unless something reads what comes of it."""
    node, changes = run.program.nodes[token.node], effect.action in run.program.changing
    run.stale = run.stale or changes
    if node.outputs or (run.program.reading and changes):
        _await(run, token, replace(effect, awaited=True))
    else:
        run.effects.append(effect)
        leave(run, token)


def _failed_before(run: Run, token: Token, call: str) -> bool:
    """Whether the call is known to fail: its token takes that as an error."""
    if call not in run.failures:
        return False
    code, _, detail = run.failures[call].partition(": ")
    fail(run, token, code, detail)
    return True


def _await(run: Run, token: Token, effect: RunAction) -> None:
    """The token goes on with the result, and with the record as it is then."""
    _call(run, token, Call(effect.id, token.id, effect.node, ACTION, effect.action), SERVICE)
    run.effects.append(effect)


def _call(run: Run, token: Token, call: Call, reason: str) -> None:
    run.wait(token, reason)
    run.calls[call.id] = call


def answered(run: Run, call: Call, result: Json) -> None:
    """A call has its answer: the token takes what it wants of it, and goes on."""
    del run.calls[call.id]
    token = run.tokens[call.token]
    if call.action == READ_ANEW:
        token.waiting = ""
        run.soon(_act, token)
        return
    outputs = run.program.nodes[token.node].outputs
    _go_on(run, token, {variable: read(result, member) for variable, member in outputs.items()})


def _go_on(run: Run, token: Token, values: Mapping[str, Json]) -> None:
    """The answer is taken, and the token leaves, unless a variable cannot hold what came for it."""
    unfit = run.take(values)
    if unfit:
        stop_unfit(run, token, unfit)
        return
    token.waiting = ""
    run.soon(leave, token)


def failed(run: Run, call: Call, code: str, detail: str) -> None:
    """A call failed for good."""
    del run.calls[call.id]
    fail(run, run.tokens[call.token], code, detail)


def fail(run: Run, token: Token, code: str, detail: str) -> None:
    """An error for whoever catches it; an incident where nobody does."""
    if not error(run, token, code, detail, own=True):
        run.stop(token, "action_failed", f"{code}: {detail}" if detail else code)


# -- rules and scripts


def script(run: Run, _: Place, token: Token) -> None:
    """Set variables, one after the other."""
    run.soon(_assign, token)


def _assign(run: Run, token: Token) -> None:
    for variable in run.program.nodes[token.node].assign:
        key = Key(token.node, "assign", variable)
        value = run.program.value(key, run.values(token), run.moment, run.host)
        if is_too_long(value):
            run.stop(token, "value_too_long", variable)
            return
        run.assign({variable: value})
    leave(run, token)


def rule(run: Run, place: Place, token: Token) -> None:
    """Ask a decision table, or let a set of rules fire."""
    run.soon(_fire_rules if place.node.rules else _decide, token)


def _fire_rules(run: Run, token: Token) -> None:
    node, id = run.program.nodes[token.node], run.call_id()
    if not _failed_before(run, token, id):
        _perform(run, token, RunAction(id, node.id, RUN_RULES, {"rules": list(node.rules)}, token.about))


def _decide(run: Run, token: Token) -> None:
    node, values = run.program.nodes[token.node], run.values(token)
    decided = {
        variable: run.program.value(Key(node.id, "decision", variable), values, run.moment, run.host)
        for variable in node.outputs
    }
    for variable, value in decided.items():
        if is_too_long(value):
            run.stop(token, "value_too_long", variable)
            return
    run.assign(decided)
    leave(run, token)


def receive(run: Run, place: Place, token: Token) -> None:
    """Wait for a message."""
    run.wait(token, reason_of(place.node))
    arm(run, place.node, token.scope, token)


def jump(run: Run, _: Place, token: Token) -> None:
    """Go on at the target."""
    run.soon(_jump, token)


def _jump(run: Run, token: Token) -> None:
    target = run.program.nodes[token.node].target
    run.record("node_left", token)
    token.edge = None
    go(run, token, target or token.node)


# -- other flows


def call(run: Run, place: Place, token: Token) -> None:
    """Start another flow, and wait for its end."""
    called, node = place.node.call, place.node
    id, values = run.call_id(), run.values(token)

    def value(part: str, name: str) -> Json:
        return run.program.value(Key(node.id, part, name), values, run.moment, run.host)

    flow = called.flow if called is not None and called.flow is not None else value("call", "flow")
    if called is None or not isinstance(flow, str) or not flow:
        run.stop(token, "flow_unknown", str(flow or ""))
        return
    if _failed_before(run, token, id):
        return
    variables = {name: value("inputs", name) for name in called.inputs}
    record = value("call", "record") if called.record is not None else None
    _call(run, token, Call(id, token.id, node.id, FLOW, flow), CHILD)
    run.effects.append(
        StartChild(id, node.id, flow, called.binding, None if record is None else str(record), variables)
    )


def returned(run: Run, call: Call, outcome: str | None, variables: Mapping[str, Json]) -> None:
    """The called flow has completed: the token takes its outcome and the variables it wants."""
    del run.calls[call.id]
    token = run.tokens[call.token]
    called = run.program.nodes[token.node].call
    wanted = called.outputs if called is not None else {}
    token.outcome = outcome if outcome is not None else token.outcome
    _go_on(run, token, {here: variables.get(there) for here, there in wanted.items()})
