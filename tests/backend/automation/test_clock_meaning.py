"""Rules that run by the clock: the runtime on PostgreSQL against their meaning in memory, on the same log."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.automation.rule_book import RuleBook
from backend.db import Database
from backend.events.log import NewEvent
from backend.events.models import Event
from backend.metadata.rule_facts import facts_of
from engine.rules.history import Occurrence
from engine.rules.simulation import Simulation
from tests.backend.social.company import Company, found, post, rule

BEGINS = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
HOUR, ENDS = timedelta(hours=1), BEGINS + timedelta(hours=7)
AUTHORS = ("anna", "ben", "chen", "dora")
RULES = (
    """rule daily every 1 day at 17:30 for each person where name != "dora"
         if count(social.post within 1 day by person) >= 3 then tag("a") else tag("b") end""",
    """rule often every 7 minutes for each customer as c if count(social.like where text = c.name within 20 minutes) >= 1
         or c.name = "anna" and count(social.post within 30 minutes by person) >= 2 then tag("c") limit 2 per c per 1 hour end""",
    """rule later every 4 hours for each person where name in ["anna", "ben"]
         then tag("d") after 90 minutes if count_of != "x" do tag("e") after 1 hour do tag("f") end end end""",
    """rule busy watch count(social.post where text != "fine" within 30 minutes by person) >= 2
         for each person as p where name != "dora" every 1 minute then tag("g") end""",
    """rule rises watch spike(social.like within 20 minutes by person baseline 3 hours) >= 2 or
         count(social.like within 5 minutes by person) >= 2 for each person every 1 minute then tag("h") end""",
    """rule quiet watch count(social.comment within 1 hour by person) = 0 and count(social.post within 1 hour) >= 2
         for each person every 10 minutes if person.name != "chen" then tag("i") else tag("j") end""",
    """rule named watch count(social.comment where text = p.name within 1 hour) >= 1 and p.name != "ben"
         for each person as p every 5 minutes then tag("k") once per p end""",
)
PROGRAMS = tuple(program.replace("count_of", "person.name") for program in RULES)


def _said(number: int, kind: str, author: str, text: str, at: datetime) -> NewEvent:
    event = post(text, author, id=str(number), type=f"social.{kind}")
    data = {**event.data, "occurred_at": at.isoformat()}
    return replace(event, data=data, occurred_at=at)


def _events(rng: random.Random) -> list[NewEvent]:
    moments = sorted(rng.randrange(60, 240 * 60) for _ in range(80))
    return [
        _said(
            n, rng.choice(["post", "like", "comment"]), rng.choice(AUTHORS), rng.choice(["fine", *AUTHORS, "bad"]),
            BEGINS + timedelta(seconds=second),
        )
        for n, second in enumerate(moments)
    ]  # fmt: skip


async def _run(company: Company, events: list[NewEvent], rng: random.Random) -> None:
    while events:
        portion, events = events[: (size := rng.choice([1, 5, 20]))], events[size:]
        with clock.standing_at(portion[-1].occurred_at or BEGINS):
            await company.post(*portion)
            await company.process()
    at = ENDS - 4 * HOUR
    while at < ENDS:
        at += HOUR  # no more is caught up than a hundred moments
        with clock.standing_at(at):
            await company.process()


async def _log(company: Company, book: RuleBook) -> list[Occurrence]:
    """What people said; other events concern none of these rules."""
    async with company.database.transaction() as session:
        statement = select(Event).where(Event.channel.is_(None)).order_by(Event.xid, Event.id)
        happenings = await book.reading.happenings(session, (await session.execute(statement)).scalars().all())
    return [Occurrence(each.id, each.at, dict.fromkeys(each.kinds, each.values), each.person) for each in happenings]


async def _fired(company: Company) -> set[Any]:
    rows = await company.rows("SELECT * FROM weft.rule_firing")
    causes = {str(row.id): row.cause for row in rows}

    def cause_of(written: str) -> str:
        if not written.startswith("after:"):
            return written
        _, firing, place = written.split(":", 2)
        return f"after:{cause_of(causes[firing])}:{place}"

    status = {"done": "fired"}
    return {
        (row.rule, cause_of(row.cause), row.happened_at, status.get(row.status, row.status), row.branch) for row in rows
    }


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_same_fires_as_is_meant(database: Database, seed: int) -> None:
    rng = random.Random(seed)
    with clock.standing_at(BEGINS):
        company = await found(database)
        await company.post(*(_said(1000 + n, "follow", author, author, BEGINS) for n, author in enumerate(AUTHORS)))
        await company.process()
        await company.publish(*map(rule, PROGRAMS))
        await company.process()
        book = company.rules.library.book(company.store.current)
        assert len(book.programs) == len(RULES)
        async with database.transaction() as session:
            ids = [row.id for row in await company.rows("SELECT id FROM data.person")]
            people = list((await book.reading.records(session, "person", ids)).values())
    await _run(company, _events(rng), rng)
    facts = replace(facts_of(book.metadata, book.scope), records={"person": people})
    simulation = Simulation(list(book.compiled.values()), facts, BEGINS)
    wanted = replace(book.reading, wanted=frozenset({"social.post", "social.like", "social.comment"}))
    book.__dict__["reading"] = wanted
    simulation.play(await _log(company, book), ENDS)
    meant = {(each.rule, each.cause, each.at, each.status, each.branch) for each in simulation.outcomes}
    fired = await _fired(company)
    assert fired == meant
    assert {rule for rule, *_ in fired} == {program.split()[1] for program in RULES}
