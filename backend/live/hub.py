"""The hub: one reader of the log a process, woken by its one LISTEN, and a queue for each open stream.

While nobody listens nothing is read. A stream that does not keep up is closed: its browser comes back and asks anew, which
costs less than holding what it missed. Who may get a signal is decided when it is sent, with the roles of the caller at their
last check; a stream asks for its caller again with every heartbeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.db import Database
from backend.events.notify import EVENT, Listener
from backend.live.log_reader import Place, end_of_log, read_after
from backend.live.signals import LogEntry, Signal, gathered, signals_of
from backend.live.visibility import allowed
from backend.metadata.store import MetadataStore

log = structlog.get_logger(__name__)

QUEUE_SIZE = 1_000
#: Streams that one person may have open at one process; enough for every tab, and no more can be piled up.
STREAMS_PER_USER = 20
_BATCH = 500
#: At most this often is the log read; notices that come faster are gathered.
_PAUSE_SECONDS = 0.1
_IDLE_SECONDS = 2.0
#: A stream that comes back is told what it missed up to here; after a longer absence it starts anew.
_RESUME_LIMIT = 2_000


@dataclass(eq=False)
class Stream:
    """One open connection. `closed` is set when it was too slow, or gave way to newer ones of the same person."""

    caller: Caller
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: bytes) -> None:
        """Give it a message, or close it when there is no room."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.closed.set()

    def close(self) -> None:
        """End it now: whoever waits for a message is woken."""
        self.closed.set()
        if self.queue.empty():
            self.queue.put_nowait(b"")


class Hub:
    """Fans the log out to the streams of this process."""

    def __init__(self, database: Database, store: MetadataStore, listener: Listener) -> None:
        self._database = database
        self._store = store
        self._listener = listener
        #: In the order in which they were opened.
        self._streams: dict[Stream, None] = {}
        self._place: Place = (0, 0)
        self._task: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()

    @asynccontextmanager
    async def opened(self, caller: Caller, last_event_id: str | None = None) -> AsyncIterator[Stream]:
        """A stream for `caller`, from now on or from the event after `last_event_id`."""
        stream = Stream(caller)
        async with self._reading:
            async with self._database.transaction() as session:
                if not self._streams:
                    self._place = await end_of_log(session)
                await self._resume(session, stream, last_event_id)
            self._make_room(caller)
            self._streams[stream] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="live")
        try:
            yield stream
        finally:
            self._streams.pop(stream, None)
            await self._rest()

    def _make_room(self, caller: Caller) -> None:
        """Close the oldest streams of the person, so that one more is within what they may have."""
        theirs = [stream for stream in self._streams if stream.caller.user_id == caller.user_id]
        for stream in theirs[: max(0, len(theirs) - STREAMS_PER_USER + 1)]:
            del self._streams[stream]
            stream.close()

    async def _rest(self) -> None:
        """Stop reading when the last stream has gone."""
        if self._streams or self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _resume(self, session: AsyncSession, stream: Stream, last_event_id: str | None) -> None:
        place = read_place(last_event_id)
        if place is None:
            return
        missed = [entry for entry in await read_after(session, place, _RESUME_LIMIT) if entry.place <= self._place]
        if len(missed) < _RESUME_LIMIT:
            await self._send(session, missed, [stream])

    async def _run(self) -> None:
        async with self._listener.subscribed(EVENT) as notice:
            while True:
                try:
                    await self.read()
                except (DBAPIError, OSError) as error:
                    log.warning("live.database_lost", error=str(error).splitlines()[0])
                await asyncio.sleep(_PAUSE_SECONDS)
                await _woken(notice)

    async def read(self) -> None:
        """Send what is new in the log to whoever may know of it."""
        async with self._reading, self._database.transaction() as session:
            while entries := await read_after(session, self._place, _BATCH):
                await self._send(session, entries, list(self._streams))
                self._place = entries[-1].place
                if len(entries) < _BATCH:
                    return

    async def _send(self, session: AsyncSession, entries: Sequence[LogEntry], streams: Sequence[Stream]) -> None:
        """One question per caller, not per stream: a person's tabs are answered together."""
        metadata = self._store.current
        found = gathered((entry, signal) for entry in entries for signal in signals_of(entry, metadata))
        if not found:
            return
        signals = [signal for _, signal in found]
        messages = [_message(entry, signal) for entry, signal in found]
        callers: dict[Caller, list[Stream]] = {}
        for stream in streams:
            callers.setdefault(stream.caller, []).append(stream)
        for caller, theirs in callers.items():
            verdict = await allowed(session, metadata, caller, signals)
            for stream in theirs:
                for message, may in zip(messages, verdict, strict=True):
                    if may:
                        stream.put(message)


async def _woken(notice: asyncio.Event) -> None:
    """Wait for a notice, or a while: a notice may be missed, and a transaction may settle without one."""
    try:
        await asyncio.wait_for(notice.wait(), _IDLE_SECONDS)
    except TimeoutError:
        return
    finally:
        notice.clear()


def _message(entry: LogEntry, signal: Signal) -> bytes:
    return b"id: %d.%d\nevent: %b\ndata: %b\n\n" % (entry.xid, entry.id, signal.kind.encode(), _json(signal.data))


def _json(data: Any) -> bytes:
    return orjson.dumps(data)


def read_place(last_event_id: str | None) -> Place | None:
    """The place in the log that a `Last-Event-ID` names; None when it names none."""
    xid, _, id = (last_event_id or "").partition(".")
    if not (xid.isascii() and xid.isdigit() and id.isascii() and id.isdigit() and len(xid) < 19 and len(id) < 19):
        return None
    return (int(xid), int(id))
