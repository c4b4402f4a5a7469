"""The runtime on PostgreSQL against the meaning of rules in memory: the same log, the same firings."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.automation.happenings import Happening
from backend.automation.rule_book import RuleBook
from backend.db import Database
from backend.events.log import NewEvent
from backend.events.models import Event
from backend.metadata.rule_facts import facts_of
from engine.rules.history import Occurrence
from engine.rules.outcomes import Outcome
from engine.rules.simulation import Simulation
from tests.backend.social.company import Company, found, rule

BEGINS = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ENDS = BEGINS + dt.timedelta(days=30)
AUTHORS = ("anna", "ben", "chen")
RULES = (
    """rule counts when social.like as l
         if count(social.like where text = l.text within 30 minutes by person) >= 2
            and distinct(text: social.post within 3 hours by person) >= 1 then tag("a") end""",
    """rule adds when social.comment if sum(sentiment_score: social.post within 2 hours) < 0
            or avg(sentiment_score: social.post within 1 hour by person) >= 0.2 then tag("b")
         else if max(sentiment_score: social.post as p where p.text contains any of keywords("defects") within 4 hours) < 0 then tag("c")
         else tag("d") end""",
    'rule spikes priority 5 when social.share if spike(social.share within 2 hours baseline 6 hours) >= 1 then tag("s") end',
    """rule pairs when social.message as m followed_by social.message
         where author.id = m.author.id and text contains any of keywords("defects") within 1 hour then tag("e") end""",
    """rule anyone when social.post as p where text != "fine" followed_by social.comment where text = p.text within 40 minutes
         then tag("g") end""",
    """rule threes when social.post as p followed_by social.comment as c where text = p.text within 1 hour
         followed_by social.like where text = p.text or person = c.person within 1 hour then tag("f") end""",
    """rule silence when social.post as p without social.comment where person = p.person within 30 minutes
         if count(social.like within 1 hour) >= 2 or p.text = "fine" then tag("h") limit 3 per person per 6 hours end""",
    """rule calm when social.message as m without social.message where thread = m.thread and text != m.text within 45 minutes
         then tag("i") after 20 minutes if m.text != "fine" do tag("j") after 1 day do tag("k") end end end""",
    """rule after_pair when social.like as l followed_by social.share as s where text = l.text within 30 minutes
         without social.comment within 30 minutes then tag("m") end""",
    'rule often when social.comment as c then tag("n") limit 2 per person per 1 hour end',
    'rule single priority 5 when social.share if person.level = "normal" then tag("o") stop once per person end',
    'rule beside priority 5 when social.share then tag("p") end',
    'rule shares when social.post then split per event.text 30% A: tag("q") 30% B: tag("r") end end',
    'rule tickets when social.post as p where text = "leaks" then create_ticket(title: p.text) once per person end',
    'rule opened when ticket.created as t if count(ticket.created within 30 days) >= 2 then tag("t") end',
    'rule people when person.created then tag("new") end',
    'rule became when ticket.new as t then tag("u") end',
)
_STATUS = {"done": "fired"}


def _events(seed: int, *, late: bool) -> list[NewEvent]:
    """What is said over ten hours, in the order in which it comes."""
    rng = random.Random(seed)
    kinds = ["post", "comment", "message", "like", "share"]
    moments = sorted(rng.randrange(600) for _ in range(140))
    if late:
        moments = [max(0, at - rng.choice([0, 0, 0, 0, 5, 60, 200])) for at in moments]
    return [
        _said(n, rng.choice(kinds), rng.choice(AUTHORS), rng.choice(["leaks", "fine", "太差了,很失望"]), at)
        for n, at in enumerate(moments)
    ]


def _said(number: int, kind: str, author: str, text: str, minute: int) -> NewEvent:
    at, type = BEGINS + dt.timedelta(minutes=minute), f"social.{kind}"
    data = {
        "external_id": str(number), "type": type, "author": {"id": author, "name": author}, "text": text, "target": None,
        "occurred_at": at.isoformat(),
    }  # fmt: skip
    return NewEvent(type, data, channel="weibo", external_id=str(number), actor_kind="channel", occurred_at=at)


async def _run(company: Company, events: Sequence[NewEvent], seed: int) -> None:
    """Everything is handled in portions, the clock standing at the latest event; then time passes."""
    rng, latest, left = random.Random(seed), BEGINS, list(events)
    while left:
        size = rng.choice([1, 2, 7, 30])
        portion, left = left[:size], left[size:]
        latest = max(latest, *(event.occurred_at or BEGINS for event in portion))
        with clock.standing_at(latest):
            await company.post(*portion)
            await company.process()
    with clock.standing_at(ENDS):
        await company.process()


async def _log(company: Company, book: RuleBook) -> list[Occurrence]:
    async with company.database.transaction() as session:
        events = (
            (await session.execute(select(Event).where(Event.channel.is_(None)).order_by(Event.xid, Event.id)))
            .scalars()
            .all()
        )
        return [_occurrence(each) for each in await book.reading.happenings(session, events)]


def _occurrence(each: Happening) -> Occurrence:
    changes: Mapping[str, tuple[Any, Any]] = {key: (before, after) for key, (before, after) in each.changes.items()}
    return Occurrence(each.id, each.at, dict.fromkeys(each.kinds, each.values), each.person, changes)


async def _fired(company: Company) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What fired, by rule and cause; what was left for later names the cause of what left it."""
    rows = await company.rows("SELECT * FROM weft.rule_firing")
    causes = {str(row.id): row.cause for row in rows}

    def cause_of(written: str) -> str:
        if not written.startswith("after:"):
            return written
        _, firing, place = written.split(":", 2)
        return f"after:{cause_of(causes[firing])}:{place}"

    return {
        (row.rule, cause_of(row.cause)): (
            _STATUS.get(row.status, row.status),
            row.branch,
            row.happened_at,
            [done["action"] for done in row.actions],
            row.subject,
            {alias: int(id) for alias, id in row.events.items()},
        )
        for row in rows
    }


def _meant(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        each.identity: (
            each.status, each.branch, each.at, [deed.action for deed in each.actions], each.subject, dict(each.events)
        )
        for each in outcomes
    }  # fmt: skip


async def _both(database: Database, seed: int, *, late: bool) -> tuple[dict[Any, Any], dict[Any, Any]]:
    company = await found(database, *map(rule, RULES))
    await _run(company, _events(seed, late=late), seed)
    book = company.rules.library.book(company.store.current)
    assert len(book.programs) == len(RULES)
    log = await _log(company, book)
    simulation = Simulation(list(book.compiled.values()), facts_of(book.metadata, book.scope), BEGINS)
    simulation.play(log, ENDS)
    return await _fired(company), _meant(simulation.outcomes)


@pytest.mark.parametrize("seed", [1])
async def test_what_happens_in_order(database: Database, seed: int) -> None:
    actual, meant = await _both(database, seed, late=False)
    assert actual == meant
    assert {text.split()[1] for text in RULES} == {rule for rule, _ in actual}


@pytest.mark.parametrize("seed", [3])
async def test_what_comes_late(database: Database, seed: int) -> None:
    """Which absences fire before the late event comes depends on when they are looked at; what stands in the end does not."""
    actual, meant = await _both(database, seed, late=True)
    retracted = {identity for identity, firing in actual.items() if firing[0] == "retracted"}
    for firings in (actual, meant):
        for rule_key, cause in list(firings):
            if rule_key == "silence" or (rule_key, _origin(cause)) in retracted:
                del firings[rule_key, cause]
    assert actual == meant


def _origin(cause: str) -> str:
    """The cause of the firing that what was done later goes back to."""
    while cause.startswith("after:"):
        cause = cause.removeprefix("after:").rpartition(":")[0]
    return cause
