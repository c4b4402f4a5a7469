"""The company of the built-in templates with real PostgreSQL and real Temporal: its people, its tickets, and what they do."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import make_url, select, text
from temporalio.client import Client

from backend.access.caller import SYSTEM, Caller
from backend.assembly import Services, build_services
from backend.auth.service import caller_of
from backend.events.outbox import deliver_due
from backend.flows import reading, service
from backend.flows.hosting import build_flow_worker
from backend.flows.starting import Starter
from backend.identity.models import User
from backend.identity.people import import_people
from backend.identity.service import create_user
from backend.metadata.service import publish, save_draft
from backend.records import service as records
from backend.settings import Settings
from backend.tasks import inbox
from backend.tasks import service as tasks
from backend.templates.install import install_app
from engine.host import HostClient

TEMPLATES = Path(__file__).resolve().parents[3] / "builtin_templates"
#: The database of the company as it is founded, for copying.
_KEPT = "weft_company_template"
ADMIN = "admin@weft.local"
AGENT, OTHER_AGENT, LEAD = "wang.wei@weft.local", "zhang.min@weft.local", "li.na@weft.local"
QUALITY, SERVICE, FINANCE = "chen.jie@weft.local", "zhao.lei@weft.local", "sun.li@weft.local"


async def skip_no_time(_: timedelta) -> None:
    """Only the server that skips time can."""
    raise RuntimeError("this Temporal runs in real time")


def _settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, temporal_task_queue=f"weft-{secrets.token_hex(6)}", secret="s" * 32)


async def _found(database_url: str) -> None:
    """An empty database becomes that of the company. It is installed once on each server and copied then: that takes seconds, a copy a
    tenth of one."""
    url = make_url(database_url)
    name, kept = sql.Identifier(url.database or ""), sql.Identifier(_KEPT)
    server = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [_KEPT]).fetchone() is None:
            await _install(database_url)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(kept, name))
        else:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, kept))


async def _install(database_url: str) -> None:
    """The built-in templates, their people and an administrator."""
    services = build_services(_settings(database_url))
    await services.metadata.load()
    for app in ("crm", "scrm"):
        await install_app(
            services.database, services.publishing, TEMPLATES / app, sample_data=False, password_hash=None
        )
    async with services.database.transaction() as session:
        for app in ("crm", "scrm"):
            await import_people(session, orjson.loads((TEMPLATES / app / "people.json").read_bytes()), None)
        await create_user(session, email=ADMIN, name="管理员", password_hash=None, is_admin=True)
    await services.close()


@dataclass
class Company:
    """Everybody at work. `sleep` lets time pass, where the server can skip it."""

    services: Services
    client: Client
    callers: dict[str, Caller] = field(default_factory=dict)
    sleep: Callable[[timedelta], Awaitable[None]] = skip_no_time

    @classmethod
    async def found(cls, database_url: str, client: Client) -> Company:
        """A company with the templates installed and an administrator, on a task queue of its own."""
        await _found(database_url)
        services = build_services(_settings(database_url))
        services._temporal = client
        await services.metadata.load()
        return cls(services, client)

    @property
    def host(self) -> HostClient:
        async def take_up(instance: str) -> bool:
            return await Starter(self.services).take_up(UUID(instance))

        return HostClient(self.client, self.services.settings.temporal_task_queue, take_up)

    def working(self) -> AbstractAsyncContextManager[Any]:
        """A Temporal worker of this company."""
        return build_flow_worker(self.services, self.client)

    async def caller(self, email: str) -> Caller:
        """One of the company's people."""
        if email not in self.callers:
            async with self.services.database.transaction() as session:
                user = (await session.execute(select(User).where(User.email == email))).scalar_one()
                self.callers[email] = await caller_of(session, user)
        return self.callers[email]

    async def publish(self, definition: Mapping[str, Any], kind: str = "flow") -> None:
        """Publish a flow, or another definition."""
        async with self.services.database.transaction() as session:
            await save_draft(session, self.services.publishing, SYSTEM, kind, definition["key"], dict(definition))
            await publish(session, self.services.publishing, SYSTEM, [(kind, definition["key"])])
        await self.services.metadata.refresh()

    # -- what happens

    async def person(self, name: str = "王五", phone: str | None = "13800000001") -> UUID:
        return await self.create("person", {"name": name, "phone": phone})

    async def ticket(self, person: UUID | None = None, **data: Any) -> UUID:
        given = {"title": "刚买的洗衣机漏水", "person": str(person) if person else None, "channel": "weibo", **data}
        return await self.create("ticket", given)

    async def create(self, entity: str, data: Mapping[str, Any]) -> UUID:
        async with self.services.database.transaction() as session:
            made = await records.create(session, self.services.metadata.current, SYSTEM, entity, data)
        return UUID(made["id"])

    async def record(self, entity: str, id: UUID) -> dict[str, Any]:
        async with self.services.database.transaction() as session:
            return await records.get(session, self.services.metadata.current, SYSTEM, entity, id)

    async def start(self, flow: str, record: UUID, **variables: Any) -> UUID:
        """Start a flow and hand it to Temporal."""
        async with self.services.database.transaction() as session:
            metadata = self.services.metadata.current
            id = await service.start(
                session,
                metadata,
                SYSTEM,
                flow,
                actions=self.services.actions,
                record_id=record,
                variables=variables,
            )
        await deliver_due(self.services.database, self.services.outbox_handlers())
        return id

    async def complain(self, **person: Any) -> tuple[UUID, UUID]:
        """A ticket with its flow running up to triage: (ticket, instance)."""
        ticket = await self.ticket(await self.person(**person))
        instance = await self.start("urgent_complaint", ticket)
        await self.until(lambda: self.has_open(instance, "triage"))
        return ticket, instance

    # -- what people see and do

    async def inbox(self, email: str, box: str = "todo") -> list[dict[str, Any]]:
        async with self.services.database.transaction() as session:
            caller = await self.caller(email)
            page = await inbox.list_json(session, self.services.metadata.current, caller, box=box, limit=200)
        found: list[dict[str, Any]] = orjson.loads(page)["items"]
        return found

    async def task(self, email: str, instance: UUID, node: str) -> dict[str, Any]:
        """The open task of a node in somebody's inbox."""
        found = [t for t in await self.inbox(email) if t["instance_id"] == str(instance) and t["node_id"] == node]
        assert len(found) == 1, f"{email} has {[t['node_id'] for t in await self.inbox(email)]}"
        return found[0]

    async def detail(self, email: str, task: str) -> dict[str, Any]:
        async with self.services.database.transaction() as session:
            return await tasks.detail(session, self.services.metadata, await self.caller(email), UUID(task))

    async def complete(
        self,
        email: str,
        task: str,
        outcome: str,
        data: Mapping[str, Any] | None = None,
        *,
        comment: str | None = None,
        command_id: str | None = None,
    ) -> dict[str, Any]:
        decision = tasks.Decision(outcome, command_id or secrets.token_hex(8), data or {}, comment)
        async with self.services.database.transaction() as session:
            caller = await self.caller(email)
            return await tasks.complete(session, self.services.metadata, caller, self.host, UUID(task), decision)

    async def decide(
        self, email: str, instance: UUID, node: str, outcome: str, data: Mapping[str, Any] | None = None, **rest: Any
    ) -> dict[str, Any]:
        """Complete the open task of a node."""
        return await self.complete(email, (await self.task(email, instance, node))["id"], outcome, data, **rest)

    async def instance(self, id: UUID) -> dict[str, Any]:
        async with self.services.database.transaction() as session:
            return await reading.detail(session, self.services.metadata, SYSTEM, id)

    async def has_open(self, instance: UUID, node: str) -> bool:
        statement = text("SELECT count(*) FROM weft.task WHERE instance_id = :i AND node_id = :n AND status = 'open'")
        return bool(await self.scalar(statement, i=instance, n=node))

    async def scalar(self, statement: Any, **parameters: Any) -> Any:
        async with self.services.database.transaction() as session:
            return (await session.execute(statement, parameters)).scalar()

    async def until(self, condition: Callable[[], Any], seconds: float = 15) -> None:
        """Wait for what the worker does on its own."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await condition():
            assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
            await asyncio.sleep(0.02)

    async def settled(self, condition: Callable[[], Awaitable[Any]], seconds: float = 15) -> None:
        """Wait for what the outbox and the worker lead to between them."""

        async def delivered() -> bool:
            await deliver_due(self.services.database, self.services.outbox_handlers())
            return bool(await condition())

        await self.until(delivered, seconds)


TRIAGE = {"priority": "high", "category": "quality", "severity": "major"}
QUALITY_DATA = {"quality_finding": "密封圈老化", "is_defect": True, "batch": "B2026-11"}
PLAN = {"repair_plan": "更换密封圈", "reply_text": "您好,我们将上门更换密封圈。"}


@asynccontextmanager
async def company_at_work(database_url: str, client: Client) -> AsyncIterator[Company]:
    """A company whose Temporal worker runs."""
    company = await Company.found(database_url, client)
    try:
        async with company.working():
            yield company
    finally:
        await company.services.close()
