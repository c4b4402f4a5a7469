"""One LISTEN connection a process, fanned out to whoever waits in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg import sql

log = structlog.get_logger(__name__)

#: The notices that migration 0002 sends.
EVENT, OUTBOX, METADATA = "weft_event", "weft_outbox", "weft_metadata"
_RECONNECT_SECONDS = 1.0


class Listener:
    """Listens on `channels` of the database at `url`. A notice says only that something is new; readers look it up.

    While the connection is lost every subscriber is woken at each reconnection, because notices may have been missed.
    """

    def __init__(self, url: str, channels: Iterable[str] = (EVENT, OUTBOX, METADATA)) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._subscribers: dict[str, set[asyncio.Event]] = {channel: set() for channel in channels}

    @asynccontextmanager
    async def subscribed(self, channel: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set at each notice on `channel`; the waiter clears it."""
        signal = asyncio.Event()
        self._subscribers[channel].add(signal)
        try:
            yield signal
        finally:
            self._subscribers[channel].discard(signal)

    async def run(self) -> None:
        """Listen until cancelled, reconnecting as often as needed."""
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                log.warning("listener.lost", error=str(error).strip())
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            for channel in self._subscribers:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            for channel in self._subscribers:
                self._wake(channel)
            async for notice in connection.notifies():
                self._wake(notice.channel)

    def _wake(self, channel: str) -> None:
        for signal in self._subscribers.get(channel, ()):
            signal.set()


async def wait_any(signal: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    """Return at a notice, at `stop`, or after `seconds`, whichever comes first; the notice is consumed."""
    waiters = [asyncio.ensure_future(signal.wait()), asyncio.ensure_future(stop.wait())]
    try:
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
    signal.clear()
