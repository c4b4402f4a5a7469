"""What a simulation takes for given, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.language import NOTHING, Calendar, Context
from engine.rules.counting import Counted
from engine.rules.history import Values
from engine.rules.model import RuleScope

#: When a named quiet period that holds a moment is over; None when none does. Names come without a calendar.
QuietUntil = Callable[[str, dt.datetime], dt.datetime | None]
Status = Literal["fired", "limited", "retracted", "failed"]


def persons_of(scope: RuleScope) -> dict[str, str]:
    """The field by which the records of each entity refer to a person."""
    kinds = (kind for kind in scope.events.values() if kind.entity is not None)
    return {str(kind.entity): kind.person for kind in kinds if kind.person is not None}


def _never_quiet(_name: str, _moment: dt.datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so while rules run. `zone` is the company's; `context` has what the host gives (lookups, people); word lists and
    calendars are by key. `sends` are the actions that reach people outside. `records` are those that schedules and watches go
    through, by entity, read anew each time. `consents` are the fields of a person that say yes to a purpose (None: any that is named so); `off` the
    purposes switched off. `people` are persons by id, for events that only refer to one, and `persons` the field by
    which the records of an entity do (`person`, unless it is here)."""

    zone: dt.tzinfo
    words: Mapping[str, Iterable[str]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    sends: frozenset[str] = frozenset()
    quiet_until: QuietUntil = _never_quiet
    records: Mapping[str, Sequence[Values]] = field(default_factory=dict)
    consents: frozenset[str] | None = None
    off: frozenset[str] = frozenset()
    people: Mapping[str, Values] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)
    context: Context = NOTHING


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of a firing. `refused` is why nothing was sent (a code); `quiet_until` when it is sent, if that is later."""

    action: str
    arguments: Mapping[str, object]
    place: str
    refused: str | None = None
    quiet_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule that fired, or was held back by a limit. `cause` is as in the log of firings, except that what an earlier firing left
    for later names it by its cause (`after:event:7:then.1`). `events` are the ids of the events by the rule's names, `windows`
    what was counted. `person` and `subject` are ids. `held_by` is the limit that held it back, `retracted_by` the late event that
    took its reason away, `error` why it failed."""

    rule: str
    cause: str
    at: dt.datetime
    branch: str
    status: Status
    actions: tuple[Deed, ...] = ()
    events: Mapping[str, int] = field(default_factory=dict)
    windows: tuple[Counted, ...] = ()
    person: str | None = None
    subject: str | None = None
    shares: Mapping[str, str] = field(default_factory=dict)
    trace: Mapping[str, object] = field(default_factory=dict)
    held_by: str | None = None
    retracted_by: int | None = None
    error: str | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """What no two firings share."""
        return self.rule, self.cause
