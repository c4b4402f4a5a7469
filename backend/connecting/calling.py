"""One call over HTTP: no redirects, no private addresses, bounded in time and size, every failure with a stable code."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from backend.actions.action import CallFailed
from backend.connecting.connectors import NOT_ALLOWED, Destination

#: So much of an answer is read; the rest is too large for a flow's variables.
LONGEST = 64 * 1024
_EXCERPT = 500
#: Answers after which trying again may help.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of another system. `key` is the idempotency key; `expected` the answers that are no failure, empty for any 2xx."""

    method: str
    destination: Destination
    key: str
    body: Any = None
    expected: frozenset[int] = frozenset()


async def call(request: Request) -> dict[str, Any]:
    """The answer: `status` and `body` (JSON, else text). Raises CallFailed, which never tells the destination's secret."""
    destination = request.destination
    try:
        address = await _address(destination)
        async with (
            asyncio.timeout(destination.timeout),  # as a whole: one who answers drop by drop is too slow as well
            httpx.AsyncClient(timeout=destination.timeout, follow_redirects=False, trust_env=False) as client,
        ):
            return await _answer(client, request, address)
    except (httpx.TimeoutException, TimeoutError) as error:
        raise CallFailed("http_timeout", type(error).__name__, passing=True) from error
    except httpx.LocalProtocolError as error:  # what it says quotes the headers
        raise CallFailed("http_unreachable", "the request cannot be written as HTTP") from error
    except (httpx.HTTPError, OSError) as error:
        raise CallFailed("http_unreachable", str(error)[:_EXCERPT] or type(error).__name__, passing=True) from error
    except httpx.InvalidURL as error:
        raise CallFailed(NOT_ALLOWED, str(error)[:_EXCERPT]) from error


async def _address(destination: Destination) -> str | None:
    """The public address that a host has now: the call goes to it, so that nobody puts a private one in its place meanwhile. None
    where any address will do."""
    if destination.anywhere:
        return None
    parts = urlsplit(destination.url)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise CallFailed(NOT_ALLOWED, f"{parts.hostname} leads into a private network")
    return addresses[0]


async def _answer(client: httpx.AsyncClient, request: Request, address: str | None) -> dict[str, Any]:
    url = httpx.URL(request.destination.url)
    headers = {"Idempotency-Key": request.key, "Accept": "application/json", **dict(request.destination.headers)}
    extensions: dict[str, Any] = {}
    if address is not None:
        headers["Host"] = url.netloc.decode()
        extensions["sni_hostname"] = url.host
        url = url.copy_with(host=address)
    content = None
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        content = orjson.dumps(request.body, default=str)
    made = client.build_request(request.method, url, headers=headers, content=content, extensions=extensions)
    response = await client.send(made, stream=True)
    try:
        return _judged(request, response, await _read(response))
    finally:
        await response.aclose()


async def _read(response: httpx.Response) -> bytes:
    read = b""
    async for piece in response.aiter_bytes():
        read += piece
        if len(read) > LONGEST:
            raise CallFailed("http_too_large", f"the answer is longer than {LONGEST} bytes")
    return read


def _judged(request: Request, response: httpx.Response, read: bytes) -> dict[str, Any]:
    status = response.status_code
    fine = status in request.expected if request.expected else 200 <= status < 300
    if not fine:
        detail = _without_secrets(request.destination, read.decode("utf-8", "replace"))[:_EXCERPT].replace("\0", "")
        pause = _pause(response.headers)
        raise CallFailed(f"http_{status}", detail, passing=status in _PASSING, retry_after=pause)
    return {"status": status, "body": _body(read)}


def _without_secrets(destination: Destination, text: str) -> str:
    """What another system says of a request may repeat it."""
    for _, secret in destination.headers:
        text = text.replace(secret, "***").replace(secret.split()[-1], "***")
    return text


def _pause(headers: Mapping[str, str]) -> float | None:
    try:
        pause = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(pause, _LONGEST_PAUSE) if pause > 0 else None


def _body(read: bytes) -> Any:
    if not read:
        return None
    try:
        return _storable(orjson.loads(read))
    except orjson.JSONDecodeError:
        return _storable(read.decode("utf-8", "replace"))


def _storable(value: Any) -> Any:
    """The value without the character that PostgreSQL does not hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return {_storable(k): _storable(v) for k, v in value.items()} if isinstance(value, dict) else value
