"""Messages and notices on a real PostgreSQL: who is reached, once, and what is left behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.caller import SYSTEM
from backend.db import Database
from backend.events.log import Cause
from backend.events.outbox import deliver_due
from backend.messaging import repository
from backend.messaging.notices import notify
from backend.messaging.service import NoRecipient, outbox_handlers, recipient_of
from backend.records import service as records
from tests.backend.social.company import Company, found, person_of, post, rule

REPLYING = """
rule apology when social.post as p if p.sentiment = "negative"
  then create_ticket(title: p.text) reply("很抱歉，{p.author.name}")
end"""


async def ticket_of(company: Company) -> Any:
    (row,) = await company.rows("SELECT * FROM data.ticket")
    return row


async def deliver(company: Company) -> int:
    return await deliver_due(company.database, outbox_handlers(company.database, company.store))


async def test_a_reply_goes_where_it_was_said_and_marks_the_first_response(database: Database) -> None:
    company = await found(database, rule(REPLYING))
    await company.post(post("太失望了", "赵六", id="p1"))
    await company.process()
    assert await company.count("SELECT count(*) FROM weft.sent_message") == 0
    assert (await ticket_of(company)).first_response_at is None
    assert await deliver(company) == 1
    (sent,) = await company.rows("SELECT * FROM weft.sent_message")
    assert (sent.channel, sent.recipient, sent.text, sent.via) == ("weibo", "赵六", "很抱歉，赵六", "log")
    assert (sent.context["in_reply_to"], sent.context["entity"]) == ("p1", "ticket")
    assert sent.person_id == await person_of(company, "赵六")
    ticket = await ticket_of(company)
    assert ticket.first_response_at is not None
    (told,) = await company.rows("SELECT * FROM weft.event WHERE type = 'message.sent'")
    assert (told.subject_id, told.person_id) == (ticket.id, sent.person_id)


async def test_a_message_carried_twice_is_recorded_once(database: Database) -> None:
    company = await found(database, rule(REPLYING))
    await company.post(post("太失望了", "赵六"))
    await company.process()
    await deliver(company)
    first = (await ticket_of(company)).first_response_at
    await company.run("UPDATE weft.outbox SET status = 'pending', next_attempt_at = now()")
    assert await deliver(company) == 1
    assert await company.count("SELECT count(*) FROM weft.sent_message") == 1
    assert await company.count("SELECT count(*) FROM weft.event WHERE type = 'message.sent'") == 1
    assert (await ticket_of(company)).first_response_at == first


async def test_a_person_is_reached_on_the_wanted_channel_or_the_last_one_used(database: Database) -> None:
    company = await found(database)
    await company.post(post("你好", "赵六"))
    await company.process()
    person = await person_of(company, "赵六")
    await company.run(
        "INSERT INTO weft.identity (channel, external_id, person_id, name, last_seen_at)"
        " VALUES ('wechat', 'wx1', :p, '赵', now() + interval '1 hour')",
        p=person,
    )

    async def reach(id: UUID, channel: str | None) -> tuple[str, str]:
        async with database.transaction() as session:
            return await recipient_of(session, company.store.current, id, channel)

    assert await reach(person, "weibo") == ("weibo", "赵六")
    assert await reach(person, None) == ("wechat", "wx1")
    assert await reach(person, "douyin") == ("wechat", "wx1")
    async with database.transaction() as session:
        made = await records.create(session, company.store.current, SYSTEM, "person", {"name": "无"})
        other = UUID(str(made["id"]))
    with pytest.raises(NoRecipient):
        await reach(other, "weibo")
    async with database.transaction() as session:
        await records.update(
            session, company.store.current, SYSTEM, "person", other, {"phone": "13800000000"}, version=None
        )
    assert (await reach(other, "weibo"))[0] == "phone"


async def test_a_rule_notifies_owners_roles_and_mail_addresses_once(database: Database) -> None:
    program = """
    rule tell when ticket.created as t then notify("role:operations, li@weft.local, owner", "新工单 {t.title}") end"""
    company = await found(database, rule(program))
    ids = {name: uuid4() for name in ("li", "zhou", "wang", "gone")}
    for name, id in ids.items():
        await company.run(
            "INSERT INTO weft.user (id, email, name, active) VALUES (:id, :email, :name, :active)",
            id=id,
            email=f"{name}@weft.local",
            name=name,
            active=name != "gone",
        )
    for name in ("zhou", "gone"):
        await company.run("INSERT INTO weft.user_role VALUES (:id, 'operations')", id=ids[name])
    async with database.transaction() as session:
        data = {"title": "漏水", "owner": str(ids["wang"])}
        ticket = await records.create(session, company.store.current, SYSTEM, "ticket", data)
    await company.process()
    notices = {row.user_id: row for row in await company.rows("SELECT * FROM weft.notification")}
    assert set(notices) == {ids["li"], ids["zhou"], ids["wang"]}
    assert notices[ids["li"]].text["zh"] == "新工单 漏水"
    assert notices[ids["li"]].link == f"/records/ticket/{ticket['id']}"


async def test_nobody_to_notify_is_a_failure_that_is_shown(database: Database) -> None:
    company = await found(database, rule('rule tell when social.post as p then notify("role:operations", "x") end'))
    await company.post(post("你好"))
    await company.process()
    (firing,) = await company.rows("SELECT status, error FROM weft.rule_firing")
    assert firing.status == "failed"
    assert "nobody to notify" in firing.error


async def test_notices_are_ones_own_and_read_once(database: Database) -> None:
    company = await found(database)
    me, other = uuid4(), uuid4()
    async with database.transaction() as session:
        await notify(session, [me, other, me], {"zh": "一", "en": "one"}, key="k", cause=Cause())
        assert await notify(session, [me], {"zh": "一", "en": "one"}, key="k") == []
    async with database.transaction() as session:
        page = await repository.notifications(session, me, after=None, limit=10)
        assert (len(page["items"]), page["unread"]) == (1, 1)
        assert await repository.mark_read(session, me, [uuid4()]) == 0
        assert await repository.mark_read(session, me, None) == 1
        assert (await repository.notifications(session, me, after=None, limit=10))["unread"] == 0
        assert (await repository.notifications(session, other, after=None, limit=10))["unread"] == 1
    (event,) = await company.rows("SELECT data FROM weft.event WHERE type = 'notification.created'")
    assert set(event.data["user_ids"]) == {str(me), str(other)}
