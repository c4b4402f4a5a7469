"""Whom the steps of a flow tell what: each happening to those whom it concerns, in words that say what happened."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import text

from engine.flow import ActOnTask, ChangeInitiator, Withdraw, command_to_json
from engine.host import CommandInput
from tests.backend.agents.approval import approval, task_of
from tests.backend.flows.company import AGENT, LEAD, OTHER_AGENT, QUALITY, Company


async def told(company: Company, email: str) -> list[str]:
    """What somebody's notices say, the oldest first, without what they are about."""
    statement = text(
        "SELECT n.text ->> 'en' FROM weft.notification n JOIN weft.\"user\" u ON u.id = n.user_id"
        " WHERE u.email = :email ORDER BY n.id"
    )
    async with company.services.database.transaction() as session:
        found = (await session.execute(statement, {"email": email})).scalars().all()
    return [each.partition(":")[0] for each in found]


async def begun(company: Company, *people: str, **options: Any) -> tuple[UUID, str]:
    """An instance that 周燕's colleague 张敏 started; its first task is open."""
    flow = approval(*people, **options)
    back = {"key": "back", "label": {"zh": "退回", "en": "Back"}, "kind": "send_back", "target": "sign"}
    for node in flow["nodes"]:
        if node["type"] == "user_task":
            node["assignment"]["operations"] = ["transfer", "delegate", "add_before"]
        if node["id"] == "more":
            node["outcomes"] = [*node["outcomes"], back]
    await company.publish(flow)
    instance = await company.start("signing", await company.ticket())
    await company.settled(lambda: company.has_open(instance, "sign"))
    starter = (await company.caller(OTHER_AGENT)).user_id
    given = CommandInput(secrets.token_hex(8), command_to_json(ChangeInitiator(str(starter))))
    await company.host.command(str(instance), given)
    row = text("UPDATE weft.instance SET initiator_id = :user WHERE id = :id RETURNING 1")
    assert await company.scalar(row, user=starter, id=instance)
    return instance, await task_of(company, instance, "sign")


async def act(company: Company, instance: UUID, task: str, operation: str, who: str, *users: str) -> None:
    ids = [str((await company.caller(email)).user_id) for email in (who, *users)]
    command = command_to_json(ActOnTask(task, ids[0], operation, tuple(ids[1:])))
    await company.host.command(str(instance), CommandInput(secrets.token_hex(8), command, ids[0]))


async def test_operations_say_what_they_did(company: Company) -> None:
    instance, task = await begun(company, AGENT)
    await act(company, instance, task, "add_before", AGENT, LEAD)
    assert await told(company, LEAD) == ["You were asked to sign"]
    await company.decide(LEAD, instance, "sign", "agree")
    await act(company, instance, task, "delegate", AGENT, QUALITY)
    assert await told(company, QUALITY) == ["A task was delegated to you"]
    await company.decide(QUALITY, instance, "sign", "agree")
    assert (await told(company, AGENT))[0] == "New task"
    assert (await told(company, AGENT))[-1] == "What you delegated is back to decide"
    await act(company, instance, task, "transfer", AGENT, LEAD)
    assert (await told(company, LEAD))[-1] == "A task was transferred to you"
    await company.decide(LEAD, instance, "sign", "agree")
    assert await told(company, OTHER_AGENT) == ["What you started is completed"]


async def test_a_refusal_reaches_whoever_started_it(company: Company) -> None:
    instance, _ = await begun(company, AGENT)
    await company.decide(AGENT, instance, "sign", "refuse")
    assert (await told(company, OTHER_AGENT))[0] == "What you started was refused"


async def test_what_comes_back_says_so(company: Company) -> None:
    instance, _ = await begun(company, AGENT, more=[LEAD])
    await company.decide(AGENT, instance, "sign", "agree")
    await company.decide(LEAD, instance, "more", "back")
    assert await told(company, AGENT) == ["New task", "A task was sent back to you"]


async def test_a_withdrawal_reaches_those_who_had_it(company: Company) -> None:
    instance, _ = await begun(company, AGENT, LEAD)
    starter = str((await company.caller(OTHER_AGENT)).user_id)
    given = CommandInput(secrets.token_hex(8), command_to_json(Withdraw(starter)), starter)
    await company.host.command(str(instance), given)
    assert (await told(company, AGENT))[-1] == "Whoever started it has withdrawn it"
    assert (await told(company, LEAD))[-1] == "Whoever started it has withdrawn it"
    assert await told(company, OTHER_AGENT) == []
