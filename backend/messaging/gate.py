"""Whether a person may be sent something: consent to the purpose, the purpose not switched off, a channel that is on.

Every message passes here twice: when it is queued and when it leaves, because consent may be withdrawn in between. What may not
leave is kept in `sent_message` with the status `refused` and the reason; for the rule that is a result, not an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.db import uuid7
from backend.messaging.channels import Message
from backend.messaging.models import SentMessage
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from engine.definitions import Text

REFUSED = "refused"
CONSENT_MISSING, CONSENT_UNKNOWN = "consent.missing", "consent.unknown"
PURPOSE_OFF, CHANNEL_OFF, UNREACHABLE = "purpose.off", "channel.off", "person.unreachable"
RULE_OFF = "rule.off"

#: Why something was not sent, by code.
REASONS: Mapping[str, Text] = {
    CONSENT_MISSING: Text(
        "客户没有同意接收用途“{purpose}”的消息", "The person has not consented to messages for “{purpose}”"
    ),
    CONSENT_UNKNOWN: Text(
        "客户实体没有布尔字段 {field}，无法知道是否同意用途“{purpose}”",
        "Persons have no yes/no field {field}, so consent to “{purpose}” cannot be known",
    ),
    PURPOSE_OFF: Text("用途“{purpose}”已被停用", "The purpose “{purpose}” is switched off"),
    RULE_OFF: Text("规则“{rule}”已被停用", "The rule “{rule}” is switched off"),
    CHANNEL_OFF: Text("渠道 {channel} 已被停用", "The channel {channel} is switched off"),
    UNREACHABLE: Text("客户在任何渠道上都没有可用的地址", "The person cannot be reached on any channel"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not sent: a stable code and its sentence."""

    code: str
    reason: Text

    def to_json(self) -> dict[str, Any]:
        """As the result of an action shows it."""
        return {REFUSED: self.code, "reason": {"zh": self.reason.zh, "en": self.reason.en}}


def refusal(code: str, **named: object) -> Refusal:
    """The refusal of this code, its sentence filled in."""
    reason = REASONS[code]
    return Refusal(code, Text(reason.zh.format(**named), reason.en.format(**named)))


def consent_field(purpose: str) -> str:
    """The field of a person that holds their consent to a purpose."""
    return f"{purpose}_consent"


_SWITCHED_OFF = text("SELECT EXISTS (SELECT FROM weft.rule_switch WHERE kind = 'purpose' AND key = :purpose AND off)")
_RULE_OFF = text("SELECT EXISTS (SELECT FROM weft.rule_switch WHERE kind = 'rule' AND key = :rule AND off)")
_CHANNEL_OFF = text("SELECT EXISTS (SELECT FROM weft.channel WHERE key = :channel AND NOT enabled)")


async def hindrance(
    session: AsyncSession, metadata: Metadata, person: UUID | None, purpose: str | None
) -> Refusal | None:
    """What keeps this person from being sent anything for the purpose; None when nothing does. What has no purpose (an answer to
    what they wrote, say) needs no consent."""
    if purpose is None:
        return None
    if (await session.execute(_SWITCHED_OFF, {"purpose": purpose})).scalar_one():
        return refusal(PURPOSE_OFF, purpose=purpose)
    key = consent_field(purpose)
    entity = metadata.entities.get(PERSON)
    field = entity.field(key) if entity else None
    if field is None or field.type != "boolean":
        return refusal(CONSENT_UNKNOWN, purpose=purpose, field=key)
    record = await records.get(session, metadata, SYSTEM, PERSON, person) if person else {}
    return None if record.get(key) is True else refusal(CONSENT_MISSING, purpose=purpose)


async def rule_hindrance(session: AsyncSession, rule: str | None) -> Refusal | None:
    """What keeps a message of a rule from leaving: somebody has switched the rule off since."""
    if rule is None:
        return None
    off = (await session.execute(_RULE_OFF, {"rule": rule})).scalar_one()
    return refusal(RULE_OFF, rule=rule) if off else None


async def channel_hindrance(session: AsyncSession, channel: str) -> Refusal | None:
    """What keeps messages from leaving on the channel: it is connected, and switched off."""
    off = (await session.execute(_CHANNEL_OFF, {"channel": channel})).scalar_one()
    return refusal(CHANNEL_OFF, channel=channel) if off else None


async def keep_refused(
    session: AsyncSession, message: Message, key: str, purpose: str | None, refused: Refusal
) -> dict[str, Any]:
    """Write down that the message was not sent, once per key; returns what the action answers."""
    row = {
        "id": uuid7(),
        "key": key,
        "channel": message.channel,
        "via": "none",
        "person_id": UUID(message.person_id) if message.person_id else None,
        "recipient": message.recipient,
        "text": message.text,
        "context": message.context,
        "status": REFUSED,
        "reason": refused.code,
        "purpose": purpose,
    }
    await session.execute(insert(SentMessage).values(row).on_conflict_do_nothing())
    return {**refused.to_json(), "message": key, "channel": message.channel, "text": message.text}
