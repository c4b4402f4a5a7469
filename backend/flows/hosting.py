"""Wiring of flows into a worker process: the outbox handler that starts instances, and the Temporal worker that runs them.

`outbox_handlers(services)`, `build_flow_worker(services, client)` and `recover(services)` are all that backend/assembly.py and backend/worker.py need.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.events.outbox import Handler
from backend.flows import repository
from backend.flows.applying import EffectApplier
from backend.flows.context import context_of
from backend.flows.models import Instance
from backend.flows.service import START_FLOW
from backend.metadata.store import MetadataStore
from backend.settings import Settings
from engine.flow import Program, compile_flow
from engine.host import (
    APPLY_EFFECTS,
    NEWER_STATE,
    READ_CONTEXT,
    Application,
    Applied,
    ContextQuestion,
    HostClient,
    InstanceGone,
    InstanceInput,
    StateQuestion,
    build_worker,
)

_PROGRAMS_KEPT = 200


class FlowServices(Protocol):
    """What flows need of a process's services."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def metadata(self) -> MetadataStore: ...
    @property
    def actions(self) -> ActionRegistry: ...
    async def temporal(self) -> Client: ...


class Starter:
    """The outbox handler `start_flow`: compiles the pinned version of the flow and hands the instance to Temporal."""

    def __init__(self, services: FlowServices) -> None:
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

    async def _program(self, session: AsyncSession, instance: Instance) -> tuple[Program, dict[str, Any]]:
        address = (instance.flow, instance.flow_version)
        if address not in self._programs:
            store = self._services.metadata
            flow = await store.definition(session, "flow", *address)
            program = compile_flow(flow, store.current.entities)
            self._programs[address] = (program, program.to_json())
        self._programs.move_to_end(address)
        while len(self._programs) > _PROGRAMS_KEPT:
            self._programs.popitem(last=False)
        return self._programs[address]


class FlowActivities:
    """The host's activities over one process's services."""

    def __init__(self, services: FlowServices) -> None:
        self._services = services
        self._applier = EffectApplier(services.database, services.metadata, services.actions)

    @activity.defn(name=APPLY_EFFECTS)
    async def apply_effects(self, application: Application) -> Applied:
        """Make a step real, in one transaction."""
        return await self._applier.apply(application)

    @activity.defn(name=READ_CONTEXT)
    async def read_context(self, question: ContextQuestion) -> dict[str, Any]:
        """What the flow's expressions read of the record and the initiator, now."""
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, UUID(question.instance))
            if instance is None:
                raise ApplicationError("no such instance", type="flow.instance_unknown", non_retryable=True)
            paths = [tuple(path) for path in question.paths]
            return await context_of(session, self._services.metadata.current, instance, paths)

    @activity.defn(name=NEWER_STATE)
    async def newer_state(self, question: StateQuestion) -> dict[str, Any] | None:
        """The state in the database when it is later than the one asked about."""
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, UUID(question.instance))
        return instance.state if instance is not None and instance.sequence > question.sequence else None


def outbox_handlers(services: FlowServices) -> Mapping[str, Handler]:
    """The outbox kinds that flows carry out."""
    return {START_FLOW: Starter(services)}


def build_flow_worker(services: FlowServices, client: Client) -> Worker:
    """The Temporal worker of this process; run it with `async with worker:` or `await worker.run()`."""
    activities = FlowActivities(services)
    every: list[Callable[..., Any]] = [activities.apply_effects, activities.newer_state, activities.read_context]
    return build_worker(client, every, services.settings.temporal_task_queue)


async def recover(services: FlowServices) -> int:
    """After a start: have the instances that were busy last look whether their last step was forgotten. Returns how many.

    Needed only when Temporal went down together with the worker: otherwise Temporal delivers the command again by itself.
    """
    host = HostClient(await services.temporal(), services.settings.temporal_task_queue)
    async with services.database.transaction() as session:
        busy = await repository.last_commanded(session)
    found = 0
    for instance in busy:
        try:
            await host.catch_up(str(instance))
            found += 1
        except InstanceGone:
            continue  # it has ended, in Temporal too
    return found
