"""`/api/live`: server-sent events of what changed, for those who may know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from backend.access.caller import Caller
from backend.auth.dependencies import CurrentCaller, get_caller
from backend.db import Database
from backend.errors import WeftError
from backend.live.hub import Hub, Stream

router = APIRouter(prefix="/api", tags=["live"])

HEARTBEAT_SECONDS = 15.0
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


@router.get("/live", response_class=StreamingResponse)
async def live(
    request: Request, caller: CurrentCaller, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Events `record`, `task`, `instance`, `social`, `notification`, `metadata`, `rule`; a comment every 15 seconds. Of more than
    twenty streams of one person the oldest is closed."""
    stream = _stream(request, _hub(request), caller, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)


async def _stream(request: Request, hub: Hub, caller: Caller, last_event_id: str | None) -> AsyncIterator[bytes]:
    async with hub.opened(caller, last_event_id) as stream:
        yield b"retry: 2000\n: open\n\n"
        beat = time.monotonic() + HEARTBEAT_SECONDS
        while not stream.closed.is_set():
            message = await _next(stream, beat - time.monotonic())
            if message:
                yield message
            if time.monotonic() < beat:
                continue
            if not await _still_welcome(request, stream):
                return
            beat = time.monotonic() + HEARTBEAT_SECONDS
            yield b": beat\n\n"


async def _next(stream: Stream, seconds: float) -> bytes | None:
    """What is waiting, joined; None when nothing came until the next heartbeat is due."""
    try:
        first = await asyncio.wait_for(stream.queue.get(), max(seconds, 0.01))
    except TimeoutError:
        return None
    waiting = [first]
    while not stream.queue.empty():
        waiting.append(stream.queue.get_nowait())
    return b"".join(waiting)


async def _still_welcome(request: Request, stream: Stream) -> bool:
    """Whether the caller is still signed in; their roles as they are now are what counts from here on."""
    database: Database = request.app.state.database
    try:
        async with database.transaction() as session:
            stream.caller = await get_caller(request, session)
    except WeftError:
        return False
    return True


def _hub(request: Request) -> Hub:
    """The process's hub, made when the first stream opens."""
    state = request.app.state
    if not hasattr(state, "live_hub"):
        state.live_hub = Hub(state.database, state.metadata, state.services.listener)
    hub: Hub = state.live_hub
    return hub
