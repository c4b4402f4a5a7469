"""Calls of other systems: activities outside the queue of commands, running while the state has their call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError, is_cancelled_exception

from engine.flow import ServiceFailed, ServiceResult, State
from engine.flow.state import OUTSIDE, RUNNING, Call
from engine.host.messages import CALL_SERVICE, ServiceInput

#: Whether a call is tried again, and when, is the backend's to say (per action); this is what it may do at most.
_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
#: One try. A worker that dies with it is noticed by its silence.
_TIMEOUT, _SILENCE = timedelta(minutes=10), timedelta(seconds=30)

Answer = ServiceResult | ServiceFailed


class Services:
    """The calls under way of one instance; `put` takes each answer."""

    def __init__(self, instance: str, put: Callable[[Answer], None]) -> None:
        self._instance = instance
        self._put = put
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> bool:
        return any(not task.done() for task in self._tasks.values())

    def mind(self, state: State) -> None:
        """Call what the state waits for, and nothing else."""
        wanted = _wanted(state)
        for id in [id for id in self._tasks if id not in wanted]:
            self._tasks.pop(id).cancel()
        for id, call in wanted.items():
            if id not in self._tasks:
                self._tasks[id] = asyncio.create_task(self._call(call))

    async def _call(self, call: Call) -> None:
        question = ServiceInput(self._instance, call.id, call.node, call.action, dict(call.arguments))
        try:
            result = await workflow.execute_activity(
                CALL_SERVICE,
                question,
                start_to_close_timeout=_TIMEOUT,
                heartbeat_timeout=_SILENCE,
                retry_policy=_RETRIES,
            )
        except (ActivityError, asyncio.CancelledError) as error:
            if not is_cancelled_exception(error):
                self._put(ServiceFailed(call.id, *_failure(error)))
        else:
            self._put(ServiceResult(call.id, result))


def _wanted(state: State) -> dict[str, Call]:
    """By id the calls to be under way. One whose answer a suspended instance keeps for later is not called again."""
    if state.status != RUNNING:
        return {}
    kept = {command.get("call") for command in state.deferred}
    return {call.id: call for call in state.calls if call.kind == OUTSIDE and call.id not in kept}


def _failure(error: BaseException) -> tuple[str, str]:
    """Code and detail of a call that failed for good."""
    cause: Any = getattr(error, "cause", None) or error
    if isinstance(cause, ApplicationError):
        return cause.type or "service_failed", cause.message
    return ("service_timeout" if isinstance(cause, TimeoutError) else "service_failed"), str(cause)
