"""Records that change are told to the instances whose conditions are about them: a consumer of the log.

While no instance has a condition there is nobody to tell: the log is then read on only now and then, so that it costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import Database
from backend.events.consumers import Consumer, drain, ensure_positions
from backend.events.log import Cause
from backend.events.models import Event
from backend.events.notify import EVENT, Listener, wait_any
from backend.flows import subscriptions
from backend.flows.beginning import DEEPEST
from backend.flows.signals import tell
from backend.metadata.store import MetadataStore
from engine.flow import ConditionsChanged

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 1.0
#: How often the log is read on while nobody waits.
_NOBODY_SECONDS = 60.0


async def run_conditions(database: Database, listener: Listener, store: MetadataStore, stop: asyncio.Event) -> None:
    """Tell what changes until `stop`."""
    consumer, read = conditions_consumer(store), float("-inf")
    await ensure_positions(database, consumer.name)
    async with listener.subscribed(EVENT) as signal:
        while not stop.is_set():
            handled = 0
            try:
                if time.monotonic() - read >= _NOBODY_SECONDS or await _somebody_waits(database):
                    handled, read = await drain(database, consumer, stop), time.monotonic()
            except OperationalError as error:
                log.warning("conditions.database_lost", error=str(error.orig).strip())
            if not handled:
                await wait_any(signal, stop, _IDLE_SECONDS)


async def _somebody_waits(database: Database) -> bool:
    async with database.transaction() as session:
        return await subscriptions.has_conditions(session)


def conditions_consumer(store: MetadataStore) -> Consumer:
    """Tells each instance once for all changes that are read together."""

    async def handle(session: AsyncSession, events: Sequence[Event]) -> None:
        entities = store.current.entities
        changes = {
            event.subject_id: event
            for event in events
            if event.subject_id is not None and event.subject_entity in entities and event.depth < DEEPEST
        }
        if not changes:
            return
        last = max(changes.values(), key=lambda event: event.id)
        for instance in await subscriptions.waiting_for_change(session, list(changes)):
            cause = Cause(last.id, last.depth)
            await tell(session, f"conditions:{instance}:{last.id}", instance, ConditionsChanged(), cause)

    return Consumer("flows", handle)
