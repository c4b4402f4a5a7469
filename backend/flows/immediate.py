"""Beginning instances: one that never waits runs to its end in the transaction that begins it; any other goes to Temporal.

A flow that never waits is stepped, applied and given the results of its actions right here. When it stops with an incident Temporal
takes it up with its state at the first command, so that it is retried like any other.
"""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.actions.registry import ActionRegistry
from backend.events.outbox import enqueue
from backend.flows import repository
from backend.flows.beginning import Beginning, insert
from backend.flows.context import context_of
from backend.flows.evaluation import told
from backend.flows.programs import program_of
from backend.flows.steps import carry_out_steps
from backend.flows.work import Abandoned, Work
from backend.metadata.snapshot import Metadata
from engine.flow import (
    Program,
    Refused,
    ServiceResult,
    Start,
    State,
    command_to_json,
    effect_to_json,
    step,
)
from engine.host import Applied, Step
from engine.language import Context

#: Instances that one transaction runs inside one another; what is begun deeper goes to Temporal.
_DEEPEST_HERE = 4
#: Steps that one transaction is held for: what has awaited so many results goes on in Temporal.
_MOST_STEPS = 100
_depth: ContextVar[int] = ContextVar("weft_flows_run_here", default=0)
#: The outbox kind that hands an instance to Temporal.
START_FLOW = "start_flow"


async def begin(
    session: AsyncSession,
    metadata: Metadata,
    actions: ActionRegistry,
    beginning: Beginning,
    caller: Caller = SYSTEM,
) -> UUID:
    """Begin an instance. Raises NotFound, FlowInvalid."""
    values = await insert(session, metadata, beginning, caller)
    program = program_of(beginning.flow, metadata, actions)
    if program.never_waits and beginning.at is None and _depth.get() < _DEEPEST_HERE:
        deeper = _depth.set(_depth.get() + 1)
        try:
            await _run_through(session, metadata, actions, program, beginning, values)
        finally:
            _depth.reset(deeper)
    else:
        payload = {"instance": str(beginning.id), "start": beginning.start}
        await enqueue(session, START_FLOW, f"start:{beginning.id}", payload, event_id=beginning.cause.event_id)
    return beginning.id


async def _run_through(
    session: AsyncSession,
    metadata: Metadata,
    actions: ActionRegistry,
    program: Program,
    beginning: Beginning,
    values: dict[str, Any],
) -> None:
    """Run it until it has ended, or stopped with an incident."""
    run = _Run(session, metadata, actions, program, beginning.id)
    start = Start(values, **beginning.start)
    commands: deque[tuple[str, Start | ServiceResult]] = deque([(f"{beginning.id}:start", start)])
    while commands and run.state.status == "running" and run.steps < _MOST_STEPS:
        for call, result in (await run.do(*commands.popleft())).results.items():
            commands.append((f"{call}:result", ServiceResult(call, result)))
    if commands and run.state.status == "running":
        payload = {"instance": str(beginning.id), "go_on": True}
        await enqueue(session, START_FLOW, f"go_on:{beginning.id}", payload, event_id=beginning.cause.event_id)


class _Run:
    """An instance while it runs here."""

    def __init__(
        self, session: AsyncSession, metadata: Metadata, actions: ActionRegistry, program: Program, id: UUID
    ) -> None:
        self._session = session
        self._metadata = metadata
        self._actions = actions
        self._program = program
        self._id = id
        self.state = State(str(id))
        self.steps = 0

    async def do(self, command_id: str, command: Start | ServiceResult) -> Applied:
        """Step and apply; again when an action fails, with the failure known."""
        self.steps += 1
        instance = await repository.bare_instance(self._session, self._id)
        assert instance is not None, "it was inserted in this transaction"
        context = await context_of(self._session, self._metadata, instance, self._program.context_paths)
        command = replace(command, context=context)
        failures: dict[str, str] = {}
        while True:
            try:
                async with self._session.begin_nested():
                    return await self._once(command_id, command, failures)
            except Abandoned as abandoned:
                if abandoned.applied.status != "failed":
                    raise
                failures |= abandoned.applied.failures
            except Refused:
                return Applied("refused")  # the result of an action that nobody waits for any more

    async def _once(self, command_id: str, command: Start | ServiceResult, failures: dict[str, str]) -> Applied:
        now = clock.now()

        def stepped(host: Context) -> tuple[State, Any]:
            return step(self._program, self.state, command, now, failures, host)

        state, effects = await told(self._session, self._metadata, self._program, stepped)
        told_of = {key: value for key, value in command_to_json(command).items() if key != "context"}
        made = Step(command_id, state.sequence, told_of, [effect_to_json(effect) for effect in effects])
        instance = await repository.locked(self._session, self._id, [])
        assert instance is not None, "it was inserted in this transaction"
        starting = partial(begin, self._session, self._metadata, self._actions)
        work = Work(self._session, self._metadata, self._actions, starting, self._program, instance, state, now)
        applied = await carry_out_steps(work, [made], instance.flow_version)
        self.state = work.state
        return applied
