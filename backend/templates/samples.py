"""Sample records of an app: checked before, and made with ids that stay the same, so that a second installation adds none.

In the files a reference is the key of a sample record, a user an e-mail, a department its key; a date or date-time may be
relative to the installation (`-3d`, `+2d`, `-5h`), which keeps samples fresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import DateTime, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.events.models import Event
from backend.identity import service as identity
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.tables import table_for
from backend.social.people import link_identities
from backend.templates.files import AppFiles, SourceFile, TemplateProblem
from engine.definitions import SYSTEM_FIELDS, Entity, Field, Text
from engine.definitions.schemas import nearest

_RELATIVE = re.compile(r"^([+-]\d+)([dhm])$")
_UNITS: Mapping[str, str] = {"d": "days", "h": "hours", "m": "minutes"}
_ASSIGNABLE: Mapping[str, Field] = {
    key: Field(key, SYSTEM_FIELDS[key], Text(key, key)) for key in ("owner", "department")
}


def sample_id(app: str, entity: str, key: str) -> UUID:
    """The id of a sample record; the same in every installation."""
    return uuid5(NAMESPACE_URL, f"weft:sample:{app}:{entity}:{key}")


# -- checking


def sample_problems(files: AppFiles, required: Sequence[AppFiles], metadata: Metadata) -> Iterator[TemplateProblem]:
    """Unknown entities, fields, records and people in the sample records and identities of an app."""
    known = _known_keys([*required, files])
    emails = {user["email"] for app in (*required, files) if app.people for user in app.people.content.get("users", ())}
    for source in files.records:
        yield from _record_problems(source, metadata, known, emails)
    if files.identities is not None:
        yield from _identity_problems(files.identities, known)


def _known_keys(apps: Sequence[AppFiles]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for app in apps:
        for source in app.records:
            for entry in source.content.get("records", ()):
                found.setdefault(source.content.get("entity", ""), set()).add(entry.get("key", ""))
    return found


def _record_problems(
    source: SourceFile, metadata: Metadata, known: Mapping[str, set[str]], emails: set[str]
) -> Iterator[TemplateProblem]:
    key = source.content.get("entity", "")
    entity = metadata.entities.get(key)
    if entity is None:
        yield _unknown(source, "/entity", Text("实体", "entity"), key, metadata.entities)
        return
    seen: set[str] = set()
    for number, entry in enumerate(source.content.get("records", ())):
        place = f"/records/{number}"
        if entry["key"] in seen:
            message = Text(f"“{entry['key']}”重复", f"“{entry['key']}” occurs twice")
            yield TemplateProblem(source.path, f"{place}/key", "duplicate_key", message)
        seen.add(entry["key"])
        for name, value in entry["values"].items():
            yield from _value_problems(source, f"{place}/values/{name}", entity, name, value, known, emails)


def _value_problems(
    source: SourceFile,
    path: str,
    entity: Entity,
    name: str,
    value: Any,
    known: Mapping[str, set[str]],
    emails: set[str],
) -> Iterator[TemplateProblem]:
    found = entity.field(name) or _ASSIGNABLE.get(name)
    if found is None:
        yield _unknown(source, path, Text("字段", "field"), name, [f.key for f in entity.fields])
    elif found.type == "reference" and value not in known.get(found.entity or "", set()):
        yield _unknown(
            source, path, Text("示例记录", "sample record"), str(value), known.get(found.entity or "", set())
        )
    elif found.type == "user" and value not in emails:
        yield _unknown(source, path, Text("用户", "user"), str(value), emails)
    elif found.type in ("choice", "stage") and value not in {option.key for option in found.options}:
        yield _unknown(source, path, Text("选项", "option"), str(value), [option.key for option in found.options])


def _identity_problems(source: SourceFile, known: Mapping[str, set[str]]) -> Iterator[TemplateProblem]:
    for number, entry in enumerate(source.content):
        if entry.get("person") not in known.get("person", set()):
            people = known.get("person", set())
            yield _unknown(
                source, f"/{number}/person", Text("示例记录", "sample record"), str(entry.get("person")), people
            )


def _unknown(source: SourceFile, path: str, what: Text, key: str, known: Any) -> TemplateProblem:
    message = Text(f"没有名为“{key}”的{what.zh}", f"There is no {what.en} called “{key}”")
    return TemplateProblem(source.path, path, f"unknown_{what.en.replace(' ', '_')}", message, nearest(key, known))


# -- making


@dataclass
class SampleMaker:
    """Makes the sample records of one app in the session's transaction. `apps` are where keys come from, by app key."""

    session: AsyncSession
    metadata: Metadata
    files: AppFiles
    now: datetime
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    departments: dict[str, UUID] = field(default_factory=dict)

    async def run(self, required: Sequence[AppFiles]) -> int:
        """Make what is missing; answers how many records were made."""
        for app in (*required, self.files):
            for source in app.records:
                for entry in source.content["records"]:
                    self.owners[source.content["entity"], entry["key"]] = app.key
        self.users = {user["email"]: user["id"] for user in await identity.list_users(self.session)}
        self.departments = {each["key"]: each["id"] for each in await identity.list_departments(self.session)}
        made = 0
        for source in self._in_order():
            made += await self._make_all(source)
        await self._link_identities()
        return made

    def _in_order(self) -> list[SourceFile]:
        """Files whose entities are referred to come before those that refer to them."""
        waiting = {source.content["entity"]: source for source in self.files.records}
        ordered: list[SourceFile] = []
        while waiting:
            ready = [key for key in waiting if not (self._targets(key) & (waiting.keys() - {key}))] or [
                next(iter(waiting))
            ]
            ordered += [waiting.pop(key) for key in ready]
        return ordered

    def _targets(self, key: str) -> set[str]:
        entity = self.metadata.entity(key)
        fields = [*entity.fields, *(column for table in entity.fields for column in table.fields)]
        return {each.entity for each in fields if each.entity is not None}

    async def _make_all(self, source: SourceFile) -> int:
        entity = self.metadata.entity(source.content["entity"])
        table = table_for(entity)
        ids = {entry["key"]: self._id(entity.key, entry["key"]) for entry in source.content["records"]}
        there = set((await self.session.execute(select(table.c.id).where(table.c.id.in_(ids.values())))).scalars())
        new = [entry for entry in source.content["records"] if ids[entry["key"]] not in there]
        for entry in new:
            data = {name: self._value(entity, name, value) for name, value in entry["values"].items()}
            await records.create(self.session, self.metadata, SYSTEM, entity.key, data, id=ids[entry["key"]])
        await self._backdate(entity, {ids[entry["key"]]: entry["created"] for entry in new if "created" in entry})
        return len(new)

    async def _backdate(self, entity: Entity, ages: Mapping[UUID, str]) -> None:
        """Sample records look as if they had been made over the past weeks, in their table and in the event log."""
        if not ages:
            return
        table = table_for(entity)
        rows = [{"_id": id, "_at": self._moment(age)} for id, age in ages.items()]
        at = bindparam("_at", type_=DateTime(timezone=True))
        connection = await self.session.connection()
        await connection.execute(
            update(table).where(table.c.id == bindparam("_id")).values(created_at=at, updated_at=at), rows
        )
        event = Event.__table__
        await connection.execute(
            update(event)  # type: ignore[arg-type]  # a mapped class's __table__ is typed as FromClause
            .where(event.c.subject_id == bindparam("_id"))
            .values(occurred_at=at),
            rows,
        )

    def _value(self, entity: Entity, name: str, value: Any) -> Any:
        found = entity.field(name) or _ASSIGNABLE[name]
        if found.type == "sub_table":
            columns = {column.key: column for column in found.fields}
            return [{key: self._scalar(columns[key], each) for key, each in row.items()} for row in value]
        return self._scalar(found, value)

    def _scalar(self, wanted: Field, value: Any) -> Any:
        if wanted.type == "reference" and wanted.entity:
            return str(self._id(wanted.entity, value))
        if wanted.type == "user":
            return str(self.users[value])
        if wanted.type == "department":
            return str(self.departments[value])
        if wanted.type in ("date", "datetime") and isinstance(value, str) and _RELATIVE.match(value):
            moment = self._moment(value)
            return moment.date().isoformat() if wanted.type == "date" else moment.isoformat()
        return value

    def _moment(self, relative: str) -> datetime:
        found = _RELATIVE.match(relative)
        if found is None:
            raise ValueError(f"{relative!r} is not a relative time such as -3d")
        return self.now + timedelta(**{_UNITS[found[2]]: int(found[1])})

    def _id(self, entity: str, key: str) -> UUID:
        return sample_id(self.owners.get((entity, key), self.files.key), entity, key)

    async def _link_identities(self) -> None:
        entries = self.files.identities.content if self.files.identities is not None else []
        links = [
            {
                "channel": entry["channel"],
                "external_id": entry["external_id"],
                "person_id": self._id("person", entry["person"]),
                "name": entry["name"],
            }
            for entry in entries
        ]
        await link_identities(self.session, links)
