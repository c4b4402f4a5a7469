"""Taking back what one decided: what is offered to whom, looked up in the state without playing anything, and why it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.agents.errors import NotStanding
from backend.agents.finding import stands_for
from backend.flows import repository
from backend.flows.models import Instance
from backend.identity import service as identity
from engine.definitions import Flow
from engine.flow import State, load
from engine.flow.approval.taking_back import Decision, reclaimable

#: A part at a node that somebody decided, or an agent for them.
_DECIDED = text(
    """
    SELECT FROM weft.task_item i JOIN weft.task t ON t.id = i.task_id
    WHERE t.instance_id = :instance AND t.node_id = :node AND (CAST(:task AS uuid) IS NULL OR t.id = :task)
        AND i.status = 'done' AND i.item IS NOT NULL
        AND (i.user_id = :user OR i.kind = 'agent' AND i.owner_id = :user)
    LIMIT 1
    """
)


async def offered(
    session: AsyncSession,
    instance: Instance,
    flow: Flow,
    state: State | None,
    user: UUID | None,
    task: UUID | None = None,
) -> list[str]:
    """The nodes where somebody may take back what they decided; with `task`, in that one task. Nobody decides anything in what is not live."""
    if state is None or user is None:
        return []
    first: dict[str, Decision] = {}
    for each in _of(flow, state, user, task):
        first.setdefault(each.node, each)
    return [node for node, each in first.items() if await _stands(session, instance, each, user)]


async def require_standing(
    session: AsyncSession, instance: Instance, flow: Flow, node: str, user: UUID, task: UUID | None
) -> None:
    """Raises NotStanding for an agent whose time is over: what they decided for another is that one's to take back."""
    found = await repository.state_of(session, instance.id)
    state = load(State, found or {"instance": str(instance.id)})
    decided = next((each for each in _of(flow, state, user, task) if each.node == node), None)
    if decided is not None and decided.principal is not None and not await _stands(session, instance, decided, user):
        raise NotStanding(principal=(await identity.get_user(session, UUID(decided.principal))).name)


async def has_decided(session: AsyncSession, id: UUID, node: str, user: UUID, task: UUID | None) -> bool:
    """Whether somebody, or an agent for them, has decided something at a node of an instance, however long ago."""
    values = {"instance": id, "node": node, "user": user, "task": task}
    return (await session.execute(_DECIDED, values)).first() is not None


def _of(flow: Flow, state: State, user: UUID, task: UUID | None) -> Iterable[Decision]:
    nodes, within = {node.id: node for node in flow.nodes}, str(task) if task is not None else None
    return (each for each in reclaimable(nodes, state, str(user)) if each.is_within(within))


async def _stands(session: AsyncSession, instance: Instance, decided: Decision, user: UUID) -> bool:
    principal = UUID(decided.principal) if decided.principal is not None else user
    return principal == user or await stands_for(session, user, principal, instance.flow, clock.now())
