"""A worker process for the kill test: `python -m tests.backend.automation.killed_worker URL`; it consumes until killed."""

from __future__ import annotations

import asyncio
import sys

from backend.actions.records import RECORD_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.service_desk import SERVICE_DESK_ACTIONS
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime, run_deadlines
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
    pipeline = Pipeline(store, SocialStage(WordListReader()))
    rules = RuleRuntime(store, registry)
    listener, stop = Listener(url), asyncio.Event()
    await asyncio.gather(
        run_consumer(database, listener, pipeline.consumer(batch=20), stop),
        run_consumer(database, listener, rules.consumer(batch=20), stop),
        run_deadlines(database, listener, rules, stop),
    )


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
