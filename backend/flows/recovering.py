"""Keeping Temporal and the database together: what was forgotten in a crash is looked at, what Temporal lost is taken up.

The database has everything of an instance. Temporal may have less: when it went down together with a worker, when its own data is lost,
or when a history could not be replayed by a newer engine and its workflow failed for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from temporalio.client import Client
from temporalio.service import RPCError

from backend.errors import WeftError
from backend.flows import repository
from backend.flows.starting import Starter, StartServices, host_of, not_begun
from engine.host import WORKFLOW, HostClient, HostUnavailable, InstanceGone, instance_of

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 60.0
#: Temporal's lists are a little behind what happened.
_OVERLAP = timedelta(minutes=5)
#: Workflows that ended though their instance may not have.
_WRONGLY_ENDED = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')"


async def recover(services: StartServices) -> int:
    """After a start: have the instances that were busy last look whether their last step was forgotten. When Temporal does not know one of
    them it may have lost others: then every live one is looked at. Returns how many were."""
    starter, host = Starter(services), await host_of(services)
    async with services.database.transaction() as session:
        busy = await repository.last_commanded(session)
    looked, lost = await _look(host, starter, busy)
    if lost:
        async with services.database.transaction() as session:
            live = await repository.live(session)
        again, more = await _look(host, starter, [id for id in live if id not in set(busy)])
        log.warning("flows.taken_up", lost=lost + more)
        looked += again
    return looked


async def _look(host: HostClient, starter: Starter, instances: Iterable[UUID]) -> tuple[int, int]:
    """How many were looked at, and how many of them were lost and are taken up."""
    looked = lost = 0
    for instance in instances:
        try:
            await host.catch_up(str(instance))
        except InstanceGone:
            taken = await starter.take_up(instance)
            lost, looked = lost + taken, looked + taken
        else:
            looked += 1
    return looked, lost


async def watch(services: StartServices, client: Client, stop: asyncio.Event) -> None:
    """Until `stop`: take up live instances whose workflow ended wrongly, and those that were handed on and have not begun."""
    since: datetime | None = None
    while not stop.is_set():
        begun = datetime.now(UTC)
        if await _watched(take_up_ended(services, client, since)):
            since = begun - _OVERLAP
        await _watched(start_again(services))
        try:
            await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)
        except TimeoutError:
            continue


async def _watched(looking: Awaitable[int]) -> bool:
    """Whether it could be looked: what is away now is back at a later look."""
    try:
        await looking
    except (RPCError, HostUnavailable, OSError, OperationalError, InterfaceError) as error:
        log.warning("flows.not_watched", error=str(error))
        return False
    return True


async def start_again(services: StartServices) -> int:
    """Instances that were handed to Temporal over a minute ago and have not begun say so, and are handed on anew; how many."""
    starter, metadata = Starter(services), services.metadata.current
    async with services.database.transaction() as session:
        waiting = await not_begun(session, metadata)
    for payload in waiting:
        try:
            await starter.again(payload)
        except WeftError as error:  # its flow cannot be made a program any more: the others can
            log.warning("flows.not_begun", instance=payload["instance"], error=str(error))
        else:
            log.warning("flows.handed_on_again", instance=payload["instance"])
    return len(waiting)


async def take_up_ended(services: StartServices, client: Client, since: datetime | None) -> int:
    """Take up the live instances whose workflow failed or was ended from outside since then; how many."""
    starter, found = Starter(services), 0
    newer = f" AND CloseTime > '{since.isoformat()}'" if since is not None else ""
    queue = services.settings.temporal_task_queue
    async for each in client.list_workflows(f"{_WRONGLY_ENDED} AND TaskQueue = '{queue}'{newer}"):
        taken = await starter.take_up(UUID(instance_of(each.id)))
        if taken:
            log.warning("flows.taken_up", instance=instance_of(each.id))
        found += taken
    return found
