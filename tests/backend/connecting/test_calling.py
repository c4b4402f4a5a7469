"""Calls of other systems, against a real HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from backend.actions.action import ActionArgument, CallContext, CallFailed
from backend.connecting import actions, calling
from backend.connecting.actions import CallHttp
from backend.connecting.connectors import Allowed, Destination, read
from backend.metadata.snapshot import Metadata
from backend.settings import Settings


@dataclass
class Other:
    """Another system: answers with a status by its path, and keeps what it was sent."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def other() -> Iterator[Other]:
    there = Other()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            there.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            name = self.path.split("?")[0].rsplit("/", 1)[-1]
            status = int(name) if name.isdigit() else 200
            told = {"order": 7, "name": name, **({"key": self.headers["X-Key"]} if status == 409 else {})}
            text = b"x" * 70_000 if name == "long" else json.dumps(told).encode()
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "nan" if "?odd" in self.path else "3")
            if status == 302:
                self.send_header("Location", there.url + "/elsewhere")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    there.url = f"http://127.0.0.1:{server.server_port}"
    yield there
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def erp(other: Other, monkeypatch: pytest.MonkeyPatch) -> Other:
    """The other system as the connector `erp`."""
    setting = {"erp": {"url": f"{other.url}/api", "header": "X-Key", "secret": "hush", "attempts": 3}}
    known = read(json.dumps(setting), "")
    monkeypatch.setattr(actions, "allowed", lambda: known)
    return other


async def call(attempt: int = 1, **arguments: Any) -> dict[str, Any]:
    found = await CallHttp().call(CallContext("i:4:1", Metadata(), attempt), arguments)
    assert found is not None
    return found


async def test_a_connector_gets_our_secret_and_the_idempotency_key(erp: Other) -> None:
    assert await call(connector="erp", path="orders", number="A1", amount=3) == {
        "status": 200,
        "body": {"order": 7, "name": "orders"},
    }
    method, path, headers, body = erp.asked[0]
    assert (method, path, body) == ("POST", "/api/orders", {"number": "A1", "amount": 3})
    assert (headers["x-key"], headers["idempotency-key"]) == ("hush", "i:4:1")
    await call(connector="erp", path="orders")
    assert erp.asked[1][0] == "GET"


@pytest.mark.parametrize(("status", "passing"), [(404, False), (409, False), (503, True), (500, True)])
@pytest.mark.usefixtures("erp")
async def test_every_bad_answer_has_its_code(status: int, passing: bool) -> None:
    with pytest.raises(CallFailed) as caught:
        await call(connector="erp", path=str(status))
    assert (caught.value.code, caught.value.passing) == (f"http_{status}", passing)
    assert caught.value.retry_after == (3.0 if status == 503 else None)


@pytest.mark.usefixtures("erp")
async def test_after_its_attempts_a_connector_is_not_tried_again() -> None:
    with pytest.raises(CallFailed) as caught:
        await call(3, connector="erp", path="503")
    assert not caught.value.passing


@pytest.mark.usefixtures("erp")
async def test_expected_answers_are_no_failure() -> None:
    assert (await call(connector="erp", path="404", expected="404,200"))["status"] == 404


async def test_redirects_are_not_followed_and_long_answers_not_read(erp: Other) -> None:
    with pytest.raises(CallFailed, match="http_302"):
        await call(connector="erp", path="302")
    assert len(erp.asked) == 1
    with pytest.raises(CallFailed, match="http_too_large"):
        await call(connector="erp", path="long")


@pytest.mark.parametrize(
    "arguments",
    [
        {"connector": "nobody"},
        {"connector": "erp", "path": "../admin"},
        {"connector": "erp", "path": "%2e%2e/admin"},
        {"connector": "erp", "path": "..#"},
        {"url": "https://["},
        {"url": "https://api.example.org:port/"},
        {"url": "https://elsewhere.example.org/"},
        {"url": "http://api.example.org/"},
        {"url": "file:///etc/passwd"},
        {"url": "https://api.example.org@evil.example.com/"},
    ],
)
async def test_what_it_did_not_allow_is_not_called(monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any]) -> None:
    known = read('{"erp": {"url": "https://erp.example.com/api"}}', "api.example.org")
    monkeypatch.setattr(actions, "allowed", lambda: known)
    with pytest.raises(CallFailed, match="http_not_allowed"):
        await call(**arguments)


@pytest.mark.parametrize("url", ["https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/"])
async def test_private_networks_are_out_of_reach(url: str) -> None:
    with pytest.raises(CallFailed, match="private"):
        await calling.call(calling.Request("GET", Destination(url), "key"))


async def test_nobody_there_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "allowed", lambda: read('{"erp": {"url": "http://127.0.0.1:9"}}', ""))
    with pytest.raises(CallFailed) as caught:
        await call(connector="erp")
    assert (caught.value.code, caught.value.passing) == ("http_unreachable", True)


@pytest.mark.parametrize(
    "arguments", [{}, {"connector": "erp", "method": "BREW"}, {"connector": "erp", "expected": "ok"}]
)
async def test_bad_arguments_are_told(monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any]) -> None:
    monkeypatch.setattr(actions, "allowed", lambda: read('{"erp": {"url": "http://127.0.0.1:9"}}', ""))
    with pytest.raises(ActionArgument):
        await call(**arguments)


def test_hosts_may_stand_for_all_below_them() -> None:
    known: Allowed = read("", "*.example.org, api.example.com")
    assert known.destination("", "https://a.b.example.org/x", "").url == "https://a.b.example.org/x"
    for url in ("https://example.org/", "https://badexample.org/", "https://x.api.example.com/"):
        with pytest.raises(CallFailed):
            known.destination("", url, "")


@pytest.mark.parametrize("written", ["nothing", "[1]", '{"erp": 1}', '{"erp": {"header": "X"}}'])
def test_connectors_that_are_not_well_written_keep_a_process_from_starting(written: str) -> None:
    with pytest.raises(ValidationError):
        Settings(connectors=written)


def test_what_another_system_says_can_be_stored() -> None:
    """A NUL in an answer would be no text for PostgreSQL."""
    assert calling._body(b'{"a\\u0000": ["x\\u0000y", 1]}') == {"a": ["xy", 1]}
    assert calling._body(b"plain\0text") == "plaintext"


@pytest.mark.usefixtures("erp")
async def test_what_another_system_repeats_of_our_secret_is_not_told() -> None:
    with pytest.raises(CallFailed) as caught:
        await call(connector="erp", path="409")
    assert "***" in caught.value.detail
    assert "hush" not in str(caught.value)


async def test_a_request_that_is_no_http_does_not_tell_its_headers(other: Other) -> None:
    with pytest.raises(CallFailed) as caught:
        await calling.call(calling.Request("GET", Destination(other.url, (("X-Key", "hush\n"),), anywhere=True), "key"))
    assert "hush" not in str(caught.value)


@pytest.mark.usefixtures("erp")
async def test_a_pause_that_is_no_number_is_none() -> None:
    with pytest.raises(CallFailed) as caught:
        await call(connector="erp", path="503?odd")
    assert caught.value.retry_after is None


def test_a_secret_is_what_a_header_can_hold() -> None:
    known = read(json.dumps({"erp": {"url": "https://erp.example.com", "secret": "Bearer hush\n"}}), "")
    assert known.destination("erp", "", "").headers == (("Authorization", "Bearer hush"),)
    with pytest.raises(ValueError, match="cannot be the value of a header"):
        read(json.dumps({"erp": {"url": "https://erp.example.com", "secret": "密码"}}), "")
