"""A newer engine: instances go to it at once, and one whose history it cannot replay fails, to be taken up from the database."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from engine.host import InstanceGone, InstanceInput, build_id, build_worker, make_current
from engine.host.alarm import Alarm
from tests.engine.host.conftest import Stage
from tests.engine.host.flows import tasks_in_a_loop, timed


@pytest.fixture
def stage(client: Client) -> Stage:
    """Without a worker."""
    return Stage(client)


async def test_instances_follow_the_newest_worker(stage: Stage) -> None:
    old = build_worker(stage.client, stage.ledger.activities, stage.queue, build="1")
    await make_current(stage.client, stage.queue, "1")
    async with old:
        id = await stage.start(tasks_in_a_loop())
        await stage.decide(id, "work")
        await make_current(stage.client, stage.queue, "2")
        async with build_worker(stage.client, stage.ledger.activities, stage.queue, build="2"):
            await asyncio.wait_for(stage.decide(id, "work"), 10)
    async with build_worker(stage.client, stage.ledger.activities, stage.queue, build="2"):
        await asyncio.wait_for(stage.decide(id, "work"), 10)
    description = await stage.handle(id).describe()
    version = description.raw_description.workflow_execution_info.versioning_info.deployment_version
    assert version.build_id == "2"


async def test_an_instance_from_before_versions_and_after_them(stage: Stage) -> None:
    async with stage.working():
        id = await stage.start(tasks_in_a_loop())
        await stage.decide(id, "work")
    await make_current(stage.client, stage.queue, "1")
    async with build_worker(stage.client, stage.ledger.activities, stage.queue, build="1"):
        await asyncio.wait_for(stage.decide(id, "work"), 10)
    await make_current(stage.client, stage.queue, "")
    async with stage.working():
        await asyncio.wait_for(stage.decide(id, "work"), 10)


async def test_a_history_that_does_not_replay_is_left_behind(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.working():
        id = await stage.start(timed("PT1H"))
    monkeypatch.setattr(Alarm, "set", _forget)
    async with stage.working():
        with pytest.raises(InstanceGone):
            await stage.command(id, kind="retry")
        assert (await stage.handle(id).describe()).status == WorkflowExecutionStatus.FAILED
        row = stage.row(id)
        await stage.host.take_up(InstanceInput(id, row.program.to_json(), 1, state=row.state))
        await stage.decide(id, "work")
        assert stage.row(id).loaded().status == "completed"


def _forget(_: Alarm, __: datetime) -> None:
    """Another version of the engine, which arms no timer."""


def test_the_version_is_that_of_the_sources() -> None:
    assert build_id() == build_id()
    assert len(build_id()) == 16
