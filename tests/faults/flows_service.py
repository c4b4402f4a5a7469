"""The outside system of the fault run: hands out receipts over HTTP, is down now and then, and keeps its own book by idempotency key."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: How often it answers that it cannot just now.
_DOWN = 0.1


class Book:
    """What was asked: how often under each key, and the receipt that the key got."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._chance = random.Random(seed)
        self.calls: Counter[str] = Counter()
        self.receipts: dict[str, str] = {}

    def answer(self, key: str) -> tuple[int, dict[str, Any]]:
        """Status and body; the same receipt however often a key is asked for."""
        with self._lock:
            self.calls[key] += 1
            if self._chance.random() < _DOWN:
                return 503, {"error": "busy"}
            receipt = self.receipts.setdefault(key, f"R{len(self.receipts) + 1}")
            return 200, {"receipt": receipt}


@contextmanager
def running(seed: int) -> Iterator[tuple[str, Book]]:
    """The system's address and its book, while it runs."""
    book = Book(seed)
    server = _Server(("127.0.0.1", 0), _handler(book))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", book
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed before the answer: that is the point of the run."""


def _handler(book: Book) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = book.answer(self.headers.get("Idempotency-Key") or "")
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: thousands of lines would hide what matters."""

    return Handler
