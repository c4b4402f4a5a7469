"""A small company for the tests of the social side: entities, rules and roles published into a real database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.access.caller import SYSTEM
from backend.actions.action import Action
from backend.actions.records import RECORD_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.service_desk import SERVICE_DESK_ACTIONS
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime, work_off
from backend.db import Database
from backend.events.consumers import Consumer, Handle
from backend.events.log import NewEvent, append_external
from backend.messaging.actions import MESSAGING_ACTIONS
from backend.metadata import service as metadata_service
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage

Document = dict[str, Any]
LEVELS = ("normal", "vip", "svip")
STAGES = ("new", "in_progress", "closed")


def label(words: str) -> Document:
    return {"zh": words, "en": words}


def options(*keys: str) -> list[Document]:
    return [{"key": key, "label": label(key)} for key in keys]


def column(key: str, type: str = "text", **settings: Any) -> Document:
    return {"key": key, "type": type, "label": label(key), **settings}


def entity(key: str, title: str, *fields: Document) -> Document:
    return {"kind": "entity", "key": key, "label": label(key), "title": title, "fields": list(fields)}


ENTITIES = (
    entity(
        "person",
        "name",
        column("name", required=True),
        column("phone", "phone"),
        column("level", "choice", options=options(*LEVELS), default="normal"),
        column("tags", "tags"),
        column("sentiment_score", "number"),
    ),
    entity("product", "name", column("name", required=True), column("keywords", "tags")),
    entity(
        "ticket",
        "title",
        column("title", required=True),
        column("person", "reference", entity="person"),
        column("product", "reference", entity="product"),
        column("channel", "choice", options=options("weibo", "web", "other")),
        column("status", "stage", options=options(*STAGES), default="new"),
        column("priority", "choice", options=options("normal", "urgent"), default="normal"),
        column("source_text", "long_text"),
        column("description", "long_text"),
        column("quality_finding", "long_text"),
        column("first_response_at", "datetime"),
    ),
    entity(
        "knowledge_article",
        "title",
        column("title", required=True),
        column("body", "long_text"),
        column("ticket", "reference", entity="ticket"),
    ),
)
WORD_LISTS = (
    {"kind": "word_list", "key": "products", "label": label("products"), "words": ["洗衣机", "冰箱", "fridge"]},
    {"kind": "word_list", "key": "defects", "label": label("defects"), "words": ["漏水", "异响", "leaks"]},
)
DEFECT_RULE = """
rule product_defect "产品缺陷"
  priority 80
  when social.post as p
  if p.text contains any of keywords("products") and p.text contains any of keywords("defects")
  then create_ticket(title: "{p.author.name}: {p.text}", priority: "urgent")
       tag("投诉客户")
end
"""


def rule(program: str, **members: Any) -> Document:
    key = program.split()[1]
    return {"kind": "rule", "key": key, "label": label(key), "text": program, **members}


ROLES = (
    {
        "kind": "role",
        "key": "operations",
        "label": label("operations"),
        "grants": [{"entity": "*", "actions": ["read"], "scope": "all"}],
        "permissions": ["social", "analytics", "operate"],
    },
    {
        "kind": "role",
        "key": "agent",
        "label": label("agent"),
        "grants": [
            {"entity": "ticket", "actions": ["read", "update"], "scope": "own"},
            {"entity": "person", "actions": ["read"], "scope": "own", "fields": {"phone": "hidden"}},
        ],
    },
)


@dataclass
class Company:
    """The services of one process of the company."""

    database: Database
    store: MetadataStore
    actions: ActionRegistry
    pipeline: Pipeline
    rules: RuleRuntime

    @property
    def consumer(self) -> Consumer:
        return self.pipeline.consumer()

    @property
    def handlers(self) -> dict[str, Handle]:
        """Who handles what of the log, by consumer."""
        return {"pipeline": self.pipeline.handle, "rules": self.rules.handle}

    async def publish(self, *documents: Document) -> None:
        publishing = Publishing(self.store, DDL(), self.actions.signatures())
        async with self.database.transaction() as session:
            for document in documents:
                kind, key = document["kind"], document["key"]
                await metadata_service.save_draft(session, publishing, SYSTEM, kind, key, document)
        async with self.database.transaction() as session:
            await metadata_service.publish(session, publishing, SYSTEM)
        await self.store.refresh()

    async def post(self, *posts: NewEvent) -> Sequence[int | None]:
        async with self.database.transaction() as session:
            return await append_external(session, posts)

    async def process(self) -> None:
        """Handle all there is, and what that makes, as workers do."""
        await work_off(self.database, self.consumer, self.rules)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(text(statement), values)).all())

    async def count(self, statement: str, **values: Any) -> int:
        return int((await self.rows(statement, **values))[0][0])

    async def run(self, statement: str, **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)


def post(
    text: str,
    author: str = "wang",
    *,
    id: str | None = None,
    channel: str = "weibo",
    type: str = "social.post",
    age: timedelta = timedelta(),
) -> NewEvent:
    """A post as the intake appends it."""
    occurred_at = datetime.now(UTC) - age
    external_id = id or f"{author}:{text}"
    data = {
        "external_id": external_id,
        "type": type,
        "author": {"id": author, "name": author},
        "text": text,
        "target": None,
        "occurred_at": occurred_at.isoformat(),
    }
    return NewEvent(
        type=type, data=data, channel=channel, external_id=external_id, actor_kind="channel", occurred_at=occurred_at
    )


async def services_of(database: Database, actions: Iterable[Action] = ()) -> Company:
    """A process of a company that is there already."""
    store = MetadataStore(database)
    await store.load()
    registry = ActionRegistry([*RECORD_ACTIONS, *SERVICE_DESK_ACTIONS, *MESSAGING_ACTIONS, *actions])
    pipeline = Pipeline(store, SocialStage(WordListReader()))
    return Company(database, store, registry, pipeline, RuleRuntime(store, registry))


async def found(database: Database, *documents: Document, actions: Iterable[Action] = ()) -> Company:
    """A company with its entities, word lists, roles and these further definitions."""
    company = await services_of(database, actions)
    await company.publish(*ENTITIES, *WORD_LISTS, *ROLES, *documents)
    return company


async def person_of(company: Company, author: str, channel: str = "weibo") -> UUID:
    rows = await company.rows(
        "SELECT person_id FROM weft.identity WHERE channel = :channel AND external_id = :author",
        channel=channel,
        author=author,
    )
    return UUID(str(rows[0].person_id))
