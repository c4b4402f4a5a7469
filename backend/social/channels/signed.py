"""The generic signed adapter: HMAC-SHA256 over the timestamp and the raw body, envelopes as JSON.

`X-Weft-Timestamp`: Unix seconds. `X-Weft-Signature`: `sha256=` and the hexadecimal HMAC(secret, timestamp + "." + body).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from backend.social.channels.adapter import Envelope
from backend.social.channels.envelope import read_envelopes
from backend.social.errors import SignatureInvalid, TimestampStale

TIMESTAMP_HEADER = "X-Weft-Timestamp"
SIGNATURE_HEADER = "X-Weft-Signature"
WINDOW_SECONDS = 300


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The value of the signature header."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class SignedAdapter:
    """Anything that can sign: a platform's authorised provider, a company's own program, `weft replay`."""

    key = "signed"

    def verify(self, secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        timestamp = headers.get(TIMESTAMP_HEADER, "")
        if not _fresh(timestamp, now):
            raise TimestampStale(seconds=WINDOW_SECONDS)
        given = headers.get(SIGNATURE_HEADER, "")
        if not hmac.compare_digest(given.encode(), sign(secret, timestamp, body).encode()):
            raise SignatureInvalid()

    def decode(self, body: bytes, now: datetime) -> Sequence[Envelope]:
        return read_envelopes(body, now)


def _fresh(timestamp: str, now: datetime) -> bool:
    """Whether the text is a time in Unix seconds within the window; digits only, so that one time has one spelling."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW_SECONDS
