"""Plays a timeline in memory, by the pure meaning of rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from backend.calendars import calendar_of, quiet_until
from engine.language import Context
from engine.rules import CompiledRule
from engine.rules.history import Occurrence
from engine.rules.outcomes import Facts, Outcome
from engine.rules.simulation import READ, Simulation
from tests.scenarios import company
from tests.scenarios.outcomes import Account, Found, FoundDeed
from tests.scenarios.timeline import ZONE, Answered, At, Expect, Happening, Moved, Read, Said, Timeline, Wait, Written
from tests.scenarios.world import PERSON, World, said, thread

#: Records of a timeline were made so long before it begins.
_BEFORE = dt.timedelta(days=400)


def differences(timeline: Timeline, rules: Sequence[CompiledRule]) -> list[str]:
    """What came of the timeline that it does not expect, and the other way round."""
    play = _Play(timeline, rules)
    return [sentence for sentence in play.run() if sentence is not None]


class _Play:
    def __init__(self, timeline: Timeline, rules: Sequence[CompiledRule]) -> None:
        self._timeline = timeline
        people = company.People()
        self._world = World(company.metadata().entities, people.names())
        for given in timeline.given:
            self._world.add(given.entity, given.name, given.values, timeline.begins - _BEFORE)
        self._simulation = Simulation(rules, _facts(self._world, people), timeline.begins)
        self._account = Account(self._world.users)
        self._numbers = count(1)
        self._seen: list[Outcome] = []

    def run(self) -> Iterator[str | None]:
        for step in self._timeline.steps:
            if isinstance(step, Wait):
                self._simulation.advance(step.until)
            elif isinstance(step, At):
                for at, occurrence in self._occurrences(step.what, step.at):
                    self._simulation.play([occurrence])
                    self._simulation.advance(max(at, self._simulation.now))
            elif isinstance(step, Expect):
                yield self._account.difference(step, self._news())
        yield self._account.difference(Expect(0, ()), self._news())

    def _news(self) -> list[Found]:
        """What fired or changed since somebody asked."""
        now = list(self._simulation.outcomes)
        news = [
            each
            for index, each in enumerate(now)
            if index >= len(self._seen) or self._seen[index].status != each.status
        ]
        self._seen = now
        return [_found(each) for each in news]

    # -- what happens

    def _occurrences(self, what: Happening, at: dt.datetime) -> Iterator[tuple[dt.datetime, Occurrence]]:
        if isinstance(what, Said):
            for number in range(what.times):
                moment = at + what.over * number / max(what.times - 1, 1)
                for occurrence in self._said(what, moment):
                    yield moment, occurrence
        elif isinstance(what, Written):
            yield at, self._written(what, at)
        else:
            yield at, self._other(what, at)

    def _said(self, what: Said, at: dt.datetime) -> Iterator[Occurrence]:
        who = what.who or f"stranger{next(self._numbers)}"
        if who not in self._world:
            self._world.add(PERSON, who, {"name": who}, at)
            values = self._world.seen(who)
            yield Occurrence(next(self._numbers), at, {"person.created": values}, values)
        number = next(self._numbers)
        values = said(self._world, what, who, number, at)
        yield Occurrence(number, at, {what.kind: values}, self._world.seen(who))

    def _written(self, what: Written, at: dt.datetime) -> Occurrence:
        changes: dict[str, tuple[Any, Any]] = {}
        if what.what == "created":
            self._world.add(what.entity, what.name, what.values, at)
        elif what.what == "updated":
            changes = self._world.change(what.name, what.values)
        values = self._world.seen(what.name)
        kinds = {f"{what.entity}.{what.what}": values}
        for field in ("status", "stage"):
            became = values.get(field) if what.what == "created" else changes.get(field, (None, None))[1]
            if became:
                kinds[f"{what.entity}.{became}"] = values
        if what.what == "deleted":
            self._world.remove(what.entity, what.name)
        person = values if what.entity == PERSON else values.get(PERSON)
        return Occurrence(next(self._numbers), at, kinds, person, changes)

    def _other(self, what: Answered | Read | Moved, at: dt.datetime) -> Occurrence:
        number = next(self._numbers)
        if isinstance(what, Moved):
            person = self._world.seen(what.who)
            kind = "segment.entered" if what.entered else "segment.left"
            return Occurrence(number, at, {kind: {"segment": what.segment}}, person, record=person)
        if isinstance(what, Read):
            person = self._world.seen(what.who)
            return Occurrence(number, at, {READ: {"person": person}}, person)
        person = self._world.seen(what.whom)
        values = {"id": str(number), "channel": what.channel, "text": what.text, "person": person, "sent_at": at}
        values |= {"thread": thread(what.channel, what.whom), "automatic": what.automatic}
        return Occurrence(number, at, {"message.sent": values}, person)


def _facts(world: World, people: company.People) -> Facts:
    metadata = company.metadata()
    return Facts(
        zone=ZONE,
        words={key: each.words for key, each in metadata.word_lists.items()},
        calendar=calendar_of(metadata),
        calendars={key: calendar_of(metadata, key) for key in metadata.calendars},
        sends=frozenset(key for key, signature in company.SIGNATURES.items() if signature.sends),
        quiet_until=lambda name, moment: quiet_until(metadata, name, moment),
        records={entity: world.all_of(entity) for entity in metadata.entities},
        context=Context(lookup=world.lookup, directory=people),
    )


def _found(outcome: Outcome) -> Found:
    deeds = tuple(FoundDeed(each.action, each.arguments, each.refused, each.quiet_until) for each in outcome.actions)
    return Found(outcome.rule, outcome.status, outcome.branch, outcome.person, deeds)
