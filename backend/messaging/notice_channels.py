"""The channels on which users may have their notices, beside the product itself. The list is explicit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.definitions import Text


@dataclass(frozen=True, slots=True)
class NoticeChannel:
    """`recipient` makes a user's address there of their e-mail address; None: they cannot be reached."""

    key: str
    label: Text
    recipient: Callable[[str], str | None]


NOTICE_CHANNELS: Mapping[str, NoticeChannel] = {
    channel.key: channel for channel in (NoticeChannel("email", Text("邮件", "E-mail"), lambda email: email or None),)
}
