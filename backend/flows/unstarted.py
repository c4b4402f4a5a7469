"""Ending an instance that has not begun: Temporal, which may never have heard of it, is not asked."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import null
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository
from backend.flows.models import Instance
from backend.flows.signals import tell
from backend.flows.steering import Answer
from backend.flows.work import about
from engine.flow import ChildEnded, State, dump
from engine.flow.state import CANCELLED


async def cancel(session: AsyncSession, caller: Caller, id: UUID, command_id: str) -> Answer | None:
    """End it before its start; None when it has begun meanwhile. A start that is still made finds the database ahead, and ends with it."""
    instance = await repository.locked_instance(session, id)
    if instance is None or instance.status != "starting" or instance.sequence:
        return None
    now = clock.now()
    state = State(str(id), status=CANCELLED, sequence=1, variables=instance.variables)
    ended = {"status": CANCELLED, "sequence": 1, "state": dump(state), "incident": null(), "ended_at": now}
    await repository.update_instance(session, id, ended)
    line = {"instance_id": id, "at": now, "type": CANCELLED, "node_id": None, "actor_id": caller.user_id}
    await repository.add_history(session, [{**line, "data": {"outcome": None}}])
    await _tell(session, instance, caller)
    answer: Answer = {"instance_status": CANCELLED, "next_tasks": []}
    await repository.keep_answer(session, command_id, id, caller.user_id, answer)
    return answer


async def _tell(session: AsyncSession, instance: Instance, caller: Caller) -> None:
    """The log, and whoever called it."""
    cause = Cause(instance.event_id, 0, caller.user_id, "user" if caller.user_id is not None else "system")
    data = {**about(instance), "outcome": None}
    event = NewEvent(f"instance.{CANCELLED}", data, "instance", instance.id, instance.person_id)
    await append(session, event.caused_by(cause))
    if instance.parent_instance_id is not None:
        outcome = ChildEnded(instance.parent_call or "", CANCELLED, None, instance.variables)
        await tell(session, f"{instance.id}:ended", instance.parent_instance_id, outcome, cause)
