"""Agents and the tasks that are open already: giving them what somebody has now, and taking back what an agent whose time is over has.

A task keeps the agents it was opened with (decision 0019): a new one gets open tasks only where somebody asks for it. But nobody acts
for another beyond their time: what they have then goes back.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.agents.finding import agents_of
from backend.agents.models import StandingAgent
from backend.agents.service import AGENT_ONLY
from backend.db import Database, uuid7
from backend.flows.errors import AlreadyHandled, InstanceEnded
from backend.flows.starting import StartServices, host_of
from backend.flows.steering import refusal
from engine.flow import ActOnTask, command_to_json
from engine.host import CommandInput, HostClient, HostRefused, HostUnavailable, InstanceGone

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 30.0
_AT_ONCE = 8

#: What somebody has to decide in flows, where the agent is not there yet.
_OPEN = text(
    """
    SELECT DISTINCT t.id AS task, t.instance_id AS instance
    FROM weft.task_item i JOIN weft.task t ON t.id = i.task_id AND t.status = 'open'
        JOIN weft.instance n ON n.id = t.instance_id AND n.ended_at IS NULL
    WHERE i.user_id = :principal AND (i.status = 'open' AND i.kind <> 'cc' OR i.status = 'waiting')
        AND i.item IS NOT NULL AND i.kind <> 'agent'
        AND (CAST(:flows AS text[]) IS NULL OR n.flow = ANY (CAST(:flows AS text[])))
        AND NOT EXISTS (
            SELECT FROM weft.task_item a WHERE a.task_id = i.task_id AND a.parent = i.item AND a.kind = 'agent'
                AND a.user_id = :agent AND a.status IN ('open', 'waiting'))
    ORDER BY t.id
    """
)
#: What agents have open. What is held is looked at again once it goes on.
_HELD = text(
    """
    SELECT i.item, i.user_id AS agent, p.user_id AS principal, t.id AS task, t.instance_id AS instance, n.flow
    FROM weft.task_item i JOIN weft.task t ON t.id = i.task_id AND t.status = 'open'
        JOIN weft.instance n ON n.id = t.instance_id AND n.ended_at IS NULL AND NOT n.suspended
        JOIN weft.task_item p ON p.task_id = i.task_id AND p.item = i.parent
    WHERE i.kind = 'agent' AND i.status IN ('open', 'waiting')
    ORDER BY i.id
    """
)


@dataclass(frozen=True, slots=True)
class _Given:
    """A command about a task."""

    instance: UUID
    command: ActOnTask


async def appoint_open(database: Database, host: HostClient, caller: Caller, id: UUID) -> dict[str, int]:
    """Let an agent act on what is open now, in the flows they stand for: how many tasks were given (`done`), and how many could not be
    (`failed`)."""
    async with database.transaction() as session:
        row = await session.get_one(StandingAgent, id)
        values = {"principal": row.principal_id, "agent": row.agent_id, "flows": row.flows}
        found = (await session.execute(_OPEN, values)).all()
    operation = "appoint_alone" if row.mode == AGENT_ONLY else "appoint"
    agent, principal = str(row.agent_id), str(row.principal_id)
    given = [_Given(each.instance, ActOnTask(str(each.task), principal, operation, (agent,))) for each in found]
    return await _give(host, caller, given)


async def dismiss_ended(database: Database, host: HostClient) -> dict[str, int]:
    """Take back what agents have whose time is over, or who cannot sign in any more."""
    async with database.transaction() as session:
        gone = await _ended(session)
    return await _give(host, SYSTEM, gone)


async def _ended(session: AsyncSession) -> list[_Given]:
    """What agents have that stand for nobody now."""
    held = (await session.execute(_HELD)).all()
    by_flow: dict[str, set[UUID]] = defaultdict(set)
    for each in held:
        by_flow[each.flow].add(each.principal)
    standing: set[tuple[str, UUID, str]] = set()
    for flow, principals in by_flow.items():
        found = await agents_of(session, sorted(principals), flow, clock.now())
        standing |= {(flow, person, agent.user) for person, agents in found.items() for agent in agents}
    return [
        _Given(each.instance, ActOnTask(str(each.task), str(each.principal), "dismiss", (), each.item))
        for each in held
        if (each.flow, each.principal, str(each.agent)) not in standing
    ]


async def _give(host: HostClient, caller: Caller, given: Sequence[_Given]) -> dict[str, int]:
    """Give commands some at a time. What somebody decided meanwhile needs nothing any more.

    Each has an id of its own: a refusal is kept with the id, and what was refused because the instance was held is given again later.
    """
    gate, actor = asyncio.Semaphore(_AT_ONCE), str(caller.user_id) if caller.user_id is not None else None

    async def one(each: _Given) -> str:
        async with gate:
            input = CommandInput(f"{each.command.operation}-{uuid7().hex}", command_to_json(each.command), actor)
            try:
                await host.command(str(each.instance), input)
            except (HostRefused, InstanceGone, HostUnavailable) as error:
                refused = refusal(error)
                if isinstance(refused, AlreadyHandled | InstanceEnded):
                    return "over"
                about = {"task": each.command.task, "operation": each.command.operation}
                log.warning("agents.not_given", **about, code=refused.code)
                return "failed"
        return "done"

    results = Counter(await asyncio.gather(*(one(each) for each in given)))
    return {"done": results["done"], "failed": results["failed"]}


async def run_agents(process: StartServices, stop: asyncio.Event) -> None:
    """Look, now and then until `stop`, whose time as an agent is over."""
    while not stop.is_set():
        await dismiss_ended(process.database, await host_of(process))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)
