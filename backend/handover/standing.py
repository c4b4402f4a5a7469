"""Standing agents: those that somebody gave end with them, and whom they act for gets the other person as agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.agents import service as agents
from backend.agents.models import StandingAgent
from backend.handover.errors import Changed, MovedOn
from backend.handover.part import Json, Plan, Result, Subject, Work, id_of, label
from backend.identity.models import User


class StandingAgents:
    """Given ones are revoked; received ones go to the other person, for what is left of their time."""

    key, kind = "agents", "agent"

    async def plan(self, plan: Plan) -> list[Json]:
        row, principal, agent = StandingAgent, aliased(User), aliased(User)
        mine = or_(row.principal_id == plan.person.id, row.agent_id == plan.person.id)
        statement = (
            select(row.id, row.principal_id, principal.name.label("principal"), agent.name.label("agent"))
            .join(principal, principal.id == row.principal_id)
            .join(agent, agent.id == row.agent_id)
            .where(mine, row.revoked_at.is_(None), or_(row.ends_at.is_(None), row.ends_at > clock.now()))
            .order_by(row.created_at, row.id)
        )
        return [_subject(plan.person, each) for each in await plan.session.execute(statement)]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        row = await work.session.get(StandingAgent, id_of(subject, "agent_id"), with_for_update=True)
        if row is None or row.revoked_at is not None or work.giver.id not in (row.principal_id, row.agent_id):
            raise MovedOn(name=work.giver.name)
        await agents.revoke(work.session, work.metadata, work.caller, row.id)
        if row.principal_id in (work.giver.id, work.taker.id):
            return Result({"revoked": True})
        made = await agents.appoint(work.session, work.metadata, work.caller, _instead(row, work.taker.id))
        return Result({"revoked": True, "made": str(made["id"])})

    async def take_back(self, work: Work, subject: Subject, before: Mapping[str, Any], /) -> Result:
        row = await work.session.get(StandingAgent, id_of(subject, "agent_id"), with_for_update=True)
        if row is None or row.revoked_at is None:
            raise Changed()
        if before.get("made"):
            made = await work.session.get(StandingAgent, UUID(before["made"]), with_for_update=True)
            if made is None or made.revoked_at is not None:
                raise Changed()
            await agents.revoke(work.session, work.metadata, work.caller, made.id)
        again = await agents.appoint(work.session, work.metadata, work.caller, _instead(row, row.agent_id))
        return Result({"made": str(again["id"])})


def _instead(row: StandingAgent, agent: UUID) -> agents.NewAgent:
    starts = row.starts_at if row.starts_at > clock.now() else None
    return agents.NewAgent(agent, row.principal_id, row.mode, row.flows, starts, row.ends_at)


def _subject(person: User, row: Any) -> Json:
    if row.principal_id == person.id:
        text = label(f"委托给{row.agent}（收回）", f"Agent {row.agent} (is revoked)")
    else:
        text = label(f"代理{row.principal}", f"Acts for {row.principal}")
    return {"label": text, "link": "/agents", "agent_id": str(row.id)}
