"""`weft replay`: sends posts of a CSV through the signed endpoint, waits until they are processed, and says what became
of them. Sending again is safe: a post is accepted once by its id, so what a lost connection leaves open is sent anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.db import Database
from backend.errors import WeftError
from backend.social.channels.signed import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from backend.social.replay_file import default_posts, envelopes, read_posts
from backend.social.replay_report import Report, events_of, progress_of, report, show, waiting_of

_AT_ONCE = 8
#: Above this rate several posts go in one request.
_REQUESTS_PER_SECOND = 100
_GIVE_UP_SECONDS = 120.0
#: Waiting for the worker ends when nothing moves for this long.
_STALLED_SECONDS = 60.0
_POLL_SECONDS = 0.25


class ReplayRefused(WeftError):
    """The endpoint does not take the posts."""

    status, code = 422, "replay.refused"
    zh, en = "服务器拒绝了帖子：{reason}", "The server refused the posts: {reason}"


class ReplayUnreachable(WeftError):
    """The endpoint did not answer for a long while."""

    status, code = 503, "replay.unreachable"
    zh, en = "无法连接 {url}：{reason}", "Cannot reach {url}: {reason}"


@dataclass
class _Sent:
    accepted: int = 0
    duplicates: int = 0
    errors: list[BaseException] = field(default_factory=list)


async def replay(
    file: Path | None,
    *,
    channel: str,
    rate: float,
    limit: int | None,
    base_url: str,
    secret: str,
    database: Database,
    console: Console,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Report:
    """Send the posts of `file` (the template's own when None) at `rate` a second, wait, report and print. Raises
    ReplayFileInvalid, ReplayRefused, ReplayUnreachable."""
    posts = read_posts(file or default_posts(), limit)
    items = envelopes(posts, datetime.now(UTC))
    with _progress(console) as progress:
        url = f"{base_url.rstrip('/')}/api/channels/{channel}/events"
        async with httpx.AsyncClient(timeout=30, transport=transport) as client:
            sent = await _send_all(_Sender(client, url, secret.encode()), items, rate, progress)
        ids = [post.id for post in posts]
        events = await _wait_processed(database, channel, ids, progress)
    async with database.transaction() as session:
        found = await report(session, posts, events, sent.accepted, sent.duplicates)
    show(console, found)
    return found


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


@dataclass(frozen=True)
class _Sender:
    client: httpx.AsyncClient
    url: str
    secret: bytes

    async def send(self, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Deliver some posts, signed anew at each try, until the server answers."""
        body = orjson.dumps(list(items))
        ends = time.monotonic() + _GIVE_UP_SECONDS
        pause = 0.2
        while True:
            reason = await self._try(body)
            if isinstance(reason, dict):
                return reason
            if time.monotonic() > ends:
                raise ReplayUnreachable(url=self.url, reason=reason)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _try(self, body: bytes) -> dict[str, Any] | str:
        """The answer, or why to try again. Raises ReplayRefused for what will not change."""
        timestamp = str(int(time.time()))
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(self.secret, timestamp, body)}
        headers["content-type"] = "application/json"
        try:
            answer = await self.client.post(self.url, content=body, headers=headers)
        except httpx.TransportError as error:
            return str(error) or type(error).__name__
        if answer.status_code == httpx.codes.ACCEPTED:
            accepted: dict[str, Any] = answer.json()
            return accepted
        if answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return f"status {answer.status_code}"
        raise ReplayRefused(reason=f"{answer.status_code} {answer.text[:300]}")


async def _send_all(sender: _Sender, items: Sequence[dict[str, Any]], rate: float, progress: Progress) -> _Sent:
    """Keep to the rate by a clock, not by pauses, so that slow answers do not slow it down."""
    size = max(1, round(rate / _REQUESTS_PER_SECOND))
    groups = [items[start : start + size] for start in range(0, len(items), size)]
    bar = progress.add_task("sending", total=len(items))
    slots = asyncio.Semaphore(_AT_ONCE)
    sent = _Sent()

    async def deliver(group: Sequence[dict[str, Any]]) -> None:
        try:
            answer = await sender.send(group)
        finally:
            slots.release()
        sent.accepted += answer["accepted"]
        sent.duplicates += answer["duplicates"]
        progress.advance(bar, len(group))

    started = time.monotonic()
    try:
        async with asyncio.TaskGroup() as tasks:
            for number, group in enumerate(groups):
                await asyncio.sleep(max(0.0, started + number * size / rate - time.monotonic()))
                await slots.acquire()
                tasks.create_task(deliver(group))
    except* WeftError as failures:
        raise failures.exceptions[0] from None
    return sent


async def _wait_processed(database: Database, channel: str, ids: Sequence[str], progress: Progress) -> dict[int, str]:
    """Wait until every post has gone through the pipeline and its effects have begun; give up when nothing moves."""
    async with database.transaction() as session:
        events = await events_of(session, channel, ids)
    bar = progress.add_task("processing", total=len(events))
    moved, last = time.monotonic(), (-1, -1)
    while time.monotonic() - moved < _STALLED_SECONDS:
        async with database.transaction() as session:
            done = sum(await progress_of(session, list(events)))
            waiting = await waiting_of(session, list(events)) if done >= len(events) else -1
        progress.update(bar, completed=done)
        if waiting == 0:
            break
        if (done, waiting) != last:
            moved, last = time.monotonic(), (done, waiting)
        await asyncio.sleep(_POLL_SECONDS)
    return events
