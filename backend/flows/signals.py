"""What a rule tells running instances: to end, to try again what stopped, or that something happened; and deciding their tasks.

These go through the outbox to Temporal, each under an id made of the action's key, so that telling twice is telling once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.log import Cause, NewEvent, append
from backend.flows import repository
from backend.flows.errors import InstanceStarting
from backend.flows.models import Instance
from backend.flows.starting import StartServices, host_of
from backend.tasks import repository as tasks
from engine.flow import CompleteTask, command_to_json
from engine.host import CommandInput, HostRefused, InstanceGone

#: Outbox kinds.
SIGNAL_FLOW, DECIDE_TASK = "signal_flow", "decide_task"
#: The signals that an instance obeys. Every other one is written into its history and told in the log.
CANCEL, RETRY = "cancel", "retry"
SIGNALLED = "instance.signalled"
#: Refusals that say that there is nothing left to do.
_OVER = frozenset({"task.already_handled", "flow.instance_ended", "flow.nothing_to_retry"})
_LIVE = ("starting", "running", "failed")


async def live_instances(
    session: AsyncSession, flow: str | None, about: tuple[str, UUID] | None, person: UUID | None
) -> list[Instance]:
    """The instances that are not over, about a record or a person, the oldest first."""
    of: list[ColumnElement[bool]] = []
    if about is not None:
        of.append(and_(Instance.entity == about[0], Instance.record_id == about[1]))
    if person is not None:
        of.append(Instance.person_id == person)
    if not of:
        return []
    statement = select(Instance).where(Instance.status.in_(_LIVE), or_(*of))
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
    about = {
        "instance_id": str(instance.id),
        "flow": instance.flow,
        "title": instance.title,
        "entity": instance.entity,
        "record_id": instance.record_id and str(instance.record_id),
    }
    event = NewEvent(SIGNALLED, {**about, **data}, "instance", instance.id, instance.person_id)
    await append(session, event.caused_by(cause))


class Signaller:
    """The outbox handler `signal_flow`."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        async with self._services.database.transaction() as session:
            found = await repository.instance(session, UUID(payload["instance"]))
        if found is not None and found.status == "starting":
            raise InstanceStarting()  # it has not reached Temporal yet; the outbox comes back
        host = await host_of(self._services)
        instance, command_id = payload["instance"], uuid5(NAMESPACE_OID, key).hex
        commands: dict[str, dict[str, Any]] = {
            CANCEL: {"kind": "cancel", "reason": payload.get("reason") or ""},
            RETRY: {"kind": "retry", "variables": payload.get("variables") or {}},
        }
        input = CommandInput(command_id, commands[payload["signal"]])
        return {"instance": instance, "told": await _told(lambda: host.command(instance, input))}


class Decider:
    """The outbox handler `decide_task`: takes an outcome of an open task in place of those it is assigned to."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        id = UUID(payload["task"])
        async with self._services.database.transaction() as session:
            task = await tasks.task(session, id)
            items = await tasks.items(session, id)
        if task is None or task.status != "open" or task.instance_id is None:
            return {"task": str(id), "told": False}
        host, instance = await host_of(self._services), str(task.instance_id)
        waiting = sorted(str(item.user_id) for item in items if item.kind == "assignee" and item.status == "open")
        told = False
        for user in waiting if task.mode == "all" else waiting[:1]:
            command = command_to_json(CompleteTask(str(id), user, payload["outcome"]))
            decision = CommandInput(uuid5(NAMESPACE_OID, f"{key}:{user}").hex, command, user, payload.get("comment"))
            told = await _told(partial(host.command, instance, decision)) or told
        return {"task": str(id), "told": told}


async def _told(give: Callable[[], Awaitable[Any]]) -> bool:
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
