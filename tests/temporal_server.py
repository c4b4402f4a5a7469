"""Temporal for tests: the real development server, and the one that skips time."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.testing import WorkflowEnvironment


def binary(name: str) -> str:
    """The path of a server binary that a package put beside this Python."""
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed beside this Python")
    return found


@asynccontextmanager
async def real_temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The development server, with its store in memory."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary("temporal"), dev_server_log_level="error"
    )
    try:
        yield environment
    finally:
        await environment.shutdown()


@asynccontextmanager
async def skipping_temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The test server, whose clock jumps to the next timer when nothing else is to be done."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=binary("temporal-test-server")
    )
    try:
        yield environment
    finally:
        await environment.shutdown()
