"""The outbox handler that hands instances to Temporal. It never gives up: an instance that waits for long says why on itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client

from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.events.log import Cause, NewEvent, append
from backend.events.models import OutboxMessage
from backend.events.outbox import Persistent
from backend.flows import repository
from backend.flows.context import context_of
from backend.flows.models import Instance
from backend.flows.programs import document_of, program_at
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.settings import Settings
from engine.definitions import BusinessCalendar
from engine.flow import Program
from engine.host import HostClient, InstanceInput, program_content

NOT_STARTED = "not_started"
#: From this failed attempt on, about a minute after the first, the instance says that it could not be started.
PATIENCE = 7
#: So long after Temporal took an instance its start should have been made.
_HANDED_ON = timedelta(minutes=1)
#: Instances that are handed to Temporal anew at a time.
_MOST_AGAIN = 200
_NOT_BEGUN = "Temporal has had it for over a minute, and its start is not made; the log of the workers says why"
_DETAIL_LENGTH = 300
LIVE = frozenset({"running", "failed"})
_DOCUMENTS_KEPT = 200
#: By program: it (so that its id() stays its own), the calendar, the document with that, and the hash.
_documents: OrderedDict[int, tuple[Program, BusinessCalendar | None, dict[str, Any], str]] = OrderedDict()


class StartServices(Protocol):
    """What starting needs of a process's services."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def metadata(self) -> MetadataStore: ...
    @property
    def actions(self) -> ActionRegistry: ...
    async def temporal(self) -> Client: ...


class Starter(Persistent):
    """The outbox handler `start_flow`: hands an instance with the program of its version to Temporal. The payload may say where and with
    what it starts: `start` has members of the command Start; or that it is to `go_on` from where it is."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], _key: str) -> dict[str, Any] | None:
        id = UUID(payload["instance"])
        if payload.get("go_on"):
            return {"instance": str(id), "taken_up": await self.take_up(id)}
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, id)
            if instance is None or instance.status != "starting":
                return None
            begin = await self._begin(session, instance, payload.get("start") or {})
        await (await host_of(self._services)).start(begin)
        return {"instance": str(id)}

    async def take_up(self, id: UUID) -> bool:
        """Go on with a live instance that Temporal does not run: it lost it, or its history could not be replayed by this version of the
        engine. The database has all of it. False when the instance is not live."""
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, id)
            if instance is None or instance.status not in LIVE or instance.state is None:
                return False
            begin = await self._begin(session, instance, {})
        await (await host_of(self._services)).take_up(begin)
        return True

    async def again(self, payload: dict[str, Any]) -> None:
        """Hand on anew an instance that Temporal took and that has not begun, and say so on it. Where Temporal still tries, nothing else
        happens; where it lost it, it has it again."""
        id, services = UUID(payload["instance"]), self._services
        async with services.database.transaction() as session:
            await _say(session, id, _NOT_BEGUN)
        async with services.database.transaction() as session:
            instance = await repository.instance(session, id)
            if instance is None or instance.status != "starting":
                return
            begin = await self._begin(session, instance, payload.get("start") or {})
        await (await host_of(services)).take_up(begin)

    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        """After a while the instance shows an incident, which its start takes away again."""
        if attempts >= PATIENCE:
            await _say(session, UUID(payload["instance"]), f"{type(error).__name__}: {error}"[:_DETAIL_LENGTH])

    async def _begin(self, session: AsyncSession, instance: Instance, start: dict[str, Any]) -> InstanceInput:
        """Everything that Temporal needs to run the instance from where it is."""
        store, actions = self._services.metadata, self._services.actions
        program = await program_at(session, store, actions, instance.flow, instance.flow_version)
        document, content = pinned_document(program, store.current)
        begin = InstanceInput(str(instance.id), document, instance.flow_version, content)
        if instance.state is not None:
            return replace(begin, state=instance.state, results=instance.results)
        context = await context_of(session, store.current, instance, program.context_paths)
        return replace(begin, start={"variables": instance.variables, "context": context, **start})


async def not_begun(session: AsyncSession, metadata: Metadata) -> Sequence[dict[str, Any]]:
    """What the outbox handed to Temporal a while ago without the instance having begun since, the oldest first; it counts as handed on
    now, so that each has its turn, by one worker."""
    row = OutboxMessage
    waiting = (
        select(row.id)
        .join(Instance, row.key == func.concat("start:", cast(Instance.id, Text)))
        .where(Instance.flow.in_(list(metadata.flows)), Instance.status == "starting")  # as the index has it
        .where(row.status == "done", row.done_at < func.now() - _HANDED_ON)
        .order_by(row.done_at)
        .limit(_MOST_AGAIN)
        .with_for_update(of=row, skip_locked=True)
    )
    statement = update(row).where(row.id.in_(waiting.scalar_subquery())).values(done_at=func.now())
    statement = statement.returning(row.payload)
    return (await session.execute(statement)).scalars().all()


async def host_of(services: StartServices) -> HostClient:
    """The running instances, through this process's Temporal client. One that should run and does not is taken up first."""
    starter = Starter(services)

    async def take_up(instance: str) -> bool:
        return await starter.take_up(UUID(instance))

    return HostClient(await services.temporal(), services.settings.temporal_task_queue, take_up)


def pinned_document(program: Program, metadata: Metadata) -> tuple[dict[str, Any], str]:
    """A program as Temporal keeps it, with the business calendar of today, and the hash of that."""
    default = metadata.default_calendar
    known = _documents.get(id(program))
    if known is None or known[1] is not default:
        document = document_of(program, metadata)
        known = _documents[id(program)] = (program, default, document, program_content(document))
        while len(_documents) > _DOCUMENTS_KEPT:
            _documents.popitem(last=False)
    return known[2], known[3]


async def _say(session: AsyncSession, id: UUID, detail: str) -> None:
    """Put the incident on an instance that has none yet and has not begun; once, so that its history and the log have it once."""
    incident = {"node_id": None, "code": NOT_STARTED, "detail": detail, "blocking": False}
    statement = (
        update(Instance)
        .where(Instance.id == id, Instance.status == "starting", Instance.incident.is_(None))
        .values(incident={**incident, "all": [incident]})
        .returning(
            Instance.flow,
            Instance.title,
            Instance.entity,
            Instance.record_id,
            Instance.person_id,
            Instance.event_id,
            Instance.depth,
        )
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return
    line = {"instance_id": id, "at": datetime.now(UTC), "type": "incident", "node_id": None, "actor_id": None}
    await repository.add_history(session, [{**line, "data": {"code": NOT_STARTED, "detail": detail}}])
    await append(session, _failed(id, found, detail))


def _failed(id: UUID, instance: Any, detail: str) -> NewEvent:
    about = {
        "instance_id": str(id),
        "flow": instance.flow,
        "title": instance.title,
        "entity": instance.entity,
        "record_id": instance.record_id and str(instance.record_id),
    }
    data = {**about, "node_id": None, "code": NOT_STARTED, "detail": detail}
    event = NewEvent("instance.failed", data, "instance", id, instance.person_id)
    return event.caused_by(Cause(instance.event_id, instance.depth))
