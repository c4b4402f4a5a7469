"""An application being made real: where it stands, and what it has found so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.actions.registry import ActionRegistry
from backend.errors import WeftError
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository
from backend.flows.beginning import Start
from backend.flows.repository import Locked
from backend.metadata.snapshot import Metadata
from backend.tasks.projection import Opening
from engine.flow import ActOnTask, Command, Program, Publish, State, Subscribe, dump
from engine.host import Applied, Step

#: Commands that go on with what an earlier one began, in the name of whoever gave that.
_FOLLOWING = frozenset({"service_result", "service_failed"})
#: So long nothing happened in an instance before what its clock does is no part of what happened then.
_QUIET = timedelta(minutes=1)


class Abandoned(Exception):
    """Roll back and answer this."""

    def __init__(self, applied: Applied) -> None:
        self.applied = applied


def document(error: WeftError) -> dict[str, Any]:
    """A refusal as the host hands it on."""
    return {"status": error.status, **error.to_json()["error"]}


def refused(work: Work, error: WeftError) -> Abandoned:
    """The command of the present step is refused with an error."""
    return Abandoned(Applied("refused", refused={work.step.command_id: document(error)}))


@dataclass
class Work:
    """Everything about an application: `state` is the one after its last step. `step` and what belongs to it is the one being carried
    out now; the rest is gathered over all steps and written at the end. `openings` are tasks whose people are found and not written yet,
    `parts` those of tasks that are about to be closed, `opinions` what people said with their part (task and item), `following` what
    happens next by itself; `failures` are actions known to fail."""

    session: AsyncSession
    metadata: Metadata
    actions: ActionRegistry
    start: Start
    program: Program
    instance: Locked
    state: State
    now: datetime
    failures: Mapping[str, str] = field(default_factory=dict)
    step: Step = field(init=False)
    depth: int = field(init=False)
    opened: list[dict[str, Any]] = field(default_factory=list)
    closed: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    parts: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    opinions: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    following: deque[tuple[Step, Command]] = field(default_factory=deque)
    history: list[dict[str, Any]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    subscribed: dict[int, Subscribe] = field(default_factory=dict)
    unsubscribed: list[int] = field(default_factory=list)
    thrown: list[tuple[str, Publish, Cause]] = field(default_factory=list)
    _stored: tuple[State, dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        self.depth = self.instance.depth

    @property
    def stored(self) -> dict[str, Any]:
        """The state as a document, made once."""
        if self._stored is None or self._stored[0] is not self.state:
            self._stored = (self.state, dump(self.state))
        return self._stored[1]

    async def begin(self, step: Step) -> None:
        """Go on to the next step. What a machine asked for lengthens its chain of causes, not the one that led here before; what a
        person does begins one, and so does the clock after a real wait: one that goes round by short timers still comes to its end."""
        self.step = step
        cause = self._asked_by
        if cause is not None:
            self.depth = int(cause.get("depth") or 0) + 1
        elif self.actor_id is not None and self.command.get("kind") not in _FOLLOWING:
            self.depth = 0
        elif self.command.get("kind") == "timers" and await self._was_quiet():
            self.depth = 1

    async def _was_quiet(self) -> bool:
        """Whether nothing happened in the instance for a while before this application."""
        if self.history:
            return False
        last = await repository.last_moment(self.session, self.instance.id)
        return last is None or last <= self.now - _QUIET

    @property
    def command(self) -> Mapping[str, Any]:
        """The command of the step."""
        return self.step.command

    @property
    def _asked_by(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.command.get("cause")
        return found

    @property
    def actor_id(self) -> UUID | None:
        """Who gave the command, if a person did."""
        user = self.command.get("user")
        return UUID(user) if user else None

    @property
    def cause(self) -> Cause:
        """Why changes of this step are made."""
        actor, asked = self.actor_id, self._asked_by or {}
        event_id = asked.get("event_id") or self.instance.event_id
        return Cause(event_id, self.depth, actor, "user" if actor is not None else "system")

    @property
    def caller(self) -> Caller:
        """The flow acting for whoever gave the command: it may do what its definition says."""
        return Caller(user_id=self.actor_id, name=self.program.flow.label.en, kind="system", is_admin=True)

    def note(self, type_: str, node: str | None, **data: Any) -> None:
        """A line of history."""
        row = {"at": self.now, "type": type_, "node_id": node}
        self.history.append({**row, "actor_id": self.actor_id, "data": data})

    def follow(self, command: Command) -> None:
        """Let this happen once the steps are done, as part of the one being carried out now."""
        self.following.append((self.step, command))

    def escalate(self, task: str, users: Sequence[str]) -> None:
        """Superiors get a task as well."""
        self.follow(ActOnTask(task, "", "escalate", tuple(users)))

    def tell(self, type_: str, subject: str, id: UUID, **data: Any) -> None:
        """An event about a task or the instance."""
        event = NewEvent(type_, {**about(self.instance), **data}, subject, id, self.instance.person_id)
        self.events.append(event.caused_by(self.cause))

    async def write_events(self) -> None:
        """Write what was gathered so far: before what reads the log, or changes records itself, so that the log keeps the order."""
        events, self.events = self.events, []
        await append(self.session, *events)

    def key(self, effect: int) -> str:
        """What names an effect of this step by its number: the same whenever the step is computed again."""
        return f"{self.instance.id}:{self.step.sequence}:{effect}"


def about(instance: Any) -> dict[str, Any]:
    """What every event of an instance says of it; `instance` is anything with its columns."""
    return {
        "instance_id": str(instance.id),
        "flow": instance.flow,
        "title": instance.title,
        "entity": instance.entity,
        "record_id": instance.record_id and str(instance.record_id),
    }
