"""What every request passes through: a size limit, security headers, a request id, and the metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import WeftError
from backend.failures import answer, bug

BODY_LIMIT = 8 * 1024 * 1024
_SECURITY_HEADERS = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
_requests = Counter("weft_http_requests_total", "Requests answered", ["method", "route", "status"])
_seconds = Histogram("weft_http_request_seconds", "Time to the first byte of the answer", ["method", "route"])


class BodyTooLarge(WeftError):
    """A request body above the limit of the whole API."""

    status, code = 413, "request.too_large"
    zh, en = "请求体超过 {limit} 字节", "The body is larger than {limit} bytes"


class Gate:
    """Pure ASGI middleware around the whole application. `larger`: addresses whose bodies may be longer than the others', which look at
    their length themselves."""

    def __init__(self, app: ASGIApp, larger: Mapping[re.Pattern[str], int] | None = None) -> None:
        self.app = app
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = request_id = uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._serve(scope, _limited(scope, receive, self._limit(scope)), _Answer(scope, send, request_id))

    def _limit(self, scope: Scope) -> int:
        return next((most for path, most in self._larger.items() if path.fullmatch(scope["path"])), BODY_LIMIT)

    async def _serve(self, scope: Scope, receive: Receive, send: _Answer) -> None:
        try:
            await self.app(scope, receive, send)
        except WeftError as error:
            if send.begun:
                raise
            await answer(error)(scope, receive, send)
        except Exception as error:
            failed = bug(scope, error)
            if send.begun:
                raise
            await failed(scope, receive, send)


def _limited(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Counts what arrives, so that a missing or false Content-Length does not help."""
    declared = Headers(scope=scope).get("content-length", "")
    received = int(declared) if declared.isdigit() and int(declared) > limit else 0

    async def counted() -> Message:
        nonlocal received
        if received > limit:
            raise BodyTooLarge(limit=limit)
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge(limit=limit)
        return message

    return counted


class _Answer:
    """Sends the answer with our headers, counts it, and knows whether it has begun."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope, self._send, self._request_id = scope, send, request_id
        self._received = time.perf_counter()
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self._request_id
            _count(self._scope, message["status"], time.perf_counter() - self._received)
        await self._send(message)


def _count(scope: Scope, status: int, seconds: float) -> None:
    """Counted by route template, so that ids do not become label values."""
    route = getattr(scope.get("route"), "path", "other")
    _requests.labels(scope["method"], route, str(status)).inc()
    _seconds.labels(scope["method"], route).observe(seconds)
