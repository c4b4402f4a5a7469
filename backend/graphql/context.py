"""What the resolvers of one request work with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.graphql.errors import QueryTooLarge
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.reading import Reader
from engine.host import HostClient

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

    def count_statement(self) -> None:
        """One more root field of records. Raises QueryTooLarge."""
        self.statements += 1
        if self.statements > MAX_STATEMENTS:
            raise QueryTooLarge(what="root fields", limit=MAX_STATEMENTS)
