"""A worker of the crash run: `python -m tests.rules_crash.worker URL`; it works until it is killed. Its clock is that of the log: the
time of the latest event that has come in."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backend.actions.registry import ActionRegistry
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime
from backend.db import Database
from backend.events.consumers import ensure_positions, run_consumer
from backend.events.notify import Listener
from backend.metadata.store import MetadataStore
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage
from tests.rules_crash.company import Effect

LATEST_EVENT = text(
    "SELECT max(occurred_at) FROM weft.event WHERE channel IS NOT NULL OR type IN ('message.sent', 'order.created')"
)


async def work(url: str) -> None:
    """Consume in small batches, so that a kill finds one open."""
    database = Database(url)
    store = MetadataStore(database)
    await store.load()
    rules = RuleRuntime(store, ActionRegistry([Effect()]))
    pipeline = Pipeline(store, SocialStage(WordListReader()))
    listener, stop = Listener(url), asyncio.Event()
    await asyncio.gather(
        listener.run(),
        run_consumer(database, listener, pipeline.consumer(batch=25), stop),
        run_consumer(database, listener, rules.consumer(batch=25), stop),
        _deadlines(database, rules),
    )


async def _deadlines(database: Database, rules: RuleRuntime) -> None:
    await ensure_positions(database, "deadlines")
    while True:
        try:
            now = await latest(database)
            done = await rules.run_due(database, now) if now is not None else 0
        except OperationalError:
            done = 0  # the other workers were in the way; the next round comes
        if not done:
            await asyncio.sleep(0.02)


async def latest(database: Database) -> datetime | None:
    """When the latest event happened."""
    async with database.transaction() as session:
        found: datetime | None = (await session.execute(LATEST_EVENT)).scalar_one()
        return found


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
