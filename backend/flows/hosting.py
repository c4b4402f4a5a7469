"""Wiring of flows into a worker process: the outbox handler that starts instances, and the Temporal worker that runs them.

`outbox_handlers(services)`, `build_flow_worker(services, client)` and `recover(services)` are all that backend/assembly.py and backend/worker.py need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from backend.actions.registry import ActionRegistry
from backend.events.outbox import Handler
from backend.flows import repository
from backend.flows.answers import answers
from backend.flows.applying import EffectApplier
from backend.flows.context import context_of
from backend.flows.service import START_FLOW
from backend.flows.signals import DECIDE_TASK, SIGNAL_FLOW, Decider, Signaller
from backend.flows.starting import Starter, StartServices
from engine.host import (
    ANSWER_QUESTIONS,
    APPLY_EFFECTS,
    NEWER_STATE,
    READ_CONTEXT,
    Application,
    Applied,
    ContextQuestion,
    HostClient,
    HostQuestions,
    InstanceGone,
    StateQuestion,
    build_worker,
)


class FlowServices(StartServices, Protocol):
    """What flows need of a process's services."""

    @property
    def actions(self) -> ActionRegistry: ...


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

    @activity.defn(name=ANSWER_QUESTIONS)
    async def answer_questions(self, questions: HostQuestions) -> list[Any]:
        """What the flow's expressions ask beside the values they read, now."""
        async with self._services.database.transaction() as session:
            return await answers(session, self._services.metadata.current, questions.asked, questions.paths)

    @activity.defn(name=NEWER_STATE)
    async def newer_state(self, question: StateQuestion) -> dict[str, Any] | None:
        """The state in the database when it is later than the one asked about."""
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, UUID(question.instance))
        return instance.state if instance is not None and instance.sequence > question.sequence else None


def outbox_handlers(services: FlowServices) -> Mapping[str, Handler]:
    """The outbox kinds that flows carry out."""
    return {START_FLOW: Starter(services), SIGNAL_FLOW: Signaller(services), DECIDE_TASK: Decider(services)}


def build_flow_worker(services: FlowServices, client: Client) -> Worker:
    """The Temporal worker of this process; run it with `async with worker:` or `await worker.run()`."""
    activities = FlowActivities(services)
    every: list[Callable[..., Any]] = [
        activities.apply_effects,
        activities.newer_state,
        activities.read_context,
        activities.answer_questions,
    ]
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
