"""The scopes that tests of the language share (tests/language/scopes.json): entities, variables, and what a host gives."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.decisions import Tables, decision_types
from engine.definitions import DecisionTable, Entity, Field, Option, Text
from engine.definitions.codec import decode
from engine.language import Scope, Type, parse_type, record_scope
from engine.language.calendar import Calendar, Hours
from engine.language.context import Context
from engine.language.values import normalise

FOLDER = Path(__file__).resolve().parents[2] / "language"
DOCUMENT: Mapping[str, Any] = json.loads((FOLDER / "scopes.json").read_text(encoding="utf-8"))


def _field(json: Mapping[str, Any]) -> Field:
    options = tuple(Option(o["key"], Text(**o["label"])) for o in json.get("options", ()))
    fields = tuple(_field(column) for column in json.get("fields", ()))
    return Field(
        json["key"],
        json["type"],
        Text(**json["label"]),
        options=options,
        fields=fields,
        entity=json.get("entity"),
        currency=json.get("currency"),
    )


def _entity(json: Mapping[str, Any]) -> Entity:
    return Entity(json["key"], Text(**json["label"]), tuple(_field(f) for f in json["fields"]), json["title"])


ENTITIES: Mapping[str, Entity] = {key: _entity(value) for key, value in DOCUMENT["entities"].items()}


TABLES: Mapping[str, DecisionTable] = {
    each["key"]: decode("decision_table", each) for each in DOCUMENT["context"]["decision_tables"]
}


@dataclass(frozen=True)
class TestScope:
    """A scope, the entity whose table holds its rows, what every row has, and who asks; whether text holds placeholders."""

    __test__ = False

    scope: Scope
    entity: Entity
    extra: Mapping[str, Type]
    defaults: Mapping[str, Any]
    parameters: Mapping[str, Any]
    templates: bool


def _scope(json: Mapping[str, Any]) -> TestScope:
    entity = ENTITIES[json["entity"]]
    plain = record_scope(entity, ENTITIES)
    extra = {key: parse_type(code).named(Text(zh, en)) for key, (code, zh, en) in json["variables"].items()}
    scope = replace(
        plain,
        variables={**plain.variables, **extra},
        provides=frozenset(json["provides"]),
        decisions=decision_types(TABLES),
    )
    return TestScope(scope, entity, extra, json["defaults"], json["parameters"], json["templates"])


def _scopes(json: Mapping[str, Mapping[str, Any]]) -> Mapping[str, TestScope]:
    """The scopes; one may be `like` another but for some of it."""
    return {key: _scope({**json.get(value.get("like", ""), {}), **value}) for key, value in json.items()}


SCOPES: Mapping[str, TestScope] = _scopes(DOCUMENT["scopes"])
SCOPE: Scope = SCOPES["ticket"].scope


class Company:
    """The directory of the vectors."""

    def __init__(self, users: Mapping[str, Mapping[str, Any]], departments: Mapping[str, Mapping[str, Any]]) -> None:
        self._users = users
        self._departments = departments

    def user(self, user: str) -> Mapping[str, Any] | None:
        found = self._users.get(user)
        if found is None:
            return None
        department = found["department"] and self.department(found["department"])
        return {"id": user, "name": found["name"], "email": found["email"], "department": department}

    def department(self, department: str) -> Mapping[str, Any] | None:
        found = self._departments.get(department)
        return None if found is None else {"id": department, "key": found["key"], "name": found["name"]}

    def department_of(self, user: str) -> str | None:
        return self._users.get(user, {}).get("department")

    def superior_of(self, user: str) -> str | None:
        return self._users.get(user, {}).get("superior")

    def roles_of(self, user: str) -> frozenset[str]:
        return frozenset(self._users.get(user, {}).get("roles", ()))

    def departments_above(self, department: str) -> tuple[str, ...]:
        parent = self._departments.get(department, {}).get("parent")
        return (department, *(self.departments_above(parent) if parent else ()))

    def department_keyed(self, key: str) -> str | None:
        return next((id for id, each in self._departments.items() if each["key"] == key), None)


def _has(entity: str, row: Mapping[str, Any], fields: Mapping[str, object]) -> bool:
    types = SCOPE.records[entity].fields
    return all(normalise(types[key], row.get(key)) == value for key, value in fields.items())


def _hours(json: Sequence[Sequence[str]]) -> Hours:
    return tuple((dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in json)


@dataclass(frozen=True)
class Host:
    """What a host gives beside values, for the vectors: word lists, a calendar, records to look up, people."""

    json: Mapping[str, Any]

    @cached_property
    def calendar(self) -> Calendar:
        """Office hours from Monday to Friday, with holidays and the days that make up for them."""
        json = self.json["calendar"]
        return Calendar(
            {int(day): _hours(each) for day, each in json["week"].items()},
            frozenset(map(dt.date.fromisoformat, json["holidays"])),
            frozenset(map(dt.date.fromisoformat, json["workdays"])),
            _hours(json["makeup"]),
        )

    def words(self, key: str, text: str) -> frozenset[str]:
        """The words of a list that occur in a text."""
        return frozenset(word for word in self.json["words"].get(key, ()) if word.lower() in text.lower())

    def lookup(self, entity: str, fields: Mapping[str, object]) -> Mapping[str, object] | None:
        """The record of the least id whose fields have these values, unless it is in the trash."""
        found = (
            row for row in self._records.get(entity, ()) if not row.get("deleted_at") and _has(entity, row, fields)
        )
        return min(found, key=lambda row: str(row["id"]), default=None)

    @cached_property
    def _records(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What can be found: the records, and people as such."""
        users = [self.directory.user(id) for id in self.json["users"]]
        departments = [self.directory.department(id) for id in self.json["departments"]]
        return {**self.json["records"], "user": users, "department": departments}

    @cached_property
    def directory(self) -> Company:
        """The people."""
        return Company(self.json["users"], self.json["departments"])

    @cached_property
    def context(self) -> Context:
        """All of it."""
        return Context(self.words, self.calendar, self.lookup, self.directory, Tables(TABLES))


HOST = Host(DOCUMENT["context"])
CONTEXT = HOST.context
