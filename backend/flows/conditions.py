"""Records that change are told to the instances whose conditions are about them: a consumer of the log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.consumers import Consumer
from backend.events.log import Cause
from backend.events.models import Event
from backend.flows import subscriptions
from backend.flows.beginning import DEEPEST
from backend.flows.signals import tell
from backend.metadata.store import MetadataStore
from engine.flow import ConditionsChanged


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
