"""Signed intake over HTTP: what is accepted, what is refused and with which code, and that duplicates are dropped."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from backend.db import Database
from backend.failures import install_handlers
from backend.settings import Settings
from backend.social import intake
from backend.social.channels.signed import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from backend.social.routes import router

SECRET = "test secret"
WEIBO = "/api/channels/weibo/events"


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_handlers(app)
    app.include_router(router)
    app.state.database = database
    app.state.settings = Settings(secret=SECRET)
    async with database.transaction() as session:
        await intake.ensure_channels(session, SECRET)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
async def secret(database: Database) -> bytes:
    async with database.transaction() as session:
        await intake.ensure_channels(session, SECRET)
        return (await intake.channel_secret(session, SECRET, "weibo")).encode()


def event(id: str = "1", **members: Any) -> dict[str, Any]:
    return {
        "external_id": id,
        "type": "social.post",
        "author": {"id": "u1", "name": "小王"},
        "text": "刚买的洗衣机漏水",
        **members,
    }


def signed(secret: bytes, body: bytes, timestamp: str | None = None) -> dict[str, str]:
    timestamp = timestamp or str(int(time.time()))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(secret, timestamp, body)}


async def deliver(client: httpx.AsyncClient, secret: bytes, document: Any, url: str = WEIBO) -> httpx.Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return await client.post(url, content=body, headers=signed(secret, body))


async def logged(database: Database) -> int:
    async with database.transaction() as session:
        return int((await session.execute(text("SELECT count(*) FROM weft.event"))).scalar_one())


async def test_one_event_or_a_list_is_accepted_and_appended(
    client: httpx.AsyncClient, secret: bytes, database: Database
) -> None:
    one = await deliver(client, secret, event())
    assert one.status_code == 202
    assert (one.json()["accepted"], one.json()["duplicates"]) == (1, 0)
    moment = "2026-11-20T08:00:00+08:00"
    many = await deliver(
        client, secret, [event("2", occurred_at=moment, raw={"likes": 3}), event("3", type="social.comment")]
    )
    assert many.json()["accepted"] == 2
    async with database.transaction() as session:
        rows = (await session.execute(text("SELECT * FROM weft.event ORDER BY id"))).all()
    assert [row.type for row in rows] == ["social.post", "social.post", "social.comment"]
    assert rows[1].occurred_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert rows[1].data["raw"] == {"likes": 3}
    assert rows[0].data["author"] == {"id": "u1", "name": "小王"}


async def test_the_same_external_id_is_accepted_once(
    client: httpx.AsyncClient, secret: bytes, database: Database
) -> None:
    await deliver(client, secret, event())
    again = await deliver(client, secret, [event(), event("2"), event("2")])
    assert (again.json()["accepted"], again.json()["duplicates"]) == (1, 2)
    assert again.json()["ids"][0] is None
    assert await logged(database) == 2


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "channel.timestamp_stale"),
        ({TIMESTAMP_HEADER: "yesterday"}, "channel.timestamp_stale"),
        ({TIMESTAMP_HEADER: "-5"}, "channel.timestamp_stale"),
        ({TIMESTAMP_HEADER: "{old}"}, "channel.timestamp_stale"),
        ({TIMESTAMP_HEADER: "{future}"}, "channel.timestamp_stale"),
        ({TIMESTAMP_HEADER: "{now}"}, "channel.signature_invalid"),
        ({TIMESTAMP_HEADER: "{now}", SIGNATURE_HEADER: "sha256=00"}, "channel.signature_invalid"),
        ({TIMESTAMP_HEADER: "{now}", SIGNATURE_HEADER: "漏水".encode().decode("latin-1")}, "channel.signature_invalid"),
    ],
)
async def test_what_is_not_signed_now_is_refused(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str], code: str
) -> None:
    now = int(time.time())
    filled = {name: value.format(now=now, old=now - 301, future=now + 310) for name, value in headers.items()}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in filled.items()]
    answer = await client.post(WEIBO, content=b"not even json", headers=encoded)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    assert await logged(database) == 0


async def test_a_signature_holds_for_its_body_its_time_and_its_channel(
    client: httpx.AsyncClient, secret: bytes, database: Database
) -> None:
    body = json.dumps(event()).encode()
    headers = signed(secret, body)
    tampered = await client.post(WEIBO, content=body + b" ", headers=headers)
    later = {**headers, TIMESTAMP_HEADER: str(int(headers[TIMESTAMP_HEADER]) + 1)}
    moved = await client.post(WEIBO, content=body, headers=later)
    elsewhere = await client.post("/api/channels/web/events", content=body, headers=headers)
    codes = [answer.json()["error"]["code"] for answer in (tampered, moved, elsewhere)]
    assert codes == ["channel.signature_invalid"] * 3
    assert await logged(database) == 0


async def test_unknown_and_disabled_channels(client: httpx.AsyncClient, secret: bytes, database: Database) -> None:
    unknown = await deliver(client, secret, event(), "/api/channels/myspace/events")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "channel.unknown")
    async with database.transaction() as session:
        await session.execute(text("UPDATE weft.channel SET enabled = false"))
    disabled = await deliver(client, secret, event())
    assert (disabled.status_code, disabled.json()["error"]["code"]) == (403, "channel.disabled")


async def test_a_large_body_is_refused_also_without_a_length(client: httpx.AsyncClient, secret: bytes) -> None:
    body = json.dumps(event(text="水" * 400_000), ensure_ascii=False).encode()
    declared = await client.post(WEIBO, content=body, headers=signed(secret, body))

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    streamed = await client.post(WEIBO, content=chunks(), headers=signed(secret, body))
    assert "content-length" not in streamed.request.headers
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "channel.body_too_large")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], ""),
        ("text", ""),
        (3, ""),
        (event(external_id=""), "/external_id"),
        (event(external_id=7), "/external_id"),
        (event(type="ticket.created"), "/type"),
        (event(type="social.processed"), "/type"),
        (event(type="social.post\n"), "/type"),
        (event(raw={"deep": json.loads("[" * 300 + "]" * 300)}), "/raw"),
        (event(occurred_at="0001-01-01T00:00:00+14:00"), "/occurred_at"),
        (event(occurred_at="9999-12-31T23:59:59-14:00"), "/occurred_at"),
        (event(author="u1"), "/author"),
        ([event(), event("2", author={"name": "x"})], "/1/author/id"),
        ([event(), 3], "/1"),
        (event(text=None), "/text"),
        (event(text="a\0b"), "/text"),
        (event(raw={"deep": ["\0"]}), "/raw"),
        (event(occurred_at="yesterday"), "/occurred_at"),
        (event(occurred_at="2026-11-20T08:00:00"), "/occurred_at"),
        (event(occurred_at="2999-01-01T00:00:00Z"), "/occurred_at"),
        (event(likes=3), "/likes"),
    ],
)
async def test_a_wrong_shape_is_refused_whole_with_its_place(
    client: httpx.AsyncClient, secret: bytes, database: Database, document: Any, path: str
) -> None:
    answer = await deliver(client, secret, document)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["path"]) == (422, "channel.event_invalid", path)
    assert all(problem["message"]["zh"] and problem["message"]["en"] for problem in error["problems"])
    assert await logged(database) == 0


async def test_any_offset_is_the_same_moment(client: httpx.AsyncClient, secret: bytes, database: Database) -> None:
    """PostgreSQL takes fewer offsets than ISO 8601 has."""
    assert (await deliver(client, secret, event(occurred_at="2026-11-20T23:59:00+23:59"))).status_code == 202
    async with database.transaction() as session:
        at = (await session.execute(text("SELECT occurred_at FROM weft.event"))).scalar_one()
    assert at == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"external_id": "\\ud800"}', b"[" * 5000])
async def test_what_is_not_json_is_refused(client: httpx.AsyncClient, secret: bytes, body: bytes) -> None:
    answer = await client.post(WEIBO, content=body, headers=signed(secret, body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "channel.event_invalid")


async def test_a_thousand_at_once_and_not_one_more(
    client: httpx.AsyncClient, secret: bytes, database: Database
) -> None:
    thousand = [event(str(n), text="好") for n in range(1000)]
    assert (await deliver(client, secret, thousand)).json()["accepted"] == 1000
    refused = await deliver(client, secret, [*thousand, event("more", text="好")])
    assert refused.json()["error"]["code"] == "channel.event_invalid"
    assert await logged(database) == 1000


async def test_the_answer_comes_in_a_few_milliseconds(client: httpx.AsyncClient, secret: bytes) -> None:
    seconds = []
    for n in range(60):
        started = time.perf_counter()
        assert (await deliver(client, secret, event(str(n)))).status_code == 202
        seconds.append(time.perf_counter() - started)
    assert statistics.median(seconds) < 0.02


_MANY = """
    INSERT INTO weft.event (slot, type, channel, external_id, data, recorded_at)
    SELECT 0, 'social.post', :channel, n::text, '{}', CAST('2026-11-20' AS timestamptz) + n * interval '1 second'
    FROM generate_series(1, :many) AS n
"""
_READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'event'"


async def test_the_channels_are_told_without_reading_the_log(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "COUNT_CAP", 50)
    async with database.transaction() as session:
        await intake.ensure_channels(session, SECRET)
        for channel, many in {"weibo": 20_000, "douyin": 7}.items():
            await session.execute(text(_MANY), {"channel": channel, "many": many})
        await session.execute(text("ANALYZE weft.event"))
    async with database.transaction() as session:
        found = {channel["key"]: channel for channel in await intake.list_channels(session)}
        read = (await session.execute(text(_READ))).scalar_one()
    assert read < 500, "the whole log was read"
    busy, quiet, silent = found["weibo"], found["douyin"], found["web"]
    assert busy["received"] == pytest.approx(20_000, rel=0.05)
    assert [each["received_exact"] for each in (busy, quiet, silent)] == [False, True, True]
    assert [each["received"] for each in (quiet, silent)] == [7, 0]
    seconds = [
        (each["last_at"] - datetime.fromisoformat("2026-11-20T00:00Z")).total_seconds() for each in (busy, quiet)
    ]
    assert (seconds[0] - seconds[1], silent["last_at"]) == (20_000 - 7, None)
