"""What is told an instance that is held, or told it twice: it arrives when the instance goes on, and once. Against a real Temporal."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.client import Client

from backend.events.outbox import deliver_due
from backend.flows.signals import attempt
from engine.flow import (
    Command,
    Instruction,
    Modify,
    Resume,
    Retry,
    Signal,
    Suspend,
    command_to_json,
)
from engine.host import CommandInput, HostRefused
from tests.backend.flows.company import AGENT, Company
from tests.backend.flows.drawing import counting, signal
from tests.backend.flows.test_messages import left, over, send, stands, waiting
from tests.backend.flows.test_operating import choosing, stopped
from tests.backend.flows.test_signals import act

_COUNTING = counting(signal("more"))


async def give(company: Company, id: UUID, command: Command, name: str | None = None) -> Any:
    """A command, the next attempt of it where it has a name."""
    given = CommandInput(name or uuid4().hex, command_to_json(command))
    return await company.host.command(str(id), attempt(given))


async def outbox(company: Company, *, again: bool = False) -> list[tuple[str, str | None]]:
    """How the messages to instances stand; `again`: once those that are due now were carried out."""
    if again:
        due = (
            "UPDATE weft.outbox SET status = 'pending', next_attempt_at = now() WHERE kind = 'signal_flow' RETURNING 1"
        )
        await company.scalar(text(due))
        await deliver_due(company.services.database, company.services.outbox_handlers())
    async with company.services.database.transaction() as session:
        rows = await session.execute(text("SELECT status, last_error FROM weft.outbox WHERE kind = 'signal_flow'"))
        return [(row.status, row.last_error) for row in rows]


async def happened(company: Company, id: UUID, type: str) -> int:
    return [line["type"] for line in (await company.instance(id))["history"]].count(type)


async def test_what_a_rule_tells_an_instance_that_is_held_happens_once_when_it_goes_on(company: Company) -> None:
    await company.publish(choosing())
    (id,) = await stopped(company, "up")
    ticket = UUID((await company.instance(id))["record_id"])
    await give(company, id, Suspend())
    await act(company, "signal_flow", ticket, signal="retry", way="high")
    for _ in range(2):
        ((status, error),) = await outbox(company, again=True)
        assert status == "pending"
        assert error is not None
        assert "Suspended" in error
    await give(company, id, Resume())
    assert await outbox(company, again=True) == [("done", None)]
    assert (await over(company, id))["status"] == "completed"
    assert await outbox(company, again=True) == [("done", None)]
    assert await happened(company, id, "retried") == 1


async def test_what_was_refused_while_all_was_held_is_not_refused_for_good(company: Company) -> None:
    """It may be held between our looking and its being told: Temporal would keep that refusal by the update's id."""
    await company.publish(choosing())
    (id,) = await stopped(company, "up")
    await give(company, id, Suspend())
    retry = Retry(variables={"way": "high"})
    for _ in range(2):
        with pytest.raises(HostRefused, match=r"flow\.suspended"):
            await give(company, id, retry, "outbox:retry")
    await give(company, id, Resume())
    assert (await give(company, id, retry, "outbox:retry"))["instance_status"] == "completed"
    assert await happened(company, id, "retried") == 1


async def test_a_command_that_is_given_twice_at_once_happens_once(database_url: str, client: Client) -> None:
    """Both attempts wait for a worker, which steps them side by side."""
    company = await Company.found(database_url, client)
    try:
        await company.publish(_COUNTING)
        async with company.working():
            id = await company.start("counting", await company.ticket())
            await company.settled(lambda: company.has_open(id, "work"))
        twice = [asyncio.create_task(give(company, id, Signal("more"), "outbox:more")) for _ in range(2)]
        twice.append(asyncio.create_task(give(company, id, Signal("more"), "outbox:another")))
        await asyncio.sleep(1)
        async with company.working():
            answers = await asyncio.gather(*twice)
            assert answers[0] == answers[1]
            assert (await company.instance(id))["variables"]["count"] == 2
            await company.decide(AGENT, id, "work", "done")
    finally:
        await company.services.close()


async def held_with_a_message(company: Company) -> UUID:
    """An instance that was held while a message was on its way to it, and has it."""
    await company.publish(waiting())
    id = await company.start("waiting", await company.ticket(), order="A")
    await stands(company, id, "paid")
    assert (await send(company, "paid", "A", said="thanks")).instance == id
    await give(company, id, Suspend())
    await company.settled(lambda: _arrived(company))
    return id


async def _arrived(company: Company) -> bool:
    return (await left(company))[1] == 0


#: The receiver goes, and another one comes in its place.
_ANEW = Modify((Instruction("cancel", "paid"), Instruction("start_before", "paid")))


async def test_a_message_kept_for_a_receiver_that_is_cancelled_goes_to_the_next_that_waits(company: Company) -> None:
    first = await held_with_a_message(company)
    second = await company.start("waiting", await company.ticket(), order="A")
    await stands(company, second, "paid")
    await give(company, first, _ANEW)
    assert (await over(company, second))["variables"]["said"] == "thanks"
    await give(company, first, Resume())
    await stands(company, first, "paid")
    assert await happened(company, first, "too_late") == 1
    assert await left(company) == (1, 0)


async def test_a_message_kept_for_a_receiver_that_is_cancelled_waits_where_nobody_does(company: Company) -> None:
    first = await held_with_a_message(company)
    await give(company, first, _ANEW)
    assert await left(company) == (1, 1)
    await give(company, first, Resume())
    assert (await over(company, first))["variables"]["said"] == "thanks"
    assert await left(company) == (0, 0)
