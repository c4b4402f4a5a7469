"""The Temporal worker of flows: the workflow in its sandbox, with the engine passed through, and the host's activities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import NondeterminismError

from engine.host.versioning import UNVERSIONED, deployment
from engine.host.workflow import FlowInstance

#: Modules that the sandbox need not load again for every run: pure, or loaded once with constant content.
_PASSED_THROUGH = (
    "engine",
    "orjson",
    "cryptography",
    "lark",
    "interegular",
    "jsonschema",
    "referencing",
    "rpds",
    "attr",
    "attrs",
    "ahocorasick",
)

#: Transactions that a worker has under way, and calls of other systems.
APPLICATIONS, SERVICES = 20, 100
#: A command for an instance that a killed worker had in memory goes to another worker after this long.
_PATIENCE_WITH_A_DEAD_WORKER = timedelta(seconds=2)
#: A service learns that nobody waits for it any more with its heartbeats.
_NEWS_OF_CANCELLING = timedelta(seconds=2)


def sandbox() -> SandboxedWorkflowRunner:
    """How the workflow runs in tests: in Temporal's sandbox, with the pure engine passed through."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def runner(*, sandboxed: bool) -> WorkflowRunner:
    """How the workflow runs. The sandbox finds what would not replay; code that it has passed needs it no more."""
    return sandbox() if sandboxed else UnsandboxedWorkflowRunner()


def build_worker(
    client: Client,
    activities: Sequence[Callable[..., Any]],
    task_queue: str,
    *,
    build: str = UNVERSIONED,
    sandboxed: bool = True,
    applications: int = APPLICATIONS,
) -> Worker:
    """A worker for the instances of `task_queue`; run it with `async with` or `await worker.run()`. `build` is the version that was made
    current for it; it has so many `applications` under way at once, each of which needs a connection to the database. An instance whose
    history does not replay fails: it is taken up from the database then."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[FlowInstance],
        activities=list(activities),
        workflow_runner=runner(sandboxed=sandboxed),
        workflow_failure_exception_types=[NondeterminismError],
        max_concurrent_local_activities=applications,
        max_concurrent_activities=SERVICES,
        deployment_config=deployment(task_queue, build) if build != UNVERSIONED else None,
        max_heartbeat_throttle_interval=_NEWS_OF_CANCELLING,
        graceful_shutdown_timeout=timedelta(seconds=5),
        sticky_queue_schedule_to_start_timeout=_PATIENCE_WITH_A_DEAD_WORKER,
    )
