"""Short ways to write the events of a timeline in tests, and a simulation of rules given as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from engine.rules.history import Occurrence
from engine.rules.outcomes import Facts, Outcome
from engine.rules.simulation import Simulation
from tests.engine.rules.programs import SCOPES, WORD_LISTS, compiled

ZONE = dt.timezone(dt.timedelta(hours=8))
BEGINS = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
SENDS = frozenset(key for key, action in SCOPES.actions.items() if action.sends)
ANNA = {"id": "anna", "name": "Anna", "level": "vip", "marketing_consent": True}
BEN = {"id": "ben", "name": "Ben", "level": "normal", "marketing_consent": False}
_NUMBERS = count(1)


def at(time: str | float, day: int = 23) -> dt.datetime:
    """A time of a day of November 2026 as `09:30`, or so many minutes after the beginning."""
    if isinstance(time, str):
        return dt.datetime.combine(dt.date(2026, 11, day), dt.time.fromisoformat(time), ZONE)
    return BEGINS + dt.timedelta(minutes=time)


def event(
    when: dt.datetime, kind: str, person: Mapping[str, Any] | None = ANNA, id: int | None = None, **values: Any
) -> Occurrence:
    """An event of one kind."""
    about = {"person": person["id"]} if person is not None and kind.startswith(("social", "message")) else {}
    return Occurrence(next(_NUMBERS) if id is None else id, when, {kind: {**about, **values}}, person)


def update(when: dt.datetime, entity: str, record: Mapping[str, Any], **changes: tuple[Any, Any]) -> Occurrence:
    """An update of a record."""
    person = record if entity == "person" else None
    return Occurrence(next(_NUMBERS), when, {f"{entity}.updated": record}, person, changes)


def entered(when: dt.datetime, segment: str, record: Mapping[str, Any], kind: str = "segment.entered") -> Occurrence:
    """A record began to belong to a segment."""
    return Occurrence(next(_NUMBERS), when, {kind: {"segment": segment}}, record, record=record)


def simulation(*texts: str, **facts: Any) -> Simulation:
    """A simulation of rules."""
    given = Facts(**{"zone": ZONE, "words": WORD_LISTS, "sends": SENDS, **facts})
    return Simulation([compiled(text) for text in texts], given, BEGINS)


def played(
    text: str | Sequence[str], occurrences: Iterable[Occurrence], until: dt.datetime | None = None, **facts: Any
) -> Sequence[Outcome]:
    """What rules did over a timeline."""
    made = simulation(*([text] if isinstance(text, str) else text), **facts)
    made.play(occurrences, until)
    return made.outcomes


def told(outcomes: Iterable[Outcome]) -> list[str]:
    """Outcomes in short: when, what, and what was done."""
    return [
        f"{each.at:%d %H:%M} {each.rule} {each.branch} {each.status}: "
        + ", ".join(f"{deed.action}{'!' + deed.refused if deed.refused else ''}" for deed in each.actions)
        for each in outcomes
    ]
