"""HTTP connections for benches: kept open, one request at a time, with as little of our own work as the standard library allows."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from tests.product import Product

Item = TypeVar("Item")


class Line:
    """One kept-open connection to the product."""

    def __init__(self, product: Product, headers: Mapping[str, str] | None = None) -> None:
        address = urlsplit(product.url)
        self._connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=60)
        self._headers = dict(headers or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the server have its connection back; the next request makes another."""
        self._connection.close()

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body of the answer; anything but success is an error."""
        self._connection.request(method, path, body, self._headers | dict(headers or {}))
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{method} {path} answered {answer.status}: {content.decode(errors='replace')}")
        return content

    def post(self, path: str, document: Any) -> Any:
        """Send JSON and read JSON."""
        return json.loads(self.send("POST", path, json.dumps(document).encode(), {"Content-Type": "application/json"}))


def signed_in(product: Product, email: str) -> dict[str, str]:
    """The headers that make a Line that person's."""
    client = product.client(email)
    try:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return {"Cookie": cookies, "X-CSRF-Token": client.headers["X-CSRF-Token"]}
    finally:
        client.close()


def timed(act: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def side_by_side(jobs: Sequence[Callable[[], Sequence[float]]]) -> tuple[list[float], float]:
    """Run each job in a thread of its own; all their latencies, and how long the whole took."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(jobs)) as threads:
        found = [future.result() for future in [threads.submit(job) for job in jobs]]
    return [each for latencies in found for each in latencies], time.perf_counter() - begun
