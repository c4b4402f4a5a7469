"""All published definitions at one moment: an immutable value that readers hold for as long as a request lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from backend.errors import NotFound
from engine.decisions import Tables, decision_types
from engine.definitions import (
    BusinessCalendar,
    DecisionTable,
    Entity,
    Flow,
    Form,
    Role,
    Rule,
    Segment,
    View,
    WordList,
)
from engine.definitions.codec import KINDS, Definition, kind_of
from engine.definitions.schemas import nearest
from engine.language import Calendar, Context, Type

#: Where a kind's definitions are kept in Metadata.
COLLECTIONS: Mapping[str, str] = {
    "entity": "entities",
    "form": "forms",
    "flow": "flows",
    "rule": "rules",
    "view": "views",
    "segment": "segments",
    "role": "roles",
    "word_list": "word_lists",
    "calendar": "calendars",
    "decision_table": "decision_tables",
}


@dataclass(frozen=True)
class Metadata:
    """Definitions by kind and key. `version` is the id of the last publication; `versions` each definition's own version."""

    version: int = 0
    entities: Mapping[str, Entity] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    word_lists: Mapping[str, WordList] = field(default_factory=dict)
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    decision_tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        definitions: Iterable[Definition],
        version: int = 0,
        versions: Mapping[tuple[str, str], int] | None = None,
    ) -> Metadata:
        """The metadata made of these definitions."""
        found: dict[str, dict[str, Any]] = {name: {} for name in COLLECTIONS.values()}
        for definition in definitions:
            found[COLLECTIONS[kind_of(definition)]][definition.key] = definition
        return cls(version=version, versions=versions or {}, **found)

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """The definitions of one kind by key."""
        if kind not in COLLECTIONS:
            raise NotFound(what="kind", key=kind, suggestion=nearest(kind, COLLECTIONS))
        found: Mapping[str, Any] = getattr(self, COLLECTIONS[kind])
        return found

    def find(self, kind: str, key: str) -> Any:
        """One definition; raises NotFound naming the nearest key."""
        found = self.of_kind(kind)
        if key not in found:
            raise NotFound(what=KINDS[kind].label, key=key, suggestion=nearest(key, found))
        return found[key]

    def with_changes(self, changes: Mapping[tuple[str, str], Definition | None]) -> Metadata:
        """This metadata with definitions replaced, added, or (None) removed."""
        collections: dict[str, Any] = {name: dict(getattr(self, name)) for name in COLLECTIONS.values()}
        for (kind, key), definition in changes.items():
            if definition is None:
                collections[COLLECTIONS[kind]].pop(key, None)
            else:
                collections[COLLECTIONS[kind]][key] = definition
        return replace(self, **collections)

    # -- what is worked out of it once

    @cached_property
    def business_calendars(self) -> Mapping[str, Calendar]:
        """The calendars as evaluations read them, by key."""
        return {key: Calendar.from_json(each.to_json()) for key, each in self.calendars.items()}

    @cached_property
    def default_calendar(self) -> BusinessCalendar | None:
        """The calendar of everything that names none; None where office hours do."""
        return next((each for each in self.calendars.values() if each.default), None)

    @cached_property
    def context(self) -> Context:
        """What every evaluation may read of the installation: the calendar it counts business time by, and its decision tables."""
        default = self.default_calendar
        calendar = Calendar() if default is None else self.business_calendars[default.key]
        return Context(calendar=calendar, decide=self.decisions)

    @cached_property
    def decisions(self) -> Tables:
        """The decision tables, ready to decide."""
        return Tables(self.decision_tables)

    @cached_property
    def decision_types(self) -> Mapping[str, Type]:
        """The decision tables as expressions know them."""
        return decision_types(self.decision_tables)

    # -- one definition

    def entity(self, key: str) -> Entity:
        """The entity with this key."""
        found: Entity = self.find("entity", key)
        return found

    def form(self, key: str) -> Form:
        """The form with this key."""
        found: Form = self.find("form", key)
        return found

    def flow(self, key: str) -> Flow:
        """The flow with this key."""
        found: Flow = self.find("flow", key)
        return found

    def rule(self, key: str) -> Rule:
        """The rule with this key."""
        found: Rule = self.find("rule", key)
        return found

    def view(self, key: str) -> View:
        """The view with this key."""
        found: View = self.find("view", key)
        return found

    def segment(self, key: str) -> Segment:
        """The segment with this key."""
        found: Segment = self.find("segment", key)
        return found

    def role(self, key: str) -> Role:
        """The role with this key."""
        found: Role = self.find("role", key)
        return found

    def word_list(self, key: str) -> WordList:
        """The word list with this key."""
        found: WordList = self.find("word_list", key)
        return found

    def calendar(self, key: str) -> BusinessCalendar:
        """The business calendar with this key."""
        found: BusinessCalendar = self.find("calendar", key)
        return found

    def decision_table(self, key: str) -> DecisionTable:
        """The decision table with this key."""
        found: DecisionTable = self.find("decision_table", key)
        return found
