"""What an instance does by itself: timers, calls of other systems, fresh histories, migrations."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.worker import Replayer

from engine.flow import CompleteTask, compile_flow, dump, step
from engine.host import InstanceGone, InstanceInput
from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.engine.host.conftest import Stage
from tests.engine.host.flows import another_system, found_then_decided, side_by_side, tasks_in_a_loop, timed
from tests.engine.host.ledger import PERSON, TICKET, completion

TIMER_STARTED, TIMER_CANCELLED = 17, 19


async def test_a_due_timer_fires_without_anybody(stage: Stage) -> None:
    id = await stage.start(timed("PT1S"))
    await stage.until(lambda: any(task.node == "escalated" for task in stage.row(id).loaded().tasks))
    assert stage.row(id).loaded().task(stage.task(id, "escalated")) is not None
    with pytest.raises(StopIteration):
        stage.task(id, "work")


async def test_a_timer_that_is_not_wanted_any_more_costs_nothing(stage: Stage) -> None:
    id = await stage.start(timed("PT1H", interrupting=False))
    await stage.decide(id, "work")
    assert stage.row(id).loaded().status == "completed"
    kinds = Counter(event.event_type for event in (await stage.handle(id).fetch_history()).events)
    assert (kinds[TIMER_STARTED], kinds[TIMER_CANCELLED]) == (1, 0)


async def test_a_suspended_instance_holds_its_timers(stage: Stage) -> None:
    id = await stage.start(timed("PT2S"))
    await stage.command(id, kind="suspend")
    await asyncio.sleep(2.5)
    assert stage.task(id, "work")
    await stage.command(id, kind="resume")
    assert stage.task(id, "work"), "the time that was held does not count"
    await stage.until(lambda: any(task.node == "escalated" for task in stage.row(id).loaded().tasks))


async def test_a_service_is_called_outside_and_its_answer_is_a_command(stage: Stage) -> None:
    stage.ledger.actions["call_http"] = lambda arguments: {"body": f"from {arguments['url']}"}
    id = await stage.start(another_system())
    await stage.until(lambda: stage.row(id).steps == 2)
    assert stage.row(id).loaded().variables["answer"] == "from https://example.org"
    assert [each.call for each in stage.ledger.calls] == [f"{id}:1:1"]
    assert stage.row(id).applications[-1].steps[0].command_id == f"{id}:1:1:result"
    assert stage.task(id, "good")


async def test_a_service_that_fails_is_an_error_that_the_flow_catches(stage: Stage) -> None:
    def missing(_: object) -> None:
        raise ValueError("http_404")

    stage.ledger.actions["call_http"] = missing
    id = await stage.start(another_system())
    await stage.until(lambda: stage.row(id).steps == 2)
    assert stage.task(id, "bad")


async def test_a_call_that_nobody_waits_for_any_more_is_cancelled(stage: Stage) -> None:
    stage.ledger.actions["call_http"] = _never
    id = await stage.start(another_system())
    await stage.until(lambda: stage.ledger.calls)
    await stage.command(id, kind="trigger", node="late")
    assert stage.task(id, "slow")
    await stage.until(lambda: stage.ledger.cancelled == [f"{id}:1:1"], 60)


async def _never(_: object = None) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(0.2)


async def test_a_pending_call_is_taken_up_by_a_fresh_history(stage: Stage) -> None:
    """As when Temporal lost the instance: the database has all that is needed to go on."""
    gate = asyncio.Event()

    async def answer() -> dict[str, str]:
        await gate.wait()
        return {"body": "late, but there"}

    stage.ledger.actions["call_http"] = lambda _: answer()
    id = await stage.start(another_system())
    await stage.until(lambda: len(stage.ledger.calls) == 1)
    await stage.handle(id).terminate()
    with pytest.raises(InstanceGone):
        await stage.command(id, kind="retry")
    row = stage.row(id)
    await stage.host.take_up(InstanceInput(id, row.program.to_json(), 1, state=row.state, results=row.results))
    await stage.until(lambda: len(stage.ledger.calls) == 2)
    gate.set()
    await stage.until(lambda: row.steps == 2)
    assert {each.call for each in stage.ledger.calls} == {f"{id}:1:1"}
    assert stage.task(id, "good")


async def test_a_result_that_was_not_stepped_yet_goes_with_the_state(stage: Stage) -> None:
    stage.ledger.actions["find_record"] = lambda _: {"title": "kept"}
    id = await stage.start(found_then_decided())
    await stage.handle(id).terminate()
    row = stage.row(id)
    program = row.program
    state, _ = step(program, row.loaded(), CompleteTask(stage.task(id, "ask"), PERSON, "done"), datetime.now(UTC))
    row.state, row.sequence, row.results = dump(state), state.sequence, {state.calls[0].id: {"title": "kept"}}
    await stage.host.take_up(InstanceInput(id, program.to_json(), 1, state=row.state, results=row.results))
    await stage.until(lambda: row.sequence > state.sequence)
    assert row.loaded().variables["found"] == "kept"


async def test_a_long_instance_goes_on_in_fresh_histories(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.host.workflow.EVENTS_PER_RUN", 100)
    id = await stage.start(tasks_in_a_loop())
    runs, longest = set(), 0
    for _ in range(60):
        await stage.decide(id, "work")
        description = await stage.handle(id).describe()
        runs.add(description.run_id)
        longest = max(longest, description.history_length)
    assert len(runs) >= 3
    assert longest <= 110
    assert stage.row(id).steps == 61


async def test_commands_cross_a_fresh_history_unharmed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.host.workflow.UPDATES_PER_RUN", 5)
    id = await stage.start(side_by_side(40))
    inputs = [completion(uuid4().hex, stage.task(id, f"work{number}")) for number in range(40)]
    answers = await asyncio.gather(*(stage.host.command(id, each) for each in inputs))
    assert sorted(each["step"] for each in answers) == list(range(2, 42))
    assert stage.row(id).loaded().status == "completed"


async def test_a_migration_goes_on_under_the_new_version(stage: Stage) -> None:
    id = await stage.start(side_by_side(2))
    stage.ledger.versions[2] = compile_flow(side_by_side(3), {"ticket": TICKET})
    await stage.command(id, kind="migrate", nodes={}, version=2)
    await stage.decide(id, "work0")
    await stage.decide(id, "work1")
    assert stage.row(id).loaded().status == "running", "the new version's join waits for a third"
    await stage.command(id, kind="modify", instructions=[{"kind": "start_before", "node": "work2"}])
    await stage.decide(id, "work2")
    assert stage.row(id).loaded().status == "completed"
    history = await stage.handle(id).fetch_history()
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)


async def test_a_result_that_was_put_off_goes_on_in_a_fresh_history(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.host.workflow._PAUSE", timedelta(hours=1))
    stage.ledger.actions["find_record"] = lambda _: {"title": "kept"}
    id = await stage.start(found_then_decided())
    stage.ledger.broken = {f"{id}:3:1:result"}
    await stage.decide(id, "ask")
    assert stage.row(id).steps == 2, "what follows could not be applied, and sleeps"
    first = (await stage.handle(id).describe()).run_id
    stage.ledger.broken.clear()
    await _continued(stage, id, monkeypatch)
    await stage.until(lambda: stage.row(id).steps == 3)
    assert stage.row(id).loaded().variables["found"] == "kept"
    assert (await stage.handle(id).describe()).run_id != first


async def test_a_start_that_was_put_off_is_tried_in_a_fresh_history(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.host.workflow._PAUSE", timedelta(hours=1))
    id = str(uuid4())
    stage.ledger.broken = {f"{id}:start"}
    await stage.host.start(stage.ledger.begin(id, tasks_in_a_loop(), {"over": False}))
    await asyncio.sleep(1)
    assert stage.row(id).steps == 0
    stage.ledger.broken.clear()
    await _continued(stage, id, monkeypatch)
    await stage.until(lambda: stage.row(id).steps == 1)
    assert stage.task(id, "work")


async def _continued(stage: Stage, id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history is long enough to be left behind: seen at the next thing that happens."""
    with monkeypatch.context() as patched:
        patched.setattr("engine.host.workflow.EVENTS_PER_RUN", 5)
        before = (await stage.handle(id).describe()).run_id
        await stage.host.catch_up(id)
        for _ in range(100):
            if (await stage.handle(id).describe()).run_id != before:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("it did not go on in a fresh history")
