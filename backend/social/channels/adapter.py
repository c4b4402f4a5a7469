"""What a channel adapter is, and the envelope every adapter decodes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """One thing that somebody did on a channel. `data` is the JSON kept in the log: external_id, type, author {id, name},
    text, target, occurred_at, raw."""

    external_id: str
    type: str
    occurred_at: datetime
    data: dict[str, Any]


class Adapter(Protocol):
    """A kind of channel. It verifies and decodes; it never processes."""

    @property
    def key(self) -> str: ...

    def verify(self, secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raise TimestampStale or SignatureInvalid unless the raw body really comes from who holds the secret."""
        ...

    def decode(self, body: bytes, now: datetime) -> Sequence[Envelope]:
        """The envelopes in a verified body; EventInvalid, with a path for each problem, if anything is wrong."""
        ...
