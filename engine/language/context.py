"""What an evaluation may read beside its values: word lists, a business calendar, lookups, decision tables, the directory of people.

The host gives them; an evaluation without them finds nothing, and scopes say where they are to be had.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.language.calendar import Calendar
from engine.language.zones import zone_of

#: The words of a list (by its key) that occur in a text.
WordFinder = Callable[[str, str], frozenset[str]]
#: The first record of an entity (by its key) whose fields have these values; None when there is none.
Lookup = Callable[[str, Mapping[str, object]], Mapping[str, object] | None]


class Decide(Protocol):
    """What a decision table (by its key) answers for inputs at a moment; None when nothing, or there is no such table."""

    def __call__(
        self, table: str, inputs: Mapping[str, object], now: dt.datetime | None, context: Context, /
    ) -> object: ...


class Directory(Protocol):
    """People and departments, by their ids as text; what is not known answers None or nothing."""

    def user(self, user: str) -> Mapping[str, object] | None:
        """What can be read of a user: `id`, `name`, `email`, and the `department` as below."""
        ...

    def department(self, department: str) -> Mapping[str, object] | None:
        """What can be read of a department: `id`, `key`, `name`."""
        ...

    def department_of(self, user: str) -> str | None: ...

    def superior_of(self, user: str) -> str | None: ...

    def roles_of(self, user: str) -> frozenset[str]: ...

    def departments_above(self, department: str) -> tuple[str, ...]:
        """The department itself and every one it is part of, from the inside out."""
        ...

    def department_keyed(self, key: str) -> str | None:
        """The id of the department with a key."""
        ...


class NoDirectory:
    """The directory of an evaluation that knows nobody."""

    def user(self, _user: str) -> Mapping[str, object] | None:
        return None

    def department(self, _department: str) -> Mapping[str, object] | None:
        return None

    def department_of(self, _user: str) -> str | None:
        return None

    def superior_of(self, _user: str) -> str | None:
        return None

    def roles_of(self, _user: str) -> frozenset[str]:
        return frozenset()

    def departments_above(self, department: str) -> tuple[str, ...]:
        return (department,)

    def department_keyed(self, _key: str) -> str | None:
        return None


def no_words(_list: str, _text: str) -> frozenset[str]:
    """The word finder of an evaluation without word lists: nothing is found."""
    return frozenset()


def no_lookup(_entity: str, _fields: Mapping[str, object]) -> Mapping[str, object] | None:
    """The lookup of an evaluation without records: nothing is found."""
    return None


def no_decision(_table: str, _inputs: Mapping[str, object], _now: dt.datetime | None, _context: Context) -> None:
    """The tables of an evaluation without any: nothing is answered."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the host gives an evaluation beside values and the time."""

    words: WordFinder = no_words
    calendar: Calendar = field(default_factory=Calendar)
    lookup: Lookup = no_lookup
    directory: Directory = field(default_factory=NoDirectory)
    decide: Decide = no_decision


NOTHING = Context()


@dataclass(frozen=True, slots=True)
class Environment:
    """What one evaluation reads."""

    values: Mapping[str, object]
    now: dt.datetime | None = None
    context: Context = NOTHING

    @property
    def zone(self) -> dt.tzinfo:
        """The zone in which days are counted."""
        return zone_of(self.now)
