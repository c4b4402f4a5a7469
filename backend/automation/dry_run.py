"""A rule over the past: what would have fired, on whom, and what would have been sent. Nothing is done and nothing is written.

The events are those of the log; people and records are as they are today. What the author may not see is not shown: whoever may
not operate reads arguments and traces only where they may see whom they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.compiler import has_permission
from backend.automation.behind import id_of
from backend.automation.past import MOST_EVENTS, Past
from backend.automation.worlds import World, patience
from backend.messaging import gate
from backend.metadata.event_scopes import PERSON
from backend.records.expressions import sentence
from backend.records.query import visible_ids
from backend.records.reading import Reader
from backend.records.tables import table_for
from engine.language import Calendar
from engine.rules.history import Occurrence
from engine.rules.lengths import before
from engine.rules.model import CompiledRule, EventKind, Length, ScheduleTrigger, WatchTrigger
from engine.rules.outcomes import Deed, Facts, Outcome
from engine.rules.simulation import Simulation
from engine.rules.timing import next_moment

#: Windows and patterns look back at most so far beyond the first day.
_LONGEST_LOOK_BACK = timedelta(days=400)
_AFTER = re.compile(r"^after:(?P<cause>.*):(?P<place>[^:]+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is tried, what happened before and in it, and whether it had to be shortened."""

    begins: datetime
    ends: datetime
    past: Past
    considered: int
    truncated: bool


async def dry_run(session: AsyncSession, reader: Reader, world: World, days: int, limit: int) -> dict[str, Any]:
    """The answer of `POST /api/rules/dry-run` for the caller of `reader`."""
    ends = clock.now()
    span = await _span(session, world, ends - timedelta(days=days), ends)

    def work(facts: Facts) -> tuple[Sequence[Outcome], datetime | None]:
        simulation = Simulation([world.rule], facts, span.begins)
        whole = simulation.play(span.past.occurrences, span.ends, patience())
        return simulation.outcomes, None if whole else simulation.now

    outcomes, stopped = await world.run(session, work)
    found = [each for each in outcomes if each.at >= span.begins]
    firings = _gathered(found)
    shown = sorted(firings, key=lambda each: each.outcome.at, reverse=True)[:limit]
    happened = {each.id: each for each in span.past.occurrences}
    eyes = await eyes_of(session, reader, (each.outcome.person for each in shown))
    unseen = frozenset() if eyes.everything else await _unseen(session, reader, world.past.kinds, eyes, shown, happened)
    acted = [each for each in firings if each.status == "fired"]
    return {
        "from": span.begins,
        "to": stopped or span.ends,
        "events": len(span.past.occurrences),
        "considered": span.considered,
        "fired": len(acted),
        "limited": sum(each.status == "limited" for each in firings),
        "persons": len({each.outcome.person for each in acted if each.outcome.person}),
        "sends": sum(deed.action in world.facts.sends and not deed.refused for each in acted for deed, _ in each.deeds),
        "truncated": span.truncated or stopped is not None,
        "firings": [_shown(each, happened, eyes, unseen, world.rule.purpose) for each in shown],
    }


# -- the time that is tried


async def _span(session: AsyncSession, world: World, begins: datetime, ends: datetime) -> Span:
    trigger = world.rule.trigger
    if isinstance(trigger, ScheduleTrigger | WatchTrigger):
        return await _span_of_set(session, world, trigger, begins, ends)
    past = await world.past.since(session, looked_back(world, begins), ends)
    truncated = past.truncated and past.begins > looked_back(world, begins, limits=False)
    begins = max(begins, past.begins)
    considered = sum(each.at > begins for each in past.occurrences)
    return Span(begins, ends, past, considered, truncated)


async def _span_of_set(
    session: AsyncSession, world: World, trigger: ScheduleTrigger | WatchTrigger, begins: datetime, ends: datetime
) -> Span:
    """The last moments of a schedule's grid: as many as make not too many records to be looked at."""
    most = max(1, MOST_EVENTS // max(1, len(world.set)))
    moments = _moments(world, trigger, begins, ends, most)
    shortened = len(moments) > most
    if shortened:
        begins = moments[-most]
    past = await world.past.since(session, looked_back(world, begins), ends)
    tried = min(len(moments), most) * len(world.set)
    return Span(begins, ends, past, tried, shortened or past.truncated or world.set_truncated)


def _moments(
    world: World, trigger: ScheduleTrigger | WatchTrigger, begins: datetime, ends: datetime, most: int
) -> list[datetime]:
    """The moments of the grid, or as many of the last as say that there are more than `most`."""
    calendar, at = calendar_of(world), trigger.at if isinstance(trigger, ScheduleTrigger) else None
    step = trigger.every.fixed
    if step is not None and step * (most + 2) < ends - begins:
        begins = ends - step * (most + 2)
    found: list[datetime] = []
    moment = next_moment(trigger.every, at, begins, calendar)
    while moment is not None and moment <= ends:
        found.append(moment)
        moment = next_moment(trigger.every, at, moment, calendar)
    return found


def calendar_of(world: World) -> Calendar:
    rule, facts = world.rule, world.facts
    return facts.calendars.get(rule.calendar, facts.calendar) if rule.calendar else facts.calendar


def looked_back(world: World, begins: datetime, *, limits: bool = True) -> datetime:
    """From when on the rule reads the log to judge what happens from `begins` on; `limits` need their earlier firings, too."""
    calendar = calendar_of(world)
    found = begins
    for lengths in _lengths(world.rule, limits=limits):
        moment: datetime | None = begins
        for length in lengths:
            moment = None if moment is None else before(moment, length, calendar)
        found = min(found, moment or begins)
    return max(found, begins - _LONGEST_LOOK_BACK)


def _lengths(rule: CompiledRule, *, limits: bool) -> Iterable[Sequence[Length]]:
    """The lengths of time, one after the other, that each window and the whole pattern looks back."""
    for window in rule.windows:
        yield (window.within,) if window.baseline is None else (window.within, window.baseline)
    links = getattr(rule.trigger, "links", ())
    yield [link.within for link in links]
    yield from ([limit.within] for limit in rule.limits if limits)


# -- what fired


@dataclass(frozen=True, slots=True)
class _Firing:
    """A firing with all that it did: at once, and what it left for later."""

    outcome: Outcome
    deeds: tuple[tuple[Deed, bool], ...]

    @property
    def status(self) -> str:
        """`fired`, `limited`, `retracted`, `failed`; `refused` when all it did was a message that may not be sent."""
        all_refused = bool(self.deeds) and all(deed.refused for deed, _ in self.deeds)
        return "refused" if self.outcome.status == "fired" and all_refused else self.outcome.status


def _gathered(outcomes: Sequence[Outcome]) -> list[_Firing]:
    """Firings, what each left for later put with it."""
    found: dict[str, _Firing] = {}
    for outcome in outcomes:
        cause = _origin(outcome.cause)
        later = cause != outcome.cause
        deeds = tuple((deed, later) for deed in outcome.actions)
        first = found.get(cause)
        found[cause] = _Firing(outcome, deeds) if first is None else replace(first, deeds=first.deeds + deeds)
    return list(found.values())


def _origin(cause: str) -> str:
    """The cause of the firing that an action done later goes back to."""
    while (match := _AFTER.match(cause)) is not None:
        cause = match["cause"]
    return cause


# -- as it is shown


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the caller may see: the names of people, whether everything, and what people said."""

    names: Mapping[str, str | None]
    everything: bool
    words: bool

    def sees(self, person: str | None) -> bool:
        """Whether what the rule read of what was about this person may be shown."""
        return self.everything or (person is not None and person in self.names)


async def eyes_of(session: AsyncSession, reader: Reader, people: Iterable[str | None]) -> Eyes:
    """What the caller may see of what was about these people."""
    caller, roles = reader.caller, reader.metadata.roles
    everything = has_permission(caller, roles, "operate")
    words = everything or has_permission(caller, roles, "social")
    ids = {id for person in people if (id := id_of(person)) is not None}
    return Eyes(await _names(session, reader, ids), everything, words)


async def _names(session: AsyncSession, reader: Reader, ids: Iterable[UUID]) -> dict[str, str | None]:
    """The names of those people that the caller may see."""
    entity = reader.metadata.entities.get(PERSON)
    wanted = sorted(ids)
    if entity is None or not wanted or not reader.access(entity).allowed:
        return {}
    table = table_for(entity).alias()
    seen = reader.access(entity).predicate(table)
    statement = select(table.c["id"], reader.title(entity, table)).where(table.c["id"].in_(wanted), seen)
    return {str(row[0]): row[1] for row in await session.execute(statement)}


async def _unseen(
    session: AsyncSession,
    reader: Reader,
    kinds: Mapping[str, EventKind],
    eyes: Eyes,
    firings: Iterable[_Firing],
    happened: Mapping[int, Occurrence],
) -> Set[int]:
    """The events, of those that the firings are about, whose words or whose record the caller may not read."""
    found: set[int] = set()
    about: dict[str, dict[UUID, set[int]]] = {}
    for id in {id for firing in firings for id in firing.outcome.events.values() if id in happened}:
        for key, values in happened[id].kinds.items():
            entity, record = kinds[key].entity if key in kinds else None, id_of(values.get("id"))
            if entity is not None and record is not None:
                about.setdefault(entity, {}).setdefault(record, set()).add(id)
            elif not eyes.words:
                found.add(id)
    for entity, events in about.items():
        seen = await visible_ids(session, reader, reader.metadata.entity(entity), events)
        found |= {id for record, ids in events.items() if record not in seen for id in ids}
    return found


def _shown(
    firing: _Firing, happened: Mapping[int, Occurrence], eyes: Eyes, unseen: Set[int], purpose: str | None
) -> dict[str, Any]:
    outcome = firing.outcome
    seen = eyes.sees(outcome.person) and unseen.isdisjoint(outcome.events.values())
    quiet = [deed.quiet_until for deed, _ in firing.deeds if deed.quiet_until is not None]
    person = outcome.person
    return {
        "at": outcome.at,
        "event": _event(outcome, happened, eyes),
        "person": {"id": person, "name": eyes.names.get(person)} if person else None,
        "branch": outcome.branch,
        "status": firing.status,
        "quiet_until": max(quiet, default=None),
        "actions": [
            {
                "action": deed.action,
                "arguments": _plain(deed.arguments) if seen else {},
                "later": later,
                "refused": _reason(deed.refused, purpose) if deed.refused else None,
            }
            for deed, later in firing.deeds
        ],
        "trace": _plain(outcome.trace) if seen else {},
    }


def _reason(code: str, purpose: str | None) -> dict[str, str]:
    """Why a message would not be sent, in the words of those who refuse it."""
    return sentence(gate.refusal(code, purpose=purpose, field=gate.consent_field(str(purpose))).reason)


def _event(outcome: Outcome, happened: Mapping[int, Occurrence], eyes: Eyes) -> dict[str, Any] | None:
    """The event that the rule fired at: the last of its pattern that came."""
    ids = [id for id in outcome.events.values() if id in happened]
    if not ids:
        return None
    event = happened[max(ids, key=lambda id: (happened[id].at, id))]
    kind, values = next(iter(event.kinds.items()))
    text = values.get("text") if eyes.words else None
    return {"id": event.id, "type": kind, "text": text if isinstance(text, str) else None}


def _plain(value: Any) -> Any:
    """Values as JSON has them: what it has no form for as text."""
    return orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))
