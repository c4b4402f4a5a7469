"""A real Temporal, a worker, and instances on it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from engine.definitions import Flow
from engine.host import CommandInput, HostClient, build_worker, data_converter
from engine.host.messages import workflow_id
from tests.engine.host.ledger import Ledger, Row, completion
from tests.temporal_server import real_temporal


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The real development server, started once."""
    async with real_temporal() as environment:
        yield environment


@pytest.fixture
async def client(temporal: WorkflowEnvironment) -> Client:
    """A client on this test's own event loop."""
    address = temporal.client.service_client.config.target_host
    return await Client.connect(address, data_converter=data_converter())


@dataclass
class Stage:
    """A ledger with a task queue of its own."""

    client: Client
    ledger: Ledger = field(default_factory=Ledger)
    queue: str = field(default_factory=lambda: f"host-{secrets.token_hex(6)}")

    @property
    def host(self) -> HostClient:
        return HostClient(self.client, self.queue)

    def working(self) -> AbstractAsyncContextManager[Any]:
        """A worker."""
        return build_worker(self.client, self.ledger.activities, self.queue)

    async def start(self, flow: Flow, **variables: Any) -> str:
        """A running instance."""
        id = str(uuid4())
        await self.host.start(self.ledger.begin(id, flow, variables))
        await self.until(lambda: self.row(id).steps > 0)
        return id

    def row(self, id: str) -> Row:
        return self.ledger.rows[id]

    def task(self, id: str, node: str) -> str:
        """The open task of a node."""
        return next(task.id for task in self.row(id).loaded().tasks if task.node == node)

    async def decide(self, id: str, node: str, outcome: str = "done", **variables: Any) -> dict[str, Any]:
        """Complete the open task of a node."""
        return await self.host.command(id, completion(uuid4().hex, self.task(id, node), outcome, **variables))

    async def command(self, id: str, **command: Any) -> dict[str, Any]:
        return await self.host.command(id, CommandInput(uuid4().hex, command))

    def handle(self, id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(id))

    async def until(self, condition: Callable[[], Any], seconds: float = 15) -> None:
        """Wait for what the worker does on its own."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
            await asyncio.sleep(0.01)


@asynccontextmanager
async def on_stage(client: Client) -> AsyncIterator[Stage]:
    """A stage whose worker runs."""
    stage = Stage(client)
    async with stage.working():
        yield stage


@pytest.fixture
async def stage(client: Client) -> AsyncIterator[Stage]:
    async with on_stage(client) as stage:
        yield stage
