"""Replaying posts through the signed endpoint: everything arrives once, and the report says what became of it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from backend.db import Database
from backend.events.consumers import run_consumer
from backend.events.notify import Listener
from backend.failures import install_handlers
from backend.settings import Settings
from backend.social import intake, replay_file
from backend.social.replay import ReplayRefused, replay
from backend.social.replay_file import ReplayFileInvalid, default_posts, envelopes, read_posts
from backend.social.replay_report import Report
from backend.social.routes import router
from tests.backend.social.company import DEFECT_RULE, Company, found, rule

SECRET = "test secret"


@pytest.fixture
async def company(database: Database) -> AsyncIterator[Company]:
    """A company whose pipeline and rules run."""
    company = await found(database, rule(DEFECT_RULE))
    async with database.transaction() as session:
        await intake.ensure_channels(session, SECRET)
    stop, listener = asyncio.Event(), Listener(database.url)
    listening = asyncio.create_task(listener.run())
    consumers = (company.consumer, company.rules.consumer())
    consuming = [asyncio.create_task(run_consumer(database, listener, each, stop)) for each in consumers]
    yield company
    stop.set()
    await asyncio.gather(*consuming)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


class _Flaky(httpx.AsyncBaseTransport):
    """A network that takes a request in and loses every third answer."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app)
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        answer = await self._inner.handle_async_request(request)
        if self.requests % 3 == 0:
            raise httpx.ReadError("connection reset")
        return answer


async def run(company: Company, file: Path | None, **options: Any) -> tuple[Report, str]:
    app = FastAPI()
    install_handlers(app)
    app.include_router(router)
    app.state.database, app.state.settings = company.database, Settings(secret=SECRET)
    async with company.database.transaction() as session:
        secret = await intake.channel_secret(session, SECRET, "weibo")
    console = Console(file=io.StringIO(), width=160)
    settings: dict[str, Any] = {
        "channel": "weibo",
        "rate": 400,
        "limit": None,
        "base_url": "http://test",
        "secret": secret,
        "database": company.database,
        "console": console,
        "transport": _Flaky(app),
    }
    report = await replay(file, **(settings | options))
    assert isinstance(console.file, io.StringIO)
    return report, console.file.getvalue()


def write(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


async def test_every_post_arrives_once_over_a_network_that_loses_answers(company: Company, tmp_path: Path) -> None:
    rows = [f"p{n},洗衣机漏水了 {n},0" if n % 20 == 0 else f"p{n},真好用，很喜欢 {n},1" for n in range(120)]
    file = write(tmp_path / "posts.csv", "id,text,sentiment", *rows)
    report, printed = await run(company, file)
    assert (report.posts, report.processed, report.pending, report.failed) == (120, 120, 0, 0)
    assert report.accepted + report.duplicates == 120
    assert report.duplicates > 0, "answers were lost, so some posts were sent twice"
    assert report.sentiment == {"positive": 114, "negative": 6}
    assert (report.rules, report.tickets) == ({"product_defect": 6}, 6)
    assert report.agreement is not None
    assert (report.agreement.labelled, report.agreement.agreed) == (120, 120)
    assert "100.0% of 120 labels" in printed
    assert await company.count("SELECT count(*) FROM weft.social_post") == 120
    again, _ = await run(company, file, limit=10)
    assert (again.posts, again.accepted, again.processed) == (10, 0, 10)


async def test_without_a_file_the_templates_own_posts_go(company: Company) -> None:
    report, _ = await run(company, None, limit=30)
    assert (report.posts, report.processed, report.agreement) == (30, 30, None)


async def test_what_the_server_refuses_ends_it(company: Company, tmp_path: Path) -> None:
    file = write(tmp_path / "posts.csv", "id,text", "1,你好")
    with pytest.raises(ReplayRefused, match="signature_invalid"):
        await run(company, file, secret="not the secret")
    assert await company.count("SELECT count(*) FROM weft.event WHERE channel IS NOT NULL") == 0


@pytest.mark.parametrize(
    "lines", [("id,body", "1,x"), ("id,text", ",x"), ("id,text,occurred_offset_minutes", "1,x,soon"), ("", "")]
)
def test_a_file_that_is_no_list_of_posts_is_refused(tmp_path: Path, lines: tuple[str, str]) -> None:
    with pytest.raises(ReplayFileInvalid):
        read_posts(write(tmp_path / "posts.csv", *lines), None)
    with pytest.raises(ReplayFileInvalid):
        read_posts(tmp_path / "missing.csv", None)


def test_authors_that_are_not_given_are_stable_pseudonyms_with_several_posts_each(tmp_path: Path) -> None:
    file = write(tmp_path / "posts.csv", "id,text", *(f"{n},x" for n in range(2_000)))
    first, second = read_posts(file, None), read_posts(file, None)
    assert first == second
    authors = {post.author_id: post.author_name for post in first}
    assert 400 < len(authors) <= 600
    assert len(set(authors.values())) == len(authors)


def test_offsets_put_the_last_post_at_now(tmp_path: Path) -> None:
    file = write(tmp_path / "posts.csv", "id,text,occurred_offset_minutes", "1,x,0", "2,y,90")
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    times = [item["occurred_at"] for item in envelopes(read_posts(file, None), now)]
    assert times == ["2026-11-23T10:30:00+00:00", "2026-11-23T12:00:00+00:00"]


def test_the_templates_posts_can_be_read() -> None:
    posts = read_posts(default_posts(), None)
    assert len(posts) == 200
    assert len({post.id for post in posts}) == 200
    assert replay_file.DEFAULT_TYPE in {post.type for post in posts}
