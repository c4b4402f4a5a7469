"""The one workflow type: an instance of a flow, hosting the interpreter.

Every command goes the same way: take the lock, `step` a copy of the state, have its effects applied by one local activity (one
PostgreSQL transaction guarded by instance and sequence), and only then adopt the new state. A refusal is an ApplicationError and
changes nothing. The database may be one step ahead of this history, when a worker died between the commit and the
history's record of it; then its state is adopted, and the command is tried on top of that.

One timer at most is armed: the earliest due. It is armed anew only when that moment changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from engine.flow import (
        Cancel,
        Command,
        CompleteTask,
        FireTimers,
        Program,
        Refused,
        Retry,
        Start,
        State,
        assign,
        dump,
        effect_to_json,
        load,
        step,
    )
    from engine.host.messages import (
        ANSWER_QUESTIONS,
        APPLY_EFFECTS,
        CANCEL,
        CATCH_UP,
        COMPLETE_TASK,
        NEWER_STATE,
        READ_CONTEXT,
        RETRY,
        WORKFLOW,
        Application,
        Applied,
        CancelInput,
        CompleteTaskInput,
        ContextQuestion,
        HostQuestions,
        InstanceInput,
        Json,
        RetryInput,
        StateQuestion,
    )
    from engine.language.asking import Asking

#: Continue in a fresh history after so many updates; the server allows 2,000 in one run.
UPDATES_PER_RUN = 1_500
#: The database may be away for a while: try on until it is back.
_PATIENCE = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5), backoff_coefficient=2.0
)
_TIMEOUT = timedelta(seconds=20)


@workflow.defn(name=WORKFLOW)
class FlowInstance:
    """One instance of a flow, from its start to its end."""

    @workflow.init
    def __init__(self, begin: InstanceInput) -> None:
        self._begin = begin
        self._program = Program.from_json(begin.program)
        self._state = load(State, begin.state) if begin.state is not None else State(begin.instance)
        self._lock = asyncio.Lock()
        self._updates = 0

    @workflow.run
    async def run(self, _: InstanceInput) -> str | None:
        if self._begin.state is None:
            await self._command(
                f"{self._begin.instance}:start",
                {"kind": "start"},
                lambda _: Start(self._begin.variables, self._begin.context),
                context=False,
            )
        while not self._ended and not self._is_long:
            await self._until_due()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._ended:
            workflow.continue_as_new(InstanceInput(self._begin.instance, self._begin.program, state=dump(self._state)))
        return self._state.outcome

    # -- what people do

    @workflow.update(name=COMPLETE_TASK)
    async def complete_task(self, input: CompleteTaskInput) -> Json:
        """A person decides; answered when the projection is committed."""
        command = {
            "kind": "complete_task",
            **_members(input, "task", "user", "outcome", "comment", "data", "record_version"),
        }
        made = CompleteTask(input.task, input.user, input.outcome, input.variables, input.context)
        return await self._update(input.command_id, command, lambda _: made, context=input.context is None)

    @complete_task.validator
    def _validate_complete_task(self, input: CompleteTaskInput) -> None:
        if not (input.command_id and input.task and input.user and input.outcome):
            raise ApplicationError("incomplete command", type="flow.command_invalid", non_retryable=True)

    @workflow.update(name=RETRY)
    async def retry(self, input: RetryInput) -> Json:
        """Try again what stopped with an incident."""
        command = {"kind": "retry", **_members(input, "user", "node")}
        return await self._update(input.command_id, command, lambda c: Retry(input.node, input.variables, c))

    @workflow.update(name=CANCEL)
    async def cancel(self, input: CancelInput) -> Json:
        """End the instance now."""
        command = {"kind": "cancel", **_members(input, "user", "reason")}
        return await self._update(input.command_id, command, lambda _: Cancel(), context=False)

    @workflow.signal(name=CATCH_UP)
    async def catch_up(self) -> None:
        """Look whether the database is ahead: its last step may have been forgotten when everything went down at once."""
        await workflow.wait_condition(lambda: self._state.sequence > 0)
        async with self._lock:
            await self._catch_up()

    # -- how it is done

    @property
    def _ended(self) -> bool:
        return self._state.status != "running"

    @property
    def _is_long(self) -> bool:
        return self._updates >= UPDATES_PER_RUN or workflow.info().is_continue_as_new_suggested()

    async def _until_due(self) -> None:
        """Sleep until the earliest timer is due, and fire it; return early when that moment changes or the run is over."""
        due = self._state.next_due

        def disturbed() -> bool:
            return self._ended or self._is_long or self._state.next_due != due

        timeout = None if due is None else max(due - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(disturbed, timeout=timeout)
        except TimeoutError:
            await self._fire_timers()

    async def _fire_timers(self) -> None:
        id = f"{self._begin.instance}:timers:{self._state.sequence + 1}"
        try:
            await self._command(id, {"kind": "timers"}, lambda context: FireTimers(context))
        except ApplicationError as error:
            if error.type != "flow.instance_ended":  # somebody ended it while the timer waited for the lock
                raise

    async def _update(
        self, id: str, command: Json, make: Callable[[Json | None], Command], *, context: bool = True
    ) -> Json:
        self._updates += 1
        await workflow.wait_condition(lambda: self._state.sequence > 0)
        return await self._command(id, command, make, context=context)

    async def _command(
        self, id: str, command: Json, make: Callable[[Json | None], Command], *, context: bool = True
    ) -> Json:
        """Step, apply, adopt; again when the database is ahead or a service call fails."""
        async with self._lock:
            made = make(await self._read_context() if context else None)
            failures: dict[str, str] = {}
            asking = Asking()
            while True:
                try:
                    state, application = self._step(id, command, made, failures, asking)
                except Refused as refused:
                    if await self._answered(asking) or await self._catch_up():
                        continue
                    raise _refusal(refused) from refused
                if await self._answered(asking):
                    continue
                applied = await self._apply(application)
                if applied.status == "failed":
                    failures |= applied.failures
                    continue
                if applied.state is not None:
                    self._state = load(State, applied.state)
                if applied.status == "applied":
                    self._state = _with_people(state, applied)
                if applied.status != "behind":
                    return _answer(applied)
                failures = {}

    async def _answered(self, asking: Asking) -> bool:
        """Whether the step asked what it had not been told, and has been now: it is then to be made again."""
        asked = asking.take()
        if asked:
            question = HostQuestions(self._begin.instance, asked, self._program.looked_up_paths)
            asking.tell(asked, await self._activity(ANSWER_QUESTIONS, question, list[Any]))
        return bool(asked)

    def _step(
        self, id: str, command: Json, made: Command, failures: Mapping[str, str], asking: Asking
    ) -> tuple[State, Application]:
        now = workflow.now()
        state, effects = step(self._program, self._state, made, now, failures, asking.context)
        application = Application(
            instance=self._begin.instance,
            sequence=state.sequence,
            command_id=id,
            command=command,
            effects=[effect_to_json(effect) for effect in effects],
            state=dump(state),
            now=now.isoformat(),
        )
        return state, application

    async def _catch_up(self) -> bool:
        """Adopt the database's state if it is ahead of this history; a refusal counts only after this."""
        question = StateQuestion(self._begin.instance, self._state.sequence)
        newer: Json | None = await self._activity(NEWER_STATE, question, dict[str, Any] | None)
        if newer is not None:
            self._state = load(State, newer)
        return newer is not None

    async def _apply(self, application: Application) -> Applied:
        applied: Applied = await self._activity(APPLY_EFFECTS, application, Applied)
        return applied

    async def _read_context(self) -> Json | None:
        """What the flow's expressions read of the record, fresh; nothing is asked when they read nothing."""
        paths = [list(path) for path in self._program.context_paths]
        if not paths:
            return None
        question = ContextQuestion(self._begin.instance, paths)
        found: Json = await self._activity(READ_CONTEXT, question, dict[str, Any])
        return found

    async def _activity(self, name: str, argument: object, answer: Any) -> Any:
        """A local activity, tried until the database answers."""
        return await workflow.execute_local_activity(
            name, argument, result_type=answer, start_to_close_timeout=_TIMEOUT, retry_policy=_PATIENCE
        )


def _members(input: object, *names: str) -> Json:
    return {name: getattr(input, name) for name in names}


def _with_people(state: State, applied: Applied) -> State:
    """The state with the people the backend found; the backend keeps the same."""
    state = assign(state, applied.people, unassigned=frozenset(applied.unassigned))
    return assign(state, applied.escalated, kind="escalation")


def _refusal(refused: Refused) -> ApplicationError:
    return ApplicationError(str(refused), refused.params, type=refused.code, non_retryable=True)


def _answer(applied: Applied) -> Json:
    """The answer of a command, or the refusal."""
    if applied.status == "refused":
        error = applied.answer
        raise ApplicationError(str(error.get("code")), error, type=str(error.get("code")), non_retryable=True)
    return applied.answer
