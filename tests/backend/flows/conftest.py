"""A real Temporal for the run, and a company at work for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from tests.backend.flows.company import Company, company_at_work
from tests.temporal_server import real_temporal


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The real development server, started once."""
    async with real_temporal() as environment:
        yield environment


@pytest.fixture
async def client(temporal: WorkflowEnvironment) -> Client:
    """A client on this test's own event loop."""
    return await Client.connect(temporal.client.service_client.config.target_host)


@pytest.fixture
async def company(database_url: str, client: Client) -> AsyncIterator[Company]:
    async with company_at_work(database_url, client) as company:
        yield company
