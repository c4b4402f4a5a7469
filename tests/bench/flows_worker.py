"""The product's flow worker alone, as a process: `python -m tests.bench.flows_worker DATABASE_URL ADDRESS [PROFILE]`. It works until it is told
to stop; with a third argument it leaves there what cProfile saw of its own thread."""

from __future__ import annotations

import asyncio
import cProfile
import signal
import sys
import time

from backend.assembly import build_services
from backend.flows.hosting import build_flow_worker, connect
from backend.worker import in_loop
from tests.bench.flows_ground import settings


async def work(database_url: str, address: str) -> None:
    """Work until SIGTERM."""
    services = build_services(settings(database_url, address))
    await services.metadata.load()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with build_flow_worker(services, await connect(services.settings), sandboxed=False):
        await stop.wait()
    await services.close()


def main(database_url: str, address: str, profile: str = "") -> None:
    if not profile:
        in_loop(work(database_url, address))
        return
    profiler = cProfile.Profile(time.thread_time)
    profiler.runcall(in_loop, work(database_url, address))
    profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
