"""The outbox handler that hands instances to Temporal. It never gives up: an instance that waits for long says why on itself."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client

from backend.db import Database
from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import Persistent
from backend.flows import repository
from backend.flows.context import context_of
from backend.flows.models import Instance
from backend.metadata.store import MetadataStore
from backend.settings import Settings
from engine.flow import Program, compile_flow
from engine.host import HostClient, InstanceInput

NOT_STARTED = "not_started"
#: From this failed attempt on, about a minute after the first, the instance says that it could not be started.
PATIENCE = 7
_DETAIL_LENGTH = 300
_PROGRAMS_KEPT = 200


class StartServices(Protocol):
    """What starting needs of a process's services."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def metadata(self) -> MetadataStore: ...
    async def temporal(self) -> Client: ...


class Starter(Persistent):
    """The outbox handler `start_flow`: compiles the pinned version of the flow and hands the instance to Temporal."""

    def __init__(self, services: StartServices) -> None:
        self._services = services
        self._programs: OrderedDict[tuple[str, int], tuple[Program, dict[str, Any]]] = OrderedDict()

    async def __call__(self, payload: dict[str, Any], _key: str) -> dict[str, Any] | None:
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, UUID(payload["instance"]))
            if instance is None or instance.status != "starting":
                return None
            program, document = await self._program(session, instance)
            metadata = self._services.metadata.current
            context = await context_of(session, metadata, instance, program.context_paths)
        begin = InstanceInput(str(instance.id), document, instance.variables, context)
        settings = self._services.settings
        await HostClient(await self._services.temporal(), settings.temporal_task_queue).start(begin)
        return {"instance": str(instance.id)}

    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        """After a while the instance shows an incident, which its start takes away again."""
        if attempts >= PATIENCE:
            await _say(session, UUID(payload["instance"]), f"{type(error).__name__}: {error}"[:_DETAIL_LENGTH])

    async def _program(self, session: AsyncSession, instance: Instance) -> tuple[Program, dict[str, Any]]:
        address = (instance.flow, instance.flow_version)
        if address not in self._programs:
            store = self._services.metadata
            flow = await store.definition(session, "flow", *address)
            current, zone = store.current, self._services.settings.timezone
            program = compile_flow(flow, current.entities, zone, decisions=current.decision_types)
            self._programs[address] = (program, program.to_json())
        self._programs.move_to_end(address)
        while len(self._programs) > _PROGRAMS_KEPT:
            self._programs.popitem(last=False)
        program, document = self._programs[address]
        default = self._services.metadata.current.default_calendar
        return program, {**document, "calendar": None if default is None else default.to_json()}


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
