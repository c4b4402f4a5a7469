"""Commands: one update each, stepped together when they wait together, answered when committed, refused without a trace."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.worker import Replayer

from engine.flow import State, Token, dump
from engine.host import CommandInput, HostRefused, InstanceGone, data_converter, is_overgrown, is_too_large
from engine.host.client import Throttle, _with_room
from engine.host.jobs import STATE_LIMIT
from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.engine.host.conftest import Stage
from tests.engine.host.flows import (
    finding_without_end,
    found_then_decided,
    side_by_side,
    tasks_in_a_loop,
    until_the_record_says_so,
)
from tests.engine.host.ledger import completion


async def test_a_command_is_answered_when_it_is_committed(stage: Stage) -> None:
    id = await stage.start(tasks_in_a_loop())
    answer = await stage.decide(id, "work")
    assert answer["step"] == stage.row(id).steps == 2
    assert [task["node_id"] for task in answer["next_tasks"]] == ["work"]
    await stage.decide(id, "work", over=True)
    assert await stage.handle(id).result() is None
    with pytest.raises(InstanceGone):
        await stage.command(id, kind="cancel")


async def test_a_person_costs_at_most_six_events(stage: Stage) -> None:
    id = await stage.start(tasks_in_a_loop())
    for _ in range(20):
        await stage.decide(id, "work")
    history = await stage.handle(id).fetch_history()
    assert len(history.events) <= 5 + 6 * 20
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)


async def test_a_burst_becomes_few_applications(stage: Stage) -> None:
    id = await stage.start(side_by_side(24))
    stage.ledger.seconds = 0.05
    await asyncio.gather(*(stage.decide(id, f"work{number}") for number in range(24)))
    applications = stage.row(id).applications[1:]
    assert sum(len(each.steps) for each in applications) == 24
    assert max(len(each.steps) for each in applications) <= 8
    assert len(applications) <= 14
    assert await stage.handle(id).result() is None
    assert len((await stage.handle(id).fetch_history()).events) < 5 * 24


async def test_several_workers_share_the_instances(client: Client) -> None:
    stage, address = Stage(client), client.service_client.config.target_host
    other = Stage(await Client.connect(address, data_converter=data_converter()), stage.ledger, stage.queue)
    async with stage.working(), other.working():
        ids = [await stage.start(tasks_in_a_loop()) for _ in range(8)]
        for _ in range(3):
            await asyncio.gather(*(stage.decide(id, "work") for id in ids))
        assert {stage.row(id).steps for id in ids} == {4}
    async with stage.working():
        await asyncio.gather(*(stage.decide(id, "work", over=True) for id in ids))
    assert {stage.row(id).loaded().status for id in ids} == {"completed"}


async def test_what_is_refused_changes_nothing_and_the_others_go_on(stage: Stage) -> None:
    id = await stage.start(side_by_side(4))
    stage.ledger.refuse = {"bad-record"}
    good, bad = completion("good-one", stage.task(id, "work0")), completion("bad-record", stage.task(id, "work1"))
    odd, late = completion("no-outcome", stage.task(id, "work2"), "no"), completion("too-late", stage.task(id, "work0"))
    given = (stage.host.command(id, each) for each in (good, bad, odd, late))
    codes = [getattr(each, "code", "done") for each in await asyncio.gather(*given, return_exceptions=True)]
    assert codes[1:3] == ["record.invalid", "task.outcome_unknown"]
    assert sorted([codes[0], codes[3]]) == ["done", "task.already_handled"]
    assert stage.row(id).steps == 2
    assert {task.node for task in stage.row(id).loaded().tasks} == {"work1", "work2", "work3"}


async def test_a_repeated_command_is_answered_as_before(stage: Stage) -> None:
    id = await stage.start(side_by_side(3))
    given = completion("the-same-one", stage.task(id, "work0"))
    first = await stage.host.command(id, given)
    assert await stage.host.command(id, given) == first
    again = CommandInput(given.command_id, given.command)
    assert await stage.host.command(id, again) == first, "the ledger answers what Temporal does not know as the same"
    assert stage.row(id).steps == 2


async def test_a_commit_that_history_forgot_counts_once(stage: Stage) -> None:
    id = await stage.start(side_by_side(3))
    stage.ledger.forget = 1
    answer = await stage.decide(id, "work0")
    assert answer["step"] == stage.row(id).steps == 2
    await stage.decide(id, "work1")
    await stage.decide(id, "work2")
    assert stage.row(id).loaded().status == "completed"


async def test_what_can_never_be_applied_is_refused_alone(stage: Stage) -> None:
    """A mistake of ours in one command stops neither the instance nor those that came with it."""
    id = await stage.start(side_by_side(3))
    inputs = [completion(f"command-{number}", stage.task(id, f"work{number}")) for number in range(3)]
    stage.ledger.broken = {"command-1"}
    answers = await asyncio.gather(*(stage.host.command(id, each) for each in inputs), return_exceptions=True)
    assert [getattr(each, "code", "done") for each in answers] == ["done", "flow.engine_failed", "done"]
    stage.ledger.broken = set()
    await stage.decide(id, "work1")
    assert stage.row(id).loaded().status == "completed"


async def test_nonsense_is_rejected_before_it_is_history(stage: Stage) -> None:
    id = await stage.start(tasks_in_a_loop())
    await stage.decide(id, "work")
    before = len((await stage.handle(id).fetch_history()).events)
    for command in ({"kind": "no_such"}, {"kind": "complete_task"}, {"kind": "signal", "name": "x" * 300_000}):
        with pytest.raises(HostRefused) as caught:
            await stage.host.command(id, CommandInput(uuid4().hex, command))
        assert caught.value.code == "flow.command_invalid"
    assert len((await stage.handle(id).fetch_history()).events) == before


async def test_the_answer_waits_for_what_follows_from_an_awaited_action(stage: Stage) -> None:
    stage.ledger.actions["find_record"] = lambda arguments: {"title": f"a {arguments['entity']}"}
    id = await stage.start(found_then_decided())
    answer = await stage.decide(id, "ask")
    assert [task["node_id"] for task in answer["next_tasks"]] == ["decide"]
    row = stage.row(id)
    assert row.loaded().variables["found"] == "a ticket"
    follow_up = row.applications[-1].steps[0]
    assert follow_up.command_id == f"{id}:3:1:result"
    assert follow_up.command["user"] == row.applications[-2].steps[0].command["user"]


async def test_a_loop_of_awaited_actions_is_stopped_and_holds_nobody_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.host.workflow.CHAIN_AT_MOST", 60)
    monkeypatch.setattr("engine.host.workflow.EVENTS_PER_RUN", 30)
    stage.ledger.actions["find_record"] = lambda _: {"title": "not yet"}
    id = await stage.start(finding_without_end())
    await stage.decide(id, "ask")
    await stage.until(lambda: any(token.problem for token in stage.row(id).loaded().tokens))
    (problem,) = [token.problem for token in stage.row(id).loaded().tokens if token.problem]
    assert problem.detail.startswith("step_budget")
    assert 60 <= stage.row(id).steps <= 66
    stage.ledger.actions["find_record"] = lambda _: {"title": "over"}
    assert (await stage.command(id, kind="retry"))["instance_status"] == "completed"


async def test_the_result_of_an_awaited_action_survives_the_worker(stage: Stage) -> None:
    made: list[int] = []
    stage.ledger.actions["find_record"] = lambda _: made.append(1) or {"title": "x"}
    id = await stage.start(found_then_decided())
    stage.ledger.forget = 1
    await stage.decide(id, "ask")
    assert stage.row(id).loaded().variables["found"] == "x"
    assert stage.row(id).steps == 3


async def test_an_action_that_fails_is_an_incident_that_is_retried(stage: Stage) -> None:
    def fail(_: object) -> None:
        raise ValueError("find.broken: not today")

    stage.ledger.actions["find_record"] = fail
    id = await stage.start(found_then_decided())
    await stage.decide(id, "ask")
    assert [token.problem.code for token in stage.row(id).loaded().tokens if token.problem] == ["action_failed"]
    stage.ledger.actions["find_record"] = lambda _: {"title": "x"}
    await stage.command(id, kind="retry")
    assert stage.task(id, "decide")


async def test_what_was_read_of_the_record_counts_only_while_the_instance_stands(stage: Stage) -> None:
    id = await stage.start(until_the_record_says_so())

    async def decide(sequence: int, title: str) -> set[str]:
        given = completion(uuid4().hex, stage.task(id, "work"))
        await stage.host.command(id, replace(given, context={"record": {"title": title}}, context_sequence=sequence))
        return {task.node for task in stage.row(id).loaded().tasks}

    assert await decide(1, "not yet") == {"work", "beside"}
    stage.ledger.record = {"title": "not yet"}
    assert await decide(1, "over") == {"work", "beside"}, "the instance has moved since: it is read anew"
    stage.ledger.record = {"title": "over"}
    given = completion(uuid4().hex, stage.task(id, "work"))
    await stage.host.command(id, replace(given, data={"title": "what is written now counts"}))
    assert await decide(4, "over") == {"beside"}


async def test_commands_that_read_the_record_are_stepped_one_by_one(stage: Stage) -> None:
    id = await stage.start(until_the_record_says_so())
    stage.ledger.seconds, stage.ledger.record = 0.05, {"title": "over"}
    await asyncio.gather(stage.decide(id, "work"), stage.decide(id, "beside"))
    assert [len(each.steps) for each in stage.row(id).applications] == [1, 1, 1]
    assert stage.row(id).loaded().status == "completed"


async def test_a_state_that_grows_too_large_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.host.jobs.STATE_LIMIT", 2_000)
    stage.ledger.actions["find_record"] = lambda _: {"title": "x" * 5_000}
    id = await stage.start(found_then_decided())
    await stage.decide(id, "ask")
    await stage.until(lambda: any(token.problem for token in stage.row(id).loaded().tokens))
    problem = next(token.problem for token in stage.row(id).loaded().tokens if token.problem)
    assert problem.detail.startswith("result_too_large")
    with pytest.raises(HostRefused) as caught:
        await stage.command(id, kind="retry", variables={"found": "y" * 1_900})
    assert caught.value.code == "flow.state_too_large"
    assert (await stage.command(id, kind="cancel"))["instance_status"] == "cancelled"


def test_what_is_said_to_be_too_many_tokens_would_not_fit() -> None:
    """Told from their number alone, so it must never be said of a state that has room: here of the shortest tokens there are."""
    least = State("i", status="running")
    short = Token(1, "a", 0, "", datetime(2026, 11, 23, tzinfo=UTC))
    most = next(
        count for count in range(1, STATE_LIMIT) if is_overgrown(replace(least, tokens=(short,) * count), least)
    )
    assert is_too_large(dump(replace(least, tokens=(short,) * most)), least)
    assert not is_overgrown(replace(least, tokens=(short,) * most), replace(least, tokens=(short,) * most))


async def test_more_than_ten_at_once_are_nobodys_business(stage: Stage) -> None:
    """The server takes ten updates of a workflow at a time, and drops them all when there is another one."""
    id = await stage.start(side_by_side(24))
    stage.ledger.seconds = 0.02
    inputs = [completion(uuid4().hex, stage.task(id, f"work{number}")) for number in range(23)]
    await asyncio.gather(*(_with_room(partial(stage.host._update, id, each, each.command_id)) for each in inputs))
    assert stage.row(id).steps == 24


async def test_a_process_takes_its_part_of_the_ten_only() -> None:
    throttle, inside, most = Throttle(4), 0, 0

    async def work() -> None:
        nonlocal inside, most
        async with throttle.turn("an instance"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert most == 4
    assert not throttle._gates
