"""Instances that somebody started and that are not over: the other person sees them, may withdraw them, and is asked what their
initiator is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.db import uuid7
from backend.flows.models import Instance
from backend.flows.steering import answered, command
from backend.handover.errors import Changed, MovedOn
from backend.handover.part import Json, Plan, Result, Subject, Work, id_of, label
from engine.flow import ChangeInitiator, command_to_json
from engine.host import CommandInput


class OwnedInstances:
    """Their initiator becomes the other person."""

    key, kind = "instances", "instance"

    async def plan(self, plan: Plan) -> list[Json]:
        row = Instance
        statement = select(row.id, row.flow, row.title).where(
            row.initiator_id == plan.person.id, row.ended_at.is_(None)
        )
        rows = await plan.session.execute(statement.order_by(row.started_at, row.id))
        return [_subject(plan, each) for each in rows]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        await _give(work, id_of(subject, "instance_id"), MovedOn(name=work.giver.name))
        return Result()

    async def take_back(self, work: Work, subject: Subject, _before: Mapping[str, Any], /) -> Result:
        await _give(work, id_of(subject, "instance_id"), Changed())
        return Result()


def _subject(plan: Plan, row: Any) -> Json:
    flow = plan.metadata.flows.get(row.flow)
    zh, en = (flow.label.zh, flow.label.en) if flow is not None else (row.flow, row.flow)
    about = f" · {row.title}" if row.title else ""
    return {
        "label": label(f"{zh}{about}", f"{en}{about}"),
        "link": f"/instances/{row.id}",
        "instance_id": str(row.id),
    }


async def _give(work: Work, id: UUID, otherwise: Exception) -> None:
    found = select(Instance.initiator_id, Instance.ended_at, Instance.status).where(Instance.id == id)
    row = (await work.session.execute(found)).one_or_none()
    if row is None or row.ended_at is not None or row.initiator_id != work.giver.id:
        raise otherwise
    await _tell_engine(work, id)
    statement = update(Instance).where(Instance.id == id).values(initiator_id=work.taker.id)
    await work.session.execute(statement.execution_options(synchronize_session=False))


async def _tell_engine(work: Work, id: UUID) -> None:
    """The flow knows whose it is: who may withdraw it, and whose own approval is another's."""
    if await answered(work.session, work.key, id, work.caller.user_id) is not None:
        return  # done by a turn that could not say so
    actor = str(work.caller.user_id) if work.caller.user_id is not None else None
    # Another attempt each time: a refusal is not for good.
    attempt = {"attempt": uuid7().hex}
    given = CommandInput(work.key, command_to_json(ChangeInitiator(str(work.taker.id))), actor, extra=attempt)
    await command(work.session, work.key, id, work.caller.user_id, lambda: work.host.command(str(id), given))
