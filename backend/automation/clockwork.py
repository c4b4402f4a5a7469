"""What rules do by the clock and not because something happened: schedules, watches, and who belongs to segments by now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import OperationalError

from backend import clock
from backend.actions.registry import ActionRegistry
from backend.automation import segments
from backend.automation.firing import Budget
from backend.automation.rule_book import RuleBook
from backend.automation.schedules import Prepare, Schedules
from backend.db import Database
from backend.events.notify import METADATA, Listener, wait_any

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 1.0


@dataclass
class Clockwork:
    """Does what is due by the clock."""

    actions: ActionRegistry
    budget: Budget
    _known: RuleBook | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._schedules = Schedules(self.actions, self.budget)

    async def run(self, database: Database, prepare: Prepare, now: datetime) -> int:
        """Do what is due by `now`; returns how much it was. Segments first: rules that wait for them count from here."""
        return await self._segments(database, prepare, now) + await self._schedules.run(database, prepare, now)

    async def _segments(self, database: Database, prepare: Prepare, now: datetime) -> int:
        async with database.transaction() as session:
            book = (await prepare(session)).book
            if book is not self._known:
                await segments.forget(session, book)
            keys = await segments.due(session, book, now)
        self._known = book
        done = 0
        for key in keys:
            async with database.transaction() as session:
                done += await segments.refresh_whole(session, (await prepare(session)).book, key, now)
        return done


class Runtime(Protocol):
    """The runtime of rules, as the clock sees it."""

    async def run_clock(self, database: Database, now: datetime) -> int:
        """Do what is due."""


async def run_clockwork(
    database: Database,
    listener: Listener,
    runtime: Runtime,
    refresh: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
) -> None:
    """Do what is due by the clock until `stop`, looking once a second and as soon as something is published; `refresh` reads that."""
    async with listener.subscribed(METADATA) as signal:
        while not stop.is_set():
            try:
                await refresh()
                await runtime.run_clock(database, clock.now())
            except OperationalError as error:
                log.warning("clockwork.database_lost", error=str(error.orig).strip())
                await asyncio.sleep(_IDLE_SECONDS)
                continue
            await wait_any(signal, stop, _IDLE_SECONDS)
