"""What a step asks of others: actions in its own transaction, services outside of it, and called flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy.exc import InterfaceError, OperationalError

from backend.actions.action import ActionContext
from backend.errors import WeftError
from backend.flows import children
from backend.flows.work import Abandoned, Work
from engine.flow import READ_ANEW, CallService, CancelCall, EscalateToParent, RunAction, StartChild
from engine.host import Applied

#: Errors of the connection, not of the work: the activity is tried again.
_TRANSIENT = (OperationalError, InterfaceError, OSError, TimeoutError)


async def run_action(work: Work, effect: RunAction) -> None:
    """Run an action; a failure that trying again cannot mend gives the whole application up and names the call."""
    if effect.action == READ_ANEW:  # what follows is stepped with the record as it is then
        work.results[effect.id] = None
        return
    await work.write_events()
    try:
        result = await work.actions.run(effect.action, action_context(work, effect.id), _arguments(work, effect))
    except _TRANSIENT:
        raise
    except Exception as error:  # whatever an action does wrong stops its own token, shown to the operator
        raise Abandoned(Applied("failed", failures={effect.id: reason(error)})) from error
    for task, users in ((result or {}).get("escalated") or {}).items():
        work.escalate(task, users)
    if effect.awaited:
        work.results[effect.id] = plain(result)
    work.note("action_run", effect.node, action=effect.action)


async def call_service(work: Work, effect: CallService) -> None:
    """Another system is called after the transaction: the host takes it up from the state."""
    work.note("service_called", effect.node, action=effect.action, call=effect.id)


async def start_child(work: Work, effect: StartChild) -> None:
    """Start a called flow; one that cannot be started fails the call."""
    await work.write_events()
    try:
        child = await children.start(work, effect)
    except WeftError as error:
        raise Abandoned(Applied("failed", failures={effect.id: reason(error)})) from error
    work.note("child_started", effect.node, flow=effect.flow, instance=str(child))


async def cancel_call(work: Work, effect: CancelCall) -> None:
    """Nobody waits for it any more. A service's activity is cancelled by the host, which sees that the call is gone."""
    if effect.kind == "child":
        await children.cancel(work, effect.id)


async def escalate_to_parent(work: Work, effect: EscalateToParent) -> None:
    """An escalation that nothing here catches goes to the caller."""
    await children.escalate(work, effect)


def action_context(work: Work, key: str) -> ActionContext:
    """Where an action of this step runs."""
    instance = work.instance
    return ActionContext(
        session=work.session,
        metadata=work.metadata,
        now=work.now,
        key=key,
        cause=work.cause,
        caller=work.caller,
        person_id=instance.person_id,
        entity=instance.entity,
        record_id=instance.record_id,
        instance_id=instance.id,
    )


def _arguments(work: Work, effect: RunAction) -> dict[str, Any]:
    """The arguments; an action that has a parameter `task` gets the task whose timer led here."""
    arguments = {name: value for name, value in effect.arguments.items() if value is not None}
    takes_task = any(parameter.name == "task" for parameter in work.actions.get(effect.action).parameters)
    return {"task": effect.task, **arguments} if takes_task and effect.task else arguments


def plain(result: Mapping[str, Any] | None) -> Any:
    """A result as the JSON that a state can hold."""
    return orjson.loads(orjson.dumps(result or {}, default=str))


#: Between what went wrong in Chinese and in English.
_BOTH = " ｜ "


def reason(error: Exception) -> str:
    """`code: detail` of what went wrong; the detail in both languages, with each value that was refused."""
    if not isinstance(error, WeftError):
        return f"{type(error).__name__}: {error}"
    message = error.to_json()["error"]["message"]
    return f"{error.code}: {_BOTH.join(_told(message[language], error, language) for language in ('zh', 'en'))}"


def _told(message: str, error: WeftError, language: str) -> str:
    values = [
        f"{each.get('path', '')} {each['message'][language]}".strip()
        for each in error.problems or ()
        if isinstance(each.get("message"), Mapping)
    ]
    return f"{message}: {'; '.join(values)}" if values else message
