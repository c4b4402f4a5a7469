"""What others tell running instances: rules, called and calling flows, messages and signals; and deciding their tasks.

All goes through the outbox to Temporal, each under an id made of a key, so that telling twice is telling once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import Persistent, enqueue
from backend.flows import repository
from backend.flows.errors import InstanceStarting, Suspended
from backend.flows.models import Instance
from backend.flows.starting import StartServices, host_of
from backend.flows.work import about
from backend.tasks import repository as tasks
from backend.tasks.models import TaskItem
from engine.flow import Command, CompleteTask, command_from_json, command_to_json, waits_for_resume
from engine.host import CommandInput, HostRefused, InstanceGone

#: Outbox kinds.
SIGNAL_FLOW, DECIDE_TASK = "signal_flow", "decide_task"
#: The signals that an instance obeys. Every other one is written into its history and told in the log.
CANCEL, RETRY = "cancel", "retry"
SIGNALLED = "instance.signalled"
#: Refusals that say that there is nothing left to do.
_OVER = frozenset(
    {"task.already_handled", "flow.instance_ended", "flow.nothing_to_retry", "call.unknown", "event.not_waiting"}
)
_LIVE = ("starting", "running", "failed")


async def live_instances(
    session: AsyncSession, flow: str | None, record: tuple[str, UUID] | None, person: UUID | None
) -> list[Instance]:
    """The instances that are not over, about a record or a person, the oldest first."""
    of: list[ColumnElement[bool]] = []
    if record is not None:
        of.append(and_(Instance.entity == record[0], Instance.record_id == record[1]))
    if person is not None:
        of.append(Instance.person_id == person)
    if not of:
        return []
    statement = select(Instance).where(Instance.status.in_(_LIVE), Instance.ended_at.is_(None), or_(*of))
    if flow is not None:
        statement = statement.where(Instance.flow == flow)
    return list((await session.execute(statement.order_by(Instance.started_at, Instance.id))).scalars())


async def note_signal(
    session: AsyncSession, instance: Instance, signal: str, variables: Mapping[str, Any], now: datetime, cause: Cause
) -> None:
    """Write a signal into the instance's history, and tell of it in the log."""
    data = {"signal": signal, "variables": dict(variables)}
    line = {"instance_id": instance.id, "at": now, "type": "signalled", "node_id": None, "actor_id": cause.actor_id}
    await repository.add_history(session, [{**line, "data": data}])
    event = NewEvent(SIGNALLED, {**about(instance), **data}, "instance", instance.id, instance.person_id)
    await append(session, event.caused_by(cause))


async def tell(
    session: AsyncSession, key: str, instance: UUID, command: Command, cause: Cause, *, by: str | None = None
) -> None:
    """Have an instance given a command after this transaction, once for each `key`. `by` is why, in words."""
    document = command_to_json(command) | {"cause": {"event_id": cause.event_id, "depth": cause.depth}}
    payload = {"instance": str(instance), "command": document, "comment": by}
    await enqueue(session, SIGNAL_FLOW, key, payload, event_id=cause.event_id)


class Signaller(Persistent):
    """The outbox handler `signal_flow`: gives a command to an instance. It never gives up: an instance that is not over gets it."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        id = UUID(payload["instance"])
        async with self._services.database.transaction() as session:
            found = await repository.bare_instance(session, id)
        if found is None:
            return None
        if found.status == "starting":
            raise InstanceStarting()  # it has not reached Temporal yet; the outbox comes back
        if found.suspended and waits_for_resume(command_from_json(payload["command"])):
            raise Suspended()  # nor does knocking each minute lengthen the history of one that is held for long
        given = attempt(CommandInput(command_id(key), payload["command"], comment=payload.get("comment")))
        host = await host_of(self._services)
        return {"instance": str(id), "told": await told(partial(host.command, str(id), given))}

    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        """What keeps it waiting is on the outbox's row."""


class Decider:
    """The outbox handler `decide_task`: takes an outcome of an open task in place of those it waits for, one after the other as their turn
    comes, until the task is over."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        id, tried = UUID(payload["task"]), set[int]()
        host, done = await host_of(self._services), False
        while (found := await self._waits_for(id, tried)) is not None:
            instance, part = found
            tried.add(part.item or 0)
            user = str(part.user_id)
            decision = command_to_json(CompleteTask(str(id), user, payload["outcome"], item=part.item))
            decision |= {"cause": payload.get("cause") or {}}
            given = CommandInput(command_id(f"{key}:{user}:{part.item}"), decision, user, payload.get("comment"))
            done = await told(partial(host.command, str(instance), attempt(given))) or done
        return {"task": str(id), "told": done}

    async def _waits_for(self, id: UUID, tried: Collection[int]) -> tuple[UUID, TaskItem] | None:
        """The first whose turn it is, their own part before what agents do for others; None when there is nobody, or the task is over."""
        async with self._services.database.transaction() as session:
            task = await tasks.task(session, id)
            items = await tasks.items(session, id)
        if task is None or task.status != "open" or task.instance_id is None:
            return None
        waiting = [item for item in items if item.status == "open" and item.item is not None and item.item not in tried]
        first = min(waiting, key=lambda item: (item.kind == "agent", item.item or 0), default=None)
        return None if first is None else (task.instance_id, first)


def command_id(key: str) -> str:
    """The command id that a key of the outbox stands for: none that a caller could give, and so take away from what is told."""
    return f"outbox:{uuid5(NAMESPACE_OID, key).hex}"


def attempt(given: CommandInput) -> CommandInput:
    """The command as it is given this time. Temporal keeps a refusal by the update's id: what was refused because all was held, or by a
    mistake that is mended since, would be refused for good. Given twice after all it is done once, by its command id."""
    return replace(given, extra={**given.extra, "attempt": uuid4().hex})


async def told(give: Callable[[], Awaitable[Any]]) -> bool:
    """Give a command; False when what it was about is over already. Anything else is tried again by the outbox."""
    try:
        await give()
    except InstanceGone:
        return False
    except HostRefused as error:
        if error.code in _OVER:
            return False
        raise
    return True
