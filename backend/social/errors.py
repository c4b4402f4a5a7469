"""Refusals of the social side, each with its code.

channel.unknown 404, channel.disabled 403, channel.timestamp_stale 401, channel.signature_invalid 401,
channel.body_too_large 413, channel.event_invalid 422, social.person_entity_missing 409.
"""

from __future__ import annotations

from backend.errors import WeftError


class ChannelUnknown(WeftError):
    status, code = 404, "channel.unknown"
    zh, en = "没有名为 {channel} 的渠道", "There is no channel called {channel}"


class ChannelDisabled(WeftError):
    status, code = 403, "channel.disabled"
    zh, en = "渠道 {channel} 已停用", "Channel {channel} is switched off"


class TimestampStale(WeftError):
    status, code = 401, "channel.timestamp_stale"
    zh = "X-Weft-Timestamp 缺失，或与服务器时间相差超过 {seconds} 秒"
    en = "X-Weft-Timestamp is missing or more than {seconds} seconds away from the server's time"


class SignatureInvalid(WeftError):
    status, code = 401, "channel.signature_invalid"
    zh = "X-Weft-Signature 与内容不符：应为 sha256=HMAC(密钥, 时间戳 + “.” + 原始内容)"
    en = 'X-Weft-Signature does not match: it must be sha256=HMAC(secret, timestamp + "." + raw body)'


class BodyTooLarge(WeftError):
    status, code = 413, "channel.body_too_large"
    zh, en = "内容超过 {limit} 字节", "The body is larger than {limit} bytes"


class EventInvalid(WeftError):
    status, code = 422, "channel.event_invalid"
    zh, en = (
        "{count} 处内容不符合事件格式；没有接收任何事件",
        "{count} places do not have the shape of an event; nothing was accepted",
    )


class PersonEntityMissing(WeftError):
    status, code = 409, "social.person_entity_missing"
    zh, en = "没有可用的 person 实体，无法识别客户", "There is no usable entity person to recognise people with"
