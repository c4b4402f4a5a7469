"""The gate of everything that is sent: consent, purposes switched off, reachability, quiet hours, withdrawal, receipts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.caller import SYSTEM
from backend.actions.action import ActionArgument
from backend.actions.errors import TargetGone, TemplateInvalid
from backend.db import Database
from backend.errors import NotFound
from backend.messaging import repository
from backend.messaging.pending import cancel_pending
from backend.messaging.service import NoRecipient, mark_read
from tests.backend.actions.scene import NOW, Scene, scene_of

MARKETING = {"purpose": "marketing", "rule": "r"}


async def switch(scene: Scene, key: str, *, off: bool) -> None:
    await scene.company.run(
        "INSERT INTO weft.rule_switch (kind, key, off, changed_at) VALUES ('purpose', :key, :off, now())"
        " ON CONFLICT (kind, key) DO UPDATE SET off = :off",
        key=key,
        off=off,
    )


async def messages(scene: Scene) -> list[Any]:
    return await scene.rows("SELECT * FROM weft.sent_message ORDER BY id")


async def test_a_purpose_needs_consent_and_the_refusal_is_kept_once(database: Database) -> None:
    scene = await scene_of(database)
    about = MARKETING | {"key": "k1"}
    refused = await scene.done("send", about, text="活动")
    assert refused["refused"] == "consent.missing"
    assert "marketing" in refused["reason"]["zh"]
    await scene.run("send", about, text="活动")
    (kept,) = await messages(scene)
    assert (kept.status, kept.reason, kept.purpose, kept.text) == ("refused", "consent.missing", "marketing", "活动")
    assert await scene.company.count("SELECT count(*) FROM weft.outbox") == 0
    await scene.change("person", scene.person, marketing_consent=True)
    sent = await scene.done("send", MARKETING, text="活动")
    assert (sent["channel"], sent["recipient"]) == ("phone", "13800000000")
    assert await scene.deliver() == 1
    assert [row.status for row in await messages(scene)] == ["refused", "logged"]


async def test_without_a_purpose_no_consent_is_asked(database: Database) -> None:
    scene = await scene_of(database)
    assert "refused" not in await scene.done("send", text="您的工单已处理")


@pytest.mark.parametrize(
    ("purpose", "code"), [("survey", "consent.unknown"), ("city", "consent.unknown"), ("marketing", "purpose.off")]
)
async def test_other_reasons_have_their_codes(database: Database, purpose: str, code: str) -> None:
    scene = await scene_of(database, marketing_consent=True)
    await switch(scene, "marketing", off=True)
    refused = await scene.done("send", {"purpose": purpose}, text="x")
    assert (refused["refused"], refused["reason"]["en"] != "") == (code, True)


async def test_who_cannot_be_reached_and_what_channel_is_off(database: Database) -> None:
    scene = await scene_of(database)
    nobody = await scene.create("person", name="无")
    with pytest.raises(NoRecipient):
        await scene.run("send", {"person_id": nobody, "instance_id": uuid4()}, text="a flow stops for an operator")
    assert (await scene.done("send", {"person_id": nobody}, text="x"))["refused"] == "person.unreachable"
    await scene.company.run("INSERT INTO weft.channel (key, label, secret, enabled) VALUES ('weibo', '{}', '', false)")
    event = {"channel": "weibo", "author": {"id": "a1", "name": "a"}}
    assert (await scene.done("reply", {"event": event}, text="x"))["refused"] == "channel.off"


async def test_a_person_who_is_gone_is_an_error(database: Database) -> None:
    scene = await scene_of(database)
    with pytest.raises(NotFound):
        await scene.run("send", MARKETING | {"person_id": uuid4()}, text="x")


async def test_consent_is_asked_again_when_the_message_leaves(database: Database) -> None:
    scene = await scene_of(database, marketing_consent=True)
    sent = await scene.done("send", MARKETING, text="活动")
    await scene.change("person", scene.person, marketing_consent=False)
    assert await scene.deliver() == 1
    (kept,) = await messages(scene)
    assert (kept.key, kept.status, kept.reason) == (sent["message"], "refused", "consent.missing")
    assert await scene.company.count("SELECT count(*) FROM weft.event WHERE type = 'message.sent'") == 0
    async with database.transaction() as session:
        message = await repository.message_of(session, sent["message"])
    assert message is not None
    assert (message["status"], message["sent_at"]) == ("refused", None)


async def test_quiet_hours_hold_a_message_back(database: Database) -> None:
    scene = await scene_of(database)
    later = datetime.now(UTC) + timedelta(hours=1)
    sent = await scene.done("send", {"not_before": later}, text="早安")
    assert await scene.deliver() == 0
    async with database.transaction() as session:
        waiting = await repository.message_of(session, sent["message"])
    assert waiting is not None
    assert (waiting["status"], waiting["text"], waiting["read_at"]) == ("pending", "早安", None)
    await scene.company.run("UPDATE weft.outbox SET next_attempt_at = now()")
    assert await scene.deliver() == 1


async def test_what_is_pending_for_a_purpose_is_cancelled(database: Database) -> None:
    scene = await scene_of(database, marketing_consent=True)
    await scene.run("send", MARKETING, text="一")
    await scene.run("send", {"purpose": None}, text="二")
    for purpose, kind, person in (
        ("marketing", "after", scene.person),
        ("marketing", "absence", scene.person),
        ("marketing", "retry", scene.person),
        ("service", "after", scene.person),
        ("marketing", "after", uuid4()),
    ):
        await scene.company.run(
            "INSERT INTO weft.rule_deadline (id, slot, kind, rule, rule_version, key, due_at, events, person_id, purpose)"
            " VALUES (gen_random_uuid(), 0, :kind, 'r', 1, gen_random_uuid()::text, now(), '{}', :person, :purpose)",
            purpose=purpose,
            kind=kind,
            person=person,
        )
    done = await scene.done("cancel_pending", purpose="marketing")
    assert (done["plans"], done["messages"]) == (2, 1)
    assert await scene.company.count("SELECT count(*) FROM weft.rule_deadline") == 3
    assert await scene.deliver() == 1
    assert [row.text for row in await messages(scene)] == ["二"]
    async with database.transaction() as session:
        assert await cancel_pending(session, scene.person, "marketing") == {"plans": 0, "messages": 0}
        assert (await repository.outbox(session, status="cancelled", after=None, limit=10))["counts"]["cancelled"] == 1
    with pytest.raises(ActionArgument):
        await scene.run("cancel_pending")


async def test_a_receipt_is_noted_once(database: Database) -> None:
    scene = await scene_of(database)
    sent = await scene.done("send", text="x")
    await scene.deliver()
    async with database.transaction() as session:
        message = await repository.message_of(session, sent["message"])
        assert message is not None
        id = UUID(message["id"])
        assert await mark_read(session, id, NOW)
        assert await mark_read(session, id, NOW + timedelta(hours=1))
        assert not await mark_read(session, uuid4(), NOW)
        again = await repository.message_of(session, sent["message"])
        assert again is not None
        assert again["read_at"] == NOW
        assert await repository.message_of(session, "never") is None
    assert await scene.company.count("SELECT count(*) FROM weft.event WHERE type = 'message.read'") == 1


async def test_the_list_shows_refusals_with_their_reason(database: Database) -> None:
    scene = await scene_of(database)
    await scene.run("send", MARKETING, text="活动")
    await scene.run("send", text="通知")
    await scene.deliver()

    async def texts(status: str | None) -> list[tuple[str, bool]]:
        async with database.transaction() as session:
            page = await repository.messages(
                session, scene.company.store.current, SYSTEM, person=None, status=status, after=None, limit=10
            )
        return [(item["text"], item["reason_text"] is not None) for item in page["items"]]

    assert await texts("refused") == [("活动", True)]
    assert await texts("sent") == [("通知", False)]
    assert len(await texts(None)) == 2


async def test_a_template_is_filled_in_for_the_person(database: Database) -> None:
    scene = await scene_of(database, city="上海")
    text = '亲爱的{person.name}（{customer.city}）：\n您在{event.channel}说“{event.text}”，我们{{收到}}了。\\ "'
    await scene.create("message_template", key="apology", text=text)
    event = {"channel": "weibo", "text": "太吵", "author": {"id": "a1"}}
    said = await scene.done("reply", {"event": event}, template="apology")
    assert said["text"] == '亲爱的王五（上海）：\n您在weibo说“太吵”，我们{收到}了。\\ "'


@pytest.mark.parametrize(("language", "text"), [("en", "Dear 王五"), ("fr", "亲爱的王五"), (None, "亲爱的王五")])
async def test_a_template_is_in_the_language_of_the_person(database: Database, language: str | None, text: str) -> None:
    scene = await scene_of(database, language=language)
    await scene.create("message_template", key="hello", text="亲爱的{person.name}", text_en="Dear {person.name}")
    assert (await scene.done("send", template="hello"))["text"] == text


async def test_a_template_that_is_gone_or_wrong_is_named(database: Database) -> None:
    scene = await scene_of(database)
    await scene.create("message_template", key="apology", text="{person.nickname}")
    with pytest.raises(TargetGone) as gone:
        await scene.run("send", template="apolgy")
    assert gone.value.suggestion == "apology"
    assert "apolgy" in gone.value.to_json()["error"]["message"]["zh"]
    with pytest.raises(TemplateInvalid) as wrong:
        await scene.run("send", template="apology")
    assert wrong.value.params["template"] == "apology"


async def test_a_coupon_is_issued_with_its_message_or_not_at_all(database: Database) -> None:
    scene = await scene_of(database)
    assert (await scene.done("send_coupon", MARKETING, code="WATCH50"))["refused"] == "consent.missing"
    assert await scene.rows("SELECT * FROM data.coupon") == []
    await scene.change("person", scene.person, marketing_consent=True)
    done = await scene.done("send_coupon", MARKETING, code="WATCH50", valid_for=timedelta(days=7))
    (coupon,) = await scene.rows("SELECT * FROM data.coupon")
    assert (coupon.code, coupon.person, coupon.expires_at) == ("WATCH50", scene.person, NOW + timedelta(days=7))
    assert (done["coupon"], "WATCH50" in done["text"], "2026-11-30" in done["text"]) == (str(coupon.id), True, True)
    with pytest.raises(ActionArgument):
        await scene.run("send_coupon", MARKETING, code=" ")


async def test_a_notice_without_words_says_what_it_is_about(database: Database) -> None:
    scene = await scene_of(database)
    li = await scene.user("li")
    lead = await scene.create("lead", name="装修线索", owner=str(li))
    about = {"entity": "lead", "record_id": lead}
    assert (await scene.done("notify", about, to="owner"))["users"] == ["li"]
    (notice,) = await scene.rows("SELECT * FROM weft.notification")
    assert ("装修线索" in notice.text["zh"], notice.user_id) == (True, li)


async def test_what_a_rule_queued_does_not_leave_once_it_is_switched_off(database: Database) -> None:
    scene = await scene_of(database)
    await scene.done("send", {"rule": "wild"}, text="一")
    await scene.company.run("INSERT INTO weft.rule_switch (kind, key, off) VALUES ('rule', 'wild', true)")
    assert await scene.deliver() == 1
    (kept,) = await messages(scene)
    assert (kept.status, kept.reason) == ("refused", "rule.off")
