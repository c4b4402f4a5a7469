"""Instances from outside: starting them, giving them commands, having them look at the database."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from engine.host.messages import CATCH_UP, COMMAND, WORKFLOW, CommandInput, InstanceInput, Json, workflow_id

T = TypeVar("T")

#: How long a person waits for the answer of a command before being told to try again: longer than Temporal takes to
#: give a killed worker's task to another (10 s).
ANSWER_TIMEOUT = timedelta(seconds=20)
#: Commands that this process has under way at one instance. The server takes ten of all processes together, and at the eleventh drops
#: all that are under way (they are given again, and counted once): so no process takes more than its part.
IN_FLIGHT = 4
#: Seconds before a command that the server had no room for is given again: this at first, then twice as long each time.
_ROOM_FIRST, _ROOM_LONGEST = 0.02, 0.5


class HostRefused(Exception):
    """The flow refused the command: a stable `code`, and what came with it."""

    def __init__(self, code: str, detail: dict[str, Any]) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {detail}")


class HostUnavailable(Exception):
    """No answer: Temporal or every worker is away. The command may still happen; repeating it with its id is safe."""


class InstanceGone(Exception):
    """The instance is not running (any more)."""


class Throttle:
    """At most so many at once under one name."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it."""
        gate = self._gates.setdefault(name, asyncio.Semaphore(self._limit))
        self._users[name] += 1
        try:
            async with gate:
                yield
        finally:
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name], self._gates[name]


#: Shared by every client of the process.
_throttle = Throttle(IN_FLIGHT)


class HostClient:
    """The instances of one task queue. `lost` is asked when one that gets a command does not run: whether it should, and does now."""

    def __init__(self, client: Client, task_queue: str, lost: Callable[[str], Awaitable[bool]] | None = None) -> None:
        self._client = client
        self._task_queue = task_queue
        self._lost = lost

    async def start(self, begin: InstanceInput) -> None:
        """Start an instance; starting it twice is starting it once."""
        try:
            await self._start(begin, WorkflowIDReusePolicy.REJECT_DUPLICATE)
        except WorkflowAlreadyStartedError:
            return

    async def take_up(self, begin: InstanceInput) -> None:
        """Go on with an instance that Temporal lost or ended wrongly; one that runs is left alone."""
        await self._start(begin, WorkflowIDReusePolicy.ALLOW_DUPLICATE)

    async def _start(self, begin: InstanceInput, reuse: WorkflowIDReusePolicy) -> None:
        await self._client.start_workflow(
            WORKFLOW,
            begin,
            id=workflow_id(begin.instance),
            task_queue=self._task_queue,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def command(self, instance: str, input: CommandInput) -> Json:
        """Have something happen; the answer comes when it can be read. Temporal answers an update with the id of an earlier one
        as it answered that: the id names who gave the command, the task that it is about, and what comes with it, which is another
        when a refused one is given again with what was missing."""
        id = f"{input.command.get('task', '')}:{input.user or ''}:{input.command_id}{_digest(input.extra)}"
        async with _throttle.turn(instance):
            try:
                return await _with_room(lambda: self._update(instance, input, id))
            except InstanceGone:
                if self._lost is None or not await self._lost(instance):
                    raise
            return await _with_room(lambda: self._update(instance, input, id))

    async def catch_up(self, instance: str) -> None:
        """Have an instance look whether the database is ahead of its history. Raises InstanceGone when it is not running."""
        try:
            await self._client.get_workflow_handle(workflow_id(instance)).signal(CATCH_UP)
        except RPCError as error:
            raise _unreached(error, instance) from error

    async def _update(self, instance: str, input: CommandInput, id: str) -> Json:
        handle = self._client.get_workflow_handle(workflow_id(instance))
        try:
            answer: Json = await handle.execute_update(
                COMMAND, input, id=id, result_type=dict[str, Any], rpc_timeout=ANSWER_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise HostUnavailable(str(error)) from error
        except RPCError as error:
            if error.status == RPCStatusCode.RESOURCE_EXHAUSTED:
                raise
            raise _unreached(error, instance) from error
        return answer


def _digest(extra: Json) -> str:
    if not extra:
        return ""
    return ":" + hashlib.sha256(json.dumps(extra, sort_keys=True).encode()).hexdigest()[:16]


async def _with_room(give: Callable[[], Awaitable[T]]) -> T:
    """Try again, a little later each time, while the server has no room; nobody sees that it had none."""
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + ANSWER_TIMEOUT.total_seconds(), _ROOM_FIRST
    while True:
        try:
            return await give()
        except RPCError as error:
            if loop.time() + pause > deadline:
                raise HostUnavailable(str(error)) from error
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(pause * 2, _ROOM_LONGEST)


def _unreached(error: RPCError, instance: str) -> Exception:
    return InstanceGone(instance) if error.status == RPCStatusCode.NOT_FOUND else HostUnavailable(str(error))


def _refusal(error: WorkflowUpdateFailedError) -> Exception:
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return HostUnavailable(str(cause))
    if cause.type == "AcceptedUpdateCompletedWorkflow":
        return InstanceGone(str(cause))
    detail = cause.details[0] if cause.details else {}
    return HostRefused(cause.type, detail if isinstance(detail, dict) else {})
