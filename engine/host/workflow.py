"""The one workflow type: an instance of a flow, hosting the interpreter.

Everything that happens is a command in one queue: what people and other parts do comes as an update, timers and the answers of
services put theirs in. One loop takes the waiting commands, at most eight at a time, steps them one after another on a copy of the
state, has their effects applied by one local activity (one PostgreSQL transaction guarded by instance and sequence), and only then
adopts the new state and answers. A refusal is an ApplicationError and changes nothing. The database may be ahead of this history,
when a worker died between the commit and the history's record of it; then its state is adopted, and the commands are tried on top.

What is pending is in the state: a service is called while its call is in it, the wake-up timer is the earliest due. That is why a
fresh run, with the state alone, goes on where the last one stopped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from engine.flow import FireTimers, ServiceFailed, State, dump, former, load
    from engine.flow.state import ACTION, RUNNING
    from engine.host.alarm import Alarm
    from engine.host.jobs import AT_ONCE, ENGINE_FAILED, STATE_TOO_LARGE, Job, Stepped, advance, fresh_at, result_of
    from engine.host.messages import (
        ANSWER_QUESTIONS,
        APPLY_EFFECTS,
        CATCH_UP,
        COMMAND,
        NEWER_STATE,
        READ_CONTEXT,
        READ_PROGRAM,
        WORKFLOW,
        Application,
        Applied,
        CommandInput,
        ContextQuestion,
        HostQuestions,
        InstanceInput,
        Json,
        NewerState,
        ProgramQuestion,
        StateQuestion,
    )
    from engine.host.programs import Pinned
    from engine.host.services import Answer, Services
    from engine.language.asking import Asking

#: Continue in a fresh history after so many updates (the server allows 2,000 in one run) or events; a service that is being called is
#: waited for up to the second number of events.
UPDATES_PER_RUN = 1_500
EVENTS_PER_RUN, EVENTS_AT_MOST = 2_000, 3_500
#: The status of an application that failed for good, by a mistake of ours.
BROKEN = "broken"
#: How many applications that follow from one another go before a command that waits.
CHAIN = 20
#: How many actions may be awaited one after another, with nothing from outside between them, before it must be a loop without end.
CHAIN_AT_MOST = 10_000
#: What could not be stepped, though nobody asked for it, is tried again after this time.
_PAUSE = timedelta(minutes=1)
#: The database may be away for a while: try on until it is back.
_PATIENCE = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5), backoff_coefficient=2.0
)
_TIMEOUT = timedelta(seconds=60)
_NOBODY: Mapping[int, Job] = {}


@workflow.defn(name=WORKFLOW)
class FlowInstance:
    """One instance of a flow, from its start to its end."""

    @workflow.init
    def __init__(self, begin: InstanceInput) -> None:
        self._id = begin.instance
        self._pinned = Pinned.of(begin.program, begin.version, begin.content)
        self._state = load(State, begin.state) if begin.state is not None else State(begin.instance)
        self._queue: deque[Job] = deque()
        #: Results of awaited actions of the last application: stepped before anything new.
        self._following: deque[Job] = deque()
        #: Applications that followed from one another: since the last other one, and since anything came from outside.
        self._chain, self._by_itself = 0, begin.by_itself
        #: Done, but told only when nothing follows from it any more.
        self._done: list[Job] = []
        self._services = Services(self._id, self._take_answer)
        self._alarm = Alarm(self._mind_time)
        self._held_until: datetime | None = None
        #: What is tried again after a pause.
        self._put_off: dict[Job, asyncio.Task[None]] = {}
        self._look = False
        self._updates = 0
        self._start = begin.start
        if begin.state is None:
            self._queue.append(Job(CommandInput(f"{self._id}:start", {"kind": "start", **begin.start})))
        self._queue.extend(Job(input) for input in begin.put_off)
        self._follow(begin.results)

    @workflow.run
    async def run(self, _: InstanceInput) -> str | None:
        while not await self._may_end():
            await self._do_next()
        if self._state.status == RUNNING:
            workflow.continue_as_new(self._onward())
        return self._state.outcome

    # -- what comes in

    @workflow.update(name=COMMAND)
    async def command(self, input: CommandInput) -> Json:
        """Something is to happen; answered when it is committed, with all that follows at once."""
        self._updates += 1
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._queue.append(Job(input, answer))
        return await answer

    @command.validator
    def _validate_command(self, input: CommandInput) -> None:
        reason = Job(input).unfit
        if reason is not None:
            raise ApplicationError(reason, type="flow.command_invalid", non_retryable=True)

    @workflow.signal(name=CATCH_UP)
    def catch_up(self) -> None:
        """Look whether the database is ahead: its last step may have been forgotten when everything went down at once."""
        self._look = True

    def _take_answer(self, answer: Answer) -> None:
        """A service has answered, or failed for good."""
        self._queue.append(Job.internal(result_of(answer.call), answer))

    # -- the loop

    async def _do_next(self) -> None:
        if self._state.status == RUNNING:
            self._services.mind(self._state)
            self._mind_time()
        await workflow.wait_condition(lambda: self._has_work or self._is_over)
        if self._look:
            self._look = False
            await self._catch_up()
        elif self._has_work:
            await self._work_off(self._take())

    @property
    def _has_work(self) -> bool:
        return bool(self._look or self._following or self._queue)

    @property
    def _is_over(self) -> bool:
        """Whether this run is to end: with the instance, or because its history is long."""
        if self._state.status != RUNNING:
            return True
        info = workflow.info()
        events = info.get_current_history_length()
        long = self._updates >= UPDATES_PER_RUN or events >= EVENTS_PER_RUN or info.is_continue_as_new_suggested()
        return long and (not self._services.under_way or events >= EVENTS_AT_MOST)

    async def _may_end(self) -> bool:
        """Whether the run is over and everybody has their answer. What still follows in a long chain goes with the state."""
        follows = bool(self._following) and self._chain < CHAIN
        if not self._is_over or self._queue or self._look or follows:
            return False
        self._tell()
        await workflow.wait_condition(lambda: bool(self._queue or self._look) or workflow.all_handlers_finished())
        return not self._queue and not self._look

    def _onward(self) -> InstanceInput:
        """What a fresh run goes on with; while the start could not be made that is the start."""
        pinned = self._pinned
        here = (self._id, pinned.document, pinned.version, pinned.content)
        if not self._state.sequence:
            return InstanceInput(*here, start=self._start)
        return InstanceInput(
            *here,
            state=dump(self._state),
            results={job.input.command["call"]: job.input.command.get("result") for job in self._following},
            by_itself=self._by_itself,
            put_off=self._awaited_later(),
        )

    def _awaited_later(self) -> list[CommandInput]:
        """Results of awaited actions that were put off: nobody gives them again, as services that are called again do."""
        awaited = {call.id for call in self._state.calls if call.kind == ACTION}
        inputs = [job.input for job in self._put_off if job.input.command.get("call") in awaited]
        return [replace(input, context=None, context_sequence=None) for input in inputs]

    def _take(self) -> list[Job]:
        """What is done next: what follows from the last application, but not for ever before a command that waits."""
        follows = bool(self._following) and not (self._queue and self._chain >= CHAIN)
        self._chain = self._chain + 1 if follows else 0
        self._by_itself = self._by_itself + 1 if follows else 0
        queue = self._following if follows else self._queue
        taken = [queue.popleft()]
        while queue and len(taken) < AT_ONCE and not (taken[0].is_alone or queue[0].is_alone):
            taken.append(queue.popleft())
        return taken

    async def _work_off(self, jobs: list[Job]) -> None:
        """Step, apply, adopt; again without those that are refused, when the database is ahead, or when an action fails."""
        failures: dict[str, str] = {}
        read: tuple[int, str] | None = None
        one_by_one = False
        while jobs:
            pinned, now = await self._pinned_for(jobs[0]), workflow.now()
            together = jobs[:1] if one_by_one or pinned.program.reading else jobs
            if read != (self._state.sequence, jobs[0].id):
                context, asking = await self._read_context(together, pinned), Asking()
                read = (self._state.sequence, jobs[0].id)
            stepped = advance(pinned.program, self._state, together, now, failures, asking.context, context)
            if await self._answered(asking, pinned):
                continue
            if not stepped.jobs:
                newer = await self._catch_up(jobs)
                jobs = self._unsettled(jobs, {}, newer.answers)
                if newer.state is None:
                    jobs = self._refuse(stepped, jobs)
                continue
            applied = await self._apply(stepped, pinned, now, failures)
            if applied.status == "applied":
                self._adopt(stepped, applied, pinned)
                jobs, failures = [job for job in jobs if job not in stepped.jobs], {}
                continue
            one_by_one = one_by_one or applied.status == BROKEN
            failures = failures | applied.failures if applied.status == "failed" else {}
            jobs = self._unsettled(jobs, applied.refused, applied.repeated)
            await self._take_state(applied.state, applied.results, applied.version)
        if not self._following or self._chain >= CHAIN:
            self._tell()

    def _adopt(self, stepped: Stepped, applied: Applied, pinned: Pinned) -> None:
        """The steps are committed: the state after them is ours."""
        state = stepped.state if applied.state is None else load(State, applied.state)
        self._state = former.with_people(state, applied.people, applied.escalated, applied.unassigned)
        self._pinned = pinned
        for job in stepped.jobs:
            self._finish(job, applied.answers.get(job.id, {}))
        causes = {step.sequence: job for step, job in zip(stepped.steps, stepped.jobs, strict=True)}
        self._follow(applied.results, causes, applied.context)

    def _follow(self, results: Json, causes: Mapping[int, Job] = _NOBODY, context: Json | None = None) -> None:
        """The results of awaited actions are stepped next, on behalf of whoever caused them."""
        calls = {call.id for call in self._state.calls if call.kind == ACTION}
        coming = {job.id for job in self._following}
        for call, result in results.items():
            if call in calls and result_of(call) not in coming:
                cause = _cause(causes, int(call.split(":")[1]))
                job = Job.result(call, result, cause, context, self._state.sequence)
                self._following.append(job if self._by_itself < CHAIN_AT_MOST else job.stopped(call))

    # -- answers and refusals

    def _finish(self, job: Job, answer: Json) -> None:
        job.finish(answer)
        if job.waiting is not None:
            self._done.append(job)

    def _tell(self) -> None:
        """Let everybody whose command is done have the answer."""
        for job in self._done:
            job.tell()
        self._done.clear()

    def _unsettled(self, jobs: list[Job], refused: Mapping[str, Json], repeated: Mapping[str, Json]) -> list[Job]:
        """The jobs that the database has not answered itself, now or before."""
        for job in jobs:
            if job.id in refused:
                self._turn_down(job, str(refused[job.id].get("code")), refused[job.id])
            elif job.id in repeated:
                self._finish(job, repeated[job.id])
        return [job for job in jobs if job.id not in refused and job.id not in repeated]

    def _refuse(self, stepped: Stepped, jobs: list[Job]) -> list[Job]:
        """A refusal counts: the database has no later state, and did none of it before. Returns the others."""
        for job in jobs:
            if job in stepped.refused:
                self._turn_down(job, stepped.refused[job].code, stepped.refused[job].params)
        return [job for job in jobs if job not in stepped.refused]

    def _turn_down(self, job: Job, code: str, detail: Mapping[str, Any]) -> None:
        """Say no. What nobody asked for is put off where the reason may go away, and dropped where it came too late."""
        if job.waiting is not None:
            job.refuse(code, detail)
            return
        workflow.logger.warning("%s of instance %s was refused: %s %s", job.kind, self._id, code, dict(detail))
        if job.kind == "timers":
            self._held_until = workflow.now() + _PAUSE
        elif code == STATE_TOO_LARGE and job.kind == "service_result":
            call = str(job.input.command["call"])
            self._queue.append(Job.internal(f"{call}:too_large", ServiceFailed(call, "result_too_large")))
        elif code in (STATE_TOO_LARGE, ENGINE_FAILED):
            self._put_off[job] = asyncio.create_task(self._later(job))

    async def _later(self, job: Job) -> None:
        await workflow.sleep(_PAUSE)
        del self._put_off[job]
        self._queue.append(job)

    # -- time

    def _mind_time(self) -> None:
        """Fire the timers that are due, and wake up for the next."""
        due = self._state.next_due if self._state.status == RUNNING else None
        if due is None or any(job.kind == "timers" for job in self._queue):
            return
        if self._held_until is not None:
            due = max(due, self._held_until)
        if due > workflow.now():
            self._alarm.set(due)
        else:
            self._queue.append(Job.internal(f"{self._id}:timers:{self._state.sequence + 1}", FireTimers()))

    # -- the database

    async def _apply(self, stepped: Stepped, pinned: Pinned, now: datetime, failures: Mapping[str, str]) -> Applied:
        """Have the steps made real. What the backend can never apply, by a mistake of ours, is refused, once it is known which it is."""
        first = self._state.sequence + 1
        paths = _paths(pinned) if pinned.program.reading else []
        known = dict(failures)
        application = Application(self._id, first, stepped.steps, stepped.document, now.isoformat(), paths, known)
        try:
            applied: Applied = await self._activity(APPLY_EFFECTS, application, Applied)
        except (ActivityError, ApplicationError) as error:
            refusal = {"code": ENGINE_FAILED, "detail": str(error.cause or error)}
            alone = stepped.jobs if len(stepped.jobs) == 1 else []
            return Applied(BROKEN, refused={job.id: refusal for job in alone})
        return applied

    async def _catch_up(self, jobs: Sequence[Job] = ()) -> NewerState:
        """Adopt the database's state if it is ahead of this history."""
        question = StateQuestion(self._id, self._state.sequence, [{"id": job.id, **job.about} for job in jobs])
        newer: NewerState = await self._activity(NEWER_STATE, question, NewerState)
        await self._take_state(newer.state, newer.results, newer.version)
        return newer

    async def _take_state(self, state: Json | None, results: Json, version: int) -> None:
        if state is None:
            return
        if version not in (0, self._pinned.version):
            self._pinned = await self._read_program(version)
        self._state = load(State, state)
        self._follow(results)

    async def _pinned_for(self, job: Job) -> Pinned:
        """What to step under: a migration, which is stepped alone, brings another version."""
        version = int(job.input.command.get("version") or 0) if job.is_alone else self._pinned.version
        return self._pinned if version in (0, self._pinned.version) else await self._read_program(version)

    async def _read_program(self, version: int) -> Pinned:
        document: Json = await self._activity(READ_PROGRAM, ProgramQuestion(self._id, version), dict[str, Any])
        return Pinned.of(document, version)

    async def _read_context(self, jobs: list[Job], pinned: Pinned) -> Json | None:
        """What the flow's expressions read of the record, fresh; nothing is asked when they read nothing or it was brought."""
        paths, sequence = _paths(pinned), fresh_at(pinned.program, self._state)
        if not paths or not any(job.needs_context(sequence) for job in jobs):
            return None
        data = jobs[0].input.data if len(jobs) == 1 else {}
        found: Json = await self._activity(READ_CONTEXT, ContextQuestion(self._id, paths, data), dict[str, Any])
        return found

    async def _answered(self, asking: Asking, pinned: Pinned) -> bool:
        """Whether a step asked what it had not been told, and has been now: it is then to be made again."""
        asked = asking.take()
        if asked:
            questions = HostQuestions(self._id, asked, pinned.program.looked_up_paths)
            asking.tell(asked, await self._activity(ANSWER_QUESTIONS, questions, list[Any]))
        return bool(asked)

    async def _activity(self, name: str, argument: object, answer: Any) -> Any:
        """A local activity, tried until the database answers."""
        return await workflow.execute_local_activity(
            name, argument, result_type=answer, start_to_close_timeout=_TIMEOUT, retry_policy=_PATIENCE
        )


def _cause(causes: Mapping[int, Job], sequence: int) -> Job | None:
    """The job whose step has the number, or that it follows from."""
    return causes.get(max((each for each in causes if each <= sequence), default=0))


def _paths(pinned: Pinned) -> list[list[str]]:
    return [list(path) for path in pinned.program.context_paths]
