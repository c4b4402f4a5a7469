"""Rules on a schedule on a real PostgreSQL: which records, at which moments, and once, whatever dies and however many work."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from backend import clock
from backend.access.caller import SYSTEM
from backend.automation import record_sets, schedules
from backend.automation.clockwork import run_clockwork
from backend.automation.runtime import RuleRuntime
from backend.db import Database
from backend.events.notify import Listener
from backend.metadata.store import MetadataStore
from backend.records import service as records
from tests.backend.social.company import Company, Document, column, entity, found, options, rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
#: Ten in the morning of a Monday.
TEN = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
NINE = "every 1 day at 09:00 for each"

LEAD = entity(
    "lead",
    "name",
    column("name", required=True),
    column("status", "choice", options=options("open", "won")),
    column("last_activity_at", "datetime"),
    column("protected", "boolean"),
    column("person", "reference", entity="person"),
    column("born", "date"),
)


async def company_of(database: Database, *documents: Document, actions: Any = ()) -> Company:
    """A company with leads, as it is published at ten."""
    with clock.standing_at(TEN):
        company = await found(database, LEAD, *documents, actions=actions)
        await company.process()
    return company


async def add(company: Company, key: str, **data: Any) -> UUID:
    async with company.database.transaction() as session:
        record = await records.create(session, company.store.current, SYSTEM, key, data)
    return UUID(str(record["id"]))


async def go(company: Company, at: datetime) -> None:
    """Do everything that is due by a moment."""
    with clock.standing_at(at):
        await company.process()


async def causes(company: Company, key: str) -> list[tuple[datetime, str, UUID | None]]:
    """The firings of a rule: when, how they ended, and whom they are about."""
    rows = await company.rows("SELECT * FROM weft.rule_firing WHERE rule = :key ORDER BY happened_at, cause", key=key)
    return [(row.happened_at.astimezone(SHANGHAI), row.status, row.person_id) for row in rows]


async def test_a_birthday_is_wished_once_a_year_on_its_day(database: Database) -> None:
    program = f'rule wish {NINE} lead where birthday_in(born, 0) and status != "won" then create_ticket(title: "{{lead.name}}") end'
    company = await company_of(database, rule(program))
    person = await add(company, "person", name="wang")
    await add(company, "lead", name="tomorrow", born=date(1990, 11, 24).isoformat(), person=str(person))
    await add(company, "lead", name="won", born=date(1990, 11, 24).isoformat(), status="won")
    await add(company, "lead", name="later", born=date(1990, 12, 24).isoformat())
    gone = await add(company, "lead", name="gone", born=date(1990, 11, 24).isoformat())
    async with database.transaction() as session:
        await records.delete(session, company.store.current, SYSTEM, "lead", gone)
    await go(company, TEN + 22 * HOUR)
    assert await causes(company, "wish") == []
    await go(company, TEN + 23 * HOUR + MINUTE)
    await go(company, TEN + 23 * HOUR + 2 * MINUTE)
    assert await causes(company, "wish") == [(TEN + 23 * HOUR, "done", person)]
    (ticket,) = await company.rows("SELECT title, person FROM data.ticket")
    assert (ticket.title, ticket.person) == ("tomorrow", person)
    (firing,) = await company.rows("SELECT cause, branch, event_id FROM weft.rule_firing")
    assert firing.cause.startswith("schedule:2026-11-24T01:00:00+00:00:")
    assert firing.event_id is None


async def test_leads_go_back_to_the_pool_by_what_lies_behind_them(database: Database) -> None:
    program = f"""
    rule pool {NINE} lead as l where status = "open" and last_activity_at < now() - 30 days and not protected
        and person.level in ["vip", "svip"] and text_of contains any of keywords("defects")
      if count(person.created within 30 days) >= 2 and lookup("lead", status: "won", person: l.person).name = "sold"
      then create_ticket(title: "{{l.name}} {{l.person.name}} {{customer.level}}")
      else create_ticket(title: "none") end""".replace("text_of", "name")
    company = await company_of(database, rule(program))
    vip = str(await add(company, "person", name="wang", level="vip"))
    plain = str(await add(company, "person", name="li"))
    long_ago = (TEN - 40 * DAY).isoformat()
    await add(company, "lead", name="漏水", status="open", last_activity_at=long_ago, person=vip)
    await add(company, "lead", name="漏水 too", status="open", last_activity_at=long_ago, person=plain)
    await add(company, "lead", name="other words", status="open", last_activity_at=long_ago, person=vip)
    await add(company, "lead", name="漏水 kept", status="open", last_activity_at=long_ago, person=vip, protected=True)
    await add(company, "lead", name="漏水 new", status="open", last_activity_at=TEN.isoformat(), person=vip)
    await add(company, "lead", name="sold", status="won", person=vip)
    await go(company, TEN + DAY)
    assert [row.title for row in await company.rows("SELECT title FROM data.ticket")] == ["漏水 wang vip"]


async def test_moments_on_the_grid(database: Database) -> None:
    company = await company_of(
        database,
        rule("rule monthly every 1 month at 08:30 for each person then tag('m') end".replace("'", '"')),
        rule('rule hourly every 8 hours for each person then tag("h") end'),
        rule('rule weekly valid from 2026-12-01 to 2026-12-14 every 7 days at 07:00 for each person then tag("w") end'),
    )
    with clock.standing_at(TEN):
        await add(company, "person", name="wang")
    await go(company, TEN + 30 * DAY)
    assert [at for at, _, _ in await causes(company, "monthly")] == [datetime(2026, 12, 1, 8, 30, tzinfo=SHANGHAI)]
    assert [at.day for at, _, _ in await causes(company, "weekly")] == [7, 14]
    hours = [at for at, _, _ in await causes(company, "hourly")]
    assert (len(hours), hours[0], hours[-1]) == (90, TEN + 6 * HOUR, TEN + 6 * HOUR + 89 * 8 * HOUR)


async def test_a_day_of_summer_time_has_its_moment_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    monkeypatch.setattr(clock, "zone", lambda: berlin)
    begin = datetime(2026, 3, 28, 12, tzinfo=berlin)
    program = 'rule night every 1 day at 02:30 for each person then tag("n") end'
    with clock.standing_at(begin):
        company = await found(database, rule(program))
        await company.process()
        await add(company, "person", name="wang")
    await go(company, begin + 3 * DAY)
    moments = [at.astimezone(UTC) for at, _, _ in await causes(company, "night")]
    assert [(at.day, at.hour, at.minute) for at in moments] == [(29, 1, 0), (30, 0, 30), (31, 0, 30)] or [
        (at.day, at.hour, at.minute) for at in moments
    ] == [(29, 1, 30), (30, 0, 30), (31, 0, 30)]


async def test_missed_moments_are_caught_up_and_too_many_told(database: Database) -> None:
    often = 'rule often every 1 minute for each person then tag("o") end'
    company = await company_of(database, rule(f'rule daily {NINE} person then tag("d") end'), rule(often))
    with clock.standing_at(TEN):
        await add(company, "person", name="wang")
    await go(company, TEN + 3 * DAY)
    assert [at.day for at, _, _ in await causes(company, "daily")] == [24, 25, 26]
    minutes = [at for at, _, _ in await causes(company, "often")]
    assert minutes == [TEN + 3 * DAY - n * MINUTE for n in range(99, -1, -1)]
    (incident,) = await company.rows("SELECT * FROM weft.rule_incident")
    assert (incident.rule, incident.code, incident.count) == ("often", "schedule.skipped", 3 * 24 * 60 - 100)


class _Crash(BaseException):
    """A process that dies: nothing of ours catches it."""


async def test_a_crash_between_and_within_pages_doubles_and_loses_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_sets, "PAGE", 7)
    monkeypatch.setattr(schedules, "PAGE", 7)
    program = f'rule all {NINE} person then create_ticket(title: person.name) after 1 hour do tag("x") end end'
    company = await company_of(database, rule(program))
    with clock.standing_at(TEN):
        for n in range(30):
            await add(company, "person", name=f"p{n:02}")
    go_on, pages = company.rules._clockwork._schedules._run, 0

    async def dies(*arguments: Any) -> None:
        nonlocal pages
        await go_on(*arguments)
        pages += 1
        if pages in (2, 4):
            raise _Crash

    monkeypatch.setattr(company.rules._clockwork._schedules, "_run", dies)
    for done in (7, 14):
        with pytest.raises(_Crash):
            await go(company, TEN + DAY)
        assert await company.count("SELECT count(*) FROM data.ticket") == done
        assert await company.count("SELECT count(*) FROM weft.rule_deadline WHERE kind = 'after'") == done
    await go(company, TEN + DAY)
    titles = [row.title for row in await company.rows("SELECT title FROM data.ticket ORDER BY title")]
    assert titles == [f"p{n:02}" for n in range(30)]
    await go(company, TEN + 2 * DAY - 2 * HOUR)
    assert await company.count("SELECT count(*) FROM data.person WHERE tags = '{x}'") == 30


async def test_two_workers_share_the_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_sets, "PAGE", 5)
    monkeypatch.setattr(schedules, "PAGE", 5)
    company = await company_of(database, rule(f'rule all {NINE} person then create_ticket(title: "t") end'))
    with clock.standing_at(TEN):
        for n in range(40):
            await add(company, "person", name=f"p{n}")
        await company.process()
    other = RuleRuntime(MetadataStore(database), company.actions)
    await other.store.load()
    at = TEN + DAY
    with clock.standing_at(at):
        for _ in range(3):
            await asyncio.gather(company.rules.run_clock(database, at), other.run_clock(database, at))
    await go(company, at)
    assert await company.count("SELECT count(*) FROM weft.rule_firing") == 40
    assert await company.count("SELECT count(DISTINCT person) FROM data.ticket") == 40


async def test_what_a_rule_does_later_knows_its_record(database: Database) -> None:
    program = f"""
    rule remind {NINE} lead as l where status = "open" then create_ticket(title: "1 {{l.name}}")
      after 2 hours if l.status = "open" do create_ticket(title: "2 {{l.name}} {{l.person.name}}")
        after 1 hour do create_ticket(title: "3 {{l.name}}") end end end"""
    company = await company_of(database, rule(program))
    person = str(await add(company, "person", name="wang"))
    await add(company, "lead", name="a", status="open", person=person)
    soon = await add(company, "lead", name="b", status="open")
    await go(company, TEN + DAY)
    async with database.transaction() as session:
        await records.update(session, company.store.current, SYSTEM, "lead", soon, {"status": "won"}, version=None)
    await go(company, TEN + DAY + 6 * HOUR)
    titles = [row.title for row in await company.rows("SELECT title FROM data.ticket ORDER BY title")]
    assert titles == ["1 a", "1 b", "2 a wang", "3 a"]


async def test_another_version_keeps_its_moment_and_another_grid_does_not(database: Database) -> None:
    program = f'rule daily {NINE} person then tag("old") end'
    company = await company_of(database, rule(program))
    with clock.standing_at(TEN):
        await add(company, "person", name="wang")
        await company.publish(rule(program.replace("old", "new")))
        await company.process()
    (row,) = await company.rows("SELECT * FROM weft.rule_schedule")
    assert (row.rule_version, row.next_due) == (2, TEN + 23 * HOUR)
    with clock.standing_at(TEN):
        await company.publish(rule(program.replace("09:00", "11:00")))
        await company.process()
    (row,) = await company.rows("SELECT * FROM weft.rule_schedule")
    assert (row.rule_version, row.next_due) == (3, TEN + HOUR)
    await go(company, TEN + DAY)
    assert await causes(company, "daily") == [(TEN + HOUR, "done", (await _person(company)))]


async def _person(company: Company) -> UUID:
    (row,) = await company.rows("SELECT id FROM data.person")
    return UUID(str(row.id))


async def test_a_rule_switched_off_removed_and_back_does_not_run_for_the_past(database: Database) -> None:
    program = f'rule daily {NINE} person then tag("d") end'
    company = await company_of(database, rule(program))
    with clock.standing_at(TEN):
        await add(company, "person", name="wang")
    await company.run("INSERT INTO weft.rule_switch (kind, key, off) VALUES ('rule', 'daily', true)")
    await go(company, TEN + DAY)
    await company.run("DELETE FROM weft.rule_switch")
    await go(company, TEN + DAY + HOUR)
    assert await causes(company, "daily") == []
    with clock.standing_at(TEN + DAY):
        await company.publish(rule(program, enabled=False))
        await company.process()
    assert await company.count("SELECT count(*) FROM weft.rule_schedule") == 0
    await go(company, TEN + 3 * DAY)
    with clock.standing_at(TEN + 3 * DAY):
        await company.publish(rule(program))
        await company.process()
    await go(company, TEN + 4 * DAY)
    assert [at.day for at, _, _ in await causes(company, "daily")] == [27]


async def test_what_happened_before_a_moment_is_counted_however_late_it_is_run(database: Database) -> None:
    program = f"rule busy {NINE} lead if count(lead.created within 1 day) >= 2 then create_ticket(title: lead.name) end"
    company = await company_of(database, rule(program))
    with clock.standing_at(TEN):
        await add(company, "lead", name="a")
    with clock.standing_at(TEN + 23 * HOUR + MINUTE):
        await add(company, "lead", name="b")
    await go(company, TEN + DAY)
    assert await company.count("SELECT count(*) FROM data.ticket") == 0, "the second came a minute after nine"


async def test_the_job_hears_of_what_is_published_and_ends_when_told(database: Database) -> None:
    company = await found(database)
    listener, stop = Listener(database.url), asyncio.Event()
    listening = asyncio.create_task(listener.run())
    job = asyncio.create_task(run_clockwork(database, listener, company.rules, company.store.refresh, stop))
    program = 'rule often every 1 minute for each person then tag("x") end'
    await company.publish(rule(program), rule(f"rule daily {NINE} person then tag('d') end".replace("'", '"')))
    for _ in range(100):
        if await company.count("SELECT count(*) FROM weft.rule_schedule WHERE next_due > now()") == 2:
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("the job did not hear of the rules")
    stop.set()
    await asyncio.wait_for(job, 10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
