"""Outgoing channels: who carries a message to a platform. The list is explicit; today everything goes to the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient on a channel. `context` says what it is about (rule, instance, record, in_reply_to)."""

    channel: str
    recipient: str
    text: str
    person_id: str | None = None
    context: dict[str, Any] = field(default_factory=dict)


class Carrier(Protocol):
    """Hands messages over to a platform. `key` is the idempotency key to pass on; raising means: try again later."""

    @property
    def name(self) -> str: ...

    async def send(self, message: Message, key: str) -> str:
        """Send it and return the status the platform gave."""
        ...


class LogCarrier:
    """Sends nothing: the row in `sent_message` shows what would be sent."""

    name = "log"

    async def send(self, message: Message, key: str) -> str:
        log.info("message.logged", channel=message.channel, recipient=message.recipient, key=key)
        return "logged"


_LOG = LogCarrier()
#: Carriers by channel; a channel that is not listed is logged.
CARRIERS: Mapping[str, Carrier] = {}


def carrier_of(channel: str) -> Carrier:
    """Who carries messages of this channel."""
    return CARRIERS.get(channel, _LOG)
