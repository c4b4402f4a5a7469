"""Puts one process together: every service that the API and the worker share, made once from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from temporalio.client import Client

from backend.db import Database
from backend.events.notify import Listener
from backend.events.outbox import Handler
from backend.metadata.store import MetadataStore
from backend.settings import Settings


@dataclass
class Services:
    """What a process works with. `outbox_handlers` carries out the kinds of effects outside the database."""

    settings: Settings
    database: Database
    listener: Listener
    metadata: MetadataStore
    outbox_handlers: Mapping[str, Handler] = field(default_factory=dict)
    _temporal: Client | None = None
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def temporal(self) -> Client:
        """The Temporal client, made on first use; it connects at its first call and again when the server comes back."""
        async with self._connecting:
            if self._temporal is None:
                self._temporal = await Client.connect(
                    self.settings.temporal_address, namespace=self.settings.temporal_namespace, lazy=True
                )
            return self._temporal

    async def close(self) -> None:
        await self.database.close()


def build_services(settings: Settings) -> Services:
    """The services over `settings.database_url`; nothing is connected yet."""
    database = Database(settings.database_url)
    return Services(
        settings=settings,
        database=database,
        listener=Listener(settings.database_url),
        metadata=MetadataStore(database),
    )
