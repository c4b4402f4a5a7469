"""Watches: for which records a watched condition has become true since it was last looked at.

What is counted is asked for all records at once, one statement a window. Only records of which there is something to count are
looked at, and those for which the condition held, unless it holds where there is nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.behind import id_of
from backend.automation.matching import Attempt
from backend.automation.models import RuleWatch
from backend.automation.record_sets import PAGE, RecordSet
from engine.language import Context
from engine.rules import Moment
from engine.rules.model import PERSON, WINDOWS, Conjuncts, WatchTrigger, Window

#: What was counted by key, of the windows that can be counted for all keys at once, by their numbers.
Tables = Mapping[int, Mapping[object, object]]


async def look(session: AsyncSession, records: RecordSet, instant: datetime) -> list[Attempt]:
    """The records for which the condition became true, with what was counted; how it stands for each is kept."""
    held = await _held(session, records.program.rule.key)
    watch = _Watch(records, instant)
    tables = await watch.count(session)
    rising: list[Attempt] = []
    holding: set[UUID] = set()
    async for ids in watch.pages(session, tables, held):
        for attempt in await watch.holding(session, tables, ids):
            id = attempt.happening.record_id
            assert id is not None, "an attempt of a set is about its record"
            holding.add(id)
            if id not in held:
                rising.append(attempt)
    await _keep(session, records.program.rule.key, instant, holding - held, held - holding)
    return rising


class _Watch:
    """A watch at one instant."""

    def __init__(self, records: RecordSet, instant: datetime) -> None:
        trigger = records.program.rule.trigger
        assert isinstance(trigger, WatchTrigger), "others watch nothing"
        self._records = records
        self._instant = instant
        self._trigger = trigger
        self._queries = records.program.windows
        self._context: Context = records.context()

    async def count(self, session: AsyncSession) -> Tables:
        """What the windows hold that can be counted for all keys at once."""
        return {
            number: await query.by_key(session, self._instant, self._context)
            for number, query in enumerate(self._queries)
            if query.is_groupable
        }

    # -- which records

    async def pages(self, session: AsyncSession, tables: Tables, held: set[UUID]) -> AsyncIterator[Sequence[UUID]]:
        """The records to be looked at."""
        own = {number for number in tables if self._is_own(self._queries[number].window)}
        if self._needs_something(tables, own):
            counted = {id for number in own for key in tables[number] if (id := id_of(key)) is not None}
            ids = await self._records.among(session, self._instant, counted | held)
            for start in range(0, len(ids), PAGE):
                yield ids[start : start + PAGE]
            return
        page: Sequence[UUID] = await self._records.page(session, self._instant, None)
        while page:
            yield page
            page = await self._records.page(session, self._instant, page[-1]) if len(page) == PAGE else ()

    def _is_own(self, window: Window) -> bool:
        """Whether it is counted by the record itself."""
        if window.key is None:
            return False
        path, each = window.key.tree.path, self._trigger.each
        names = {each.alias, each.entity, *([PERSON] if each.entity == PERSON else [])}
        return window.key.tree.op == "field" and path[0] in names and path[1:] in ((), ("id",))

    def _needs_something(self, tables: Tables, own: set[int]) -> bool:
        """Whether the condition surely fails for a record of which nothing is counted."""
        known = {
            str(number): tables[number].get(None, self._queries[number].nothing)
            for number in tables
            if number in own or self._queries[number].window.key is None
        }
        moment = Moment({WINDOWS: known}, self._instant, self._context)
        return bool(own) and any(
            not moment.holds(part)
            for part in Conjuncts.of(self._trigger.condition).counting
            if all(path[0] == WINDOWS and path[1] in known for path in part.references())
        )

    # -- how it stands

    async def holding(self, session: AsyncSession, tables: Tables, ids: Sequence[UUID]) -> list[Attempt]:
        """Those of the records for which the condition holds."""
        attempts = await self._records.attempts(session, self._instant, ids)
        await self._give_windows(session, tables, attempts)
        found: list[Attempt] = []

        def ask() -> None:
            found[:] = [each for each in attempts if each.moment.holds(self._trigger.condition)]

        await self._records.host.settle(session, ask)
        return found

    async def _give_windows(self, session: AsyncSession, tables: Tables, attempts: Sequence[Attempt]) -> None:
        results: list[dict[str, object]] = [{} for _ in attempts]
        for number, query in enumerate(self._queries):
            table = tables.get(number)
            if table is None:
                values = await query.ask(session, [each.asker for each in attempts], self._context)
            else:
                keys = (query.key_at(each.moment.values, self._instant, self._context) for each in attempts)
                values = [
                    query.nothing if key is None and query.window.key is not None else table.get(key, query.nothing)
                    for key in keys
                ]
            for windows, value in zip(results, values, strict=True):
                windows[str(number)] = value
        for attempt, windows in zip(attempts, results, strict=True):
            attempt.windows = windows
            attempt.moment = attempt.moment.with_windows(windows)


# -- what was so before


async def _held(session: AsyncSession, rule: str) -> set[UUID]:
    rows = await session.execute(select(RuleWatch.key).where(RuleWatch.rule == rule, RuleWatch.holds))
    return {UUID(key) for key in rows.scalars()}


async def _keep(session: AsyncSession, rule: str, instant: datetime, risen: set[UUID], fallen: set[UUID]) -> None:
    rows = [{"rule": rule, "key": str(id), "holds": id in risen, "since": instant} for id in sorted(risen | fallen)]
    if rows:
        statement = insert(RuleWatch)
        changed = {"holds": statement.excluded.holds, "since": statement.excluded.since}
        await session.execute(statement.on_conflict_do_update(index_elements=["rule", "key"], set_=changed), rows)
