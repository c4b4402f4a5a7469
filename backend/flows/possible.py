"""What a person may do with an instance as it stands: taking back a decision or the whole, asking for haste, voiding, reopening."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.flows.haste import may_urge, urged, urged_until
from backend.flows.models import Instance
from backend.flows.taking_back import offered
from backend.metadata.snapshot import Metadata
from engine.definitions import Flow
from engine.flow import State, load

Possible = dict[str, Any]


async def possible(
    session: AsyncSession, metadata: Metadata, caller: Caller, instance: Instance, flow: Flow, task: UUID | None = None
) -> Possible:
    """`{withdraw, urge, urged, reclaim: [node ids], void, reopen, cancel}`: what the caller may do; `urged`, when and of whom haste may be
    asked again. With `task`, `reclaim` is about that one task."""
    mine, operates = caller.stands_for(instance.initiator_id), has_permission(caller, metadata.roles, "operate")
    user = str(caller.user_id)
    live, ended = _is_live(instance), instance.ended_at is not None
    state = load(State, instance.state) if live and instance.state is not None else None
    ends_well = ended and instance.voided_at is None
    reopens = ends_well and (operates or (mine and flow.withdraw != "never"))
    return {
        "withdraw": live and mine and _may_withdraw(flow, state),
        "urge": state is not None and _may_urge(state, user, initiator=mine),
        "urged": await urged(session, state.tasks if state is not None else (), user, clock.now(), initiator=mine),
        "reclaim": await offered(session, instance, flow, state, caller.user_id, task),
        "void": ends_well and operates,
        "reopen": reopens and not await is_reopened(session, instance),
        "cancel": not ended and operates,
    }


def _is_live(instance: Instance) -> bool:
    return instance.ended_at is None and not instance.suspended


def _may_withdraw(flow: Flow, state: State | None) -> bool:
    acted = state is not None and state.acted
    return flow.withdraw == "any" or (flow.withdraw == "before_action" and not acted)


def _may_urge(state: State, user: str, *, initiator: bool) -> bool:
    """Whether a task waits for others who were not asked for haste just now."""
    now = clock.now()
    return any(may_urge(task, user, initiator=initiator) and urged_until(task, now) is None for task in state.tasks)


async def is_reopened(session: AsyncSession, instance: Instance) -> bool:
    """Whether another instance goes on with this one, and is not over itself."""
    statement = select(Instance.id).where(Instance.reopened_from == instance.id, Instance.ended_at.is_(None))
    return (await session.execute(statement.limit(1))).scalar_one_or_none() is not None
