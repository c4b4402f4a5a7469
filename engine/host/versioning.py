"""Which workers run an instance: those with the newest code that has started.

A worker makes its version current before it begins, so that in a rolling upgrade an instance never goes back and forth between old and new
code. Instances are not pinned to a version: see docs/decisions/0015-instances-follow-the-newest-worker.md.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

_ENGINE = Path(__file__).resolve().parents[1]
_TIMEOUT = timedelta(seconds=10)
#: No build: workers without a version.
UNVERSIONED = ""


@cache
def build_id() -> str:
    """The version of the engine: the hash of its sources."""
    digest = hashlib.sha256()
    for path in sorted(_ENGINE.rglob("*.py")):
        digest.update(path.relative_to(_ENGINE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def deployment(task_queue: str, build: str) -> WorkerDeploymentConfig:
    """What a worker of a version tells Temporal about itself."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(_name(task_queue), build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def make_current(client: Client, task_queue: str, build: str) -> None:
    """From now on instances of the task queue go to workers of this version, or to those without one. Raises RPCError where the server
    cannot do that, or may not."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=_name(task_queue),
        build_id=build,
        identity=client.identity,
        ignore_missing_task_queues=True,
        allow_no_pollers=True,
    )
    await client.workflow_service.set_worker_deployment_current_version(request, timeout=_TIMEOUT)


def _name(task_queue: str) -> str:
    return f"weft-{task_queue}"
