"""Flows that never wait: run to their end in the transaction that begins them, with no Temporal anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.client import Client

from backend.access.caller import SYSTEM
from backend.flows import service
from backend.flows.beginning import LONGEST
from backend.flows.errors import FlowInvalid
from tests.backend.flows.company import Company
from tests.backend.flows.drawing import flow, node, signal, variable


@pytest.fixture
async def company(database_url: str) -> AsyncIterator[Company]:
    """A company whose Temporal is down: nothing listens there."""
    client = await Client.connect("127.0.0.1:9", lazy=True)
    company = await Company.found(database_url, client)
    yield company
    await company.services.close()


def closing() -> dict[str, Any]:
    """Finds the person, writes the ticket, and goes on by what it found."""
    return flow(
        "closing",
        [
            node(
                "find",
                "find_record",
                arguments={"entity": '"person"', "phone": "phone"},
                outputs={"found": "found", "name": "record.name"},
            ),
            node("which", "xor"),
            node("write", "update_record", arguments={"reply_text": '"您好," + name'}),
            node("nobody", "script", assign={"name": '"?"'}),
            node("known", "end", outcome="known"),
            node("unknown", "end", outcome="unknown"),
        ],
        "start -> find -> which -> [found] write -> known",
        "which -> [*] nobody -> unknown",
        variables=[variable("phone"), variable("name"), variable("found", "boolean")],
    )


async def begin(company: Company, flow: str, ticket: UUID, **variables: Any) -> UUID:
    async with company.services.database.transaction() as session:
        metadata, actions = company.services.metadata.current, company.services.actions
        return await service.start(
            session, metadata, SYSTEM, flow, actions=actions, record_id=ticket, variables=variables
        )


async def test_what_is_too_long_to_run_does_not_begin(company: Company) -> None:
    """Temporal would be given a start that it can never make, again and again."""
    told = [variable(f"told_{number}", "long_text") for number in range(8)]
    await company.publish(flow("telling", [], "start -> end", variables=told))
    ticket, part = await company.ticket(), "1" * (LONGEST // 8)
    with pytest.raises(FlowInvalid, match="longer than"):
        await begin(company, "telling", ticket, **{each["key"]: part for each in told})


async def test_it_has_ended_when_the_start_returns(company: Company) -> None:
    await company.publish(closing())
    ticket = await company.ticket(await company.person())
    id = await begin(company, "closing", ticket, phone="13800000001")
    shown = await company.instance(id)
    assert (shown["status"], shown["outcome"], shown["variables"]["name"]) == ("completed", "known", "王五")
    assert (await company.record("ticket", ticket))["reply_text"] == "您好,王五"
    assert await company.scalar(text("SELECT count(*) FROM weft.outbox")) == 0
    types = [line["type"] for line in shown["history"]]
    assert types.index("started") < types.index("action_run") < types.index("completed")
    other = await begin(company, "closing", ticket, phone="nobody")
    assert (await company.instance(other))["outcome"] == "unknown"


async def test_it_goes_with_the_transaction_that_began_it(company: Company) -> None:
    await company.publish(closing())
    ticket = await company.ticket(await company.person())
    async with company.services.database.transaction() as session:
        metadata, actions = company.services.metadata.current, company.services.actions
        await service.start(
            session, metadata, SYSTEM, "closing", actions=actions, record_id=ticket, variables={"phone": "1"}
        )
        await session.rollback()
    assert await company.scalar(text("SELECT count(*) FROM weft.instance")) == 0


async def test_a_failing_action_is_undone_and_stops_the_token(company: Company) -> None:
    """What the failed action wrote is gone, what came before it stays, and the instance says what happened."""
    broken = flow(
        "broken",
        [
            node("first", "update_record", arguments={"reply_text": '"eins"'}),
            node("second", "update_record", arguments={"priority": "way"}),
        ],
        "start -> first -> second -> end",
        variables=[variable("way", default="no such priority")],
    )
    await company.publish(broken)
    ticket = await company.ticket(await company.person())
    id = await begin(company, "broken", ticket)
    shown = await company.instance(id)
    assert (shown["status"], shown["incident"]["code"], shown["incident"]["node_id"]) == (
        "failed",
        "action_failed",
        "second",
    )
    assert (await company.record("ticket", ticket))["reply_text"] == "eins"


async def test_an_error_is_caught_at_its_boundary(company: Company) -> None:
    caught = flow(
        "caught",
        [
            node("write", "update_record", arguments={"priority": "way"}),
            node(
                "wrong",
                "boundary",
                attached_to="write",
                events=[{"kind": "error", "code": "record.invalid", "outputs": {"why": "code"}}],
            ),
            node("mended", "end", outcome="mended"),
        ],
        "start -> write -> end",
        "wrong -> mended",
        variables=[variable("why"), variable("way", default="no such priority")],
    )
    await company.publish(caught)
    id = await begin(company, "caught", await company.ticket())
    shown = await company.instance(id)
    assert (shown["status"], shown["outcome"], shown["variables"]["why"]) == ("completed", "mended", "record.invalid")


async def test_a_signal_starts_flows_that_run_at_once(company: Company) -> None:
    await company.publish(
        flow(
            "listener",
            [
                node("heard", "start", events=signal("sale", outputs={"what": "what"})),
                node("over", "end", outcome="ok"),
            ],
            "heard -> over",
            variables=[variable("what")],
        )
    )
    await company.publish(
        flow(
            "speaker",
            [node("say", "throw", events=signal("sale", arguments={"what": '"shoes"'}))],
            "start -> say -> end",
        )
    )
    await begin(company, "speaker", await company.ticket())
    found = text("SELECT variables ->> 'what' FROM weft.instance WHERE flow = 'listener' AND status = 'completed'")
    assert await company.scalar(found) == "shoes"
