"""Steering instances through Temporal: start, complete, retry, cancel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from engine.host.messages import (
    CANCEL,
    CATCH_UP,
    COMPLETE_TASK,
    RETRY,
    WORKFLOW,
    CancelInput,
    CompleteTaskInput,
    InstanceInput,
    Json,
    RetryInput,
    workflow_id,
)

#: How long a person waits for the answer of a command before being told to try again: longer than Temporal takes to
#: give a killed worker's task to another (10 s).
ANSWER_TIMEOUT = timedelta(seconds=20)


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


class HostClient:
    """The instances of one task queue."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def start(self, begin: InstanceInput) -> None:
        """Start an instance; starting it twice is starting it once."""
        try:
            await self._client.start_workflow(
                WORKFLOW,
                begin,
                id=workflow_id(begin.instance),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        except WorkflowAlreadyStartedError:
            return

    async def complete(self, instance: str, input: CompleteTaskInput) -> Json:
        """A person's decision; the answer comes when it can be read."""
        return await self._update(instance, COMPLETE_TASK, input, f"{input.task}:{input.user}:{input.command_id}")

    async def retry(self, instance: str, input: RetryInput) -> Json:
        """Try again what stopped."""
        return await self._update(instance, RETRY, input, f"{input.user}:{input.command_id}")

    async def cancel(self, instance: str, input: CancelInput) -> Json:
        """End an instance."""
        return await self._update(instance, CANCEL, input, f"{input.user}:{input.command_id}")

    async def catch_up(self, instance: str) -> None:
        """Have an instance look whether the database is ahead of its history. Raises InstanceGone when it is not running."""
        try:
            await self._client.get_workflow_handle(workflow_id(instance)).signal(CATCH_UP)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise InstanceGone(instance) from error
            raise HostUnavailable(str(error)) from error

    async def _update(self, instance: str, name: str, input: object, id: str) -> Json:
        """Temporal answers an update with the id of an earlier one as it answered that: `id` names who gave the command."""
        handle = self._client.get_workflow_handle(workflow_id(instance))
        try:
            answer: Json = await handle.execute_update(
                name, input, id=id, result_type=dict[str, Any], rpc_timeout=ANSWER_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise HostUnavailable(str(error)) from error
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise InstanceGone(instance) from error
            raise HostUnavailable(str(error)) from error
        return answer


def _refusal(error: WorkflowUpdateFailedError) -> Exception:
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type is None:
        return HostUnavailable(str(cause))
    if cause.type == "AcceptedUpdateCompletedWorkflow":
        return InstanceGone(str(cause))
    detail = cause.details[0] if cause.details else {}
    return HostRefused(cause.type, detail if isinstance(detail, dict) else {})
