"""A worker process for the kill test: `python -m tests.backend.automation.killed_worker URL`; it consumes until killed."""

from __future__ import annotations

import asyncio
import sys

from backend.actions.records import RECORD_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.service_desk import SERVICE_DESK_ACTIONS
from backend.automation.pipeline import Pipeline
from backend.db import Database
from backend.events.consumers import run_consumer
from backend.events.notify import Listener
from backend.metadata.store import MetadataStore
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage


async def work(url: str) -> None:
    """Consume in small batches, so that a kill finds one open."""
    database = Database(url)
    store = MetadataStore(database)
    await store.load()
    registry = ActionRegistry([*RECORD_ACTIONS, *SERVICE_DESK_ACTIONS])
    pipeline = Pipeline(store, registry, SocialStage(WordListReader()))
    await run_consumer(database, Listener(url), pipeline.consumer(batch=20), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
