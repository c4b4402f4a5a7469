"""Entities, roles and people for tests of records, with their tables made by the real table changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.db import Database, uuid7
from backend.identity.models import Department, User
from backend.metadata.snapshot import Metadata
from backend.records import service
from backend.records.ddl import DDL
from backend.records.query import ListQuery
from engine.definitions import Check, Entity, Field, Grant, Option, Role, Text, UniqueKey


def text(en: str, zh: str | None = None) -> Text:
    return Text(zh or en, en)


def field(key: str, type: str, **settings: Any) -> Field:
    return Field(key, type, text(key), **settings)


def options(*keys: str) -> tuple[Option, ...]:
    return tuple(Option(key, text(key)) for key in keys)


PERSON = Entity(
    "person",
    text("Person", "客户"),
    (
        field("name", "text", required=True),
        field("phone", "phone"),
        field("level", "choice", options=options("normal", "vip", "svip"), indexed=True),
        field("tags", "tags"),
        field("secret", "text"),
    ),
    title="name",
)

EVERYTHING = Entity(
    "everything",
    text("Everything", "全部"),
    (
        field("text", "text"),
        field("long_text", "long_text"),
        field("number", "number"),
        field("money", "money", currency="CNY"),
        field("boolean", "boolean"),
        field("date", "date"),
        field("datetime", "datetime"),
        field("choice", "choice", options=options("a", "b", "c")),
        field("multi_choice", "multi_choice", options=options("a", "b", "c")),
        field(
            "stage", "stage", options=options("new", "open", "done"), transitions={"new": ("open",), "open": ("done",)}
        ),
        field("reference", "reference", entity="person"),
        field("user", "user"),
        field("department_field", "department"),
        field("phone", "phone"),
        field("email", "email"),
        field("tags", "tags"),
        field("auto_number", "auto_number", pattern="E-{yyyy}{mm}-{0000}"),
        field(
            "sub_table",
            "sub_table",
            fields=(
                field("part", "text", required=True),
                field("price", "money", currency="CNY"),
                field("who", "reference", entity="person"),
            ),
        ),
    ),
    title="text",
)

TICKET = Entity(
    "ticket",
    text("Ticket", "工单"),
    (
        field("number", "auto_number", pattern="T-{0000}"),
        field("title", "text", required=True),
        field("code", "text", unique=True),
        field("person", "reference", entity="person"),
        field(
            "status",
            "stage",
            options=options("new", "open", "closed"),
            transitions={"new": ("open",), "open": ("closed",)},
        ),
        field("score", "number"),
        field("compensation", "money", currency="CNY"),
        field("batch", "text"),
    ),
    title="title",
    checks=(
        Check("compensation is empty or compensation <= 1000 CNY", text("At most 1000", "最多 1000"), "compensation"),
        Check(
            'person is empty or person.level != "svip" or score is not empty',
            text("Score an SVIP", "SVIP 要评分"),
            "score",
        ),
    ),
    unique=(UniqueKey(("batch", "score"), text("One score per batch", "同批次分数唯一")),),
)

ROLES = (
    Role(
        "agent_own",
        text("Own"),
        (Grant("ticket", ("create", "read", "update"), "own"), Grant("person", ("read",), "all", {"secret": "hidden"})),
    ),
    Role(
        "agent_department",
        text("Department"),
        (Grant("ticket", ("read", "update"), "department", {"compensation": "read"}),),
    ),
    Role(
        "agent_tree",
        text("Tree"),
        (Grant("ticket", ("read", "update", "delete"), "department_tree", {"compensation": "hidden"}),),
    ),
    Role("agent_all", text("All"), (Grant("ticket", ("read",), "all"), Grant("person", ("read",), "own"))),
)

METADATA = Metadata.of([PERSON, EVERYTHING, TICKET, *ROLES], version=1)


#: The department of each user.
PLACES = {"lead": "service", "agent": "night", "other": "finance", "admin": "company"}


@dataclass(frozen=True)
class World:
    """A database with the tables of METADATA, departments and users."""

    database: Database
    metadata: Metadata
    departments: Mapping[str, UUID]
    users: Mapping[str, UUID]

    def caller(self, name: str, *roles: str, is_admin: bool = False) -> Caller:
        """A user of the world with these roles."""
        department = PLACES[name]
        below = {"service": ("service", "night"), "company": tuple(self.departments)}.get(department, (department,))
        return Caller(
            user_id=self.users[name],
            name=name,
            roles=frozenset(roles),
            department_id=self.departments[department],
            department_ids=tuple(self.departments[key] for key in below),
            is_admin=is_admin,
        )

    async def list(self, session: AsyncSession, caller: Caller, entity: str, **query: Any) -> dict[str, Any]:
        """A list, decoded."""
        return orjson.loads(await service.list_json(session, self.metadata, caller, entity, ListQuery(**query)))


@pytest.fixture
async def world(database: Database) -> World:
    departments = {key: uuid7() for key in ("company", "service", "night", "finance")}
    users = {name: uuid7() for name in ("admin", "lead", "agent", "other")}
    parents = {"service": "company", "night": "service", "finance": "company"}
    async with database.transaction() as session:
        for key, id in departments.items():
            path, at = [key], key
            while at in parents:
                at = parents[at]
                path.insert(0, at)
            parent = departments[parents[key]] if key in parents else None
            session.add(
                Department(
                    id=id, key=key, label_zh=key, label_en=key, parent_id=parent, path=[departments[k] for k in path]
                )
            )
            await session.flush()
        for name, id in users.items():
            session.add(User(id=id, email=f"{name}@weft.test", name=name, department_id=departments[PLACES[name]]))
        await session.flush()
        ddl = DDL()
        await ddl.apply(session, ddl.plan(Metadata(), METADATA))
    return World(database, METADATA, departments, users)
