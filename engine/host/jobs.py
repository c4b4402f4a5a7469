"""Commands on their way through an instance: stepped one after another into one application, answered when it is committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from temporalio.exceptions import ApplicationError

from engine.flow import (
    Command,
    Program,
    Refused,
    ServiceFailed,
    ServiceResult,
    State,
    command_from_json,
    command_to_json,
    dump,
    effect_to_json,
    step,
)
from engine.host.messages import CommandInput, Json, Step
from engine.language import Context

#: Commands that become one application.
AT_ONCE = 8
#: A state is kept in every run's input and in every application; past this many characters of JSON it does not grow. Nor is a
#: command longer.
STATE_LIMIT = 256 * 1024
STATE_TOO_LARGE = "flow.state_too_large"
#: No token is written in less.
_SHORTEST_TOKEN = 80
#: The interpreter failed where it should have refused: a mistake of ours. Nothing was changed.
ENGINE_FAILED = "flow.engine_failed"
#: The code of a loop that only we can end.
STEP_BUDGET = "step_budget"
_DETAIL_LENGTH = 300
#: Stepped under another program than what comes before and after.
_ALONE = "migrate"
#: Commands that read nothing of the record.
_WITHOUT_CONTEXT = frozenset({"suspend", "cancel", "withdraw", "change_initiator"})


def result_of(call: str) -> str:
    """The command id of the answer of a call."""
    return f"{call}:result"


@dataclass(eq=False)
class Job:
    """A command, and who waits for its answer. `leader` is the job that this one follows from: an action of it was awaited."""

    input: CommandInput
    waiting: asyncio.Future[Json] | None = None
    leader: Job | None = None
    answer: Json = field(default_factory=dict)

    @classmethod
    def internal(cls, id: str, command: Command) -> Job:
        """A job that nobody waits for."""
        return cls(CommandInput(id, command_to_json(command)))

    @classmethod
    def result(cls, call: str, result: Any, cause: Job | None, context: Json | None, sequence: int) -> Job:
        """The result of an awaited action, on behalf of whoever caused it; `context` is that after the action, at `sequence`."""
        leader = cause and (cause.leader or cause)
        user = leader.input.user if leader is not None else None
        command = command_to_json(ServiceResult(call, result))
        input = CommandInput(result_of(call), command, user, context=context, context_sequence=sequence)
        return cls(input, leader=leader)

    def stopped(self, call: str) -> Job:
        """The failure of the call in the place of its result: the instance has gone on by itself for too long."""
        command = command_to_json(ServiceFailed(call, STEP_BUDGET))
        return replace(self, input=replace(self.input, command=command))

    @property
    def id(self) -> str:
        return self.input.command_id

    @property
    def kind(self) -> str:
        return str(self.input.command.get("kind"))

    @property
    def about(self) -> Json:
        """What a repetition has in common with the first: who, and the task."""
        return {"user": self.input.user, "task": self.input.command.get("task")}

    @property
    def is_alone(self) -> bool:
        """Whether it is not stepped together with others."""
        return self.kind == _ALONE

    def needs_context(self, sequence: int | None) -> bool:
        """Whether it takes a context, and has none that was read at this sequence (None: one of whenever will do)."""
        if self.kind in _WITHOUT_CONTEXT or self.input.command.get("context") is not None:
            return False
        return self.input.context is None or sequence not in (None, self.input.context_sequence)

    @property
    def unfit(self) -> str | None:
        """Why it is no command that an instance could take, whatever its state; None when it is one."""
        try:
            command_from_json(self.input.command)
        except (KeyError, TypeError, ValueError) as error:
            return f"not a command: {error}"
        too_long = len(json.dumps(self.input.command, ensure_ascii=False)) > STATE_LIMIT
        return "the command is too long" if too_long or not self.id else None

    def command(self, context: Json | None, sequence: int | None) -> Command:
        """The command with its context: its own where that is fresh, else the one given."""
        command = command_from_json(self.input.command)
        given = context if self.needs_context(sequence) else self.input.context
        if given is None or self.kind in _WITHOUT_CONTEXT:
            return command
        made: Command = replace(cast(Any, command), context=given)
        return made

    def told(self) -> Json:
        """The command as its step tells it."""
        members = {key: value for key, value in self.input.command.items() if key != "context"}
        return {
            **members,
            "user": self.input.user,
            "comment": self.input.comment,
            "data": self.input.data,
            "record_version": self.input.record_version,
            "extra": self.input.extra,
            **({"leader": self.leader.id} if self.leader is not None else {}),
        }

    def finish(self, answer: Json) -> None:
        """It is committed. What follows from another joins its answer to that one's."""
        self.answer = answer
        if self.leader is not None and self.leader.answer:
            tasks = [*self.leader.answer.get("next_tasks", ()), *answer.get("next_tasks", ())]
            status = answer.get("instance_status", self.leader.answer.get("instance_status"))
            self.leader.answer = {**self.leader.answer, "instance_status": status, "next_tasks": tasks}

    def tell(self) -> None:
        """Give the answer to whoever waits."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(self.answer)

    def refuse(self, code: str, detail: Mapping[str, Any]) -> None:
        """Tell whoever waits that it is not done."""
        if self.waiting is not None and not self.waiting.done():
            error = ApplicationError(f"{code} {dict(detail)}", dict(detail), type=code, non_retryable=True)
            self.waiting.set_exception(error)


@dataclass
class Stepped:
    """Jobs stepped one after another: the state after them, and what refused the others."""

    state: State
    document: Json = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    refused: dict[Job, Refused] = field(default_factory=dict)


def fresh_at(program: Program, state: State) -> int | None:
    """When a context must have been read: at this very state, where expressions read records; whenever, where they do not."""
    return state.sequence if program.reading else None


def advance(
    program: Program,
    state: State,
    jobs: Sequence[Job],
    now: datetime,
    failures: Mapping[str, str],
    host: Context,
    context: Json | None,
) -> Stepped:
    """Every job in order on top of the one before; one that is refused changes nothing. When the state would grow too large only
    the first is taken (the others are left out of the answer), or refused."""
    stepped, sequence = Stepped(state), fresh_at(program, state)
    for job in jobs:
        try:
            after, effects = _step(program, stepped.state, job.command(context, sequence), now, failures, host)
        except Refused as refused:
            stepped.refused[job] = refused
            continue
        stepped.state = after
        stepped.jobs.append(job)
        stepped.steps.append(Step(job.id, after.sequence, job.told(), [effect_to_json(effect) for effect in effects]))
    stepped.document = dump(stepped.state)
    if not is_too_large(stepped.document, state):
        return stepped
    if len(jobs) > 1:
        return advance(program, state, jobs[:1], now, failures, host, context)
    return Stepped(state, refused=dict.fromkeys(jobs, Refused(STATE_TOO_LARGE, limit=str(STATE_LIMIT))))


def _step(
    program: Program, state: State, command: Command, now: datetime, failures: Mapping[str, str], host: Context
) -> tuple[State, Sequence[Any]]:
    try:
        return step(program, state, command, now, failures, host)
    except Refused:
        raise
    except Exception as error:  # a mistake in the interpreter must not stop the instance for everything else
        raise Refused(ENGINE_FAILED, detail=f"{type(error).__name__}: {error}"[:_DETAIL_LENGTH]) from error


def is_too_large(document: Json, before: State) -> bool:
    """Whether the state is past the limit and still grows; one that shrinks always may."""
    size = len(json.dumps(document, ensure_ascii=False))
    return size > STATE_LIMIT and size > len(json.dumps(dump(before), ensure_ascii=False))


def is_overgrown(state: State, before: State) -> bool:
    """Whether its tokens alone are more than there is room for: said at once, of a state that is not written down yet."""
    tokens = len(state.tokens)
    return tokens * _SHORTEST_TOKEN > STATE_LIMIT and tokens > len(before.tokens)
