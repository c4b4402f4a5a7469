"""A company with what the actions of rules work on: consent, coupons, templates, leads with owners, segments, and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext, Result
from backend.actions.ownership import OWNERSHIP_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.segments import SEGMENT_ACTIONS
from backend.db import Database
from backend.events.log import Cause
from backend.events.outbox import deliver_due
from backend.flows.actions import ACTIONS as FLOW_ACTIONS
from backend.identity import service as identity
from backend.messaging.service import outbox_handlers
from backend.records import service as records
from backend.tasks.actions import TASK_ACTIONS
from tests.backend.social.company import ENTITIES, Company, column, entity, found, label, options

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PERSON = entity(
    "person", "name", *ENTITIES[0]["fields"], column("marketing_consent", "boolean"), column("city"), column("language")
)
OTHERS = (
    entity("message_template", "key", column("key", required=True), column("text", "long_text"), column("text_en")),
    entity(
        "coupon",
        "code",
        column("code", required=True),
        column("person", "reference", entity="person"),
        column("expires_at", "datetime"),
    ),
    entity(
        "lead",
        "name",
        column("name", required=True),
        column("person", "reference", entity="person"),
        column("pool", "boolean"),
        column("status", "choice", options=options("open", "approved")),
        column("priority", "choice", options=options("normal", "urgent")),
    ),
)
SEGMENTS = (
    {"kind": "segment", "key": "winback", "label": label("winback"), "entity": "person"},
    {"kind": "segment", "key": "vips", "label": label("vips"), "entity": "person", "condition": 'level = "vip"'},
)


@dataclass
class Scene:
    """The company, one person in it, and calls of actions about them, committed one by one."""

    company: Company
    person: UUID
    users: dict[str, UUID] = field(default_factory=dict)

    async def run(self, action: str, about: Mapping[str, Any] | None = None, /, **arguments: Any) -> Result:
        """Run an action; `about` changes its context."""
        async with self.company.database.transaction() as session:
            context = ActionContext(
                session=session,
                metadata=self.company.store.current,
                now=NOW,
                key=str(uuid4()),
                cause=Cause(),
                person_id=self.person,
            )
            return await self.company.actions.run(action, replace(context, **(about or {})), arguments)

    async def done(self, action: str, about: Mapping[str, Any] | None = None, /, **arguments: Any) -> dict[str, Any]:
        """The same where there is a result."""
        result = await self.run(action, about, **arguments)
        assert result is not None
        return result

    async def create(self, entity: str, **data: Any) -> UUID:
        async with self.company.database.transaction() as session:
            made = await records.create(session, self.company.store.current, SYSTEM, entity, data)
        return UUID(str(made["id"]))

    async def change(self, entity: str, id: UUID, **data: Any) -> None:
        async with self.company.database.transaction() as session:
            await records.update(session, self.company.store.current, SYSTEM, entity, id, data, version=None)

    async def record(self, entity: str, id: UUID) -> dict[str, Any]:
        async with self.company.database.transaction() as session:
            return await records.get(session, self.company.store.current, SYSTEM, entity, id)

    async def user(self, name: str, **members: Any) -> UUID:
        async with self.company.database.transaction() as session:
            made = await identity.create_user(
                session, email=f"{name}@weft.local", name=name, password_hash=None, **members
            )
        self.users[name] = made.id
        return made.id

    async def deliver(self) -> int:
        return await deliver_due(self.company.database, outbox_handlers(self.company.database, self.company.store))

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        return await self.company.rows(statement, **values)


async def scene_of(database: Database, **person: Any) -> Scene:
    """The company with a person who can be reached by phone."""
    more = (*OWNERSHIP_ACTIONS, *SEGMENT_ACTIONS, *FLOW_ACTIONS, *TASK_ACTIONS)
    company = await found(database)
    company.actions = ActionRegistry({action.key: action for action in (*company.actions, *more)}.values())
    await company.publish(PERSON, *OTHERS, *SEGMENTS)
    scene = Scene(company, uuid4())
    scene.person = await scene.create("person", name="王五", phone="13800000000", **person)
    return scene
