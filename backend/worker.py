"""The worker process: Temporal worker, event pipeline, rules and what they have due, outbox. Any number may run.

Each job is kept going by itself: when PostgreSQL or Temporal goes away the job logs it and tries again, and the others
are not disturbed. SIGTERM lets each finish what it has begun.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from uvicorn.loops.auto import auto_loop_factory

from backend.agents.open_work import run_agents
from backend.assembly import Services, build_services
from backend.automation.clockwork import run_clockwork
from backend.automation.runtime import run_deadlines
from backend.events.consumers import run_consumer
from backend.events.outbox import run_outbox
from backend.flows.conditions import run_conditions
from backend.flows.hosting import run_flows
from backend.flows.timed_starts import run_timed_starts
from backend.logs import configure_logging
from backend.settings import Settings
from backend.supervisor.home import resolve

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 1.0
_BEAT_SECONDS = 5.0
_STOP_SECONDS = 10.0


def in_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run in the loop that uvicorn chooses for the API: libuv's, where there is one. A step of a flow goes round it sixty times, for a
    sixth of its processor time."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    settings = resolve(settings)
    configure_logging(settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    services = build_services(settings)
    try:
        await work(services, stop)
    finally:
        await services.close()


async def work(services: Services, stop: asyncio.Event) -> None:
    """Run every job until `stop`, then give them a while to end."""
    await _until_loaded(services, stop)
    background = [
        asyncio.create_task(services.listener.run(), name="listener"),
        asyncio.create_task(services.metadata.run(services.listener), name="metadata"),
    ]
    jobs = [asyncio.create_task(_keep(name, job, stop), name=name) for name, job in _jobs(services, stop).items()]
    log.info("worker.runs", jobs=[job.get_name() for job in jobs])
    await stop.wait()
    _, late = await asyncio.wait(jobs, timeout=_STOP_SECONDS)
    for task in (*late, *background):
        task.cancel()
    await asyncio.gather(*jobs, *background, return_exceptions=True)
    log.info("worker.stopped", cut_off=[task.get_name() for task in late])


def _jobs(services: Services, stop: asyncio.Event) -> dict[str, Callable[[], Awaitable[None]]]:
    database, listener = services.database, services.listener
    return {
        "pipeline": lambda: run_consumer(database, listener, services.pipeline.consumer(), stop),
        "rules": lambda: run_consumer(database, listener, services.rules.consumer(), stop),
        "deadlines": lambda: run_deadlines(database, listener, services.rules, stop),
        "schedules": lambda: run_clockwork(database, listener, services.rules, services.metadata.refresh, stop),
        "flows": lambda: run_flows(services, stop),
        "flow_conditions": lambda: run_conditions(database, listener, services.metadata, stop),
        "flow_clock": lambda: run_timed_starts(services, listener, stop),
        "agents": lambda: run_agents(services, stop),
        "outbox": lambda: run_outbox(database, listener, services.outbox_handlers(), stop),
        "heartbeat": lambda: _beat(services.settings.home / "worker.alive", stop),
    }


async def _keep(name: str, job: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await job()
        except Exception:
            log.exception("worker.job_failed", job=name)
            await asyncio.sleep(_RETRY_SECONDS)


async def _until_loaded(services: Services, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await services.metadata.load()
        except DBAPIError as error:
            log.warning("worker.waits_for_database", error=str(error).splitlines()[0])
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return


async def _beat(file: Path, stop: asyncio.Event) -> None:
    """Touch a file every few seconds; the container's health check looks at its age."""
    file.parent.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        file.touch()
        try:
            await asyncio.wait_for(stop.wait(), _BEAT_SECONDS)
        except TimeoutError:
            continue
