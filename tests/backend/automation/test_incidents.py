"""Incidents on a real PostgreSQL: one row while it is open, counted, tried again, resolved; and what is pending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from backend import clock
from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext, Parameter, Result
from backend.automation import incidents, pending
from backend.automation.firing import RETRIES
from backend.automation.models import RuleDeadline, RuleFiring, RuleIncident
from backend.db import Database, uuid7
from backend.errors import NotFound
from backend.metadata.snapshot import Metadata
from backend.records.errors import CursorInvalid, RecordInvalid
from engine.definitions import Rule, Text
from tests.backend.social.company import found, post, rule

NOTHING = Metadata.of([Rule("angry", Text("愤怒", "Angry"), "rule angry")])
GONE = Text("工单不见了", "The ticket is gone")


async def opened(database: Database, *, place: str = "then.0", firing_id: UUID | None = None) -> None:
    async with database.transaction() as session:
        await incidents.open_incident(session, "angry", 3, "action.target_gone", GONE, place=place, firing_id=firing_id)


async def listed(database: Database, **asked: Any) -> list[dict[str, Any]]:
    asked = {"status": None, "rule": None, "after": None, "limit": 50} | asked
    async with database.transaction() as session:
        items: list[dict[str, Any]] = (await incidents.incidents(session, NOTHING, **asked))["items"]
        return items


async def fired(database: Database, *, error: bool, place: str = "then.0") -> UUID:
    """A firing whose action at `place` failed, or did not."""
    done = {"action": "create_ticket", "place": place, "arguments": {}}
    firing = RuleFiring(
        id=uuid7(), rule="angry", rule_version=3, cause=f"event:{uuid7()}", branch="then", trace={}, events={"event": 7},
        status="failed" if error else "done", actions=[{**done, "error": "gone"} if error else {**done, "result": {}}],
    )  # fmt: skip
    async with database.transaction() as session:
        session.add(firing)
    return firing.id


async def deadlines(database: Database) -> Sequence[RuleDeadline]:
    async with database.transaction() as session:
        return (await session.execute(select(RuleDeadline).order_by(RuleDeadline.due_at))).scalars().all()


async def test_an_incident_is_one_row_while_it_is_open(database: Database) -> None:
    first, second = await fired(database, error=True), await fired(database, error=True)
    await opened(database, firing_id=first)
    await opened(database, firing_id=second)
    await opened(database, place="then.1")
    one, other = sorted(await listed(database), key=lambda item: item["place"])
    assert (one["count"], one["firing_id"], one["message"]) == (2, second, {"zh": GONE.zh, "en": GONE.en})
    assert one["last_at"] > one["first_at"]
    assert (other["count"], other["label"]) == (1, {"zh": "愤怒", "en": "Angry"})
    async with database.transaction() as session:
        assert await incidents.open_counts(session) == {"angry": 2}
        await incidents.resolve(session, SYSTEM, one["id"])
    await opened(database, firing_id=second)
    assert [item["count"] for item in await listed(database, status="open", rule="angry")] == [1, 1]
    assert [item["id"] for item in await listed(database, status="resolved")] == [one["id"]]
    assert await listed(database, rule="another") == []


async def test_pages_of_incidents_go_on_after_the_last(database: Database) -> None:
    for number in range(5):
        await opened(database, place=f"then.{number}")
    async with database.transaction() as session:
        page = await incidents.incidents(session, NOTHING, status=None, rule=None, after=None, limit=3)
    assert len(page["items"]) == 3
    rest = await listed(database, after=UUID(page["next"]))
    assert [item["place"] for item in (*page["items"], *rest)] == [f"then.{number}" for number in (4, 3, 2, 1, 0)]


async def test_what_failed_is_tried_again_and_the_incident_resolved(database: Database) -> None:
    failed = [await fired(database, error=True) for _ in range(3)]
    await fired(database, error=False)
    await fired(database, error=True, place="then.1")
    await opened(database, firing_id=failed[-1])
    (incident,) = await listed(database)
    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, incident["id"])
    due = await deadlines(database)
    assert {row.firing_id for row in due} == set(failed)
    assert {(row.kind, row.place, row.rule_version) for row in due} == {("retry", "then.0", 3)}
    assert all(row.due_at <= datetime.now(UTC) and row.events == {"event": 7} for row in due)
    assert (await listed(database))[0]["status"] == "resolved"
    async with database.transaction() as session:
        with pytest.raises(incidents.AlreadyResolved):
            await incidents.retry(session, SYSTEM, incident["id"])
        with pytest.raises(incidents.AlreadyResolved):
            await incidents.resolve(session, SYSTEM, incident["id"])


async def test_a_try_that_waits_is_made_now_instead_of_twice(database: Database) -> None:
    firing = await fired(database, error=True)
    await opened(database, firing_id=firing)
    (incident,) = await listed(database)
    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, incident["id"])
    async with database.transaction() as session:
        later = datetime.now(UTC) + timedelta(hours=2)
        await session.execute(update(RuleDeadline).values(due_at=later, attempts=2))
        await session.execute(update(RuleIncident).values(status="open"))
    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, incident["id"])
    (due,) = await deadlines(database)
    assert due.due_at <= datetime.now(UTC)
    assert due.attempts == incidents.LAST_ATTEMPT


async def test_what_was_dealt_with_is_not_tried_again_with_a_later_incident(database: Database) -> None:
    old = await fired(database, error=True)
    await opened(database, firing_id=old)
    (incident,) = await listed(database)
    async with database.transaction() as session:
        await incidents.resolve(session, SYSTEM, incident["id"])
    new = await fired(database, error=True)
    await opened(database, firing_id=new)
    (incident,) = await listed(database, status="open")
    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, incident["id"])
    assert [row.firing_id for row in await deadlines(database)] == [new]


async def test_an_incident_without_an_action_cannot_be_tried_again(database: Database) -> None:
    await opened(database, place="")
    (incident,) = await listed(database)
    async with database.transaction() as session:
        with pytest.raises(incidents.NothingToRetry):
            await incidents.retry(session, SYSTEM, incident["id"])
        with pytest.raises(NotFound):
            await incidents.resolve(session, SYSTEM, uuid7())
    assert (await listed(database))[0]["status"] == "open"


def test_a_failure_is_told_in_both_languages() -> None:
    code, message, _ = incidents.told(RecordInvalid(problems=[{"field": "title"}]))
    assert code == "record.invalid"
    assert message.zh.endswith("(title)")
    assert message.en.endswith("(title)")
    code, message, _ = incidents.told(RuntimeError("the printer is on fire"))
    assert code == "internal"
    assert "the printer is on fire" in message.en


async def test_what_is_pending_is_shown_soonest_first_and_can_be_cancelled_once(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.transaction() as session:
        for number in range(4):
            session.add(
                RuleDeadline(
                    id=uuid7(),
                    slot=0,
                    kind="after",
                    rule="angry",
                    rule_version=1,
                    key=f"after:{number}",
                    events={},
                    due_at=now + timedelta(hours=4 - number),
                    place="then.2",
                    purpose="marketing" if number else None,
                )
            )
    async with database.transaction() as session:
        page = await pending.pending(session, NOTHING, SYSTEM, rule="angry", after=None, limit=3)
        rest = await pending.pending(session, NOTHING, SYSTEM, rule=None, after=page["next"], limit=3)
        assert await pending.counts(session) == {"angry": 4}
        assert await pending.counts_by_purpose(session) == {"marketing": 3}
        with pytest.raises(CursorInvalid):
            await pending.pending(session, NOTHING, SYSTEM, rule=None, after="yesterday", limit=3)
    items = [*page["items"], *rest["items"]]
    assert [item["due_at"] for item in items] == sorted(now + timedelta(hours=4 - number) for number in range(4))
    assert (rest["next"], items[0]["label"]) == (None, {"zh": "愤怒", "en": "Angry"})
    async with database.transaction() as session:
        await pending.cancel(session, NOTHING, SYSTEM, items[0]["id"])
    assert len(await deadlines(database)) == 3
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await pending.cancel(session, NOTHING, SYSTEM, items[0]["id"])


class _Printer:
    """An action that fails until it is mended."""

    key = "print_label"
    label = Text("打印标签", "Print a label")
    parameters: tuple[Parameter, ...] = ()
    open = False
    sends = False
    mended = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        if not self.mended:
            raise NotFound(what="printer", key="Lp0")
        return {"printed": context.key, **arguments}


async def test_an_action_that_keeps_failing_is_an_incident_and_works_once_it_is_mended(database: Database) -> None:
    printer = _Printer()
    company = await found(database, rule("rule labels when social.post as p then print_label() end"), actions=[printer])
    await company.post(post("你好", "周九"))
    await company.process()
    now = clock.now()
    assert await listed(database) == []
    await company.rules.run_due(database, now + timedelta(days=1))
    (incident,) = await listed(database, status="open")
    assert (incident["code"], incident["place"], incident["count"]) == ("not_found", "then.0", 1)
    assert "Lp0" in incident["message"]["en"]
    assert await deadlines(database) == []

    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, incident["id"])
    await company.rules.run_due(database, now + timedelta(days=1))
    (again,) = await listed(database, status="open")
    assert again["id"] != incident["id"]

    printer.mended = True
    async with database.transaction() as session:
        await incidents.retry(session, SYSTEM, again["id"])
    await company.rules.run_due(database, now + timedelta(days=1))
    assert await listed(database, status="open") == []
    (firing,) = await company.rows("SELECT status, error, actions FROM weft.rule_firing")
    assert (firing.status, firing.error) == ("done", None)
    assert "error" not in firing.actions[0]


def test_a_try_that_is_asked_for_is_the_last_one() -> None:
    assert len(RETRIES) == incidents.LAST_ATTEMPT
