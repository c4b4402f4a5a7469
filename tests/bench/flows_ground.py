"""What the benches of the host stand on: PostgreSQL and Temporal as `weft up` starts them, the bench's app, and instances driven through the
host's client without HTTP; workers are processes of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from backend.access.caller import SYSTEM
from backend.assembly import Services, build_services
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.log import Cause
from backend.flows import service
from backend.flows.starting import Starter
from backend.identity.models import User
from backend.identity.service import create_user
from backend.records import service as records
from backend.settings import Settings
from backend.tasks.models import Task
from backend.templates import install_app
from engine.flow import CompleteTask, command_to_json
from engine.host import CommandInput, HostClient
from tests.bench.figures import scratch
from tests.bench.flows_company import ENTITY, bench_documents, person, write_app
from tests.product import ROOT
from tests.temporal_server import binary

Found = TypeVar("Found")

_PRAGMAS = ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"]


@dataclass
class Instance:
    """One instance and the tasks of it that are open, oldest first."""

    id: str
    record: str
    user: str
    tasks: list[str]


@dataclass
class Ground:
    """Servers, the product's services over them, and the bench's people."""

    services: Services
    client: Client
    address: str
    database_url: str
    people: list[str]

    @property
    def host(self) -> HostClient:
        return HostClient(self.client, self.services.settings.temporal_task_queue)

    async def start(self, flow: str, count: int) -> list[Instance]:
        """So many instances, each of another person in turn, once their tasks are open."""
        starter = Starter(self.services)
        begun: list[Instance] = []
        for number in range(count):
            user = self.people[number % len(self.people)]
            id, record = await self._begin(flow, user)
            await starter({"instance": str(id)}, f"bench:{id}")
            begun.append(Instance(str(id), str(record), user, []))
        for instance in begun:
            instance.tasks = await self._opened(instance.id)
        return begun

    async def _begin(self, flow: str, user: str) -> tuple[UUID, UUID]:
        cause = Cause(actor_id=UUID(user), actor_kind="user")
        metadata, actions = self.services.metadata.current, self.services.actions
        async with self.services.database.transaction() as session:
            record = await records.create(session, metadata, SYSTEM, ENTITY, {"name": flow}, cause=cause)
            id = await service.start(
                session, metadata, SYSTEM, flow, actions=actions, record_id=UUID(record["id"]), cause=cause
            )
        return id, UUID(record["id"])

    async def _opened(self, instance: str) -> list[str]:
        statement = select(Task.id).where(Task.instance_id == UUID(instance), Task.status == "open").order_by(Task.id)

        async def ask() -> list[str]:
            async with self.services.database.transaction() as session:
                return [str(id) for id in (await session.execute(statement)).scalars()]

        return await eventually(ask, f"the tasks of {instance}")

    async def complete(self, instance: Instance, outcome: str = "next") -> None:
        """Decide the oldest open task, and take up what it opens."""
        task, command = instance.tasks.pop(0), uuid4().hex
        complete = command_to_json(CompleteTask(task, instance.user, outcome, {}))
        data = {"note": command}
        answer = await self.host.command(instance.id, CommandInput(command, complete, instance.user, data=data))
        instance.tasks += [each["id"] for each in answer["next_tasks"]]


async def eventually(ask: Callable[[], Awaitable[Found]], what: str, seconds: float = 60) -> Found:
    """Ask again and again until there is an answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = await ask()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Servers of one's own, with the bench's app installed."""
    with scratch() as folder:
        server = EmbeddedPostgres(folder / "postgres")
        server.start()
        try:
            url = server.ensure_database("bench")
            migrate(url)
            async with _temporal(folder) as environment:
                address = environment.client.service_client.config.target_host
                yield await _prepared(folder, url, address)
        finally:
            server.stop()


@contextmanager
def _told_as_errors() -> Iterator[None]:
    """What is started in here writes to the standard error: the server greets, and the standard output is for figures."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@asynccontextmanager
async def _temporal(folder: Path) -> AsyncIterator[WorkflowEnvironment]:
    with _told_as_errors():
        environment = await WorkflowEnvironment.start_local(
            dev_server_existing_path=binary("temporal"),
            dev_server_log_level="error",
            dev_server_database_filename=str(folder / "temporal.db"),
            dev_server_extra_args=_PRAGMAS,
        )
    try:
        yield environment
    finally:
        await environment.shutdown()


def settings(database_url: str, address: str) -> Settings:
    """Those of every process of the bench."""
    return Settings(database_url=database_url, temporal_address=address, secret="s" * 32)


async def _prepared(folder: Path, url: str, address: str) -> Ground:
    services = build_services(settings(url, address))
    await services.metadata.load()
    app = write_app(folder / "works", bench_documents())
    async with services.database.transaction() as session:
        await create_user(session, email="admin@weft.local", name="管理员", password_hash=None, is_admin=True)
    await install_app(services.database, services.publishing, app, sample_data=True, password_hash=None)
    async with services.database.transaction() as session:
        found = (await session.execute(select(User.email, User.id))).all()
    people = {row.email: str(row.id) for row in found}
    porters = [people[email] for email in map(person, range(len(people))) if email in people]
    return Ground(services, await services.temporal(), address, url, porters)


@contextmanager
def worker(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process: `python -m module arguments`."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
