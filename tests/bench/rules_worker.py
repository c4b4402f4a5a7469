"""A worker of the rule benches: `python -m tests.bench.rules_worker URL` gets ready, says so, and consumes both stages from the next
line on its input until it is stopped."""

from __future__ import annotations

import asyncio
import sys

from backend.db import Database
from backend.events.consumers import run_consumer
from backend.events.notify import Listener
from tests.bench.rules_company import services, warm_up


async def work(url: str) -> None:
    """Consume until the process is stopped."""
    company = services(Database(url))
    await company.store.load()
    await warm_up(company)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    listener, stop = Listener(url), asyncio.Event()
    await asyncio.gather(
        listener.run(),
        run_consumer(company.database, listener, company.consumer, stop),
        run_consumer(company.database, listener, company.rules.consumer(), stop),
    )


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
