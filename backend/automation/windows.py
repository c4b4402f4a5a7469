"""What rules count: aggregates over past events, for all events of a batch in one statement a window.

The log is the truth: a window is a range of it, read when it is asked for, up to the place of the event that asks. So what is
counted does not depend on who runs the rules, how many, or when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.questions import Asking, Brought, asked, askers_table
from backend.automation.sources import Source, source_of
from engine.language import NOTHING, Context
from engine.language.sql.columns import from_column
from engine.language.types import reference
from engine.language.values import QUOTIENT_DIGITS, json_value, normalise, round_half_away
from engine.rules.lengths import before
from engine.rules.model import CompiledRule, EventKind, Window
from engine.rules.purity import reads_clock
from engine.rules.totals import SPIKE_SUPPORT, spike

Sql = ColumnElement[Any]
_KEY = ("$key",)
#: The place in the log of what is no event but a moment.
BEHIND_EVERYTHING = 2**62


@dataclass(frozen=True, slots=True)
class Asker:
    """An event, record or moment that asks what a window holds: its `values` by the rule's names, the moment, and the place (transaction
    and id) up to which the log is known to it. That is its `own` place but for an event that is looked at again."""

    values: Mapping[str, object]
    now: dt.datetime
    xid: int
    position: int
    own: tuple[int, int] | None = None


class WindowQuery:
    """One window of one rule, translated once."""

    def __init__(
        self,
        window: Window,
        kinds: Mapping[str, EventKind],
        words: Mapping[str, Sequence[str]],
        context: Context = NOTHING,
    ) -> None:
        self.window = window
        self._kind = kinds[window.step.event]
        self._words = words
        self._context = context
        self._brought = Brought()
        if window.key is not None:
            self._brought.add(_KEY, window.key.type)
        self._brought.note(window.step.where, [window.step.alias])

    @property
    def clocked(self) -> bool:
        """Whether its condition reads the clock, which differs from one asker to the next."""
        where = self.window.step.where
        return where is not None and reads_clock(where)

    async def ask(self, session: AsyncSession, askers: Sequence[Asker], context: Context) -> list[object]:
        """The result for each asker."""
        if not self.clocked:
            return await self._together(session, askers, None, context)
        found: list[object] = []
        for asker in askers:
            found += await self._together(session, [asker], asker.now, context)
        return found

    async def _together(
        self, session: AsyncSession, askers: Sequence[Asker], now: dt.datetime | None, context: Context
    ) -> list[object]:
        statement = self._statement if now is None else self._built(now, context)
        rows = [self._row(number, asker) for number, asker in enumerate(askers)]
        found: dict[int, object] = {}
        for number, value, base in await session.execute(statement, asked([row for row in rows if row is not None])):
            found[number] = self._result(value, base)
        return [found[number] if number in found else self._result(None, None) for number in range(len(askers))]

    def _row(self, number: int, asker: Asker) -> dict[str, object] | None:
        """What an asker brings; None where its window holds nothing: its key is empty, or it would begin before the calendar."""
        since = before(asker.now, self.window.within)
        key = None if self.window.key is None else self.window.key.evaluate(asker.values, asker.now)
        if since is None or (self.window.key is not None and key is None):
            return None
        base = None if self.window.baseline is None else before(since, self.window.baseline)
        values = {**asker.values, _KEY[0]: key}
        return {
            "n": number, "xid": asker.xid, "position": asker.position, "since": since.isoformat(),
            "until": asker.now.isoformat(), "base": base and base.isoformat(), **self._brought.of(values),
        }  # fmt: skip

    def _result(self, value: object, base: object) -> object:
        window = self.window
        if window.function == "spike":
            assert window.within.fixed is not None, "the checker lets a spike be measured in fixed lengths only"
            assert window.baseline is not None, "the checker gives every spike a baseline"
            assert window.baseline.fixed is not None, "the same"
            return spike(_count(value), _count(base), window.within.fixed, window.baseline.fixed)
        if window.function in ("count", "distinct"):
            return Decimal(_count(value))
        if window.function == "avg" and isinstance(value, Decimal):
            value = round_half_away(value, QUOTIENT_DIGITS)  # as the language divides
        return normalise(window.type, json_value(window.type, value) if isinstance(value, Decimal) else value)

    async def events(
        self, session: AsyncSession, asker: Asker, context: Context, most: int
    ) -> list[tuple[int, dt.datetime]]:
        """The ids and moments of the events that an asker's window counts, the latest first; of a spike those of its own time, not
        of the baseline."""
        row = self._row(0, asker)
        if row is None:
            return []
        askers = askers_table(self._brought)
        now = asker.now if self.clocked else None
        moved = self._moved(askers, now, context)
        source = source_of(self._kind)
        conditions = [
            *self._known(source, askers, now, context),
            source.at <= askers.c.until + moved.c.by,
            source.at > askers.c.since + moved.c.by,
        ]
        joined = askers.join(moved, sa.true()).join(source.rows, sa.true())
        statement = sa.select(source.id, source.at).select_from(joined).where(*conditions)
        latest = statement.order_by(source.at.desc(), source.position.desc()).limit(most)
        return [(id, at) for id, at in await session.execute(latest, asked([row]))]

    # -- for all keys at once

    @property
    def is_groupable(self) -> bool:
        """Whether one statement can tell what it holds for every key: its condition reads the events alone."""
        return set(self._brought.columns) <= {_KEY}

    @property
    def nothing(self) -> object:
        """The result where there are no events."""
        return self._result(None, None)

    def key_at(self, values: Mapping[str, object], now: dt.datetime, context: Context) -> object:
        """The key that it is asked by, as `by_key` has it."""
        key = self.window.key
        return None if key is None else normalise(key.type, key.evaluate(values, now, context))

    async def by_key(self, session: AsyncSession, now: dt.datetime, context: Context) -> dict[object, object]:
        """The results at a moment by key, under None when it has no key; keys without events are left out."""
        since = before(now, self.window.within)
        if since is None:
            return {}
        base = None if self.window.baseline is None else before(since, self.window.baseline)
        source = source_of(self._kind)
        statement = self._grouped(source, since, base or since, now, context)
        found: dict[object, object] = {}
        for key, value, usual in await session.execute(statement):
            if self.window.key is None:
                found[None] = self._result(value, usual)
            elif (known := normalise(self.window.key.type, key)) is not None:
                found[known] = self._result(value, usual)
        return found

    def _grouped(
        self, source: Source, since: dt.datetime, base: dt.datetime, now: dt.datetime, context: Context
    ) -> sa.Select[Any]:
        key: Sql = sa.null() if self.window.key is None else key_of(self._kind, self.window, source)
        inside = source.at > since
        spikes = self.window.function == "spike"
        counted = func.count().filter(inside) if spikes else aggregate_of(self.window, source)
        usual = func.count().filter(source.at <= since) if spikes else sa.null()
        where = self._where(source, askers_table(self._brought), now, context)
        columns: list[Sql] = [key, counted, usual]
        statement = (
            sa.select(*columns)
            .select_from(source.rows)
            .where(*source.concerned, source.at <= now, source.at > base, *where)
        )
        if spikes:
            statement = statement.having(func.count().filter(inside) >= SPIKE_SUPPORT)
        return statement if self.window.key is None else statement.where(key.is_not(None)).group_by(key)

    # -- SQL

    @cached_property
    def _statement(self) -> sa.Select[Any]:
        return self._built(None, self._context)

    def _built(self, now: dt.datetime | None, context: Context) -> sa.Select[Any]:
        askers = askers_table(self._brought)
        moved = self._moved(askers, now, context)
        source = source_of(self._kind)
        until, since = askers.c.until + moved.c.by, askers.c.since + moved.c.by
        conditions = [*self._known(source, askers, now, context), source.at <= until]
        inside = source.at > since
        if self.window.function != "spike":
            conditions.append(inside)
            counted: Sql = aggregate_of(self.window, source)
            baseline: Sql = sa.cast(sa.null(), sa.BigInteger())
        else:
            conditions.append(source.at > askers.c.base + moved.c.by)
            counted = func.count().filter(inside)
            baseline = func.count().filter(source.at <= since)
        found = (
            sa.select(counted.label("value"), baseline.label("base"))
            .select_from(source.rows)
            .where(*conditions)
            .correlate(askers, moved)
            .lateral("found")
        )
        joined = askers.join(moved, sa.true()).join(found, sa.true())
        return sa.select(askers.c.n, found.c.value, found.c.base).select_from(joined)

    def _moved(self, askers: sa.TableValuedAlias, now: dt.datetime | None, context: Context) -> Any:
        """How far the window is moved on for one who comes late: to the last event known that is not further after it than the
        window is long. So the event that completes a window does so in whatever order the events came. A moment is never late."""
        source = source_of(self._kind)
        conditions = [
            *self._known(source, askers, now, context),
            askers.c.position < BEHIND_EVERYTHING,
            source.at > askers.c.until,
            source.at < askers.c.until + (askers.c.until - askers.c.since),
        ]
        by = func.coalesce(func.max(source.at), askers.c.until) - askers.c.until
        return sa.select(by.label("by")).select_from(source.rows).where(*conditions).correlate(askers).lateral("moved")

    def _known(
        self, source: Source, askers: sa.TableValuedAlias, now: dt.datetime | None, context: Context
    ) -> list[Sql]:
        """What makes an event one that is counted, wherever it lies in time: up to the asker's place in the log."""
        return [
            *source.concerned,
            sa.tuple_(source.xid, source.position) <= sa.tuple_(askers.c.xid, askers.c.position),
            *self._where(source, askers, now, context),
            *self._keyed(source, askers),
        ]

    def _where(
        self, source: Source, askers: sa.TableValuedAlias, now: dt.datetime | None, context: Context
    ) -> list[Sql]:
        where = self.window.step.where
        if where is None:
            return []
        return [Asking({self.window.step.alias: source}, self._words, self._brought).sql(where, askers, now, context)]

    def _keyed(self, source: Source, askers: sa.TableValuedAlias) -> list[Sql]:
        if self.window.key is None or self.window.by is None:
            return []
        name = self._brought.add(_KEY, self.window.key.type)
        return [key_of(self._kind, self.window, source) == askers.c[name]]


def key_of(kind: EventKind, window: Window, source: Source) -> Sql:
    """The column of the field that a window is counted by."""
    assert window.by is not None, "a window with a key has its field"
    if window.by == (kind.person,) and kind.person is not None:
        return source.person
    if window.by in source.nested:
        return source.nested[window.by]
    type = window.key.type if window.key is not None else reference(None)
    return source.columns(window.by[0], type)


def aggregate_of(window: Window, source: Source) -> Sql:
    """What is made of the events of a window."""
    if window.function in ("count", "spike"):
        return func.count()
    value = window.value
    assert value is not None, "the checker gives every other aggregate a value"
    type = value.type
    column = from_column(type, source.columns(value.tree.path[1], type))
    if window.function == "distinct":
        return func.count(sa.distinct(column))
    return getattr(func, window.function)(column)  # type: ignore[no-any-return]  # sum, avg, min, max


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


async def counted(
    session: AsyncSession, queries: Sequence[WindowQuery], askers: Sequence[Asker], context: Context
) -> list[dict[str, object]]:
    """What the windows of a rule hold for each asker, by the numbers of the windows."""
    found: list[dict[str, object]] = [{} for _ in askers]
    for number, query in enumerate(queries):
        for values, value in zip(found, await query.ask(session, askers, context), strict=True):
            values[str(number)] = value
    return found


def queries_of(
    rule: CompiledRule,
    kinds: Mapping[str, EventKind],
    words: Mapping[str, Sequence[str]],
    context: Context = NOTHING,
) -> tuple[WindowQuery, ...]:
    """The windows of a rule, ready to be asked; `context` has the calendar that their conditions count by."""
    return tuple(WindowQuery(window, kinds, words, context) for window in rule.windows)
