"""A company with a past, for what authors of rules ask: people, posts that were understood, orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.automation.behind import Looker
from backend.automation.worlds import World, world_of
from backend.db import Database, uuid7
from backend.metadata import service as metadata_service
from backend.metadata.event_scopes import rule_scope
from backend.metadata.service import Publishing
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.records.ddl import DDL
from backend.records.reading import Reader
from engine.language import Problems
from engine.rules import CompiledRule, RuleScope, compile_rule

Document = dict[str, Any]


def label(words: str) -> Document:
    return {"zh": words, "en": words}


def options(*keys: str) -> list[Document]:
    return [{"key": key, "label": label(key)} for key in keys]


def column(key: str, type: str = "text", **settings: Any) -> Document:
    return {"key": key, "type": type, "label": label(key), **settings}


def entity(key: str, title: str, *fields: Document, **members: Any) -> Document:
    return {"kind": "entity", "key": key, "label": label(key), "title": title, "fields": list(fields), **members}


DEFINITIONS = (
    entity(
        "person",
        "name",
        column("name", required=True),
        column("level", "choice", options=options("normal", "vip", "svip"), default="normal"),
        column("city"),
        column("secret"),
        column("tags", "tags"),
        column("marketing_consent", "boolean"),
        plural={"zh": "客户", "en": "Customers"},
    ),
    entity("region", "name", column("name", required=True), column("manager", "user")),
    entity(
        "order",
        "number",
        column("number", required=True),
        column("person", "reference", entity="person"),
        column("region", "reference", entity="region"),
        column("amount", "money", currency="CNY"),
        column("status", "choice", options=options("draft", "paid")),
    ),
    {"kind": "word_list", "key": "defects", "label": label("defects"), "words": ["漏水", "leak"]},
    {
        "kind": "role",
        "key": "author",
        "label": label("author"),
        "grants": [{"entity": "person", "actions": ["read"], "scope": "own", "fields": {"secret": "hidden"}}],
        "permissions": ["build"],
    },
    {
        "kind": "role",
        "key": "operator",
        "label": label("operator"),
        "grants": [{"entity": "*", "actions": ["read"], "scope": "all"}],
        "permissions": ["operate"],
    },
)


@dataclass
class Company:
    """A database with definitions, people and what happened to them."""

    database: Database
    store: MetadataStore
    people: dict[str, UUID] = field(default_factory=dict)

    @property
    def metadata(self) -> Metadata:
        return self.store.current

    @property
    def scope(self) -> RuleScope:
        return rule_scope(self.metadata, ActionRegistry(ACTIONS).signatures())

    def rule(self, program: str) -> CompiledRule:
        found = compile_rule(program, self.scope)
        assert not isinstance(found, Problems), found
        return found

    def reader(self, caller: Caller = SYSTEM) -> Reader:
        return Reader(self.metadata, caller)

    async def world(self, session: Any, program: str) -> World:
        return await world_of(session, self.rule(program), self.scope, Looker(self.reader(), self.scope.records))

    async def publish(self, *documents: Document) -> None:
        publishing = Publishing(self.store, DDL(), ActionRegistry(ACTIONS).signatures())
        async with self.database.transaction() as session:
            for document in documents:
                address = document["kind"], document["key"]
                await metadata_service.save_draft(session, publishing, SYSTEM, *address, document)
        async with self.database.transaction() as session:
            await metadata_service.publish(session, publishing, SYSTEM)
        await self.store.refresh()

    async def add(self, key: str, **data: Any) -> UUID:
        async with self.database.transaction() as session:
            record = await records.create(session, self.metadata, SYSTEM, key, data)
        return UUID(str(record["id"]))

    async def person(self, name: str, **data: Any) -> UUID:
        self.people[name] = await self.add("person", name=name, **data)
        return self.people[name]

    async def said(self, name: str, words: str, *, ago: timedelta, type: str = "social.post", **data: Any) -> int:
        """An understood event; the id of the event of the log."""
        at = clock.now() - ago
        sentiment = data.get("sentiment", "neutral")
        async with self.database.transaction() as session:
            raw = await session.execute(_RAW, {"type": type, "external_id": str(uuid7()), "at": at})
            event_id: int = raw.scalar_one()
            log_id = (
                await session.execute(_TOLD, {"at": at, "id": event_id, "person": self.people[name]})
            ).scalar_one()
            values = {"id": event_id, "log": log_id, "type": type, "name": name, "person": self.people[name]}
            await session.execute(_POST, {**values, "text": words, "at": at, "sentiment": sentiment})
        return event_id

    async def at(self, type: str, ago: timedelta) -> None:
        """Put the last event of a type into the past."""
        await self.run(
            "UPDATE weft.event SET occurred_at = :at WHERE id = (SELECT max(id) FROM weft.event WHERE type = :type)",
            at=clock.now() - ago, type=type,
        )  # fmt: skip

    async def run(self, statement: str, **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)

    async def count(self, statement: str) -> int:
        async with self.database.transaction() as session:
            found: int = (await session.execute(text(statement))).scalar_one()
            return found


_RAW = text(
    "INSERT INTO weft.event (slot, type, channel, external_id, occurred_at, data)"
    " VALUES (0, :type, 'weibo', :external_id, :at, '{}') RETURNING id"
)
_TOLD = text(
    "INSERT INTO weft.event (slot, type, person_id, occurred_at, data) VALUES (0, 'social.processed', :person, :at,"
    " jsonb_build_object('event_id', CAST(:id AS bigint))) RETURNING id"
)
_POST = text(
    "INSERT INTO weft.social_post (event_id, log_id, channel, type, external_id, author_id, author_name, person_id, text,"
    " sentiment, sentiment_score, occurred_at) VALUES (:id, :log, 'weibo', :type, CAST(:id AS text), :name, :name, :person,"
    " :text, :sentiment, 0, :at)"
)


async def founded(database: Database, *documents: Document) -> Company:
    """A company with the definitions above and these."""
    store = MetadataStore(database)
    await store.load()
    company = Company(database, store)
    await company.publish(*DEFINITIONS, *documents)
    return company


def days(number: float) -> timedelta:
    return timedelta(days=number)


def moment(answer: Any) -> datetime:
    assert isinstance(answer, datetime)
    return answer
