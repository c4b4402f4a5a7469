"""What is given while a draft is tried on the past: word lists, calendars, quiet periods, consent, records, lookups.

A simulation is pure and asks for records as it goes; it is run again until nothing is asked that was not answered, off the event
loop, since it may take a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, TypeVar

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation import switches
from backend.automation.behind import Looker
from backend.automation.past import PastReader
from backend.identity.directory import company_directory
from backend.metadata.rule_facts import facts_of
from backend.records.filters import live
from backend.records.hosted import looked_up
from backend.records.query import record_text
from backend.records.tables import tables_of
from engine.language.lookups import Lookups, needs, paths_behind
from engine.rules.expressions import expressions_of
from engine.rules.model import CompiledRule, RuleScope, ScheduleTrigger, WatchTrigger
from engine.rules.outcomes import Facts

#: Of the set that a schedule or a watch goes through, so many records are tried.
MOST_RECORDS = 10_000
#: An answer may let more be asked; this often that is done, and so much is asked at most.
_ROUNDS, _MOST_QUESTIONS = 5, 5_000
_Found = TypeVar("_Found")

#: A trial that takes longer is ended: a rule that counts much at every event looks at more than anybody waits for.
_LONGEST_SECONDS = 5.0

#: Trials take one processor and leave the others to everybody else's requests: they wait for one another.
_TRIALS = ThreadPoolExecutor(1, "weft-trial")


async def aside(work: Callable[[], _Found]) -> _Found:
    """What the work finds, off the event loop and after the trials before it."""
    return await asyncio.get_running_loop().run_in_executor(_TRIALS, copy_context().run, work)


def patience() -> Callable[[], bool]:
    """Whether a trial that begins now may go on."""
    ends = monotonic() + _LONGEST_SECONDS
    return lambda: monotonic() < ends


@dataclass(frozen=True, slots=True)
class World:
    """What a rule is tried in. `set_truncated` says that its set has more records than are tried."""

    rule: CompiledRule
    looker: Looker
    past: PastReader
    facts: Facts
    set_truncated: bool = False

    @property
    def set(self) -> Sequence[Mapping[str, Any]]:
        """The records that a schedule or a watch goes through."""
        trigger = self.rule.trigger
        return self.facts.records.get(trigger.each.entity, ()) if isinstance(trigger, _SETS) else ()

    async def run(self, session: AsyncSession, work: Callable[[Facts], _Found]) -> _Found:
        """What the work finds, once everything that it looks up has been answered."""
        trees = [expression.tree for expression in expressions_of(self.rule)]
        needed = needs(trees)
        if not needed:
            return await aside(lambda: work(self.facts))
        lookups, behind = Lookups(), paths_behind(trees)
        directory = await company_directory(session)
        facts = replace(self.facts, context=replace(self.facts.context, lookup=lookups, directory=directory))
        for _ in range(_ROUNDS):
            found = await aside(lambda: work(facts))
            asked = lookups.take()[:_MOST_QUESTIONS]
            if not asked:
                return found
            answers = await looked_up(session, self.looker.reader, directory, asked, behind)
            for question, record in answers.items():
                lookups.answer(question, record)
        return await aside(lambda: work(facts))


_SETS = (ScheduleTrigger, WatchTrigger)


async def world_of(session: AsyncSession, rule: CompiledRule, scope: RuleScope, looker: Looker) -> World:
    """The world as it is now."""
    past = PastReader(rule, scope, looker)
    records, truncated = await _set(session, rule, past, looker)
    off = (await switches.switched_off(session)).purposes
    facts = replace(facts_of(looker.reader.metadata, scope), records=records, off=off)
    return World(rule, looker, past, facts, truncated)


async def _set(
    session: AsyncSession, rule: CompiledRule, past: PastReader, looker: Looker
) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """The records of the rule's set, by entity; and whether there are more."""
    trigger = rule.trigger
    entity = looker.reader.metadata.entities.get(trigger.each.entity) if isinstance(trigger, _SETS) else None
    if entity is None:
        return {}, False
    table, record = tables_of(entity).shown, record_text(looker.reader, entity)
    statement = select(record).select_from(table).where(live(table)).order_by(table.c["id"].desc())
    rows = (await session.execute(statement.limit(MOST_RECORDS + 1))).scalars().all()
    found = [orjson.loads(row) for row in rows[:MOST_RECORDS]]
    await past.look_behind(session, entity.key, found)
    return {entity.key: found}, len(rows) > MOST_RECORDS
