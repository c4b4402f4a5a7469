"""Wiring of flows into a worker process: the outbox handler that starts instances, and the Temporal worker that runs them.

`outbox_handlers(services)`, `connect(settings)` and `run_flows(services, stop)` are all that backend/assembly.py and backend/worker.py need.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import Worker

from backend.actions.action import CallContext, CallFailed, ExternalAction
from backend.actions.registry import ActionRegistry
from backend.errors import WeftError
from backend.events.outbox import Handler
from backend.flows import repository
from backend.flows.answers import answers
from backend.flows.applying import EffectApplier
from backend.flows.context import context_of
from backend.flows.delivering import Deliverer
from backend.flows.messages import DELIVER_MESSAGE
from backend.flows.models import Command, Instance
from backend.flows.programs import program_at
from backend.flows.recovering import recover, watch
from backend.flows.service import START_FLOW
from backend.flows.signals import DECIDE_TASK, SIGNAL_FLOW, Decider, Signaller
from backend.flows.starting import Starter, StartServices, pinned_document
from backend.settings import Settings, named_secrets
from engine.host import (
    ANSWER_QUESTIONS,
    APPLY_EFFECTS,
    CALL_SERVICE,
    NEWER_STATE,
    READ_CONTEXT,
    READ_PROGRAM,
    UNVERSIONED,
    Application,
    Applied,
    ContextQuestion,
    HostQuestions,
    NewerState,
    ProgramQuestion,
    ServiceInput,
    StateQuestion,
    build_id,
    build_worker,
    data_converter,
    make_current,
)

log = structlog.get_logger(__name__)

#: Well under the silence after which the host takes a call for lost.
_BEAT_SECONDS = 8.0
_ATTEMPTS_AT_OURS = 4


class FlowActivities:
    """The host's activities over one process's services."""

    def __init__(self, services: StartServices) -> None:
        self._services = services
        self._applier = EffectApplier(services.database, services.metadata, services.actions)

    @property
    def every(self) -> list[Callable[..., Any]]:
        """What a worker registers."""
        reading: list[Callable[..., Any]] = [self.read_context, self.read_program, self.answer_questions]
        return [self.apply_effects, self.call_service, self.newer_state, *reading]

    @activity.defn(name=APPLY_EFFECTS)
    async def apply_effects(self, application: Application) -> Applied:
        """Make steps real, in one transaction. While the database is away that is tried again; a mistake of ours is not for ever."""
        if _has_twice(application):
            raise ApplicationError("a command twice at once", type="flow.command_twice", non_retryable=True)
        try:
            applied = await self._applier.apply(application)
            asked = ContextQuestion(application.instance, application.paths)
            follows = bool(applied.results and application.paths and applied.status == "applied")
            return replace(applied, context=await self._context(asked)) if follows else applied
        except Exception as error:
            if _is_ours(error) and activity.info().attempt >= _ATTEMPTS_AT_OURS:
                reason = f"{type(error).__name__}: {error}"
                raise ApplicationError(reason, type="flow.apply_failed", non_retryable=True) from error
            raise

    @activity.defn(name=CALL_SERVICE)
    async def call_service(self, call: ServiceInput) -> Any:
        """Call another system; whether it is tried again is its action's to say."""
        actions, attempt = self._services.actions, activity.info().attempt
        context = CallContext(call.call, self._services.metadata.current, attempt)
        async with _beating():
            try:
                return await actions.call(call.action, context, call.arguments)
            except WeftError as error:
                raise ApplicationError(str(error), type=error.code, non_retryable=True) from error
            except CallFailed as error:
                raise _failure(error, last=attempt >= _attempts(actions, call.action)) from error
            except Exception as error:  # a mistake of ours is shown like any other failure, and not tried for ever
                failed = CallFailed("service_failed", f"{type(error).__name__}: {error}", passing=True)
                raise _failure(failed, last=attempt >= _ATTEMPTS_AT_OURS) from error

    @activity.defn(name=READ_CONTEXT)
    async def read_context(self, question: ContextQuestion) -> dict[str, Any]:
        """What the flow's expressions read of the record and the initiator, now."""
        return await self._context(question)

    async def _context(self, asked: ContextQuestion) -> dict[str, Any]:
        async with self._services.database.transaction() as session:
            instance = await _known(session, asked.instance)
            paths = [tuple(path) for path in asked.paths]
            return await context_of(session, self._services.metadata.current, instance, paths, asked.data)

    @activity.defn(name=ANSWER_QUESTIONS)
    async def answer_questions(self, questions: HostQuestions) -> list[Any]:
        """What the flow's expressions ask beside the values they read, now."""
        async with self._services.database.transaction() as session:
            return await answers(session, self._services.metadata.current, questions.asked, questions.paths)

    @activity.defn(name=READ_PROGRAM)
    async def read_program(self, question: ProgramQuestion) -> dict[str, Any]:
        """The program of another version of the instance's flow."""
        store = self._services.metadata
        async with self._services.database.transaction() as session:
            instance = await _known(session, question.instance)
            actions = self._services.actions
            program = await program_at(session, store, actions, instance.flow, question.version)
        return pinned_document(program, store.current)[0]

    @activity.defn(name=NEWER_STATE)
    async def newer_state(self, question: StateQuestion) -> NewerState:
        """The state in the database when it is later than the one asked about, and what it answered before."""
        async with self._services.database.transaction() as session:
            instance = await repository.instance(session, UUID(question.instance))
            kept = {each["id"]: await repository.command(session, each["id"]) for each in question.commands}
        said = {
            each["id"]: kept[each["id"]] for each in question.commands if _repeats(kept[each["id"]], question, each)
        }
        answers = {id: command.answer for id, command in said.items() if command is not None}
        if instance is None or instance.sequence <= question.sequence:
            return NewerState(answers=answers)
        return NewerState(instance.state, answers, instance.results, instance.flow_version)


def _has_twice(application: Application) -> bool:
    """Whether a command was stepped beside its own repetition. Refused as a whole they are given again one by one, and the database, which
    knows the first by then, answers the second as it answered that."""
    ids = [step.command_id for step in application.steps]
    return len(set(ids)) < len(ids)


def _repeats(kept: Command | None, question: StateQuestion, asked: dict[str, Any]) -> bool:
    """Whether it is the same person's command on the same instance and task."""
    if kept is None or str(kept.instance_id) != question.instance:
        return False
    user, task = kept.actor_id and str(kept.actor_id), kept.answer.get("task_id")
    return (user, task) == (asked["user"] or None, asked["task"])


def _is_ours(error: Exception) -> bool:
    """Whether the error will be the same whenever it is tried again: nothing that comes from the connection or from others' locks."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError | ProgrammingError)
    return not isinstance(error, SQLAlchemyError | OSError | TimeoutError | ApplicationError)


async def _known(session: AsyncSession, id: str) -> Instance:
    instance = await repository.bare_instance(session, UUID(id))
    if instance is None:
        raise ApplicationError("no such instance", type="flow.instance_unknown", non_retryable=True)
    return instance


def _attempts(actions: ActionRegistry, key: str) -> int:
    action = actions.get(key)
    return action.attempts if isinstance(action, ExternalAction) else 1


def _failure(error: CallFailed, *, last: bool) -> ApplicationError:
    pause = None if error.retry_after is None else timedelta(seconds=error.retry_after)
    final = last or not error.passing
    return ApplicationError(error.detail, type=error.code, non_retryable=final, next_retry_delay=pause)


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Tell Temporal that the call is still under way: it notices a dead worker by the silence, and we notice that nobody waits."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A Temporal client. A lazy one connects at its first call; a worker needs one that is connected."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(named_secrets(settings.temporal_keys)),
        lazy=lazy,
    )


def outbox_handlers(services: StartServices) -> Mapping[str, Handler]:
    """The outbox kinds that flows carry out."""
    return {
        START_FLOW: Starter(services),
        SIGNAL_FLOW: Signaller(services),
        DECIDE_TASK: Decider(services),
        DELIVER_MESSAGE: Deliverer(services),
    }


async def current_build(settings: Settings, client: Client) -> str:
    """Make this version of the engine the one that instances go to; the version to run a worker of. Where versions are switched off or
    the server cannot have them, workers run without."""
    build = build_id() if settings.worker_versioning else UNVERSIONED
    try:
        await make_current(client, settings.temporal_task_queue, build)
    except RPCError as error:
        if build != UNVERSIONED:
            log.warning("flows.unversioned", error=str(error))
        return UNVERSIONED
    return build


def build_flow_worker(
    services: StartServices, client: Client, *, build: str = UNVERSIONED, sandboxed: bool = True
) -> Worker:
    """The Temporal worker of this process; run it with `async with worker:` or `await worker.run()`."""
    settings = services.settings
    return build_worker(
        client,
        FlowActivities(services).every,
        settings.temporal_task_queue,
        build=build,
        sandboxed=sandboxed,
        applications=settings.worker_concurrency,
    )


async def run_flows(services: StartServices, stop: asyncio.Event) -> None:
    """Run instances until `stop`: what was forgotten in a crash is looked at first, what Temporal loses later is taken up."""
    client = await connect(services.settings)
    build = await current_build(services.settings, client)
    async with build_flow_worker(services, client, build=build, sandboxed=False):
        await recover(services)
        await watch(services, client, stop)
