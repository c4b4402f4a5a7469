"""What one process that nothing happens to makes of the log that the workers read, and what the workers made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from backend import clock
from backend.automation.happenings import Reading
from backend.automation.sources import POSTS
from backend.db import Database
from backend.events.models import Event
from engine.rules.history import Occurrence
from engine.rules.outcomes import Facts, Outcome
from engine.rules.simulation import Simulation
from tests.backend.social.company import Company
from tests.rules_crash.company import BEGIN

#: A firing as both sides tell it: rule, cause, status, branch, what was done.
Told = tuple[str, str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the two sides compare."""

    agreed: int
    lost: Counter[Told]
    doubled: Counter[Any]

    def __str__(self) -> str:
        return f"{self.agreed} firings agreed, {self.lost.total()} lost, {self.doubled.total()} doubled"


async def compare(company: Company, until: datetime) -> Verdict:
    """The verdict on everything that fired by a moment."""
    expected = Counter(told_by_oracle(outcome) for outcome in await oracle(company, until) if stands(outcome))
    rows = await company.rows("SELECT * FROM weft.rule_firing WHERE status <> 'retracted'")
    causes = {row.id: row.cause for row in await company.rows("SELECT id, cause FROM weft.rule_firing")}
    found = Counter(_told(row, causes) for row in rows)
    again = await company.rows("SELECT key, count(*) - 1 AS more FROM data.effect GROUP BY key HAVING count(*) > 1")
    effects: Counter[Any] = Counter({row.key: row.more for row in again})
    return Verdict((expected & found).total(), expected - found, (found - expected) + effects)


def stands(outcome: Outcome) -> bool:
    """Whether an outcome is still so at the end."""
    return outcome.status != "retracted"


def told_by_oracle(outcome: Outcome) -> Told:
    status = "done" if outcome.status == "fired" else outcome.status
    done = tuple((deed.action, str(deed.arguments.get("note"))) for deed in outcome.actions)
    return outcome.rule, outcome.cause, status, outcome.branch, done


def _told(row: Any, causes: Mapping[Any, str]) -> Told:
    done = tuple((each["action"], str(each["arguments"].get("note"))) for each in row.actions)
    return row.rule, _cause(row.cause, causes), row.status, row.branch, done


def _cause(cause: str, causes: Mapping[Any, str]) -> str:
    """A cause without the ids of firings: what an earlier firing left for later is named by that firing's cause."""
    if not cause.startswith("after:"):
        return cause
    from uuid import UUID

    _, firing, place = cause.split(":")
    return f"after:{_cause(causes[UUID(firing)], causes)}:{place}"


async def oracle(company: Company, until: datetime) -> tuple[Outcome, ...]:
    """The outcomes of the log in its order, by the simulation."""
    book = company.rules.library.book(company.store.current)
    facts = Facts(clock.zone(), people={})
    simulation = Simulation(list(book.compiled.values()), facts, BEGIN.astimezone(clock.zone()))
    simulation.play(await occurrences(company.database, book.reading), until)
    return tuple(simulation.outcomes)


async def occurrences(database: Database, reading: Reading) -> list[Occurrence]:
    """The log as rules read it."""
    async with database.transaction() as session:
        posts = (await session.execute(select(*POSTS.c))).all()
        events = (await session.execute(select(Event).where(text("channel IS NULL")))).scalars().all()
        found = [reading.of_post(post, 0, 0) for post in posts]
        found += [reading.of_event(event) for event in events if event.type not in ("social.processed", "rule.fired")]
        happenings = sorted((each for each in found if each is not None), key=lambda each: (each.xid, each.position))
        await reading.complete(session, happenings)
    return [Occurrence(each.id, each.at, dict.fromkeys(each.kinds, each.values), each.person) for each in happenings]
