"""Making steps real: one PostgreSQL transaction for everything that commands lead to, guarded by instance and sequence.

The transaction writes tasks, records, what actions do, messages, history, events and the answers of the commands together. It is
safe to try again: a command applied before answers what it answered then; steps built on an older state than the database has are
told so and given the newer one. An error that the person who acts can mend refuses the command; one in a service task stops that
task's token instead (the caller computes the steps again with the failure known).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.flows import repository
from backend.flows.errors import CommandIdReused
from backend.flows.immediate import begin
from backend.flows.programs import program_at
from backend.flows.repository import Known, Locked
from backend.flows.steps import carry_out_steps
from backend.flows.work import Abandoned, Work, document
from backend.metadata.store import MetadataStore
from engine.flow import State, load
from engine.host import Application, Applied, Step


class EffectApplier:
    """The host's activity `apply_effects` over one database."""

    def __init__(self, database: Database, store: MetadataStore, actions: ActionRegistry) -> None:
        self._database = database
        self._store = store
        self._actions = actions

    async def apply(self, application: Application) -> Applied:
        """Apply steps, or say why not."""
        try:
            async with self._database.transaction() as session:
                return await self._apply(session, application)
        except Abandoned as abandoned:
            return abandoned.applied

    async def _apply(self, session: AsyncSession, application: Application) -> Applied:
        instance = await _locked(session, application)
        version = _version(application, instance)
        program = await program_at(session, self._store, self._actions, instance.flow, version)
        state = load(State, application.state)
        now = datetime.fromisoformat(application.now)
        metadata = self._store.current
        starting = partial(begin, session, metadata, self._actions)
        work = Work(session, metadata, self._actions, starting, program, instance, state, now, application.failures)
        return await carry_out_steps(work, application.steps, version)


async def _locked(session: AsyncSession, application: Application) -> Locked:
    """The instance, on whose state the steps are built. Raises Abandoned when they are not, or were applied before."""
    id = UUID(application.instance)
    instance = await repository.locked(session, id, [step.command_id for step in application.steps])
    if instance is None:
        raise ApplicationError(f"no instance {id}", type="flow.instance_unknown", non_retryable=True)
    behind = instance.sequence != application.first_sequence - 1
    if not behind and not instance.known:
        return instance
    newer: dict[str, Any] = {}
    if behind:
        newer = {
            "state": await repository.state_of(session, id),
            "results": dict(instance.results),
            "version": instance.flow_version,
        }
    if not instance.known:
        raise Abandoned(Applied("behind", **newer))
    known = {step.command_id: (step, instance.known.get(step.command_id)) for step in application.steps}
    repeated = {id: each.answer for id, (step, each) in known.items() if each and _repeats(each, instance, step)}
    reused = {id: document(CommandIdReused(path="command_id")) for id in instance.known if id not in repeated}
    raise Abandoned(Applied("refused", refused=reused, repeated=repeated, **newer))


def _repeats(known: Known, instance: Locked, step: Step) -> bool:
    """Whether it is the command that was answered: the same person's, on the same instance and task."""
    user = step.command.get("user") or None
    same = (known.instance, known.actor) == (str(instance.id), user)
    return same and known.answer.get("task_id") == step.command.get("task")


def _version(application: Application, instance: Locked) -> int:
    """The version of the flow after the steps: a migration brings another."""
    brought = [int(step.command.get("version") or 0) for step in application.steps if step.command["kind"] == "migrate"]
    return (brought and brought[-1]) or instance.flow_version
