"""Patterns of several events, asked of the log: which earlier events one completes, and whether what must not follow did.

Nothing is kept of a pattern half done: an earlier event is looked for when the last one comes. It is taken when between it and the
present event another stands that fits it as well. Events are in order of time; where an earlier one comes late, the last ones that
came before it are looked at again. What is known is what stands in the log up to the place of whoever asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.automation.models import RuleFiring
from backend.automation.questions import Asking, Brought, asked, askers_table
from backend.automation.sources import Source, source_of
from backend.automation.windows import Asker
from engine.language import NOTHING, Calendar, Context
from engine.rules.lengths import after, before
from engine.rules.model import CompiledRule, EventKind, EventTrigger, Length, Link, Step
from engine.rules.purity import equalities, reads_clock

Sql = ColumnElement[Any]
Words = Mapping[str, Sequence[str]]
#: Last events that are looked at again for one that came late.
MOST_LATE = 100


class _Query:
    """What is asked of the log about the pattern of one rule."""

    def __init__(
        self, rule: CompiledRule, kinds: Mapping[str, EventKind], words: Words, context: Context = NOTHING
    ) -> None:
        assert isinstance(rule.trigger, EventTrigger), "only events make patterns"
        self._kinds = kinds
        self._words = words
        self._context = context
        self.rule = rule
        self.links: tuple[Link, ...] = tuple(link for link in rule.trigger.links if not link.without)
        self.steps: tuple[Step, ...] = (rule.trigger.step, *(link.step for link in self.links))
        self.brought = Brought()

    def kind(self, step: Step) -> EventKind:
        return self._kinds[step.event]

    def where(
        self, step: Step, rows: Mapping[str, Source], askers: sa.TableValuedAlias, now: dt.datetime | None
    ) -> list[Sql]:
        if step.where is None:
            return []
        return [Asking(rows, self._words, self.brought).sql(step.where, askers, now, self._context)]

    def same_person(self, step: Step, earlier: Step) -> bool:
        """Whether the condition of a step says that it is about the person of an earlier one."""
        persons = {(each.alias, self.kind(each).person) for each in (step, earlier)}
        for own, other in equalities(step.where, step.alias):
            paths = {*own.references(), *other.references()}
            if {(path[0], path[1]) for path in paths if len(path) == 2} == persons and len(paths) == 2:
                return True
        return False


class ChainQuery(_Query):
    """The earlier events of a sequence, for the event that may complete it."""

    def __init__(
        self, rule: CompiledRule, kinds: Mapping[str, EventKind], words: Words, context: Context = NOTHING
    ) -> None:
        super().__init__(rule, kinds, words, context)
        self._statements: dict[bool, sa.Select[Any]] = {}
        earlier = [step.alias for step in self.steps[:-1]]
        for number, step in enumerate(self.steps):
            self.brought.note(step.where, earlier[: number + 1])
            self.brought.note(step.where, [*earlier, step.alias])
        self._person = self._person_path()

    def _person_path(self) -> tuple[str, str] | None:
        """The last event's person, where every earlier one must have the same: an index finds the events of one person."""
        last, person = self.steps[-1], self.kind(self.steps[-1]).person
        linked = all(
            any(self.same_person(step, earlier) for earlier in self.steps[:number])
            for number, step in enumerate(self.steps)
            if number
        )
        if person is None or not linked:
            return None
        self.brought.add((last.alias, person), self.kind(last).type.fields[person])
        return last.alias, person

    async def ask(self, session: AsyncSession, askers: Sequence[Asker]) -> list[dict[str, int] | None]:
        """The ids of the earlier events by their names, for each event that may complete the sequence; None when it does not."""
        found: list[dict[str, int] | None] = [None] * len(askers)
        for narrow in (True, False):
            rows = [
                row
                for number, asker in enumerate(askers)
                if self._is_narrow(asker) == narrow and (row := self._row(number, asker)) is not None
            ]
            for each in [rows] if not self._clocked else [[row] for row in rows]:
                if each:
                    now = askers[int(str(each[0]["n"]))].now if self._clocked else None
                    for number, *ids in await session.execute(self._statement(narrow, now), asked(each)):
                        found[number] = dict(zip((step.alias for step in self.steps[:-1]), ids, strict=True))
        return found

    def _is_narrow(self, asker: Asker) -> bool:
        if self._person is None:
            return False
        alias, person = self._person
        values = asker.values.get(alias)
        return isinstance(values, Mapping) and values.get(person) is not None

    @cached_property
    def _clocked(self) -> bool:
        return any(step.where is not None and reads_clock(step.where) for step in self.steps)

    def _row(self, number: int, asker: Asker) -> dict[str, object] | None:
        since = before(asker.now, self.links[-1].within)
        if since is None:
            return None
        own = asker.own or (asker.xid, asker.position)
        return {
            "n": number, "xid": asker.xid, "position": asker.position, "own_xid": own[0], "own_position": own[1],
            "since": since.isoformat(), "until": asker.now.isoformat(), "base": None, **self.brought.of(asker.values),
        }  # fmt: skip

    def _statement(self, narrow: bool, now: dt.datetime | None) -> sa.Select[Any]:
        if now is not None:
            return self._built(narrow, now)
        if narrow not in self._statements:
            self._statements[narrow] = self._built(narrow, None)
        return self._statements[narrow]

    def _built(self, narrow: bool, now: dt.datetime | None) -> sa.Select[Any]:
        askers = askers_table(self.brought)
        person = askers.c[self.brought.columns[self._person][0]] if narrow and self._person is not None else None
        earlier = [source_of(self.kind(step)) for step in self.steps[:-1]]
        conditions: list[Sql] = []
        for number, source in enumerate(earlier):
            conditions += [*source.concerned, *self._link(number, source, earlier, askers, now, person)]
            if person is not None:
                conditions.append(source.person == person)
            rows = self._rows(earlier, number + 1)
            conditions += self.where(self.steps[number], rows, askers, now)
        conditions += self.where(self.steps[-1], self._rows(earlier, len(earlier)), askers, now)
        latest = [order for source in reversed(earlier) for order in (source.at.desc(), source.position.desc())]
        found = (
            sa.select(*(source.id.label(f"e{number}") for number, source in enumerate(earlier)))
            .select_from(_beside(earlier))
            .where(*conditions)
            .order_by(*latest)
            .limit(1)
            .correlate(askers)
            .lateral("found")
        )
        return sa.select(askers.c.n, *found.c).select_from(askers.join(found, sa.true()))

    def _rows(self, earlier: Sequence[Source], count: int) -> dict[str, Source]:
        return {step.alias: source for step, source in zip(self.steps[:count], earlier, strict=False)}

    def _link(
        self,
        number: int,
        source: Source,
        earlier: Sequence[Source],
        askers: sa.TableValuedAlias,
        now: dt.datetime | None,
        person: Sql | None,
    ) -> list[Sql]:
        """That an event is known, stands before the next in time, and is not taken by another."""
        within, last = self.links[number].within, number == len(earlier) - 1
        if last:
            following = _Place(askers.c.until, askers.c.own_xid, askers.c.own_position)
            since: Sql = askers.c.since
        else:
            following = _Place.of(earlier[number + 1])
            since = _before(following.at, within)
        return [
            source.at >= since,
            source.at <= following.at,
            _Place.of(source).key < following.key,
            _known(source, askers),
            sa.not_(self._taken(number, source, earlier, askers, now, following, person)),
        ]

    def _taken(
        self,
        number: int,
        source: Source,
        earlier: Sequence[Source],
        askers: sa.TableValuedAlias,
        now: dt.datetime | None,
        following: _Place,
        person: Sql | None,
    ) -> Sql:
        step = self.steps[number + 1]
        other = source_of(self.kind(step))
        rows = {**self._rows(earlier, number + 1), step.alias: other}
        conditions = [
            *other.concerned,
            _known(other, askers),
            _Place.of(source).key < _Place.of(other).key,
            _Place.of(other).key < following.key,
            other.at >= source.at,
            other.at <= following.at,
            source.at >= _before(other.at, self.links[number].within),
            *self.where(step, rows, askers, now),
        ]
        if person is not None:
            conditions.append(other.person == person)
        return sa.select(sa.literal_column("1")).select_from(other.rows).where(*conditions).correlate_except(
            other.rows
        ).exists()  # fmt: skip

    async def completed_before(self, session: AsyncSession, number: int, askers: Sequence[Asker]) -> list[set[int]]:
        """For events that may be step `number` of the sequence and came late: the last events that came before them and happened
        after them, as far as the lengths of the links go. Whether they complete anything is asked of each."""
        lengths = [link.within for link in self.links[number:]]
        rows = []
        for place, asker in enumerate(askers):
            until: dt.datetime | None = asker.now
            for length in lengths:
                until = None if until is None else after(until, length, Calendar())
            if until is not None:
                rows.append(
                    {
                        "n": place, "xid": asker.xid, "position": asker.position, "since": asker.now.isoformat(),
                        "until": until.isoformat(), "base": None,
                    }
                )  # fmt: skip
        found: list[set[int]] = [set() for _ in askers]
        for place, id in await session.execute(self._later, asked(rows)) if rows else ():
            found[place].add(id)
        return found

    @cached_property
    def _later(self) -> sa.Select[Any]:
        askers = askers_table(Brought())
        source = source_of(self.kind(self.steps[-1]))
        conditions = [
            *source.concerned, source.at >= askers.c.since, source.at <= askers.c.until,
            sa.tuple_(source.xid, source.position) < sa.tuple_(askers.c.xid, askers.c.position),
        ]  # fmt: skip
        found = sa.select(source.id.label("id")).where(*conditions).limit(MOST_LATE).correlate(askers).lateral("found")
        return sa.select(askers.c.n, found.c.id).select_from(askers.join(found, sa.true()))


@dataclass(frozen=True)
class _Place:
    """Where an event stands: in time, and among those of the same moment in the log."""

    at: Sql
    xid: Sql
    position: Sql

    @classmethod
    def of(cls, source: Source) -> _Place:
        return cls(source.at, source.xid, source.position)

    @property
    def key(self) -> Sql:
        return sa.tuple_(self.at, self.xid, self.position)


def _beside(sources: Sequence[Source]) -> sa.FromClause:
    """The rows of several sources, every one with every other; conditions say which belong together."""
    rows, *others = (source.rows for source in sources)
    for other in others:
        rows = rows.join(other, sa.true())
    return rows


def _known(source: Source, askers: sa.TableValuedAlias) -> Sql:
    return sa.tuple_(source.xid, source.position) <= sa.tuple_(askers.c.xid, askers.c.position)


def _before(moment: Sql, length: Length) -> Sql:
    """So long before a moment; a sequence is measured in calendar time, months on the company's clock."""
    if length.fixed is not None:
        return moment - func.make_interval(0, 0, 0, 0, 0, 0, length.fixed.total_seconds())
    zone = clock.zone().key
    wall = func.timezone(zone, moment, type_=sa.DateTime()) - func.make_interval(0, length.months or 0)
    found: Sql = func.timezone(zone, wall, type_=sa.DateTime(timezone=True))
    return found


class AbsenceQuery(_Query):
    """Whether what must not follow did, and which firings a late event takes the reason away from."""

    def __init__(
        self, rule: CompiledRule, kinds: Mapping[str, EventKind], words: Words, context: Context = NOTHING
    ) -> None:
        super().__init__(rule, kinds, words, context)
        link = rule.absence
        assert link is not None, "only rules that wait for an absence are asked"
        self.link = link
        self.brought.note(link.step.where, [link.step.alias])
        self._refuting = Brought()
        self._refuting.note(link.step.where, [step.alias for step in self.steps])
        self._person = self._person_path()

    def _person_path(self) -> tuple[str, str] | None:
        last = self.steps[-1]
        person = self.kind(last).person
        if person is None or not self.same_person(self.link.step, last):
            return None
        self.brought.add((last.alias, person), self.kind(last).type.fields[person])
        return last.alias, person

    async def broken(self, session: AsyncSession, askers: Sequence[tuple[Asker, dt.datetime]]) -> set[int]:
        """The numbers of those (with the moment of their last event, up to the asker's `now`) after whom it did follow."""
        found: set[int] = set()
        for narrow in (True, False):
            rows = [
                {
                    "n": number, "xid": None, "position": None, "since": since.isoformat(),
                    "until": asker.now.isoformat(), "base": None, **self.brought.of(asker.values),
                }
                for number, (asker, since) in enumerate(askers)
                if self._is_narrow(asker) == narrow
            ]  # fmt: skip
            if rows:
                found.update((await session.execute(self._following(narrow), asked(rows))).scalars())
        return found

    def _is_narrow(self, asker: Asker) -> bool:
        if self._person is None:
            return False
        values = asker.values.get(self._person[0])
        return isinstance(values, Mapping) and values.get(self._person[1]) is not None

    def _following(self, narrow: bool) -> sa.Select[Any]:
        return self._narrow if narrow else self._wide

    @cached_property
    def _narrow(self) -> sa.Select[Any]:
        return self._built(narrow=True)

    @cached_property
    def _wide(self) -> sa.Select[Any]:
        return self._built(narrow=False)

    def _built(self, *, narrow: bool) -> sa.Select[Any]:
        askers = askers_table(self.brought)
        step = self.link.step
        source = source_of(self.kind(step))
        conditions = [
            *source.concerned, source.at > askers.c.since, source.at <= askers.c.until,
            *self.where(step, {step.alias: source}, askers, None),
        ]  # fmt: skip
        if narrow and self._person is not None:
            conditions.append(source.person == askers.c[self.brought.columns[self._person][0]])
        followed: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(source.rows).where(*conditions)
        return sa.select(askers.c.n).select_from(askers).where(followed.correlate_except(source.rows).exists())

    async def refuted(self, session: AsyncSession, askers: Sequence[Asker]) -> list[tuple[UUID, int]]:
        """The firings whose reason a late event takes away, and the number of that event among the askers."""
        rows = [
            {
                "n": number, "xid": asker.xid, "position": asker.position, "since": None,
                "until": asker.now.isoformat(), "base": None, **self._refuting.of(asker.values),
            }
            for number, asker in enumerate(askers)
        ]  # fmt: skip
        found = await session.execute(self._refutation, asked(rows) | {"rule": self.rule.key})
        return [(firing, number) for number, firing in found]

    @cached_property
    def _refutation(self) -> sa.Select[Any]:
        askers = askers_table(self._refuting)
        firing = sa.orm.aliased(RuleFiring)
        sources = {step.alias: source_of(self.kind(step)) for step in self.steps}
        where = self.link.step.where
        joined = [source.id == sa.cast(firing.events[alias].astext, sa.BigInteger) for alias, source in sources.items()]
        conditions: list[Sql] = [
            firing.rule == sa.bindparam("rule", type_=sa.Text()),
            firing.cause.like("deadline:%"),
            firing.status.in_(("done", "failed", "limited")),
            firing.happened_at >= askers.c.until,
            sources[self.steps[-1].alias].at < askers.c.until,
            *joined,
        ]
        if where is not None:
            conditions.append(Asking(sources, self._words, self._refuting).sql(where, askers, None, self._context))
        table: Any = sa.inspect(firing).selectable
        rows = askers.join(table, sa.true()).join(_beside(list(sources.values())), sa.true())
        return sa.select(askers.c.n, firing.id).select_from(rows).where(*conditions)
