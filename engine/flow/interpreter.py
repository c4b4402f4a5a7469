"""The interpreter: `step(program, state, command, now) -> (state', effects)`.

It runs every consequence of one command until nothing automatic is left. It reads no clock, draws no random number and does no
I/O: ids come from the instance's id and its counters, and tokens move first come, first served. The same step computed again gives
the same result, which is what lets the host repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.flow import gateways, loops, migration, nodes, operating, sub_processes, tasks, throwing
from engine.flow.approval import deciding, operations, overdue, people, taking_back
from engine.flow.commands import (
    Activate,
    ActOnTask,
    AssignPeople,
    Cancel,
    ChangeInitiator,
    ChildEnded,
    ChildEscalated,
    Command,
    CompleteTask,
    ConditionsChanged,
    Deliver,
    FinishAdHoc,
    FireTimers,
    Migrate,
    Modify,
    Reclaim,
    Refused,
    Resume,
    Retry,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    Suspend,
    Trigger,
    Withdraw,
    command_from_json,
)
from engine.flow.effects import Effect
from engine.flow.events import arm_starts, conditions, doubt, due, fire, signal, take_in
from engine.flow.holding import KEPT, hold, pass_on, too_late
from engine.flow.program import Program
from engine.flow.run import Choose, Hooks, Run
from engine.flow.state import CANCELLED, COMPLETED, INCIDENT, ROOT, RUNNING, Call, Scope, State
from engine.flow.tokens import begin, clear
from engine.language import NOTHING, Context

_HOOKS = Hooks(
    nodes.enter, nodes.perform, sub_processes.emptied, sub_processes.progressed, overdue.happen, loops.child_left
)

#: What may happen to an instance that is suspended (an operator may open a task then, which needs its people).
_WHILE_SUSPENDED = (AssignPeople, Resume, Cancel, Suspend, Modify, Migrate, ChangeInitiator)


def waits_for_resume(command: Command) -> bool:
    """Whether an instance that is suspended refuses the command."""
    return not isinstance(command, (*_WHILE_SUSPENDED, *KEPT, FireTimers))


def step(
    program: Program,
    state: State,
    command: Command,
    now: datetime,
    failures: Mapping[str, str] | None = None,
    host: Context = NOTHING,
    choose: Choose | None = None,
) -> tuple[State, Sequence[Effect]]:
    """The state after `command` and what the host must do. Raises Refused, and then nothing has changed.

    `failures` are calls that failed when these effects were tried (id to `code: detail`): their tokens take that as an error. `host`
    is what expressions may ask beside values; `choose` decides gateways where a run is only played.
    """
    if state.status != RUNNING:
        raise Refused("flow.instance_ended", status=state.status)
    run = Run(program, state, now, _HOOKS, failures or {}, host, choose)
    if run.suspended is not None and waits_for_resume(command):
        raise Refused("flow.suspended")
    if run.suspended is not None and not isinstance(command, _WHILE_SUSPENDED):
        hold(run, command)
    else:
        _do(run, command)
        settle(run)
        if run.deferred:
            pass_on(run)
    return run.state(), run.effects


def _do(run: Run, command: Command) -> None:
    context = getattr(command, "context", None)
    if context:
        run.context.update(context)
        run.changed = True
    _COMMANDS[type(command)](run, command)


def settle(run: Run) -> None:
    """Let everything move that can; then the conditions that events wait for, then the joins that wait for what can still come, one
    at a time; until nothing happens any more."""
    turns = run.turns
    while run.status == RUNNING:
        while turns:
            turn, token = turns.popleft()
            if run.tokens.get(token.id) is token and token.waiting != INCIDENT:
                turn(run, token)
        if run.emptied_later:
            _close_emptied(run)
        elif not (run.changed and conditions(run)) and not gateways.fire_one(run) and not turns:
            break


def _close_emptied(run: Run) -> None:
    """Scopes that an operator emptied are over, unless something was started in them."""
    for id in run.emptied_later:
        scope = run.scopes.get(id)
        if scope is not None and not run.population[id]:
            sub_processes.emptied(run, scope)
    run.emptied_later.clear()


# -- commands


def _start(run: Run, command: Start) -> None:
    if run.scopes or run.before.sequence:
        raise Refused("flow.already_started")
    run.called, run.initiator = command.called, command.initiator
    for variable in run.program.flow.variables:
        run.variables[variable.key] = command.variables.get(variable.key, variable.default)
    run.scopes[ROOT] = Scope(ROOT, None)
    run.population[ROOT] = 0
    arm_starts(run, run.scopes[ROOT])
    at, unfit = _start_node(run, command)
    starts = run.program.starts(None, at) if command.at is None else (_reopened_at(run, command.at),)
    for node in starts:
        doubt(run, begin(run, node, ROOT), unfit if node == at else ())
    if not starts:
        sub_processes.emptied(run, run.scopes[ROOT])


def _reopened_at(run: Run, node: str) -> str:
    """The node that an instance goes on at which was over. Raises Refused."""
    found = run.program.nodes.get(node)
    if found is None or found.parent is not None or found.type in ("boundary_event", "start_event"):
        raise Refused("flow.unknown_node", node=node)
    return found.id


def _start_node(run: Run, command: Start) -> tuple[str | None, list[str]]:
    """The start event that is meant, and the variables that cannot hold what arrived there."""
    if command.node is None:
        return None, []
    node = run.program.nodes.get(command.node)
    if node is None or node.parent is not None:
        raise Refused("flow.unknown_node", node=command.node)
    return node.id, [name for event in node.events for name in take_in(run, event, command.payload)]


def _deliver(run: Run, command: Deliver) -> None:
    subscription = run.subscriptions.get(command.subscription)
    if subscription is None or subscription.happened:
        raise Refused("event.not_waiting", subscription=str(command.subscription))
    fire(run, subscription, command.payload)


def _signal(run: Run, command: Signal) -> None:
    signal(run, command.name, command.payload)


def _conditions(run: Run, _: ConditionsChanged) -> None:
    run.changed = True


def _fire_timers(run: Run, _: FireTimers) -> None:
    due(run)


def _call(run: Run, id: str) -> Call:
    call = run.calls.get(id)
    if call is None:
        raise Refused("call.unknown", call=id)
    return call


def _service_result(run: Run, command: ServiceResult) -> None:
    tasks.answered(run, _call(run, command.call), command.result)


def _service_failed(run: Run, command: ServiceFailed) -> None:
    tasks.failed(run, _call(run, command.call), command.code, command.detail)


def _child_ended(run: Run, command: ChildEnded) -> None:
    call = _call(run, command.call)
    if command.status == COMPLETED:
        tasks.returned(run, call, command.outcome, command.variables)
    else:
        code = command.code or ("child_cancelled" if command.status == CANCELLED else "child_failed")
        tasks.failed(run, call, code, command.detail)


def _child_escalated(run: Run, command: ChildEscalated) -> None:
    token = run.tokens[_call(run, command.call).token]
    throwing.escalation(run, token, command.code, command.payload, own=True)


def _resume(run: Run, command: Resume) -> None:
    operating.resume(run)
    waiting, run.deferred = run.deferred, []
    for context in (*(each.get("context") for each in waiting), command.context):
        run.context.update(context or {})
    run.changed = True
    due(run)
    settle(run)
    for place, document in enumerate(waiting):
        if run.status != RUNNING:
            run.deferred = waiting[place:]
            break
        _late(run, document)
        settle(run)


def _late(run: Run, document: Mapping[str, Any]) -> None:
    """What arrived while everything was held happens now; what it was for may be over. What it read is older than what was read for
    Resume."""
    try:
        _do(run, command_from_json({**document, "context": None}))
    except Refused as refused:
        too_late(run, document, refused)


def _withdraw(run: Run, command: Withdraw) -> None:
    """The initiator takes it back: never, while nobody else has acted, or at any time, as the flow says."""
    policy = run.program.flow.withdraw
    if command.user != run.initiator or policy == "never":
        raise Refused("flow.not_yours_to_withdraw")
    if policy == "before_action" and run.acted:
        raise Refused("flow.too_late_to_withdraw")
    run.note("withdrawn", None, user=command.user)
    run.outcome = "withdrawn"
    clear(run, run.scopes[ROOT])
    run.end(CANCELLED)


def _change_initiator(run: Run, command: ChangeInitiator) -> None:
    run.note("initiator_changed", None, before=run.initiator, user=command.user)
    run.initiator = command.user


def _cancel(run: Run, _: Cancel) -> None:
    clear(run, run.scopes[ROOT])
    run.end(CANCELLED)


_COMMANDS: Mapping[type[Any], Callable[[Run, Any], None]] = {
    Start: _start,
    AssignPeople: people.assign,
    CompleteTask: deciding.complete,
    ActOnTask: operations.act,
    Reclaim: taking_back.reclaim,
    Withdraw: _withdraw,
    ChangeInitiator: _change_initiator,
    FireTimers: _fire_timers,
    Deliver: _deliver,
    Signal: _signal,
    ConditionsChanged: _conditions,
    ServiceResult: _service_result,
    ServiceFailed: _service_failed,
    ChildEnded: _child_ended,
    ChildEscalated: _child_escalated,
    Trigger: operating.trigger,
    Activate: operating.activate,
    FinishAdHoc: operating.finish_ad_hoc,
    Modify: operating.modify,
    Migrate: migration.migrate,
    Suspend: operating.suspend,
    Resume: _resume,
    Retry: operating.retry,
    Cancel: _cancel,
}
