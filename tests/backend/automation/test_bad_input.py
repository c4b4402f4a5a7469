"""What goes bad after a rule was published: the target of an action, a word list, a calendar. Each is an incident that says so, and the
other rules go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from backend import clock
from backend.automation.firing import RETRIES
from backend.db import Database
from tests.backend.social.company import Company, found, label, post, rule, services_of

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
GOOD = 'rule good when social.post as p then tag("见过") end'
GONE = "00000000-0000-4000-8000-00000000dead"
EVERY_DAY = {str(day): [["09:00", "18:00"]] for day in range(7)}


def calendar(week: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "calendar", "key": "factory", "label": label("factory"), "week": week, "default": False}


async def said(company: Company, at: datetime, words: str) -> None:
    """Somebody says something, and everything happens that follows."""
    with clock.standing_at(at):
        await company.post(post(words, id=f"{words}:{at.isoformat()}"))
        await company.process()


async def incidents(company: Company) -> list[Any]:
    return await company.rows(
        "SELECT rule, code, message ->> 'zh' AS zh, message ->> 'en' AS en FROM weft.rule_incident"
    )


async def fired(company: Company, key: str, status: str = "done") -> int:
    return await company.count(
        "SELECT count(*) FROM weft.rule_firing WHERE rule = :key AND status = :status", key=key, status=status
    )


async def test_an_action_whose_target_is_gone(database: Database) -> None:
    program = """rule follow_up when social.post as p then create_ticket(title: "{p.text}")
      update_record(priority: "urgent") end"""
    gone = f'rule gone when social.post as p then update_record(entity: "ticket", record: "{GONE}", priority: "urgent") end'
    company = await found(database, rule(program), rule(gone), rule(GOOD))
    await said(company, NOON, "洗衣机漏水")
    at = NOON
    for pause in RETRIES:
        at += pause + timedelta(seconds=1)
        with clock.standing_at(at):
            await company.process()
    (incident,) = await incidents(company)
    assert incident.rule == "gone"
    assert "ticket" in incident.en
    assert await fired(company, "gone", "failed") == 1
    assert await fired(company, "follow_up") == await fired(company, "good") == 1


async def test_a_word_list_that_is_gone(database: Database) -> None:
    defects = 'rule defects when social.post as p if p.text contains any of keywords("defects") then tag("缺陷") end'
    company = await found(database, rule(defects), rule(GOOD))
    await said(company, NOON, "洗衣机漏水")
    assert await fired(company, "defects") == 1
    await company.run("UPDATE weft.definition SET current = false WHERE kind = 'word_list' AND key = 'defects'")
    other = await services_of(database)
    await said(other, NOON + timedelta(hours=1), "冰箱漏水")
    (incident,) = await incidents(other)
    assert (incident.rule, incident.code) == ("defects", "rule.unusable")
    assert "defects" in incident.zh
    assert "defects" in incident.en
    assert await fired(other, "defects") == 1
    assert await fired(other, "good") == 2


async def test_a_calendar_without_working_hours(database: Database) -> None:
    waiting = """rule waiting calendar "factory" when social.post as p
      without social.post as q where person = p.person within 2 business hours then tag("没有再说") end"""
    company = await found(database, calendar(EVERY_DAY), rule(waiting), rule(GOOD))
    await company.run(
        "UPDATE weft.definition SET content = jsonb_set(content, '{week}', '{}')"
        " WHERE kind = 'calendar' AND key = 'factory'"
    )
    other = await services_of(database)
    await said(other, NOON, "你好")
    (incident,) = await incidents(other)
    assert (incident.rule, incident.code) == ("waiting", "calendar.no_hours")
    assert "工作时间" in incident.zh
    assert "working hours" in incident.en
    assert await fired(other, "good") == 1
