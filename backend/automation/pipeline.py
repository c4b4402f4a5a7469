"""The pipeline, first stage: a consumer of the log that understands what came in through channels.

It finds the person behind each handle and what was said of what, and tells of it in the log: one event for each, in the slot of
its person. Rules, a consumer of their own, read those events; so all that concerns one person comes to them in order, whatever
channels it came by. One batch is one transaction and costs a fixed number of statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.stages import Stage
from backend.events.consumers import Consumer
from backend.events.models import Event
from backend.metadata.store import MetadataStore

NAME = "pipeline"
BATCH = 500


@dataclass
class Pipeline:
    """Handles batches of one slot."""

    store: MetadataStore
    stage: Stage

    def consumer(self, name: str = NAME, batch: int = BATCH) -> Consumer:
        """The consumer to run."""
        return Consumer(name, self.handle, batch, from_channels=True)

    async def handle(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """One batch, in the caller's transaction."""
        understood = await self.stage.understand(
            session, self.store.current, [event for event in events if event.channel is not None]
        )
        await self.stage.record(session, understood)
