"""What becomes of each kind of effect: one line for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any
from uuid import UUID

from backend.flows import call_effects, children, task_effects
from backend.flows.telling import tell_ended
from backend.flows.work import Work
from engine.flow import (
    CallService,
    CancelCall,
    CloseTask,
    Copy,
    DecideItem,
    Effect,
    End,
    EscalateToParent,
    OpenTask,
    Publish,
    Record,
    Remind,
    RunAction,
    SetItems,
    StartChild,
    Subscribe,
    Unsubscribe,
)


async def carry_out(work: Work, effects: Iterable[Effect]) -> None:
    """Carry out the effects of the work's present step, in order."""
    following = [*effects]
    for number, (effect, next_) in enumerate(zip_longest(following, following[1:]), 1):
        if isinstance(effect, Publish):
            work.thrown.append((work.key(number), effect, work.cause))
        elif isinstance(effect, SetItems):
            closes = isinstance(next_, CloseTask) and next_.task == effect.task
            await task_effects.set_items(work, effect, closes=closes)
        else:
            await _EFFECTS[type(effect)](work, effect)


async def _subscribe(work: Work, effect: Subscribe) -> None:
    """Noted; the table is written once, when the application is complete."""
    work.subscribed[effect.id] = effect


async def _unsubscribe(work: Work, effect: Unsubscribe) -> None:
    if work.subscribed.pop(effect.id, None) is None:
        work.unsubscribed.append(effect.id)


#: Lines of history with what whoever acted said about it.
_SAID = frozenset({"task_changed", "withdrawn", "reclaimed"})
#: Events of operations on tasks, beside those that a reminder or an escalation tells itself.
_OPERATIONS: Mapping[str, str] = {
    "add_before": "task.added",
    "add_after": "task.added",
    "add_alongside": "task.added",
    "remove": "task.removed",
    "transfer": "task.transferred",
    "reassign": "task.handed_over",
    "delegate": "task.delegated",
    "claim": "task.claimed",
    "release": "task.released",
    "reclaim": "task.reclaimed",
}
#: Events of the whole.
_TAKEN_BACK = frozenset({"withdrawn", "reclaimed"})


async def _record(work: Work, effect: Record) -> None:
    comment = work.command.get("comment") if effect.type in _SAID else None
    work.note(effect.type, effect.node, **effect.data, **({"comment": comment} if comment else {}))
    if effect.type == "incident":
        work.tell("instance.failed", "instance", work.instance.id, node_id=effect.node, **effect.data)
    if effect.type in _TAKEN_BACK:
        work.tell(
            f"instance.{effect.type}", "instance", work.instance.id, node_id=effect.node, user=effect.data["user"]
        )
    operation = str(effect.data.get("operation"))
    if effect.type == "task_changed" and operation in _OPERATIONS:
        told = {"operation": operation, "user": effect.data["user"], "users": effect.data["users"]}
        work.tell(_OPERATIONS[operation], "task", UUID(effect.data["task"]), node_id=effect.node, **told)


async def _end(work: Work, effect: End) -> None:
    failure = {"code": effect.code, "detail": effect.detail} if effect.code is not None else {}
    work.note(effect.status, None, outcome=effect.outcome, **failure)
    work.tell(f"instance.{effect.status}", "instance", work.instance.id, outcome=effect.outcome, **failure)
    await children.ended(work, effect)
    await tell_ended(work, effect)


_EFFECTS: Mapping[type[Effect], Callable[[Work, Any], Awaitable[None]]] = {
    OpenTask: task_effects.open_task,
    DecideItem: task_effects.decide_item,
    Remind: task_effects.remind,
    CloseTask: task_effects.close_task,
    Copy: task_effects.copy,
    RunAction: call_effects.run_action,
    CallService: call_effects.call_service,
    StartChild: call_effects.start_child,
    CancelCall: call_effects.cancel_call,
    EscalateToParent: call_effects.escalate_to_parent,
    Subscribe: _subscribe,
    Unsubscribe: _unsubscribe,
    Record: _record,
    End: _end,
}
