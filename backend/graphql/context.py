"""What the resolvers of one request work with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.dataloader import DataLoader

from backend.access.caller import Caller
from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.graphql.errors import QueryTooLarge
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.reading import Reader
from backend.tasks.file_lists import files_of
from engine.host import HostClient

Files = list[dict[str, Any]]

#: Root fields of records that one request may have; each is a statement.
MAX_STATEMENTS = 50


class Services(Protocol):
    """What some resolvers need of the process."""

    @property
    def database(self) -> Database: ...
    @property
    def actions(self) -> ActionRegistry: ...


@dataclass
class Context:
    """One request: its caller, its snapshot and its unit of work. Root fields of a query are resolved side by side, a
    session is for one at a time: take `turn` around every use of it."""

    session: AsyncSession
    caller: Caller
    metadata: Metadata
    store: MetadataStore
    reader: Reader
    host: Callable[[], Awaitable[HostClient]]
    services: Services
    #: Whether a mutation has written in this unit of work.
    changed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    statements: int = 0
    #: The files of an instance, or of a task that stands alone, by its id: of a whole page in one statement.
    attachments: DataLoader[UUID, Files] = field(init=False)

    def __post_init__(self) -> None:
        self.attachments = DataLoader(self._files)

    async def _files(self, abouts: list[UUID]) -> list[Files]:
        self.count_statement()
        async with self.turn:
            found = await files_of(self.session, self.metadata, self.caller, abouts)
        return [found.get(about, []) for about in abouts]

    def count_statement(self) -> None:
        """One more root field of records, or list beside one. Raises QueryTooLarge."""
        self.statements += 1
        if self.statements > MAX_STATEMENTS:
            raise QueryTooLarge(what="root fields", limit=MAX_STATEMENTS)
