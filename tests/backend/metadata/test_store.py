"""The store of another process hears of a publish and swaps its metadata whole."""

from __future__ import annotations

import asyncio

from backend.access.caller import SYSTEM
from backend.db import Database
from backend.events.notify import Listener
from backend.metadata import service
from backend.metadata.service import Publishing
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from tests.backend.metadata.documents import entity


async def publish(database: Database, key: str) -> None:
    """Publish an entity as another process would, without telling this one's store."""
    publishing = Publishing(MetadataStore(database), DDL())
    async with database.transaction() as session:
        await service.save_draft(session, publishing, SYSTEM, "entity", key, entity(key))
        await service.publish(session, publishing, SYSTEM)


async def test_a_publish_elsewhere_is_heard_of(database: Database) -> None:
    store, listener = MetadataStore(database), Listener(database.url)
    await store.load()
    swapped: asyncio.Queue[Metadata] = asyncio.Queue()
    store.subscribe(swapped.put_nowait)
    tasks = [asyncio.create_task(listener.run()), asyncio.create_task(store.run(listener))]
    try:
        await publish(database, "order")
        metadata = await asyncio.wait_for(swapped.get(), 5)
        await publish(database, "invoice")
        later = await asyncio.wait_for(swapped.get(), 5)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (set(metadata.entities), set(later.entities)) == ({"order"}, {"order", "invoice"})
    assert store.current is later


async def test_refreshing_without_a_publish_changes_nothing(database: Database) -> None:
    store = MetadataStore(database)
    await publish(database, "order")
    first = await store.load()
    assert await store.refresh() is first
