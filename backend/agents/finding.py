"""Who acts for whom now: for the people found for a task, and for whoever wants to act in somebody's place.

An agent may be away too and have an agent. Somebody whose own agent acts alone is passed over for that agent; with `both` they all may
act. A chain ends after three, and where it would come back to somebody who is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from engine.flow import Agent

LONGEST_CHAIN = 3

#: `standing`: who stands for whom at the moment. `chain`: followed from each person. One is left out where an agent of theirs acts alone.
_AGENTS = text(
    """
    WITH RECURSIVE standing AS MATERIALIZED (
        SELECT s.principal_id, s.agent_id, s.mode, s.starts_at FROM weft.standing_agent s
        JOIN weft."user" a ON a.id = s.agent_id AND a.active
        WHERE s.revoked_at IS NULL AND s.starts_at <= :at AND (s.ends_at IS NULL OR s.ends_at > :at)
            AND (s.flows IS NULL OR CAST(:flow AS text) = ANY (s.flows)) AND s.agent_id <> ALL (CAST(:besides AS uuid[]))
    ), chain AS (
        SELECT principal_id AS person, agent_id, ARRAY[principal_id, agent_id] AS path, starts_at
        FROM standing WHERE principal_id = ANY (CAST(:users AS uuid[]))
        UNION ALL
        SELECT c.person, s.agent_id, c.path || s.agent_id, c.starts_at
        FROM chain c JOIN standing s ON s.principal_id = c.agent_id
        WHERE cardinality(c.path) <= :longest AND s.agent_id <> ALL (c.path)
    )
    SELECT c.person, c.agent_id,
        EXISTS (SELECT FROM standing s WHERE s.principal_id = c.person AND s.mode = 'agent_only') AS alone
    FROM chain c
    WHERE NOT EXISTS (
        SELECT FROM standing s WHERE s.principal_id = c.agent_id AND s.mode = 'agent_only'
            AND cardinality(c.path) <= :longest AND s.agent_id <> ALL (c.path))
    GROUP BY c.person, c.agent_id
    ORDER BY c.person, min(cardinality(c.path)), min(c.starts_at), c.agent_id
    """
)


async def agents_of(
    session: AsyncSession, users: Sequence[UUID], flow: str, at: datetime, *, besides: Collection[UUID] = ()
) -> dict[UUID, tuple[Agent, ...]]:
    """Who may act for each of these people in a flow at a moment, the nearest first; only those who have somebody. One statement.

    `besides` are left out with whoever would act for them: the initiator, where nobody may approve what they asked for themselves.
    """
    if not users:
        return {}
    values = {
        "users": list(users),
        "flow": flow,
        "at": at,
        "besides": list(besides),
        "longest": LONGEST_CHAIN,
    }
    found: dict[UUID, tuple[Agent, ...]] = {}
    for row in await session.execute(_AGENTS, values):
        agent = Agent(str(row.agent_id), both=not row.alone)
        found[row.person] = (*found.get(row.person, ()), agent)
    return found


async def stands_for(session: AsyncSession, agent: UUID, principal: UUID, flow: str, at: datetime) -> bool:
    """Whether somebody may act in another's place in a flow at a moment."""
    found: Mapping[UUID, tuple[Agent, ...]] = await agents_of(session, [principal], flow, at)
    return any(each.user == str(agent) for each in found.get(principal, ()))
