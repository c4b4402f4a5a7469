"""Matching: which rules an event of a batch fires, and by which branch.

The index names the rules that an event can concern. Their conditions are evaluated for the whole batch in rounds: what a round
lacks (records that are looked up, the earlier events of a sequence, what windows hold) is asked of the database for all of them
together, and the next round goes on from there. So the number of statements follows the rules that get so far, not the events.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.firing import Match
from backend.automation.happenings import Happening
from backend.automation.incidents import open_incident, told
from backend.automation.rule_book import Program, RuleBook
from backend.automation.windows import Asker, counted
from backend.db.passing import passes
from backend.identity.directory import CompanyDirectory, company_directory
from backend.records.hosted import looked_up
from engine.language import Context
from engine.language.lookups import Lookups, entities_of, needs, paths_behind
from engine.language.values import normalise
from engine.rules import NEEDS_WINDOWS, Firing, Moment, decide, fire
from engine.rules.evaluation import is_valid
from engine.rules.expressions import expressions_of
from engine.rules.model import EVENT, Case, ChangeTrigger, EventTrigger, SegmentTrigger
from engine.rules.words import WordReading

Answer = TypeVar("Answer")

_NOBODY = CompanyDirectory({}, {}, {}, {})
#: Lookups whose answers let more be looked up, at most.
_ROUNDS = 8


class Host:
    """What the host gives the evaluations of a batch: lookups that are answered together, people, calendars, tables."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.lookups = Lookups()
        self._directory = _NOBODY
        self._asks_people = False
        self._behind: Mapping[str, frozenset[tuple[str, ...]]] = {}
        self._serve(book.programs.values())

    def _serve(self, programs: Iterable[Program]) -> None:
        """Know what these rules ask for, too."""
        trees = [found.tree for program in programs for found in expressions_of(program.rule)]
        people = {entity for tree in trees for entity in entities_of(tree)} & {"user", "department"}
        self._asks_people |= bool(needs(trees) & {"directory", "roles"} or people)
        behind = paths_behind(trees)
        keys = {*self._behind, *behind}
        self._behind = {key: self._behind.get(key, frozenset()) | behind.get(key, frozenset()) for key in keys}

    async def begun(self, session: AsyncSession, earlier: Iterable[Program] = ()) -> Host:
        """One for a batch: nothing is looked up yet, and who is who is as of today. Batches of one process may overlap. `earlier`
        are versions of rules that are no longer those of the book, and have something pending."""
        host = copy(self)
        host.lookups = Lookups()
        host._serve(earlier)
        if self._asks_people:
            host._directory = await company_directory(session)
        return host

    def context(self, program: Program, words: WordReading) -> Context:
        """What the expressions of a rule are given."""
        return replace(program.context, words=words, lookup=self.lookups, directory=self._directory)

    async def settle(self, session: AsyncSession, evaluate: Callable[[], None]) -> None:
        """Evaluate until everything that it looks up is answered."""
        for _ in range(_ROUNDS):
            evaluate()
            asked = self.lookups.take()
            if not asked:
                return
            reader = self.book.reading.looker.reader
            found = await looked_up(session, reader, self._directory, asked, self._behind)
            for question, record in found.items():
                self.lookups.answer(question, record)


@dataclass(slots=True)
class Attempt:
    """A rule facing an event: what is known so far, and how it came out."""

    program: Program
    happening: Happening
    moment: Moment
    events: dict[str, int]
    chained: bool = False
    windows: Mapping[str, object] | None = None
    lacks_windows: bool = False
    case: Case | None = None
    given_up: bool = False
    firing: Firing | None = None

    known: tuple[int, int] | None = None

    @property
    def asker(self) -> Asker:
        """As one who asks the log: known is what stands in it up to the event, or up to the late one that it is looked at for."""
        own = (self.happening.xid, self.happening.position)
        return Asker(self.moment.values, self.happening.at, *(self.known or own), own)

    def decide(self) -> None:
        """Which branch is taken, as far as can be told."""
        found = decide(self.program.rule, self.moment, self.windows)
        self.lacks_windows = found is NEEDS_WINDOWS
        self.case = found if isinstance(found, Case) else None


@dataclass
class Matched:
    """What a batch comes to: rules that fire, waits that begin (with the moment of the last event), events that refute."""

    firing: list[Match] = field(default_factory=list)
    waiting: list[Match] = field(default_factory=list)
    refuting: dict[Program, list[Asker]] = field(default_factory=dict)
    refuted_by: dict[Program, list[int]] = field(default_factory=dict)
    beginning: dict[tuple[Program, int], list[Happening]] = field(default_factory=dict)


class Matcher:
    """Matches batches against one rule book."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.host = Host(book)

    async def match(
        self, session: AsyncSession, happenings: Sequence[Happening], off: frozenset[str], *, careful: bool = False
    ) -> Matched:
        """What rules do with the events; those switched `off` do nothing. `careful` lets a rule fail alone, with an incident."""
        matched = Matched()
        guard = Guard(session, careful)
        host = await self.host.begun(session)
        attempts = self._attempts(host, happenings, off, matched)
        attempts += await self._again(session, host, matched.beginning)
        await host.settle(session, lambda: _filter(attempts))
        attempts = [each for each in attempts if not each.given_up]
        attempts = await self._chained(session, attempts, guard)
        waiting = [each for each in attempts if each.program.rule.absence is not None]
        matched.waiting = [match_of(each, _WAITING) for each in waiting]
        deciding = [each for each in attempts if each.program.rule.absence is None]
        await decided(session, host, deciding, guard)
        matched.firing = [match_of(each, each.firing) for each in unstopped(deciding) if each.firing is not None]
        return matched

    # -- who is looked at

    def _attempts(
        self, host: Host, happenings: Iterable[Happening], off: frozenset[str], matched: Matched
    ) -> list[Attempt]:
        found: list[Attempt] = []
        for happening in happenings:
            words = self.book.index.reading()
            for kind in happening.kinds:
                values = {EVENT: happening.values, **happening.names}
                for number in self.book.index.candidates(kind, values, words):
                    role = self.book.roles[number]
                    if role.program.rule.key in off:
                        continue
                    if role.refutes:
                        self._refuting(role.program, happening, matched)
                    elif role.begins is not None:
                        matched.beginning.setdefault((role.program, role.begins), []).append(happening)
                    elif is_valid(role.program.rule, happening.at):
                        found.append(_attempt(host, role.program, happening, words))
        return found

    def _refuting(self, program: Program, happening: Happening, matched: Matched) -> None:
        link = program.rule.absence
        assert link is not None, "only an absence is refuted"
        values = {**happening.names, link.step.alias: happening.values}
        asker = Asker(values, happening.at, happening.xid, happening.position)
        matched.refuting.setdefault(program, []).append(asker)
        matched.refuted_by.setdefault(program, []).append(happening.id)

    # -- sequences

    async def _again(
        self, session: AsyncSession, host: Host, beginning: Mapping[tuple[Program, int], Sequence[Happening]]
    ) -> list[Attempt]:
        """Last events of sequences that came before an earlier one, which is here now: looked at again."""
        known: list[tuple[Program, int, Happening]] = []
        for (program, number), some in beginning.items():
            assert program.chain is not None, "only sequences have earlier events"
            askers = [Asker({}, each.at, each.xid, each.position) for each in some]
            found = await program.chain.completed_before(session, number, askers)
            for happening, ids in zip(some, found, strict=True):
                known += [(program, id, happening) for id in sorted(ids)]
        lasts = await self.book.reading.by_ids(session, (id for _, id, _ in known))
        attempts = []
        for program, id, late in sorted(known, key=lambda each: (each[2].xid, each[2].position)):
            if id in lasts and is_valid(program.rule, lasts[id].at):
                last = replace(lasts[id], slot=late.slot, depth=late.depth)
                attempt = _attempt(host, program, last, self.book.index.reading())
                attempt.known = (late.xid, late.position)
                attempts.append(attempt)
        return attempts

    async def _chained(self, session: AsyncSession, attempts: list[Attempt], guard: Guard) -> list[Attempt]:
        """Those whose earlier events are there, with the values of these."""
        asking: dict[Program, list[Attempt]] = {}
        for each in attempts:
            if each.program.chain is not None:
                asking.setdefault(each.program, []).append(each)
        if not asking:
            return attempts
        found: list[tuple[Attempt, dict[str, int]]] = []
        for program, some in asking.items():
            assert program.chain is not None, "only rules with earlier events ask"
            chains = await guard.of(program, program.chain.ask(session, [one.asker for one in some]))
            for each, ids in zip(some, chains or [None] * len(some), strict=True):
                if ids is None:
                    each.given_up = True
                else:
                    found.append((each, ids))
        earlier = await self.book.reading.by_ids(session, (id for _, ids in found for id in ids.values()))
        for each, ids in found:
            named = {alias: earlier[id].values for alias, id in ids.items() if id in earlier}
            each.moment = replace(each.moment, values={**each.moment.values, **named})
            each.events = {**ids, **each.events}
        return [each for each in attempts if not each.given_up]


def _attempt(host: Host, program: Program, happening: Happening, words: WordReading) -> Attempt:
    trigger = program.rule.trigger
    alias = program.last_step.alias if isinstance(trigger, EventTrigger) else getattr(trigger, "alias", EVENT)
    values: dict[str, object] = {EVENT: happening.values, **happening.names, alias: happening.values}
    if isinstance(trigger, ChangeTrigger):
        values[trigger.entity] = values[alias] = happening.values
    elif isinstance(trigger, SegmentTrigger):
        values[trigger.entity] = values[alias] = happening.record
    moment = Moment(values, happening.at, host.context(program, words), words)
    return Attempt(program, happening, moment, {alias: happening.id})


class Guard:
    """Lets what is asked for a rule fail alone, where that is wanted: in a savepoint of its own, told as an incident."""

    def __init__(self, session: AsyncSession, careful: bool) -> None:
        self._session = session
        self._careful = careful

    async def of(self, program: Program, asked: Awaitable[Answer]) -> Answer | None:
        """The answer; None when asking failed."""
        if not self._careful:
            return await asked
        try:
            async with self._session.begin_nested():
                return await asked
        except Exception as error:
            if passes(error):
                raise
            code, message, suggestion = told(error)
            await open_incident(
                self._session, program.rule.key, program.version, code, message, place="if", suggestion=suggestion
            )
            return None


async def decided(session: AsyncSession, host: Host, attempts: Sequence[Attempt], guard: Guard | None = None) -> None:
    """Find out which branch each attempt takes and what it does then; asks windows only where everything else holds."""
    await host.settle(session, lambda: _decide(attempts))
    lacking: dict[Program, list[Attempt]] = {}
    for each in attempts:
        if each.lacks_windows:
            lacking.setdefault(each.program, []).append(each)
    for program, some in lacking.items():
        asked = counted(session, program.windows, [each.asker for each in some], some[0].moment.context)
        results = await (guard or Guard(session, careful=False)).of(program, asked)
        if results is None:
            continue
        for each, windows in zip(some, results, strict=True):
            each.windows = windows
            each.moment = each.moment.with_windows(windows)
    if lacking:
        again = [each for some in lacking.values() for each in some]
        await host.settle(session, lambda: _decide(again))
    await host.settle(session, lambda: _fire(attempts))


def _filter(attempts: Iterable[Attempt]) -> None:
    """Give up where the event itself is not what the rule waits for."""
    for each in attempts:
        each.given_up = not _is_awaited(each)


def _is_awaited(attempt: Attempt) -> bool:
    trigger = attempt.program.rule.trigger
    if isinstance(trigger, EventTrigger):
        if attempt.program.chain is not None:  # the rest of its condition is asked of the log, with the earlier events
            return all(attempt.moment.holds(each) for each in attempt.program.own)
        return attempt.moment.holds(trigger.step.where)
    if isinstance(trigger, ChangeTrigger):
        return _is_change(trigger, attempt)
    if isinstance(trigger, SegmentTrigger):
        return attempt.happening.values.get("segment") == trigger.segment
    return False


def _is_change(trigger: ChangeTrigger, attempt: Attempt) -> bool:
    change = attempt.happening.changes.get(trigger.field)
    if change is None:
        return False
    wanted = zip((trigger.before, trigger.after), change, strict=True)
    return all(
        side is None or normalise(side.type, value) == attempt.moment.value(side) for side, value in wanted
    )  # fmt: skip


def _decide(attempts: Iterable[Attempt]) -> None:
    for each in attempts:
        each.decide()


def _fire(attempts: Iterable[Attempt]) -> None:
    for each in attempts:
        if each.case is not None:
            each.firing = fire(each.program.rule, each.case, each.moment)


def unstopped(attempts: Sequence[Attempt]) -> list[Attempt]:
    """In the order in which they fire: by event, then priority, then key. After a `stop` come no rules of lower priority."""
    place: dict[int, int] = {}
    for each in attempts:
        place.setdefault(each.happening.id, len(place))
    ordered = sorted(
        attempts,
        key=lambda each: (place[each.happening.id], -each.program.rule.priority, each.program.rule.key),
    )
    found: list[Attempt] = []
    floors: dict[int, int] = {}
    for each in ordered:
        floor = floors.get(each.happening.id)
        if floor is not None and each.program.rule.priority < floor:
            continue
        found.append(each)
        if each.firing is not None and each.firing.stops:
            floors.setdefault(each.happening.id, each.program.rule.priority)
    return found


#: What an attempt that only begins to wait does.
_WAITING = Firing("", "", ())


def match_of(attempt: Attempt, firing: Firing | None, cause: str | None = None) -> Match:
    """An attempt as a match: `cause` is its event unless something else is given."""
    assert firing is not None, "only what fires is a match"
    happening = attempt.happening
    return Match(
        attempt.program, firing, cause or f"event:{happening.id}", happening.at, happening.slot, happening.depth,
        happening.id, happening.type, attempt.events, happening.values, happening.person_id, *_about(happening),
        attempt.known or (happening.xid, happening.position),
    )  # fmt: skip


def _about(happening: Happening) -> tuple[Any, Any]:
    """The record an event is about; what was said on a channel is about none."""
    return (None, None) if happening.said else (happening.entity, happening.record_id)
