"""Instances whose start is not made: they say so, are handed to Temporal anew, and can be ended."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.client import Client

from backend.errors import Forbidden
from backend.flows import service
from backend.flows.recovering import start_again
from tests.backend.flows.company import ADMIN, AGENT, Company


async def _handed_to_nobody(company: Company) -> UUID:
    """An instance that Temporal took over a minute ago, with no worker there to begin it."""
    ticket = await company.ticket(await company.person())
    instance = await company.start("urgent_complaint", ticket)
    await _a_while_later(company, instance)
    return instance


async def _a_while_later(company: Company, instance: UUID) -> None:
    long_ago = text("UPDATE weft.outbox SET done_at = now() - interval '2 minutes' WHERE key = :k RETURNING status")
    assert await company.scalar(long_ago, k=f"start:{instance}") == "done"


async def test_an_instance_that_temporal_lost_before_it_began_says_so_and_starts(
    database_url: str, client: Client
) -> None:
    company = await Company.found(database_url, client)
    instance = await _handed_to_nobody(company)
    await client.get_workflow_handle(f"instance:{instance}").terminate()
    assert [await start_again(company.services) for _ in range(2)] == [1, 0]
    await _a_while_later(company, instance)
    assert await start_again(company.services) == 1
    shown = await company.instance(instance)
    assert (shown["status"], shown["incident"]["code"]) == ("starting", "not_started")
    told = text("SELECT count(*) FROM weft.event WHERE type = 'instance.failed' AND subject_id = :i")
    assert await company.scalar(told, i=instance) == 1
    async with company.working():
        await company.until(lambda: company.has_open(instance, "triage"))
        assert (await company.instance(instance))["incident"] is None
        await _a_while_later(company, instance)
        await _a_while_later(company, instance)
    assert await start_again(company.services) == 0
    await company.services.close()


async def test_an_instance_that_has_not_begun_is_cancelled_and_never_begins(database_url: str, client: Client) -> None:
    company = await Company.found(database_url, client)
    instance, command, metadata = await _handed_to_nobody(company), str(uuid4()), company.services.metadata.current
    agent, admin = await company.caller(AGENT), await company.caller(ADMIN)
    await start_again(company.services)
    for _ in range(2):
        async with company.services.database.transaction() as session:
            with pytest.raises(Forbidden):
                await service.cancel(session, metadata, agent, company.host, instance, str(uuid4()), "")
            answer = await service.cancel(session, metadata, admin, company.host, instance, command, "测试")
        assert answer["instance_status"] == "cancelled"
    shown = await company.instance(instance)
    assert (shown["status"], shown["incident"]) == ("cancelled", None)
    assert [line["type"] for line in shown["history"]] == ["incident", "cancelled"]
    async with company.working():
        result = company.client.get_workflow_handle(f"instance:{instance}").result()
        assert await asyncio.wait_for(result, 15) is None
    assert await company.scalar(text("SELECT count(*) FROM weft.task WHERE instance_id = :i"), i=instance) == 0
    await _a_while_later(company, instance)
    assert await start_again(company.services) == 0
    await company.services.close()
