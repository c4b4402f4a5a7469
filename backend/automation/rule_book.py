"""The rules of one snapshot of the metadata, checked, indexed and ready to be run; made again when something is published.

A rule is checked once for each version and each state of what it may name; the typed form is kept in `rule_program`, so that a
worker that starts loads it instead of reading ten thousand texts.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

import orjson
import structlog
from sqlalchemy import bindparam, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text as TextType

from backend.access.caller import SYSTEM
from backend.actions.registry import ActionRegistry
from backend.automation.behind import Looker, Path
from backend.automation.chains import AbsenceQuery, ChainQuery
from backend.automation.happenings import ENTERED, LEFT, Reading
from backend.automation.models import RuleProgram
from backend.automation.windows import WindowQuery, queries_of
from backend.metadata.event_scopes import rule_scope
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader
from engine.definitions import Rule, Text
from engine.definitions.codec import encode
from engine.language import Checked, Context, Problems, describe
from engine.rules import CompiledRule, RuleScope, compile_rule, from_json, to_json
from engine.rules.entries import forestalling_entry, waiting_entry
from engine.rules.expressions import expressions_of
from engine.rules.index import Entry, RuleIndex
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    PERSON,
    ChangeTrigger,
    Conjuncts,
    EventTrigger,
    ScheduleTrigger,
    SegmentTrigger,
    Step,
    WatchTrigger,
)

log = structlog.get_logger(__name__)

Words = Mapping[str, Sequence[str]]

#: All rows travel as one parameter: ten thousand rules are one statement.
_KEEP = text(
    """
    INSERT INTO weft.rule_program (rule, version, fingerprint, program)
    SELECT r.rule, r.version, r.fingerprint, r.program
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(rule text, version integer, fingerprint text, program jsonb)
    ON CONFLICT DO NOTHING
    """
)


#: Programs that were checked when rules could name other things are loaded by nobody any more.
_OUTDATED = text("DELETE FROM weft.rule_program WHERE rule = ANY(:rules) AND fingerprint <> :fingerprint").bindparams(
    bindparam("rules", type_=ARRAY(TextType))
)


class Program:
    """One version of a rule, with what it asks of the log."""

    def __init__(self, rule: CompiledRule, version: int, scope: RuleScope, metadata: Metadata) -> None:
        self.rule = rule
        self.version = version
        self._scope = scope
        self._words = words_of(metadata)
        calendar = metadata.business_calendars.get(rule.calendar) if rule.calendar is not None else None
        #: What its expressions read of the installation: the calendar it counts business time by, and decision tables.
        self.context: Context = metadata.context if calendar is None else replace(metadata.context, calendar=calendar)

    @cached_property
    def windows(self) -> tuple[WindowQuery, ...]:
        """Its windows."""
        return queries_of(self.rule, self._scope.events, self._words, self.context)

    @cached_property
    def chain(self) -> ChainQuery | None:
        """Its earlier events; None when it waits for one event only."""
        trigger = self.rule.trigger
        several = isinstance(trigger, EventTrigger) and any(not link.without for link in trigger.links)
        return ChainQuery(self.rule, self._scope.events, self._words, self.context) if several else None

    @cached_property
    def absence(self) -> AbsenceQuery | None:
        """What must not follow, if anything."""
        return (
            None
            if self.rule.absence is None
            else AbsenceQuery(self.rule, self._scope.events, self._words, self.context)
        )

    @cached_property
    def own(self) -> tuple[Checked, ...]:
        """What the last event of its pattern must meet by itself."""
        step = self.last_step
        return tuple(_own(step.where, step.alias))

    @property
    def kind(self) -> str | None:
        """The kind of event at which it fires, or begins to wait for an absence; None when it waits for none."""
        trigger = self.rule.trigger
        if isinstance(trigger, EventTrigger):
            return self.last_step.event
        if isinstance(trigger, ChangeTrigger):
            return f"{trigger.entity}.updated"
        if isinstance(trigger, SegmentTrigger):
            return ENTERED if trigger.entered else LEFT
        return None

    @cached_property
    def last_step(self) -> Step:
        """The event that completes its pattern."""
        absence = self.rule.absence
        return [step for step in self.rule.steps if absence is None or step is not absence.step][-1]


@dataclass(frozen=True, slots=True)
class Role:
    """Why a rule is looked at for an event: it may fire (or begin to wait), the event may refute an absence, or it may be an earlier
    step (`begins`, its number) of a sequence whose last event has come before it."""

    program: Program
    refutes: bool = False
    begins: int | None = None


@dataclass(frozen=True)
class RuleBook:
    """`compiled` rules by key, `titles` likewise; `broken` says why a rule that is published cannot run. `roles` are found by the
    numbers of the index."""

    metadata: Metadata
    scope: RuleScope
    compiled: Mapping[str, CompiledRule]
    programs: Mapping[str, Program]
    broken: Mapping[str, str]
    fingerprint: str
    roles: Sequence[Role] = field(default_factory=tuple)

    @property
    def titles(self) -> Mapping[str, str]:
        """The rules' titles by key."""
        return {rule.key: rule.title for rule in self.compiled.values()}

    @cached_property
    def words(self) -> Words:
        """The words of each list."""
        return words_of(self.metadata)

    @cached_property
    def index(self) -> RuleIndex:
        """Which rules an event can concern."""
        return RuleIndex([_entry(number, role) for number, role in enumerate(self.roles)], self.words)

    @cached_property
    def reading(self) -> Reading:
        """How events are read for these rules."""
        wanted = frozenset(_entry(number, role).event for number, role in enumerate(self.roles))
        looker = Looker(Reader(self.metadata, SYSTEM), self.scope.records)
        return Reading(
            self.scope.events, wanted | _kinds(self.programs.values()), paths_of(self.programs.values()), looker
        )

    def earlier(self, programs: Iterable[Program]) -> list[Program]:
        """Those that are no longer the present versions of their rules."""
        return [each for each in programs if self.programs.get(each.rule.key) is not each]

    def reading_for(self, others: Iterable[Program]) -> Reading:
        """How events are read for these rules and for earlier versions of them, which have something pending."""
        earlier = self.earlier(others)
        if not earlier:
            return self.reading
        programs = [*self.programs.values(), *earlier]
        return replace(self.reading, wanted=self.reading.wanted | _kinds(earlier), paths=paths_of(programs))

    @cached_property
    def scheduled(self) -> tuple[Program, ...]:
        """The rules that run by the clock."""
        return tuple(
            each for each in self.programs.values() if isinstance(each.rule.trigger, ScheduleTrigger | WatchTrigger)
        )

    @cached_property
    def watched_segments(self) -> Mapping[str, str]:
        """The segments that rules wait for, with their entities."""
        triggers = (each.rule.trigger for each in self.programs.values())
        return {each.segment: each.entity for each in triggers if isinstance(each, SegmentTrigger)}


def words_of(metadata: Metadata) -> Words:
    """The words of each list of an installation."""
    return {key: found.words for key, found in metadata.word_lists.items()}


# -- what the index and the reading go by


def _kinds(programs: Iterable[Program]) -> frozenset[str]:
    """The kinds of events that rules wait for."""
    steps = frozenset(step.event for program in programs for step in program.rule.steps)
    return steps | {program.kind for program in programs if program.kind is not None}


def _entry(number: int, role: Role) -> Entry:
    rule = role.program.rule
    if role.begins is not None:
        step = rule.steps[role.begins]
        return Entry(number, step.event, _own(step.where, step.alias), step.alias, fires=False)
    found = forestalling_entry(number, rule) if role.refutes else waiting_entry(number, rule)
    assert found is not None, "only rules that wait for an event are indexed"
    return found


def _own(where: Checked | None, alias: str) -> list[Checked]:
    """The conjuncts of a condition that read nothing but the event itself and the person."""
    if where is None:
        return []
    return [each for each in Conjuncts.of(where).cheap if _reads(each) <= {alias, PERSON, CUSTOMER}]


def _reads(condition: Checked) -> set[str]:
    return {path[0] for path in condition.references()}


def paths_of(programs: Iterable[Program]) -> dict[str, frozenset[Path]]:
    """By kind of event (and under `person`, and under the entity for rules that run by the clock) the paths that go on through
    what an event or record holds."""
    found: dict[str, set[Path]] = {}
    for program in programs:
        roots = _roots(program)
        for expression in expressions_of(program.rule):
            for path in expression.references():
                if len(path) > 2 and path[0] in roots:
                    found.setdefault(roots[path[0]], set()).add(path[1:])
    return {root: frozenset(paths) for root, paths in found.items()}


def _roots(program: Program) -> dict[str, str]:
    rule = program.rule
    trigger = rule.trigger
    roots = {PERSON: PERSON, CUSTOMER: PERSON}
    if isinstance(trigger, EventTrigger):
        return {**roots, EVENT: program.last_step.event, **{step.alias: step.event for step in rule.steps}}
    if isinstance(trigger, ChangeTrigger):
        return {**roots, EVENT: f"{trigger.entity}.updated", trigger.alias: f"{trigger.entity}.updated"}
    if isinstance(trigger, SegmentTrigger):
        return {**roots, trigger.alias: trigger.entity, trigger.entity: trigger.entity}
    return {**roots, trigger.each.alias: trigger.each.entity, trigger.each.entity: trigger.each.entity}


# -- making a book


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing is collected while a book is made: all of it stays, and the collector would go through it again and again, which
    takes longer than making it. Nor is what stays looked at afterwards, when a batch makes more garbage; a book that is given up
    goes as its last reader does."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


class RuleLibrary:
    """Keeps the rule book of the newest snapshot it was asked for, and every rule it has checked."""

    def __init__(self, actions: ActionRegistry) -> None:
        self.actions = actions
        self._book: RuleBook | None = None
        self._checked: dict[tuple[str, str], CompiledRule | Problems] = {}
        self._fingerprint = ""

    def book(self, metadata: Metadata) -> RuleBook:
        """The rule book of `metadata`. A rule that no longer compiles is left out and named, never the others."""
        if self._book is None or self._book.metadata is not metadata:
            self._book = self._written(metadata)
        return self._book

    async def prepare(self, session: AsyncSession, metadata: Metadata) -> RuleBook:
        """The same, with the rules loaded that somebody has checked before, and those kept that are checked now."""
        if self._book is not None and self._book.metadata is metadata:
            return self._book
        scope = rule_scope(metadata, self.actions.signatures())
        self._enter(fingerprint_of(scope, metadata))
        wanted = {key: rule for key, rule in metadata.rules.items() if (key, rule.text) not in self._checked}
        with _without_collecting():
            loaded = await self._load(session, metadata, wanted)
            book = self.book(metadata)
            _ = book.index, book.reading  # the first event would wait for them
        await self._keep(session, metadata, [key for key in wanted if key not in loaded and key in book.compiled])
        return book

    def unusable(self, book: RuleBook) -> Mapping[str, Text]:
        """Why the rules that are left out of a book cannot run, by key."""
        found = {key: self._check(book.metadata.rules[key], book.scope) for key in book.broken}
        return {key: describe(why) for key, why in found.items() if isinstance(why, Problems)}

    def program(self, metadata: Metadata, rule: Rule, version: int) -> Program | Problems:
        """One version of a rule, which need not be the present one."""
        book = self.book(metadata)
        current = book.programs.get(rule.key)
        if current is not None and current.version == version:
            return current
        found = self._check(rule, book.scope)
        return found if isinstance(found, Problems) else Program(found, version, book.scope, metadata)

    def _written(self, metadata: Metadata) -> RuleBook:
        scope = rule_scope(metadata, self.actions.signatures())
        self._enter(fingerprint_of(scope, metadata))
        compiled: dict[str, CompiledRule] = {}
        broken: dict[str, str] = {}
        for key, rule in metadata.rules.items():
            if not rule.enabled:
                continue
            found = self._check(rule, scope)
            if isinstance(found, Problems):
                broken[key] = describe(found).en
                log.warning("rule.broken", rule=key, problems=broken[key])
            else:
                compiled[key] = found
        programs = {
            key: Program(rule, metadata.versions.get(("rule", key), 0), scope, metadata)
            for key, rule in compiled.items()
        }
        roles = tuple(_roles(programs.values()))
        return RuleBook(metadata, scope, compiled, programs, broken, self._fingerprint, roles)

    def _enter(self, fingerprint: str) -> None:
        """Forget what was checked when rules could name other things."""
        if fingerprint != self._fingerprint:
            self._checked, self._fingerprint = {}, fingerprint

    def _check(self, rule: Rule, scope: RuleScope) -> CompiledRule | Problems:
        address = (rule.key, rule.text)
        if address not in self._checked:
            self._checked[address] = compile_rule(rule.text, scope)
        return self._checked[address]

    async def _load(self, session: AsyncSession, metadata: Metadata, wanted: Mapping[str, Rule]) -> set[str]:
        """Load what is kept of these rules; returns the keys of those that were."""
        addresses = [(key, metadata.versions.get(("rule", key), 0)) for key in wanted]
        loaded: set[str] = set()
        if not addresses:
            return loaded
        statement = select(RuleProgram.rule, RuleProgram.program).where(RuleProgram.fingerprint == self._fingerprint)
        if len(addresses) < len(metadata.rules):
            statement = statement.where(tuple_(RuleProgram.rule, RuleProgram.version).in_(addresses))
        for key, program in await session.execute(statement):
            rule = wanted.get(key)
            if rule is None or program.get("text") != rule.text:
                continue
            try:
                self._checked[key, rule.text] = from_json(program)
                loaded.add(key)
            except ValueError as error:  # another version of Weft wrote it: the text is read instead
                log.warning("rule.program_unreadable", rule=key, error=str(error))
        return loaded

    async def _keep(self, session: AsyncSession, metadata: Metadata, keys: Sequence[str]) -> None:
        rows = [
            {
                "rule": key, "version": metadata.versions.get(("rule", key), 0), "fingerprint": self._fingerprint,
                "program": to_json(found),
            }
            for key in keys
            if isinstance(found := self._checked.get((key, metadata.rules[key].text)), CompiledRule)
        ]  # fmt: skip
        if rows:
            await session.execute(_OUTDATED, {"rules": list(keys), "fingerprint": self._fingerprint})
            await session.execute(_KEEP, {"rows": orjson.dumps(rows).decode()})


def _roles(programs: Iterable[Program]) -> Iterable[Role]:
    for program in programs:
        if program.kind is not None:
            yield Role(program)
        if program.rule.absence is not None:
            yield Role(program, refutes=True)
        if program.chain is not None:
            yield from (Role(program, begins=number) for number in range(len(program.chain.steps) - 1))


def fingerprint_of(scope: RuleScope, metadata: Metadata) -> str:
    """What rules may name, as one short text: two that are equal check every rule alike."""
    told = {
        "entities": {key: encode(entity) for key, entity in sorted(metadata.entities.items())},
        "decisions": {key: encode(table) for key, table in sorted(metadata.decision_tables.items())},
        "actions": {
            key: [each.open, each.sends, [[p.name, p.type.code(), p.required] for p in each.parameters]]
            for key, each in sorted(scope.actions.items())
        },
        "named": [
            sorted(found) if found is not None else None
            for found in (scope.word_lists, scope.calendars, scope.quiet, scope.segments)
        ],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
