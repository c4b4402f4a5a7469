"""What steps ask for beside tasks: copies, awaited results, other systems, people by expression, and what each command costs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from backend.connecting import actions
from backend.connecting.connectors import read
from backend.flows import service
from engine.flow import Instruction, Modify
from tests.backend.connecting.test_calling import Other, other
from tests.backend.flows.company import ADMIN, AGENT, LEAD, OTHER_AGENT, Company
from tests.backend.flows.drawing import flow, node, variable
from tests.backend.flows.test_messages import over, stands

__all__ = ["other"]


@pytest.fixture
def erp(other: Other, monkeypatch: pytest.MonkeyPatch) -> Other:
    """The other system as the connector `erp`, tried twice."""
    known = read(json.dumps({"erp": {"url": other.url, "attempts": 2}}), "")
    monkeypatch.setattr(actions, "allowed", lambda: known)
    return other


def calling(path: str) -> dict[str, Any]:
    called = node(
        "call",
        "service",
        action="call_http",
        arguments={"connector": '"erp"', "path": f'"{path}"', "amount": "amount"},
        outputs={"order": "body.order"},
    )
    missing = node("missing", "boundary", attached_to="call", events=[{"kind": "error", "code": "http_404"}])
    return flow(
        "calling",
        [called, missing, node("none", "end", outcome="none"), node("fine", "end", outcome="fine")],
        "start -> call -> fine",
        "missing -> none",
        variables=[variable("amount", "number"), variable("order", "number")],
    )


async def test_another_system_is_called_outside_and_its_answer_comes_back(company: Company, erp: Other) -> None:
    await company.publish(calling("orders"))
    id = await company.start("calling", await company.ticket(), amount=12)
    shown = await over(company, id)
    assert (shown["outcome"], shown["variables"]["order"]) == ("fine", 7)
    ((method, path, headers, body),) = erp.asked
    assert (method, path, body) == ("POST", "/orders", {"amount": 12})
    assert headers["idempotency-key"].startswith(str(id))
    assert "service_called" in [line["type"] for line in shown["history"]]


async def test_its_refusal_is_an_error_that_the_flow_catches(company: Company, erp: Other) -> None:
    await company.publish(calling("404"))
    id = await company.start("calling", await company.ticket(), amount=12)
    assert (await over(company, id))["outcome"] == "none"
    assert len(erp.asked) == 1


async def test_what_may_pass_is_tried_again_under_the_same_key_and_then_is_an_incident(
    company: Company, erp: Other
) -> None:
    await company.publish(calling("500"))
    id = await company.start("calling", await company.ticket(), amount=12)

    async def failed() -> bool:
        return bool((await company.instance(id))["status"] == "failed")

    await company.settled(failed)
    assert len({headers["idempotency-key"] for _, _, headers, _ in erp.asked}) == 1
    assert len(erp.asked) == 2
    assert "http_500" in (await company.instance(id))["incident"]["detail"]


async def test_a_copy_lies_in_the_box_of_copies_and_the_flow_goes_on(company: Company) -> None:
    copied = node("tell", "cc", assignment={"candidates": [{"role": "cs_lead"}]})
    await company.publish(flow("copying", [node("work", "task"), copied], "start -> work -> tell -> end"))
    id = await company.start("copying", await company.ticket())
    await stands(company, id, "work")
    assert (await company.decide(AGENT, id, "work", "done"))["instance_status"] == "completed"
    mine = [each for each in await company.inbox(LEAD, "cc") if each["instance_id"] == str(id)]
    assert [(each["node_id"], each["status"]) for each in mine] == [("tell", "completed")]
    assert await company.inbox(LEAD) == []


async def test_awaited_results_are_there_when_the_command_is_answered(company: Company) -> None:
    """Two actions in a row whose results are used; the person who decided is told of the task behind them."""
    find = node(
        "find",
        "find_record",
        arguments={"entity": '"person"', "phone": '"13800000001"'},
        outputs={"name": "record.name"},
    )
    again = node(
        "again", "find_record", arguments={"entity": '"person"', "name": "name"}, outputs={"phone": "record.phone"}
    )
    found = flow(
        "finding",
        [node("work", "task"), find, again, node("then", "task")],
        "start -> work -> find -> again -> then -> end",
        variables=[variable("name"), variable("phone")],
    )
    await company.publish(found)
    id = await company.start("finding", await company.ticket(await company.person()))
    await stands(company, id, "work")
    answer = await company.decide(AGENT, id, "work", "done")
    assert [task["node_id"] for task in answer["next_tasks"]] == ["then"]
    shown = await company.instance(id)
    assert (shown["variables"]["name"], shown["variables"]["phone"]) == ("王五", "13800000001")
    assert await company.scalar(text("SELECT results FROM weft.instance WHERE id = :i"), i=id) == {}


async def test_people_may_be_given_by_an_expression_also_inside_a_loop(company: Company) -> None:
    each = node(
        "each",
        "task",
        loop={"kind": "parallel", "collection": "people", "element": "who"},
        assignment={"mode": "any", "candidates": [{"expression": "who"}]},
    )
    await company.publish(flow("asking", [each], "start -> each -> end", variables=[variable("people", "tags")]))
    id = await company.start("asking", await company.ticket(), people=[AGENT, LEAD, "nobody@weft.local"])
    await stands(company, id, "each")
    for email in (AGENT, LEAD):
        assert len([task for task in await company.inbox(email) if task["instance_id"] == str(id)]) == 1
    assert await company.inbox(OTHER_AGENT) == []
    assert (await company.instance(id))["incident"]["code"] == "nobody_found"


async def test_a_command_costs_few_statements(company: Company) -> None:
    """Deciding one task and opening the next: every statement between begin and commit is counted."""
    await company.publish(flow("plain", [node("one", "task"), node("two", "task")], "start -> one -> two -> end"))
    id = await company.start("plain", await company.ticket())
    await stands(company, id, "one")
    task = (await company.task(AGENT, id, "one"))["id"]
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(" ".join(statement.split())[:60])

    engine = company.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await company.complete(AGENT, task, "done")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) <= 24, seen
    assert UUID(task)


async def test_a_join_that_waits_for_nothing_is_told_once(company: Company) -> None:
    """An operator cancels one branch: the other waits at the join for ever, which is an incident and an event."""
    branches = [node("split", "and"), node("join", "and"), node("one", "task"), node("two", "task")]
    await company.publish(flow("joining", branches, "start -> split -> one -> join -> end", "split -> two -> join"))
    id = await company.start("joining", await company.ticket())
    await stands(company, id, "two")
    services = company.services
    async with services.database.transaction() as session:
        operator, metadata = await company.caller(ADMIN), services.metadata.current
        change = Modify((Instruction("cancel", "two"),))
        await service.steer(session, metadata, operator, company.host, id, "cancel-one-branch", change)
    answer = await company.decide(AGENT, id, "one", "done")
    assert answer["instance_status"] == "failed"
    shown = await company.instance(id)
    assert (shown["incident"]["code"], shown["incident"]["node_id"]) == ("deadlock", "join")
    assert shown["tokens"][0]["detail"]["missing"]
    told = text("SELECT count(*) FROM weft.event WHERE type = 'instance.failed' AND data ->> 'code' = 'deadlock'")
    assert await company.scalar(told) == 1


async def test_what_awaits_very_many_results_goes_on_in_temporal(company: Company) -> None:
    """It never waits for anybody, but a transaction is not held for ever: the rest is run by the worker."""
    find = node(
        "find", "find_record", arguments={"entity": '"ticket"', "title": "title"}, outputs={"title": "record.title"}
    )
    loop = flow(
        "looping",
        [node("again", "xor"), find, node("count", "script", assign={"n": "n + 1"}), node("enough", "xor")],
        "start -> again -> find -> count -> enough -> [n >= 120] end",
        "enough -> [*] again",
        variables=[variable("n", "number", default=0), variable("title", default="刚买的洗衣机漏水")],
    )
    await company.publish(loop)
    id = await company.start("looping", await company.ticket())
    assert 0 < (await company.instance(id))["variables"]["n"] < 120
    assert (await over(company, id))["variables"]["n"] == 120
