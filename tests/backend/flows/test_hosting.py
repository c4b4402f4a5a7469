"""What the host promises: nothing twice, nothing half, nothing lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import Replayer

from backend.access.caller import SYSTEM
from backend.errors import Forbidden, NotFound, WeftError
from backend.events.outbox import deliver_due
from backend.flows import reading, service
from backend.flows.applying import EffectApplier
from backend.flows.errors import (
    AlreadyHandled,
    CommandIdReused,
    EngineUnavailable,
    InstanceEnded,
    InvalidData,
    NotYours,
)
from backend.flows.programs import program_of
from backend.flows.recovering import recover, take_up_ended
from backend.flows.starting import PATIENCE
from backend.records import service as records
from engine.flow import CompleteTask, State, dump, effect_to_json, load, step
from engine.host import Application, Applied, Step, data_converter
from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.backend.flows.company import (
    ADMIN,
    AGENT,
    OTHER_AGENT,
    PLAN,
    QUALITY,
    QUALITY_DATA,
    SERVICE,
    TRIAGE,
    Company,
    company_at_work,
)


async def test_a_repeated_command_changes_nothing_and_answers_the_same(company: Company) -> None:
    _, instance = await company.complain()
    task = (await company.task(AGENT, instance, "triage"))["id"]
    command = str(uuid4())
    first = await company.complete(AGENT, task, "confirm", TRIAGE, command_id=command)
    counts = text("SELECT (SELECT count(*) FROM weft.event), (SELECT count(*) FROM weft.task)")
    before = await company.scalar(counts)
    assert await company.complete(AGENT, task, "confirm", {**TRIAGE, "priority": "low"}, command_id=command) == first
    assert await company.scalar(counts) == before
    quality = (await company.task(QUALITY, instance, "quality_check"))["id"]
    with pytest.raises(CommandIdReused):
        await company.complete(QUALITY, quality, "done", QUALITY_DATA, command_id=command)


async def test_the_same_command_twice_at_once_is_one(company: Company) -> None:
    _, instance = await company.complain()
    task, command = (await company.task(AGENT, instance, "triage"))["id"], str(uuid4())
    answers = await asyncio.gather(
        *(company.complete(AGENT, task, "confirm", TRIAGE, command_id=command) for _ in range(4))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await company.scalar(text("SELECT count(*) FROM weft.task WHERE node_id = 'quality_check'")) == 1


async def test_a_command_id_answers_nobody_but_who_gave_it(company: Company) -> None:
    """Not even while the first command with it is still under way, on the same instance or on another."""
    _, instance = await company.complain()
    _, elsewhere = await company.complain()
    task, other = [(await company.task(AGENT, each, "triage"))["id"] for each in (instance, elsewhere)]
    command = str(uuid4())
    results = await asyncio.gather(
        company.complete(AGENT, task, "confirm", TRIAGE, command_id=command),
        company.complete(OTHER_AGENT, task, "confirm", TRIAGE, command_id=command),
        company.complete(OTHER_AGENT, other, "confirm", TRIAGE, command_id=command),
        return_exceptions=True,
    )
    answers = [result for result in results if not isinstance(result, BaseException)]
    assert len(answers) == 1
    assert all(isinstance(result, WeftError) for result in results if result not in answers)


async def test_any_of_several_first_wins(company: Company) -> None:
    _, instance = await company.complain()
    task = (await company.task(AGENT, instance, "triage"))["id"]
    results = await asyncio.gather(
        company.complete(AGENT, task, "confirm", TRIAGE),
        company.complete(OTHER_AGENT, task, "confirm", {**TRIAGE, "priority": "low"}),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(refused) == 1
    assert isinstance(refused[0], AlreadyHandled)
    assert refused[0].params["by"] in ("王伟", "张敏")
    assert await company.scalar(text("SELECT count(*) FROM weft.task WHERE node_id = 'quality_check'")) == 1
    with pytest.raises(AlreadyHandled):
        await company.complete(OTHER_AGENT, task, "confirm")


async def test_somebody_else_may_not_decide(company: Company) -> None:
    _, instance = await company.complain()
    task = (await company.task(AGENT, instance, "triage"))["id"]
    with pytest.raises(NotYours):
        await company.complete(QUALITY, task, "confirm")
    with pytest.raises(NotYours):
        await company.detail(QUALITY, task)


async def test_refused_values_change_nothing(company: Company) -> None:
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    task = (await company.task(SERVICE, instance, "service_plan"))["id"]
    before = await company.record("ticket", ticket)
    for data, code in (
        ({**PLAN, "compensation": "a lot"}, "field.type"),
        ({**PLAN, "priority": "low"}, "field.unknown"),
        ({**PLAN, "severity": "minor"}, "field.read_only"),
        ({"repair_plan": "x"}, "field.required"),
        ({**PLAN, "compensation": -1}, "check"),
        ({**PLAN, "compensation": 9}, "field.required"),
    ):
        with pytest.raises(InvalidData) as caught:
            await company.complete(SERVICE, task, "done", data)
        assert code in [problem["code"] for problem in caught.value.problems or []]
    assert await company.record("ticket", ticket) == before
    assert (await company.task(SERVICE, instance, "service_plan"))["id"] == task


async def test_fields_that_the_form_does_not_show_are_not_sent(company: Company) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    detail = await company.detail(QUALITY, (await company.task(QUALITY, instance, "quality_check"))["id"])
    assert "compensation" not in detail["values"]
    shown = {item["field"] for section in detail["form"]["sections"] for item in section["items"]}
    assert set(detail["values"]) - {"_labels"} == shown


async def test_the_worker_restarts_in_the_middle(database_url: str, client: Client) -> None:
    company = await Company.found(database_url, client)
    async with company.working():
        ticket, instance = await company.complain()
        await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    pending = asyncio.create_task(company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA))
    await asyncio.sleep(0.3)
    assert not pending.done()
    async with company.working():
        assert (await pending)["status"] == "completed"
        answer = await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
        assert answer["instance_status"] == "completed"
    assert (await company.record("ticket", ticket))["status"] == "closed"
    await company.services.close()


async def test_a_failing_action_is_an_incident_that_an_operator_retries(company: Company) -> None:
    ticket, instance = await company.complain(phone=None)
    answer = await company.decide(AGENT, instance, "triage", "refuse", comment="重复")
    assert (answer["status"], answer["instance_status"]) == ("completed", "failed")
    shown = await company.instance(instance)
    assert (shown["incident"]["node_id"], shown["incident"]["code"]) == ("reply_refusal", "action_failed")
    assert "message.no_recipient" in shown["incident"]["detail"]
    person = UUID((await company.record("ticket", ticket))["person"])
    database, metadata = company.services.database, company.services.metadata.current
    async with database.transaction() as session:
        await records.update(session, metadata, SYSTEM, "person", person, {"phone": "13800000002"}, version=None)
    async with database.transaction() as session:
        operator = await company.caller(ADMIN)
        answer = await service.retry(session, metadata, operator, company.host, instance, str(uuid4()))
    assert answer["instance_status"] == "completed"
    assert (await company.instance(instance))["incident"] is None


async def test_only_operators_cancel(company: Company) -> None:
    _, instance = await company.complain()
    metadata, store = company.services.metadata.current, company.services.database
    async with store.transaction() as session:
        with pytest.raises(Forbidden):
            await service.cancel(
                session, metadata, await company.caller(AGENT), company.host, instance, str(uuid4()), ""
            )
        answer = await service.cancel(
            session, metadata, await company.caller(ADMIN), company.host, instance, str(uuid4()), "测试"
        )
    assert answer["instance_status"] == "cancelled"
    assert await company.inbox(AGENT) == []
    assert (await company.instance(instance))["status"] == "cancelled"


async def test_a_key_without_its_persons_tasks_neither_sees_nor_ends_what_they_started(company: Company) -> None:
    _, instance = await company.complain()
    metadata, database = company.services.metadata.current, company.services.database
    person = replace(await company.caller(QUALITY), roles=frozenset())
    key = replace(person, kind="api_key", tasks=False)
    async with database.transaction() as session:
        begun = "UPDATE weft.instance SET initiator_id = :u WHERE id = :i"
        await session.execute(text(begun), {"u": person.user_id, "i": instance})
    async with database.transaction() as session:
        for caller, seen in ((person, [str(instance)]), (key, [])):
            page = orjson.loads(await reading.list_json(session, metadata, caller))
            assert [item["id"] for item in page["items"]] == seen
        with pytest.raises(NotFound):
            await reading.detail(session, company.services.metadata, key, instance)
        for caller in (key, person):  # whoever started it withdraws it, as far as its flow allows
            with pytest.raises(Forbidden):
                await service.cancel(session, metadata, caller, company.host, instance, str(uuid4()), "")
        assert (await reading.detail(session, company.services.metadata, person, instance))["id"] == str(instance)


async def _forgotten(company: Company, instance: UUID, outcome: str) -> Applied:
    """A triage committed by a worker that died before Temporal heard of it, as the command `the-lost-command`."""
    triage, user = (await company.task(AGENT, instance, "triage"))["id"], str((await company.caller(AGENT)).user_id)
    document = await company.scalar(text("SELECT state FROM weft.instance WHERE id = :i"), i=instance)
    metadata = company.services.metadata.current
    program = program_of(metadata.flow("urgent_complaint"), metadata, company.services.actions)
    now = datetime.now(UTC)
    after, effects = step(program, load(State, document), CompleteTask(triage, user, outcome), now)
    command = {"kind": "complete_task", "task": triage, "user": user, "outcome": outcome, "comment": "x", "data": {}}
    made = Step("the-lost-command", after.sequence, command, [effect_to_json(effect) for effect in effects])
    lost = Application(str(instance), after.sequence, [made], dump(after), now.isoformat())
    services = company.services
    applied = await EffectApplier(services.database, services.metadata, services.actions).apply(lost)
    assert applied.status == "applied"
    return applied


async def test_a_commit_that_history_forgot_is_adopted(company: Company) -> None:
    """A worker dies between the commit of a step and its record in Temporal; the next step finds the database ahead."""
    _, instance = await company.complain()
    triage = (await company.task(AGENT, instance, "triage"))["id"]
    applied = await _forgotten(company, instance, "confirm")
    answer = await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    assert answer["status"] == "completed"
    again = await company.complete(AGENT, triage, "confirm", command_id="the-lost-command")
    assert again == applied.answers["the-lost-command"]
    answer = await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    assert answer["instance_status"] == "completed"


async def test_after_a_crash_of_everything_nobody_need_act(company: Company) -> None:
    """The forgotten step ended the instance: nobody will ever command it again, and still Temporal comes to know."""
    _, instance = await company.complain()
    await _forgotten(company, instance, "refuse")
    assert await recover(company.services) == 1
    handle = company.client.get_workflow_handle(f"instance:{instance}")
    assert await asyncio.wait_for(handle.result(), 10) == "rejected"
    assert await recover(company.services) == 0


async def test_an_instance_that_temporal_lost_is_taken_up_by_the_next_command(company: Company) -> None:
    """Whatever Temporal had of it is gone, or could not be replayed: the database has all of it."""
    ticket, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.client.get_workflow_handle(f"instance:{instance}").terminate()
    answer = await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    assert answer["status"] == "completed"
    answer = await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    assert answer["instance_status"] == "completed"
    assert (await company.record("ticket", ticket))["status"] == "closed"


async def test_an_instance_that_temporal_lost_is_taken_up_when_a_worker_starts(company: Company) -> None:
    _, instance = await company.complain()
    await company.client.get_workflow_handle(f"instance:{instance}").terminate()
    assert await recover(company.services) == 1
    description = await company.client.get_workflow_handle(f"instance:{instance}").describe()
    assert description.status == WorkflowExecutionStatus.RUNNING
    await company.decide(AGENT, instance, "triage", "refuse", comment="重复")
    assert await recover(company.services) == 0


async def test_an_instance_whose_workflow_failed_is_taken_up_by_the_watch(company: Company) -> None:
    _, instance = await company.complain()
    handle = company.client.get_workflow_handle(f"instance:{instance}")
    await handle.terminate()
    async with asyncio.timeout(10):
        while not await take_up_ended(company.services, company.client, None):
            await asyncio.sleep(0.2)
    assert (await handle.describe()).status == WorkflowExecutionStatus.RUNNING
    await company.decide(AGENT, instance, "triage", "refuse", comment="重复")
    assert await take_up_ended(company.services, company.client, None) == 0


async def test_with_keys_temporal_keeps_nothing_that_can_be_read(database_url: str, client: Client) -> None:
    address = client.service_client.config.target_host
    sealed = await Client.connect(address, data_converter=data_converter([("k", "a-secret-of-some-length")]))
    async with company_at_work(database_url, sealed) as company:
        ticket, instance = await company.complain(name="不可说的人")
        await company.decide(AGENT, instance, "triage", "refuse", comment="只有我们知道的理由")
        assert (await company.record("ticket", ticket))["status"] == "rejected"
        history = await sealed.get_workflow_handle(f"instance:{instance}").fetch_history()
    written = b"".join(event.SerializeToString() for event in history.events)
    for plain in ("不可说的人", "只有我们知道的理由", "urgent_complaint", "triage"):
        assert plain.encode() not in written


async def test_a_long_instance_goes_on_in_a_fresh_history(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.host.workflow.UPDATES_PER_RUN", 2)
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    answer = await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    assert answer["instance_status"] == "completed"
    history = await company.client.get_workflow_handle(f"instance:{instance}").fetch_history()
    begun = history.events[0].workflow_execution_started_event_attributes
    assert begun.continued_execution_run_id


async def test_a_recorded_history_replays(company: Company) -> None:
    _, instance = await company.complain()
    await company.decide(AGENT, instance, "triage", "confirm", TRIAGE)
    await company.decide(QUALITY, instance, "quality_check", "done", QUALITY_DATA)
    await company.decide(SERVICE, instance, "service_plan", "done", PLAN)
    history = await company.client.get_workflow_handle(f"instance:{instance}").fetch_history()
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)
    updates = [e for e in history.events if e.HasField("workflow_execution_update_accepted_event_attributes")]
    assert len(history.events) <= 8 * (len(updates) + 1)


async def test_starting_twice_is_starting_once(company: Company) -> None:
    _, instance = await company.complain()
    handler = company.services.outbox_handlers()["start_flow"]
    await handler({"instance": str(instance)}, "again")
    await deliver_due(company.services.database, company.services.outbox_handlers())
    assert await company.scalar(text("SELECT count(*) FROM weft.task WHERE node_id = 'triage'")) == 1


async def test_an_instance_that_cannot_start_for_long_says_why_and_starts_all_the_same(company: Company) -> None:
    ticket = await company.ticket(await company.person())
    services, instance = company.services, uuid4()
    services._temporal = await Client.connect("127.0.0.1:1", lazy=True)
    async with services.database.transaction() as session:
        metadata = services.metadata.current
        await service.start(
            session, metadata, SYSTEM, "urgent_complaint", actions=services.actions, record_id=ticket, id=instance
        )
    due = text("UPDATE weft.outbox SET attempts = :n, next_attempt_at = now() WHERE status = 'pending' RETURNING 1")
    incidents = []
    for attempts in (PATIENCE - 2, PATIENCE - 1, 100):
        await company.scalar(due, n=attempts)
        assert await deliver_due(services.database, services.outbox_handlers()) == 1
        incidents.append((await company.instance(instance))["incident"])
    assert incidents[0] is None
    assert (incidents[1]["code"], incidents[1]["blocking"]) == ("not_started", False)
    assert "Connection refused" in incidents[1]["detail"]
    shown = await company.instance(instance)
    assert (shown["status"], [line["type"] for line in shown["history"]]) == ("starting", ["incident"])
    told = text("SELECT count(*) FROM weft.event WHERE type = 'instance.failed' AND subject_id = :i")
    assert await company.scalar(told, i=instance) == 1

    services._temporal = company.client
    await company.scalar(due, n=100)
    await deliver_due(services.database, services.outbox_handlers())
    await company.until(lambda: company.has_open(instance, "triage"))
    shown = await company.instance(instance)
    assert (shown["status"], shown["incident"]) == ("running", None)


async def test_an_ended_instance_takes_no_command(company: Company) -> None:
    _, instance = await company.complain()
    task = (await company.task(AGENT, instance, "triage"))["id"]
    answer = await company.complete(AGENT, task, "refuse", comment="重复")
    assert answer["status"] == "completed"
    with pytest.raises((InstanceEnded, AlreadyHandled)):
        await company.complete(OTHER_AGENT, task, "confirm")


async def test_without_a_worker_the_caller_is_told_to_try_again(
    database_url: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await Company.found(database_url, client)
    async with company.working():
        _, instance = await company.complain()
    monkeypatch.setattr("engine.host.client.ANSWER_TIMEOUT", timedelta(seconds=0.5))
    command = str(uuid4())
    with pytest.raises(EngineUnavailable):
        await company.decide(AGENT, instance, "triage", "confirm", TRIAGE, command_id=command)
    monkeypatch.undo()
    async with company.working():
        task = await _triage_id(company, instance)
        answer = await company.complete(AGENT, task, "confirm", TRIAGE, command_id=command)
        assert answer["status"] == "completed"
        assert await company.scalar(text("SELECT count(*) FROM weft.task WHERE node_id = 'quality_check'")) == 1
    await company.services.close()


async def _triage_id(company: Company, instance: UUID) -> str:
    statement = text("SELECT id::text FROM weft.task WHERE instance_id = :i AND node_id = 'triage'")
    return str(await company.scalar(statement, i=instance))
