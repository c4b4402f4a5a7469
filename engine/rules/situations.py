"""A situation in which a rule may fire: what caused it, when, and what the rule's names stand for; and the people in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.rules.history import Logged, Occurrence, Values
from engine.rules.model import CUSTOMER, MESSAGE, PERSON
from engine.rules.outcomes import Facts
from engine.rules.waiting import Met


class People:
    """Persons as they were last seen."""

    def __init__(self, facts: Facts) -> None:
        self._known: dict[str, Values] = {
            id: person for person in facts.records.get(PERSON, ()) if (id := id_of(person)) is not None
        }
        self._known.update(facts.people)
        self._fields = facts.persons

    def meet(self, person: Values | None) -> None:
        """A person as they are now."""
        id = id_of(person)
        if person is not None and id is not None:
            self._known[id] = person

    def __getitem__(self, id: str | None) -> Values | None:
        return None if id is None else self._known.get(id)

    def of(self, occurrence: Occurrence) -> Values | None:
        """The person an event is about: given with it, or referred to by its values."""
        if occurrence.person is not None:
            return occurrence.person
        for key, values in occurrence.kinds.items():
            found = self.behind(values, key.partition(".")[0])
            if found is not None:
                return found
        return None

    def behind(self, record: Values, entity: str) -> Values | None:
        """The person a record is, or refers to."""
        if entity == PERSON:
            return record
        person = record.get(self._fields.get(entity, PERSON))
        known = self[id_of(person)]
        return known if known is not None or not isinstance(person, Mapping) else person


def id_of(value: object) -> str | None:
    """The id of a record, or of a reference to one."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return None if found is None else str(found).lower()


@dataclass(frozen=True, slots=True)
class Situation:
    """`cause` as in the log of firings; `names` what the rule's own names stand for, `events` the ids of the events among them;
    `before` the position up to which the log is seen; `record` the id of the record that a schedule or a watch has come to;
    `message` the last one that was sent, for what is done after it; `is_event` whether it looks from an event and no moment."""

    cause: str
    now: dt.datetime
    before: int
    person: Values | None = None
    names: Values = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    record: str | None = None
    message: Values | None = None
    is_event: bool = False

    @classmethod
    def of_event(cls, entry: Logged, people: People, before: int | None = None) -> Situation:
        """An event is looked at, when it comes or again (`before` says what is known then); which names it has for a rule is yet
        to be seen."""
        occurrence = entry.occurrence
        known = entry.position + 1 if before is None else before
        return cls(f"event:{occurrence.id}", occurrence.at, known, people.of(occurrence), is_event=True)

    @classmethod
    def of_record(
        cls, cause: str, now: dt.datetime, before: int, record: Values, named: tuple[str, str], people: People
    ) -> Situation:
        """A schedule or a watch has come to a record: of an entity, under a name."""
        entity, alias = named
        person = record if entity == PERSON else people.behind(record, entity)
        return cls(cause, now, before, person, {entity: record, alias: record}, {}, id_of(record))

    def naming(self, met: Met) -> Situation:
        """The same with what the rule waited for under its names."""
        return replace(self, names=met.names, events=met.events)

    def at(self, cause: str, now: dt.datetime, before: int, people: People) -> Situation:
        """The same later, for another cause, its person as they are then."""
        person = people[id_of(self.person)] or self.person
        return replace(self, cause=cause, now=now, before=before, person=person, is_event=False)

    @property
    def values(self) -> Values:
        """What the names of expressions stand for."""
        message = {} if self.message is None else {MESSAGE: self.message}
        return {PERSON: self.person, CUSTOMER: self.person, **self.names, **message}
