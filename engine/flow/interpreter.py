"""The interpreter: `step(program, state, command, now) -> (state', effects)`.

It runs every consequence of one command until nothing automatic is left. It reads no clock, draws no random number and does no
I/O: ids come from the instance's id and its counters, and the order of enabled work is first come, first served. The same step
computed again gives the same result, which is what lets the host repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.flow import approval
from engine.flow.commands import Cancel, Command, CompleteTask, FireTimers, Refused, Retry, Start
from engine.flow.effects import Effect
from engine.flow.nodes import enter
from engine.flow.program import Program
from engine.flow.run import Run
from engine.flow.state import CANCELLED, INCIDENT, RUNNING, TASK, State, Timer, Token
from engine.language import NOTHING, Context


def step(
    program: Program,
    state: State,
    command: Command,
    now: datetime,
    failures: Mapping[str, str] | None = None,
    host: Context = NOTHING,
) -> tuple[State, Sequence[Effect]]:
    """The state after `command` and what the host must do. Raises Refused, and then nothing has changed.

    `failures` are service calls that failed when these effects were tried: their tokens stop as incidents instead.
    `host` is what expressions may ask beside values.
    """
    if state.status != RUNNING:
        raise Refused("flow.instance_ended", status=state.status)
    run = Run(program, state, now, failures or {}, host)
    run.context.update(getattr(command, "context", None) or {})
    _COMMANDS[type(command)](run, command)
    run.settle(enter)
    return run.state(), run.effects


def _start(run: Run, command: Start) -> None:
    if run.tokens or run.rounds:
        raise Refused("flow.already_started")
    for variable in run.program.flow.variables:
        run.variables[variable.key] = command.variables.get(variable.key, variable.default)
    for node in run.program.flow.nodes:
        if node.type == "start_event":
            run.arrive(node.id, Token(run.number(), node.id, "", run.now))


def _fire_timers(run: Run, _: FireTimers) -> None:
    """All that is due, in order of due time; one that an earlier one disarmed does not fire."""
    for timer in sorted(run.timers.values(), key=lambda timer: (timer.due, timer.id)):
        if timer.due <= run.now and timer.id in run.timers:
            _fire(run, timer)


def _fire(run: Run, timer: Timer) -> None:
    del run.timers[timer.id]
    node, token = run.program.nodes[timer.node], run.tokens[timer.token]
    run.record("timer_fired", node.id)
    if node.attached_to is None:
        run.leave(token)
        return
    about = next((task.id for task in run.tasks.values() if task.token == token.id), None)
    if node.interrupting:
        run.discard(token)
        run.arrive(node.id, replace(token, waiting="", about=None))
    else:
        run.arrive(node.id, replace(token, id=run.number(), waiting="", about=about))


def _retry(run: Run, command: Retry) -> None:
    run.variables.update({k: v for k, v in command.variables.items() if k in run.variables})
    stopped = [t for t in run.tokens.values() if t.waiting == INCIDENT and command.node in (None, t.node)]
    if not stopped:
        raise Refused("flow.nothing_to_retry")
    for token in stopped:
        del run.tokens[token.id]
        run.record("retried", token.node)
        run.arrive(token.node, replace(token, waiting="", problem=None))


def _cancel(run: Run, _: Cancel) -> None:
    for token in list(run.tokens.values()):
        run.discard(token)
    run.end(CANCELLED)


_COMMANDS: Mapping[type[Any], Callable[[Run, Any], None]] = {
    Start: _start,
    CompleteTask: approval.complete,
    FireTimers: _fire_timers,
    Retry: _retry,
    Cancel: _cancel,
}


def waiting_for(state: State, token: Token) -> str:
    """Why a token stands where it stands, for people: `task`, `timer`, `join`, or the code of its incident."""
    if token.problem is not None:
        return token.problem.code
    return TASK if token.waiting == TASK and any(t.token == token.id for t in state.tasks) else token.waiting
