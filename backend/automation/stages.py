"""What the pipeline asks of the stage that understands social events; backend/social supplies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.events.models import Event
from backend.metadata.snapshot import Metadata


@dataclass(frozen=True, slots=True)
class Understood:
    """A social event with its person: `values` the event as rules read it, `made` the person's record if it was made just now."""

    event: Event
    person_id: UUID
    values: Mapping[str, Any]
    made: Mapping[str, Any] | None = None


class Stage(Protocol):
    """Understands the social events of a batch, and tells of it in the log."""

    async def understand(
        self, session: AsyncSession, metadata: Metadata, events: Sequence[Event]
    ) -> dict[int, Understood]: ...

    async def record(self, session: AsyncSession, understood: Mapping[int, Understood]) -> None: ...
