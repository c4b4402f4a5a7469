"""Notices beyond the product: on the channels that somebody chose, not in their quiet hours, and not what they have read already."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from backend import clock
from backend.db import Database
from backend.events.outbox import deliver_due
from backend.identity.service import create_user
from backend.messaging.notice_settings import NoticeSettings, QuietHoursInvalid, save, settings_json
from backend.messaging.notices import notify, outbox_handlers, quiet_end
from backend.tasks.notices import notify_task

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Three in the afternoon and eleven at night in Shanghai.
DAY, NIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
SAID = {"zh": "有新任务", "en": "A new task"}
ADDRESS = "https://weft.example.com"


class Somebody:
    """A user with settings, who is told things."""

    def __init__(self, database: Database, id: UUID) -> None:
        self.database, self.id = database, id

    async def choose(self, **settings: Any) -> None:
        async with self.database.transaction() as session:
            await save(session, self.id, NoticeSettings(**settings))

    async def tell(self, at: datetime, key: str = "k", **members: Any) -> None:
        with clock.standing_at(at):
            async with self.database.transaction() as session:
                await notify(session, [self.id], SAID, key=key, link="/tasks/1", **members)

    async def row(self, statement: str, **values: Any) -> Any:
        async with self.database.transaction() as session:
            return (await session.execute(text(statement), values)).one_or_none()

    async def deliver(self, at: datetime) -> None:
        """What is due is carried out; the outbox looks at the database's clock, so it is told that the time has come."""
        due = "UPDATE weft.outbox SET next_attempt_at = now() WHERE status = 'pending' AND next_attempt_at <= :at"
        async with self.database.transaction() as session:
            await session.execute(text(due), {"at": at})
        with clock.standing_at(at):
            await deliver_due(self.database, outbox_handlers(self.database, ADDRESS))

    async def sent(self) -> list[str]:
        async with self.database.transaction() as session:
            rows = await session.execute(text("SELECT recipient, text FROM weft.sent_message ORDER BY sent_at"))
            return [f"{row.recipient}: {row.text}" for row in rows]


@pytest.fixture
async def ann(database: Database) -> Somebody:
    async with database.transaction() as session:
        user = await create_user(session, email="ann@weft.local", name="Ann", password_hash=None, locale="en")
    return Somebody(database, user.id)


async def test_without_a_choice_only_the_product_tells(ann: Somebody) -> None:
    await ann.tell(DAY)
    assert await ann.row("SELECT 1 FROM weft.outbox") is None
    assert await ann.row("SELECT 1 FROM weft.notification") is not None


async def test_a_notice_goes_to_the_chosen_channel_in_the_readers_language_with_a_link(ann: Somebody) -> None:
    await ann.choose(channels=["email"])
    await ann.tell(DAY)
    await ann.tell(DAY)
    await ann.deliver(DAY)
    assert await ann.sent() == [f"ann@weft.local: A new task\n{ADDRESS}/tasks/1"]


async def test_in_quiet_hours_it_waits_outside_and_is_in_the_product_at_once(ann: Somebody) -> None:
    await ann.choose(channels=["email"], quiet_from="22:00", quiet_until="07:30")
    await ann.tell(NIGHT)
    assert (await ann.row("SELECT next_attempt_at AS at FROM weft.outbox")).at == MORNING
    assert await ann.row("SELECT 1 FROM weft.notification") is not None
    await ann.deliver(NIGHT)
    assert await ann.sent() == []
    await ann.deliver(MORNING)
    assert len(await ann.sent()) == 1


async def test_what_is_urgent_does_not_wait(ann: Somebody) -> None:
    await ann.choose(channels=["email"], quiet_from="22:00", quiet_until="07:30")
    with clock.standing_at(NIGHT):
        async with ann.database.transaction() as session:
            for task, priority in ((1, 1), (2, 2)):
                title = {"zh": f"任务{task}", "en": f"Task {task}"}
                await notify_task(session, "opened", UUID(int=task), title, "", [ann.id], priority=priority)
    await ann.deliver(NIGHT)
    assert [line.partition("\n")[0] for line in await ann.sent()] == ["ann@weft.local: New task: Task 2"]


async def test_what_was_read_meanwhile_is_not_sent(ann: Somebody) -> None:
    await ann.choose(channels=["email"], quiet_from="22:00", quiet_until="07:30")
    await ann.tell(NIGHT)
    await ann.row("UPDATE weft.notification SET read_at = now() RETURNING 1")
    await ann.deliver(MORNING)
    assert await ann.sent() == []
    assert (await ann.row("SELECT result FROM weft.outbox")).result == {"dropped": True}


async def test_settings_count_when_it_leaves(ann: Somebody) -> None:
    await ann.choose(channels=["email"])
    await ann.tell(NIGHT, "first")
    await ann.tell(NIGHT, "second")
    await ann.choose(channels=["email"], quiet_from="22:00", quiet_until="07:30")
    await ann.deliver(NIGHT)
    assert await ann.sent() == []
    await ann.choose(channels=[])
    await ann.deliver(MORNING)
    assert await ann.sent() == []


async def test_quiet_hours_are_those_of_the_persons_zone(ann: Somebody) -> None:
    await ann.choose(channels=["email"], quiet_from="22:00", quiet_until="07:30", zone="Europe/Berlin")
    await ann.tell(NIGHT)
    await ann.deliver(NIGHT)
    assert len(await ann.sent()) == 1


async def test_the_same_happening_again_is_told_again(ann: Somebody) -> None:
    title = {"zh": "签字", "en": "Sign"}
    async with ann.database.transaction() as session:
        for moment in (DAY, DAY, NIGHT):
            await notify_task(session, "urged", UUID(int=1), title, "", [ann.id], again=moment)
    assert (await ann.row("SELECT count(*) AS n FROM weft.notification")).n == 2


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2026, 11, 23, 22, 0, tzinfo=SHANGHAI), datetime(2026, 11, 24, 7, 30, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 24, 7, 29, tzinfo=SHANGHAI), datetime(2026, 11, 24, 7, 30, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 24, 7, 30, tzinfo=SHANGHAI), None),
        (datetime(2026, 11, 23, 21, 59, tzinfo=SHANGHAI), None),
    ],
)
def test_quiet_hours_pass_midnight(at: datetime, until: datetime | None) -> None:
    assert quiet_end(time(22), time(7, 30), "Asia/Shanghai", at) == until


async def test_settings_are_kept_and_wrong_ones_refused(ann: Somebody) -> None:
    await ann.choose(channels=["email", "email"], quiet_from="22:00", quiet_until="07:30")
    async with ann.database.transaction() as session:
        kept = await settings_json(session, ann.id)
    assert (kept["channels"], kept["quiet_from"], kept["quiet_until"]) == (["email"], "22:00", "07:30")
    assert kept["available"][0]["address"] == "ann@weft.local"
    for wrong in ({"quiet_from": "22:00"}, {"quiet_from": "22:00", "quiet_until": "22:00"}):
        with pytest.raises(QuietHoursInvalid):
            await ann.choose(**wrong)
